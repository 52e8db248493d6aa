"""What a company is called in the words of its agreement, to tell whom a statement speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.writing.words import pattern
from index.vocabulary import is_ordinary

_SHORTEST = 2  # characters of a name at least
_HAN = re.compile(r"[\u4e00-\u9fff]")


@lru_cache(maxsize=2048)
def find_names(text: str) -> frozenset[str]:
    """Return what a company is called in a plain text, lower case: who has rights by a name."""
    return frozenset([*_chinese_names(text), *_english_names(text)])


def _chinese_names(text: str) -> Iterator[str]:
    for kind in ("before_modal", "defined", "title", "suffixed", "agent"):
        for match in pattern("names", kind).finditer(text.lower()):
            name = pattern("names", "leading").sub("", match[1].strip())
            is_proper = pattern("names", "suffix").search(name) or not is_ordinary(name)
            if len(name) >= _SHORTEST and is_proper and not pattern("names", "role").search(name):
                yield name


def _english_names(text: str) -> Iterator[str]:
    for kind in ("english", "by"):
        for match in pattern("names", kind).finditer(text):
            name = match[1].strip().lower()
            is_thing = " " not in name and is_ordinary(name)
            if len(name) > _SHORTEST and not is_thing and not pattern("names", "none").match(name):
                yield name


@lru_cache(maxsize=512)
def names_in_title(title: str) -> frozenset[str]:
    """Return what a company may be called, lower case, by the title of its agreement."""
    title = title.strip("《》 ").lower()
    generic = pattern("names", "generic_en" if title.isascii() else "generic_zh")
    short = generic.sub("", title).strip()
    found = {short, short[:_SHORTEST] if _HAN.search(short) else short}
    return frozenset(name for name in found if len(name) >= _SHORTEST)
