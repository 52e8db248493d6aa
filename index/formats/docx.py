"""A Word document → its words, with the numbers that Word prints before its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any

from index.errors import FaultKind
from index.formats.archive import Archive, qn, to_number
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.docx_numbering import Numbering, Printed
from index.formats.docx_styles import Styles, is_on
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
from index.numerals import write_number
from index.segmentation.doubts import Aside

_PARAGRAPH, _TABLE, _RUN, _BOX = qn("w:p"), qn("w:tbl"), qn("w:r"), qn("w:txbxContent")
_ROW, _CELL, _ALTERNATE = qn("w:tr"), qn("w:tc"), qn("mc:AlternateContent")
_TEXTS = frozenset({qn("w:t"), qn("m:t")})
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:delText"),
                      qn("w:delInstrText"), qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), qn("w:rt"),
                      qn("w:tblPr"), qn("w:tblGrid"), qn("w:trPr"), qn("w:tcPr")})  # fmt: skip
_MARKS = {qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n",
          qn("w:noBreakHyphen"): "-"}  # fmt: skip
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_CODE = re.compile("[0-9A-Fa-f]{1,4}")
_VALUE, _ID, _TYPE = qn("w:val"), qn("w:id"), qn("w:fldCharType")
_DELETED = (
    "w:del",
    "w:moveFrom",
    "w:tr[w:trPr/w:del]",
    "w:tc[w:tcPr/w:cellDel]",
    "mc:Fallback",
    "w:rt",
)
_GONE = " or ".join(f"ancestor::{name}" for name in _DELETED)
_PRINTED = ".//w:t | .//m:t | .//w:tab | .//w:ptab | .//w:br | .//w:cr | .//w:noBreakHyphen"


def read_docx(data: bytes) -> Blocks:
    """Return the blocks of a document: headings, resolved numbers, tables."""
    archive = Archive(data)
    if "[Content_Types].xml" not in archive.names:
        raise RefusedError(FaultKind.NOT_WORD)
    document = _Document(archive)
    blocks = Blocks(source=document.source)
    write(document.content(), blocks)
    return blocks


class _Document:
    """Reads the parts of one document; ask for its content once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        found = self._related("", "/officeDocument")
        name = found[0] if found else ""
        root = archive.part(name)
        self._body = None if root is None else root.find(qn("w:body"))
        if self._body is None:
            raise RefusedError(FaultKind.NOT_WORD)
        self.styles = Styles(self._part(name, "/styles"))
        self.numbering = Numbering(self._part(name, "/numbering"), self.styles)
        notes = {kind: self._part(name, f"/{kind}s") for kind in _NOTES.values()}
        self._notes = {
            (kind, note.get(_ID)): note
            for kind, part in notes.items()
            for note in (() if part is None else part)
        }
        self._counts = dict.fromkeys(notes, 0)
        margins = [*self._related(name, "/header"), *self._related(name, "/footer")]
        self._margins = [archive.part(margin) for margin in margins]
        # Of the fields around what is read now: whether it stands in the code, not the result.
        self._fields: list[bool] = []
        self._joined = Paragraph()  # whose end is not seen, so that the next one runs on
        self._is_merged = False  # whether its end is gone for good
        parts = [self._body, *notes.values(), *self._margins]
        self.source = "\n".join(_source(part) for part in parts if part is not None)

    def _part(self, name: str, kind: str) -> Any:
        found = self._related(name, kind)
        return self._archive.part(found[0]) if found else None

    def _related(self, name: str, kind: str) -> list[str]:
        """Return the names of the parts that a part refers to as of a kind."""
        folder = dirname(name)
        relations = self._archive.part(
            join(folder, "_rels", f"{name.removeprefix(folder).strip('/')}.rels")
        )
        return [
            normpath(join("/", folder, relation.get("Target", ""))).strip("/")
            for relation in (() if relations is None else relations)
            if relation.get("Type", "").endswith(kind) and relation.get("TargetMode") != "External"
        ]

    def content(self) -> Iterator[Item]:
        """Yield paragraphs and tables in the order of the text, what is left out at its place."""
        for part in self._margins:
            if part is not None:
                yield LeftOut(_source(part), Aside.RUNNING)
        yield from self._items(self._body)
        for note in self._notes.values():
            yield LeftOut(_source(note))

    def _items(self, parent: Any) -> Iterator[Item]:
        """Yield what stands in an element, in content controls and text boxes too."""
        yield from self._items_in(parent)
        if self._joined.words:
            yield self._joined
            self._joined = Paragraph()

    def _items_in(self, parent: Any) -> Iterator[Item]:
        for child in parent:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag == _ALTERNATE:
                yield from self._items_in(_chosen(child))
            elif child.tag not in _SKIPPED:
                yield from self._items_in(child)

    # Paragraphs

    def _paragraph(self, paragraph: Any) -> Iterator[Item]:
        style = self.styles.style_of(paragraph)
        found = Gathered()
        self._gather(paragraph, style, found, is_hidden=False)
        words, hidden = "".join(found.shown), "".join(found.hidden)
        yield LeftOut(hidden)
        if self.styles.is_contents(style):
            yield LeftOut(words, Aside.CONTENTS)
            return
        is_merged = _has_no_end(paragraph)
        runs_on = is_merged or self._hides(_mark_of(paragraph), style)
        if words.strip() or not runs_on:
            label = self._label(paragraph)
            if label.printed and self._joined.label:  # two numbers are two paragraphs
                yield self._joined
                self._joined = Paragraph()
            made = Paragraph(
                self._joined.words + words,
                self._joined.label or label.printed,
                0 if self._joined.label else self.styles.heading_depth(paragraph, style),
                bool(found.is_bold) and not self._joined.words,
                label.depth if label.printed == "-" else 0,
                self._joined.notes + found.notes,
            )
            self._joined, self._is_merged = made if runs_on else Paragraph(), is_merged
            if not runs_on:
                yield made
        for box in found.boxes:
            yield from self._box(box)

    def _box(self, box: Any) -> Iterator[Item]:
        waiting, self._joined = self._joined, Paragraph()
        yield from self._items(box)
        self._joined = waiting

    def _label(self, paragraph: Any) -> Printed:
        """Count a paragraph and return its number, unless it only goes on with a numbered one."""
        is_rest = self._is_merged and self._joined.label
        return Printed() if is_rest else self.numbering.label(paragraph)

    def _hides(self, properties: Any, style: str) -> bool:
        return self.styles.is_switched(properties, style, "w:vanish", "w:specVanish")

    def _gather(self, element: Any, style: str, found: Gathered, *, is_hidden: bool) -> None:
        """Add what stands in an element to what is found of its paragraph."""
        tag = element.tag
        words = self._words(element)
        if words is not None:
            self._put(words, found, is_hidden=is_hidden)
        elif tag == _BOX:
            self._keep_box(element, found, is_hidden=is_hidden)
        elif tag in _NOTES and not is_hidden:
            self._note(element, found)
        elif tag not in _SKIPPED:
            if tag == _RUN:
                properties = element.find(qn("w:rPr"))
                is_hidden = self._hides(properties, style)
                if found.is_bold is not False and _has_words(element):
                    found.is_bold = self.styles.is_switched(properties, style, "w:b")
            for child in _chosen(element) if tag == _ALTERNATE else element:
                self._gather(child, style, found, is_hidden=is_hidden)

    def _words(self, element: Any) -> str | None:
        """Return the words that an element is, or None for one that may hold others."""
        tag = element.tag
        if tag in _TEXTS:
            return (element.text or "").replace("\xad", "")
        if tag == qn("w:sym"):
            return _sign(element)
        return self._field(element) if tag == qn("w:fldChar") else _MARKS.get(tag)

    def _keep_box(self, box: Any, found: Gathered, *, is_hidden: bool) -> None:
        if is_hidden:
            found.hidden.append(f" {_source(box)} ")
        else:
            found.boxes.append(box)

    def _put(self, words: str, found: Gathered, *, is_hidden: bool) -> None:
        (found.hidden if is_hidden or any(self._fields[:-1]) else found.shown).append(words)

    def _field(self, mark: Any) -> str:
        """Follow a field to its code, result or end; return what a form shows by itself."""
        kind = mark.get(_TYPE)
        if kind == "begin":
            self._fields.append(True)
            return _form_value(mark)
        if self._fields and kind == "separate":
            self._fields[-1] = False
        elif self._fields:
            self._fields.pop()
        return ""

    def _note(self, reference: Any, found: Gathered) -> None:
        """Put a mark where a note is referred to, and keep the note for the paragraph's end.

        A note is taken once, so that none can lead back to itself.
        """
        kind = _NOTES[reference.tag]
        note = self._notes.pop((kind, reference.get(_ID)), None)
        if note is None:
            return
        mark = ""
        if reference.get(qn("w:customMarkFollows")) in (None, "0", "false"):
            self._counts[kind] += 1
            mark = f"[{write_number(self._counts[kind], _NOTE_FORMATS[kind])}]"
        found.shown.append(mark)
        waiting, self._fields, self._joined = (self._fields, self._joined), [], Paragraph()
        items = list(self._items(note))
        self._fields, self._joined = waiting
        found.notes.append(f"{mark} {' '.join(words_in(items).split())}".strip())
        found.hidden += [f" {item.words}" for item in left_out_in(items)]

    # Tables

    def _table(self, table: Any) -> Iterator[Item]:
        made = Table()
        for row in _within(table, _ROW):
            properties = row.find(qn("w:trPr"))
            if properties is not None and properties.find(qn("w:del")) is not None:
                continue
            if properties is not None and is_on(properties.find(qn("w:hidden"))):
                yield LeftOut(_source(row))
                continue
            before = None if properties is None else properties.find(qn("w:gridBefore"))
            made.rows.append(list(self._cells(row, _number(before, 0))))
        yield made

    def _cells(self, row: Any, column: int) -> Iterator[Cell]:
        for element in _within(row, _CELL):
            properties = element.find(qn("w:tcPr"))
            if properties is None:
                properties = element
            span = max(_number(properties.find(qn("w:gridSpan")), 1), 1)
            if column + span > MOST_COLUMNS:
                column, span = min(column, MOST_COLUMNS - 1), 1
            merged = properties.find(qn("w:vMerge"))
            continues = merged is not None and merged.get(_VALUE, "continue") == "continue"
            if continues:  # what stands in a cell that another covers is not seen
                yield Cell(column, span, [LeftOut(_source(element))], continues=True)
            elif properties.find(qn("w:cellDel")) is None:
                yield Cell(column, span, list(self._items(element)))
            column += span


_NOTE_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}


def _mark_of(paragraph: Any) -> Any:
    """Return the properties of the mark that ends a paragraph, or None."""
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")


def _has_no_end(paragraph: Any) -> bool:
    """Return whether the mark that ends a paragraph is deleted, or it is a large first letter."""
    mark, frame = _mark_of(paragraph), paragraph.find(f"{qn('w:pPr')}/{qn('w:framePr')}")
    is_letter = frame is not None and frame.get(qn("w:dropCap"), "none") != "none"
    gone = (qn("w:del"), qn("w:moveFrom"))
    return is_letter or (mark is not None and any(mark.find(tag) is not None for tag in gone))


def _has_words(run: Any) -> bool:
    return any((text.text or "").strip() for text in run.iter(*_TEXTS))


def _source(part: Any) -> str:
    """Return the words of a part that are not deleted, hidden ones too, a line a paragraph."""
    names = {prefix: qn(f"{prefix}:x")[1:-2] for prefix in ("w", "m", "mc")}
    lines: dict[Any, list[str]] = {}
    for found in part.xpath(f"({_PRINTED})[not({_GONE})]", namespaces=names):
        line = lines.setdefault(next(found.iterancestors(_PARAGRAPH), None), [])
        line.append(_MARKS.get(found.tag) or found.text or "")
    return "\n".join(map("".join, lines.values()))


def _chosen(alternate: Any) -> Any:
    """Return the way of saying a thing that Word itself would choose."""
    choice = alternate.find(qn("mc:Choice"))
    fallback = alternate.find(qn("mc:Fallback"))
    return choice if choice is not None else fallback if fallback is not None else ()


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """Yield rows of a table or cells of a row, those within content controls too."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _SKIPPED and child.tag not in (_PARAGRAPH, _TABLE):
            yield from _within(child, tag)


def _number(element: Any, otherwise: int) -> int:
    return to_number(None if element is None else element.get(_VALUE), otherwise)


def _sign(symbol: Any) -> str:
    code = symbol.get(qn("w:char"), "")
    return chr(int(code, 16)) if _CODE.fullmatch(code) else ""


def _form_value(mark: Any) -> str:
    """Return what the box or the list of a form shows, which no run repeats."""
    box = mark.find(f"{qn('w:ffData')}/{qn('w:checkBox')}")
    if box is not None:
        stated = box.find(qn("w:checked"))
        return "☒" if is_on(stated if stated is not None else box.find(qn("w:default"))) else "☐"
    choices = mark.find(f"{qn('w:ffData')}/{qn('w:ddList')}")
    if choices is None:
        return ""
    entries = choices.findall(qn("w:listEntry"))
    at = _number(choices.find(qn("w:result")), 0)
    return str(entries[at].get(_VALUE, "")) if at < len(entries) else ""
