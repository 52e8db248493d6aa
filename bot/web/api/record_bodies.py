"""The record of an answer, as the description of the API says it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class CitedObject(BaseModel):
    """A clause as it was cited."""

    clause_id: str
    agreement: str
    label: str
    path: list[str]
    text: str
    text_sha256: str = Field(description="Of the text in UTF-8, hexadecimal.")
    quote: str
    start: int
    end: int
    translation: str | None


class NearObject(BaseModel):
    """A clause that came near, but did not decide the question."""

    clause_id: str
    agreement: str
    label: str


class SourceObject(BaseModel):
    """An agreement that an answer speaks for, as it was then."""

    agreement: str
    title: str
    version: str
    sha256: str = Field(description="Of its file, hexadecimal.")


class StandingObject(BaseModel):
    """What has become of a cited clause since."""

    clause_id: str = Field(description="As it was cited.")
    change: Literal["unchanged", "changed", "moved", "gone"]
    now: dict[str, str] | None = Field(
        description="The clause now: its clause_id, label and text; null when gone."
    )


class RecordObject(BaseModel):
    """What an answer rests on, and what has become of it.

    The digest is the SHA-256 of the canonical JSON (RFC 8785) of all but itself and the standings.
    """

    format: int
    answer_id: str
    asked_at: str = Field(description="In UTC.", examples=["2026-11-22T09:30:00.000000Z"])
    question: str = Field(description="As far as it is kept: telephone numbers and such masked.")
    history: list[str]
    chosen: str | None = Field(description="Id of the one agreement that was chosen.")
    language: Literal["zh", "en"]
    outcome: Literal["answered", "abstained"]
    reason: str | None
    text: str = Field(description="What the asker read.")
    remarks: list[str]
    citations: list[CitedObject]
    nearest: list[NearObject]
    sources: list[SourceObject]
    generation: str = Field(description="Of the index.")
    model: str = Field(description="Fingerprint of the embedding model.")
    digest: str
    standings: list[StandingObject] = Field([], description="One for each citation.")
