"""An agreement as a Word document whose numbers Word itself counts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from tests.samples.parts import Part

# Family of labels → its list and level.
_PLACES = {"article": (50, 0), "decimal": (50, 1), "top": (51, 0), "round": (51, 1),
           "letter": (51, 2), "entry": (52, 0), "closed": (53, 0)}  # fmt: skip
_LISTS = {
    50: (("chineseCountingThousand", "第%1条"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")),
    51: (("decimal", "%1、"), ("decimal", "（%2）"), ("lowerLetter", "%3)")),
    52: (("decimal", "(%1)"),),
    53: (("decimal", "%1)"),),
}


class _Lists:
    """Counts as Word does, to see where a number needs a list of its own."""

    def __init__(self, numbering: Any) -> None:
        self._numbering = numbering
        self._counts: dict[int, list[int]] = {family: [0] * 3 for family in _LISTS}
        self._ids = dict.fromkeys(_LISTS, 0)
        self._next = 500
        last = numbering.findall(qn("w:num"))[0]
        for family, levels in _LISTS.items():
            last.addprevious(_define(family, levels))

    def id_for(self, family: int, depth: int, path: tuple[int, ...]) -> int:
        """Return the list that gives a paragraph its number; 0 if Word could not count to it."""
        counts = self._counts[family]
        if family == 50 and depth and path[:-1] != tuple(counts[: len(path) - 1]):
            return 0
        if not self._ids[family] or counts[depth] + 1 != path[-1]:
            self._ids[family] = self._begin(family, depth, path[-1])
        counts[depth] = path[-1]
        counts[depth + 1 :] = [0] * (2 - depth)
        return self._ids[family]

    def _begin(self, family: int, depth: int, first: int) -> int:
        self._next += 1
        self._numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{self._next}"><w:abstractNumId w:val="{family}"/>'
                f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{first}"/>'
                "</w:lvlOverride></w:num>"
            )
        )
        return self._next


def write_word(parts: list[Part]) -> bytes:
    """Return the bytes of the document."""
    document = docx.Document()
    lists = _Lists(document.part.numbering_part.element)
    for part in parts:
        paragraph = document.add_paragraph(style=_style(part))
        family, depth = _PLACES.get(part.style, (0, 0))
        depth += max(len(part.path) - 2, 0)
        list_id = lists.id_for(family, depth, part.path) if family else 0
        paragraph.add_run(part.words if list_id else part.line)
        if list_id:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = depth
            properties.get_or_add_numId().val = list_id
    document.sections[0].header.paragraphs[0].text = "某平台 法律文件"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _style(part: Part) -> str:
    return f"Heading {part.heading}" if part.heading else "Normal"


def _define(family: int, levels: tuple[tuple[str, str], ...]) -> Any:
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'{"<w:isLgl/>" if family == 50 and depth else ""}<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (style, text) in enumerate(levels)
    )
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{family}">'
        f'<w:multiLevelType w:val="multilevel"/>{inner}</w:abstractNum>'
    )


_NAMES = "http://schemas.openxmlformats.org"
_RELATIONS = f"{_NAMES}/officeDocument/2006/relationships"
_PACKAGE = f"{_NAMES}/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STRICT = "http://purl.oclc.org/ooxml"


def raw_word(body: str, parts: Mapping[str, str] = {}, *, strict: bool = False) -> bytes:
    """Return the bytes of a document with parts, such as ``footnotes``, of the XML given."""
    found = {"document": f"<w:body>{body}</w:body>", **parts}
    spaces = f'{nsdecls("w")} xmlns:mc="{_NAMES}/markup-compatibility/2006"'
    related = "".join(
        f'<Relationship Id="r{name}" Type="{_RELATIONS}/{name}" Target="{name}.xml"/>'
        for name in parts
    )
    kinds = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_KIND}.'
        f'{"document.main" if name == "document" else name}+xml"/>'
        for name in found
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{related}</Relationships>",
        **{f"word/{name}.xml": f"<w:{name} {spaces}>{xml}</w:{name}>"
           for name, xml in found.items()},
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, xml in files.items():
            target.writestr(name, _strict(xml) if strict else xml)
    return made.getvalue()


def _strict(xml: str) -> str:
    """Return XML with the names that ISO's strict standard has for the same elements."""
    xml = xml.replace(_RELATIONS, f"{_STRICT}/officeDocument/relationships")
    return xml.replace(f"{_NAMES}/wordprocessingml/2006", f"{_STRICT}/wordprocessingml")
