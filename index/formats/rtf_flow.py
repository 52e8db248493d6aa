"""What the words of an RTF document run into: paragraphs, cells, rows and tables in the making."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from index.formats.flow import MOST_COLUMNS, Cell, Item, LeftOut, Paragraph, Table, words_in
from index.segmentation.doubts import Aside

_NEAR = 30  # twips by which edges of one column may differ
_HEADING = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
_TITLES = ("title", "标题")
_CONTENTS = re.compile(
    r"(?:toc|contents) ?(?:[1-9].{0,20}|heading)|目录.{0,4}", re.IGNORECASE
)  # fmt: skip


class Edge(NamedTuple):
    """Where a cell ends, in twips, and whether it belongs to the one on its left or above it."""

    right: int
    from_left: bool
    from_above: bool


class Row(NamedTuple):
    """A row: where it begins, in twips, the edges of its cells, and what stands in them."""

    left: int
    edges: list[Edge]
    cells: list[list[Item]]


@dataclass(slots=True)
class State:
    r"""What a group inherits from the one around it.

    Attributes:
        flow: Where its words go.
        place: Of what it is: ``text``, ``note``, ``endnote``, ``margin``, ``box``, ``label``,
            ``fonts``, ``styles``, ``shape`` or ``skip``.
        font: Number of its font.
        style: Number of its paragraph's style.
        outline: Depth of the heading that its paragraph is, or 0.
        level: Of the list that its paragraph stands in, from 0.
        in_table: Whether its paragraph stands in a cell.
        is_hidden: Whether nobody sees its words.
        is_deleted: Whether they were deleted.
        is_bold: Whether they are bold.
        fallback: How many characters after ``\u`` are for readers that know no Unicode.
    """

    flow: Flow
    place: str = "text"
    font: int = 0
    style: int = 0
    outline: int = 0
    level: int = 0
    in_table: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    is_bold: bool = False
    fallback: int = 1


@dataclass(slots=True)
class Flow:
    """What is read in order: the text, a footnote, a text box, the head of a page.

    Attributes:
        items: What is complete.
        words: Of the paragraph being read.
        hidden: Its words that nobody sees.
        label: What is printed before it.
        notes: Its footnotes.
        boxes: Its text boxes.
        is_bold: Whether all its words are, as far as read.
        is_merged: Whether the end between it and the one before was deleted.
        cell: What the cell being read holds.
        cells: The cells of its row before it.
        edges: Of the cells of a row.
        left: Where the row begins, in twips.
        rows: Of the table being read.
    """

    items: list[Item] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Item] = field(default_factory=list)
    is_bold: bool | None = None
    is_merged: bool = False
    cell: list[Item] = field(default_factory=list)
    cells: list[list[Item]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    left: int = 0
    rows: list[Row] = field(default_factory=list)

    def put(self, words: str, state: State) -> None:
        """Add words to the paragraph being read."""
        if state.is_hidden:
            self.hidden.append(words)
            return
        self.words.append(words)
        if words.strip() and self.is_bold is not False:
            self.is_bold = state.is_bold

    def end_paragraph(self, state: State, style: str) -> None:
        """Complete a paragraph, unless its end is hidden or deleted, so that the next runs on.

        Args:
            state: At its end.
            style: The name of its style.
        """
        words = joined(self.words)
        if (state.is_hidden or state.is_deleted) and not state.in_table:
            self.is_merged = state.is_deleted
            self.label = self.label if words.strip() else []
            return
        target = self.cell if state.in_table else self._outside_tables()
        target.append(LeftOut(joined(self.hidden)))
        if _CONTENTS.fullmatch(style):
            target.append(LeftOut(words, Aside.CONTENTS))
        else:
            target.append(self._paragraph(words, state, style))
        target += self.boxes
        self.words, self.hidden, self.label, self.notes, self.boxes = [], [], [], [], []
        self.is_bold = None

    def begins_label(self, state: State, style: str) -> bool:
        """Return whether a number that comes now is printed, and end a numbered paragraph for it.

        It is not where the end between the two was deleted: the second goes on with the first.
        """
        if not (self.label and joined(self.words).strip()):
            return True
        if not self.is_merged:
            self.end_paragraph(replace(state, is_hidden=False, is_deleted=False), style)
        return not self.is_merged

    def _paragraph(self, words: str, state: State, style: str) -> Paragraph:
        label = joined(self.label).strip()
        label = "-" if label and not any(map(str.isalnum, label)) else label
        named = _HEADING.fullmatch(style)
        depth = state.outline or (int(named[1]) if named else int(style.lower() in _TITLES))
        indent = state.level if label == "-" else 0
        return Paragraph(words, label, depth, bool(self.is_bold), indent, self.notes)

    def _outside_tables(self) -> list[Item]:
        if self.rows:
            self.items.append(_table(self.rows))
            self.rows = []
        return self.items

    def end_cell(self) -> None:
        """Complete a cell, whose last paragraph is complete."""
        self.cells.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        """Complete a row."""
        if self.cells:
            self.rows.append(Row(self.left, self.edges, self.cells))
        self.cells = []

    def close(self, state: State, style: str) -> list[Item]:
        """Complete what is open and return all."""
        if self.cell:
            self.end_cell()
        self.end_row()
        state.in_table = state.is_hidden = state.is_deleted = False
        self.end_paragraph(state, style)
        return self.items


def joined(words: list[str]) -> str:
    """Return words as one, characters told in two halves of UTF-16 put together."""
    found = "".join(words).replace("\xad", "")
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _table(rows: list[Row]) -> Table:
    """Return a table whose cells stand in the columns that their edges make."""
    places = sorted({at for row in rows for at in (row.left, *(edge.right for edge in row.edges))})
    steps = [at for n, at in enumerate(places) if not n or at - places[n - 1] > _NEAR]
    return Table([_row(row, steps) for row in rows])


def _row(row: Row, steps: list[int]) -> list[Cell]:
    made: list[Cell] = []
    left = row.left
    for at, content in enumerate(row.cells):
        column, span, edge = made[-1].column + 1 if made else 0, 1, None
        if at < len(row.edges):
            edge = row.edges[at]
            column = max(bisect_left(steps, left - _NEAR), column)
            span = max(bisect_left(steps, edge.right - _NEAR) - column, 1)
            left = edge.right
        column = min(column, MOST_COLUMNS - 1)
        cell = Cell(column, min(span, MOST_COLUMNS - column), content)
        if edge is not None and (edge.from_left or edge.from_above):  # another covers it
            cell.content, cell.continues = [LeftOut(words_in(content))], edge.from_above
        made.append(cell)
    return made
