"""The words of the desk's pages: each in both languages, each used, each used one there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.shell import pages
from bot.desk.shell.pages import PAGES, PLACES, WORDS, read_words, render_page

_LITERAL = re.compile(r'\b(?:t|has)\(\s*"([^"]+)"')
_QUOTED = re.compile(r'"([a-z]+_[a-z_0-9]+)"')
_BLANK = re.compile(r"\b(?:t|has)\(\s*`([^`]*)`")
_SAYS = re.compile(r"[\u3400-\u9fff]")


def _scripts() -> Iterator[tuple[str, str]]:
    for path in sorted(path for place in PLACES for path in place.glob("*.js")):
        yield path.name, path.read_text("utf-8")


def _entries() -> Iterator[tuple[str, dict[str, str]]]:
    for path in WORDS:
        yield from tomllib.loads(path.read_text("utf-8")).items()


def _patterns() -> list[re.Pattern[str]]:
    """Return what keys that are put together of parts look like."""
    found = []
    for _, script in _scripts():
        for template in _BLANK.findall(script):
            parts = re.split(r"\$\{[^}]*\}", template)
            found.append(re.compile("[a-z_0-9]+".join(map(re.escape, parts))))
    return found


def test_every_word_is_there_in_both_languages_with_the_same_blanks() -> None:
    for key, entry in _entries():
        assert set(entry) == {"zh", "en"}, key
        assert _SAYS.search(entry["zh"]) or not entry["zh"][0].isalnum(), key
        assert not _SAYS.search(entry["en"]), key
        blanks = [sorted(re.findall(r"\{(\w+)\}", entry[name])) for name in ("zh", "en")]
        assert blanks[0] == blanks[1], key


def test_every_word_that_a_script_names_is_there() -> None:
    known = read_words("en").keys()
    for name, script in _scripts():
        assert set(_LITERAL.findall(script)) <= known, name
    for pattern in _patterns():
        assert any(pattern.fullmatch(key) for key in known), pattern.pattern


def test_every_word_is_used() -> None:
    used = {
        key
        for _, script in _scripts()
        for key in (*_LITERAL.findall(script), *_QUOTED.findall(script))
    }
    frame = Path(pages.__file__).read_text("utf-8")
    used |= set(re.findall(r'"([a-z_]+)"', frame)) | {f"title_{name}" for name in PAGES.values()}
    patterns = _patterns()
    unused = [
        key
        for key in read_words("en")
        if key not in used and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(name: str, language: str) -> None:
    page = render_page(name, language)
    assert f'<html lang="{language}">' in page
    assert "$" not in page
    assert page.count("</script>") == 2
