"""Exports show a record whole, in its own language, and what it holds stays text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, sync_playwright

from bot.records.citation_status import Change, CitationStatus
from bot.records.export import to_html, to_markdown
from bot.records.record import Record, Source, record_from_json
from bot.web.api.answers import to_json_text
from bot.words.catalogue import WORDING, say
from index.clause import Clause, ClauseKind
from tests.bot.records.making import CLAUSE, QUOTE, RENDERING, make_cited, make_record

HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "</style><script>window.hit=1</script>",
    "</title><script>window.hit=1</script>",
    '"><svg onload=window.hit=1>',
    "<iframe src=javascript:parent.hit=1></iframe>",
    "<!-- --><b>x</b>",
    "--><script>window.hit=1</script>",
    "<a href=javascript:window.hit=1>x</a>",
    "[x](javascript:window.hit=1)",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "[x][y] [z]",
    "<https://evil.example>",
    "https://evil.example/x www.evil.example",
    "**bold** _soft_ ~~gone~~ `code` ==marked==",
    "# heading\n## another",
    "heading\n===\nother\n---",
    "- item\n* item\n+ item\n1. one\n2) two\n123. three",
    "> quote\n>> more",
    "```\ncode\n```\n~~~\nmore\n~~~",
    "    indented code\n\tby a tab",
    "| a | b |\n|---|---|\n| c | d |",
    "***\n---\n___",
    "line\\\nbreak  \nbreak",
    "&lt;script&gt; &#60;script&#62; &copy; &amp;amp;",
    "{{7*7}} ${7*7} {% x %} $x^2$ \\(x\\)",
    "\\*not soft\\* \\<b\\>",
    "a\rb\r\nc\u2028d\u0085e",
    "\u202eoverride\u202c \x00\x1b[31m",
    "&#x3c;img src=x onerror=window.hit=1&#x3e;",
    "=1+1 @x #1 :smile:",
]
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "article"),
    *("p", "h1", "h2", "h3", "bdi", "div", "ol", "li", "dl", "dt", "dd"),
    *("blockquote", "mark", "strong", "code"),
}
NOW_TEXT = CLAUSE.replace("15", "10")
NOW = Clause("acme/2(1)", "acme", "2（1）", ("付款",), ClauseKind.CLAUSE, 2, NOW_TEXT, 0, 9, 0)


class _Reader(HTMLParser):
    """Collects the tags, attributes and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def _hostile(text: str) -> Record:
    """Return a record that holds a text wherever a text can stand."""
    cited = make_cited(f"{text} 前。{text} 后。", f"{text} 前。", label=text)
    cited = replace(cited, clause_id=text, path=(text, text), translation=text)
    record = make_record(text, history=(text,), cited=cited, title=text)
    source = Source("acme", text, text, text)
    return replace(record, text=f"{text}\n\n{text}", sources=(source,), model=text)


def _plain(text: str) -> str:
    """Return what is seen of a text, white space aside."""
    return re.sub(r"\s+", "", text.replace("\xa0", ""))


def _seen(text: str) -> str:
    """Return what a page shows of a text, white space aside."""
    return _plain(re.sub("[\x00\x1b\u202a-\u202e]", "\ufffd", text))


def _changes(text: str = "") -> tuple[CitationStatus, ...]:
    now = replace(NOW, label=text or NOW.label, text=text or NOW.text)
    return (CitationStatus("acme/1(1)", Change.CHANGED, now),)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_a_record_rests_on_is_shown(language: str) -> None:
    record = make_record(history=("怎么收费？",), language=language)
    shown = _Reader(to_html(record)).words
    for words in (shown, _Reader(MarkdownIt().render(to_markdown(record))).words):
        for part in (
            record.question,
            "怎么收费？",
            record.citations[0].label,
            "付款",
            CLAUSE,
            record.citations[0].text_sha256,
            record.sources[0].title,
            record.sources[0].version,
            record.sources[0].sha256,
            record.digest,
            record.answer_id,
            record.asked_at.strftime("%Y-%m-%d %H:%M"),
            say("record_proof", language),
        ):
            assert part in words
        assert QUOTE in words
        assert (RENDERING in words) == (language == "en")
        assert (say("unofficial", language) in words) == (language == "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_of_the_program_are_in_the_language_of_the_answer(language: str) -> None:
    other = "en" if language == "zh" else "zh"
    foreign = [WORDING[key][other] for key in WORDING if key.startswith("record_")]
    for text in (
        to_html(make_record(language=language)),
        to_markdown(make_record(language=language)),
    ):
        assert not [words for words in foreign if f">{words}<" in text or f" {words}\n" in text]
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in to_html(
        make_record(language=language)
    )


def test_the_quote_is_marked_within_its_clause() -> None:
    marked = '<mark>您应在收到账单后<strong class="qty">15日</strong>内付款。</mark>'
    assert f"账单在每月月底发出。{marked}</blockquote>" in to_html(make_record())
    assert f"> 账单在每月月底发出。<mark>{QUOTE}</mark>" in to_markdown(make_record())


@pytest.mark.parametrize("export", [to_html, to_markdown])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_has_become_of_a_clause_is_said(export: Callable[..., str], language: str) -> None:
    record = make_record(language=language)
    known = record.citations[0].clause_id

    def shown(*standings: CitationStatus) -> str:
        return _Reader(MarkdownIt().render(export(record, standings))).words

    stale, current = say("record_stale", language), say("record_current", language)
    assert stale not in shown()
    assert current not in shown()
    for standing, key, label in (
        (CitationStatus(known, Change.CHANGED, NOW), "clause_changed", NOW.label),
        (CitationStatus(known, Change.MOVED, NOW), "clause_moved", NOW.label),
        (CitationStatus(known, Change.GONE, None), "clause_gone", "1（1）"),
    ):
        text = shown(standing)
        assert say(key, language, label=label) in text
        assert stale in text
        assert (NOW.text in text) == (standing.change is Change.CHANGED)
    text = shown(CitationStatus(known, Change.UNCHANGED, NOW))
    assert current in text
    assert stale not in text


@pytest.mark.parametrize("export", [to_html, to_markdown])
def test_an_abstention_and_words_that_were_not_kept_can_be_exported(
    export: Callable[..., str],
) -> None:
    record = replace(
        make_record(""), outcome="abstained", reason="silent", text="", citations=(), sources=()
    )
    text = export(record)
    assert say("record_no_question", "zh") in text
    assert say("record_no_text", "zh") in text
    assert say("record_clauses", "zh") not in text


def test_standings_belong_to_the_citations() -> None:
    with pytest.raises(ValueError, match="zip"):
        to_html(make_record(), _changes() * 2)


def test_an_exported_record_verifies() -> None:
    record = make_record("账单几天\u202e内要付清？")
    assert record_from_json(to_json_text(record)) == record
    assert record_from_json(to_json_text(record, _changes())) == record
    assert json.loads(to_json_text(record, _changes()))["standings"][0] == {
        "clause_id": "acme/1(1)",
        "change": "changed",
        "now": {"clause_id": NOW.clause_id, "label": NOW.label, "text": NOW.text},
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_record_holds_is_text_on_the_page(text: str) -> None:
    page = to_html(_hostile(text), _changes(text))
    reader = _Reader(page)
    assert set(reader.tags) <= ALLOWED
    assert not {name for name, _ in reader.attributes} & {
        "href",
        "src",
        "srcset",
        "style",
        "action",
    }
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    assert _plain(reader.words).count(_seen(text)) >= 13
    assert page.count("<style>") == page.count("</style>") == 1


def test_a_clause_that_still_stands_has_its_gist_above_its_words() -> None:
    standing = CitationStatus("acme/2(1)", Change.UNCHANGED, NOW, gist="须在 15 日内付款")
    record = make_record("多久付款？")
    page, text = to_html(record, [standing]), to_markdown(record, [standing])
    for shown in (page, text):
        assert shown.index("简言之（非官方）：须在 15 日内付款") < shown.index("<mark>")
    assert "简言之" not in to_markdown(record)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("dialect", ["commonmark", "gfm-like"])
def test_whatever_a_record_holds_is_text_in_markdown(text: str, dialect: str) -> None:
    options = {"linkify": False, "html": True}
    rendered = MarkdownIt(dialect, options).render(to_markdown(_hostile(text), _changes(text)))
    reader = _Reader(rendered)
    plain = _Reader(
        MarkdownIt(dialect, options).render(to_markdown(_hostile("text"), _changes("text")))
    )
    assert set(reader.tags) <= {*plain.tags, "br"}
    for tag in ("h1", "h2", "h3", "li", "ul", "blockquote"):
        assert reader.tags.count(tag) == plain.tags.count(tag), tag
    assert reader.attributes == []
    assert _plain(reader.words).count(_seen(text)) >= 13


def test_no_address_in_markdown_becomes_a_link_by_itself() -> None:
    text = to_markdown(_hostile("https://evil.example/x www.evil.example"))
    assert "://" not in text
    assert "www." not in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_in_a_browser_nothing_runs_and_nothing_is_asked_for(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    for number, text in enumerate(HOSTILE):
        file = tmp_path / f"{number}.html"
        file.write_text(to_html(_hostile(text), _changes(text)), "utf-8", newline="")
        page.goto(file.as_uri())
        assert page.evaluate("window.hit") is None
        assert page.locator("main").count() == 1
    assert {urlsplit(url).scheme for url in asked} == {"file"}
    assert len(asked) == len(HOSTILE)
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_its_window_and_can_be_read(
    browser: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    file = tmp_path / "record.html"
    file.write_text(to_html(make_record("问" * 400, history=("x" * 400,)), _changes()), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("h1", "blockquote", "mark", ".note", "dt", ".hash code"):
        assert page.eval_on_selector(selector, CONTRAST) >= 4.5, selector
    page.close()


CONTRAST = """element => {
  const light = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number)
      .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let under = element;
  const clear = "rgba(0, 0, 0, 0)";
  while (getComputedStyle(under).backgroundColor === clear) under = under.parentElement;
  const both = [light(getComputedStyle(element).color),
    light(getComputedStyle(under).backgroundColor)].sort((a, b) => b - a);
  return (both[0] + 0.05) / (both[1] + 0.05);
}"""
