"""Rows of a page → columns and tables, in the order in which a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.formats.pdf_rows import (
    GAP,
    PrintedLine,
    Row,
    Rule,
    are_labels,
    step,
    to_line,
    to_rows,
)
from index.formats.pdf_tables import Table, are_drawn_apart, judge, table_span, to_table

_MOST_PLACES = 80  # where a page may be cut in two, of which the commonest are tried
_DEEPEST = 4  # columns within columns


@dataclass(slots=True)
class Flow:
    """What is read in one go: the lines across a page, or those of a column, or a table.

    Attributes:
        parts: From the first to the last.
        guessed: Whether it may be that what stands side by side is read in the wrong order.
    """

    parts: list[PrintedLine | Table] = field(default_factory=list)
    guessed: bool = False


def lay_out(rows: Sequence[Row], rules: Sequence[Rule], edge: float = 0.0) -> list[Flow]:
    """Return what a page holds in the order in which it is read.

    Args:
        rows: Its lines, from the top down.
        rules: What is drawn across it.
        edge: Where its lines end at most; 0 where other pages tell.
    """
    return _Layout(rules).read(rows, edge, 0)


class _Layout:
    """Cuts a page into columns and tables."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    def read(self, rows: Sequence[Row], edge: float, depth: int) -> list[Flow]:
        """Return the flows of some rows of a page or a column, whose lines end at an edge."""
        if not rows:
            return []
        block = _find_block(rows) if depth < _DEEPEST else None
        if block is None:
            return [Flow([to_line(row, edge) for row in rows])]
        start, end = block.start, block.end
        grouped, is_table, is_sure = judge(rows[start:end], block.place, self._rules)
        if is_table:
            start, end = table_span(rows, start, end, block.place)
        flows = self.read(rows[:start], edge, depth)
        if is_table:
            flows.append(Flow([to_table(rows[start:end], self._rules)], guessed=not is_sure))
        else:
            guessed = not is_sure
            for column in grouped:
                own = to_rows(piece for row in column for piece in row.pieces)
                found = self.read(own, max(row.right for row in own), depth + 1)
                found[0].guessed |= guessed
                guessed = False
                flows += found
        return flows + self.read(rows[end:], edge, depth)


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that a strip without words parts from top to bottom.

    Attributes:
        start: Place of the first row.
        end: Place after the last.
        place: Where the strip is.
        weight: How many rows have words on both sides.
    """

    start: int
    end: int
    place: float
    weight: float


def _find_block(rows: Sequence[Row]) -> _Block | None:
    """Return the rows with the longest strip without words, if there are any."""
    leftmost = min(row.left for row in rows)
    places: Counter[float] = Counter()
    for row in rows:
        if row.left > leftmost + 6 * row.size:
            places[round(row.left - 1)] += 1
        for before, after in pairwise(row.spans):
            places[round(after[0] - 1)] += 1
            places[round((before[1] + after[0]) / 2)] += 1
    found = (
        block for place, _ in places.most_common(_MOST_PLACES) for block in _blocks_at(rows, place)
    )
    return max(found, key=lambda block: block.weight, default=None)


def _blocks_at(rows: Sequence[Row], place: float) -> Iterable[_Block]:
    """Yield the runs of rows that no words cross at a place."""
    start = 0
    for at in range(len(rows) + 1):
        is_crossed = at == len(rows) or any(left < place < right for left, right in rows[at].spans)
        if is_crossed or _is_heading_between(rows, place, start, at):
            block = _trimmed(rows, place, start, at)
            if block is not None:
                yield block
            start = at if not is_crossed else at + 1


def _is_heading_between(rows: Sequence[Row], place: float, start: int, at: int) -> bool:
    """Return whether a short row stands between what is left and right above and below it."""
    if not start < at < len(rows) - 1 or rows[at].right > place:
        return False
    row, near = rows[at], (rows[at - 1], rows[at + 1])
    usual = median(other.size for other in rows[start:at])
    is_marked = row.size > 1.1 * usual or all(piece.bold for piece in row.pieces)
    both = all(other.spans[0][1] < place < other.spans[-1][0] for other in near)
    return is_marked and both and min(step(rows, at), step(rows, at + 1)) > 1.8 * row.size


def _trimmed(rows: Sequence[Row], place: float, start: int, end: int) -> _Block | None:
    """Return the rows of a run that have words on both sides, if they make a block."""
    lefts = [at for at in range(start, end) if rows[at].spans[0][1] <= place]
    rights = [at for at in range(start, end) if rows[at].spans[-1][0] >= place]
    first = _first(rows, lefts, rights, start) if lefts and rights else end
    lefts, rights = [at for at in lefts if at >= first], [at for at in rights if at >= first]
    if not lefts or not rights:
        return None
    last = min(lefts[-1], rights[-1]) + 1
    beside = _count_beside(rows, lefts, rights, place)
    inner = [span for row in rows[first:last] for span in row.spans]
    ends = [right for _, right in inner if right <= place]
    starts = [left for left, _ in inner if left >= place]
    if not beside or not ends or not starts:
        return None
    size = median(row.size for row in rows[first:last])
    width = min(starts) - max(ends)
    if width < size * (1.5 if beside < 4 else 1.0 if beside < 8 else GAP):
        return None
    firsts = [rows[at] for at in lefts]
    if are_labels(firsts) and sum(len(row.spans) > 2 for row in firsts) <= 0.6 * len(firsts):
        return None  # numbers before their text, and no first column of a table
    last = _tail(rows, last, end) if lefts[-1] >= last else end
    return _Block(first, last, place, beside + min(width / size, 9) / 10)


def _first(rows: Sequence[Row], lefts: Sequence[int], rights: Sequence[int], start: int) -> int:
    """Return the first row that has words beside it, or above it in the right column."""
    first = max(lefts[0], rights[0])
    if first > start and step(rows, first) < 0.8 * rows[first].size:
        first -= 1  # lines that stand side by side, though not quite
    own = min((rows[at].spans[-1][0] for at in rights if at >= first), default=0.0)
    while first > start and lefts[0] >= first and _is_above(rows, first, own):
        first -= 1
    return first


def _count_beside(
    rows: Sequence[Row], lefts: Sequence[int], rights: Sequence[int], place: float
) -> int:
    """Return how many rows have words on both sides; 0 where too few have."""
    both = set(lefts) & set(rights)
    beside = len(both) + sum(
        at - 1 in {*lefts, *rights}
        and (at in lefts) != (at - 1 in lefts)
        and step(rows, at) < 0.8 * rows[at].size
        for at in {*lefts, *rights} - both
    )
    fewer = min(len(lefts), len(rights))
    if beside >= 2 and beside >= 0.4 * fewer:
        return beside
    sides = [[part for at in own for part in rows[at].segments if (part.left > place) is is_right]
             for own, is_right in ((lefts, False), (rights, True))]  # fmt: skip
    return fewer if are_drawn_apart(sides) else 0


def _is_above(rows: Sequence[Row], first: int, left: float) -> bool:
    """Return whether the row above the first is one of the column that begins at ``left``."""
    own = rows[first - 1].left
    is_near = step(rows, first) < 1.6 * rows[first - 1].size and own > left - 3
    return abs(own - left) < 3 or is_near


def _tail(rows: Sequence[Row], last: int, end: int) -> int:
    """Return where the left column ends that goes on below the right one."""
    if end == len(rows):
        return end
    while last < end and step(rows, last) < 1.6 * rows[last - 1].size:
        last += 1
    return last
