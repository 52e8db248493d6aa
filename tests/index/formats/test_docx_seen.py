"""A Word document is read as a person sees it: nothing hidden and nothing twice."""

from __future__ import annotations

import pytest

from index.formats.blocks import Blocks
from index.formats.docx import read_docx
from index.segmentation.doubts import OddityKind
from tests.samples.word import raw_word

VANISH = "<w:vanish/>"


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def paragraph(*runs: str, properties: str = "") -> str:
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def mark(kind: str) -> str:
    return f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>"


def read(body: str, **parts: str) -> Blocks:
    return read_docx(raw_word(body, parts))


def test_hidden_words_are_left_out_and_noted() -> None:
    styles = (
        f"<w:style w:type='paragraph' w:styleId='Note'><w:rPr>{VANISH}</w:rPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='Sub'><w:basedOn w:val='Note'/></w:style>"
        f"<w:style w:type='character' w:styleId='Aside'><w:rPr>{VANISH}</w:rPr></w:style>"
    )
    found = read(
        paragraph("1. Pay in 30 days.", run(" [or in 60]", VANISH))
        + paragraph("styled", properties="<w:pStyle w:val='Sub'/>")
        + paragraph(run("by letters", "<w:rStyle w:val='Aside'/>"))
        + paragraph(run("always", "<w:specVanish/>"))
        + paragraph(run("shown", "<w:vanish w:val='0'/>")),
        styles=styles,
    )
    assert found.blocks == ["1. Pay in 30 days.", "shown"]
    words = [doubt.oddity.label for doubt in found.notes()]
    assert words == ["[or in 60]", "styled", "by letters", "always"]
    assert found.source.split("\n")[1:] == ["styled", "by letters", "always", "shown"]


def test_a_hidden_row_is_left_out_and_noted() -> None:
    cells = "<w:tc>{}</w:tc><w:tc>{}</w:tc>"
    found = read(
        "<w:tbl><w:tr>" + cells.format(paragraph("a"), paragraph("b")) + "</w:tr><w:tr><w:trPr>"
        "<w:hidden/></w:trPr>" + cells.format(paragraph("c"), paragraph("d")) + "</w:tr></w:tbl>"
    )
    assert found.blocks == ["| a | b |"]
    assert [doubt.oddity.label for doubt in found.notes()] == ["c d"]


def test_a_paragraph_without_a_visible_end_runs_on() -> None:
    hidden = f"<w:rPr>{VANISH}<w:specVanish/></w:rPr>"
    deleted = "<w:rPr><w:del w:id='1'/></w:rPr>"
    found = read(
        paragraph("1. Fees. ", properties=f"<w:outlineLvl w:val='0'/>{hidden}")
        + paragraph("They are due.")
        + paragraph("We ", properties=deleted)
        + paragraph("may.")
        + paragraph("T", properties="<w:framePr w:dropCap='drop'/>")
        + paragraph("hey end.")
    )
    assert found.blocks == ["1. Fees. They are due.", "We may.", "They end."]


NUMBERS = (
    "<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:lvlText "
    "w:val='%1.'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"
)


def numbered(words: str, mark: str = "") -> str:
    number = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
    return paragraph(words, properties=f"{number}<w:rPr>{mark}</w:rPr>")


def test_numbered_paragraphs_run_on_where_an_end_is_deleted_not_where_it_is_hidden() -> None:
    found = read(
        numbered("We ", "<w:del w:id='1'/>") + numbered("may.") + numbered("Late.", VANISH)
        + numbered("End."), numbering=NUMBERS,
    )  # fmt: skip
    assert found.blocks == ["1. We may.", "2. Late.", "3. End."]


def test_a_field_shows_its_result_alone() -> None:
    code = "<w:r><w:instrText>IF x</w:instrText></w:r>"
    inner = mark("begin") + code + mark("separate") + run("inner") + mark("end")
    field = mark("begin") + code + inner + mark("separate") + run("clause 2") + mark("end")
    box = (
        "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:checked/></w:checkBox>"
        "</w:ffData></w:fldChar></w:r>" + mark("end")
    )
    found = read(paragraph("See ", field, run(".")) + paragraph(box, run(" yes")))
    assert found.blocks == ["See clause 2.", "☒ yes"]


def test_signs_tabs_and_hyphens_are_what_is_printed() -> None:
    inner = (
        "<w:t>A</w:t><w:softHyphen/><w:t>gree\xadment</w:t><w:tab/><w:t>B</w:t><w:noBreakHyphen/>"
        "<w:t>C</w:t><w:sym w:font='Wingdings' w:char='F0FE'/>"
    )
    ruby = (
        "<w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby>"
    )
    assert read(paragraph(f"<w:r>{inner}</w:r>", ruby)).blocks == ["Agreement B-C☒漢"]


def test_a_text_box_is_read_once_after_the_paragraph_it_hangs_on() -> None:
    inside = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    box = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{inside}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read(paragraph("Beside it.", box)).blocks == ["Beside it.", "In the box."]


def test_footnotes_stand_behind_the_paragraph_that_refers_to_them() -> None:
    note = "<w:footnote w:id='{}'>" + paragraph(run("{}")) + "</w:footnote>"
    reference = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    hidden = f"<w:r><w:rPr>{VANISH}</w:rPr><w:footnoteReference w:id='9'/></w:r>"
    found = read(
        paragraph("Fees", reference.format(7), properties="<w:outlineLvl w:val='0'/>")
        + paragraph("Pay in 30 days", reference.format(8), run("."))
        + paragraph(run("no", VANISH), hidden),
        footnotes=note.format(7, "Net.") + note.format(8, "Bank days.") + note.format(9, "Never."),
        comments=f"<w:comment w:id='1'>{paragraph('Why 30?')}</w:comment>",
    )
    assert found.blocks == ["# Fees", "Pay in 30 days[2]. [1] Net. [2] Bank days."]


def test_heads_of_pages_and_contents_are_noted() -> None:
    styles = "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='toc 1'/></w:style>"
    contents = paragraph("Fees 2", properties="<w:pStyle w:val='T'/>")
    found = read(contents + paragraph("Words"), styles=styles, header=paragraph("Acme Ltd"))
    assert found.blocks == ["Words"]
    assert [str(doubt.oddity) for doubt in found.notes()] == [
        "running head, foot or page number left out (7 characters): Acme Ltd",
        "table of contents left out (5 characters): Fees 2",
    ]


def test_merged_cells_keep_the_columns_in_their_place() -> None:
    def cell(words: str, properties: str = "") -> str:
        return (
            f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words) if words else '<w:p/>'}</w:tc>"
        )

    rows = (
        cell("Plans", "<w:gridSpan w:val='2'/>") + cell("Fee"),
        cell("Basic", "<w:vMerge w:val='restart'/>") + cell("a month") + cell("20"),
        cell("", "<w:vMerge/>") + cell("a year") + cell("200"),
    )
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    assert read(table).blocks == [
        "| Plans |  | Fee |\n| Basic | a month | 20 |\n| Basic | a year | 200 |"
    ]


def test_the_names_of_the_strict_standard_are_the_same_document() -> None:
    made = raw_word(paragraph("Words"), strict=True)
    assert read_docx(made).blocks == ["Words"]


BOX = f"<w:pict><w:txbxContent>{paragraph('a box that hides')}</w:txbxContent></w:pict>"
NOTED = {
    "a hidden text box": paragraph(f"<w:r><w:rPr>{VANISH}</w:rPr>{BOX}</w:r>"),
    "hidden words of a box": paragraph(
        f"<w:r><w:pict><w:txbxContent>{paragraph(run('a box that hides', VANISH))}"
        "</w:txbxContent></w:pict></w:r>"
    ),
    "a cell that another covers": "<w:tbl>" + "".join(
        f"<w:tr><w:tc><w:tcPr><w:vMerge w:val='{kind}'/></w:tcPr>{paragraph(words)}</w:tc>"
        f"<w:tc>{paragraph(other)}</w:tc></w:tr>"
        for kind, words, other in (("restart", "x", "y"), ("continue", "a box that hides", "z"))
    ) + "</w:tbl>",
    "hidden words in a table within a table": "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>"
    + paragraph("x ", run("a box that hides", VANISH)) + "</w:tc></w:tr></w:tbl></w:tc><w:tc>"
    + paragraph("y") + "</w:tc></w:tr></w:tbl>",
    "the result of a field in the code of another": paragraph(
        mark("begin"), mark("begin"), mark("separate"), run("a box that hides"), mark("end"),
        mark("separate"), run(" x"), mark("end"),
    ),
    "contents with hidden words": paragraph(
        run("a box that hides", VANISH), properties="<w:pStyle w:val='T'/>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", NOTED.values(), ids=NOTED)
def test_whatever_nobody_sees_is_noted_and_not_lost(body: str) -> None:
    styles = "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='toc 1'/></w:style>"
    found = read(paragraph("Words.") + body, styles=styles)
    assert "hides" not in found.text()
    assert [(doubt.oddity.kind, doubt.oddity.label) for doubt in found.notes()] == [
        (OddityKind.HIDDEN, "a box that hides")
    ]


@pytest.mark.parametrize("reference", ["", f"<w:r><w:rPr>{VANISH}</w:rPr>{{}}</w:r>"])
def test_a_note_that_nothing_seen_refers_to_is_noted(reference: str) -> None:
    reference = reference.format("<w:footnoteReference w:id='1'/>")
    notes = f"<w:footnote w:id='1'>{paragraph('a note of no place')}</w:footnote>"
    found = read(paragraph("Words.", reference or "."), footnotes=notes)
    assert "place" not in found.text()
    assert [str(doubt.oddity) for doubt in found.notes()] == [
        "words that nobody sees are left out (14 characters): a note of no place"
    ]


def test_hidden_words_of_a_note_are_noted_and_a_note_leads_not_back_to_itself() -> None:
    reference = "<w:r><w:footnoteReference w:id='1'/></w:r>"
    words = paragraph("Net", run(" of a secret", VANISH), reference)
    found = read(
        paragraph("Words", reference), footnotes=f"<w:footnote w:id='1'>{words}</w:footnote>"
    )
    assert found.blocks == ["Words[1] [1] Net"]
    assert [doubt.oddity.label for doubt in found.notes()] == ["of a secret"]


def test_lines_of_contents_are_one_note_and_breaks_part_words() -> None:
    styles = "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='toc 1'/></w:style>"
    line = paragraph(
        "<w:r><w:t>Fees</w:t><w:tab/><w:t>2</w:t></w:r>", properties="<w:pStyle w:val='T'/>"
    )
    found = read(
        line + "<w:p/>" + line + paragraph("<w:r><w:t>Words</w:t><w:br/><w:t>here</w:t></w:r>"),
        styles=styles,
    )
    assert [str(doubt.oddity) for doubt in found.notes()] == [
        "table of contents left out (10 characters): Fees 2 Fees 2"
    ]
    assert found.source == "Fees 2\nFees 2\nWords\nhere"
