"""What the API of drafts takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.approved import MAX_CITATIONS
from bot.desk.aside import PartKind
from bot.desk.identifiers import IdentifierKind
from bot.desk.ticket import MAX_LENGTH, MAX_QUESTIONS
from bot.web.api.bodies import ANSWER_ID, Text
from bot.web.desk.pieces import PieceObject
from bot.web.desk.reply_bodies import QuoteBody

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

    kind: PartKind
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
