"""What the language model is told and given: the words of ``prompts.toml``, and JSON."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.writing.gate import Evidence

PROMPTS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("prompts.toml").read_text("utf-8")
)
VERSION: str = PROMPTS["version"]
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
