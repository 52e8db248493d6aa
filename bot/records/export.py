"""A record as one page of HTML, or as Markdown, in the language of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records.citation_status import Change, CitationStatus
from bot.records.record import Cited, Record
from bot.words.catalogue import say
from bot.words.templates import render, show_all
from index.agreement import detect_language

_NOTES = {
    Change.CHANGED: "clause_changed",
    Change.MOVED: "clause_moved",
    Change.GONE: "clause_gone",
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A citation as every form shows it.

    Attributes:
        cited: The citation.
        language: Of the clause.
        name: What the clause is looked up by: its agreement and its number.
        path: The titles above it.
        rendering: In another language than the answer's, marked as unofficial; may be empty.
        gist: It in one line, marked as unofficial; may be empty.
        note: What has become of the clause since; empty if nothing has.
        now: What a changed clause says now; empty for any other.
        proof: What the clause is verified by.
    """

    cited: Cited
    language: str
    name: str
    path: str
    rendering: str
    gist: str
    note: str
    now: str
    proof: str


def _shown(record: Record, standings: Sequence[CitationStatus]) -> list[_Shown]:
    known: Sequence[CitationStatus | None] = standings or (None,) * len(record.citations)
    return [
        _show(record, cited, standing)
        for cited, standing in zip(record.citations, known, strict=True)
    ]


def _show(record: Record, cited: Cited, standing: CitationStatus | None) -> _Shown:
    language, spoken = record.language, detect_language(cited.text)
    change = Change.UNCHANGED if standing is None else standing.change
    now = standing.now if standing else None
    label = now.label if now else cited.label
    has_rendering = cited.translation and spoken != language
    title = record.source(cited.agreement).title
    return _Shown(
        cited,
        spoken,
        name=say("clause", language, agreement=title, label=cited.label),
        path=" › ".join(cited.path),
        rendering=f"{cited.translation} {say('unofficial', language)}" if has_rendering else "",
        gist=say("in_short", language, gist=standing.gist) if standing and standing.gist else "",
        note="" if change is Change.UNCHANGED else say(_NOTES[change], language, label=label),
        now=now.text if now and change is Change.CHANGED else "",
        proof=f"{cited.clause_id} · SHA-256 {cited.text_sha256}",
    )


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    """Yield what a record is verified by, each with its name, in the language of the answer."""
    language = record.language
    for source in record.sources:
        version = source.version or say("no_version", language)
        yield source.title, f"{version} · SHA-256 {source.sha256}"
    yield say("record_generation", language), record.generation or "–"
    yield say("record_model", language), record.model
    if record.writer is not None:
        counts = {"kept": record.writer.kept, "dropped": record.writer.dropped}
        written = say("record_written", language, **counts)
        prompt = f"{record.writer.model} · {record.writer.prompt}"
        yield say("record_writer", language), f"{prompt} · {written}"
    yield say("record_id", language), record.answer_id
    yield say("record_digest", language), record.digest


def _overview(standings: Sequence[CitationStatus], language: str) -> str:
    """Return the sentence that stands above all; empty if nothing was looked up."""
    if not standings:
        return ""
    return say("record_current" if _is_current(standings) else "record_stale", language)


def _is_current(standings: Sequence[CitationStatus]) -> bool:
    return all(standing.change is Change.UNCHANGED for standing in standings)


def _asked(record: Record) -> str:
    """Return when it was asked."""
    time = record.asked_at.strftime("%Y-%m-%d %H:%M")
    return say("record_asked", record.language, time=time)


# What Markdown reads as more than text, anywhere or where a line begins. CommonMark, and all that
# follow it, take a backslash before any such sign for an escape; it can be read, unlike an entity.
_SIGNS = re.compile(r"[\\`*_{}\[\]()#|<>&~$@^]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
_BULLET = re.compile(r"^(?:(?=[-+=])|[0-9]{1,9}(?=\.))")
_INDENT = "\u00a0"  # in place of a blank that would make the line code


def to_markdown(record: Record, standings: Sequence[CitationStatus] = ()) -> str:
    """Return a record as Markdown, with what has become of its citations if that was looked up."""
    language = record.language
    question = record.question or say("record_no_question", language)
    text = record.text or say("record_no_text", language)
    cited = [block for shown in _shown(record, standings) for block in _citation(shown)]
    facts = "\n".join(f"- {_line(name)}: {_line(value)}" for name, value in _facts(record))
    blocks = [
        f"# {_line(say('record', language))}",
        _line(_asked(record)),
        _line(_overview(standings, language)),
        *_section("record_question", [_quoted(escape_markdown(question))], language),
        *_section(
            "record_history", [_quoted(escape_markdown(text)) for text in record.history], language
        ),
        *_section("record_answer", [_broken(escape_markdown(text))], language),
        *_section("record_clauses", cited, language),
        *_section("record_proof", [_line(say("record_how", language)), facts], language),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(key: str, blocks: Sequence[str], language: str) -> list[str]:
    return [f"## {_line(say(key, language))}", *blocks] if blocks else []


def _citation(shown: _Shown) -> list[str]:
    cited = shown.cited
    parts = (cited.text[: cited.start], cited.quote, cited.text[cited.end :])
    before, quote, after = (escape_markdown(part, begins=not at) for at, part in enumerate(parts))
    marked = "\n".join(
        f"<mark>{line}</mark>" if line.strip() else line for line in quote.split("\n")
    )
    return [
        f"### {_line(shown.name)}",
        _line(shown.path),
        _line(shown.gist),
        _quoted(before + marked + after),
        shown.rendering and _broken(escape_markdown(shown.rendering)),
        _line(shown.note),
        shown.now and _quoted(escape_markdown(shown.now)),
        _line(shown.proof),
    ]


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

    It may have several lines; ``begins`` tells whether the first is the beginning of one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        _escape_line(line, begins=begins or number > 0) for number, line in enumerate(lines)
    )


def _escape_line(line: str, *, begins: bool) -> str:
    words = line.lstrip(" \t") if begins else line
    escaped = _SIGNS.sub(r"\\\g<0>", show_all(words))
    if begins:
        escaped = _BULLET.sub(r"\g<0>\\", escaped)
    return _INDENT * (len(line) - len(words)) + escaped


_TAGS = {"zh": "zh-CN", "en": "en"}  # of languages in HTML
_TITLE_LENGTH = 80  # characters


def to_html(record: Record, standings: Sequence[CitationStatus] = ()) -> str:
    """Return a record as one complete HTML document; see ``to_markdown``."""
    question = " ".join(record.question.split()) or say("record", record.language)
    is_long = len(question) > _TITLE_LENGTH
    return render(
        "records/templates/record.html",
        record=record,
        language=record.language,
        tags=_TAGS,
        title=question[:_TITLE_LENGTH] + "…" if is_long else question,
        asked=_asked(record),
        overview=_overview(standings, record.language),
        is_current=_is_current(standings),
        cited=_shown(record, standings),
        facts=_facts(record),
    )
