"""What the bodies of requests and answers are made by, and the answer that every face gives out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.json_schema import WithJsonSchema

from bot.answering.answer import Answer, Outcome, Reason, Related, Writing


def _check_writable(text: str) -> str:
    """Refuse what JSON can spell but UTF-8 cannot write, so that every answer can be sent."""
    text.encode()  # raises a ValueError for a lone surrogate
    return text


Text = Annotated[str, AfterValidator(_check_writable)]
Language = Literal["zh", "en"]
Rounded = Annotated[float, AfterValidator(lambda number: round(number, 4))]
Time = Annotated[  # with its offset spelled out, as some answers have always had it
    datetime,
    PlainSerializer(datetime.isoformat, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
ANSWER_ID = r"^[A-Za-z0-9_-]{1,64}$"
CLAUSE = "xunzhong/5(3)"
CLAUSE_TEXT = (
    "除法定及本协议另行约定外，云通讯自本协议终止之日起7日后，将不再为您保留数据，"
    "您应知悉并自行承担其数据被销毁后引发的一切后果。"
)


class Body(BaseModel):
    """What a request brings; what is not known of it is refused."""

    model_config = ConfigDict(extra="forbid")


class Object(BaseModel):
    """What is given out, made of our own values.

    A value of which everything may be seen stands in an object as it is: the description of the
    API takes what its docstring says of its attributes.
    """

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def made_of(cls, value: object, **given: object) -> Self:
        """Return it with the fields given, and each other one as the value has it by that name."""
        own = {name: getattr(value, name) for name in cls.model_fields if name not in given}
        return cls.model_validate(own | given)


class CitationObject(Object):
    """A clause that decides the question; ``text[start:end]`` is ``quote``."""

    clause_id: str = Field(examples=[CLAUSE])
    confidence: Rounded = Field(
        description="Calibrated probability, 0..1, that the clause decides the question.",
        examples=[0.97],
    )
    agreement: str = Field(examples=["xunzhong"])
    label: str = Field(description="Its number as printed.", examples=["5（3）"])
    path: tuple[str, ...] = Field(
        description="Titles above it, outermost first.", examples=[["5、 数据的保存、销毁与下载"]]
    )
    quote: str = Field(
        description="The deciding words, word for word.", examples=[CLAUSE_TEXT[16:38]]
    )
    start: int = Field(
        description="Offset of the quote in the text, in Unicode code points.", examples=[16]
    )
    end: int = Field(description="Offset after the quote.", examples=[38])
    text: str = Field(description="The clause word for word.", examples=[CLAUSE_TEXT])
    translation: str | None = Field(description="Unofficial rendering, if there is one.")
    quote_translation: str | None = Field(description="The part of it that renders the quote.")
    lead_in: str = Field(
        description="What the list says before its items, where the clause is one; else empty."
    )
    gist: str = Field(
        description="The clause in one line, unofficial, in the language of the answer; empty "
        "where none is written.",
        examples=["协议终止7日后不再保留；法定或另有约定的除外"],
    )


class RetrievedObject(Object):
    """A clause that the search brought up, cited or not."""

    clause_id: str = Field(examples=[CLAUSE])
    agreement: str = Field(examples=["xunzhong"])
    label: str = Field(examples=["5（3）"])
    score: Rounded = Field(description="0..1, higher is nearer.", examples=[0.93])
    text: str = Field(examples=[CLAUSE_TEXT])


class AnswerObject(Object):
    """The answer to one question."""

    model_config = ConfigDict(extra="allow")

    id: str | None = Field(
        None,
        exclude_if=lambda given: given is None,
        description="As it was sent with the question; else absent.",
    )
    question: str = Field(examples=["How long is data kept after termination?"])
    language: Language
    outcome: Outcome
    reason: Reason | None = Field(description="Why it was abstained; null when answered.")
    answer: str = Field(description="What a person reads, in the language of the question.")
    opening: str = Field(
        description="The first sentence of the answer where one holds for all citations: that "
        "both agreements have a clause on it. Mostly empty."
    )
    remarks: tuple[str, ...] = Field(
        description="The sentences of the answer beside the citations: in which agreements nothing "
        "was found, how many more decide it and which is meant, or why it was abstained."
    )
    prose: str = Field(
        description="What of the answer a language model wrote, every sentence held against the "
        "citations; empty where none did."
    )
    writer: Writing | None = Field(
        description="The language model that was asked to write; null where none was, or it failed."
    )
    citations: list[CitationObject] = Field(
        description="The deciding clause first; empty exactly when abstained."
    )
    retrieved: list[RetrievedObject] = Field(description="Up to 10, best first.")
    related: tuple[Related, ...] = Field(description="To be read beside the citations.")
    ms: float = Field(description="How long it took, in milliseconds.")
    generation: str = Field(description="Of the index that it is from.")
    answer_id: str = Field(
        description="Under which its record is kept; empty where none is.",
        examples=["J0k2b3gT5mQ8sW1xZr4vYA"],
    )

    @classmethod
    def of(cls, answer: Answer, answer_id: str = "", asked_id: str | None = None) -> Self:
        """Return an answer as every face gives it out.

        Args:
            answer: What was found.
            answer_id: Of its record.
            asked_id: The asker's own name for the question; None for none.
        """
        return cls.made_of(
            answer,
            id=asked_id,
            answer=answer.text,
            ms=round(answer.milliseconds, 2),
            answer_id=answer_id,
        )
