"""What a template shows is text, whatever it holds; what it lacks is an error."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from bot.words.templates import emphasise, escape, highlight, render
from tests.conftest import ROOT

ATTACK = "<img src=x onerror=alert(1)>\"'&"
TEMPLATES = sorted((ROOT / "bot").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_gets_around_escaping(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", path.read_text("utf-8"))


def test_attributes_and_text_are_escaped_alike() -> None:
    page = render("web/widget/templates/frame.html", language=ATTACK, given={"key": ATTACK})
    assert f'<html lang="{escape(ATTACK)}">' in page
    assert f'key="{escape(ATTACK)}"' in page
    assert ATTACK not in page


def test_a_template_that_is_given_too_little_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="given"):
        render("web/widget/templates/frame.html", language="en")


def test_escape_leaves_text_as_text() -> None:
    assert unescape(escape(ATTACK)) == ATTACK
    assert not re.search("[<>\"']", escape(ATTACK))


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\x1b[0m"])
def test_escape_replaces_what_no_page_can_carry(text: str) -> None:
    assert "\ufffd" in escape(text)
    escape(text).encode()


def test_escape_keeps_characters_beyond_the_first_plane() -> None:
    assert escape("😀𠮷") == "😀𠮷"


def test_highlight_marks_exactly_the_quote() -> None:
    assert highlight("数据保留七天吗", 2, 4) == "数据<mark>保留</mark>七天吗"


def test_highlight_with_quantities_inside() -> None:
    marked = highlight("保留7日后销毁", 2, 7)
    assert marked == '保留<mark><strong class="qty">7日</strong>后销毁</mark>'


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2), (0, 99)])
def test_highlight_ignores_offsets_outside_the_text(start: int, end: int) -> None:
    assert highlight("<数据>", start, end) == "&lt;数据&gt;"


def test_emphasise_escapes_around_the_quantity() -> None:
    assert emphasise("<30 days>") == '&lt;<strong class="qty">30 days</strong>&gt;'
