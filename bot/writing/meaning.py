"""Whether a statement says what its quotes say: as strongly, of the same side, on the same terms.

Every part of the statement is laid beside the parts of the quoted sentences that speak of the
same acts and things, in whichever language, and the two are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.writing.lexicon import lexicon, lower, pattern
from bot.writing.numbers import find_quantities
from bot.writing.part import (
    BOTH,
    CONSENT,
    DUTY,
    EXCEPT,
    IF,
    NO_DUTY,
    NOT,
    ONLY,
    POSSIBLE,
    PROHIBITED,
    PROVIDED,
    RIGHT,
    STRONG,
    THIRD,
    WE,
    WEAK,
    WILL,
    YOU,
    Act,
    Part,
)
from bot.writing.reading import read_parts

# What a quote may say where a statement says so; a quote without modal words says PLAIN.
PLAIN = "plain"
_RESTS_ON = {
    RIGHT: {RIGHT, POSSIBLE, PLAIN, NO_DUTY},
    POSSIBLE: {RIGHT, POSSIBLE, PLAIN},
    DUTY: {DUTY, WILL, PLAIN},
    PROHIBITED: {PROHIBITED, NOT},
    NO_DUTY: {NO_DUTY, NOT},
}
# What a statement may say where its quote depends on something.
_SAYS = {
    EXCEPT: {EXCEPT, CONSENT, ONLY, PROVIDED},
    CONSENT: {CONSENT, EXCEPT},
    PROVIDED: {PROVIDED, IF, ONLY, EXCEPT, CONSENT},
    ONLY: {ONLY, EXCEPT, PROVIDED, CONSENT},
    IF: {IF, EXCEPT, PROVIDED, ONLY, WEAK, CONSENT},
}
_ALIKE = 0.85  # share of the best likeness from which a part of a quote is meant as well
_CLEAR = 0.5  # share of a part's words from which it is sure what it speaks of
_WORDY = 3  # words, or pairs of characters, from which a part says something of its own
_ASKED = 0.5  # share of a condition from which a question puts the case itself
_SLIGHT = 1.0  # likeness from which a part of the same sort is meant, be another liker
_LANGUAGES = ("zh", "en")
_LEAST_SHARED = 0.3  # share of a statement's ideas that its quotes and question speak of


class Difference(StrEnum):
    """In what a statement differs from its quotes."""

    POLARITY = "polarity"
    ACTOR = "actor"
    CONDITION = "condition"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause and what of it is quoted.

    Attributes:
        text: The clause behind its lead-in, plain.
        quoted: (start, end) of the quotes in it, in characters of ``text``.
        titles: Titles that are quoted themselves, plain.
    """

    text: str
    quoted: tuple[tuple[int, int], ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rest:
    """A part that is quoted, and the offsets that the quotes reach over."""

    part: Part
    quoted: tuple[tuple[int, int], ...]

    def holds(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self.quoted)


def compare(
    statement: str, passages: Sequence[Passage], question: str, names: frozenset[str]
) -> Difference | None:
    """Return in what a statement differs from what it rests on; None if in nothing found.

    Args:
        statement: The statement, plain.
        passages: The clauses that it quotes.
        question: The question, plain.
        names: What the company is called, lower case.
    """
    answer, statement = _take_answer(statement)
    said = read_parts(statement, names)
    rests = [rest for passage in passages for rest in _quoted_parts(passage, names)]
    asked = read_parts(question, names)
    if not said or not rests or not _is_about(said, rests, asked):
        return Difference.INVENTED
    pairs = [(part, _meant(part, rests)) for part in said]
    if answer and _contradicts_itself(said, question):
        return Difference.POLARITY
    for part, meant in pairs:
        if _turns_round(part, meant, said) or not _is_as_strong(part, meant, rests, said):
            return Difference.POLARITY
        if _is_other_side(part, meant):
            return Difference.ACTOR
    if _brushes_aside(statement, passages, rests):
        return Difference.CONDITION
    return _lost_terms(pairs, said, asked)


def _take_answer(statement: str) -> tuple[bool | None, str]:
    """Return whether a statement opens with yes or no, and what follows."""
    read = lower(statement)
    for word, means in (("yes", True), ("no", False)):
        match = pattern("answer", word).match(read)
        if match:
            return means, read[match.end() :]
    return None, read


def _quoted_parts(passage: Passage, names: frozenset[str]) -> Iterator[_Rest]:
    """Yield the parts that the quotes reach into, with the head of a list before them."""
    for title in passage.titles:
        for part in read_parts(title, names):
            yield _Rest(part, ((0, part.end),))
    spans = tuple(
        (len(lower(passage.text[:start])), len(lower(passage.text[:end])))
        for start, end in passage.quoted
    )
    parts = read_parts(passage.text, names) if spans else ()
    quoted = [part for part in parts if any(_overlap(part, span) > 1 for span in spans)]
    heads = [part.head for part in quoted if part.head is not None]
    yield from (_Rest(part, spans) for part in quoted)
    for part in parts:  # what leads into a list is shown with its items
        leads = any(part.sentence == head.sentence and part.start <= head.start for head in heads)
        if leads and part not in quoted and (part.modals or part.bears or part.conditions):
            yield _Rest(part, ((0, len(passage.text) * 2),))


def _overlap(part: Part, span: tuple[int, int]) -> int:
    """Return how many characters of a part a span covers."""
    return min(part.end, span[1]) - max(part.start, span[0])


def _is_about(said: Sequence[Part], rests: Sequence[_Rest], asked: Sequence[Part]) -> bool:
    """Tell whether a statement speaks of what its quotes speak of, and promises nothing else."""
    quoted: set[str] = set().union(*(rest.part.ideas for rest in rests))
    known = quoted.union(*(part.ideas for part in asked))
    for act in (act for part in said for act in part.acts):
        if act.ideas <= lexicon().promises and not act.ideas & known:
            return False
    if any(_is_strange(part, rests, asked) for part in said):
        return False
    tokens = [act.ideas for part in said for act in part.acts]
    tokens += [frozenset([thing]) for part in said for thing in part.things]
    words = set().union(*(part.words for part in said))
    own = set().union(*(rest.part.words for rest in rests))
    shared = sum(bool(token & quoted) for token in tokens) / max(len(tokens), 1)
    numbers = [one for part in said for one in find_quantities(part.text)]
    counted = [one for rest in rests for one in find_quantities(rest.part.text)]
    return (
        not tokens
        or max(shared, len(words & own) / max(len(words), 1)) >= _LEAST_SHARED
        or any(one.agrees(other) for one in numbers for other in counted)
    )


def _is_strange(part: Part, rests: Sequence[_Rest], asked: Sequence[Part]) -> bool:
    """Tell whether a part shares no word or idea with any quote in its language."""
    others = [*(rest.part for rest in rests), *asked]
    if any(rest.part.is_chinese != part.is_chinese for rest in rests) or part.is_conditional:
        return False
    if len(part.words) < _WORDY:
        return False
    return not any(part.words & other.words or part.ideas & other.ideas for other in others)


def _meant(part: Part, rests: Sequence[_Rest]) -> list[_Rest]:
    """Return the quoted parts that a part of the statement speaks of, the likest first."""
    scored = sorted(
        ((_likeness(part, rest.part), at) for at, rest in enumerate(rests)), reverse=True
    )
    alike = [each for each in scored if rests[each[1]].part.is_conditional == part.is_conditional]
    if alike and alike[0][0] > _SLIGHT:
        scored = alike
    best = scored[0][0]
    if best <= 0:
        return [rest for rest in rests if not rest.part.is_conditional] or list(rests)
    return [rests[at] for score, at in scored if score >= _ALIKE * best]


def _likeness(part: Part, other: Part) -> float:
    acts = [act.ideas for act in other.acts]
    score = 2.0 * sum(any(act.ideas & ideas for ideas in acts) for act in part.acts)
    score += len(part.things & other.things)
    score += 3.0 * len(part.words & other.words) / max(len(part.words), 1)
    if part.bears and other.bears:
        score += 2
    mine, others = find_quantities(part.text), find_quantities(other.text)
    score += sum(any(one.agrees(each) for each in others) for one in mine)
    if score and part.is_conditional == other.is_conditional:
        score += 0.5
    return score


def _turns_round(part: Part, meant: Sequence[_Rest], said: Sequence[Part]) -> bool:
    """Tell whether a part denies what its quotes affirm, or affirms what they deny."""
    if part.bears or part.is_conditional:
        return False
    weighed = [act for act in part.acts if "agree" not in act.ideas]
    if not weighed and any(_is_consent_turned(part, rest.part) for rest in meant):
        return True
    alike = [same for act in part.acts if (same := _is_alike(act, part, meant, said)) is not None]
    if False in alike and any(_denies(rest.part) != _denies(part) for rest in meant):
        return True
    if True in alike or not (part.acts or part.modals):
        return False
    shared = len(part.words & meant[0].part.words) / max(len(part.words), 1)
    is_clear = shared >= _CLEAR and not _says_reverse_of_any(part, meant, said)
    return is_clear and all(_denies(rest.part) != _denies(part) for rest in meant)


def _is_alike(act: Act, part: Part, meant: Sequence[_Rest], said: Sequence[Part]) -> bool | None:
    """Tell whether an act is denied as its quotes deny it; None where that is not known."""
    is_both = any(act.ideas & o.ideas and act.is_negated != o.is_negated for o in part.acts)
    is_consent = "agree" in act.ideas and part.lacks_consent  # weighed with what depends on it
    if act.is_negated is None or is_both or is_consent or act.ideas <= lexicon().light:
        return None
    found = [
        (act.is_negated != other.is_negated, rest.part)
        for rest in meant
        for other in rest.part.acts
        if act.ideas & other.ideas and not (rest.part.bears and "bear" in other.ideas)
        if other.is_negated is not None
    ]
    if not found:
        return None
    return any(
        is_turned == _is_consent_turned(part, other)
        or (is_turned and _says_the_reverse(part, other, said))
        for is_turned, other in found
    )


def _denies(part: Part) -> bool:
    return bool(part.modals & {NOT, PROHIBITED, NO_DUTY})


def _says_reverse_of_any(part: Part, meant: Sequence[_Rest], said: Sequence[Part]) -> bool:
    return any(
        _says_the_reverse(part, rest.part, said) or _is_consent_turned(part, rest.part)
        for rest in meant
    )


def _is_consent_turned(part: Part, other: Part) -> bool:
    """Tell whether one speaks of consent that is given, the other of consent that is missing."""
    mine, theirs = part.lacks_consent, other.lacks_consent
    return bool(mine and theirs and not mine & theirs)


def _says_the_reverse(part: Part, other: Part, said: Sequence[Part]) -> bool:
    """Tell whether a turned act comes to the same: never without consent, only with consent."""
    mine = part.kinds().union(*(each.kinds() for each in said))
    others = other.kinds()
    return (ONLY in mine and bool(others & {EXCEPT, CONSENT, PROVIDED, ONLY})) or (
        ONLY in others and bool(mine & {EXCEPT, CONSENT, PROVIDED, NOT, ONLY})
    )


def _is_as_strong(
    part: Part, meant: Sequence[_Rest], rests: Sequence[_Rest], said: Sequence[Part]
) -> bool:
    """Tell whether the modal words of a part rest on those of its quotes."""
    if part.is_conditional:
        return True
    quoted: set[str] = set()
    for rest in (*meant, *(rest for rest in rests if _speaks_of_same(part, rest.part))):
        quoted |= rest.part.stance or {PLAIN}
    if part.bears and any(rest.part.bears for rest in meant):
        return True
    for modal in part.modals & _RESTS_ON.keys():
        if not _RESTS_ON[modal] & quoted:
            if modal in (RIGHT, DUTY) and any(
                _says_the_reverse(part, rest.part, said) or _is_consent_turned(part, rest.part)
                for rest in meant
            ):
                continue
            if modal in (PROHIBITED, NO_DUTY) and any(
                _says_the_reverse(part, rest.part, said) or rest.part.negations for rest in meant
            ):
                continue
            return False
    return True


def _speaks_of_same(part: Part, other: Part) -> bool:
    """Tell whether two parts speak of one act, denied in both or in none."""
    return any(
        act.ideas & theirs.ideas and act.is_negated == theirs.is_negated
        for act in part.acts
        for theirs in other.acts
    )


_OTHER = {YOU: WE, WE: YOU}


def _is_other_side(part: Part, meant: Sequence[_Rest]) -> bool:
    """Tell whether a part lays on one side what its quotes lay on the other."""
    if _bears_otherwise(part, meant):
        return True
    quoted = [rest.part for rest in meant]
    if part.subject in _OTHER and not part.bears and not part.is_conditional:
        subjects = {other.subject for other in quoted if not other.bears} - {""}
        named = set().union(*(other.named for other in quoted))
        if subjects and part.subject not in subjects and not subjects & {BOTH, THIRD}:
            return True
        owes = any(DUTY in other.modals and other.is_chinese for other in quoted)
        if owes and not subjects and named == {_OTHER[part.subject]}:
            return True
    theirs = set().union(*(other.consent_by for other in quoted))
    if part.consent_by and theirs and not part.consent_by & theirs:
        return True
    reached = set().union(*(other.reached for other in quoted))
    return any(
        (what, side) not in reached and (what, _OTHER[side]) in reached
        for what, side in part.reached
    )


def _bears_otherwise(part: Part, meant: Sequence[_Rest]) -> bool:
    quoted = {_borne(each) for rest in meant for each in rest.part.bears}
    mine = {_borne(each) for each in part.bears}
    if not mine or not quoted:
        return False
    if all(side in _OTHER for side, _ in mine | quoted):
        return not mine & quoted
    return not {denied for _, denied in part.bears} & {
        denied for rest in meant for _, denied in rest.part.bears
    }


def _borne(bears: tuple[str, bool]) -> tuple[str, bool]:
    """Return liability as seen from one side: that we are not liable is that you are."""
    side, denied = bears
    return (YOU, not denied) if side == WE else (side, denied)


def _brushes_aside(statement: str, passages: Sequence[Passage], rests: Sequence[_Rest]) -> bool:
    """Tell whether a statement says "whatever happens" where its quotes make a condition."""
    if not any(rest.part.kinds() - {WEAK} for rest in rests):
        return False
    texts = [lower(passage.text) for passage in passages]
    return any(
        pattern("whatever", language).search(statement) for language in _LANGUAGES
    ) and not any(
        pattern("whatever", language).search(text) for language in _LANGUAGES for text in texts
    )


def _lost_terms(
    pairs: Sequence[tuple[Part, list[_Rest]]], said: Sequence[Part], asked: Sequence[Part]
) -> Difference | None:
    """Tell whether a condition or a negation is in the sentence, but not in statement or quote."""
    spoken = [part for part in said if part.conditions]
    for part, meant in pairs:
        if part.is_conditional or not meant:
            continue
        rest = meant[0]
        terms = [term for term in rest.part.terms() if not _is_asked(term, asked)]
        if not _says_all(terms, spoken):
            return Difference.CONDITION
        for term in rest.part.terms():
            in_head = rest.part.head is not None and term.start <= rest.part.head.start
            is_quoted = in_head or all(
                rest.holds(at) for kind, at in term.conditions if kind in STRONG
            )
            if not is_quoted:
                return Difference.CONDITION
        if any(not rest.holds(at) for at in rest.part.negations):
            return Difference.POLARITY
    return None


def _is_asked(term: Part, asked: Sequence[Part]) -> bool:
    """Tell whether a question puts the case itself: "what if my app hogs the system?"."""
    if term.own_kinds() & STRONG:
        return False
    ideas: set[str] = set().union(*(part.ideas for part in asked))
    words: set[str] = set().union(*(part.words for part in asked))
    tokens = [act.ideas for act in term.acts] + [frozenset([thing]) for thing in term.things]
    shared = sum(bool(token & ideas) for token in tokens) / max(len(tokens), 1)
    return max(shared, len(term.words & words) / max(len(term.words), 1)) >= _ASKED


def _says_all(terms: Sequence[Part], spoken: Sequence[Part]) -> bool:
    """Tell whether each condition of a quote is said by a part of the statement of its own."""
    free = list(spoken)
    for term in sorted(terms, key=lambda term: not term.own_kinds() & STRONG):
        wanted = term.own_kinds() - {WEAK}
        strong = wanted & STRONG
        if not wanted:
            continue
        if not strong:  # one "if" may say several
            return any(_SAYS[IF] & part.own_kinds() for part in free)
        if not all(any(_SAYS[kind] & part.own_kinds() for part in free) for kind in strong):
            return False
        found = next(part for part in free if any(_SAYS[k] & part.own_kinds() for k in strong))
        if (
            not pattern("joins", "said_together").search(found.text)
            and len(found.own_kinds() - {WEAK}) < _MANY
        ):
            free.remove(found)
    return True


_MANY = 2  # kinds of conditions from which a part says more than one


def _contradicts_itself(said: Sequence[Part], question: str) -> bool:
    """Tell whether a yes is followed by a denial, where it is asked what is allowed."""
    main = next((part for part in said if not part.is_conditional and part.modals), None)
    if main is None or not pattern("asks", "leave").search(lower(question)):
        return False
    return bool(main.modals & {NOT, PROHIBITED}) and not main.modals & {RIGHT, ONLY}
