"""What the API of the agreements gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from bot.standing import Change
from bot.web.desk.pieces import PieceObject
from index.library import Fate


class PublicationObject(BaseModel):
    """What was published last, which one step back takes away."""

    published_id: str
    agreement: str
    title: str
    by: str
    at: str
    is_new: bool = Field(description="The agreement was not there before; the step removes it.")


class PublishedObject(BaseModel):
    """An agreement as it is answered from."""

    agreement: str
    title: str = Field(description="In the language of Accept-Language.")
    version: str
    sha256: str
    clauses: int
    published_by: str | None = Field(description="Null where it did not come over the desk.")
    published_at: str | None


class UploadObject(BaseModel):
    """A file that waits to be published or discarded."""

    upload_id: str
    agreement: str = Field(description="Id that it has, or is to have.")
    name: str = Field(description="Of the file, as whoever uploaded it called it.")
    size: int = Field(description="In bytes.")
    by: str
    at: str


class CorpusObject(BaseModel):
    """The agreements, and what waits to become one."""

    generation: str = Field(description="Of the index that is answered from.")
    agreements: list[PublishedObject]
    uploads: list[UploadObject]
    former: PublicationObject | None


class OutlineEntryObject(BaseModel):
    """A line of the outline."""

    line: int = Field(description="In the text, from 1.")
    level: int = Field(description="Depth, 0 for a heading at the top.")
    kind: Literal["clause", "heading", "leftover"]
    label: str = Field(description="Of a clause; of what is set aside, why.")
    words: str = Field(description="The first.")


class DoubtObject(BaseModel):
    """What the program is unsure of."""

    line: int
    message: str = Field(description="In the language of Accept-Language.")


class ClauseChangeObject(BaseModel):
    """What becomes of one clause."""

    change: Fate
    agreement: str
    before_label: str | None = Field(description="Null for a new clause.")
    after_label: str | None = Field(description="Null for one that goes.")
    before: str | None
    after: str | None
    pieces: list[PieceObject] = Field(description="Of a changed clause, before and after in one.")


class LossObject(BaseModel):
    """What is left out of what was written of a clause, since its words are others."""

    clause_id: str
    has_rendering: bool
    questions: int = Field(description="Expected ones.")
    relations: int = Field(description="To other clauses.")


class TouchedClauseObject(BaseModel):
    """A clause that a reply cites and that is no longer as it is cited."""

    clause_id: str
    label: str
    change: Change


class TurnedReplyObject(BaseModel):
    """An approved reply that would turn pending."""

    reply_id: str
    beginning: str
    language: Literal["zh", "en"]
    approved_by: str
    clauses: list[TouchedClauseObject]


class ReviewObject(BaseModel):
    """What publishing an upload would do."""

    upload: UploadObject
    base: str = Field(description="Of what it was held against; give it back to publish.")
    is_new: bool
    same_as: str = Field(description="Id of an agreement of the same bytes; empty for none.")
    title: str
    clauses: int = Field(description="That the agreement would have.")
    outline: list[OutlineEntryObject]
    doubts: list[DoubtObject]
    changes: list[ClauseChangeObject]
    unchanged: int
    losses: list[LossObject]
    reopened: list[str] = Field(description="Questions that no longer count as left open.")
    files: list[str] = Field(description="That change; none where publishing would do nothing.")
    problems: list[str] = Field(description="Of other files, which stay as they are answered from.")
    replies: list[TurnedReplyObject]


class BackObject(BaseModel):
    """What a step back would do to the approved replies."""

    published_id: str | None = Field(description="Of what it would take back; null for nothing.")
    replies: list[TurnedReplyObject]
    returning: int = Field(description="Pending replies that would be approved again by itself.")


class TakenObject(BaseModel):
    """What a publication, or a step back, came to."""

    generation: str = Field(description="Of the index that was stored.")
    agreement: str
    title: str
    is_served: bool = Field(description="It is answered from already; else within a minute.")
