"""Word, OpenDocument and RTF files that look the same are read the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from index.formats.blocks import Blocks
from index.formats.docx import read_docx
from index.formats.odt import read_odt
from index.formats.rtf import read_rtf
from index.segmentation.doubts import OddityKind
from tests.samples.office import raw_odt
from tests.samples.word import raw_word


@dataclass(frozen=True)
class Writer:
    """How one format says the same: a paragraph, words of it nobody sees, a table, a note."""

    read: Callable[[str], Blocks]
    paragraph: Callable[[str], str]
    hidden: str
    note: str
    table: Callable[[list[list[str]]], str]


def _word_run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def _word_paragraph(words: str) -> str:
    """Return a paragraph, the pieces of XML in it as they are."""
    pieces = words.split("\0")
    inner = "".join(piece if at % 2 else _word_run(piece) for at, piece in enumerate(pieces))
    return f"<w:p>{inner}</w:p>"


def _in_rows(table: str, row: str, cell: str) -> Callable[[list[list[str]]], str]:
    def write(rows: list[list[str]]) -> str:
        return table.format(
            "".join(row.format("".join(cell.format(words) for words in line)) for line in rows)
        )

    return write


def _rtf_table(rows: list[list[str]]) -> str:
    edges = "".join(rf"\cellx{1_000 * at}" for at in range(1, len(rows[0]) + 1))
    cells = ("".join(rf"{words}\cell " for words in row) for row in rows)
    return "".join(rf"\trowd{edges}\pard\intbl {row}\row" for row in cells) + r"\pard "


def _odt_paragraph(words: str) -> str:
    return f"<text:p>{words.replace(chr(0), '')}</text:p>"


def _read_word(body: str) -> Blocks:
    notes = '<w:footnote w:id="1"><w:p><w:r><w:t>Net of tax.</w:t></w:r></w:p></w:footnote>'
    return read_docx(raw_word(body, {"footnotes": notes} if "footnoteReference" in body else {}))


HIDDEN_STYLE = (
    '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/>'
    "</style:style>"
)
WRITERS = {
    "docx": Writer(
        _read_word,
        _word_paragraph,
        "\0" + _word_run("{}", "<w:vanish/>") + "\0",
        '\0<w:r><w:footnoteReference w:id="1"/></w:r>\0',
        lambda rows: _in_rows("<w:tbl>{}</w:tbl>", "<w:tr>{}</w:tr>", "<w:tc>{}</w:tc>")(
            [[_word_paragraph(words) for words in row] for row in rows]
        ),
    ),
    "odt": Writer(
        lambda body: read_odt(raw_odt(body, styles=HIDDEN_STYLE)),
        _odt_paragraph,
        '<text:span text:style-name="H">{}</text:span>',
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Net of tax.</text:p></text:note-body></text:note>",
        lambda rows: _in_rows(
            "<table:table>{}</table:table>",
            "<table:table-row>{}</table:table-row>",
            "<table:table-cell>{}</table:table-cell>",
        )([[_odt_paragraph(words) for words in row] for row in rows]),
    ),
    "rtf": Writer(
        lambda body: read_rtf(rf"{{\rtf1\ansi\ansicpg936 {body}}}".encode("gbk")),
        lambda words: rf"{words}\par ",
        r"{{\v {}}}",
        r"{\super\chftn{\footnote\chftn  Net of tax.}}",
        _rtf_table,
    ),
}
each = pytest.mark.parametrize("to", WRITERS.values(), ids=WRITERS)


@each
def test_hidden_words_are_noted_at_the_line_of_their_paragraph(to: Writer) -> None:
    found = to.read(
        to.paragraph("1. We charge.")
        + to.paragraph("2. Pay in 30 days." + to.hidden.format(" [Internal: 60 are fine.]"))
        + to.paragraph("3. We end it.")
    )
    assert found.text() == "1. We charge.\n\n2. Pay in 30 days.\n\n3. We end it.\n"
    assert [(doubt.line, str(doubt.oddity)) for doubt in found.notes()] == [
        (3, "words that nobody sees are left out (17 characters): [Internal: 60 are fine.]")
    ]


@each
def test_a_footnote_ends_its_paragraph_also_in_a_table(to: Writer) -> None:
    assert to.read(to.paragraph(f"The fee{to.note} is due.")).blocks == [
        "The fee[1] is due. [1] Net of tax."
    ]
    found = to.read(to.table([["Plan", "Fee"], ["Basic", f"20{to.note}"]]))
    assert found.blocks == ["| Plan | Fee |\n| Basic | 20[1] |\n| [1] Net of tax. |  |"]


@each
def test_an_agreement_laid_out_as_a_table_is_its_clauses(to: Writer) -> None:
    rows = [["1.", "Fees"], ["1.1", "The fee is 20 EUR"], ["2.", "Ending"], ["2.1", "We end it."]]
    found = to.read(to.table(rows) + to.paragraph("3. Law"))
    assert found.blocks == ["1. Fees", "1.1 The fee is 20 EUR", "2. Ending", "2.1 We end it.",
                            "3. Law"]  # fmt: skip
    assert found.notes() == ()


@each
def test_two_languages_side_by_side_are_read_one_after_the_other(to: Writer) -> None:
    rows = [
        ["1.1 The fee is 20 EUR.", "1.1 费用为二十欧元。"],
        ["1.2 It is due.", "1.2 应立即支付。"],
    ]
    found = to.read(to.table(rows))
    assert found.blocks == [row[0] for row in rows] + [row[1] for row in rows]
    assert [doubt.oddity.kind for doubt in found.notes()] == [OddityKind.COLUMNS]


@each
def test_a_table_of_data_keeps_its_rows(to: Writer) -> None:
    rows = [["Plan", "Monthly fee", "Setup fee"], ["Basic", "20", "5"], ["Pro", "40", "10"]]
    found = to.read(to.table(rows) + to.paragraph("2. Ending"))
    assert found.blocks == ["\n".join(f"| {' | '.join(row)} |" for row in rows), "2. Ending"]
    assert found.notes() == ()
