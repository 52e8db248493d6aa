"""A table is read as what it is: data, numbered clauses, or texts side by side."""

from __future__ import annotations

import pytest

from index.formats.blocks import Blocks
from index.formats.flow import Cell, Paragraph, Table
from index.formats.flow_writer import write
from index.segmentation.doubts import OddityKind


def table(*rows: tuple[str, ...]) -> Table:
    return Table(
        [[Cell(at, 1, [Paragraph(words)]) for at, words in enumerate(row)] for row in rows]
    )


def written(*tables: Table) -> Blocks:
    blocks = Blocks()
    write(tables, blocks)
    return blocks


CLAUSES = {
    "numbers in a column": (
        ("1.", "Fees"), ("1.1", "The fee is 20 EUR"), ("2.", "Ending"), ("2.1", "We may end it."),
    ),
    "two columns of numbers": (
        ("1.", "", "Fees"), ("", "1.1", "The fee is 20 EUR"), ("2.", "", "Ending"),
        ("", "2.1", "We may end it."),
    ),
    "numbers indent": (
        ("1.", "Fees", ""), ("", "1.1", "The fee is 20 EUR"), ("2.", "Ending", ""),
        ("", "2.1", "We may end it."),
    ),
    "titles beside": (
        ("1. Fees", "1.1 The fee is 20 EUR"), ("2. Ending", "2.1 We may end it."),
    ),
    "one cell": (("1. Fees",), ("1.1 The fee is 20 EUR",), ("2. Ending",), ("2.1 We may end it.",)),
}  # fmt: skip


@pytest.mark.parametrize("rows", CLAUSES.values(), ids=CLAUSES)
def test_a_table_that_arranges_clauses_is_clauses(rows: tuple[tuple[str, ...], ...]) -> None:
    found = written(table(*rows))
    assert found.blocks == ["1. Fees", "1.1 The fee is 20 EUR", "2. Ending", "2.1 We may end it."]
    assert found.notes() == ()


DATA = {
    "plans": (("Plan", "A month", "Once"), ("Basic", "20", "5"), ("Pro", "40", "10")),
    "numbered": (("No.", "Plan", "Fee"), ("1", "Basic", "20"), ("2", "Pro", "25")),
    "numbered, few": (("No.", "Plan"), ("1", "Basic"), ("2", "Pro")),
    "meanings": (("“Fee”", "means the price that the order states."), ("“Term”", "means a year.")),
    "words in two languages": (("费用", "Fee"), ("期限", "Term")),
    "shares": (("Days before", "Share"), ("30", "1.5"), ("10", "2.5")),
}


@pytest.mark.parametrize("rows", DATA.values(), ids=DATA)
def test_a_table_of_data_stays_one(rows: tuple[tuple[str, ...], ...]) -> None:
    found = written(table(*rows))
    assert found.blocks == ["\n".join(f"| {' | '.join(row)} |" for row in rows)]
    assert found.notes() == ()


BESIDE = {
    "one number each": (
        ("1.1 The fee is 20 EUR.", "1.1 Die Gebühr beträgt 20 EUR."),
        ("1.2 It is due at once.", "1.2 Sie ist sofort fällig."),
    ),
    "numbers of their own": (
        ("1.1", "The fee is 20 EUR.", "1.1", "Die Gebühr beträgt 20 EUR."),
        ("1.2", "It is due at once.", "1.2", "Sie ist sofort fällig."),
    ),
    "two scripts": (
        ("1.1 The fee is 20 EUR.", "1.1 费用为二十欧元。"),
        ("1.2 It is due at once.", "1.2 应立即支付。"),
    ),
    "one number for both": (
        ("1.1", "The fee is 20 EUR.", "费用为二十欧元。"),
        ("1.2", "It is due at once.", "应立即支付。"),
    ),
}


@pytest.mark.parametrize("rows", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("apart", [False, True])
def test_texts_side_by_side_are_read_one_after_the_other(
    rows: tuple[tuple[str, ...], ...], *, apart: bool
) -> None:
    found = written(*(map(table, rows) if apart else [table(*rows)]))
    assert found.blocks[:2] == ["1.1 The fee is 20 EUR.", "1.2 It is due at once."]
    assert [block[:4] for block in found.blocks[2:]] == ["1.1 ", "1.2 "]
    assert [doubt.oddity.kind for doubt in found.notes()] == [OddityKind.COLUMNS]


def test_a_title_over_both_texts_goes_with_its_language() -> None:
    rows = [[Cell(0, 2, [Paragraph("服务协议")])], *table(*BESIDE["two scripts"]).rows]
    assert written(Table(rows)).blocks[2] == "服务协议"


def test_footnotes_of_a_table_end_it() -> None:
    cells = [Cell(0, 1, [Paragraph("Basic")]), Cell(1, 1, [Paragraph("20[1]", notes=["[1] Net."])])]
    assert written(Table([cells])).blocks == ["| Basic | 20[1] |\n| [1] Net. |  |"]
