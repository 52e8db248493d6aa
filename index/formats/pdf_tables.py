"""Rows of words with white between them → columns that are read down, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from index.formats.pdf_rows import (
    ENDS,
    GAP,
    HAN,
    Piece,
    PrintedLine,
    Row,
    Rule,
    Span,
    are_labels,
    first_width,
    join_words,
    step,
    to_line,
    to_rows,
)
from index.segmentation.lines import read_opening


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in rows.

    Attributes:
        rows: Every row has the same number of cells.
    """

    rows: tuple[tuple[str, ...], ...]


def judge(
    rows: Sequence[Row], place: float, rules: Sequence[Rule]
) -> tuple[list[list[Row]], bool, bool]:
    """Return the columns that stand side by side, whether they are a table, and whether it is sure.

    Args:
        rows: With a strip between them that no words cross.
        place: Where the strip is.
        rules: What is drawn on the page.
    """
    columns = _columns(rows, _gutters(rows))
    look = _Look(columns)
    if look.has_labels or look.has_two_languages or are_drawn_apart(columns):
        return columns, False, True
    if _is_ruled(rows, place, rules) and look.letters < 90:
        return columns, True, True
    if look.letters < 14 or _has_bands(rows, columns):
        return columns, True, look.wraps < 0.3
    is_table = look.wraps < 0.3 and look.letters < 30
    return columns, is_table, look.wraps > 0.45 and look.letters >= 16


def _is_ruled(rows: Sequence[Row], place: float, rules: Sequence[Rule]) -> bool:
    """Return whether lines are drawn between the rows, across both sides."""
    first, last = rows[0].base, rows[-1].base - 0.8 * rows[-1].size
    return any(first < at < last and left < place < right for at, left, right in rules)


def to_table(rows: Sequence[Row], rules: Sequence[Rule]) -> Table:
    """Return the cells of a table; one that reaches over columns stands in its first."""
    gutters = _table_gutters(rows)
    bands = _by_rules(rows, rules) or _by_gaps(rows, gutters)
    cells: list[tuple[str, ...]] = []
    for band in bands:
        columns = _cut(band, gutters)
        cells.append(tuple(join_words([row.words for row in column]) for column in columns))
    return Table(tuple(cells))


def _gutters(rows: Sequence[Row]) -> list[Span]:
    """Return the strips that no words of rows cross, from left to right."""
    size = median(row.size for row in rows)
    found: list[Span] = []
    spans = sorted(span for row in rows for span in row.spans)
    edge = spans[0][1]
    for left, right in spans[1:]:
        if left - edge >= GAP * size:
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
        if at < len(columns) - 1 and are_labels(column):
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


def are_drawn_apart(columns: Sequence[Sequence[Row]]) -> bool:
    """Return whether a file draws one column after the other; tables are drawn row by row."""
    order = sorted(
        (piece.order, at)
        for at, column in enumerate(columns) for row in column for piece in row.pieces
    )  # fmt: skip
    changes = sum(before[1] != after[1] for before, after in pairwise(order))
    return changes == len(columns) - 1 and min(map(len, columns)) > 2


def _table_end(rows: Sequence[Row], place: float) -> int:
    """Return where a table ends: far below it, or below its first column, stands more text."""
    steps = [step(rows, at) for at in range(1, len(rows))]
    far = 2.2 * median(steps)
    end = next((at for at, step in enumerate(steps, 1) if step > far), len(rows))
    while end > 2:
        row = rows[end - 1]
        is_one = len(row.segments) == 1
        is_next = step(rows, end - 1) <= 1.3 * row.size and not _opens_clause(row.words)
        if not is_one or row.left > place or is_next:
            break
        end -= 1
    return end


def table_span(rows: Sequence[Row], start: int, end: int, place: float) -> tuple[int, int]:
    """Return where a table starts and ends, with rows whose cells reach over its columns."""
    end = start + _table_end(rows[start:end], place)
    near = 1.3 * median(step(rows, at) for at in range(start + 1, end))
    if start and len(rows[start - 1].segments) > 1 and step(rows, start) < near:
        start -= 1
    if end < len(rows) and len(rows[end].segments) > 1 and step(rows, end) < near:
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
            step(rows, below) < 0.9 * row.size and not _column_of(rows[beside], gutters)
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
        if over.right + first_width(part) < edges[at] - 0.5 * part.size:
            return False
    return True
