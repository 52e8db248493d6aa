"""What Word, RTF and OpenDocument files flow with: paragraphs, tables, words left out.

A table may be one of data, an agreement whose numbers stand in a column of their own, or one
text beside its translation; each is written as a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from index.formats.blocks import Blocks
from index.segmentation.doubts import Aside, OddityKind
from index.segmentation.labels import Label, read_label

MOST_COLUMNS = 64


@dataclass(slots=True)
class Paragraph:
    """One paragraph.

    Attributes:
        words: Its words, lines of it apart by line feeds.
        label: The number or bullet that is printed before it.
        depth: Of the heading it is, or 0.
        bold: Whether all of it stands in bold type.
        indent: How many lists it stands in beyond the first.
        notes: Its footnotes, each behind its mark.
    """

    words: str = ""
    label: str = ""
    depth: int = 0
    bold: bool = False
    indent: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words that stand in the file and not in the text; ``why`` where they are not hidden."""

    words: str
    why: Aside | None = None


@dataclass(slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        column: The first column that it covers, from 0.
        span: How many columns it covers.
        content: What stands in it.
        continues: Whether it belongs to the cell above.
    """

    column: int
    span: int = 1
    content: list[Item] = field(default_factory=list)
    continues: bool = False

    @property
    def words(self) -> str:
        """All its words on one line."""
        return words_in(self.content)


@dataclass(slots=True)
class Table:
    """A table, a list of its cells a row."""

    rows: list[list[Cell]] = field(default_factory=list)


Item = Paragraph | Table | LeftOut


def words_in(content: Iterable[Item]) -> str:
    """Return all words of a piece on one line, without those that are left out."""
    return " ".join(_flat(content))


def left_out_in(content: Iterable[Item]) -> Iterator[LeftOut]:
    """Yield what is left out of a piece, of the tables in it too."""
    for item in content:
        if isinstance(item, LeftOut):
            yield item
        elif isinstance(item, Table):
            cells = (cell for row in item.rows for cell in row)
            yield from (one for cell in cells for one in left_out_in(cell.content))


def _flat(content: Iterable[Item]) -> Iterator[str]:
    for item in content:
        if isinstance(item, Table):
            yield from (cell.words for row in item.rows for cell in row if cell.content)
        elif isinstance(item, Paragraph):
            words = f"{item.label} {item.words}".replace("\n", " ").strip()
            if words:
                yield words


def write(content: Iterable[Item], blocks: Blocks) -> None:
    """Write a document, or a piece of one, and note what is left out.

    What is set aside in a row for one reason, as the lines of a table of contents, is one note.
    """
    writer = _Writer(blocks)
    said = (item for item in content if isinstance(item, Table) or item.words.strip())
    for why, items in groupby(said, lambda item: isinstance(item, LeftOut) and item.why):
        if isinstance(why, Aside):
            writer.add(LeftOut("\n".join(item.words for item in items), why))
        else:
            for item in items:
                writer.add(item)
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
        self._notes += item.notes
        words = item.words
        if item.depth or item.bold:  # a title is no place for marks
            for note in item.notes:
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
        columns = _texts_side_by_side(table)
        if columns:
            if len(self._columns) != len(columns):
                self._end_columns()
                self._columns = [[] for _ in columns]
            for at, found in enumerate(columns):
                self._columns[at] += found
            return
        self._end_columns()
        if _is_layout(table):
            for item in _row_by_row(table):
                self.add(item)
        else:
            self._add_data(table)

    def _end_columns(self) -> None:
        columns, self._columns = self._columns, []
        if columns:
            first = next(iter(_flat(columns[0])), "")
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
                line[cell.column] = above[cell.column] if cell.continues else cell.words
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


# How a table is read


def _label_of(words: str) -> Label | None:
    return read_label(words, 0, len(words))


def _is_bare(words: str) -> bool:
    """Return whether words are a number of a clause and nothing else."""
    label = _label_of(words) or _label_of(f"{words} ")
    return label is not None and label.end >= len(words)


def _is_of_clause(number: str) -> bool:
    """Return whether a number is one that clauses have and data do not, as 1.1, (a), 第二条."""
    label = _label_of(number)
    if label is None:
        return False
    return len(label.readings[0].path) > 1 or label.rank > 0 or label.printed[0] in "(（"


def _begins_labelled(words: str) -> bool:
    label = _label_of(words)
    return label is not None and not label.weak and label.end < len(words)


def _columns(table: Table) -> dict[int, list[str]]:
    """Return the words of each column that has any; cells over the whole width are of none."""
    width = max(cell.column + cell.span for row in table.rows for cell in row)
    found: dict[int, list[str]] = {}
    for row in table.rows:
        for cell in row:
            if cell.words and (cell.span < width or width == 1):
                found.setdefault(cell.column, []).append(cell.words)
    return dict(sorted(found.items()))


def _label_columns(columns: dict[int, list[str]]) -> list[int]:
    """Return the columns that hold numbers of clauses alone, each left of the words it numbers."""
    found: list[int] = []
    for at, cells in columns.items():
        bare = [words for words in cells if _is_bare(words)]
        is_number = len(bare) * 10 >= 6 * len(cells) and at != max(columns)
        if is_number and (at == min(columns) or _goes_with(columns, found, bare)):
            found.append(at)
    return found


def _goes_with(columns: dict[int, list[str]], labels: Sequence[int], bare: Sequence[str]) -> bool:
    """Return whether numbers repeat or continue those of the first column, as prices do not."""
    first = columns[labels[0]] if labels else []
    return any(words in first or any(words.startswith(one) for one in first) for words in bare)


def _is_layout(table: Table) -> bool:
    """Return whether a table only arranges numbered clauses, or holds a single column."""
    columns = _columns(table)
    if len(columns) <= 1:
        return True
    labels = _label_columns(columns)
    if not labels:
        cells = [words for row in table.rows for cell in row for words in _flat(cell.content)]
        labelled = sum(map(_begins_labelled, cells))
        return len(columns) == 2 and labelled >= 2 and labelled * 2 >= len(cells)
    rows = [_apart(row) for row in table.rows if any(cell.words for cell in row)]
    numbers = [number for found, _ in rows for number in found]
    is_deep = any(map(_is_of_clause, numbers))
    content = [at for at in columns if at not in labels]
    if len(content) == 1:
        is_headed = not all(map(_is_bare, columns[labels[0]]))
        is_list = not is_headed and any(map(_label_of, numbers))
        return is_deep or is_list or _is_prose(columns[content[0]])
    alone = sum(bool(found) and len(others) == 1 for found, others in rows)
    return is_deep and (alone * 10 >= 6 * len(rows) or _is_prose(columns[content[-1]]))


def _apart(row: Sequence[Cell]) -> tuple[list[str], list[Cell]]:
    """Return the numbers that begin a row, and the cells with words after them."""
    cells = [cell for cell in row if cell.words]
    numbers: list[str] = []
    while len(cells) > 1 and _is_bare(cells[0].words):
        numbers.append(cells.pop(0).words)
    return numbers, cells


def _row_by_row(table: Table) -> Iterator[Item]:
    """Yield what stands in the rows, the number of a row before its first words."""
    for row in table.rows:
        numbers, cells = _apart(row)
        items = [item for cell in row for item in cell.content
                 if any(cell is one for one in cells) or isinstance(item, LeftOut)]  # fmt: skip
        yield from _labelled(" ".join(numbers), items)


def _labelled(number: str, content: Sequence[Item]) -> Iterator[Item]:
    """Yield items, a number from another column before the first words."""
    for item in content:
        if number and isinstance(item, Paragraph) and item.words.strip():
            yield replace(item, label=f"{number} {item.label}".strip())
            number = ""
        else:
            yield item
    if number:
        yield Paragraph(number)


def _is_prose(cells: Sequence[str]) -> bool:
    """Return whether cells hold sentences rather than names and numbers."""
    sizes = [len(words) + 2 * len(_HAN.findall(words)) for words in cells]
    ended = sum(words[-1] in ".;。；:：" for words in cells)
    return sum(sizes) >= 60 * len(cells) or ended * 2 >= len(cells)


_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_STOPS = "the of and to in or by is be shall may this that for with any not"
_ENGLISH = frozenset(_STOPS.split())
_SCRIPTS = (
    ("kana", re.compile(r"[\u3040-\u30ff]")),
    ("han", _HAN),
    ("hangul", re.compile(r"[\uac00-\ud7af]")),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("arabic", re.compile(r"[\u0590-\u06ff]")),
    ("greek", re.compile(r"[\u0370-\u03ff]")),
)


def _language(cells: Sequence[str]) -> str:
    """Return the script of a column, or, of Latin letters, whether it is English; or nothing."""
    words = _WORD.findall(" ".join(cells).lower())
    letters = sum(map(len, words))
    for name, pattern in _SCRIPTS:
        if sum(len(pattern.findall(word)) for word in words) * 10 > letters * 3:
            return name
    english = sum(word in _ENGLISH for word in words)
    if english * 8 >= len(words):
        return "english"
    return "other" if len(words) >= 30 and english * 30 <= len(words) else "latin"


def _texts_side_by_side(table: Table) -> list[list[Item]]:
    """Return the texts of a table that holds one beside its translation, or nothing."""
    columns = _columns(table)
    labels = _label_columns(columns)
    content = [at for at in columns if at not in labels]
    if not 2 <= len(content) <= 4:
        return []
    languages = [_language(columns[at]) for at in content]
    is_text = any(_is_prose(columns[at]) for at in content)
    is_numbered = bool(labels) or any(map(_begins_labelled, columns[content[0]]))
    is_translated = _all_differ(languages) and (is_text or is_numbered)
    if not (is_translated or _is_twice_numbered(table, labels, content)):
        return []
    texts: list[list[Item]] = [[] for _ in content]
    for row in table.rows:
        _add_row(row, labels, content, languages, texts)
    return texts


def _all_differ(languages: Sequence[str]) -> bool:
    if "latin" in languages:  # of too few words to tell English from others
        languages = ["latin" if name in ("english", "other") else name for name in languages]
    return len(set(languages)) == len(languages)


def _is_twice_numbered(table: Table, labels: Sequence[int], content: Sequence[int]) -> bool:
    """Return whether most rows print one number in front of each of their texts."""
    same = several = 0
    for row in table.rows:
        printed = []
        for cell in row:
            if cell.column in labels or cell.column in content:
                found = _label_of(cell.words) or _label_of(f"{cell.words} ")
                printed.append(found.number if found and cell.words else "")
        numbers = [number for number in printed if number]
        several += len(printed) > 1 and any(printed)
        same += len(numbers) == len(content) and len(set(numbers)) == 1
    return same >= 1 and same * 10 >= several * 6


def _add_row(
    row: Sequence[Cell],
    labels: Sequence[int],
    content: Sequence[int],
    languages: Sequence[str],
    texts: Sequence[list[Item]],
) -> None:
    """Add the cells of a row to the texts of their columns, each behind its number."""
    numbers = {cell.column: cell.words for cell in row if cell.column in labels and cell.words}
    for cell in row:
        if cell.column in numbers and cell.column not in content:
            texts[0] += left_out_in(cell.content)
            continue
        at = max((n for n, column in enumerate(content) if column <= cell.column), default=0)
        if cell.span > 1 and len(content) > 1 and cell.column + cell.span > content[-1]:
            language = _language([cell.words])
            at = languages.index(language) if language in languages else 0
        before = [words for column, words in numbers.items() if column < cell.column]
        texts[at] += _labelled(before[-1] if before and cell.words else "", cell.content)
