"""Addresses that last: ``<agreement>@<version>/<label>``, and where a clause's words have gone.

A version is what the agreement's metadata states, or the first digits of its file's SHA-256. When
an agreement is read anew with other words, every clause of the former version is followed to the
clause that now holds the same words, so that an old address still finds them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.agreement import Agreement
from index.clause import Clause
from index.errors import QueryError
from index.files import checksum
from index.numerals import read_han
from index.text import fold

DIGITS = 12  # of the SHA-256 in an address
_FEWEST_DIGITS = 8
_KEPT_VERSIONS = 10  # of one agreement


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the words of one clause of a former version stand now.

    Attributes:
        agreement: Id of the agreement.
        version: Version that it stated then; may be empty.
        sha256: First digits of its file's SHA-256 then.
        old: The clause's id then.
        new: Id of the clause with the same words now; empty if there is none.
    """

    agreement: str
    version: str
    sha256: str
    old: str
    new: str


class Addressed(Protocol):
    """What holds agreements with their clauses, such as a corpus."""

    @property
    def agreements(self) -> tuple[Agreement, ...]: ...  # noqa: D102
    @property
    def clauses(self) -> tuple[Clause, ...]: ...  # noqa: D102
    @property
    def moved(self) -> tuple[Moved, ...]: ...  # noqa: D102


def content_key(clause: Clause) -> str:
    """Return sixteen digits that tell a clause's words, white space and place aside."""
    return checksum("".join(clause.text.split()).encode("utf-8", "replace"))[:16]


def version_of(agreement: Agreement) -> str:
    """Return the version that stands in addresses."""
    return agreement.version or agreement.sha256[:DIGITS]


def address_of(clause: Clause, agreement: Agreement) -> str:
    """Return ``<agreement>@<version>/<label>``."""
    return f"{agreement.id}@{version_of(agreement)}/{label_of(clause)}"


def resolve(address: str, corpus: Addressed) -> str:
    """Return the id of the clause at a versioned address, as it is called now.

    Raises:
        QueryError: It is no such address, or its words stand nowhere any more.
    """
    head, _, label = address.partition("/")
    name, at, version = head.rpartition("@")
    clause_id = f"{name}/{label}"
    agreement = next((found for found in corpus.agreements if found.id == name), None)
    if not at or not version or agreement is None:
        raise QueryError(f"there is no clause {address!r}.")
    if _is_version(version, agreement.version, agreement.sha256):
        return clause_id
    for row in reversed(corpus.moved):
        if row.old == clause_id and _is_version(version, row.version, row.sha256):
            if row.new:
                return row.new
            raise QueryError(f"the words of {address!r} stand in {name} no more.")
    raise QueryError(
        f"there is no clause {address!r}. The index holds version {version_of(agreement)}."
    )


_SIGN = re.compile(r"\d+|[a-z]+|[\u3400-\u9fff]+")
_COUNTED = re.compile(r"第?([零〇一二两三四五六七八九十百千]+)[条款章节项]?")
_WORDS = re.compile(r"\b(?:article|clause|section|sec|art|para|paragraph)\b|[第条款章节项]")


def find_typed(typed: str, clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses whose id is what a person typed, whatever brackets and width it has.

    The agreement may be left out. Only letters and numbers count: ``dahan/12`` is 第十二条,
    ``4.3.11(1)`` is ``4.3.11/1)``.
    """
    reading = fold(typed).lower()
    name, _, label = reading.replace(" ", "/", 1).partition("/")
    own = [clause for clause in clauses if clause.agreement.lower() == name]
    signs = _signs(label if own else reading)
    return [
        clause
        for clause in own or clauses
        if signs and signs in (_signs(clause.label), _signs(label_of(clause)))
    ]


def label_of(clause: Clause) -> str:
    """Return a clause's id without its agreement."""
    return clause.clause_id.removeprefix(f"{clause.agreement}/")


def _signs(label: str) -> tuple[str, ...]:
    """Return the numbers and words of a label, Chinese numbers as digits."""
    reading = _COUNTED.sub(lambda found: f" {read_han(found[1]) or found[0]} ", fold(label).lower())
    return tuple(_SIGN.findall(_WORDS.sub(" ", reading)))


def trace(former: Addressed, corpus: Addressed) -> tuple[Moved, ...]:
    """Return where the clauses of all former versions have gone."""
    now = {agreement.id: agreement for agreement in corpus.agreements}
    before, after = _by_agreement(former.clauses), _by_agreement(corpus.clauses)
    rows: list[Moved] = []
    for agreement in former.agreements:
        current = now.get(agreement.id)
        if current is None:
            continue
        earlier = [row for row in former.moved if row.agreement == agreement.id]
        if current.sha256 != agreement.sha256:
            steps = follow(before[agreement.id], after[agreement.id])
            earlier = [replace(row, new=steps.get(row.new, "")) for row in earlier]
            earlier += [
                Moved(agreement.id, agreement.version, agreement.sha256[:DIGITS], old, new)
                for old, new in steps.items()
            ]
        rows += _newest(row for row in earlier if row.sha256 != current.sha256[:DIGITS])
    return tuple(rows)


def follow(before: Sequence[Clause], after: Sequence[Clause]) -> dict[str, str]:
    """Return, by id before, the id after of the clause with the same words, or an empty text.

    Equal words in several places keep their ids where they can; the others follow in order.
    """
    places: defaultdict[str, list[str]] = defaultdict(list)
    for clause in after:
        places[content_key(clause)].append(clause.clause_id)
    steps: dict[str, str] = {}
    for clause in before:
        same = places[content_key(clause)]
        steps[clause.clause_id] = clause.clause_id if clause.clause_id in same else ""
        if steps[clause.clause_id]:
            same.remove(clause.clause_id)
    for clause in before:
        same = places[content_key(clause)]
        if not steps[clause.clause_id] and same:
            steps[clause.clause_id] = same.pop(0)
    return steps


def _newest(rows: Iterable[Moved]) -> list[Moved]:
    kept = list(rows)
    versions = list(dict.fromkeys(row.sha256 for row in kept))[-_KEPT_VERSIONS:]
    return [row for row in kept if row.sha256 in versions]


def _by_agreement(clauses: Sequence[Clause]) -> defaultdict[str, list[Clause]]:
    found: defaultdict[str, list[Clause]] = defaultdict(list)
    for clause in clauses:
        found[clause.agreement].append(clause)
    return found


def _is_version(wanted: str, stated: str, sha256: str) -> bool:
    is_digits = len(wanted) >= _FEWEST_DIGITS and sha256.startswith(wanted[:DIGITS])
    return wanted == stated or is_digits
