"""The words of ``meaning.toml``, ready to be matched with, and where they stand in a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_HAN = re.compile(r"[\u4e00-\u9fff]")
_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_STEM = 6  # letters of an English word that count when words are compared
_CHINESE = 6  # a Chinese text has at least one Chinese character in so many
_CONTRACTIONS = (
    (re.compile(r"\bcan(?:'t|not)\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"(?<=[a-z])'ll\b"), " will"),
    (re.compile(r"(?<=[a-z])'re\b"), " are"),
    (re.compile(r"(?<=[a-z])'ve\b"), " have"),
)
_NON = re.compile(r"\bnon-?(?=refund|transfer|assign|exclus|cancel|return|exchang|payment|renew)")
_STOP = frozenset(
    {
        *("the", "a", "an", "of", "to", "in", "on", "by", "for", "and", "or", "is", "are", "be"),
        *("that", "this", "it", "its", "your", "our", "you", "we", "any", "all", "such", "as"),
        *("at", "with", "from", "not", "no", "may", "must", "shall", "will", "can", "if", "when"),
        *("their", "has", "have", "been", "which", "who"),
    }
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The ideas of ``[acts]`` and ``[things]``, by the words for them.

    Attributes:
        han: Chinese words; those of no idea hide the words that they hold.
        english: English words and phrases.
        endings: How English words begin that may end anyhow.
        whole: English words that stand for nothing.
        acts: Ideas that are acts; the others are things.
        promises: Acts that a reader counts on.
        light: Acts whose denial says little.
        longest: Characters of the longest Chinese word.
    """

    han: dict[str, frozenset[str]]
    english: dict[str, frozenset[str]]
    endings: dict[str, frozenset[str]]
    whole: frozenset[str]
    acts: frozenset[str]
    promises: frozenset[str]
    light: frozenset[str]
    longest: int


@cache
def table() -> dict[str, Any]:
    """Return ``meaning.toml``."""
    path = Path(__file__).with_name("meaning.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """Return a pattern of ``meaning.toml`` by the keys that lead to it."""
    found: Any = table()
    for key in path:
        found = found[key]
    return re.compile(found)


@cache
def marks(language: str) -> re.Pattern[str]:
    """Return the modal words and negations of a language; the group that fits is their kind."""
    return _any_of(table()["modality"][language], table()["negation"][language])


@cache
def conditions(language: str) -> re.Pattern[str]:
    """Return the words that make a condition; the group that fits is its kind."""
    kinds = table()["condition"][language]
    return _any_of({"none": kinds["none"], **kinds})


@cache
def actors(language: str) -> re.Pattern[str]:
    """Return the words for who acts; the group that fits is the side."""
    return _any_of(table()["actor"][language])


def _any_of(*tables: Mapping[str, str]) -> re.Pattern[str]:
    groups = (f"(?P<{name}>{words})" for each in tables for name, words in each.items())
    return re.compile("|".join(groups))


@cache
def lexicon() -> Lexicon:
    """Return the words for acts and things."""
    read = table()
    han: dict[str, set[str]] = {word: set() for word in read["whole"]["zh"].split()}
    english: dict[str, set[str]] = {}
    endings: dict[str, set[str]] = {}
    for idea, (chinese, words) in (*read["things"].items(), *read["acts"].items()):
        for word in chinese.split():
            han.setdefault(word.lower(), set()).add(idea)
        for word in words.split():
            into = endings if word.endswith("*") else english
            into.setdefault(word.rstrip("*").replace("_", " "), set()).add(idea)
    return Lexicon(
        han=_frozen(han),
        english=_frozen(english),
        endings=_frozen(endings),
        whole=frozenset(read["whole"]["en"].split()),
        acts=frozenset(read["acts"]),
        promises=frozenset(read["promises"]["ideas"].split()),
        light=frozenset(read["promises"]["light"].split()),
        longest=max(map(len, han)),
    )


def _frozen(words: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {word: frozenset(ideas) for word, ideas in words.items()}


def lower(text: str) -> str:
    """Return plain words in lower case, English contractions written out."""
    text = _NON.sub("non ", text.lower())
    if "'" in text or "cannot" in text:
        for contraction, whole in _CONTRACTIONS:
            text = contraction.sub(whole, text)
    return text


def language_of(text: str) -> str:
    """Return ``zh`` where a text holds a fair share of Chinese characters, else ``en``."""
    return "zh" if _CHINESE * len(_HAN.findall(text)) >= len(text) else "en"


def is_chinese(text: str) -> bool:
    """Tell whether a text holds a Chinese character."""
    return _HAN.search(text) is not None


def find_ideas(text: str, language: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Yield where words of the lexicon stand: start, end, and the ideas they may stand for."""
    if language == "zh":
        yield from find_han(text)
    known = lexicon()
    spans = [match.span() for match in _WORD.finditer(text)]
    for number, (start, end) in enumerate(spans):
        word = text[start:end]
        if word in known.whole:
            continue
        ideas = known.english.get(word, frozenset()) | by_ending(word)
        for _, last in spans[number + 1 : number + 3]:  # phrases of two and three words
            ideas |= known.english.get(text[start:last], frozenset())
        if ideas:
            yield start, end, ideas


def find_han(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Yield where Chinese words of the lexicon stand, the longest first."""
    known, longest, at = lexicon().han, lexicon().longest, 0
    while at < len(text):
        lengths = range(min(longest, len(text) - at), 0, -1) if text[at] >= "\u4e00" else ()
        length = next((length for length in lengths if text[at : at + length] in known), 0)
        if length and known[text[at : at + length]]:
            yield at, at + length, known[text[at : at + length]]
        at += length or 1


@lru_cache(maxsize=8192)
def by_ending(word: str) -> frozenset[str]:
    """Return the ideas of an English word, however it ends."""
    endings = lexicon().endings
    found: frozenset[str] = frozenset()
    for length in range(2, len(word) + 1):
        found |= endings.get(word[:length], frozenset())
    return found


def words_of(text: str, language: str) -> set[str]:
    """Return a text's pairs of Chinese characters, or the beginnings of its English words."""
    if language == "zh":
        return {run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1)}
    return {word[:_STEM] for word in _WORD.findall(text) if word not in _STOP}
