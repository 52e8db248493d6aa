"""What Word, RTF and OpenDocument files flow with → blocks, each table as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from index.formats.blocks import Blocks
from index.formats.flow import SIGNS, Item, LeftOut, Paragraph, Table, flat, left_out_in
from index.formats.flow_tables import is_layout, row_by_row, texts_side_by_side
from index.segmentation.doubts import OddityKind


def write(content: Iterable[Item], blocks: Blocks) -> None:
    """Write a document, or a piece of one, and note what is left out.

    What is set aside in a row for one reason, as the lines of a table of contents, is one note.
    """
    writer = _Writer(blocks)
    said = (item for item in content if isinstance(item, Table) or item.words.strip())
    for why, items in groupby(said, lambda item: item.why if isinstance(item, LeftOut) else None):
        if why is None:
            for item in items:
                writer.add(item)
        else:
            words = (item.words for item in items if isinstance(item, LeftOut))
            writer.add(LeftOut("\n".join(words), why))
    writer.close()


class _Writer:
    """Writes items in order.

    Footnotes end the paragraph that they are of; those of a heading end the next one.
    """

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._notes: list[str] = []
        self._columns: list[list[Item]] = []  # of tables with translations, since the last words

    def add(self, item: Item) -> None:
        """Write one item."""
        if isinstance(item, Table):
            self._add_table(item)
        elif isinstance(item, LeftOut):
            self._leave_out([item])
        elif item.words.strip():  # of a cell there may be none
            self._end_columns()
            self._add_paragraph(item)

    def _leave_out(self, items: Iterable[LeftOut]) -> None:
        for item in items:
            kind = OddityKind.SET_ASIDE if item.why else OddityKind.HIDDEN
            self._blocks.note(kind, item.words, item.why)

    def _add_paragraph(self, item: Paragraph) -> None:
        notes = [note for note in item.notes if note]
        self._notes += notes
        words = item.words.translate(SIGNS)
        if item.depth or item.bold:  # a title is no place for marks
            for note in notes:
                words = words.replace(note.split(" ")[0], "", 1) if note[0] == "[" else words
        elif self._notes:
            words = " ".join((words.rstrip(), *self._notes))
            self._notes = []
        self._blocks.add(
            words, label=item.label, depth=item.depth, bold=item.bold, indent=item.indent
        )

    def _add_table(self, table: Table) -> None:
        if not any(cell.words for row in table.rows for cell in row):
            self._leave_out(left_out_in([table]))
            return
        columns = texts_side_by_side(table)
        if columns:
            if len(self._columns) != len(columns):
                self._end_columns()
                self._columns = [[] for _ in columns]
            for at, found in enumerate(columns):
                self._columns[at] += found
            return
        self._end_columns()
        if is_layout(table):
            for item in row_by_row(table):
                self.add(item)
        else:
            self._add_data(table)

    def _end_columns(self) -> None:
        columns, self._columns = self._columns, []
        if columns:
            first = next(flat(columns[0]), "")
            self._blocks.note(OddityKind.COLUMNS, first)
        for column in columns:
            for item in column:
                self.add(item)

    def _add_data(self, table: Table) -> None:
        """Write a line a row; a cell over several rows stands in each of them."""
        width = max(cell.column + cell.span for row in table.rows for cell in row)
        above = [""] * width
        rows: list[list[str]] = []
        notes: list[str] = []
        for row in table.rows:
            line = [""] * width
            for cell in row:
                words = above[cell.column] if cell.continues else cell.words
                line[cell.column] = f"{line[cell.column]} {words}".strip()
                notes += _notes_in(cell.content)
            rows.append(line)
            above = line
        used = [at for at in range(width) if any(row[at] for row in rows)]
        rows = [[row[at] for at in used] for row in rows]
        self._blocks.add_table([*rows, *([note] + [""] * (len(used) - 1) for note in notes)])
        self._leave_out(left_out_in([table]))

    def close(self) -> None:
        """Write what still waits."""
        self._end_columns()
        for note in self._notes:
            self._blocks.add(note)


def _notes_in(content: Iterable[Item]) -> Iterator[str]:
    for item in content:
        if isinstance(item, Paragraph):
            yield from item.notes
        elif isinstance(item, Table):
            cells = (cell for row in item.rows for cell in row)
            yield from (note for cell in cells for note in _notes_in(cell.content))
