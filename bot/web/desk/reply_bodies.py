"""What the API of approved replies takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.approved import MAX_CITATIONS, MAX_QUESTIONS, MAX_TEXT, State
from bot.desk.approved import Deed as Step
from bot.question import MAX_LENGTH
from bot.standing import Change
from bot.web.api.bodies import ANSWER_ID, Text
from bot.web.desk.pieces import PieceObject

Language = Literal["zh", "en"]
Words = Annotated[Text, Field(max_length=MAX_LENGTH)]
ReplyId = Annotated[str, Field(pattern=ANSWER_ID)]
MAX_BESIDE = 100  # replies that stand already and are told


class QuoteBody(BaseModel):
    """A clause and the words of it that are quoted, as they stand there now."""

    model_config = ConfigDict(extra="forbid")

    clause_id: Text = Field(max_length=200, examples=["xunzhong/5(3)"])
    quote: Text = Field(max_length=MAX_TEXT, examples=["自本协议终止之日起7日后"])


class ContentBody(BaseModel):
    """What a person writes of a reply."""

    model_config = ConfigDict(extra="forbid")

    language: Language = Field(description="Of the text.")
    text: Text = Field(max_length=MAX_TEXT, description="What is sent.")
    questions: list[Words] = Field(
        max_length=MAX_QUESTIONS, description="What it answers, in either language."
    )
    clauses: list[QuoteBody] = Field(max_length=MAX_CITATIONS, description="What it rests on.")


class NewReplyBody(ContentBody):
    """A reply to be kept; sent twice under one id, it is kept once."""

    reply_id: str = Field(pattern=ANSWER_ID, description="Made by the caller, not to be guessed.")
    beside: list[ReplyId] = Field(
        [],
        max_length=MAX_BESIDE,
        description="Ids of the replies to like questions beside which it is meant to stand; it "
        "is refused where another one stands.",
    )


class EditBody(ContentBody):
    """A reply with other content."""

    revision: int = Field(ge=1, description="The one that it was made from.")


class StepBody(BaseModel):
    """A step upon a revision."""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1, description="The one that was looked at.")


class KnownObject(BaseModel):
    """What every surface tells of a reply."""

    reply_id: str
    revision: int = Field(description="Rises with every step.")
    state: State
    language: Language
    questions: list[str]
    owner: str = Field(description="Id of the person who saved it here; empty for nobody's.")
    owner_name: str
    may_change: bool = Field(description="Whether whoever asks may edit and retire it.")
    approved_by: str
    approved_at: str


class CitedLabelObject(BaseModel):
    """A clause that a reply cites."""

    clause_id: str
    label: str


class ListedObject(KnownObject):
    """A reply in a list."""

    beginning: str = Field(description="Of its text.")
    clauses: list[CitedLabelObject]


class CountsObject(BaseModel):
    """How many replies hold the words, by state."""

    approved: int
    pending: int
    retired: int


class ListObject(BaseModel):
    """A page of replies, those changed last first."""

    replies: list[ListedObject]
    total: int
    counts: CountsObject


class ReplyClauseObject(CitedLabelObject):
    """A clause as it was cited, and what has become of it."""

    title: str = Field(description="Of the agreement.")
    path: list[str]
    quote: str
    text: str
    translation: str | None
    change: Change
    now_id: str | None = Field(description="Of the clause at its place, or where its words went.")
    now: str | None = Field(description="Its words now; null when it is gone.")
    now_quote: str | None = Field(description="What to quote of it now.")
    difference: list[PieceObject] | None = Field(description="When changed, word by word.")


class StepObject(BaseModel):
    """One step in the life of a reply, and how it read until then."""

    at: str
    who: str = Field(description="Empty where the program did it.")
    deed: Step
    text: str
    questions: list[str]
    clauses: list[str]


class ReplyObject(KnownObject):
    """A reply with all that is known of it."""

    text: str
    clauses: list[ReplyClauseObject]
    history: list[StepObject] = Field(description="Oldest first.")


class SpooledObject(BaseModel):
    """A reply that is kept, and in the list as soon as the database is in order again."""

    reply_id: str
    state: Literal["spooled"]


class ImportedObject(BaseModel):
    """What became of a file: how many replies are new, and how many were there already."""

    new: int
    known: int
