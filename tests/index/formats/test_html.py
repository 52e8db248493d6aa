from __future__ import annotations

import pytest

from index.formats.document import RefusedError
from index.formats.html import read_html


def read(body: str, head: str = '<meta charset="utf-8">') -> str:
    return read_html(
        f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()
    ).text()


def test_headings_become_markdown_headings() -> None:
    assert read("<h1>Terms</h1><h3>Use</h3><p>Be kind.</p>") == "# Terms\n\n### Use\n\nBe kind.\n"


@pytest.mark.parametrize(
    ("opening", "first", "second"),
    [
        ("<ol>", "1. a", "2. b"),
        ('<ol type="a">', "a. a", "b. b"),
        ('<ol type="I" start="4">', "IV. a", "V. b"),
        ('<ol style="list-style-type: lower-roman">', "i. a", "ii. b"),
        ('<ol style="list-style: cjk-ideographic">', "一、 a", "二、 b"),
        ('<ol style="list-style-type:none">', "a", "b"),
        ("<ol reversed>", "2. a", "1. b"),
        ("<ul>", "- a", "- b"),
        ('<ul style="list-style-type:none">', "a", "b"),
    ],
)
def test_entries_carry_the_number_a_browser_prints(opening: str, first: str, second: str) -> None:
    closing = "</ul>" if opening.startswith("<ul") else "</ol>"
    assert read(f"{opening}<li>a</li><li>b</li>{closing}") == f"{first}\n\n{second}\n"


def test_an_entry_may_state_its_number() -> None:
    assert read('<ol><li>a</li><li value="7">b</li><li>c</li></ol>') == "1. a\n\n7. b\n\n8. c\n"


def test_the_number_stands_before_the_first_paragraph_of_an_entry() -> None:
    text = read("<ol><li><p>a</p><ol type=a><li>b</li></ol></li><li><div>c</div></li></ol>")
    assert text == "1. a\n\n    a. b\n\n2. c\n"


def test_a_table_keeps_its_rows() -> None:
    table = "<table><tr><th>Fee</th><th>EUR</th></tr><tr><td>Call</td><td>2</td></tr></table>"
    assert read(table) == "| Fee | EUR |\n| Call | 2 |\n"


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    assert read("<table><tr><td><h2>Use</h2><p>Be kind.</p></td></tr></table>") == (
        "## Use\n\nBe kind.\n"
    )


def test_line_breaks_and_blanks_are_those_a_reader_sees() -> None:
    assert read("<p>one \n  two<br>three</p>") == "one two\nthree\n"


def test_a_short_paragraph_in_bold_is_marked() -> None:
    assert read("<p><b>Use</b></p><p>Be <b>kind</b>.</p>") == "**Use**\n\nBe kind.\n"


def test_menus_scripts_and_feet_are_dropped() -> None:
    page = (
        "<header><a>Home</a></header><script>alert(1)</script><style>p{}</style><nav>Menu</nav>"
        '<div class="cookie-banner">We use cookies.</div><p hidden>no</p>'
        '<p style="display:none">no</p><aside>Other</aside>'
        "<h1>Terms</h1><p>These are the words of the terms, which are long enough.</p>"
        "<form><input value=x><button>Agree</button></form><footer>(c)</footer>"
    )
    assert read(page) == "# Terms\n\nThese are the words of the terms, which are long enough.\n"


def test_what_holds_most_of_the_words_is_kept_whatever_its_name() -> None:
    assert "Be kind" in read('<div class="sidebar"><p>Be kind to all others.</p></div><p>x</p>')


@pytest.mark.parametrize("charset", ["gbk", "gb2312", "gb18030", "utf-8", "big5", "utf-16"])
def test_reads_the_characters_that_a_page_states(charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>服務使用</p></body></html>'
    words = page if charset != "gb2312" else page.replace("服務", "服务")
    assert read_html(words.encode(charset)).text() in ("服務使用\n", "服务使用\n")


def test_entities_of_its_own_are_refused() -> None:
    with pytest.raises(RefusedError, match="entities"):
        read_html(b'<!DOCTYPE x [<!ENTITY a "b">]><p>&a;</p>')
