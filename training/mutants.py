"""Sentences that say something else in one respect, made by exchanging words.

``mutants.toml`` has the rules. A mutant of a statement is no longer what its quote says, nor is
a statement what a mutant of its quote says; changed in both by one rule the two agree again.
That last kind keeps a model from telling mutants by how they sound.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.numerals import read_number

NUMBER, ACTOR = "number", "actor"
_NUMBER = {
    "en": re.compile(r"(?<![\w.§-])\d{1,6}(?![\w.]|-\w)"
                     r"|\b(?:two|three|five|seven|ten|twelve|thirty|sixty)\b"),
    "zh": re.compile(r"(?<![第\d.])\d{1,6}(?![\d.条款])|[二两三五七十](?=个?[日天月年周倍次])"),
}  # fmt: skip
_WRITTEN = {
    "en": ("two", "three", "five", "seven", "ten", "twelve", "thirty", "sixty"),
    "zh": ("二", "三", "五", "七", "十"),
}
_FACTORS = (0.5, 2, 3, 1.5, 10)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A text that was changed, in what, and where in it the change stands."""

    text: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Change:
    rule: int
    kind: str
    start: int
    end: int
    words: str


@cache
def _rules() -> tuple[tuple[str, Mapping[str, list[tuple[re.Pattern[str], str]]]], ...]:
    table = _table()["rule"]
    return tuple(
        (
            rule["kind"],
            {lang: [(re.compile(old, re.IGNORECASE), new) for old, new in rule[lang]]
             for lang in ("en", "zh")},
        )
        for rule in table
    )  # fmt: skip


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _exchange(lang: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    words: dict[str, str] = _table()["exchange"][lang]
    longest = sorted(words, key=len, reverse=True)
    edge = r"\b" if lang == "en" else ""
    return re.compile(f"{edge}(?:{'|'.join(longest)}){edge}", re.IGNORECASE), words


def mutate(text: str, lang: str, chance: random.Random) -> Mutant | None:
    """Return a mutant of a text, its kind drawn first; None where no rule fits."""
    by_kind: dict[str, list[_Change]] = {}
    for change in _changes(text, lang):
        by_kind.setdefault(change.kind, []).append(change)
    numbers = list(_NUMBER[lang].finditer(text))
    pattern, words = _exchange(lang)
    kinds = sorted(by_kind)
    kinds += [NUMBER] if numbers else []
    kinds += [ACTOR] * 2 if pattern.search(text) else []
    if not kinds:
        return None
    kind = chance.choice(kinds)
    if kind == NUMBER:
        match = chance.choice(numbers)
        return _put(text, match.span(), _other_number(match[0], lang, chance), kind)
    if kind == ACTOR:
        return _exchanged(text, pattern, words, chance)
    change = chance.choice(by_kind[kind])
    return _put(text, (change.start, change.end), change.words, kind)


def mutate_both(
    one: tuple[str, str], other: tuple[str, str], chance: random.Random
) -> tuple[str, str] | None:
    """Change two texts that say the same, by one rule; None where none fits each just once.

    Args:
        one: A text and its language.
        other: The other text and its language.
        chance: Draws the rule.
    """
    found = [_once(*each) for each in (one, other)]
    shared = sorted(found[0].keys() & found[1].keys())
    if not shared:
        return None
    rule = chance.choice(shared)
    texts = []
    for (text, _), changes in zip((one, other), found, strict=True):
        change = changes[rule]
        texts.append(_put(text, (change.start, change.end), change.words, "").text)
    return texts[0], texts[1]


def _once(text: str, lang: str) -> dict[int, _Change]:
    """Return the changes of rules that fit a text in one place alone."""
    found: dict[int, list[_Change]] = {}
    for change in _changes(text, lang):
        found.setdefault(change.rule, []).append(change)
    return {rule: changes[0] for rule, changes in found.items() if len(changes) == 1}


def _changes(text: str, lang: str) -> Iterator[_Change]:
    for number, (kind, patterns) in enumerate(_rules()):
        for pattern, new in patterns[lang]:
            for match in pattern.finditer(text):
                words = match.expand(new)
                if len(text) - len(match[0]) + len(words) >= min(8, len(text)):
                    yield _Change(number, kind, *match.span(), words)


def _put(text: str, span: tuple[int, int], words: str, kind: str) -> Mutant:
    start, end = span
    if start == 0 and words == "" and end < len(text):  # the next word begins the sentence
        text = text[:end] + text[end].upper() + text[end + 1 :]
    elif start == 0 and words and text[0].isupper():
        words = words[0].upper() + words[1:]
    return Mutant(text[:start] + words + text[end:], kind, start, start + max(len(words), 1))


def _exchanged(
    text: str, pattern: re.Pattern[str], words: Mapping[str, str], chance: random.Random
) -> Mutant:
    """Exchange the sides in one place, or everywhere."""
    matches = list(pattern.finditer(text))
    chosen = [chance.choice(matches)] if chance.random() < 0.5 else matches
    at, pieces = 0, []
    for match in chosen:
        new = words[match[0].lower()]
        if match[0][0].isupper():
            new = new[0].upper() + new[1:]
        if match[0].lower() == "you" and not re.match(r"\s+[a-z]", text[match.end() :]):
            new = "us"
        pieces += [text[at : match.start()], new]
        at = match.end()
    return Mutant("".join([*pieces, text[at:]]), ACTOR, chosen[0].start(), chosen[-1].end())


def _other_number(written: str, lang: str, chance: random.Random) -> str:
    if not written.isdigit():
        return chance.choice([word for word in _WRITTEN[lang] if word != written.lower()])
    value = read_number(written) or 0
    other = round(value * chance.choice(_FACTORS)) if value > 1 else value + chance.randint(1, 4)
    return f"{other:g}" if other != value else f"{value + 1:g}"
