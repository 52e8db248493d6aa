"""A table of a page: its cells in their columns, and whether it is a table to a reader at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto

from lxml.html import HtmlElement

from index.formats.html.columns import (
    are_clauses,
    says_something,
    share_numbers,
    stand_side_by_side,
)
from index.formats.html.elements import heading_depth
from index.segmentation.labels import read_label

_MOST_COLUMNS = 60
_LONGEST_SPAN = 5  # digits
_MOST_SPANNED = 20_000  # rows that cells span in all, so that a table stays as large as its file
_PARAGRAPHS = 4  # in one cell; it is a column of the page then
_SAID = 3  # one in so many rows says something in a text; in a list of words, none does
_NUMBERS = 0.6  # of the cells of a first column that holds the numbers of clauses
_LONGEST_NUMBER = 12
_CELL_HEADING = 5  # the first depth of a heading that may stand in the cell of a table
_PARTS = {"thead": 0, "tbody": 1, "tfoot": 2}  # in the order in which they are drawn


class Layout(Enum):
    """What a table is to a reader."""

    DATA = auto()
    PAGE = auto()  # it only lays out the page: cells one after another
    NUMBERED = auto()  # its first column holds the numbers of clauses
    COLUMNS = auto()  # texts side by side, each read down


class Table:
    """One table.

    Attributes:
        layout: What it is to a reader.
    """

    def __init__(
        self,
        element: HtmlElement,
        read: Callable[[HtmlElement], str],
        is_left_out: Callable[[HtmlElement], bool],
    ) -> None:
        """Take a table apart.

        Args:
            element: Where it stands.
            read: Returns the words of a cell on one line.
            is_left_out: Returns whether a row or cell is not read.
        """
        parts = [one for one in element if one.tag in ("tr", *_PARTS) and not is_left_out(one)]
        parts.sort(key=lambda part: _PARTS.get(str(part.tag), 1))
        rows = [row for part in parts for row in ([part] if part.tag == "tr" else part)]
        self._cells = [
            [cell for cell in row if cell.tag in ("td", "th") and not is_left_out(cell)]
            for row in rows
            if row.tag == "tr" and not is_left_out(row)
        ]
        self._grid = [
            row for row in _make_grid(self._cells) if any(cell is not None for cell in row)
        ]
        self._words: dict[HtmlElement | None, str] = {None: ""}
        self._sides: list[int] = []
        if any(True for cells in self._cells for cell in cells for _ in cell.iter("table")):
            self.layout = Layout.PAGE  # unread, so that tables within tables are read once
            return
        self._words |= {cell: read(cell) for cells in self._cells for cell in cells}
        self.layout = self._find_layout(element.get("role", ""))

    def rows(self) -> list[list[str]]:
        """Return the words of each row by column."""
        rows = [[self._words[cell] for cell in row] for row in self._grid]
        width = max((at for row in rows for at, words in enumerate(row, 1) if words), default=0)
        return [row[:width] for row in rows]

    def cells(self) -> Iterator[tuple[str, HtmlElement]]:
        """Yield each cell of what is no table to a reader, with the number beside it."""
        if self.layout is Layout.PAGE:
            yield from (("", cell) for cells in self._cells for cell in cells)
            return
        seen: set[HtmlElement] = set()
        for turn, side in enumerate(self._sides):
            for row in self._grid:
                first = row[0] if self._sides[0] else None
                words = self._words[first]
                is_label = len(words) <= _LONGEST_NUMBER and (turn > 0 or first not in seen)
                label = words if is_label else ""
                if first is not None and first not in seen:
                    seen.add(first)
                    if words and not label:
                        yield "", first
                cell = row[side] if side < len(row) else None
                if cell is not None and cell not in seen:
                    seen.add(cell)
                    yield label, cell

    def _find_layout(self, role: str) -> Layout:
        rows = [row for row in self.rows() if any(row)]
        columns = [[row[at] if at < len(row) else "" for row in rows]
                   for at in range(max(map(len, rows), default=0))]  # fmt: skip
        if sum(any(column) for column in columns) < 2:
            return Layout.PAGE
        is_headed = any(cell.tag == "th" for cells in self._cells for cell in cells)
        first = [words for words in columns[0] if words]
        is_numbered = sum(map(_is_number, first)) > _NUMBERS * len(first)
        sides = [at for at in range(is_numbered, len(columns)) if any(columns[at])]
        texts = [columns[at] for at in sides]
        said = max((sum(map(says_something, text)) for text in texts), default=0)
        self._sides = sides
        if stand_side_by_side(texts) or _are_editions(texts, is_headed=is_headed):
            return Layout.COLUMNS
        is_one = len(sides) == 1 and said > 0
        if is_numbered and is_one and (not is_headed or _SAID * said >= len(rows)):
            return Layout.NUMBERED
        is_one_row = len(rows) == 1 and said > 0 and not is_headed
        if role in ("none", "presentation") or is_one_row or self._has_page_parts():
            return Layout.PAGE
        full = sum(sum(map(bool, row)) > 1 for row in rows)
        return Layout.DATA if 2 * full >= len(rows) else Layout.PAGE

    def _has_page_parts(self) -> bool:
        """Return whether a cell holds a heading or so many paragraphs as a page does."""
        cells = [cell for cells in self._cells for cell in cells if cell.tag == "td"]
        return any(
            sum(1 for _ in cell.iter("p", "li")) > _PARAGRAPHS
            or any(0 < heading_depth(one) < _CELL_HEADING for one in cell.iter())
            for cell in cells
        )


def _make_grid(table: list[list[HtmlElement]]) -> list[list[HtmlElement | None]]:
    """Return cells by row and column; one that spans rows stands in each of them."""
    grid: list[list[HtmlElement | None]] = []
    hanging: dict[int, tuple[HtmlElement | None, int]] = {}  # by column, with the rows to come
    spanned = 0
    for number, cells in enumerate(table):
        row: list[HtmlElement | None] = []
        waiting = cells[::-1]
        while waiting or any(at >= len(row) for at in hanging):
            if len(row) in hanging:
                above, left = hanging.pop(len(row))
                if left > 1:
                    hanging[len(row)] = (above, left - 1)
                row.append(above)
            elif not waiting:
                row.append(None)
            else:
                cell = waiting.pop()
                columns = min(_span(cell, "colspan") or 1, _MOST_COLUMNS)
                below = len(table) - number - 1
                left = min((_span(cell, "rowspan") or len(table)) - 1, below)
                left = left if spanned + left <= _MOST_SPANNED else 0
                spanned += left
                for at in range(columns):
                    held = None if at else cell
                    if left:
                        hanging[len(row)] = (held, left)
                    row.append(held)
        grid.append(row)
    return grid


def _span(cell: HtmlElement, name: str) -> int:
    words = cell.get(name, "1").strip()
    return int(words[:_LONGEST_SPAN]) if words.isascii() and words.isdigit() else 1


def _are_editions(texts: list[list[str]], *, is_headed: bool) -> bool:
    """Return whether two columns are clauses both, as of two editions or languages."""
    is_text = len(texts) == 2 and all(map(are_clauses, texts))
    return is_text and (not is_headed or share_numbers(*texts))


def _is_number(words: str) -> bool:
    """Return whether words are the number of a clause and no more."""
    if not 0 < len(words) <= _LONGEST_NUMBER:
        return False
    label = read_label(f"{words} ", 0, len(words) + 1)
    return label is not None and label.end >= len(words)
