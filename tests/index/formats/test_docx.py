from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from index.formats.docx import read_docx
from index.numerals import write_number

Level = tuple[str, str]


def document_with(*levels: Level, extra: str = "") -> Any:
    """Return an empty document with one list, numbered 900."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (style, text) in enumerate(levels)
    )
    numbering.findall(qn("w:num"))[0].addprevious(
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{inner}</w:abstractNum>')
    )
    add_list(document, 900)
    return document


def add_list(document: Any, list_id: int, override: str = "") -> None:
    document.part.numbering_part.element.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{list_id}"><w:abstractNumId w:val="90"/>'
            f"{override}</w:num>"
        )
    )


def add(document: Any, words: str, depth: int = 0, list_id: int = 900) -> Any:
    paragraph = document.add_paragraph(words)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = depth
    properties.get_or_add_numId().val = list_id
    return paragraph


def read(document: Any) -> list[str]:
    buffer = io.BytesIO()
    document.save(buffer)
    return read_docx(buffer.getvalue()).text().strip().split("\n\n")


def test_counts_several_levels_as_word_does() -> None:
    document = document_with(("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))
    for depth in (0, 1, 2, 2, 1, 2, 0, 1):
        add(document, "x", depth)
    assert read(document) == ["1. x", "1.1 x", "(a) x", "(b) x", "1.2 x", "(a) x", "2. x", "2.1 x"]


def test_a_level_that_never_restarts_counts_on() -> None:
    document = document_with(
        ("decimal", "%1."), ("decimal", "(%2)"), extra='<w:lvlRestart w:val="0"/>'
    )
    for depth in (0, 1, 1, 0, 1):
        add(document, "x", depth)
    assert read(document) == ["1. x", "(1) x", "(2) x", "2. x", "(3) x"]


def test_another_list_of_the_same_kind_counts_on_unless_it_says_otherwise() -> None:
    document = document_with(("decimal", "%1."))
    add_list(document, 901)
    add_list(
        document, 902, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    )
    for list_id in (900, 900, 901, 902, 902):
        add(document, "x", list_id=list_id)
    assert read(document) == ["1. x", "2. x", "3. x", "1. x", "2. x"]


def test_legal_numbering_prints_all_numbers_as_digits() -> None:
    document = document_with(("chineseCounting", "第%1条"), ("decimal", "%1.%2"))
    level = document.part.numbering_part.element.findall(f".//{qn('w:lvl')}")
    second = [one for one in level if one.getparent().get(qn("w:abstractNumId")) == "90"][1]
    second.insert(2, parse_xml(f"<w:isLgl {nsdecls('w')}/>"))
    add(document, "x")
    add(document, "y", 1)
    assert read(document) == ["第一条 x", "1.1 y"]


def test_bullets_are_dashes_indented_by_level() -> None:
    document = document_with(("bullet", "•"), ("bullet", "o"))
    add(document, "x")
    add(document, "y", 1)
    assert read(document) == ["- x", "    - y"]


def test_a_style_brings_its_list_and_its_level() -> None:
    document = document_with(("decimal", "%1."), ("decimal", "%1.%2"))
    levels = [
        one
        for one in document.part.numbering_part.element.findall(f".//{qn('w:lvl')}")
        if one.getparent().get(qn("w:abstractNumId")) == "90"
    ]
    for at, name in enumerate(("Heading 1", "Heading 2")):
        style = document.styles[name]
        properties = style.element.get_or_add_pPr()
        numbers = properties.get_or_add_numPr()
        numbers.get_or_add_numId().val = 900
        levels[at].append(parse_xml(f'<w:pStyle {nsdecls("w")} w:val="{style.style_id}"/>'))
    document.add_heading("Use", 1)
    document.add_heading("Home", 2)
    document.add_heading("End", 1)
    assert read(document) == ["# 1. Use", "## 1.1 Home", "# 2. End"]


def test_a_paragraph_may_leave_the_list_of_its_style() -> None:
    document = document_with(("decimal", "%1."))
    add(document, "x")
    add(document, "plain", list_id=0)
    add(document, "y")
    assert read(document) == ["1. x", "plain", "2. y"]


def test_tables_keep_their_rows_and_stand_in_their_place() -> None:
    document = docx.Document()
    document.add_paragraph("before")
    table = document.add_table(2, 2)
    for cell, words in zip((c for row in table.rows for c in row.cells), "abcd", strict=True):
        cell.text = words
    document.add_paragraph("after")
    assert read(document) == ["before", "| a | b |\n| c | d |", "after"]


def test_deleted_words_are_out_and_inserted_ones_in() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("We ")._p
    for tag, inner in (("ins", "<w:t>may</w:t>"), ("del", "<w:delText>must</w:delText>")):
        paragraph.append(
            parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1"><w:r>{inner}</w:r></w:{tag}>')
        )
    assert read(document) == ["We may"]


def test_words_in_content_controls_are_read() -> None:
    document = docx.Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert read(document) == ["inside"]


@pytest.mark.parametrize(
    ("style", "printed"),
    [
        ("decimal", "1 2 10 11 20 105"),
        ("decimalZero", "01 02 10 11 20 105"),
        ("lowerLetter", "a b j k t aaaaa"),
        ("upperRoman", "I II X XI XX CV"),
        ("chineseCounting", "一 二 十 十一 二十 一百零五"),
        ("chineseLegalSimplified", "壹 贰 壹拾 壹拾壹 贰拾 壹佰零伍"),
        ("ideographDigital", "一 二 一〇 一一 二〇 一〇五"),
        ("decimalEnclosedCircle", "① ② ⑩ ⑪ ⑳ 105"),
        ("decimalFullWidth", "１ ２ １０ １１ ２０ １０５"),
        ("ideographTraditional", "甲 乙 癸 11 20 105"),
        ("ordinal", "1st 2nd 10th 11th 20th 105th"),
        ("unheardOf", "1 2 10 11 20 105"),
    ],
)
def test_numbers_are_written_as_word_writes_them(style: str, printed: str) -> None:
    write: Callable[[int], str] = lambda value: write_number(value, style)  # noqa: E731
    assert " ".join(map(write, (1, 2, 10, 11, 20, 105))) == printed
