"""What stands around an agreement on a page is named; nothing in it is dropped for a name."""

from __future__ import annotations

import pytest

from index.formats.html.page import read_html
from index.segmentation.doubts import Aside, OddityKind

FEE = "<p>The fee is 20 dollars a month, and is due on the first day.</p>"
LONG = f"<main><h1>Terms</h1><h2>1. Fees</h2>{FEE * 6}</main>"


def read(page: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the text of a page, and why and what is set aside."""
    blocks = read_html(page.encode())
    notes = [doubt.oddity for doubt in blocks.notes()]
    aside = [(one.other, one.label) for one in notes if one.kind is OddityKind.SET_ASIDE]
    return blocks.text(), aside


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ('<h2 id="cookies">2. Cookies</h2><p>Cookies last 30 days.</p>', "## 2. Cookies"),
        ('<h2 class="toc-title menu">2. Menus</h2><p>They change daily.</p>', "## 2. Menus"),
        ('<section id="share"><h2>3. Sharing</h2><p>With one.</p></section>', "With one."),
        ('<section class="newsletter"><h2>News</h2><p>It comes weekly.</p></section>', "weekly"),
        ("<section><header><h2>3. Sharing</h2></header><p>One.</p></section>", "## 3. Sharing"),
        ("<section><header><p>In short: ten days.</p></header><p>A.</p></section>", "In short"),
        ('<div class="subscribe"><p>You subscribe for one year.</p></div>', "for one year"),
        ('<div class="social menu"><p>You may post twice.</p></div>', "post twice"),
        ("<aside><p>The fee may rise once a year.</p></aside>", "rise once"),
        ('<div role="complementary"><p>1.1 It may rise.</p></div>', "1.1 It may rise."),
        ('<div id="footer"><h2>Contact</h2><p>Write to the address below.</p></div>', "address"),
        ("<footer><p>1. Fees are net of tax.</p></footer>", "net of tax"),
        ('<form><h2>4. Form</h2><p>To: Acme. I withdraw.</p><input type="text"></form>', "Acme"),
        ('<p>You accept:</p><ul><li><a href="/p">Privacy</a></li></ul>', "- Privacy"),
        ('<div class="menu"><h2>Others</h2><p><a href="/a">Shop rules</a></p></div>', "Shop rules"),
        ('<p>If you have questions on copyright, write to us.</p>', "questions on copyright"),
        ('<h2>Contact</h2><p>Web form: <a href="/c">https://a.example/contact</a></p>', "Web form"),
        ('<p>Press <button>Delete</button> to close the account.</p>', "Press Delete to close"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["middle", "end"])
def test_nothing_in_the_agreement_is_dropped_for_its_name(
    page: str, words: str, place: str
) -> None:
    after = f"<h2>9. End</h2>{FEE}" if place == "middle" else ""
    text, aside = read(f"<h1>Acme Terms</h1><h2>1. Fees</h2>{FEE * 3}{page}{after}")
    assert words in text
    assert aside == []


@pytest.mark.parametrize(
    ("before", "after", "noted"),
    [
        ('<nav><a href="/">Home</a><a href="/p">Prices</a></nav>', "", (Aside.MENU, "Home Prices")),
        ("<nav><ul><li>Home</li></ul></nav>", "", (Aside.MENU, "Home")),
        ('<div class="x1"><a href="/l">登录</a> | <a href="/r">注册</a></div>', "",
         (Aside.MENU, "登录 | 注册")),
        ("", "<footer><p>© 2024 Acme.</p></footer>", (Aside.FOOT, "© 2024 Acme.")),
        ("", "<div>© 某某公司 京ICP备1号</div>", (Aside.FOOT, "© 某某公司 京ICP备1号")),
        ("", "<div><aside><p>Call us for help, at any time.</p></aside></div>",
         (Aside.BESIDE, "Call us for help, at any time.")),
        ('<div class="cookie-bar"><p>We use cookies to help.</p><button>Accept</button></div>', "",
         (Aside.DIALOG, "We use cookies to help. Accept")),
        ("", '<div class="z9"><p>We use cookies to help.</p><button>Accept</button></div>',
         (Aside.DIALOG, "We use cookies to help. Accept")),
        ("", '<div role="dialog"><h2>Your privacy</h2><p>We use cookies.</p></div>',
         (Aside.DIALOG, "Your privacy We use cookies.")),
        ('<div style="position:fixed"><p>Our sale ends today!</p></div>', "",
         (Aside.DIALOG, "Our sale ends today!")),
        ('<div class="breadcrumb">Home &gt; Legal</div>', "", (Aside.BESIDE, "Home > Legal")),
        ("", '<form><h3>News</h3><p>Sign up for it.</p><input type="email"><button>Go</button>'
         "</form>", (Aside.BESIDE, "News Sign up for it. Go")),
        ("", '<div><h3>Related</h3><ul><li><a href="/a">Privacy</a></li><li><a href="/b">Use</a>'
         "</li></ul></div>", (Aside.MENU, "Related Privacy Use")),
        ("", '<p><a href="#">Back to top</a></p>', (Aside.MENU, "Back to top")),
        ("", '<div class="share">分享到：<a href="/x">微信</a> <a href="/b">微博</a></div>',
         (Aside.MENU, "分享到： 微信 微博")),
        ("", '<a href="#top">返回页首</a>', (Aside.MENU, "返回页首")),
    ],
)  # fmt: skip
def test_what_stands_around_the_agreement_is_named(
    before: str, after: str, noted: tuple[str, str]
) -> None:
    text, aside = read(f"{before}{LONG}{after}")
    assert aside == [noted]
    assert text == read(LONG)[0]


@pytest.mark.parametrize(
    "table",
    [
        '<ul><li><a href="#a">1. Fees</a></li><li><a href="#b">2. Term</a></li>'
        '<li><a href="#c">3. End</a></li></ul>',
        '<p><a href="#a">1. Fees</a></p><p><a href="#b">2. Term</a></p>'
        '<p><a href="#c">3. End</a></p>',
        "<ol><li>Fees</li><li>Term</li><li>End</li></ol>",
        '<a href="#a">Fees</a> | <a href="#b">Term</a> | <a href="#c">End</a>',
        '<table><tr><td><a href="/t#a">Fees</a></td><td>1</td></tr><tr><td><a href="/t#b">Term</a>'
        '</td><td>2</td></tr><tr><td><a href="/t#c">End</a></td><td>3</td></tr></table>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("title", ["", "<h2>Table of Contents</h2>", "<p><b>目录</b></p>"])
def test_a_table_of_contents_is_named_and_no_clause(table: str, title: str) -> None:
    clauses = (
        f'<h2 id="a">1. Fees</h2>{FEE}<h2 id="b">2. Term</h2><p>It runs a year.</p>'
        '<h2 id="c">3. End</h2><p>It ends at once.</p>'
    )
    text, aside = read(f"<h1>Terms</h1>{title}<div>{table}</div>{clauses}")
    assert text == read(f"<h1>Terms</h1>{clauses}")[0]
    assert {why for why, _ in aside} == {Aside.CONTENTS}


@pytest.mark.parametrize(
    "page",
    [
        '<p><a href="/r">Rules of the shop</a></p>',
        '<ul><li><a href="/r">Rules of the shop</a></li><li><a href="/s">Rates</a></li></ul>',
        '<footer><p>Rules of the shop</p></footer>',
        '<p>© marks stay ours. Rules of the shop</p>',
    ],
)  # fmt: skip
def test_links_and_feet_between_clauses_are_read(page: str) -> None:
    text, aside = read(f"<h1>Terms</h1><h2>1. Fees</h2>{FEE}{page}<h2>2. End</h2>{FEE}")
    assert "Rules of the shop" in text
    assert aside == []


def test_a_list_of_which_the_text_speaks_is_no_table_of_contents() -> None:
    text, aside = read(
        "<h1>Terms</h1><p>You pay for:</p><ul><li>Use</li><li>Help</li><li>Care</li></ul>"
        "<h2>Use</h2><p>A month.</p><h2>Help</h2><p>An hour.</p><h2>Care</h2><p>A year.</p>"
    )
    assert "- Use\n\n- Help" in text
    assert aside == []


def test_links_within_a_sentence_are_no_table_of_contents() -> None:
    text, aside = read(
        '<h1>Terms</h1><p>See also <a href="#a">Fees</a>, <a href="#b">Term</a> and <a href="#c">'
        'End</a>.</p><h2 id="a">Fees</h2><p>A.</p><h2 id="b">Term</h2><p>B.</p><h2 id="c">End</h2>'
    )
    assert "See also Fees, Term and End." in text
    assert aside == []


def test_a_menu_in_the_column_of_a_table_is_named() -> None:
    text, aside = read(
        '<table><tr><td><a href="/a">Home</a><br><a href="/b">Shop</a></td>'
        f"<td><h1>Terms</h1><p><b>1. Fees</b></p>{FEE}</td></tr></table>"
    )
    assert aside == [(Aside.MENU, "Home Shop")]
    assert text.startswith("# Terms\n\n**1. Fees**\n\nThe fee")


def test_buttons_beside_the_words_are_named() -> None:
    text, aside = read(f"<h1>Terms</h1><h2>1. Fees <button>Copy link</button></h2>{FEE * 3}"
                       "<button>I agree</button>")  # fmt: skip
    assert "## 1. Fees\n" in text
    assert "I agree" not in text
    assert aside == [(Aside.BESIDE, "Copy link"), (Aside.BESIDE, "I agree")]


def test_a_page_that_is_all_form_or_dialog_is_the_agreement() -> None:
    inner = f'<h1>Terms</h1><h2>1. Fees</h2>{FEE}<input type="text"><h2>2. End</h2><p>At once.</p>'
    for page in (f"<form>{inner}</form>", f'<div role="dialog" class="modal">{inner}</div>'):
        text, aside = read(page)
        assert "## 2. End\n\nAt once." in text
        assert aside == []
