"""Drafts on the web: nothing is sent, and no draft is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.answering.bot import Bot
from bot.desk.agreements.objects import PieceObject
from bot.desk.replies.api import QuoteBody
from bot.desk.replies.matcher import Match, ReplyMatcher, find_sure
from bot.desk.replies.pending import warm_matcher
from bot.desk.replies.rules import MAX_CITATIONS
from bot.desk.shell.access import allow, operation
from bot.desk.shell.desk import Desk
from bot.desk.ticket.draft import DraftAnswer as Drafted
from bot.desk.ticket.draft import make_draft, redraft, reword
from bot.desk.ticket.identifiers import IdentifierKind
from bot.desk.ticket.message import SegmentKind
from bot.desk.ticket.render import to_row
from bot.desk.ticket.requote import requote
from bot.desk.ticket.ticket import MAX_LENGTH, MAX_QUESTIONS, read_ticket
from bot.people.permissions import Operation
from bot.web.api.bodies import ANSWER_ID, Text
from bot.web.http import json_response
from index.diff import diff_words
from index.search.clause_index import ClauseIndex

ClauseId = Annotated[Text, Field(max_length=200)]
ReplyId = Annotated[str, Field(pattern=ANSWER_ID)]


class DraftBody(BaseModel):
    """A customer's message, and what a person made of the draft so far."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "message": "Hi, how long do you keep our data? Thanks, Tom",
                "agreement": "xunzhong",
            }
        },
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


class PartObject(BaseModel):
    """A part of the message that is set aside; offsets count Unicode code points."""

    kind: SegmentKind
    start: int
    end: int


class IdentifierObject(BaseModel):
    """An order number, an account and the like."""

    kind: IdentifierKind
    words: str
    start: int
    end: int


class LeadInObject(BaseModel):
    """Words of the clause above, which an item of a list completes."""

    clause_id: str
    reference: str
    quote: str
    start: int
    end: int
    rendering: str | None = Field(description="Unofficial, in the language of the draft.")


class PassageObject(BaseModel):
    """A clause as the draft quotes it."""

    clause_id: str
    reference: str = Field(description="The clause as a reader would look it up.")
    quote: str
    start: int
    end: int
    rendering: str | None = Field(description="Unofficial, in the language of the draft.")
    lead_ins: list[LeadInObject] = Field(description="What leads into it, outermost first.")


class ChoiceObject(BaseModel):
    """A ranked clause that may be cited instead."""

    clause_id: str
    reference: str
    lead_in: str = Field(description="Words that lead into it; empty for no item of a list.")
    text: str
    score: float = Field(description="0..1, higher is nearer.")


class OfferedObject(BaseModel):
    """An approved reply to a like question."""

    reply_id: str
    text: str
    question: str = Field(description="The one that it was approved for.")
    language: Literal["zh", "en"]
    clauses: list[str] = Field(description="Ids of the clauses that it rests on.")
    approved_by: str
    approved_at: str
    likeness: float = Field(description="Of both questions, 0..1, higher is more alike.")
    is_used: bool = Field(description="Whether its words stand in the draft.")


class DraftedObject(BaseModel):
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
    outcome: Literal["answered", "abstained"]
    reason: str | None
    is_doubtful: bool = Field(description="The bot answers, but a person should look twice.")
    passages: list[PassageObject]
    choices: list[ChoiceObject]
    approved: OfferedObject | None


class DraftObject(BaseModel):
    """A message, read, and the draft of a reply to it."""

    language: Literal["zh", "en"]
    agreement: str | None
    left_out: int = Field(description="How many questions there are beyond those replied to.")
    parts: list[PartObject]
    identifiers: list[IdentifierObject]
    replies: list[DraftedObject]
    text: str
    markdown: str
    html: str


class QuotesBody(BaseModel):
    """Clauses as they were quoted, perhaps before their agreement was published anew."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["zh", "en"] = Field(description="Of the reader.")
    clauses: list[QuoteBody] = Field(
        max_length=MAX_CITATIONS, description="Each with the words of it that were quoted."
    )


class NowObject(BaseModel):
    """What to quote today in the place of former words."""

    clause_id: str = Field(description="Another one where the words have moved.")
    reference: str
    quote: str
    rendering: str | None = Field(description="Unofficial, in the language of the reader.")
    difference: list[PieceObject] = Field(description="Of the former and these words.")


class QuotesObject(BaseModel):
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

    @routes.post(
        "/quotes",
        response_model=QuotesObject,
        dependencies=may_draft,
        **operation(Operation.MAKE_DRAFT, posted=True),
    )
    def quote_anew(body: QuotesBody) -> Response:
        """Return what to quote today of clauses that a draft quoted, and what is different."""
        index = desk.service.bot.index
        return json_response(
            {"clauses": [_requote(index, body.language, cited) for cited in body.clauses]}
        )

    return routes


def _requote(index: ClauseIndex, language: str, cited: QuoteBody) -> dict[str, Any] | None:
    now = requote(index, language, cited.clause_id, cited.quote)
    if now is None:
        return None
    pieces = [asdict(piece) for piece in diff_words(cited.quote, now.quote)]
    return {**asdict(now), "difference": pieces}


def _draft(desk: Desk, bot: Bot, body: DraftBody) -> dict[str, Any]:
    made = make_draft(bot, read_ticket(body.message), agreement=body.agreement)
    for at, clauses in enumerate(body.cited):
        if clauses is not None:
            made = redraft(bot, made, at, clauses)
    matcher = desk.replies.matcher_of_now(bot.index)
    matches = [_match(matcher, bot.index, drafted) for drafted in made.replies]
    wanted = body.approved + [None] * (len(matches) - len(body.approved))
    used = [
        match is not None and match.reply.reply_id == reply_id
        for match, reply_id in zip(matches, wanted, strict=False)
    ]
    for at, match in enumerate(matches):
        if match is not None and used[at]:
            made = reword(made, at, match.reply.content.text)
    if body.keep:
        desk.service.keep_draft(made, bot.index)
    row = to_row(made)
    for drafted, match, is_used in zip(row["replies"], matches, used, strict=True):
        drafted["approved"] = None if match is None else _offer(match, is_used=is_used)
    return row


def _match(matcher: ReplyMatcher, index: ClauseIndex, drafted: Drafted) -> Match | None:
    """Return the approved reply to a question, with the sentence that it leans on or alone.

    One that leans on another question has none.
    """
    asked, sure = drafted.asked, find_sure(drafted.answer)
    for words in () if asked.leans else dict.fromkeys((asked.text, asked.alone)):
        match = matcher.match(words, index, drafted.agreement, sure) if words else None
        if match is not None:
            return match
    return None


def _offer(match: Match, *, is_used: bool) -> dict[str, Any]:
    content = match.reply.content
    return {
        "reply_id": match.reply.reply_id,
        "text": content.text,
        "question": match.question,
        "language": content.language,
        "clauses": [cited.clause_id for cited in content.citations],
        "approved_by": match.reply.approved_by,
        "approved_at": match.reply.approved_at.isoformat(),
        "likeness": round(match.likeness, 4),
        "is_used": is_used,
    }
