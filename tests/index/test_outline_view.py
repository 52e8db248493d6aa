from __future__ import annotations

from pathlib import Path

import pytest

from index.__main__ import main
from index.outline import first_words, outline, outline_lines
from index.segmentation.segment import segment

TEXT = """# Terms

[Home](/) | [Help](/h) | [More](/m)

## 1. Use

You may use it:

(a) at home;
(b) at work.
(d) nowhere else.

## 2. End

We may end it, as section 1 says.
"""


def lines_of(text: str) -> list[str]:
    return list(outline_lines(text, segment(text, "x")))


def test_shows_each_clause_with_its_line_label_and_first_words() -> None:
    lines = lines_of(TEXT)
    assert " 9      1(a)  at home;" in lines
    assert "15    2  We may end it, as section 1 says." in lines


def test_shows_headings_above_what_stands_under_them() -> None:
    lines = lines_of(TEXT)
    assert lines.index(" 5  # 1. Use") < lines.index("15    2  We may end it, as section 1 says.")


def test_says_what_is_set_aside_and_why() -> None:
    assert " 3  - set aside (menu): [Home](/) | [Help](/h) | [More](/m)" in lines_of(TEXT)


def test_says_what_is_in_doubt_below_its_line() -> None:
    lines = lines_of(TEXT)
    doubt = lines.index("11  ? (d) follows number 2")
    assert lines[doubt - 1].startswith("11      1(d)")


def test_sums_up_at_the_end() -> None:
    assert lines_of(TEXT)[-1] == "clauses 5, headings 3, lines set aside 1, doubts 1"


def test_every_entry_lies_on_the_line_it_names() -> None:
    for entry in outline(TEXT, segment(TEXT, "x")):
        assert TEXT.count("\n", 0, entry.start) + 1 == entry.line


def test_first_words_are_cut_by_the_columns_they_take() -> None:
    assert first_words("word", 4) == "word"
    assert first_words("words\n", 4) == "word…"
    assert first_words("条款条款", 6) == "条款条…"


def test_a_text_without_clauses_has_an_outline_too() -> None:
    assert lines_of("")[-1].startswith("clauses 0")


def test_the_command_prints_the_outline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.md"
    file.write_text(TEXT)
    assert main(["outline", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[3:] == lines_of(TEXT)
