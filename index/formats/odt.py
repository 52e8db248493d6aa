"""An OpenDocument text, as LibreOffice writes it → its words, numbers of its lists counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.errors import FaultKind
from index.formats.archive import Archive, qn, to_number
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.flow import (
    MOST_COLUMNS,
    Cell,
    Gathered,
    Item,
    LeftOut,
    Paragraph,
    Table,
    left_out_in,
    words_in,
)
from index.formats.flow_writer import write
from index.formats.odt_styles import DEEPEST, Numbers, Styles
from index.segmentation.doubts import Aside

_PARAGRAPH, _HEADING, _LIST, _TABLE = qn("text:p"), qn("text:h"), qn("text:list"), qn("table:table")
_MARKS = {qn("text:s"): " ", qn("text:tab"): " ", qn("text:line-break"): "\n"}
_SKIPPED = frozenset(map(qn, (
    "text:tracked-changes", "office:annotation", "office:forms", "text:ruby-text", "svg:title",
    "svg:desc", "text:note-citation", "text:number",
)))  # fmt: skip
_CONTENTS = frozenset(map(qn, (
    "text:table-of-content", "text:illustration-index", "text:table-index", "text:object-index",
    "text:alphabetical-index", "text:user-index",
)))  # fmt: skip
_DRAWN = qn("draw:")
_MARGINS = tuple(
    map(qn, ("style:header", "style:footer", "style:header-first", "style:footer-first"))
)
_BLANKS = re.compile(r"[ \t\r\n]+")


def read_odt(data: bytes) -> Blocks:
    """Return the blocks of a document: headings, resolved numbers, tables."""
    document = _Document(Archive(data))
    blocks = Blocks(source=document.source)
    write(document.content(), blocks)
    return blocks


class _Document:
    """Reads the parts of one document; ask for its content once."""

    def __init__(self, archive: Archive) -> None:
        manifest = archive.part("META-INF/manifest.xml")
        if (
            manifest is not None
            and next(manifest.iter(qn("manifest:encryption-data")), None) is not None
        ):
            raise RefusedError(FaultKind.ENCRYPTED)
        root, common = archive.part("content.xml"), archive.part("styles.xml")
        body = None if root is None else root.find(f"{qn('office:body')}/{qn('office:text')}")
        if body is None:
            raise RefusedError(FaultKind.NOT_ODT)
        self._body = body
        parts = [root] if common is None else [common, root]
        self._styles = Styles(*parts)
        self._margins = [] if common is None else list(common.iter(*_MARGINS))
        self._lists: dict[str, Numbers] = {}  # by their ids
        self._last: dict[str, Numbers] = {}  # by their styles
        self._outline = Numbers("")
        self._waiting: tuple[Numbers, int] | None = None  # an item whose first paragraph is due
        self.source = "\n".join(map(_source, (self._body, *self._margins)))

    def content(self) -> Iterator[Item]:
        """Yield paragraphs and tables in the order of the text, what is left out at its place."""
        for part in self._margins:
            yield LeftOut(_source(part), Aside.RUNNING)
        yield from self._items(self._body)

    def _items(self, parent: Any, numbers: Numbers | None = None, depth: int = 0) -> Iterator[Item]:
        for child in parent:
            if child.tag in (_PARAGRAPH, _HEADING):
                yield from self._paragraph(child, depth)
            elif child.tag == _LIST:
                yield from self._list(child, numbers, depth + 1)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag in _CONTENTS:
                yield LeftOut(_source(child), Aside.CONTENTS)
            elif child.tag == qn("text:section") and _is_off(child):
                yield LeftOut(_source(child))
            elif child.tag not in _SKIPPED:
                yield from self._items(child, numbers, depth)

    # Lists

    def _list(self, element: Any, numbers: Numbers | None, depth: int) -> Iterator[Item]:
        style = element.get(qn("text:style-name"), "" if numbers is None else numbers.style)
        if numbers is None:
            former = self._lists.get(element.get(qn("text:continue-list"), "none"))
            if former is None and element.get(qn("text:continue-numbering")) == "true":
                former = self._last.get(style)
            numbers = former or Numbers(style)
            self._last[style] = self._lists[element.get(_XML_ID, "")] = numbers
        elif style != numbers.style:  # a list in a list may look otherwise and count along
            numbers = Numbers(style, numbers.counts)
        for item in element:
            if item.tag == qn("text:list-item"):
                self._waiting = numbers, min(depth, DEEPEST)
                start = to_number(item.get(qn("text:start-value")), 0)
                if start:
                    numbers.counts[min(depth, DEEPEST) - 1] = start - 1
            yield from self._items(item, numbers, depth)
            self._waiting = None

    def _label(self, paragraph: Any, depth: int) -> str:
        """Count a paragraph that begins an item, or a heading in none; return its number."""
        if self._waiting is not None:
            (numbers, depth), self._waiting = self._waiting, None
        elif depth or paragraph.tag != _HEADING or paragraph.get(_IS_HEADER) == "true":
            return ""
        else:
            numbers, depth = self._outline, _depth(paragraph)
            if paragraph.get(qn("text:restart-numbering")) == "true":
                numbers.counts[depth - 1] = to_number(paragraph.get(qn("text:start-value")), 1) - 1
        counts = numbers.counts
        known = counts[depth - 1]
        counts[depth - 1] = self._styles.start(numbers.style, depth) if known < 0 else known + 1
        for at in range(1, depth):  # nothing stood there, which counts as its first number
            counts[at - 1] = (
                counts[at - 1] if counts[at - 1] >= 0 else self._styles.start(numbers.style, at)
            )
        counts[depth:] = [-1] * (DEEPEST - depth)
        return self._styles.label(numbers, depth)

    # Paragraphs

    def _paragraph(self, paragraph: Any, depth: int) -> Iterator[Item]:
        style = paragraph.get(qn("text:style-name"), "")
        found = Gathered()
        is_hidden = self._property("paragraph", style, "text:display") == "none"
        self._gather(paragraph, found, is_hidden=is_hidden, weight=self._weight("paragraph", style))
        words, hidden = ("".join(part) for part in (found.shown, found.hidden))
        if any(mark.get(_IS_HIDDEN) == "true" for mark in paragraph.iter(_HIDDEN_PARAGRAPH)):
            words, hidden = "", words + hidden
        yield LeftOut(hidden)
        if words.strip() or not hidden.strip():
            label = self._label(paragraph, depth)
            yield Paragraph(
                words,
                label,
                _depth(paragraph)
                if paragraph.tag == _HEADING
                else int(self._styles.is_title(style)),
                bool(found.is_bold),
                depth - 1 if label == "-" else 0,
                found.notes,
            )
        for frame in found.boxes:
            yield from self._items(frame)

    def _property(self, family: str, style: str, name: str) -> str:
        return self._styles.text_property(family, style, name)

    def _weight(self, family: str, style: str) -> str:
        return self._property(family, style, "fo:font-weight")

    def _gather(self, element: Any, found: Gathered, *, is_hidden: bool, weight: str) -> None:
        """Add what stands in an element to what is found of its paragraph."""
        self._put(element.text, found, is_hidden=is_hidden, weight=weight)
        for child in element:
            tag = child.tag
            if tag in _MARKS:
                (found.hidden if is_hidden else found.shown).append(_MARKS[tag])
            elif tag.startswith(_DRAWN) and not is_hidden:
                found.boxes.append(child)
            elif tag == qn("text:note") and not is_hidden:
                self._note(child, found)
            elif tag not in _SKIPPED:
                self._gather(child, found, **self._looks(child, is_hidden=is_hidden, weight=weight))
            self._put(child.tail, found, is_hidden=is_hidden, weight=weight)

    def _looks(self, element: Any, *, is_hidden: bool, weight: str) -> dict[str, Any]:
        """Return whether what stands in an element is hidden, and how bold it is."""
        style = element.get(qn("text:style-name"), "") if element.tag == qn("text:span") else ""
        stated = self._property("text", style, "text:display")
        return {
            "is_hidden": _is_off(element) or (stated == "none" if stated else is_hidden),
            "weight": self._weight("text", style) or weight,
        }

    def _put(self, text: str | None, found: Gathered, *, is_hidden: bool, weight: str) -> None:
        words = _BLANKS.sub(" ", text or "").replace("\xad", "")
        (found.hidden if is_hidden else found.shown).append(words)
        if words.strip() and not is_hidden and found.is_bold is not False:
            found.is_bold = weight in ("bold", "700", "800", "900")

    def _note(self, note: Any, found: Gathered) -> None:
        """Put a mark where a note stands, and keep the note for the paragraph's end."""
        citation, body = note.find(qn("text:note-citation")), note.find(qn("text:note-body"))
        mark = f"[{''.join(citation.itertext()).strip()}]" if citation is not None else ""
        found.shown.append(mark)
        waiting, self._waiting = self._waiting, None
        items = [] if body is None else list(self._items(body))
        self._waiting = waiting
        found.notes.append(f"{mark} {words_in(items)}".strip())
        found.hidden += [f" {item.words} " for item in left_out_in(items)]

    # Tables

    def _table(self, table: Any) -> Iterator[Item]:
        made, self._waiting = Table(), None
        below = [0] * MOST_COLUMNS  # rows that the cell above still covers
        for row in _rows(table):
            if row.get(qn("table:visibility"), "visible") != "visible":
                yield LeftOut(_source(row))
            else:
                made.rows.append(list(self._cells(row, below)))
        yield made

    def _cells(self, row: Any, below: list[int]) -> Iterator[Cell]:
        column = 0
        for cell in row:
            if cell.tag not in (qn("table:table-cell"), qn("table:covered-table-cell")):
                continue
            for _ in range(to_number(cell.get(qn("table:number-columns-repeated")), 1)):
                if column == MOST_COLUMNS:
                    return
                if cell.tag == qn("table:covered-table-cell"):
                    unseen = LeftOut(_source(cell))
                    yield Cell(column, 1, [unseen], continues=below[column] > 0)
                    below[column] = max(below[column] - 1, 0)
                else:
                    span = to_number(cell.get(qn("table:number-columns-spanned")), 1)
                    below[column] = to_number(cell.get(qn("table:number-rows-spanned")), 1) - 1
                    span = max(min(span, MOST_COLUMNS - column), 1)
                    yield Cell(column, span, list(self._items(cell)))
                column += 1


_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_IS_HEADER, _IS_HIDDEN = qn("text:is-list-header"), qn("text:is-hidden")
_HIDDEN_PARAGRAPH = qn("text:hidden-paragraph")


def _rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table, those in groups and at its head too."""
    for child in table:
        if child.tag == qn("table:table-row"):
            yield child
        elif child.tag != _TABLE:
            yield from _rows(child)


def _depth(heading: Any) -> int:
    return max(1, min(to_number(heading.get(qn("text:outline-level")), 1), DEEPEST))


def _is_off(element: Any) -> bool:
    """Return whether a section or a piece of a paragraph says that it is hidden."""
    return bool(element.get(_IS_HIDDEN) == "true" or element.get(qn("text:display")) == "none")


_UNSEEN = ("text:tracked-changes", "office:annotation", "text:ruby-text", "svg:title", "svg:desc",
           "text:note-citation")  # fmt: skip
_GONE = " or ".join(f"ancestor::{name}" for name in _UNSEEN)
_PRINTED = "(.//text() | .//text:s | .//text:tab | .//text:line-break)"


def _source(part: Any) -> str:
    """Return the words of a part that are not deleted, hidden ones too, a line a paragraph."""
    names = {prefix: qn(f"{prefix}:x")[1:-2] for prefix in ("text", "office", "svg")}
    lines: dict[Any, list[str]] = {}
    for found in part.xpath(f"{_PRINTED}[not({_GONE})]", namespaces=names):
        is_text = isinstance(found, str)
        above = found.getparent()
        if is_text and found.is_tail:
            above = above.getparent()
        while above is not None and above.tag not in (_PARAGRAPH, _HEADING):
            above = above.getparent()
        lines.setdefault(above, []).append(found if is_text else _MARKS[found.tag])
    lines.pop(None, None)  # what stands in no paragraph is not printed
    return "\n".join(map("".join, lines.values()))
