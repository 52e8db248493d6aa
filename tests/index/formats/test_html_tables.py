"""Tables of a page: data keep their columns, layouts and texts side by side are read in order."""

from __future__ import annotations

import pytest

from index.formats.html.page import read_html
from index.segmentation.doubts import OddityKind


def read(page: str) -> tuple[str, list[str]]:
    """Return the text of a page, and where it may stand in columns."""
    blocks = read_html(page.encode())
    notes = [doubt.oddity for doubt in blocks.notes()]
    assert not [one for one in notes if one.kind is OddityKind.LOST]
    return blocks.text(), [one.label for one in notes if one.kind is OddityKind.COLUMNS]


def table(*rows: str, opening: str = "<table>") -> str:
    """Return a table whose cells are parted by bars, those of the first row heads if marked."""
    made = ""
    for row in rows:
        tag = "th" if row.startswith("!") else "td"
        cells = (f"<{tag}>{cell.strip()}</{tag}>" for cell in row.lstrip("!").split("|"))
        made += f"<tr>{''.join(cells)}</tr>"
    return f"{opening}{made}</table>"


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ("<tr><th rowspan=2>Plan<th colspan=2>Fee</tr><tr><th>Monthly<th>Setup</tr>"
         "<tr><td>Basic<td>10<td>5</tr>",
         ["| Plan | Fee |  |", "| Plan | Monthly | Setup |", "| Basic | 10 | 5 |"]),
        ("<tr><td rowspan=2>Basic<td>EU<td>10</tr><tr><td>US<td>12</tr><tr><td>Pro<td>EU<td>20",
         ["| Basic | EU | 10 |", "| Basic | US | 12 |", "| Pro | EU | 20 |"]),
        ("<tr><th>Plan<th>Fee<th>Setup</tr><tr><td>Basic<td rowspan=2>10<td>5</tr><tr><td>Pro<td>6",
         ["| Plan | Fee | Setup |", "| Basic | 10 | 5 |", "| Pro | 10 | 6 |"]),
        ("<tr><th>Plan<th>Fee</tr><tr><td>Basic<td rowspan=0>10</tr><tr><td>Pro</tr><tr><td>Max",
         ["| Plan | Fee |", "| Basic | 10 |", "| Pro | 10 |", "| Max | 10 |"]),
        ("<tfoot><tr><td>All<td>30</tfoot><tbody><tr><td>Pro<td>20</tbody><thead><tr><th>Plan<th>Fee",
         ["| Plan | Fee |", "| Pro | 20 |", "| All | 30 |"]),
        ("<tr><th>Plan<th>Fee</tr><tr><td>Basic<br>(new)<td><p>10</p><p>a month</p></tr>",
         ["| Plan | Fee |", "| Basic (new) | 10 a month |"]),
        ("<tr><th>Plan<th>Fee</tr><tr><td>A | B<td><ul><li>10</li><li>12</li></ul></tr>",
         ["| Plan | Fee |", "| A / B | - 10 - 12 |"]),
    ],
)  # fmt: skip
def test_cells_stand_in_the_columns_that_a_browser_draws(cells: str, rows: list[str]) -> None:
    assert read(f"<table>{cells}</table>") == ("\n".join(rows) + "\n", [])


def test_a_span_as_wide_as_a_page_is_not_believed() -> None:
    text, _ = read("<table><tr><td colspan=99999999>a<td>b</tr>"
                   "<tr><td rowspan=99999999>c<td>d</table>")  # fmt: skip
    assert len(text) < 500


def test_spans_below_each_other_do_not_make_a_table_many_times_its_file() -> None:
    text, _ = read(f"<table>{'<tr><td rowspan=400>x<td>y' * 400}</table>")
    assert text.count("x") < 25_000


def test_a_caption_stands_above_its_table() -> None:
    rows = table("!Plan | Fee", "Basic | 10").replace("<table>", "<table><caption>Fees</caption>")
    assert read(rows)[0] == "Fees\n\n| Plan | Fee |\n| Basic | 10 |\n"


@pytest.mark.parametrize(
    "page",
    [
        table("<h2>Use</h2><p>Be kind.</p>"),
        table("<p><a href=/a>Home</a></p><p>x</p>|<h2>Use</h2><p>Be kind.</p>"),
        table("|<h2>Use</h2>", "|<p>Be kind.</p>"),
        table(table("<h2>Use</h2>", "Be kind.") + " | "),
        table("<b>Use</b>|", "Be kind.|", opening='<table role="presentation">'),
    ],
)
def test_a_table_for_the_layout_is_read_cell_by_cell(page: str) -> None:
    text, columns = read(page)
    assert "|" not in text
    assert text.endswith("Be kind.\n")
    assert columns == []


def test_numbers_in_a_column_of_their_own_stand_before_their_clauses() -> None:
    page = table("1.|Fees", "1.1|The fee is 20 EUR a month.", "|<p>It is due.</p>", "2.|Refunds",
                 "2.1|Refunds take 10 days.")  # fmt: skip
    assert read(page)[0] == (
        "1. Fees\n\n1.1 The fee is 20 EUR a month.\n\nIt is due.\n\n2. Refunds\n\n"
        "2.1 Refunds take 10 days.\n"
    )


@pytest.mark.parametrize(
    "page",
    [
        table("1. Fees|1. 费用", "1.1 The fee is 20 EUR.|1.1 费用为二十欧元。"),
        table("!1. Fees|1. 费用", "1.1 The fee is 20 EUR.|1.1 费用为二十欧元。"),
        "<section><div><p>1. Fees</p></div><div><p>1. 费用</p></div></section>"
        "<section><p>1.1 The fee is 20 EUR.</p><p>1.1 费用为二十欧元。</p></section>",
        '<div style="display: grid"><p>1. Fees</p><p>1. 费用</p><p>1.1 The fee is 20 EUR.</p>'
        "<p>1.1 费用为二十欧元。</p></div>",
    ],
)
def test_two_languages_side_by_side_are_read_one_after_the_other(page: str) -> None:
    text, columns = read(page)
    assert text == "1. Fees\n\n1.1 The fee is 20 EUR.\n\n1. 费用\n\n1.1 费用为二十欧元。\n"
    assert columns == ["1. Fees"]


def test_two_languages_beside_one_column_of_numbers() -> None:
    text, columns = read(
        table("1.|Fees|费用", "1.1|The fee is 20 EUR a month.|费用为每月二十欧元。")
    )
    assert text == (
        "1. Fees\n\n1.1 The fee is 20 EUR a month.\n\n1. 费用\n\n1.1 费用为每月二十欧元。\n"
    )
    assert columns == ["Fees"]


@pytest.mark.parametrize("head", ["", "!English|Deutsch"])
def test_two_editions_with_the_same_numbers_are_read_one_after_the_other(head: str) -> None:
    rows = ("1.1 The fee is 20 EUR a month.|1.1 Die Gebühr ist 20 EUR im Monat.",
            "1.2 It is due at once, in full.|1.2 Sie ist sofort und ganz fällig.")  # fmt: skip
    text, columns = read(table(*filter(None, (head, *rows))))
    assert text.index("1.2 It is") < text.index("1.1 Die")
    assert len(columns) == 1


@pytest.mark.parametrize(
    "page",
    [
        table("!Term|含义", "Service|服务", "Fee|费用"),
        table("!Name|说明", "sid|保存会话状态，有效期为一天。", "lang|保存所选语言，一年。"),
        table("!Plan|Fee", "1 user|The fee is 20 EUR.", "2 users|The fee is 30 EUR a month."),
        table("!No.|Plan|Fee", "1|Basic|10 EUR a month", "2|Pro|20 EUR a month"),
    ],
)  # fmt: skip
def test_rows_that_belong_together_stay_rows(page: str) -> None:
    text, columns = read(page)
    assert text.count("\n|") == page.count("<tr>") - 1
    assert columns == []


def test_sections_with_a_heading_and_a_paragraph_are_no_columns() -> None:
    words = "<p>我们对间接损失不承担任何责任，法律另有规定的除外。</p>"
    heads = (f"<h2>Limitation of our Liability {number}</h2>" for number in (1, 2))
    page = "".join(f"<section>{head}{words}</section>" for head in heads)
    text, columns = read(page)
    assert text.index("我们对") < text.index("Liability 2")
    assert columns == []
