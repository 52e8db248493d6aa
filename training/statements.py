"""Statements about clauses: whether the quoted words say so, and if not, in what they differ.

One JSON object a line, in ``training/data/statements.jsonl``. The agreements themselves are not
in the repository; a row points into one, as those of ``judged.py`` do::

    {"agreement": "en/000_Name.md", "clause": {"start": 1458, "end": 1791, "sha256": "263d…"},
     "quote": [0, 71], "question": "…", "statement": "…", "lang": "en", "kind": "true", "hand": 1}

``quote`` is where the quoted words stand in the clause; ``kind`` is ``true``, or one of
``CLASSES`` of ``bot/writing/entailment.py``. Rows of the hands 8 to 12 measure and were never
trained on. The statements of ``tests/bot/writing``, which carry their clauses with them, are read
as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.agreement import read_text
from index.files import checksum
from index.text import split_sentences
from training.errors import TrainingError
from training.judged import find_agreement

TRUE = "true"
BLIND = range(8, 13)  # the hands whose rows measure
_TOLD_BY_RULES = {"stitched", "altered", "foreign"}  # of the tests: nothing for a model to learn
_KINDS = {"paraphrase": TRUE, "invented": "added"}  # as the tests name them


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One row; see the module.

    Attributes:
        agreement: Whose clause it is about.
        quote: The whole sentences that the quoted words stand in, behind the clause's lead-in.
        question: What was asked.
        statement: What is said.
        kind: ``true``, or in what it differs.
        hand: Who wrote it; 0 for those of the tests.
    """

    agreement: str
    quote: str
    question: str
    statement: str
    kind: str
    hand: int = 0


def whole_sentences(text: str, start: int, end: int) -> str:
    """Return the sentences of a text that a quote reaches into."""
    spans = [span for span in split_sentences(text) if span[0] < end and start < span[1]]
    return text[spans[0][0] : spans[-1][1]] if spans else text[start:end]


def read_statements(path: Path, agreements: Path) -> list[StatementRow]:
    """Return the rows of a file that a model can learn from.

    Args:
        path: The file.
        agreements: Folder of the agreements that it points into.

    Raises:
        TrainingError: A clause is no longer where a row says.
    """
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        read for row in rows
        for read in (_carried(row) if "evidence" in row else [_pointed(row, agreements)])
    ]  # fmt: skip


def _pointed(row: Mapping[str, Any], agreements: Path) -> StatementRow:
    at = row["clause"]
    file = find_agreement(row["agreement"], agreements)
    text = _text(file)[at["start"] : at["end"]]
    if not checksum(text.encode()).startswith(at["sha256"]):
        raise TrainingError(f"{file}: no such clause at {at['start']} ({row['statement']})")
    return StatementRow(
        row["agreement"],
        whole_sentences(text, *row["quote"]),
        row["question"],
        row["statement"],
        row["kind"],
        row["hand"],
    )


@cache
def _text(file: Path) -> str:
    return read_text(file)


def _carried(row: Mapping[str, Any]) -> Iterator[StatementRow]:
    """Yield a row of the tests, if all its quotes stand in their clauses."""
    if row["kind"] in _TOLD_BY_RULES:
        return
    clauses = {each["reference"]: each for each in row["evidence"]}
    pieces = []
    for quote in row["quotes"]:
        clause = clauses[quote["clause"]]
        start = clause["text"].find(quote["words"])
        if start < 0:
            return
        end = start + len(quote["words"])
        pieces += [clause["lead_in"], whole_sentences(clause["text"], start, end)]
    kind = _KINDS.get(row["kind"], row["kind"])
    agreement = clauses[row["quotes"][0]["clause"]]["agreement"]
    yield StatementRow(
        agreement, " ".join(filter(None, pieces)), row["question"], row["statement"], kind
    )
