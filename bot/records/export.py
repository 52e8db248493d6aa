"""A record as JSON, as one page of HTML, or as Markdown, in the language of the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.records.citation_status import Change, CitationStatus
from bot.records.record import Cited, Record, to_row
from bot.words.catalogue import say
from bot.words.html import escape, highlight
from index.agreement import detect_language

_NOTES = {
    Change.CHANGED: "clause_changed",
    Change.MOVED: "clause_moved",
    Change.GONE: "clause_gone",
}


def facts_of(record: Record) -> Iterator[tuple[str, str]]:
    """Yield what a record is verified by, each with its name, in the language of the answer."""
    language = record.language
    for source in record.sources:
        version = source.version or say("no_version", language)
        yield source.title, f"{version} · SHA-256 {source.sha256}"
    yield say("record_generation", language), record.generation or "–"
    yield say("record_model", language), record.model
    yield say("record_id", language), record.answer_id
    yield say("record_digest", language), record.digest


def note_of(record: Record, cited: Cited, standing: CitationStatus | None) -> str:
    """Return the sentence that says what has become of a clause; empty if nothing has."""
    if standing is None or standing.change is Change.UNCHANGED:
        return ""
    label = standing.now.label if standing.now else cited.label
    return say(_NOTES[standing.change], record.language, label=label)


def overview_of(standings: Sequence[CitationStatus], language: str) -> str:
    """Return the sentence that stands above all; empty if nothing was looked up."""
    if not standings:
        return ""
    if all(standing.change is Change.UNCHANGED for standing in standings):
        return say("record_current", language)
    return say("record_stale", language)


def asked_of(record: Record) -> str:
    """Return when it was asked."""
    time = record.asked_at.strftime("%Y-%m-%d %H:%M")
    return say("record_asked", record.language, time=time)


def rendering_of(record: Record, cited: Cited) -> str:
    """Return the rendering of a clause in another language than the answer's, marked as such."""
    if not cited.translation or detect_language(cited.text) == record.language:
        return ""
    return f"{cited.translation} {say('unofficial', record.language)}"


def name_of(record: Record, cited: Cited) -> str:
    """Return what a clause is looked up by: its agreement and its number."""
    agreement = record.source(cited.agreement).title
    return say("clause", record.language, agreement=agreement, label=cited.label)


def words_now(standing: CitationStatus | None) -> str:
    """Return what a changed clause says now; empty for any other."""
    is_changed = standing is not None and standing.change is Change.CHANGED
    return standing.now.text if standing and is_changed and standing.now else ""


def paired(
    citations: Sequence[Cited], standings: Sequence[CitationStatus]
) -> Iterator[tuple[Cited, CitationStatus | None]]:
    """Yield each citation with what has become of it, or None if that was not looked up."""
    known: Sequence[CitationStatus | None] = standings or (None,) * len(citations)
    yield from zip(citations, known, strict=True)


# What Markdown reads as more than text, anywhere or where a line begins. Where not every reader of
# Markdown takes a backslash for an escape, an entity stands.
_SIGNS = re.compile(r"[\\`*_{}\[\]()#|]")
_RARE_SIGNS = re.compile(r"[~$@^]|(?<=[a-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
_BULLET = re.compile(r"^[-+=]|(?<=^[0-9])[.)]|(?<=^[0-9]{2})[.)]|(?<=^[0-9]{3})[.)]")
_ENTITY = re.compile(r"(&(?:#x27|quot|amp|lt|gt);)")


def to_markdown(record: Record, standings: Sequence[CitationStatus] = ()) -> str:
    """Return a record as Markdown.

    Args:
        record: The record.
        standings: What has become of its citations, in their order, if that was looked up.
    """
    language = record.language
    question = record.question or say("record_no_question", language)
    text = record.text or say("record_no_text", language)
    cited = [
        block
        for citation, standing in paired(record.citations, standings)
        for block in _citation(record, citation, standing)
    ]
    blocks = [
        f"# {_line(say('record', language))}",
        _line(asked_of(record)),
        _line(overview_of(standings, language)),
        *_section("record_question", [_quoted(escape_markdown(question))], language),
        *_section(
            "record_history", [_quoted(escape_markdown(text)) for text in record.history], language
        ),
        *_section("record_answer", [_broken(escape_markdown(text))], language),
        *_section("record_clauses", cited, language),
        *_section("record_proof", [_line(say("record_how", language)), _facts(record)], language),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(key: str, blocks: Sequence[str], language: str) -> list[str]:
    return [f"## {_line(say(key, language))}", *blocks] if blocks else []


def _citation(record: Record, cited: Cited, standing: CitationStatus | None) -> list[str]:
    parts = (cited.text[: cited.start], cited.quote, cited.text[cited.end :])
    before, quote, after = (escape_markdown(part, begins=not at) for at, part in enumerate(parts))
    marked = "\n".join(
        f"<mark>{line}</mark>" if line.strip() else line for line in quote.split("\n")
    )
    rendering, now = rendering_of(record, cited), words_now(standing)
    return [
        f"### {_line(name_of(record, cited))}",
        _line(" › ".join(cited.path)),
        _quoted(before + marked + after),
        rendering and _broken(escape_markdown(rendering)),
        _line(note_of(record, cited, standing)),
        now and _quoted(escape_markdown(now)),
        _line(f"{cited.clause_id} · SHA-256 {cited.text_sha256}"),
    ]


def _facts(record: Record) -> str:
    return "\n".join(f"- {_line(name)}: {_line(value)}" for name, value in facts_of(record))


def _line(text: str) -> str:
    """Return text as one line of Markdown."""
    return escape_markdown(" ".join(text.split()))


def _quoted(markdown: str) -> str:
    return "> " + _broken(markdown).replace("\n", "\n> ")


def _broken(markdown: str) -> str:
    """Return Markdown whose lines stay lines."""
    return markdown.replace("\n", "  \n")


def escape_markdown(text: str, *, begins: bool = True) -> str:
    """Return Markdown that shows text and does nothing else.

    Args:
        text: Of one or more lines.
        begins: Whether its first line is the beginning of one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        _escape_line(line, begins=begins or number > 0) for number, line in enumerate(lines)
    )


def _escape_line(line: str, *, begins: bool) -> str:
    words = line.lstrip(" \t") if begins else line
    indent = "&nbsp;" * (len(line) - len(words))  # blanks would make it code
    parts = _ENTITY.split(escape(words))
    escaped = "".join(part if at % 2 else _escape_signs(part) for at, part in enumerate(parts))
    return indent + (_BULLET.sub(_to_entity, escaped) if begins else escaped)


def _escape_signs(text: str) -> str:
    return _RARE_SIGNS.sub(_to_entity, _SIGNS.sub(r"\\\g<0>", text))


def _to_entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


_STYLE = Path(__file__).with_name("export.css").read_text("utf-8")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_TAGS = {"zh": "zh-CN", "en": "en"}  # of languages in HTML
_TITLE_LENGTH = 80  # characters


def to_html(record: Record, standings: Sequence[CitationStatus] = ()) -> str:
    """Return a record as one complete HTML document.

    Args:
        record: The record.
        standings: What has become of its citations, in their order, if that was looked up.
    """
    language = record.language
    question = record.question or say("record_no_question", language)
    answer = f'<p class="words">{escape(record.text or say("record_no_text", language))}</p>'
    heading = f"<h1{'' if record.question else ' class=unkept'}><bdi>{escape(question)}</bdi></h1>"
    return (
        f'<!doctype html>\n<html lang="{_TAGS[language]}">\n<head>\n<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(_title(record))}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<header><p>{escape(asked_of(record))}</p>{heading}{_history(record)}"
        f"</header>\n{_overview(standings, language)}"
        f"{_page_section('record_answer', answer, language)}"
        f"{_citations(record, standings)}"
        f"{_page_section('record_proof', _page_facts(record), language)}"
        f"</main>\n</body>\n</html>\n"
    )


def _title(record: Record) -> str:
    question = " ".join(record.question.split())
    shown = question[:_TITLE_LENGTH] + "…" if len(question) > _TITLE_LENGTH else question
    return f"{shown or say('record', record.language)} · ClauseBot"


def _history(record: Record) -> str:
    if not record.history:
        return ""
    entries = "".join(f"<li><bdi>{escape(text)}</bdi></li>" for text in record.history)
    label = escape(say("record_history", record.language))
    return f'<div class="earlier"><p>{label}</p><ol>{entries}</ol></div>'


def _overview(standings: Sequence[CitationStatus], language: str) -> str:
    text = overview_of(standings, language)
    is_current = all(standing.change is Change.UNCHANGED for standing in standings)
    kind = "note good" if is_current else "note"
    return f'<p class="{kind}">{escape(text)}</p>\n' if text else ""


def _citations(record: Record, standings: Sequence[CitationStatus]) -> str:
    cards = "".join(
        _page_citation(record, cited, standing)
        for cited, standing in paired(record.citations, standings)
    )
    return _page_section("record_clauses", cards, record.language) if cards else ""


def _page_citation(record: Record, cited: Cited, standing: CitationStatus | None) -> str:
    tag = _TAGS[detect_language(cited.text)]
    path, rendering = " › ".join(cited.path), rendering_of(record, cited)
    note, now = note_of(record, cited, standing), words_now(standing)
    proof = f"{cited.clause_id} · SHA-256 {cited.text_sha256}"
    parts = (
        f"<h3>{escape(name_of(record, cited))}</h3>",
        path and f'<p class="path" lang="{tag}">{escape(path)}</p>',
        f'<blockquote lang="{tag}">{highlight(cited.text, cited.start, cited.end)}</blockquote>',
        rendering and f'<p class="rendering">{escape(rendering)}</p>',
        note and f'<p class="note">{escape(note)}</p>',
        now and f'<blockquote lang="{tag}">{escape(now)}</blockquote>',
        f'<p class="hash"><code>{escape(proof)}</code></p>',
    )
    return f'<article class="cited">{"".join(parts)}</article>\n'


def _page_facts(record: Record) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd><code>{escape(value)}</code></dd>"
        for name, value in facts_of(record)
    )
    how = f"<p>{escape(say('record_how', record.language))}</p>"
    return f"{how}<dl>{rows}</dl>"


def _page_section(key: str, inner: str, language: str) -> str:
    return f"<section><h2>{escape(say(key, language))}</h2>{inner}</section>\n"


def record_row(record: Record, standings: Sequence[CitationStatus] = ()) -> dict[str, Any]:
    """Return a record as a JSON object with its digest.

    Args:
        record: The record.
        standings: What has become of its citations, if that was looked up; the digest does
            not cover it.
    """
    row = to_row(record) | {"digest": record.digest}
    if standings:
        row["standings"] = [
            {
                "clause_id": standing.clause_id,
                "change": standing.change.value,
                "now": None
                if standing.now is None
                else {
                    "clause_id": standing.now.clause_id,
                    "label": standing.now.label,
                    "text": standing.now.text,
                },
            }
            for standing in standings
        ]
    return row


def to_json_text(record: Record, standings: Sequence[CitationStatus] = ()) -> str:
    """Return a record as JSON that people can read and ``record_from_json`` verifies."""
    return json.dumps(record_row(record, standings), ensure_ascii=False, indent=2) + "\n"
