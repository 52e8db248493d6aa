"""Which clauses decide a question, of each agreement; or why none does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answering.answer import SPEAKING, Reason
from bot.answering.question import Question, says_something
from index.search.clause_index import ClauseIndex, Hit, SearchResult
from index.search.ranking import WORDS, logit

RANKED = 20  # clauses kept for naming, whatever the outcome
CITED = 4  # clauses cited at most of one agreement
BESIDE = 0.2  # probability from which a second agreement speaks beside the first
ALIKE = 1.0  # logits of fit below one that decides, within which a clause not read may decide too
NEAR_TOP = 0.4  # logits by which a clause may fall behind the best and still be cited
FAINT = -0.5  # strength, in logits, below which no clause of an agreement is to the point
ON_TOPIC = 0.5  # probability from which a clause that does not decide is on the topic
_NEARLY = 0.5  # share of the bar from which the evidence is weak, where no judge has read
# Cosine to a question that a reviewer found to be left open by the agreement, from which an
# undecided question counts as that one: then, and only then, the agreement "says nothing".
KNOWN_OPEN = 0.65


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question.

    Attributes:
        ranked: The clauses in scope, best first, at most ``RANKED``.
        evidence: Those that decide, best first; their score is the probability that they do.
            Empty means abstain.
        without: Agreements in scope that no clause of decides, in the order of the scope.
        silent: Those of them that are known to say nothing on the question.
        others: How many more agreements decide it as well, those that were not read estimated.
        reason: Why there is no evidence; None when there is.
    """

    ranked: tuple[Hit, ...]
    evidence: tuple[Hit, ...] = ()
    without: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()
    others: int = 0
    reason: Reason | None = None


def select_evidence(index: ClauseIndex, question: Question, answer_above: float) -> Finding:
    """Decide which clauses answer a question, from those of the agreements in scope.

    Args:
        index: Where to look.
        question: What is asked.
        answer_above: Probability, 0..1, from which a clause counts as deciding.
    """
    scope = question.scope
    found = index.find(question.searches)
    if question.is_foreign:
        return Finding(tuple(found.best(RANKED, scope)), reason=Reason.OUT_OF_SCOPE)
    if _shares_no_word(question, found):
        reason = Reason.OUT_OF_SCOPE if says_something(question.text) else Reason.INVALID
        return Finding(tuple(found.best(RANKED, scope)), reason=reason)
    ranked = tuple(found.judged(RANKED, scope))
    best: dict[str, float] = {}  # of each agreement, the surest first
    for hit in ranked:
        if hit.verdict is not None:  # what was not read decides nothing
            best.setdefault(hit.clause.agreement, hit.score)
    bars = dict.fromkeys(best, answer_above if question.names else max(answer_above, BESIDE))
    bars[ranked[0].clause.agreement] = answer_above
    deciding = [name for name, score in best.items() if score >= bars[name]]
    if question.talk is not None:  # nothing is asked, so nothing is decided
        is_near = bool(deciding) or _is_near(found, ranked, answer_above)
        reason = Reason.WEAK_EVIDENCE if is_near else Reason.NOT_FOUND
        return Finding(ranked, without=tuple(scope), reason=reason)
    alike, may_decide = _find_alike(found, scope, best, bars)
    without = tuple(name for name in scope if name not in deciding and name not in alike)
    silent = frozenset(
        name for name in without if name in best and found.features(name).silent >= KNOWN_OPEN
    )
    if not deciding:
        reason = _reason(found, ranked, without, silent, answer_above)
        return Finding(ranked, without=without, silent=silent, reason=reason)
    speaking = deciding[:SPEAKING]
    evidence = [
        hit
        for hit in ranked
        if hit.verdict is not None
        and hit.clause.agreement in speaking
        and hit.score >= answer_above
        and logit(best[hit.clause.agreement]) - logit(hit.score) <= NEAR_TOP
    ]
    is_one_of_many = len(scope) > SPEAKING and not question.names
    most = SPEAKING // len(speaking) if is_one_of_many else CITED
    others = len(deciding) - len(speaking) + may_decide
    chosen = tuple(_choose(index, ranked, evidence, most))
    return Finding(ranked, chosen, without, silent, others)


def _find_alike(
    found: SearchResult, scope: Sequence[str], best: Mapping[str, float], bars: Mapping[str, float]
) -> tuple[set[str], int]:
    """Return the agreements that fit as one that decides does, unread, and how many may decide.

    They do so as often, it is taken, as those like them that were read.

    Args:
        found: The search.
        scope: The agreements that were looked in.
        best: Probability that the best clause of an agreement decides, of those that were read.
        bars: From which it counts.
    """
    fits, names = found.fits, found.index.agreement_of
    sure = [name for name, score in best.items() if score >= max(bars[name], BESIDE)]
    if not sure or len(scope) == len(best):
        return set(), 0
    least = min(float(fits[names == name].max()) for name in sure) - ALIKE
    alike = set(names[fits >= least].tolist()) & set(scope)
    unread = alike - best.keys()
    return unread, round(len(unread) * len(sure) / (len(alike) - len(unread)))


def _choose(
    index: ClauseIndex, ranked: Sequence[Hit], evidence: Sequence[Hit], most: int
) -> Iterator[Hit]:
    """Yield at most ``most`` clauses of an agreement; of a list the best item for its lead-in."""
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for hit in evidence:
        chosen = hit
        if hit.clause.text.rstrip().endswith((":", "：")):
            items = [other for other in ranked if other.clause.parent == hit.clause.clause_id]
            items += [
                Hit(clause, 0.0, at)
                for at, clause in enumerate(index.corpus.clauses)
                if clause.parent == hit.clause.clause_id
            ]
            if items:
                chosen = replace(items[0], score=hit.score)
        name = chosen.clause.agreement
        if chosen.clause.clause_id not in seen and counts[name] < most:
            seen.add(chosen.clause.clause_id)
            counts[name] += 1
            yield chosen


def _shares_no_word(question: Question, found: SearchResult) -> bool:
    """Tell whether no clause in scope has one word of the question.

    That means something only where clauses have renderings, which know both languages' words.
    """
    if found.channels[:, WORDS].any():
        return False
    corpus = found.index.corpus
    return all(
        c.clause_id in corpus.fields for c in corpus.clauses if c.agreement in question.scope
    )


def _reason(
    found: SearchResult,
    ranked: Sequence[Hit],
    without: Sequence[str],
    silent: frozenset[str],
    answer_above: float,
) -> Reason:
    """Tell why no clause decides the question."""
    if silent.issuperset(without):
        return Reason.SILENT
    features = [found.features(name) for name in {hit.clause.agreement for hit in ranked}]
    if all(each.strength < FAINT for each in features):
        return Reason.OUT_OF_SCOPE
    if _is_near(found, ranked, answer_above):
        return Reason.WEAK_EVIDENCE
    is_foreign = all(each.foreign > each.silent for each in features)
    return Reason.OUT_OF_SCOPE if is_foreign else Reason.NOT_FOUND


def _is_near(found: SearchResult, ranked: Sequence[Hit], answer_above: float) -> bool:
    """Tell whether a clause is on the topic."""
    if found.index.embedder.judge is None:
        return ranked[0].score >= _NEARLY * answer_above
    return any(hit.verdict and hit.verdict.topic >= logit(ON_TOPIC) for hit in ranked)
