"""A Word document → its words, with the numbers that Word prints before its paragraphs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED, RefusedError
from index.formats.docx_numbering import Numbering

_TEXT, _TAB, _PARAGRAPH, _TABLE = qn("w:t"), qn("w:tab"), qn("w:p"), qn("w:tbl")
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:delText"),
                      qn("w:pPr"), qn("w:rPr"), qn("w:txbxContent"), qn("w:sdtPr")})  # fmt: skip
_GONE = frozenset({qn("w:del"), qn("w:moveFrom"), f"{{{_COMPATIBLE}}}Fallback"})
_MARKS = {_TAB: " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_VALUE = qn("w:val")


def read_docx(data: bytes) -> Blocks:
    """Return the blocks of a document: headings, resolved numbers, tables."""
    _check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError) as error:
        raise RefusedError(FaultKind.NOT_WORD) from error
    numbering = Numbering(document)
    blocks = Blocks(source=_source(document))
    for element in _blocks_in(document.element.body):
        if element.tag == _TABLE:
            _add_table(blocks, element, numbering)
        else:
            _add_paragraph(blocks, element, numbering)
    return blocks


def _check_archive(data: bytes) -> None:
    """Refuse what unpacks to too much, or whose XML defines entities, before anything is read."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise RefusedError(FaultKind.DAMAGED_ARCHIVE) from error
    entries = archive.infolist()
    parts = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
    size = sum(entry.file_size for entry in parts)
    packed = max(sum(entry.compress_size for entry in parts), 1)
    if len(entries) > MAX_ENTRIES or size > MAX_UNPACKED or size / packed > MAX_RATIO:
        raise RefusedError(FaultKind.UNPACKS)
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedError(FaultKind.ENCRYPTED)
    if "[Content_Types].xml" not in archive.namelist():
        raise RefusedError(FaultKind.NOT_WORD)
    for entry in parts:
        with archive.open(entry) as file:
            _check_xml(file)


def _check_xml(file: Any) -> None:
    try:
        for _, element in ElementTree.iterparse(file, forbid_dtd=True):
            element.clear()
    except DefusedXmlException as error:
        raise RefusedError(FaultKind.ENTITIES) from error
    except ElementTree.ParseError as error:
        raise RefusedError(FaultKind.DAMAGED_XML) from error


def _blocks_in(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, those within content controls too."""
    for child in parent:
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _blocks_in(child)


def _source(document: Any) -> str:
    """Return all words of a document and its notes, those too that may be hidden."""
    parts = [document.element.body]
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        try:
            parts.append(parse_xml(document.part.part_related_by(kind).blob))
        except KeyError:
            continue
    words = []
    for element in (element for part in parts for element in part.iter()):
        if element.tag == _PARAGRAPH:
            words.append("\n")
        elif element.tag in _MARKS:
            words.append(_MARKS[element.tag])
        elif element.tag == _TEXT and not any(up.tag in _GONE for up in element.iterancestors()):
            words.append(element.text or "")
    return "".join(words)


def _add_paragraph(blocks: Blocks, paragraph: Any, numbering: Numbering) -> None:
    words = words_of(paragraph)
    style = numbering.style_of(paragraph)
    if not words.strip() or numbering.is_contents(style):
        return
    label = numbering.label(paragraph)
    blocks.add(
        words,
        label=label.printed,
        depth=numbering.heading_depth(paragraph, style),
        bold=_is_bold(paragraph),
        indent=label.depth if label.printed == "-" else 0,
    )


def _add_table(blocks: Blocks, table: Any, numbering: Numbering) -> None:
    rows = []
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(_TABLE)) is not table:
            continue
        cells = [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(_TABLE)) is table]
        rows.append([_cell_words(cell, numbering) for cell in cells])
    blocks.add_table(rows)


def _cell_words(cell: Any, numbering: Numbering) -> str:
    lines = []
    for paragraph in cell.iter(_PARAGRAPH):
        words = words_of(paragraph)
        label = numbering.label(paragraph).printed if words.strip() else ""
        lines.append(f"{label} {words}".strip())
    return " ".join(line for line in lines if line)


def words_of(element: Any) -> str:
    """Return the words of a paragraph as they stand: insertions in, deletions out."""
    if element.tag == _TEXT:
        return element.text or ""
    if element.tag in _MARKS:
        return _MARKS[element.tag]
    if element.tag in _SKIPPED or not isinstance(element.tag, str):
        return ""
    return "".join(words_of(child) for child in element)


def _is_bold(paragraph: Any) -> bool:
    """Return whether every run with words says that it is bold."""
    runs = [run for run in paragraph.iter(qn("w:r")) if words_of(run).strip()]
    return bool(runs) and all(_is_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in runs)


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(_VALUE) not in ("0", "false", "off")
