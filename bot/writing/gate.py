"""The gate between a language model and the reader: no statement passes that is not quoted.

A statement is held against its clauses in the order of certainty: are the quoted words there,
does it print what only code may print, are its numbers theirs, does it say the same as strongly,
of the same side, on the same terms; and last, where a judge is given, is it to the point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.writing.actors import find_names, names_in_title
from bot.writing.lexicon import lower, pattern
from bot.writing.meaning import Difference, Passage, compare
from bot.writing.numbers import numbers_agree
from bot.writing.quotes import Misquote, Place, find_quote, plain, tell_misquote
from index.clause import Clause, ClauseKind
from index.search.judge import Judge

_JUDGED = 0.0  # logit of "on the topic" below which the judge finds a statement beside the point


class Fault(StrEnum):
    """Why a statement does not pass."""

    NO_QUOTE = "no_quote"  # it rests on nothing
    UNKNOWN_CLAUSE = "unknown_clause"  # on a clause that is not in the evidence
    INVENTED = "invented"  # on words that stand nowhere, or it says what its quotes do not speak of
    STITCHED = "stitched"  # on words from two places, as if they were one
    ALTERED = "altered"  # on words near those of the clause
    FOREIGN = "foreign"  # on another clause's words, or another agreement's
    NUMBER = "number"
    POLARITY = "polarity"
    ACTOR = "actor"
    CONDITION = "condition"
    LABEL = "label"  # it prints a label, a version, a link or markup
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a statement rests on.

    Attributes:
        clause: Reference of the clause, as shown to the model.
        words: The exact words.
    """

    clause: str
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that a model wrote, and what it rests on."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause as shown to the model.

    Attributes:
        reference: What the model calls it: "1", "2" …
        clause_id: Its id in the index.
        agreement: Id of the agreement.
        text: Its words.
        lead_in: Words of the clause that it completes, as an item of a list, or empty.
        path: Titles above it, outermost first.
        translation: An unofficial rendering, or None.
    """

    reference: str
    clause_id: str
    agreement: str
    text: str
    lead_in: str
    path: tuple[str, ...]
    translation: str | None


def check_statement(
    statement: Statement,
    evidence: Mapping[str, Evidence],
    question: str,
    *,
    judge: Judge | None = None,
) -> Fault | None:
    """Return why a statement must not be shown; None where nothing speaks against it.

    Args:
        statement: What the model wrote.
        evidence: The clauses that it was shown, by their reference.
        question: What was asked; its numbers may be said again.
        judge: Reads statement and clauses together, where one is given.
    """
    if any(quote.clause not in evidence for quote in statement.quotes):
        return Fault.UNKNOWN_CLAUSE
    quotes = [(evidence[quote.clause], plain(quote.words)) for quote in statement.quotes]
    places: list[tuple[Evidence, Place]] = []
    for clause, words in quotes:
        place = find_quote(words, _whole(clause), [plain(title) for title in clause.path])
        if place is None:
            return _misquoted(clause, words, evidence)
        places.append((clause, place))
    if not places:
        return Fault.NO_QUOTE
    text, asked = plain(statement.text), plain(question)
    cited = {clause.reference: clause for clause, _ in quotes}
    fault = _check_text(text, asked, [words for _, words in quotes], cited, evidence)
    if fault is not None:
        return fault
    passages = [_passage(clause, places) for clause in cited.values()]
    names = frozenset[str]().union(*map(_names, evidence.values()), find_names(text))
    difference = compare(text, passages, asked, names)
    if difference is None and judge is not None:
        is_right = _is_to_the_point(judge, statement.text, tuple(cited.values()))
        return None if is_right else Fault.JUDGE
    return None if difference is None else _FAULTS[difference]


def _check_text(
    text: str,
    asked: str,
    quotes: Sequence[str],
    cited: Mapping[str, Evidence],
    evidence: Mapping[str, Evidence],
) -> Fault | None:
    """Return what is wrong with the words of a statement, whatever they mean."""
    labels = (match[0] for match in pattern("label", "any").finditer(text))
    if any(not any(label in words for words in quotes) for label in labels):
        return Fault.LABEL
    if _is_of_another(text, asked, cited, evidence):
        return Fault.FOREIGN
    return None if numbers_agree(text, quotes, asked) else Fault.NUMBER


_FAULTS = {
    Difference.POLARITY: Fault.POLARITY,
    Difference.ACTOR: Fault.ACTOR,
    Difference.CONDITION: Fault.CONDITION,
    Difference.INVENTED: Fault.INVENTED,
}
_MISQUOTES = {
    Misquote.INVENTED: Fault.INVENTED,
    Misquote.STITCHED: Fault.STITCHED,
    Misquote.ALTERED: Fault.ALTERED,
    Misquote.FOREIGN: Fault.FOREIGN,
}


def _whole(clause: Evidence) -> str:
    """Return a clause behind its lead-in, plain."""
    return plain(f"{clause.lead_in}\n{clause.text}" if clause.lead_in else clause.text)


def _misquoted(clause: Evidence, words: str, evidence: Mapping[str, Evidence]) -> Fault:
    def all_of(one: Evidence) -> str:
        return "\n".join((*map(plain, one.path), _whole(one)))

    others = [all_of(one) for one in evidence.values() if one is not clause]
    return _MISQUOTES[tell_misquote(words, all_of(clause), others)]


def _passage(clause: Evidence, places: list[tuple[Evidence, Place]]) -> Passage:
    own = [place for one, place in places if one is clause]
    return Passage(
        _whole(clause),
        tuple((place.start, place.end) for place in own if not place.title),
        tuple(place.title for place in own if place.title),
    )


def _names(clause: Evidence) -> frozenset[str]:
    found = find_names(_whole(clause)).union(*(find_names(plain(title)) for title in clause.path))
    return found | names_in_title(clause.agreement)


def _is_of_another(
    text: str, asked: str, cited: Mapping[str, Evidence], evidence: Mapping[str, Evidence]
) -> bool:
    """Tell whether a statement names an agreement of the evidence that it does not quote."""
    agreements = {clause.agreement for clause in cited.values()}
    own = "\n".join(
        lower(
            "\n".join(
                (
                    clause.agreement,
                    *clause.path,
                    clause.lead_in,
                    clause.text,
                    clause.translation or "",
                )
            )
        )
        for clause in evidence.values()
        if clause.agreement in agreements
    )
    own_names = frozenset[str]().union(
        *(_names(clause) for clause in evidence.values() if clause.agreement in agreements)
    )
    read, question = lower(text), lower(asked)
    others = frozenset[str]().union(
        *(_names(clause) for clause in evidence.values() if clause.agreement not in agreements)
    )
    for name in others - own_names:
        if name in own or len(name) < 2:
            continue
        if name in read or (name in question and not any(each in question for each in own_names)):
            return True
    return False


def _is_to_the_point(judge: Judge, text: str, clauses: tuple[Evidence, ...]) -> bool:
    read = judge.read(text, [_as_clause(clause) for clause in clauses])
    return max(verdict.topic for verdict in read) >= _JUDGED


def _as_clause(clause: Evidence) -> Clause:
    return Clause(
        clause_id=clause.clause_id,
        agreement=clause.agreement,
        label="",
        path=clause.path,
        kind=ClauseKind.CLAUSE,
        level=1,
        text=clause.text,
        start=0,
        end=len(clause.text),
        label_start=0,
        lead_in=clause.lead_in,
    )
