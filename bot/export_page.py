"""A record in, one complete page out: no scripts, and nothing asked of any server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.export_words import (
    asked_of,
    facts_of,
    name_of,
    note_of,
    overview_of,
    paired,
    rendering_of,
    words_now,
)
from bot.markup import escape, highlight
from bot.record import Cited, Record
from bot.standing import Change, Standing
from bot.wording import say
from index.agreement import detect_language

_STYLE = Path(__file__).with_name("export.css").read_text("utf-8")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_TAGS = {"zh": "zh-CN", "en": "en"}  # of languages in HTML
_TITLE_LENGTH = 80  # characters


def to_html(record: Record, standings: Sequence[Standing] = ()) -> str:
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
        f"{_section('record_answer', answer, language)}"
        f"{_citations(record, standings)}"
        f"{_section('record_proof', _facts(record), language)}"
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


def _overview(standings: Sequence[Standing], language: str) -> str:
    text = overview_of(standings, language)
    is_current = all(standing.change is Change.UNCHANGED for standing in standings)
    kind = "note good" if is_current else "note"
    return f'<p class="{kind}">{escape(text)}</p>\n' if text else ""


def _citations(record: Record, standings: Sequence[Standing]) -> str:
    cards = "".join(
        _citation(record, cited, standing)
        for cited, standing in paired(record.citations, standings)
    )
    return _section("record_clauses", cards, record.language) if cards else ""


def _citation(record: Record, cited: Cited, standing: Standing | None) -> str:
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


def _facts(record: Record) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd><code>{escape(value)}</code></dd>"
        for name, value in facts_of(record)
    )
    how = f"<p>{escape(say('record_how', record.language))}</p>"
    return f"{how}<dl>{rows}</dl>"


def _section(key: str, inner: str, language: str) -> str:
    return f"<section><h2>{escape(say(key, language))}</h2>{inner}</section>\n"
