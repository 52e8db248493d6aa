from __future__ import annotations

from index.formats.pdf import PrintedLine, drop_margins, join_lines

HEIGHT, STEP, EDGE = 800.0, 16.0, 500.0


def line(words: str, top: float, right: float = EDGE, left: float = 70.0) -> PrintedLine:
    return PrintedLine(words, left, right, top, top + 12, HEIGHT)


def paragraph(*lines: str, top: float = 200.0, last: float = 200.0) -> list[PrintedLine]:
    """Return lines as wide as the page, but for the last one."""
    return [
        line(words, top + at * STEP, last if at == len(lines) - 1 else EDGE)
        for at, words in enumerate(lines)
    ]


def page(number: int, words: str) -> list[PrintedLine]:
    return [
        line("Terms of Use", 30, 200),
        *(line(f"{words} {row}", 200 + row * 40) for row in range(6)),
        line(f"Page {number} of 3", 770, 300),
    ]


def test_running_headers_and_page_numbers_go() -> None:
    kept = drop_margins([page(number, f"body{number}") for number in (1, 2, 3)])
    assert [one.words for one in kept[1]] == [f"body2 {row}" for row in range(6)]


def test_a_page_number_goes_from_a_document_of_one_page() -> None:
    kept = drop_margins([[line("body", 300), line("- 1 -", 780, 260)]])
    assert [one.words for one in kept[0]] == ["body"]


def test_words_that_repeat_within_the_page_stay() -> None:
    pages = [[line("We may end it.", 300 + at)] for at in range(3)]
    assert drop_margins(pages) == pages


def test_wrapped_lines_are_joined_with_a_blank() -> None:
    assert join_lines([paragraph("We may end", "this agreement.")]) == (
        "We may end this agreement.\n"
    )


def test_wrapped_chinese_lines_are_joined_without() -> None:
    assert join_lines([paragraph("您应当阅读并", "遵守本协议。")]) == "您应当阅读并遵守本协议。\n"


def test_a_word_broken_by_a_hyphen_is_whole_again() -> None:
    assert join_lines([paragraph("this agree-", "ment ends")]) == "this agreement ends\n"


def test_a_short_line_ends_its_paragraph() -> None:
    lines = [line("Fees", 200, 120), line("You pay.", 216, 150)]
    assert join_lines([lines]) == "Fees\n\nYou pay.\n"


def test_a_wider_gap_parts_paragraphs() -> None:
    lines = [*paragraph("one", "two.", last=EDGE), *paragraph("three", "four", top=260)]
    assert join_lines([lines]) == "one two.\n\nthree four\n"


def test_a_label_after_a_full_finished_line_begins_a_paragraph() -> None:
    lines = [*paragraph("one", "two.", last=EDGE), *paragraph("2.1 three", top=232)]
    assert join_lines([lines]) == "one two.\n\n2.1 three\n"


def test_a_reference_at_the_start_of_a_wrapped_line_does_not() -> None:
    assert join_lines([paragraph("as said in section", "2.1 above.")]) == (
        "as said in section 2.1 above.\n"
    )


def test_a_sentence_goes_on_over_the_page() -> None:
    pages = [paragraph("one", "two", top=700, last=EDGE), paragraph("three.", top=90)]
    assert join_lines(pages) == "one two three.\n"


def test_no_lines_are_no_text() -> None:
    assert join_lines([]) == ""
