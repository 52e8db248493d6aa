"""What a click opens is a part of the agreement; what nobody ever sees is named and left out."""

from __future__ import annotations

import pytest

from index.formats.html.page import read_html
from index.segmentation.doubts import OddityKind

FEES = "The fee is 20 dollars."
REFUNDS = "Refunds take 10 days."
FOLDED = "## 1. Fees\n\nThe fee is 20 dollars.\n\n## 2. Refunds\n\nRefunds take 10 days.\n"


def read(page: str) -> tuple[str, list[str]]:
    """Return the text of a page, and what of it nobody sees."""
    blocks = read_html(page.encode())
    notes = [doubt.oddity for doubt in blocks.notes()]
    assert not [one for one in notes if one.kind is OddityKind.LOST]
    return blocks.text(), [one.label for one in notes if one.kind is OddityKind.HIDDEN]


@pytest.mark.parametrize(
    "page",
    [
        f"<h2><button>1. Fees</button></h2><div>{FEES}</div>"
        f'<h2><button>2. Refunds</button></h2><div style="display:none">{REFUNDS}</div>',
        f"<h2>1. Fees</h2><div>{FEES}</div><h2>2. Refunds</h2><div hidden>{REFUNDS}</div>",
        f'<h2><a href="#a">1. Fees</a></h2><div id="a">{FEES}</div><h2><a href="#b">2. Refunds</a>'
        f'</h2><div id="b" style="height: 0; overflow: hidden">{REFUNDS}</div>',
        "<style>.p { display: none } .p.open { display: block }</style>"
        f'<h2><button>1. Fees</button></h2><div class="p open">{FEES}</div>'
        f'<h2><button>2. Refunds</button></h2><div class="p">{REFUNDS}</div>',
        f'<h2><button aria-controls="a">1. Fees</button></h2><div id="a">{FEES}</div><h2>'
        '<button aria-controls="b">2. Refunds</button></h2><p></p>'
        f'<div id="b" hidden>{REFUNDS}</div>',
        f'<h2 data-toggle="collapse" data-target="#a">1. Fees</h2><div id="a">{FEES}</div><h2 '
        'data-toggle="collapse" data-target="#b">2. Refunds</h2>'
        f'<div id="b" hidden>{REFUNDS}</div>',
        f"<h2>1. Fees <span>+</span></h2><div hidden>{FEES}</div>"
        f"<h2>2. Refunds <span>+</span></h2><div hidden>{REFUNDS}</div>",
    ],
)  # fmt: skip
def test_a_panel_below_its_heading_is_a_clause(page: str) -> None:
    text, hidden = read(page)
    assert text.replace(" +", "") == FOLDED
    assert hidden == []


@pytest.mark.parametrize(
    "item",
    [
        "<details><summary>{title}</summary>{words}</details>",
        "<button>{title}</button><div style='display:none'>{words}</div>",
        '<div><div onclick="toggle(this)">{title}</div><div hidden>{words}</div></div>',
        '<div><button aria-expanded="false">{title}</button></div><div>{words}</div>',
        '<input type="checkbox" hidden><label>{title}</label><div style="max-height:0; overflow:'
        ' hidden">{words}</div>',
        '<div><span role="button">{title}</span><i></i></div><div style="visibility: hidden">'
        "{words}</div>",
    ],
)  # fmt: skip
def test_a_button_over_what_it_opens_is_its_heading(item: str) -> None:
    items = [("1. Fees", FEES), ("2. Refunds", REFUNDS)]
    page = "".join(item.format(title=title, words=words) for title, words in items)
    assert read(f"<h1>Terms</h1>{page}") == (f"# Terms\n\n{FOLDED}", [])


@pytest.mark.parametrize(
    "tabs",
    [
        '<div role="tablist"><button role="tab" aria-controls="a">1. Fees</button>'
        '<button role="tab" aria-controls="b">2. Refunds</button></div>',
        '<ul><li><a data-toggle="tab" href="#a">1. Fees</a></li>'
        '<li><a data-toggle="tab" href="#b">2. Refunds</a></li></ul>',
        '<p><i data-tab="a">1. Fees</i> <i data-tab="b">2. Refunds</i></p>',
        "<button onclick=\"show('a')\">1. Fees</button>"
        "<button onclick=\"show('b')\">2. Refunds</button>",
    ],
)  # fmt: skip
def test_a_tab_stands_before_what_it_opens(tabs: str) -> None:
    panels = f'<div id="a"><p>{FEES}</p></div><div id="b" hidden><p>{REFUNDS}</p></div>'
    assert read(f"<h1>Terms</h1>{tabs}{panels}") == (f"# Terms\n\n{FOLDED}", [])


def test_a_second_language_behind_a_button_is_read() -> None:
    text, hidden = read(
        "<button onclick=\"show('zh')\">中文</button>"
        "<button onclick=\"show('en')\">English</button>"
        '<div id="terms-zh"><h1>协议</h1><p>一、费用为每月二十元。</p></div>'
        f'<div id="terms-en" style="display:none"><h1>Terms</h1><p>1. {FEES}</p></div>'
    )
    assert (text, hidden) == (f"# 协议\n\n一、费用为每月二十元。\n\n# Terms\n\n1. {FEES}\n", [])


def test_words_behind_read_more_are_read_where_they_stand() -> None:
    text, hidden = read(
        '<h1>Terms</h1><p>1. You pay<span id="more" style="display:none"> at once.</span></p>'
        '<button onclick="more()">Read more</button><h2>2. End</h2><p>It ends.</p>'
    )
    assert (text, hidden) == ("# Terms\n\n1. You pay at once.\n\n## 2. End\n\nIt ends.\n", [])


def test_a_panel_of_links_below_its_heading_is_a_clause() -> None:
    text, hidden = read(
        f"<h1>Terms</h1><h2><button>1. Fees</button></h2><div>{FEES}</div><h2><button>2. Others"
        '</button></h2><div hidden><a href="/p">Privacy</a></div>'
    )
    assert text.endswith("\n\n## 2. Others\n\nPrivacy\n")
    assert hidden == []


def test_links_that_only_lead_to_a_place_open_nothing() -> None:
    text, _ = read(
        '<h1>Terms</h1><p data-target="a">To the fees</p><p data-target="b">To the end</p>'
        f'<h2>1. Fees</h2><div id="a">{FEES}</div><h2>2. End</h2><div id="b">It ends.</div>'
    )
    assert text.startswith("# Terms\n\nTo the fees\n\nTo the end\n\n## 1. Fees")


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">Internal: 60 days.</p>',
        "<p hidden>Internal: 60 days.</p>",
        "<div style='visibility:hidden'><p>Internal: 60 days.</p></div>",
        '<p class="off">Internal: 60 days.</p>',
        '<p id="note">Internal: 60 days.</p>',
        '<p style="position: absolute; left: -9999px">Internal: 60 days.</p>',
        '<p style="font-size:0">Internal: 60 days.</p>',
        '<dialog><p>Internal: 60 days.</p></dialog>',
        '<p><del>Internal: 60 days.</del></p>',
        '<p><s>Internal: 60 days.</s></p>',
        '<div role="tooltip">Internal: 60 days.</div>',
        '<p class="wide">Internal: 60 days.</p>',
    ],
)  # fmt: skip
def test_words_that_nobody_sees_are_named(hidden: str) -> None:
    sheet = (
        "<style>/* p {} */ .off, b > .x { display: none !important } p#note { display: none }"
        " .off { display: block } @media (min-width: 600px) { .wide { display: none } }"
        " @media print { p { display: none } } @media (max-width: 600px) { h1 {display:none} }"
        " p:hover { display: none } .a p { display: none }</style>"
    )
    text, noted = read(f"{sheet}<h1>Terms</h1><p>1. {FEES}</p>{hidden}<p>2. {REFUNDS}</p>")
    assert text == f"# Terms\n\n1. {FEES}\n\n2. {REFUNDS}\n"
    assert noted == ["Internal: 60 days."]


def test_words_hidden_within_a_line_or_a_table_are_named() -> None:
    note = '<span style="display:none">[legal accepts 60]</span>'
    text, noted = read(
        f"<h1>Terms</h1><p>1. It takes 10 days.{note}</p><table><tr><th>Plan</th><th>Days{note}"
        f'</th></tr><tr><td>Basic</td><td>10</td></tr><tr style="display:none"><td>Old</td>'
        "<td>60</td></tr></table>"
    )
    assert text == "# Terms\n\n1. It takes 10 days.\n\n| Plan | Days |\n| Basic | 10 |\n"
    assert noted == ["[legal accepts 60]", "[legal accepts 60]", "Old 60"]


def test_a_draft_below_a_heading_with_words_of_its_own_stays_hidden() -> None:
    text, noted = read(f"<h2>1. Fees</h2><div hidden>Draft: 60.</div><p>{FEES}</p><h2>2. End</h2>"
                       "<p>It ends at once.</p>")  # fmt: skip
    assert "Draft" not in text
    assert noted == ["Draft: 60."]


def test_what_is_closed_at_first_and_holds_all_is_read() -> None:
    inner = f"<h1>Terms</h1><h2>1. Fees</h2><p>{FEES}</p><h2>2. Refunds</h2><p>{REFUNDS}</p>"
    page = f'<div id="app" style="display:none">{inner}</div><p>Please wait.</p>'
    assert read(page)[0].startswith(f"# Terms\n\n{FOLDED}")
    words = f"<p>{FEES}</p>" * 30
    text, hidden = read(f'<div style="visibility: hidden">{words}</div><p>Please wait.</p>')
    assert (text.count(FEES), hidden) == (30, [])


@pytest.mark.parametrize("title", ["2. Cards that we accept", "Which payments do we accept?"])
def test_a_title_that_speaks_of_consent_is_no_button_that_asks(title: str) -> None:
    page = f"<button>1. Fees</button><div>{FEES}</div><button>{title}</button><div>{REFUNDS}</div>"
    assert f"## {title}\n\n{REFUNDS}" in read(f"<h1>Terms</h1>{page}")[0]
