"""Drafts on the web: nothing is sent, and no draft is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.answering.answer import Outcome, Reason
from bot.answering.bot import Bot
from bot.desk.replies.api import QuoteBody
from bot.desk.replies.matcher import Match, ReplyMatcher, find_sure
from bot.desk.replies.pending import warm_matcher
from bot.desk.replies.rules import MAX_CITATIONS
from bot.desk.shell.access import allow, operation
from bot.desk.shell.desk import Desk
from bot.desk.ticket.draft import (
    Choice,
    Draft,
    DraftAnswer,
    LeadIn,
    Passage,
    make_draft,
    redraft,
    reword,
)
from bot.desk.ticket.identifiers import Identifier
from bot.desk.ticket.message import MessageSegment
from bot.desk.ticket.render import to_heading, to_html, to_markdown, to_text
from bot.desk.ticket.requote import requote
from bot.desk.ticket.ticket import MAX_LENGTH, MAX_QUESTIONS, read_ticket
from bot.people.permissions import Operation
from bot.web.bodies import ANSWER_ID, Body, Language, Object, Rounded, Text, Time
from bot.web.http import json_response
from index.diff import Piece, diff_words
from index.search.clause_index import ClauseIndex

ClauseId = Annotated[Text, Field(max_length=200)]
ReplyId = Annotated[str, Field(pattern=ANSWER_ID)]


class DraftBody(Body):
    """A customer's message, and what a person made of the draft so far."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "message": "Hi, how long do you keep our data? Thanks, Tom",
                "agreement": "xunzhong",
            }
        }
    )

    message: Text = Field(max_length=MAX_LENGTH, description="As it came in.")
    agreement: Text | None = Field(
        None, description="Id of the one agreement to answer from; null for those it names."
    )
    cited: list[Annotated[list[ClauseId], Field(max_length=MAX_CITATIONS)] | None] = Field(
        [],
        max_length=MAX_QUESTIONS,
        description="For each question the clauses to cite, in order; none says that it is not "
        "settled, null or missing cites as the bot does.",
    )
    approved: list[ReplyId | None] = Field(
        [],
        max_length=MAX_QUESTIONS,
        description="For each question the approved reply whose words stand in place of the "
        "clauses; it counts as long as it is the one that is offered.",
    )
    keep: bool = Field(False, description="Count the questions as asked, for the list of gaps.")


class PassageObject(Object):
    """A clause as the draft quotes it."""

    clause_id: str
    confidence: Rounded = Field(description="Probability, 0..1, that it decides the question.")
    reference: str = Field(description="The clause as a reader would look it up.")
    quote: str
    start: int
    end: int
    rendering: str | None = Field(description="Unofficial, in the language of the draft.")
    lead_ins: tuple[LeadIn, ...] = Field(description="What leads into it, outermost first.")
    gist: str = Field(description="The clause in one line, unofficial, for the agent; or empty.")

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """Return a passage of a draft."""
        quoted = passage.citation
        given = {"reference": passage.reference, "rendering": passage.rendering}
        return cls.made_of(quoted, lead_ins=passage.lead_ins, **given)


class OfferedObject(Object):
    """An approved reply to a like question."""

    reply_id: str
    text: str
    question: str = Field(description="The one that it was approved for.")
    language: Language
    clauses: list[str] = Field(description="Ids of the clauses that it rests on.")
    approved_by: str
    approved_at: Time
    likeness: Rounded = Field(description="Of both questions, 0..1, higher is more alike.")
    is_used: bool = Field(description="Whether its words stand in the draft.")

    @classmethod
    def of(cls, match: Match, *, is_used: bool) -> Self:
        """Return the reply that fits a question."""
        content = match.reply.content
        return cls.made_of(
            match.reply,
            text=content.text,
            question=match.question,
            language=content.language,
            clauses=[cited.clause_id for cited in content.citations],
            likeness=match.likeness,
            is_used=is_used,
        )


class DraftedObject(Object):
    """The part of a draft that replies to one question."""

    words: str
    start: int
    end: int
    text: str = Field(description="What was searched for.")
    leans: bool
    alone: str | None = Field(
        description="The text without the sentence that it leans on; null if that means nothing."
    )
    heading: str = Field(description="The line of the draft that says which question it is.")
    outcome: Outcome
    reason: Reason | None
    is_doubtful: bool = Field(description="The bot answers, but a person should look twice.")
    passages: list[PassageObject]
    choices: tuple[Choice, ...]
    approved: OfferedObject | None

    @classmethod
    def of(cls, reply: DraftAnswer, language: str, approved: OfferedObject | None) -> Self:
        """Return a part of a draft in a language, and what may stand in its place."""
        return cls.made_of(
            reply.asked,
            heading=to_heading(reply, language),
            outcome=reply.answer.outcome,
            reason=reply.answer.reason,
            is_doubtful=reply.is_doubtful,
            passages=[PassageObject.of(passage) for passage in reply.passages],
            choices=reply.choices,
            approved=approved,
        )


class DraftObject(Object):
    """A message, read, and the draft of a reply to it."""

    language: Language
    agreement: str | None
    left_out: int = Field(description="How many questions there are beyond those replied to.")
    parts: tuple[MessageSegment, ...]
    identifiers: tuple[Identifier, ...]
    replies: list[DraftedObject]
    text: str
    markdown: str
    html: str

    @classmethod
    def of(cls, draft: Draft, offered: Sequence[OfferedObject | None] = ()) -> Self:
        """Return a draft; ``offered`` has the approved reply to each question, or None."""
        known = offered or [None] * len(draft.replies)
        replies = [
            DraftedObject.of(reply, draft.language, approved)
            for reply, approved in zip(draft.replies, known, strict=True)
        ]
        return cls.made_of(
            draft,
            left_out=draft.ticket.left_out,
            parts=draft.ticket.segments,
            identifiers=draft.ticket.identifiers,
            replies=replies,
            text=to_text(draft),
            markdown=to_markdown(draft),
            html=to_html(draft),
        )


class QuotesBody(Body):
    """Clauses as they were quoted, perhaps before their agreement was published anew."""

    language: Language = Field(description="Of the reader.")
    clauses: list[QuoteBody] = Field(
        max_length=MAX_CITATIONS, description="Each with the words of it that were quoted."
    )


class NowObject(Object):
    """What to quote today in the place of former words."""

    clause_id: str = Field(description="Another one where the words have moved.")
    reference: str
    quote: str
    rendering: str | None = Field(description="Unofficial, in the language of the reader.")
    difference: tuple[Piece, ...] = Field(description="Of the former and these words.")


class QuotesObject(Object):
    """The clauses in the order they were given; null for one of which nothing is left."""

    clauses: list[NowObject | None]


def draft_routes(desk: Desk) -> APIRouter:
    """Return the routes that draft, and that quote anew what a draft quoted."""
    routes = APIRouter(prefix="/api/desk/drafts")

    may_draft = [Depends(allow(desk, Operation.MAKE_DRAFT))]

    @routes.post(
        "",
        response_model=DraftObject,
        dependencies=may_draft,
        **operation(Operation.MAKE_DRAFT, 404, posted=True),
    )
    def draft(body: DraftBody) -> Response:
        """Find the questions of a message and draft a cited reply to each."""
        warm_matcher(desk)  # before the turn is taken: what is new to it makes no visitor wait
        return json_response(desk.service.take_turn(lambda bot: _draft(desk, bot, body)))

    @routes.post("/quotes", dependencies=may_draft, **operation(Operation.MAKE_DRAFT, posted=True))
    def quote_anew(body: QuotesBody) -> QuotesObject:
        """Return what to quote today of clauses that a draft quoted, and what is different."""
        index = desk.service.bot.index
        clauses = [_requote(index, body.language, cited) for cited in body.clauses]
        return QuotesObject(clauses=clauses)

    return routes


def _requote(index: ClauseIndex, language: str, cited: QuoteBody) -> NowObject | None:
    now = requote(index, language, cited.clause_id, cited.quote)
    if now is None:
        return None
    return NowObject.made_of(now, difference=diff_words(cited.quote, now.quote))


def _draft(desk: Desk, bot: Bot, body: DraftBody) -> DraftObject:
    made = make_draft(bot, read_ticket(body.message), agreement=body.agreement)
    for at, clauses in enumerate(body.cited):
        if clauses is not None:
            made = redraft(bot, made, at, clauses)
    matcher = desk.replies.matcher_of_now(bot.index)
    matches = [_match(matcher, bot.index, drafted) for drafted in made.replies]
    wanted = body.approved + [None] * (len(matches) - len(body.approved))
    offered: list[OfferedObject | None] = [None] * len(matches)
    for at, (match, reply_id) in enumerate(zip(matches, wanted, strict=False)):
        if match is not None:
            is_used = match.reply.reply_id == reply_id
            offered[at] = OfferedObject.of(match, is_used=is_used)
            made = reword(made, at, match.reply.content.text) if is_used else made
    if body.keep:
        desk.service.keep_draft(made, bot.index)
    return DraftObject.of(made, offered)


def _match(matcher: ReplyMatcher, index: ClauseIndex, drafted: DraftAnswer) -> Match | None:
    """Return the approved reply to a question, with the sentence that it leans on or alone.

    One that leans on another question has none.
    """
    asked, sure = drafted.asked, find_sure(drafted.answer)
    for words in () if asked.leans else dict.fromkeys((asked.text, asked.alone)):
        match = matcher.match(words, index, drafted.agreement, sure) if words else None
        if match is not None:
            return match
    return None
