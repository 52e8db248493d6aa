"""A draft in; text, Markdown or HTML out, to copy or to edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.desk.ticket.draft import Draft, DraftAnswer, Passage
from bot.records.export import escape_markdown
from bot.words.catalogue import say
from bot.words.templates import render

_PARAGRAPHS = re.compile(r"\n\s*\n")
_SHOWN = 160  # characters of a question that a reply repeats, the last ones


class BlockKind(StrEnum):
    """What a block of a draft is."""

    FIXED = "fixed"  # a sentence of ours, or a paragraph that a person approved
    REGARDING = "regarding"  # which question is replied to
    REFERENCE = "reference"  # which clause is quoted
    RENDERING = "rendering"  # its unofficial rendering
    QUOTE = "quote"  # its own words


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a draft."""

    kind: BlockKind
    text: str


def to_text(draft: Draft) -> str:
    """Return a draft as plain text."""
    lines: list[str] = []
    for block in to_blocks(draft):
        is_joined = block.kind in (BlockKind.RENDERING, BlockKind.QUOTE)
        lines += [block.text] if is_joined or not lines else ["", block.text]
    return "\n".join(lines) + "\n"


def to_markdown(draft: Draft) -> str:
    """Return a draft as Markdown in which no word of the customer is more than text."""
    return "\n\n".join(_markdown(block) for block in to_blocks(draft)) + "\n"


def to_html(draft: Draft) -> str:
    """Return a draft as an HTML fragment; every word in it is escaped."""
    return render("desk/ticket/templates/draft.html", blocks=to_blocks(draft))


def to_blocks(draft: Draft) -> Iterator[Block]:
    """Yield the paragraphs of a draft, in order; every form is made of these alone."""
    language = draft.language
    yield Block(BlockKind.FIXED, say("draft_greeting", language))
    yield Block(BlockKind.FIXED, say(_opening(draft), language))
    for reply in draft.replies:
        yield Block(BlockKind.REGARDING, to_heading(reply, language))
        yield from _reply(reply, language)
    if draft.replies:
        yield Block(BlockKind.FIXED, say("draft_closing", language))
    yield Block(BlockKind.FIXED, say("draft_regards", language))


def _opening(draft: Draft) -> str:
    if not draft.replies:
        return "draft_no_question"
    has_quotes = any(reply.passages and reply.wording is None for reply in draft.replies)
    return "draft_opening" if has_quotes else "draft_opening_unsettled"


def to_heading(reply: DraftAnswer, language: str) -> str:
    """Return the line that says which question is replied to."""
    question = _shorten(" ".join(reply.asked.words.split()))
    return say("draft_regarding", language, question=question)


def _reply(reply: DraftAnswer, language: str) -> Iterator[Block]:
    if reply.wording is not None:
        for paragraph in _PARAGRAPHS.split(reply.wording.strip()):
            yield Block(BlockKind.FIXED, paragraph.strip())
        return
    if not reply.passages:  # a person may have dropped what the bot cited
        reason = reply.answer.reason or "weak_evidence"
        yield Block(BlockKind.FIXED, say(f"draft_{reason}", language))
    shown: dict[str, str] = {}  # the words of each clause that the passage before it shows
    for place, passage in enumerate(reply.passages):
        yield from _passage(passage, shown, language, is_first=place == 0)
        shown = {led.clause_id: led.quote for led in passage.lead_ins}
        shown[passage.citation.clause_id] = passage.citation.quote


def _passage(
    passage: Passage, shown: Mapping[str, str], language: str, *, is_first: bool
) -> Iterator[Block]:
    """Yield a passage behind what leads into it, unless what stands before it shows that."""
    key, clause = "draft_settled" if is_first else "draft_also", passage.reference
    for place, led in enumerate(passage.lead_ins):
        is_shown = led.quote in shown.get(led.clause_id, "")
        if not is_shown:
            key = "draft_leads_in" if is_first else "draft_leads_in_also"
            yield Block(
                BlockKind.REFERENCE,
                say("draft_of_these" if place else key, language, clause=led.reference),
            )
            yield from _quoted(led.quote, led.rendering, language)
        key, clause = "draft_of_these", passage.citation.label
    yield Block(BlockKind.REFERENCE, say(key, language, clause=clause))
    yield from _quoted(passage.citation.quote, passage.rendering, language)


def _quoted(quote: str, rendering: str | None, language: str) -> Iterator[Block]:
    if rendering is not None:
        yield Block(BlockKind.RENDERING, f"{rendering} {say('unofficial', language)}")
    yield Block(BlockKind.QUOTE, say("quote", language, quote=quote))


def _shorten(question: str) -> str:
    return question if len(question) <= _SHOWN else f"…{question[-_SHOWN:]}"


def _markdown(block: Block) -> str:
    escaped = escape_markdown(block.text).replace("\n", "  \n")
    if block.kind is BlockKind.REGARDING:
        return f"**{escaped}**"
    if block.kind in (BlockKind.RENDERING, BlockKind.QUOTE):
        return "> " + escaped.replace("\n", "\n> ")
    return escaped
