"""Two corpora in; what becomes of each clause out, with the words that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.address import follow
from index.clause import Clause
from index.corpus import Corpus
from index.diff import MOST_WORK, Piece, tell_apart, work_of


class Fate(StrEnum):
    """What becomes of a clause."""

    ADDED = "added"  # its words stood nowhere in the agreement
    DROPPED = "dropped"  # neither its words nor its place are there
    CHANGED = "changed"  # other words stand at its place, and its own nowhere
    MOVED = "moved"  # the same words stand at another place


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What becomes of one clause.

    Attributes:
        change: What.
        before: As it was; None when added.
        after: As it is; None when dropped.
        pieces: Of a changed clause, its words before and after.
    """

    change: Fate
    before: Clause | None
    after: Clause | None
    pieces: tuple[Piece, ...] = ()


def compare(former: Corpus, now: Corpus) -> tuple[ClauseChange, ...]:
    """Return the clauses that are no longer what they were, in the order of the text."""
    left = MOST_WORK  # for all clauses together
    found = []
    names = dict.fromkeys(agreement.id for agreement in (*now.agreements, *former.agreements))
    for name in names:
        before = [clause for clause in former.clauses if clause.agreement == name]
        after = [clause for clause in now.clauses if clause.agreement == name]
        changes = sorted(_changes(before, after), key=lambda change: _place(change).start)
        for change in changes:
            if change.before is None or change.after is None or change.change is Fate.MOVED:
                found.append(change)
                continue
            before_text, after_text = change.before.text, change.after.text
            pieces = tell_apart(before_text, after_text, most=left)
            left = max(0, left - work_of(before_text, after_text))
            found.append(ClauseChange(change.change, change.before, change.after, pieces))
    return tuple(found)


def _changes(before: Sequence[Clause], after: Sequence[Clause]) -> Iterator[ClauseChange]:
    new = {clause.clause_id: clause for clause in after}
    steps = follow(before, after)
    left = new.keys() - set(steps.values())  # words that nobody knows
    for clause in before:
        place = steps[clause.clause_id]
        if not place and clause.clause_id in left:
            yield ClauseChange(Fate.CHANGED, clause, new[clause.clause_id])
        elif not place:
            yield ClauseChange(Fate.DROPPED, clause, None)
        elif place != clause.clause_id:
            yield ClauseChange(Fate.MOVED, clause, new[place])
    changed = {clause.clause_id for clause in before if not steps[clause.clause_id]}
    for clause_id in left - changed:
        yield ClauseChange(Fate.ADDED, None, new[clause_id])


def _place(change: ClauseChange) -> Clause:
    """Return the clause that a change is shown at."""
    clause = change.after or change.before
    if clause is None:
        raise AssertionError("a change is of a clause")
    return clause
