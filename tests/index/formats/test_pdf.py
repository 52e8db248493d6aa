from __future__ import annotations

import pytest
from reportlab.lib.pagesizes import A4

from index.formats.blocks import Blocks
from index.formats.pdf import read_pdf
from index.segmentation.doubts import OddityKind
from tests.samples.print import Mark, column, draw, rows

INTRO = (
    "1.1 The fees of the plans are as the table says, and they are due on the first day of a month."
)
AFTER = (
    "1.2 Nothing else is due for the use of the service, whatever plan was chosen by the customer."
)
LEFT = (
    "1. Fees", "1.1 The fee is 20 dollars a", "month and is due at once.",
    "1.2 A late fee of two percent", "is added after thirty days.",
)  # fmt: skip
RIGHT = (
    "2. Ending", "2.1 Either of us may end it", "with ten days notice.",
    "2.2 Nothing is paid back for", "the month that has begun.",
)  # fmt: skip
THIRD = (
    "3. Law", "3.1 The law of France applies", "to all of these terms.",
    "3.2 The courts of Lyon hear", "every case that comes up.",
)  # fmt: skip
READ_LEFT = [
    "1. Fees",
    "1.1 The fee is 20 dollars a month and is due at once.",
    "1.2 A late fee of two percent is added after thirty days.",
]
READ_RIGHT = [
    "2. Ending",
    "2.1 Either of us may end it with ten days notice.",
    "2.2 Nothing is paid back for the month that has begun.",
]
READ_THIRD = [
    "3. Law",
    "3.1 The law of France applies to all of these terms.",
    "3.2 The courts of Lyon hear every case that comes up.",
]


def blocks(*marks: Mark, **options: object) -> list[str]:
    """Return the blocks of a page."""
    return read_pdf(draw(marks, **options)).blocks  # type: ignore[arg-type]


def noted(found: Blocks) -> list[tuple[str, str]]:
    return [(note.oddity.kind, note.oddity.label) for note in found.notes()]


def table(*cells: tuple[str, ...], top: float = 110) -> list[Mark]:
    lefts = (70, 170, 290)[: len(cells[0])]
    after = top + 14 * len(cells) + 14
    return [*column(70, top - 30, INTRO), *rows(lefts, top, *cells), *column(70, after, AFTER)]


# Columns


@pytest.mark.parametrize("step", [0, 5])
def test_a_column_is_read_down_though_it_is_drawn_row_by_row(step: int) -> None:
    drawn = [*column(70, 100, *LEFT), *column(320, 100 + step, *RIGHT)]
    drawn.sort(key=lambda mark: (mark.top, mark.left))
    assert blocks(*drawn) == READ_LEFT + READ_RIGHT


def test_two_lines_are_a_column() -> None:
    drawn = rows((70, 320), 100, *zip(LEFT[1:3], RIGHT[1:3], strict=True))
    assert blocks(*drawn) == [READ_LEFT[1], READ_RIGHT[1]]


def test_a_right_column_may_begin_above_the_left_one() -> None:
    drawn = [*column(70, 114, *LEFT), *column(320, 100, *RIGHT)]
    assert blocks(*sorted(drawn, key=lambda mark: mark.top)) == READ_LEFT + READ_RIGHT


def test_three_columns_are_read_down() -> None:
    drawn = rows((50, 225, 400), 100, *zip(LEFT, RIGHT, THIRD, strict=True))
    assert blocks(*drawn) == READ_LEFT + READ_RIGHT + READ_THIRD


def test_what_stands_over_and_under_columns_is_read_before_and_after_them() -> None:
    title = Mark(200, 70, "Acme Terms of Service", 16, bold=True)
    inside = rows((70, 320), 140, *zip(LEFT, RIGHT, strict=True))
    found = blocks(title, *column(70, 110, INTRO), *inside, *column(70, 240, AFTER))
    assert found == ["# Acme Terms of Service", INTRO, *READ_LEFT, *READ_RIGHT, AFTER]


def test_a_heading_between_columns_parts_what_is_above_from_what_is_below() -> None:
    first = rows((70, 320), 100, *zip(LEFT, RIGHT, strict=True))
    second = rows((70, 320), 220, *zip(THIRD, RIGHT, strict=True))
    found = blocks(*first, Mark(70, 192, "More", 12, bold=True), *second)
    assert found == [*READ_LEFT, *READ_RIGHT, "# More", *READ_THIRD, *READ_RIGHT]


def test_two_languages_side_by_side_are_read_one_after_the_other() -> None:
    chinese = ("一、费用", "1.1 每月的费用是二十元，应当", "立即支付。", "", "1.2 逾期另收违约金。")
    found = blocks(*rows((70, 320), 100, *zip(LEFT, chinese, strict=True)))
    assert found[:3] == READ_LEFT
    assert found[3:] == [
        "一、费用",
        "1.1 每月的费用是二十元，应当立即支付。",
        "1.2 逾期另收违约金。",
    ]


def test_a_column_of_numbers_belongs_to_its_text() -> None:
    drawn = rows((70, 110), 100, ("1.", "Fees"), ("1.1", "The fee is 20 EUR and it is due on the"),
                 ("", "first day of each month."), ("1.2", "Late fees apply."))  # fmt: skip
    assert blocks(*drawn) == [
        "1. Fees", "1.1 The fee is 20 EUR and it is due on the first day of each month.",
        "1.2 Late fees apply.",
    ]  # fmt: skip


def test_what_may_be_columns_or_a_table_is_doubted() -> None:
    words = (("Storage of files in Europe", "The invoice comes each month"),
             ("Support by mail and phone", "Payment within thirty days"),
             ("Copies of all the data", "Late payment costs two percent"))  # fmt: skip
    assert noted(read_pdf(draw(rows((70, 320), 100, *words))))[0][0] == OddityKind.COLUMNS


# Tables

PLANS = (("Plan", "Monthly fee", "Setup fee"), ("Basic", "20 dollars", "30 dollars"))


def test_rows_of_a_table_without_rules_stay_rows() -> None:
    found = blocks(*table(*PLANS, ("Pro", "50 dollars", "none")))
    lines = ["| Plan | Monthly fee | Setup fee |", "| Basic | 20 dollars | 30 dollars |",
             "| Pro | 50 dollars | none |"]  # fmt: skip
    assert found == [INTRO, "\n".join(lines), AFTER]


def test_an_empty_cell_stays_empty() -> None:
    found = blocks(*table(*PLANS, ("Pro", "", "none"), ("Max", "90 dollars", "")))
    assert found[1].split("\n")[2:] == ["| Pro |  | none |", "| Max | 90 dollars |  |"]


def test_a_cell_over_two_columns_shifts_nothing() -> None:
    merged = [Mark(70, 96, "Plan"), Mark(205, 96, "All the fees of a month")]
    found = blocks(*merged, *rows((70, 170, 290), 110, ("", *PLANS[0][1:]), *PLANS[1:]))
    assert found == [
        "| Plan | All the fees of a month |  |\n|  | Monthly fee | Setup fee |\n"
        "| Basic | 20 dollars | 30 dollars |"
    ]


def test_a_cell_over_two_rows_stands_in_the_upper_one() -> None:
    drawn = table(*PLANS, ("Pro", "50 dollars", ""), ("Max", "90 dollars", ""))
    found = blocks(*drawn, Mark(290, 145, "by mail"))
    assert found[1].split("\n")[2:] == ["| Pro | 50 dollars | by mail |", "| Max | 90 dollars |  |"]


def test_a_wrapped_cell_is_one() -> None:
    found = blocks(*table(("Plan", "Fee", "For whom"),
                          ("Basic", "20 dollars", "small teams that do not need"),
                          ("", "", "any support at night"),
                          ("Pro", "50 dollars", "everyone else")))  # fmt: skip
    assert found[1].split("\n")[1:] == [
        "| Basic | 20 dollars | small teams that do not need any support at night |",
        "| Pro | 50 dollars | everyone else |",
    ]


def test_drawn_lines_part_the_rows_of_a_table() -> None:
    cells = (("Service", "What it is for"), ("Storage", "Files of the customer"),
             ("of files", "that are kept in Europe"), ("Support", "By mail"))  # fmt: skip
    drawn = rows((70, 200), 110, *cells)
    rules = [(at, 60, 400) for at in (98, 113, 141, 155)]
    assert blocks(*drawn, rules=rules) == [
        "| Service | What it is for |\n| Storage of files | Files of the customer that are kept in "
        "Europe |\n| Support | By mail |"
    ]


# Paragraphs


def test_wrapped_lines_are_joined() -> None:
    lines = (
        "The customer accepts this agree-", "ment with the terms of a third-",
        "party; third-party terms are in", "force, as they are in the section",
        "2.1 below, and they are so NON-", "BINDING.",
    )  # fmt: skip
    assert blocks(*column(70, 100, *lines)) == [
        "The customer accepts this agreement with the terms of a third-party; third-party terms "
        "are in force, as they are in the section 2.1 below, and they are so NON-BINDING."
    ]


def test_wrapped_chinese_lines_are_joined_without_a_blank() -> None:
    found = blocks(*column(70, 100, "您应当仔细阅读并且充分理解以及遵守本", "协议的全部内容。"))
    assert found == ["您应当仔细阅读并且充分理解以及遵守本协议的全部内容。"]


def test_the_next_number_begins_a_paragraph_though_nothing_ends_the_one_above() -> None:
    assert blocks(*column(70, 100, "1.1 The fee is twenty EUR", "1.2 It is due at once, ever")) == [
        "1.1 The fee is twenty EUR",
        "1.2 It is due at once, ever",
    ]


def test_a_clause_goes_on_over_a_page_its_feet_and_footnotes() -> None:
    def page(number: int, *marks: Mark) -> list[Mark]:
        edges = Mark(70, 40, "Acme Terms", 8), Mark(280, 810, f"Page {number} of 2", 8)
        return [*edges, *marks]

    note = column(70, 780, "1 Without the tax of the place.", size=7)
    last = "1.2 It is due at once, and late fees are added for each day"
    first = [*column(70, 150, "1.1 The fee is 20 dollars,"), Mark(178.5, 146, "1", 6), *note,
             *column(70, 600, last)]  # fmt: skip
    second = column(70, 100, "that has passed. Nothing else is due.")
    found = read_pdf(draw(page(1, *first), page(2, *second)))
    assert found.blocks == [
        "1.1 The fee is 20 dollars,¹\n¹ Without the tax of the place.",
        "1.2 It is due at once, and late fees are added for each day that has passed. Nothing "
        "else is due.",
    ]
    assert noted(found) == [
        (OddityKind.SET_ASIDE, "Acme Terms Acme Terms"),
        (OddityKind.SET_ASIDE, "Page 1 of 2 Page 2 of 2"),
    ]


def test_a_counted_title_at_the_head_of_each_page_stays() -> None:
    pages = [[Mark(70, 60, f"Article {number}", 14, bold=True), *column(70, 150, words)]
             for number, words in enumerate((INTRO, AFTER, INTRO), 1)]  # fmt: skip
    assert [block for block in read_pdf(draw(*pages)).blocks if "Article" in block] == [
        "# Article 1", "# Article 2", "# Article 3",
    ]  # fmt: skip


def test_a_title_stays_though_it_runs_over_the_other_pages() -> None:
    pages = [[Mark(70, 40, "Acme Terms", 8), *column(70, 300, INTRO)] for _ in range(3)]
    pages[0] = [Mark(200, 60, "Acme Terms", 18), *column(70, 300, INTRO)]
    assert read_pdf(draw(*pages)).blocks[0] == "# Acme Terms"


def test_headings_are_known_by_size_and_weight() -> None:
    found = blocks(Mark(70, 60, "Acme Terms", 20), Mark(70, 100, "Fees", 14),
                   Mark(70, 130, "Ending", bold=True), *column(70, 150, INTRO))  # fmt: skip
    assert found == ["# Acme Terms", "## Fees", "**Ending**", INTRO]


# What is seen


def test_words_drawn_twice_are_read_once() -> None:
    assert blocks(*column(70, 100, INTRO), *column(70.4, 100.2, INTRO)) == [INTRO]


def test_words_that_nobody_sees_are_left_out_and_said() -> None:
    found = read_pdf(draw([
        *column(70, 100, INTRO), Mark(70, 120, "no ink", mode=3), Mark(70, 140, "white", grey=1),
        Mark(70, 160, "tiny", size=1),
    ]))  # fmt: skip
    assert found.blocks == [INTRO]
    assert noted(found) == [(OddityKind.HIDDEN, "no ink white tiny")]
    assert found.source.split() == f"{INTRO} no ink white tiny".split()


def test_white_words_on_black_are_seen_and_covered_ones_are_not() -> None:
    box = [(70, 110, 400, 130, 0), (70, 150, 400, 170, 1)]
    marks = [
        *column(70, 100, *LEFT[:1], step=9),
        Mark(70, 125, "white words on black", grey=1),
    ]
    found = read_pdf(draw([*marks, Mark(80, 165, "covered")], boxes=box))
    assert found.blocks == ["1. Fees", "white words on black"]


def test_words_recognised_in_a_scan_are_read() -> None:
    assert read_pdf(draw(column(70, 100, INTRO, mode=3), scanned=True)).blocks == [INTRO]


def test_a_stamp_that_runs_aslant_is_set_aside() -> None:
    found = read_pdf(
        draw([*column(70, 100, INTRO), Mark(150, 500, "DRAFT", 60, grey=0.8, turn=45)])
    )
    assert found.blocks == [INTRO]
    assert noted(found) == [(OddityKind.SET_ASIDE, "DRAFT")]


@pytest.mark.parametrize(("place", "turn", "turned"), [
    ((100, 100), 0, 0), ((100, 500), 90, 0), ((500, 500), 180, 0), ((100, 100), 270, 0),
    ((100, 500), 90, 90), ((100, 100), 0, 180),
])  # fmt: skip
def test_turned_words_and_pages_are_read(
    place: tuple[float, float], turn: float, turned: int
) -> None:
    lines = "1.1 The fee is 20 dollars a month,", "as agreed."
    down = {0: (0, 14), 90: (14, 0), 180: (0, -14), 270: (-14, 0)}[int(turn)]
    marks = [Mark(place[0] + at * down[0], place[1] + at * down[1], words, turn=turn)
             for at, words in enumerate(lines)]  # fmt: skip
    assert blocks(*marks, turned=turned) == [" ".join(lines)]


def test_vertical_chinese_is_read_from_right_to_left() -> None:
    words = "第一条本协议由双方签订，双方同意遵守以下条款。"
    marks = [
        Mark(400 - 20 * (at // 10), 100 + 12 * (at % 10), mark) for at, mark in enumerate(words)
    ]
    assert blocks(*marks) == [words.replace(" ", "")]


def test_spaced_characters_are_words() -> None:
    lines = "第 一 条 费 用", "甲方 乙方", "本 协 议 由 双 方 签 订， 自 签 订 之 日 起 生 效。"
    found = blocks(Mark(70, 60, "用 户 服 务 协 议", 18), *column(70, 100, *lines))
    assert found[:2] == ["# 用户服务协议", "第一条费用"]
    assert found[2:] == ["甲方 乙方", "本协议由双方签订，自签订之日起生效。"]


def test_marks_lie_within_the_page() -> None:
    assert blocks(*column(70, 100, INTRO), Mark(70, A4[1] + 50, "below the page")) == [INTRO]
