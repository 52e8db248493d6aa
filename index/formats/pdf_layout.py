"""Pieces of a printed page → lines, columns and tables, in the order in which a person reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from index.segmentation.lines import read_opening

HAN = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
ENDS = '。；;！!？?.:：”"'
_GAP = 0.7  # of the size of type; words of one line that stand further apart may be two cells
_MARKS = "，。；：、！？（）《》“”「」"  # they bring their own blank
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_PLACES = 80  # where a page may be cut in two, of which the commonest are tried
_DEEPEST = 4  # columns within columns


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
            if piece.left - right >= _GAP * piece.size:
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


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in rows.

    Attributes:
        rows: Every row has the same number of cells.
    """

    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Flow:
    """What is read in one go: the lines across a page, or those of a column, or a table.

    Attributes:
        parts: From the first to the last.
        guessed: Whether it may be that what stands side by side is read in the wrong order.
    """

    parts: list[PrintedLine | Table] = field(default_factory=list)
    guessed: bool = False


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
        first=_first_width(row),
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
            shown = shown.translate(_RAISED)
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


def _first_width(row: Row) -> float:
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
        grouped, is_table, is_sure = self._judge(block)
        if is_table:
            end = start + _table_end(rows[start:end], block.place)
            start, end = _with_merged(rows, start, end)
        flows = self.read(rows[:start], edge, depth)
        if is_table:
            flows.append(Flow([self._table(rows[start:end])], guessed=not is_sure))
        else:
            guessed = not is_sure
            for column in grouped:
                own = to_rows(piece for row in column for piece in row.pieces)
                found = self.read(own, max(row.right for row in own), depth + 1)
                found[0].guessed |= guessed
                guessed = False
                flows += found
        return flows + self.read(rows[end:], edge, depth)

    def _judge(self, block: _Block) -> tuple[list[list[Row]], bool, bool]:
        """Return the columns of a block, whether it is a table, and whether that is sure."""
        rows = block.rows[: block.end - block.start]
        columns = _columns(rows, _gutters(rows))
        look = _Look(columns)
        if look.has_labels or look.has_two_languages or _are_drawn_apart(columns):
            return columns, False, True
        if self._is_ruled(rows, block.place) and look.letters < 90:
            return columns, True, True
        if look.letters < 14 or _has_bands(rows, columns):
            return columns, True, look.wraps < 0.3
        is_table = look.wraps < 0.3 and look.letters < 30
        return columns, is_table, look.wraps > 0.45 and look.letters >= 16

    def _is_ruled(self, rows: Sequence[Row], place: float) -> bool:
        """Return whether lines are drawn between the rows, across both sides."""
        first, last = rows[0].base, rows[-1].base - 0.8 * rows[-1].size
        return any(first < at < last and left < place < right for at, left, right in self._rules)

    def _table(self, rows: Sequence[Row]) -> Table:
        """Return the cells of a table; one that reaches over columns stands in its first."""
        gutters = _table_gutters(rows)
        bands = _by_rules(rows, self._rules) or _by_gaps(rows, gutters)
        cells: list[tuple[str, ...]] = []
        for band in bands:
            columns = _cut(band, gutters)
            cells.append(tuple(join_words([row.words for row in column]) for column in columns))
        return Table(tuple(cells))


def join_words(lines: Sequence[str]) -> str:
    """Return lines as one, Chinese ones without a blank between them."""
    words = ""
    for line in lines:
        is_han = words and (HAN.match(words[-1]) or HAN.match(line[0]))
        words += line if not words or is_han else f" {line}"
    return words


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that a strip without words parts from top to bottom.

    Attributes:
        rows: Of the page, from the first of the block on.
        start: Place of the first row.
        end: Place after the last.
        place: Where the strip is.
        weight: How many rows have words on both sides.
    """

    rows: Sequence[Row]
    start: int
    end: int
    place: float
    weight: float


def _find_block(rows: Sequence[Row]) -> _Block | None:
    """Return the rows with the longest strip without words, if there are any."""
    spans = [row.spans for row in rows]
    leftmost = min(row[0][0] for row in spans)
    places: Counter[float] = Counter()
    for row, parts in zip(rows, spans, strict=True):
        if parts[0][0] > leftmost + 6 * row.size:
            places[round(parts[0][0] - 1)] += 1
        for before, after in pairwise(parts):
            places[round(after[0] - 1)] += 1
            places[round((before[1] + after[0]) / 2)] += 1
    best = None
    for place, _ in places.most_common(_MOST_PLACES):
        for block in _blocks_at(rows, spans, place):
            if best is None or block.weight > best.weight:
                best = block
    return best


def _blocks_at(
    rows: Sequence[Row], spans: Sequence[Sequence[Span]], place: float
) -> Iterable[_Block]:
    """Yield the runs of rows that no words cross at a place."""
    start = 0
    for at in range(len(rows) + 1):
        is_crossed = at == len(rows) or any(left < place < right for left, right in spans[at])
        if is_crossed or _is_heading_between(rows, spans, place, at, start):
            block = _trimmed(rows, spans, place, start, at)
            if block is not None:
                yield block
            start = at if not is_crossed else at + 1


def _is_heading_between(
    rows: Sequence[Row], spans: Sequence[Sequence[Span]], place: float, at: int, start: int
) -> bool:
    """Return whether a short row stands between what is left and right above and below it."""
    if not start < at < len(rows) - 1 or spans[at][-1][1] > place:
        return False
    size = rows[at].size
    far = rows[at].base - rows[at - 1].base, rows[at + 1].base - rows[at].base
    is_marked = all(piece.bold for piece in rows[at].pieces) or size > 1.1 * median(
        row.size for row in rows[start:at]
    )
    both = all(spans[near][0][1] < place < spans[near][-1][0] for near in (at - 1, at + 1))
    return is_marked and both and min(far) > 1.1 * size


def _trimmed(
    rows: Sequence[Row], spans: Sequence[Sequence[Span]], place: float, start: int, end: int
) -> _Block | None:
    """Return the rows of a run that have words on both sides, if they make a block."""
    lefts = [at for at in range(start, end) if spans[at][0][1] <= place]
    rights = [at for at in range(start, end) if spans[at][-1][0] >= place]
    if not lefts or not rights:
        return None
    first = max(lefts[0], rights[0])
    if first > start and _step(rows, first) < 0.8 * rows[first].size:
        first -= 1  # lines that stand side by side, though not quite
    own = min(spans[at][-1][0] for at in rights if at >= first) if rights[-1] >= first else place
    while first > start and lefts[0] >= first and _is_above(rows, spans, first, own):
        first -= 1  # the right column begins above the left one
    if min(lefts[-1], rights[-1]) < first:
        return None
    lefts, rights = [at for at in lefts if at >= first], [at for at in rights if at >= first]
    both = set(lefts) & set(rights)
    beside = len(both) + sum(
        (at in lefts) != (at - 1 in lefts) and _step(rows, at) < 0.8 * rows[at].size
        for at in {*lefts, *rights} - both if at > first
    )  # fmt: skip
    if beside < 2 or beside < 0.4 * min(len(lefts), len(rights)):
        return None
    size = median(rows[at].size for at in range(first, end))
    last = min(lefts[-1], rights[-1]) + 1
    inner = range(first, last)
    width = min(left for at in inner for left, _ in spans[at] if left >= place) - max(
        right for at in inner for _, right in spans[at] if right <= place
    )
    if width < size * (1.5 if beside < 4 else 1.0 if beside < 8 else _GAP):
        return None
    if _are_labels(rows[at] for at in lefts) and not _stands_in_table(rows, lefts, place):
        return None
    last = _tail(rows, last, end, len(rows)) if lefts[-1] >= last else end
    return _Block(rows[first:], first, last, place, beside + min(width / size, 9) / 10)


def _is_above(
    rows: Sequence[Row], spans: Sequence[Sequence[Span]], first: int, left: float
) -> bool:
    """Return whether the row above the first is one of the column that begins at ``left``."""
    own, size = spans[first - 1][0][0], rows[first - 1].size
    is_near = _step(rows, first) < 1.6 * size and own > left - 3
    return abs(own - left) < 3 or is_near


def _step(rows: Sequence[Row], at: int) -> float:
    return rows[at].base - rows[at - 1].base


def _tail(rows: Sequence[Row], last: int, end: int, count: int) -> int:
    """Return where the left column ends that goes on below the right one."""
    if end == count:
        return end
    while last < end and _step(rows, last) < 1.6 * rows[last - 1].size:
        last += 1
    return last


def _is_label(words: str) -> bool:
    """Return whether words are a number or a bullet and nothing else."""
    opening = read_opening(words, 0, len(words))
    return opening.end >= len(words) and (opening.label is not None or opening.bullet)


def _are_labels(rows: Iterable[Row]) -> bool:
    """Return whether the first part of rows is numbers or bullets nearly everywhere."""
    firsts = [_is_label(row.segments[0].words) for row in rows]
    return sum(firsts) >= 0.8 * len(firsts)


def _stands_in_table(rows: Sequence[Row], lefts: Sequence[int], place: float) -> bool:
    """Return whether what is labelled is cells: several of them in most rows."""
    del place
    return sum(len(rows[at].segments) > 2 for at in lefts) > 0.6 * len(lefts)


def _gutters(rows: Sequence[Row]) -> list[Span]:
    """Return the strips that no words of rows cross, from left to right."""
    size = median(row.size for row in rows)
    found: list[Span] = []
    spans = sorted(span for row in rows for span in row.spans)
    edge = spans[0][1]
    for left, right in spans[1:]:
        if left - edge >= _GAP * size:
            found.append((edge, left))
        edge = max(edge, right)
    return found


def _column_of(segment: Row, gutters: Sequence[Span]) -> int:
    """Return the place of the column in which a part of a row begins."""
    return sum(segment.left >= (left + right) / 2 for left, right in gutters)


def _cut(rows: Sequence[Row], gutters: Sequence[Span]) -> list[list[Row]]:
    """Return the parts of rows that stand in each column."""
    columns: list[list[Row]] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        parts: dict[int, list[Piece]] = {}
        for segment in row.segments:
            parts.setdefault(_column_of(segment, gutters), []).extend(segment.pieces)
        for at, pieces in parts.items():
            columns[at].append(Row(pieces))
    return columns


def _columns(rows: Sequence[Row], gutters: Sequence[Span]) -> list[list[Row]]:
    """Return the rows of each column; one of bare numbers belongs to the next."""
    columns = _cut(rows, gutters)
    whole: list[list[Row]] = []
    held: list[Row] = []
    for at, column in enumerate(columns):
        if at < len(columns) - 1 and _are_labels(column):
            held += column
            continue
        whole.append([*held, *column])
        held = []
    return whole


class _Look:
    """What the lines of columns look like.

    Attributes:
        letters: How many a line has on average; a Chinese one counts as two.
        wraps: Share of lines that go on with the words of the line above, 0 to 1.
        has_labels: Whether numbered clauses stand in more than one column.
        has_two_languages: Whether one column is Chinese and another is not.
    """

    def __init__(self, columns: Sequence[Sequence[Row]]) -> None:
        lines = [[to_line(row) for row in to_rows(p for row in column for p in row.pieces)]
                 for column in columns]  # fmt: skip
        every = [line for column in lines for line in column]
        self.letters = sum(_letters(line.words) for line in every) / len(every)
        steps = [_wraps(column) for column in lines if len(column) > 1]
        self.wraps = sum(steps) / len(steps) if steps else 0.0
        labelled = [any(_opens_clause(line.words) for line in column) for column in lines]
        self.has_labels = sum(labelled) > 1 and self.letters >= 12
        shares = [_han_share(column) for column in lines]
        self.has_two_languages = max(shares) > 0.5 and min(shares) < 0.1 and self.letters >= 14


def _letters(words: str) -> int:
    return len(words) + len(HAN.findall(words))


def _han_share(lines: Sequence[PrintedLine]) -> float:
    words = "".join(line.words for line in lines)
    return len(HAN.findall(words)) / max(sum(map(str.isalpha, words)), 1)


def _opens_clause(words: str) -> bool:
    opening = read_opening(words, 0, len(words))
    return opening.label is not None and len(words) - opening.end > 1


def _wraps(lines: Sequence[PrintedLine]) -> float:
    """Return the share of lines of a column that go on with a sentence."""
    edge = max(line.right for line in lines)
    count = 0
    for above, line in pairwise(lines):
        is_long = above.right - above.left >= 7 * above.size
        is_full = above.right + line.first > edge - 0.5 * line.size
        goes_on = line.words[0].islower() or bool(HAN.match(line.words[0]))
        count += is_long and is_full and goes_on and above.words[-1] not in ENDS
    return count / (len(lines) - 1)


def _gaps(rows: Sequence[Row]) -> list[float]:
    """Return the white between each row and what stands above it."""
    found = []
    edge = rows[0].base
    for row in rows[1:]:
        found.append(max(row.base - 0.8 * row.size - edge - 0.2 * row.size, 0.0))
        edge = max(edge, row.base)
    return found


def _bands(rows: Sequence[Row]) -> list[list[Row]]:
    """Return rows in groups that wider gaps part; every row alone where all gaps are alike."""
    gaps = _gaps(rows)
    tight = min(gaps, default=0.0)
    size = median(row.size for row in rows)
    is_even = max(gaps, default=0.0) - tight < 0.12 * size
    bands = [[rows[0]]]
    for gap, row in zip(gaps, rows[1:], strict=True):
        if is_even or gap - tight > 0.12 * size:
            bands.append([])
        bands[-1].append(row)
    return bands


def _has_bands(rows: Sequence[Row], columns: Sequence[Sequence[Row]]) -> bool:
    """Return whether gaps across all columns part rows of cells, most of them short."""
    bands = _bands(rows)
    if len(bands) < 3 or len(bands) == len(rows) or len(columns) < 2:
        return False
    if any(_wraps_over(above[-1], band[0]) for above, band in pairwise(bands)):
        return False
    whole = sum(any(len(row.segments) >= len(columns) for row in band) for band in bands)
    first = sum(len(band[0].segments) > 1 for band in bands)
    return whole >= 0.6 * len(bands) and first >= 0.6 * len(bands) and len(rows) < 5 * len(bands)


def _wraps_over(above: Row, row: Row) -> bool:
    """Return whether a sentence goes on from one row to the next, in one place of both."""
    ends = {round(part.left): part.words for part in above.segments}
    for part in row.segments:
        words = ends.get(round(part.left), "")
        if len(words) > 20 and words[-1] not in ENDS and part.words[0].islower():
            return True
    return False


def _are_drawn_apart(columns: Sequence[Sequence[Row]]) -> bool:
    """Return whether a file draws one column after the other; tables are drawn row by row."""
    order = sorted(
        (piece.order, at)
        for at, column in enumerate(columns) for row in column for piece in row.pieces
    )  # fmt: skip
    changes = sum(before[1] != after[1] for before, after in pairwise(order))
    return changes == len(columns) - 1 and min(map(len, columns)) > 2


def _table_end(rows: Sequence[Row], place: float) -> int:
    """Return where a table ends: far below it, or below its first column, stands more text."""
    steps = [_step(rows, at) for at in range(1, len(rows))]
    far = 2.2 * median(steps)
    end = next((at for at, step in enumerate(steps, 1) if step > far), len(rows))
    while end > 2:
        row = rows[end - 1]
        is_one = len(row.segments) == 1
        is_next = _step(rows, end - 1) <= 1.3 * row.size and not _opens_clause(row.words)
        if not is_one or row.left > place or is_next:
            break
        end -= 1
    return end


def _with_merged(rows: Sequence[Row], start: int, end: int) -> tuple[int, int]:
    """Return where a table starts and ends with the rows whose cells reach over its columns."""
    near = 1.3 * median(_step(rows, at) for at in range(start + 1, end))
    if start and len(rows[start - 1].segments) > 1 and _step(rows, start) < near:
        start -= 1
    if end < len(rows) and len(rows[end].segments) > 1 and _step(rows, end) < near:
        end += 1
    return start, end


def _table_gutters(rows: Sequence[Row]) -> list[Span]:
    """Return the strips between the columns of a table; one row may reach over them."""
    best = _gutters(rows)
    if len(rows) > 2:
        for at in range(len(rows)):
            found = _gutters([*rows[:at], *rows[at + 1 :]])
            if len(found) > len(best):
                best = found
    return best


def _by_rules(rows: Sequence[Row], rules: Sequence[Rule]) -> list[list[Row]] | None:
    """Return rows in groups that drawn lines part, or nothing where most have none."""
    left = min(row.left for row in rows)
    right = max(row.right for row in rows)
    heights = sorted(
        {round(at) for at, start, end in rules if start < right and end > left
         and end - start > 0.2 * (right - left)}
    )  # fmt: skip
    bands: dict[int, list[Row]] = {}
    for row in rows:
        middle = row.base - 0.4 * row.size
        bands.setdefault(sum(at < middle for at in heights), []).append(row)
    return list(bands.values()) if len(bands) > 2 else None


def _by_gaps(rows: Sequence[Row], gutters: Sequence[Span]) -> list[list[Row]]:
    """Return the lines of each row of a table in which nothing is drawn."""
    rows = _without_floating(rows, gutters)
    bands = _bands(rows)
    if len(bands) < len(rows):
        return bands
    edges = [left for left, _ in gutters] + [max(row.right for row in rows)]
    whole = [bands[0]]
    for band in bands[1:]:
        if _goes_on(whole[-1][-1], band[0], edges, gutters):
            whole[-1] += band
        else:
            whole.append(band)
    return whole


def _without_floating(rows: Sequence[Row], gutters: Sequence[Span]) -> list[Row]:
    """Return rows; a cell that stands between two of them, for both, belongs to the upper one."""
    found = [rows[0]]
    for at in range(1, len(rows)):
        row = rows[at]
        is_between = at + 1 < len(rows) and all(
            _step(rows, below) < 0.9 * row.size and not _column_of(rows[beside], gutters)
            for below, beside in ((at, at - 1), (at + 1, at + 1))
        )
        if is_between and _column_of(row, gutters):
            found[-1] = _merged(found[-1], row)
        else:
            found.append(row)
    return found


def _merged(above: Row, row: Row) -> Row:
    return Row([*above.pieces, *(replace(piece, base=above.base) for piece in row.pieces)])


def _goes_on(above: Row, row: Row, edges: Sequence[float], gutters: Sequence[Span]) -> bool:
    """Return whether every cell of a row is the rest of the one above, which was full."""
    cells = {_column_of(part, gutters): part for part in above.segments}
    for part in row.segments:
        at = _column_of(part, gutters)
        over = cells.get(at)
        if at == 0 or over is None:
            return False
        if over.right + _first_width(part) < edges[at] - 0.5 * part.size:
            return False
    return True
