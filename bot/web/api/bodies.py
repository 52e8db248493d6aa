"""What the API takes and gives, as its description at ``/openapi.json`` says it.

Bodies that come in are checked by these; what goes out is built by the program, and these
only describe it, so that no answer is checked twice.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _check_writable(text: str) -> str:
    """Refuse what JSON can spell but UTF-8 cannot write, so that every answer can be sent."""
    text.encode()  # raises a ValueError for a lone surrogate
    return text


Text = Annotated[str, AfterValidator(_check_writable)]
ANSWER_ID = r"^[A-Za-z0-9_-]{1,64}$"
_CLAUSE = "xunzhong/5(3)"
_CLAUSE_TEXT = (
    "除法定及本协议另行约定外，云通讯自本协议终止之日起7日后，将不再为您保留数据，"
    "您应知悉并自行承担其数据被销毁后引发的一切后果。"
)


class AskBody(BaseModel):
    """A question as a program asks it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "question": "How long is data kept after termination?",
                "agreement": "xunzhong",
            }
        },
    )

    question: Text = Field(description="In Chinese or English.")
    agreement: Text | None = Field(None, description="Id of the one agreement to answer from.")
    history: list[Text] = Field([], max_length=50, description="Earlier questions, oldest first.")
    id: Text | None = Field(None, max_length=200, description="Given back with the answer.")


class CitationObject(BaseModel):
    """A clause that decides the question; ``text[start:end]`` is ``quote``."""

    clause_id: str = Field(examples=[_CLAUSE])
    agreement: str = Field(examples=["xunzhong"])
    label: str = Field(description="Its number as printed.", examples=["5（3）"])
    path: list[str] = Field(
        description="Titles above it, outermost first.", examples=[["5、 数据的保存、销毁与下载"]]
    )
    quote: str = Field(
        description="The deciding words, word for word.", examples=[_CLAUSE_TEXT[16:38]]
    )
    start: int = Field(
        description="Offset of the quote in the text, in Unicode code points.", examples=[16]
    )
    end: int = Field(description="Offset after the quote.", examples=[38])
    text: str = Field(description="The clause word for word.", examples=[_CLAUSE_TEXT])
    translation: str | None = Field(description="Unofficial rendering, if there is one.")
    quote_translation: str | None = Field(description="The part of it that renders the quote.")


class RetrievedObject(BaseModel):
    """A clause that the search brought up, cited or not."""

    clause_id: str = Field(examples=[_CLAUSE])
    agreement: str = Field(examples=["xunzhong"])
    label: str = Field(examples=["5（3）"])
    score: float = Field(description="0..1, higher is nearer.", examples=[0.93])
    text: str = Field(examples=[_CLAUSE_TEXT])


class RelatedObject(BaseModel):
    """A clause to be read beside a citation; it does not decide the question."""

    clause_id: str
    agreement: str
    label: str
    path: list[str]
    text: str
    kind: Literal["disagrees", "exception", "same", "refers_to", "referred_by"] = Field(
        description="What it is to the citation."
    )
    note: str = Field(description="What that means here, in the language of the answer.")
    of: str = Field(description="Id of the citation's clause.")


class AnswerObject(BaseModel):
    """The answer to one question."""

    model_config = ConfigDict(extra="allow")

    id: str | None = Field(None, description="As it was sent with the question; else absent.")
    question: str = Field(examples=["How long is data kept after termination?"])
    language: Literal["zh", "en"]
    outcome: Literal["answered", "abstained"]
    reason: Literal["silent", "out_of_scope", "weak_evidence", "invalid"] | None = Field(
        description="Why it was abstained; null when answered."
    )
    answer: str = Field(description="What a person reads, in the language of the question.")
    remarks: list[str] = Field(
        description="The sentences of the answer beside the citations: which agreements are "
        "silent, or why it was abstained."
    )
    citations: list[CitationObject] = Field(
        description="The deciding clause first; empty exactly when abstained."
    )
    retrieved: list[RetrievedObject] = Field(description="Up to 10, best first.")
    related: list[RelatedObject] = Field(description="To be read beside the citations.")
    ms: float = Field(description="How long it took, in milliseconds.")
    generation: str = Field(description="Of the index that it is from.")
    answer_id: str = Field(
        description="Under which its record is kept; empty where none is.",
        examples=["J0k2b3gT5mQ8sW1xZr4vYA"],
    )


class HitObject(RetrievedObject):
    """A clause that a search found."""

    path: list[str]


class FoundObject(BaseModel):
    """What a search found, best first."""

    generation: str
    hits: list[HitObject]


class ClauseObject(BaseModel):
    """One clause."""

    clause_id: str = Field(examples=[_CLAUSE])
    address: str = Field(
        description="Finds these very words as long as the agreement holds them.",
        examples=["xunzhong@2023-11-08/5(3)"],
    )
    agreement: str
    label: str
    path: list[str]
    level: int = Field(description="1 for the outermost.")
    text: str
    start: int = Field(description="Offset of the text in the agreement, in code points.")
    end: int
    translation: str | None = Field(description="Unofficial rendering, if there is one.")


class AgreementObject(BaseModel):
    """One agreement."""

    id: str = Field(examples=["xunzhong"])
    title: str
    title_en: str
    party: str
    party_en: str
    language: Literal["zh", "en"]
    version: str
    source: str
    sha256: str = Field(description="Of the file, hexadecimal.")
    clause_count: int


class AgreementsObject(BaseModel):
    """All agreements that are answered from."""

    generation: str
    agreements: list[AgreementObject]


class WholeAgreementObject(AgreementObject):
    """One agreement with its clauses, in their order."""

    generation: str
    clauses: list[ClauseObject]


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


class CitationStatusObject(BaseModel):
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
    standings: list[CitationStatusObject] = Field([], description="One for each citation.")
