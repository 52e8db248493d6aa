"""What the language model is told and given: the words of ``prompts.toml``, and JSON."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.writing.gate import Evidence
from index.agreement import detect_language
from index.text import fold

PROMPTS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("prompts.toml").read_text("utf-8")
)
VERSION: str = PROMPTS["version"]
_REPEATED = {
    "zh": 10,
    "en": 28,
}  # letters in a row, white space aside, that no clause has of a task
SURE = 0.5  # probability from which a clause is said to decide the question

# As LangChain's structured output takes it; every provider's own form is made of this.
SCHEMA: dict[str, Any] = {
    "title": "answer",
    "description": "The statements that answer the question, the direct answer first.",
    "type": "object",
    "additionalProperties": False,
    "required": ["statements"],
    "properties": {
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "quotes"],
                "properties": {
                    "text": {"type": "string", "description": "One sentence."},
                    "quotes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["clause", "words"],
                            "properties": {
                                "clause": {
                                    "type": "string",
                                    "description": "The reference of the clause.",
                                },
                                "words": {
                                    "type": "string",
                                    "description": "Words copied from it exactly.",
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}


def to_messages(
    language: str,
    question: str,
    former: str,
    evidence: Sequence[tuple[str, Evidence, float]],
) -> list[tuple[str, str]]:
    """Return what the model is sent, as pairs of role and words.

    Whatever people or agreements wrote is JSON in the second message, where no word of it can end
    its place and begin one of ours.

    Args:
        language: To answer in, ``zh`` or ``en``.
        question: As asked.
        former: The earlier questions that it hangs on; may be empty.
        evidence: Each clause with its agreement's title before it and the probability, 0..1, that
            it decides the question behind it.
    """
    given = {
        "question": question,
        "earlier": former,
        "clauses": [
            {
                "reference": clause.reference,
                "level": PROMPTS["decides" if sure >= SURE else "may_decide"][language],
                "agreement": title,
                "titles": list(clause.path),
                "lead_in": clause.lead_in,
                "text": clause.text,
                "unofficial_translation": clause.translation or "",
            }
            for title, clause, sure in evidence
        ],
    }
    return [
        ("system", PROMPTS["task"][language].strip()),
        ("human", json.dumps(given, ensure_ascii=False)),
    ]


def repeats_task(text: str) -> bool:
    """Tell whether a text says again what the model was told to do."""
    said = _bare(text)
    length = _REPEATED[detect_language(text)]
    told = "".join(_bare(task) for task in PROMPTS["task"].values())
    return any(said[at : at + length] in told for at in range(len(said) - length + 1))


@lru_cache(maxsize=16)
def _bare(text: str) -> str:
    return "".join(fold(text).lower().split())
