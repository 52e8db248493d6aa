"""Clauses in the making, and how they get their labels, ids and lead-ins."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.clause import Clause, ClauseKind
from index.segmentation.oddity import Oddity, OddityKind


@dataclass(slots=True)
class Draft:
    """A clause whose end, id and lead-in are not settled yet.

    Attributes:
        label: As printed, composed with its parents.
        path: Titles above.
        kind: What it is.
        level: Depth of its numbering.
        label_start: Offset of its label.
        start: Offset of its first word, or -1 while only its label was seen.
        end: Offset after its last word.
        line: Number of its first line.
        parent: Place of the clause it stands under among the drafts, or -1.
        group: Label of the part it stands in, to tell repeated labels apart.
        is_numbered: Whether some printed number is part of its label.
    """

    label: str
    path: tuple[str, ...]
    kind: ClauseKind
    level: int
    label_start: int
    start: int
    end: int
    line: int
    parent: int
    group: str = ""
    is_numbered: bool = True


_ENDS = {"前言": "preamble", "Preamble": "preamble", "结语": "closing", "Closing": "closing"}
_WORD = re.compile(r"[^\W_]+")
_TWO_NUMBERS = re.compile(r"(?<=\d)\s+(?=\d)")
_ENCLOSED = re.compile("[①-⑳⓪❶-➓]")
_LONGEST_LEAD_IN = 1000  # Every item of a list carries it, so it may not grow with the text.


def join_label(number: str, printed: str, *, dotted: bool) -> str:
    """Return a label below a number: ``5`` and ``（3）``, ``4.3.11`` and ``1)``, ``1`` and ``a.``.

    Args:
        number: What labels below the parent begin with; empty at the top.
        printed: The label's own sign.
        dotted: Whether a dot or comma follows it in print.
    """
    if not number or not printed[0].isalnum() or not number[-1].isalnum():
        return number + printed
    if unicodedata.category(printed[0]) == "No":
        return number + printed
    if dotted:
        return f"{number}.{printed}"
    blank = " " if number[-1].isdecimal() == printed[0].isdecimal() else ""
    return number + blank + printed


def identify(label: str) -> str:
    """Return a label in the form it has in an id.

    Half-width, without white space; a blank between two numbers becomes ``/`` (``4.3.11/1)``), and
    an enclosed number is bracketed, so that 1① is not 11.
    """
    bracketed = _ENCLOSED.sub(lambda found: f"({unicodedata.normalize('NFKC', found[0])})", label)
    plain = _TWO_NUMBERS.sub("/", unicodedata.normalize("NFKC", bracketed))
    return "".join(plain.split())


def finish(
    drafts: Sequence[Draft], text: str, agreement: str
) -> tuple[tuple[Clause, ...], list[tuple[int, Oddity]]]:
    """Return the clauses of the drafts that hold words, and doubts with their lines."""
    _tell_apart(drafts)
    ids, doubts = _name(drafts, agreement)
    clauses = []
    for draft, clause_id in zip(drafts, ids, strict=True):
        if draft.start < 0:
            continue
        above = drafts[draft.parent] if draft.parent >= 0 else None
        lead_in = ""
        if above is not None and above.start >= 0 and draft.kind is ClauseKind.ITEM:
            lead_in = text[max(above.start, above.end - _LONGEST_LEAD_IN) : above.end]
        parent = ids[draft.parent] if above is not None and above.start >= 0 else ""
        clauses.append(
            Clause(
                clause_id=clause_id,
                agreement=agreement,
                label=draft.label,
                path=draft.path,
                kind=draft.kind,
                level=max(draft.level, 1),
                text=text[draft.start : draft.end],
                start=draft.start,
                end=draft.end,
                label_start=draft.label_start,
                lead_in=lead_in,
                parent=parent,
            )
        )
    return tuple(clauses), doubts


def _tell_apart(drafts: Sequence[Draft]) -> None:
    """Put the name of the part before numbers that begin anew in every part."""
    parts: dict[str, set[str]] = {}
    for draft in drafts:
        if (
            draft.start >= 0
            and draft.is_numbered
            and not draft.label.startswith(draft.group or "\0")
        ):
            parts.setdefault(draft.label, set()).add(draft.group)
    if not any(len(groups) > 1 for groups in parts.values()):
        return
    for draft in drafts:
        if draft.group and draft.is_numbered and not draft.label.startswith(draft.group):
            draft.label = f"{draft.group} {draft.label}"


def _name(drafts: Sequence[Draft], agreement: str) -> tuple[list[str], list[tuple[int, Oddity]]]:
    """Return one id a draft, all different, and doubts on labels that repeat."""
    seen = Counter(draft.label for draft in drafts if draft.start >= 0)
    used: set[str] = set()
    again: Counter[str] = Counter()
    ids: list[str] = []
    doubts: list[tuple[int, Oddity]] = []
    for draft in drafts:
        tail = _ENDS.get(draft.label) or identify(draft.label)
        if not draft.is_numbered or seen[draft.label] > 1:
            slug = "/".join(_slug(title) for title in draft.path[-3:])
            tail = f"{slug}/{tail}" if slug else tail
        clause_id = name = f"{agreement}/{tail}"
        if draft.start < 0:
            ids.append("")
            continue
        while clause_id in used:
            again[name] += 1
            clause_id = f"{name}~{again[name] + 1}"
        if clause_id != name and draft.is_numbered:
            doubts.append((draft.line, Oddity(OddityKind.REPEATS, draft.label, clause_id)))
        used.add(clause_id)
        ids.append(clause_id)
    return ids, doubts


@functools.lru_cache(maxsize=1024)
def _slug(title: str) -> str:
    return "-".join(_WORD.findall(unicodedata.normalize("NFKC", title).lower()))[:48]
