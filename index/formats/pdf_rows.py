"""Pieces of a printed page → its lines, and the words of these as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from index.segmentation.lines import read_opening

HAN = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
ENDS = '。；;！!？?.:：”"'
GAP = 0.7  # of the size of type; words of one line that stand further apart may be two cells
_MARKS = "，。；：、！？（）《》“”「」"  # they bring their own blank
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one line that are set alike, their place in points from the top left corner.

    Attributes:
        words: What it says.
        left: Where it begins.
        right: Where it ends.
        base: The line on which its letters stand.
        size: Of its type.
        bold: Whether it stands in bold type.
        blank: Whether the file has a blank before it.
        order: When the file draws it, counted on its page.
    """

    words: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    blank: bool = True
    order: int = 0


Rule = tuple[float, float, float]  # a line drawn across a page: its height, left and right end
Span = tuple[float, float]  # where something begins and ends from left to right


class Row:
    """What stands on one line of a page.

    Attributes:
        pieces: From left to right.
        size: The largest size of its type.
        base: The line on which most of it stands.
        left: Where it begins.
        right: Where it ends.
    """

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = _glued(sorted(pieces, key=lambda piece: piece.left))
        large = max(self.pieces, key=lambda piece: (piece.size, len(piece.words)))
        self.size, self.base = large.size, large.base
        self.left = self.pieces[0].left
        self.right = max(piece.right for piece in self.pieces)

    @cached_property
    def words(self) -> str:
        """What it says, as a person reads it."""
        return _join(self)

    @cached_property
    def segments(self) -> list[Row]:
        """Its pieces in groups that stand close together."""
        found = [[self.pieces[0]]]
        right = self.pieces[0].right
        for piece in self.pieces[1:]:
            if piece.left - right >= GAP * piece.size:
                found.append([])
            found[-1].append(piece)
            right = max(right, piece.right)
        return [Row(pieces) for pieces in found] if len(found) > 1 else [self]

    @cached_property
    def spans(self) -> list[Span]:
        """Where its segments begin and end."""
        return [(segment.left, segment.right) for segment in self.segments]


def _glued(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces of a row with those joined that are one word."""
    whole: list[Piece] = []
    for piece in pieces:
        last = whole[-1] if whole else None
        if (
            last is not None
            and not piece.blank
            and abs(piece.left - last.right) <= 0.2 * piece.size
            and (piece.size, piece.base, piece.bold) == (last.size, last.base, last.bold)
        ):
            whole[-1] = replace(last, words=last.words + piece.words, right=piece.right)
        else:
            whole.append(piece)
    return whole


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of a page or of a column of it.

    Attributes:
        words: What it says.
        left: Where it begins.
        right: Where it ends.
        base: The line on which its letters stand.
        size: Of its type.
        bold: Whether all of it is bold.
        first: Width of its first word: what the line above had no room for.
        edge: Where the lines of its column end at most; 0 in a page of one column.
    """

    words: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    first: float = 0.0
    edge: float = 0.0


def to_rows(pieces: Iterable[Piece]) -> list[Row]:
    """Return the lines of a page from the top down; a raised number belongs to its line."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.base):
        above = groups[-1][-1] if groups else None
        if above is None or piece.base - above.base > 0.25 * min(piece.size, above.size):
            groups.append([])
        groups[-1].append(piece)
    whole: list[Row] = []
    for row in map(Row, groups):
        if whole and _belongs(whole[-1], row):
            whole[-1] = Row([*whole[-1].pieces, *row.pieces])
        else:
            whole.append(row)
    return whole


def _belongs(above: Row, row: Row) -> bool:
    """Return whether one of two rows is the raised or lowered signs of the other."""
    small, large = sorted((above, row), key=lambda row: row.size)
    size = large.size
    return (
        small.size < 0.9 * size
        and row.base - above.base < 0.55 * size
        and all(any(_touch(piece, other, size) for other in large.pieces) for piece in small.pieces)
    )


def _touch(piece: Piece, other: Piece, size: float) -> bool:
    return -0.5 * size < piece.left - other.right < 0.5 * size or (
        -0.5 * size < other.left - piece.right < 0.5 * size
    )


def to_line(row: Row, edge: float = 0.0) -> PrintedLine:
    """Return a row as one line of words."""
    return PrintedLine(
        words=row.words,
        left=row.left,
        right=row.right,
        base=row.base,
        size=row.size,
        bold=all(piece.bold for piece in row.pieces if any(map(str.isalnum, piece.words))),
        first=first_width(row),
        edge=edge,
    )


def _join(row: Row) -> str:
    """Return the words of a row as a person reads them."""
    size, base = row.size, row.base
    loose = _letter_spacing(row)
    words = ""
    for at, piece in enumerate(row.pieces):
        before = row.pieces[at - 1] if at else None
        is_small = piece.size < 0.85 * size and base - piece.base > 0.15 * size
        shown = piece.words
        if is_small and shown.isdecimal() and len(shown) < 4:
            shown = shown.translate(RAISED)
        if before is not None:
            gap = piece.left - before.right
            is_apart = gap > 0.2 * size or (piece.blank and gap > -0.1 * size)
            is_han = _is_han(before.words, shown)
            is_spaced = is_han and len(before.words) == 1 and gap <= loose
            is_mark = is_han and gap < size and (words[-1] in _MARKS or shown[0] in _MARKS)
            words += " " if is_apart and not is_spaced and not is_mark else ""
        words += shown
    return words


def _is_han(before: str, after: str) -> bool:
    return bool(HAN.match(before[-1]) and HAN.match(after[0]))


def _letter_spacing(row: Row) -> float:
    """Return the gap at most between single Chinese characters that are set wide; 0 if none are."""
    singles = [
        after.left - before.right
        for before, after in pairwise(row.pieces)
        if len(before.words) == 1 and _is_han(before.words, after.words)
    ]
    others = sum(len(HAN.findall(piece.words)) > 1 for piece in row.pieces)
    return 1.6 * median(singles) + 1 if singles and len(singles) >= others else 0.0


def first_width(row: Row) -> float:
    """Return the width of what could have stood on the line above."""
    words = row.pieces[0].words
    if HAN.match(words):
        return row.size * (2 if len(words) > 1 and words[1] in "，。；：、）》”！？" else 1)
    right = row.pieces[0].right
    for before, piece in pairwise(row.pieces):
        if piece.blank or piece.left - before.right > 0.2 * piece.size:
            break
        right = piece.right
    han = HAN.search(words)
    share = han.start() / len(words) if han else 1.0
    return (right - row.left) * share


def join_words(lines: Sequence[str]) -> str:
    """Return lines as one, Chinese ones without a blank between them."""
    words = ""
    for line in lines:
        is_han = words and (HAN.match(words[-1]) or HAN.match(line[0]))
        words += line if not words or is_han else f" {line}"
    return words


def step(rows: Sequence[Row], at: int) -> float:
    """Return the distance of a row from the one above."""
    return rows[at].base - rows[at - 1].base


def _is_label(words: str) -> bool:
    """Return whether words are a number or a bullet and nothing else."""
    opening = read_opening(words, 0, len(words))
    return opening.end >= len(words) and (opening.label is not None or opening.bullet)


def are_labels(rows: Iterable[Row]) -> bool:
    """Return whether the first part of rows is numbers or bullets nearly everywhere."""
    firsts = [_is_label(row.segments[0].words) for row in rows]
    return sum(firsts) >= 0.8 * len(firsts)
