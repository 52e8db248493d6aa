"""What a clause is searched through, beside its own words: rendering and expected questions.

``<agreement>.views.jsonl`` holds one object a line::

    {"clause_id": "xunzhong/5(3)", "heading": "…", "rendering": "…",
     "gist": {"of": "…", "zh": "…", "en": "…"}, "questions_zh": ["…"], "questions_en": ["…"]}

Renderings are unofficial translations into the other language, a gist is the clause in one
line for whoever reads no further; the agreement's own words are the authority. A gist names the
words that it was written for, so that none stands above a clause that says something else now.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.address import content_key
from index.clause import Clause
from index.errors import CorpusError
from index.jsonl import needed_text, read_objects, text_in, texts_in
from index.numerals import ENGLISH, HAN, read_han
from index.text import normalise


class SearchField(StrEnum):
    """One way in which a clause is looked at by the search."""

    TEXT = "text"
    RENDERING = "rendering"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class ClauseFields:
    """The written fields of one clause; every field may be empty.

    Attributes:
        heading: What it is about, in the other language.
        rendering: Unofficial, into the other language.
        questions: That it is expected to answer.
        gist_zh: The clause in one line, in Chinese, unofficial.
        gist_en: The same in English.
    """

    heading: str = ""
    rendering: str = ""
    questions: tuple[str, ...] = ()
    gist_zh: str = ""
    gist_en: str = ""

    def gist(self, language: str) -> str:
        """Return the clause in one line, in ``zh`` or ``en``; empty where none is written."""
        return self.gist_zh if language == "zh" else self.gist_en


_KEYS = {"clause_id", "heading", "rendering", "gist", "questions_zh", "questions_en"}
_LONGEST = {"zh": 30, "en": 64}  # characters of a gist: one line above the quote
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_HAN = re.compile(f"[{HAN}]+")
_COUNTED = re.compile(f"[{HAN}]+(?=个?(?:工作)?[日天周月年时分倍成元次])")
_WORD = re.compile(r"[a-z]+")


def read_fields(path: Path, clauses: Iterable[Clause]) -> dict[str, ClauseFields]:
    """Read the fields of one agreement's clauses; a missing file means none.

    Returns:
        Fields by clause id; clauses without a line have no entry.

    Raises:
        CorpusError: A line is not such an object, names no clause of the agreement,
            or names one twice; or a gist is of other words or numbers than its clause's.
    """
    if not path.exists():
        return {}
    known = {clause.clause_id: clause for clause in clauses}
    fields: dict[str, ClauseFields] = {}
    for number, row in read_objects(path):
        try:
            clause_id = _clause_id(row, known.keys(), fields)
            gist_zh, gist_en = _gist(row, known[clause_id])
            fields[clause_id] = ClauseFields(
                gist_zh=gist_zh,
                gist_en=gist_en,
                heading=text_in(row, "heading"),
                rendering=text_in(row, "rendering"),
                questions=texts_in(row, "questions_zh") + texts_in(row, "questions_en"),
            )
        except ValueError as error:
            raise CorpusError(str(error), path, number) from error
    return fields


def _clause_id(row: dict[str, Any], known: Collection[str], fields: dict[str, ClauseFields]) -> str:
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise ValueError(f"has unknown keys {unknown}. Known: {sorted(_KEYS)}.")
    clause_id = needed_text(row, "clause_id")
    if clause_id not in known:
        raise ValueError(f"{clause_id!r} is no clause of the agreement.")
    if clause_id in fields:
        raise ValueError(f"{clause_id!r} has a line above already.")
    return clause_id


def _gist(row: dict[str, Any], clause: Clause) -> tuple[str, str]:
    """Return the gist of a clause in both languages; empty where none is written."""
    gist = row.get("gist")
    if gist is None:
        return "", ""
    if not isinstance(gist, dict) or set(gist) != {"of", "zh", "en"}:
        raise ValueError("'gist' must hold 'of', 'zh' and 'en', and nothing beside them.")
    key = content_key(clause)
    if needed_text(gist, "of") != key:
        raise ValueError(
            f"the gist of {clause.clause_id!r} was written for other words than the clause has. "
            f"Read it beside the clause again, mend it, and let its 'of' be {key!r}."
        )
    for language, most in _LONGEST.items():
        text = needed_text(gist, language)
        if len(text) > most:
            raise ValueError(f"the {language} gist has {len(text)} characters, over {most}.")
        strange = sorted(_numbers(text, counted=True) - _numbers(clause.text, counted=False))
        if strange:
            said = ", ".join(f"{number:g}" for number in strange)
            raise ValueError(f"the {language} gist says {said}, which the clause does not.")
    return gist["zh"], gist["en"]


def _numbers(text: str, *, counted: bool) -> set[float]:
    """Return the numbers that a text says; of Chinese ones perhaps such as count something.

    “One” and 一 by itself are mostly no numbers.
    """
    reading = normalise(text)
    han = (_COUNTED if counted else _HAN).findall(reading)
    words = (ENGLISH.get(word, 1) for word in _WORD.findall(reading))
    numbers = {float(found) for found in _DIGITS.findall(reading)}
    return numbers | {float(read_han(found)) for found in han} | {float(n) for n in words if n > 1}
