"""Judged questions: whether a clause of a real agreement decides them, and by which words.

One JSON object a line, in ``training/data/judged.jsonl`` and in files like it. The agreements
themselves are not in the repository; a row points into one::

    {"agreement": "en/000_Name.md", "question": "…", "lang": "en", "verdict": "decides",
     "clauses": [{"start": 1458, "end": 1591, "sha256": "263d6a1cad4a67ef"}],
     "deciding": [0, 71], "hand": 11}

``verdict`` is ``decides``, ``related`` (the clause is on the topic and does not decide) or
``silent`` (nothing in the agreement decides; the clauses are those that tempt, where none is named
those that the search finds first). ``deciding`` is
where the words that settle it stand in the first clause; ``hand`` is who wrote the row.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.jsonl import read_value

Verdict = Literal["decides", "related", "silent"]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A clause of an agreement: offsets into its text, and the beginning of its SHA-256."""

    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """One row; see the module."""

    agreement: str
    question: str
    lang: str
    verdict: Verdict
    clauses: tuple[Pointer, ...]
    hand: int
    deciding: tuple[int, int] | None = None

    def is_about(self, start: int, end: int) -> bool:
        """Tell whether a clause at these offsets is one of its clauses, or within or around one."""
        return any(
            (start <= one.start and one.end <= end) or (one.start <= start and end <= one.end)
            for one in self.clauses
        )


def hold_out(rows: Sequence[JudgedQuestion]) -> frozenset[str]:
    """Return the tenth of the agreements that the judge is not trained on."""
    return frozenset(sorted({row.agreement for row in rows})[5::10])


def find_agreement(name: str, folder: Path) -> Path:
    """Return the file of an agreement; those that are bundled are named with their folder."""
    return Path(name) if name.startswith("corpus/") else folder / name


def read_judged(path: Path) -> list[JudgedQuestion]:
    """Return the rows of a file, plain or packed by gzip."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [read_value(JudgedQuestion, json.loads(line)) for line in text.split("\n") if line]
