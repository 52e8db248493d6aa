"""What the API of the gaps takes and gives, as its description says it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.gaps import GapState, Sign
from bot.storage.kept import MAX_LENGTH
from bot.web.api.bodies import Text


class MarkBody(BaseModel):
    """What a person makes of a gap."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"state": "should_say", "note": "Legal knows of it."}},
    )

    state: GapState
    note: Text = Field("", max_length=MAX_LENGTH)


class MarkObject(BaseModel):
    """What a person made of a gap; ``at`` is null where nobody did yet."""

    state: GapState
    note: str
    who: str
    at: datetime | None


class MarkedObject(BaseModel):
    """The mark that stands now, and the one that it took the place of."""

    mark: MarkObject
    former: MarkObject


class TitledObject(BaseModel):
    """An agreement and its title."""

    id: str
    title: str


class NearClauseObject(BaseModel):
    """A clause that came near; one that stands in no agreement any more has no label."""

    clause_id: str
    agreement: str
    title: str
    label: str
    begins: str = Field(description="Its first words.")


class GapObject(BaseModel):
    """A group of questions that went badly."""

    gap_id: str
    count: int
    signs: dict[Sign, int] = Field(description="How many of them went badly in which way.")
    first_at: datetime
    last_at: datetime
    trend: list[int] = Field(description="By week, UTC, the running one last.")
    examples: list[str]
    answers: list[str] = Field(description="Ids of the answers to them, in their order.")
    notes: list[str] = Field(description="What askers wrote last when they marked an answer.")
    agreements: list[TitledObject] = Field(description="Those it is about; empty for all.")
    near: list[NearClauseObject]
    mark: MarkObject


class GroupingObject(BaseModel):
    """How far the grouping of new questions is; ask again while some are left."""

    done: int
    left: int
    is_failing: bool


class GapsObject(BaseModel):
    """The gaps, those with the most questions first."""

    gaps: list[GapObject]
    total: int = Field(description="Of those in the state that was asked for.")
    counts: dict[GapState, int]
    grouping: GroupingObject
    keeps_questions: bool = Field(description="Without it questions are kept empty: no gap.")
    agreements: list[TitledObject] = Field(description="Those of today, to choose from.")


class WeekObject(BaseModel):
    """What was asked on one topic in one week."""

    begins: str = Field(description="Monday, in UTC.", examples=["2024-06-10"])
    agreement: str = Field(description="Empty where no clause came near.")
    topic: str
    answered: int
    abstained: int


class WeeksObject(BaseModel):
    """What was asked by week and topic; a week in which nothing was asked is left out."""

    since: str
    until: str = Field(description="Monday of the running week.")
    weeks: list[WeekObject]
    agreements: list[TitledObject]
