"""An agreement's text → its clauses, by the agreement's own numbering.

Lines are read once, from the first to the last. A line is boilerplate, a heading, the
opening of a clause, or more words of what is open; ``outline`` says which labels are believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.clause import Clause
from index.segmentation.boilerplate import find_artefact, find_boilerplate
from index.segmentation.doubts import Doubt, OddityKind
from index.segmentation.line_reader import Reader
from index.segmentation.lines import Line, Page, skip_blanks, split_lines
from index.segmentation.outline_builder import finish
from index.segmentation.reading import doubt_reading

_MARKER = "marker"  # the reason of signs that nothing holds; there should be no words among them


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text that is no clause, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text taken apart; clauses with their labels, headings and leftovers cover all its words.

    Attributes:
        clauses: In the order of the text.
        headings: Titles, in the order of the text.
        leftovers: What is set aside: menus, artefacts, markers.
        doubts: In the order of the text.
        left_out: What stands around the agreement in its file and is not in the text, at the
            places where it would stand.
    """

    clauses: tuple[Clause, ...]
    headings: tuple[Span, ...]
    leftovers: tuple[Span, ...]
    doubts: tuple[Doubt, ...]
    left_out: tuple[Doubt, ...] = ()


def segment(text: str, agreement: str, notes: Sequence[Doubt] = ()) -> Segmentation:
    """Return the clauses of an agreement, its headings, and what is left over.

    Its text is whole and in any line ends; its id is the first part of every clause id; the notes
    are what the reader of its file doubts.
    """
    lines = _skip_artefacts(text, split_lines(text))
    reader = Reader(Page(text, lines, find_boilerplate(text, lines)))
    reader.read()
    found = reader.outline_builder
    clauses, repeats = finish(found.drafts, text, agreement)
    headings = tuple(Span(start, end, "heading") for start, end in found.headings)
    leftovers = _find_leftovers(text, clauses, headings, found.leftovers)
    lost = ((span.start, span.end) for span in leftovers if span.reason == _MARKER)
    known = [Doubt(line, oddity) for line, oddity in [*found.doubts, *repeats]]
    known += [note for note in notes if note.oddity.kind is not OddityKind.SET_ASIDE]
    left_out = tuple(note for note in notes if note.oddity.kind is OddityKind.SET_ASIDE)
    doubts = sorted({*doubt_reading(text, clauses, lost, known, left_out)}, key=_by_line)
    return Segmentation(clauses, headings, leftovers, tuple(doubts), left_out)


def _by_line(doubt: Doubt) -> tuple[int, str]:
    return doubt.line, doubt.message


def _skip_artefacts(text: str, lines: list[Line]) -> list[Line]:
    """Return the lines without an editor's artefact before their first word."""
    clean = []
    for line in lines:
        start = line.start
        while (after := find_artefact(text, start, line.end)) > start:
            start = skip_blanks(text, after, line.end)
        clean.append(replace(line, start=start) if start < line.end else line)
    return clean


def _find_leftovers(
    text: str,
    clauses: tuple[Clause, ...],
    headings: tuple[Span, ...],
    known: list[tuple[int, int, str]],
) -> tuple[Span, ...]:
    """Return every piece with words that no clause and no heading holds."""
    taken = sorted(
        [(clause.label_start, clause.end) for clause in clauses]
        + [(span.start, span.end) for span in headings]
    )
    reasons = {start: reason for start, _, reason in known}
    leftovers = []
    at = 0
    for start, end in [*taken, (len(text), len(text))]:
        leftovers += _pieces(text, at, start, reasons)
        at = max(at, end)
    return tuple(leftovers)


def _pieces(text: str, start: int, end: int, reasons: dict[int, str]) -> list[Span]:
    """Return the pieces of a gap, one a line; ``marker`` is the reason for loose signs."""
    pieces = []
    at = start
    for line in text[start:end].split("\n"):
        words = line.strip()
        if words:
            first = at + line.index(words[0])
            is_artefact = find_artefact(text, first, first + len(words)) == first + len(words)
            reason = "artefact" if is_artefact else _MARKER
            pieces.append(Span(first, first + len(words), reasons.get(first, reason)))
        at += len(line) + 1
    return pieces
