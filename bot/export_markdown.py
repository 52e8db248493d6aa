"""A record in, Markdown out in which every word is text, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
from bot.markup import escape
from bot.record import Cited, Record
from bot.standing import Standing
from bot.wording import say

# What Markdown reads as more than text, anywhere or where a line begins. Where not every reader of
# Markdown takes a backslash for an escape, an entity stands.
_SIGNS = re.compile(r"[\\`*_{}\[\]()#|]")
_RARE_SIGNS = re.compile(r"[~$@^]|(?<=[a-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
_BULLET = re.compile(r"^[-+=]|(?<=^[0-9])[.)]|(?<=^[0-9]{2})[.)]|(?<=^[0-9]{3})[.)]")
_ENTITY = re.compile(r"(&(?:#x27|quot|amp|lt|gt);)")


def to_markdown(record: Record, standings: Sequence[Standing] = ()) -> str:
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


def _citation(record: Record, cited: Cited, standing: Standing | None) -> list[str]:
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
