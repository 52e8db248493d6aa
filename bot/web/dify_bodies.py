"""What Dify's external knowledge API takes and gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.web.api.bodies import Text

Metadata = dict[str, str]


class _Foreign(BaseModel):
    """A part of Dify's body; a later Dify may send more than is known here."""

    model_config = ConfigDict(extra="ignore")


class Condition(_Foreign):
    """A test of a record's metadata. Ours holds words: no number is compared, no date."""

    name: Text | list[Text] = Field(description="A field of the metadata, or several.")
    comparison_operator: Literal[
        "contains",
        "not contains",
        "start with",
        "end with",
        "is",
        "is not",
        "in",
        "not in",
        "empty",
        "not empty",
    ]
    value: Text | list[Text] | None = Field(None, description="None for the tests of emptiness.")

    def holds(self, metadata: Metadata) -> bool:
        """Tell whether the test holds for any of the fields that it names."""
        names = [self.name] if isinstance(self.name, str) else self.name
        return any(self._holds(metadata.get(name, "")) for name in names)

    def _holds(self, found: str) -> bool:
        values = self.value if isinstance(self.value, list) else [self.value or ""]
        match self.comparison_operator:
            case "contains" | "not contains":
                holds = any(value in found for value in values)
            case "start with":
                holds = found.startswith(tuple(values))
            case "end with":
                holds = found.endswith(tuple(values))
            case "empty" | "not empty":
                holds = not found
            case _:
                holds = found in values
        return holds != ("not" in self.comparison_operator.split())


class Conditions(_Foreign):
    """Tests of a record's metadata, joined."""

    logical_operator: Literal["and", "or"] | None = "and"
    conditions: list[Condition] | None = Field(None, max_length=50)

    def hold(self, metadata: Metadata) -> bool:
        """Tell whether a record with this metadata is wanted."""
        tests = [condition.holds(metadata) for condition in self.conditions or ()]
        return not tests or (any(tests) if self.logical_operator == "or" else all(tests))


class RetrievalSetting(_Foreign):
    """How much is wanted."""

    top_k: int | None = Field(None, ge=1, description="Records at most; never more than 10.")
    score_threshold: float | None = Field(None, ge=0, le=1, description="Of a record at least.")


class RetrievalBody(_Foreign):
    """What Dify asks for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "knowledge_id": "xunzhong",
                "query": "How long is data kept after termination?",
                "retrieval_setting": {"top_k": 4, "score_threshold": 0.0},
            }
        }
    )

    knowledge_id: Text = Field(description="Id of an agreement; `*` or `all` for every one.")
    query: Text = Field(description="The question, in Chinese or English.")
    retrieval_setting: RetrievalSetting | None = None
    metadata_condition: Conditions | None = None


class DifyRecord(BaseModel):
    """One clause, as Dify takes it up."""

    content: str = Field(description="The clause word for word.")
    score: float = Field(description="How well it fits the question, 0..1.")
    title: str = Field(description="Agreement and number, in the question's language.")
    metadata: Metadata = Field(
        description="clause_id, agreement, version, address, label, path, cited (yes or no), "
        "the quote of a cited clause, and an unofficial translation; empty where there is none."
    )


class DifyRecords(BaseModel):
    """What an answer rests on; empty where the agreements do not decide the question."""

    records: list[DifyRecord]


class DifyError(BaseModel):
    """An error as Dify numbers it: 1001 no key, 1002 a wrong key, 2001 no such agreement."""

    error_code: int
    error_msg: str
