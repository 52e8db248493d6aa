"""What Word, RTF and OpenDocument files flow with: paragraphs, tables, words left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from index.segmentation.doubts import Aside

MOST_COLUMNS = 64
SIGNS = {  # of the fonts of signs, which have places instead of letters
    0xF0A8: "☐", 0xF06F: "☐", 0xF071: "☐", 0xF072: "☐", 0xF0FE: "☒", 0xF0FD: "☒", 0xF053: "☑",
    0xF052: "☑", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0E0: "→",
    0xF0D3: "©", 0xF0D2: "®", 0xF0D4: "™", 0xF0B3: "≥", 0xF0A3: "≤", 0xF0B1: "±", 0xF0B4: "×",
    0xF0B0: "°", 0xF0B9: "≠",
}  # fmt: skip


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


@dataclass(slots=True)
class Gathered:
    """What an element tree holds of one paragraph, while it is walked through.

    Attributes:
        shown: Pieces of its words that are seen.
        hidden: Pieces that are not.
        boxes: Elements of the text boxes and frames that are tied to it.
        notes: Its footnotes, each behind its mark.
        is_bold: Whether all that is seen so far is bold; None before there are words.
    """

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_bold: bool | None = None


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
    return " ".join(flat(content))


def left_out_in(content: Iterable[Item]) -> Iterator[LeftOut]:
    """Yield what is left out of a piece, of the tables in it too."""
    for item in content:
        if isinstance(item, LeftOut):
            yield item
        elif isinstance(item, Table):
            cells = (cell for row in item.rows for cell in row)
            yield from (one for cell in cells for one in left_out_in(cell.content))


def flat(content: Iterable[Item]) -> Iterator[str]:
    """Yield the words of each paragraph on one line, behind its number; those of tables too."""
    for item in content:
        if isinstance(item, Table):
            yield from (cell.words for row in item.rows for cell in row if cell.content)
        elif isinstance(item, Paragraph):
            words = f"{item.label} {item.words}".replace("\n", " ").translate(SIGNS).strip()
            if words:
                yield words
