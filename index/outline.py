"""What was understood of an agreement, as lines that a person reads beside the file."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from index.agreement import Agreement
from index.clause import Clause, ClauseKind
from index.segmentation.doubts import GRAVE, Doubt, Oddity, OddityKind, count_letters
from index.segmentation.lines import strip_markers
from index.segmentation.segment import Segmentation

FIRST_WORDS = 60  # columns; a Chinese character takes two
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One line of an outline.

    Attributes:
        line: Number of its line in the text, from 1.
        start: Offset of its first character.
        end: Offset after its last character.
        level: Depth, 0 for a heading at the top.
        kind: ``clause``, ``heading``, ``leftover`` or ``doubt``.
        label: Label of a clause, reason of a leftover; else empty.
        words: Its first words, or what is in doubt.
        oddity: What is odd, of a doubt; of a leftover that is not in the text, why it is none.
    """

    line: int
    start: int
    end: int
    level: int
    kind: str
    label: str
    words: str
    oddity: Oddity | None = None


def outline(text: str, found: Segmentation) -> tuple[OutlineEntry, ...]:
    """Return headings, clauses, leftovers and doubts, in the order of the text."""
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def entry(start: int, end: int, level: int, kind: str, label: str = "") -> OutlineEntry:
        words = first_words(text[start:end])
        return OutlineEntry(bisect_right(starts, start), start, end, level, kind, label, words)

    entries = [_doubt(starts, doubt) for doubt in found.doubts]
    entries += [entry(span.start, span.end, 0, "leftover", span.reason) for span in found.leftovers]
    entries += [_left_out(starts, doubt) for doubt in found.left_out]
    for clause in found.clauses:
        level = max(clause.level, len(clause.path))
        entries.append(entry(clause.start, clause.end, level, "clause", _label(clause)))
    depths = _title_depths(found)
    for span in found.headings:
        title = strip_markers(text[span.start : span.end])
        made = entry(span.start, span.end, depths.get(title, 0), "heading")
        entries.append(replace(made, words=first_words(title)))
    return tuple(sorted(entries, key=lambda entry: (entry.line, entry.kind == "doubt")))


@dataclass(frozen=True, slots=True)
class Sums:
    """How much of a file was read, and as what.

    Attributes:
        clauses: How many.
        doubts: How many of each kind.
        read: Share of the file's letters, 0 to 1, in clauses, headings and what is set aside; the
            rest is lost.
        aside: Share of them that is set aside.
    """

    clauses: int
    doubts: Counter[OddityKind]
    read: float
    aside: float

    @property
    def weight(self) -> int:
        """How doubtful the file is; more is worse."""
        return sum(count * (10 if kind in GRAVE else 1) for kind, count in self.doubts.items())


def sum_up(text: str, found: Segmentation, letters: int = 0) -> Sums:
    """Return the sums of a text taken apart; its file has so many letters, 0 for unknown."""
    doubts = found.doubts
    own = count_letters(text)
    left_out = [doubt.oddity for doubt in (*doubts, *found.left_out)
                if doubt.oddity.kind in (OddityKind.SET_ASIDE, OddityKind.HIDDEN)]  # fmt: skip
    outside = sum(oddity.count for oddity in left_out)
    whole = max(letters, own + outside, 1)
    lost = sum(doubt.oddity.count for doubt in doubts if doubt.oddity.kind is OddityKind.LOST)
    aside = sum(count_letters(text[span.start : span.end]) for span in found.leftovers)
    return Sums(
        clauses=len(found.clauses),
        doubts=Counter(doubt.oddity.kind for doubt in doubts),
        read=max(0.0, 1 - lost / whole),
        aside=min(1.0, (aside + outside) / whole),
    )


def percent(share: float) -> str:
    """Return a share as ``99.9 %``; what is less than all is never rounded up to it."""
    return f"{math.floor(share * 1000) / 10:g} %"


def header_lines(agreement: Agreement) -> Iterator[str]:
    """Yield the title of an agreement and the names that questions may call it by."""
    yield f"title: {agreement.title}"
    if agreement.title_en != agreement.title:
        yield f"title in English: {agreement.title_en}"
    names = dict.fromkeys(filter(None, (agreement.party, agreement.party_en, *agreement.aliases)))
    yield f"names: {', '.join(names) or 'none'}"
    yield ""


def outline_lines(text: str, found: Segmentation, letters: int = 0) -> Iterator[str]:
    """Yield the outline as a tree, with the line numbers of the file, and its sums."""
    entries = outline(text, found)
    width = len(str(entries[-1].line)) if entries else 1
    for entry in entries:
        indent = _INDENT * entry.level
        yield (
            f"{entry.line:>{width}}  "
            + {
                "heading": f"{indent}# {entry.words}",
                "clause": f"{indent}{entry.label}  {entry.words}",
                "leftover": f"- set aside ({entry.label}): {entry.words}",
                "doubt": f"? {entry.words}",
            }[entry.kind].rstrip()
        )
    sums = sum_up(text, found, letters)
    yield ""
    yield f"read {percent(sums.read)} of the file's letters; set aside {percent(sums.aside)}"
    yield (
        f"clauses {len(found.clauses)}, headings {len(found.headings)}, "
        f"lines set aside {len(found.leftovers)}, doubts {len(found.doubts)}"
    )


def first_words(words: str, columns: int = FIRST_WORDS) -> str:
    """Return words on one line, cut with an ellipsis at a width in columns."""
    line = " ".join(words[: 4 * columns].split())
    width = 0
    for at, mark in enumerate(line):
        width += 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        if width > columns:
            return line[:at].rstrip() + "…"
    return line


def _title_depths(found: Segmentation) -> dict[str, int]:
    """Return how deep each title stands in the paths of the clauses below it."""
    depths: dict[str, int] = {}
    for clause in found.clauses:
        for depth, title in enumerate(clause.path):
            depths.setdefault(title, depth)
    return depths


def _label(clause: Clause) -> str:
    is_named = clause.kind in (ClauseKind.PREAMBLE, ClauseKind.CLOSING)
    return f"[{clause.label}]" if is_named else clause.label


def _left_out(starts: list[int], doubt: Doubt) -> OutlineEntry:
    start, oddity = starts[min(doubt.line, len(starts) - 1) - 1], doubt.oddity
    why, words = oddity.why("en"), first_words(oddity.label)
    return OutlineEntry(doubt.line, start, start, 0, "leftover", why, words, oddity)


def _doubt(starts: list[int], doubt: Doubt) -> OutlineEntry:
    start = starts[min(doubt.line, len(starts) - 1) - 1]
    return OutlineEntry(doubt.line, start, start, 0, "doubt", "", doubt.message, doubt.oddity)
