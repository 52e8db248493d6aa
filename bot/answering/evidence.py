"""A question and the index in, the clauses good enough to answer from out, per agreement."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from bot.answering.answer import Reason
from bot.answering.question import Question
from index.search.clause_index import ClauseIndex, Hit, SearchResult
from index.search.ranking import WORDS, AnswerFeatures

RANKED = 20  # clauses kept for naming, whatever the outcome
CITED = 4  # clauses cited at most of one agreement
BESIDE = 0.35  # probability from which a second agreement speaks beside the first
WITHOUT_PERIOD = 0.9  # the same where a length of time is asked for and its best clause has none
FAINT = -0.5  # strength, in logits, below which no clause of an agreement is to the point
NEAR_TOP = 0.37  # logits by which a clause may fall behind the best and still be cited
_NEARLY = 0.5  # share of the bar from which the evidence is weak rather than absent


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause with the probability, 0..1, that its agreement answers the question."""

    hit: Hit
    probability: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question.

    Attributes:
        ranked: The clauses in scope, best first, at most ``RANKED``.
        evidence: Those that answer, best first; empty means abstain.
        silent: Agreements in scope without evidence, in the order of the scope.
        reason: Why there is no evidence; None when there is.
    """

    ranked: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    silent: tuple[str, ...]
    reason: Reason | None


def select_evidence(index: ClauseIndex, question: Question, answer_above: float) -> Finding:
    """Decide which clauses answer a question, from those of the agreements in scope.

    Args:
        index: Where to look.
        question: What is asked.
        answer_above: Probability, 0..1, from which an agreement counts as answering.
    """
    scope = question.scope
    found = index.find(question.searches)
    ranked = tuple(found.best(RANKED, scope))
    if question.is_foreign:
        return Finding(ranked, (), (), Reason.OUT_OF_SCOPE)
    if _shares_no_word(question, found):
        return Finding(ranked, (), (), Reason.INVALID)
    features = {name: found.features(name) for name in scope}
    likely = {name: found.probability(name, features[name]) for name in scope}
    first = max(likely, key=likely.__getitem__)
    beside = answer_above if question.names else max(answer_above, BESIDE)
    bars = {name: answer_above if name == first else beside for name in scope}
    bars |= {name: max(bars[name], WITHOUT_PERIOD) for name in scope if features[name].no_period}
    answering = [name for name in scope if likely[name] >= bars[name]]
    if not answering:
        reached = likely[first] / max(bars[first], 1e-9)
        reason = Reason.SILENT if features[first].no_period else _reason(features.values(), reached)
        return Finding(ranked, (), scope, reason)
    evidence = [Evidence(hit, likely[name]) for name in answering for hit in _deciding(found, name)]
    evidence.sort(key=lambda item: -item.hit.score)
    silent = tuple(name for name in scope if name not in answering)
    return Finding(ranked, tuple(evidence), silent, None)


def _deciding(found: SearchResult, agreement: str) -> list[Hit]:
    """Return an agreement's best clause and those that are nearly as good."""
    hits = found.best(CITED, (agreement,))
    return [hit for hit in hits if logit(hits[0].score) - logit(hit.score) <= NEAR_TOP]


def _shares_no_word(question: Question, found: SearchResult) -> bool:
    """Tell whether no clause holds a word of the question, though all have written fields.

    A bare clause holds words of one language alone, and may answer in the other.
    """
    if found.channels[:, WORDS].any():
        return False
    corpus = found.index.corpus
    in_scope = (c.clause_id for c in corpus.clauses if c.agreement in question.scope)
    return all(clause_id in corpus.fields for clause_id in in_scope)


def _reason(features: Collection[AnswerFeatures], reached: float) -> Reason:
    """Tell why nothing was found good enough; ``reached`` is the share of the bar."""
    if all(sign.strength < FAINT for sign in features):
        return Reason.OUT_OF_SCOPE
    if reached >= _NEARLY:
        return Reason.WEAK_EVIDENCE
    is_foreign = all(sign.foreign > sign.silent for sign in features)
    return Reason.OUT_OF_SCOPE if is_foreign else Reason.SILENT


def logit(probability: float) -> float:
    """Return the log-odds of a probability strictly between 0 and 1."""
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
