"""What a sentence of an agreement says, part by part: who, how strongly, what, and on what terms.

A part is what stands between two commas, or between a comma and a new modal word or condition.
Of each is read who its subject is, which modal words it holds, which acts it speaks of and
whether they are denied, and what it depends on. The words for that stand in ``meaning.toml``,
Chinese beside English: two parts in two languages are read into the same values.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from bot.writing.actors import (
    find_consent,
    find_reached,
    inherit_subjects,
    mask_names,
    read_liability,
    read_subject,
)
from bot.writing.lexicon import (
    conditions,
    find_ideas,
    language_of,
    lexicon,
    lower,
    marks,
    pattern,
    words_of,
)
from bot.writing.part import (
    CONSENT,
    EXCEPT,
    NO_DUTY,
    NOT,
    POSSIBLE,
    PROHIBITED,
    SPEAKING,
    WEAK,
    Act,
    Mark,
    Part,
)

_MODALS = SPEAKING | {POSSIBLE, "long"}  # kinds of marks that say how a part speaks
_EMPTY = {"", "and", "or", "however", "then", "also"}  # no part of their own
_AHEAD = 40  # characters behind "without" within which consent is what is missing


def read_parts(text: str, names: frozenset[str] = frozenset()) -> tuple[Part, ...]:
    """Return the parts of a plain text, in their order; offsets are those of ``lower(text)``.

    Args:
        text: The words, plain.
        names: What the company is called beside the words for it, lower case.
    """
    read = lower(text)
    return _read(read, frozenset(name for name in names if name in read))


@lru_cache(maxsize=1024)
def _read(text: str, names: frozenset[str]) -> tuple[Part, ...]:
    text = mask_names(text, names)
    language = language_of(text)
    parts = tuple(_cut(text, language))
    own, ideas = _find_marks(text, parts, language)
    for number, part in enumerate(parts):
        if part.head is not None:
            part.head = _ruling(part.head, parts)
        before = parts[number - 1] if number else None
        _read_part(part, before, text, sorted(own[number]), ideas, language)
    _govern(parts, language)
    inherit_subjects(parts)
    return parts


def _find_marks(
    text: str, parts: Sequence[Part], language: str
) -> tuple[list[list[Mark]], dict[int, frozenset[str]]]:
    """Return the marks of each part, and of every act its ideas by where it begins.

    Things and conditions are noted in the parts.
    """
    starts = [part.start for part in parts]
    own: list[list[Mark]] = [[] for _ in parts]
    ideas: dict[int, frozenset[str]] = {}

    def number_at(offset: int) -> int:
        return max(bisect_right(starts, offset) - 1, 0)

    if not parts:
        return own, ideas
    for match in marks(language).finditer(text):
        start, end = match.span()
        own[number_at(start)].append((start, end, match.lastgroup or ""))
    for start, end, found in find_ideas(text, language):
        parts[number_at(start)].things |= found - lexicon().acts
        if found & lexicon().acts:
            own[number_at(start)].append((start, end, ""))
            ideas[start] = found & lexicon().acts
    for match in conditions(language).finditer(text):
        if match.lastgroup != "none":
            kind = match.lastgroup or ""
            parts[number_at(match.start())].conditions.append((kind, match.start()))
    return own, ideas


def _cut(text: str, language: str) -> Iterator[Part]:
    sentence, start, head = 0, 0, None
    for match in [*pattern("cut", language).finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        if piece.strip() not in _EMPTY:
            begin = start + len(piece) - len(piece.lstrip())
            part = Part(begin, end, text[begin:end], sentence, head=head)
            yield part
            if match and match["head"]:
                head = part
        if match is None:
            return
        if match["end"]:
            sentence += 1
            if "。" in match["end"] or "." in match["end"]:
                head = None
        start = match.end()


def _ruling(head: Part, parts: Sequence[Part]) -> Part:
    """Return the part before a list that says what holds of its items."""
    if head.is_conditional and not head.acts:
        return head  # "unless:"
    before = [part for part in parts if part.sentence == head.sentence and part.start <= head.start]
    return next((part for part in reversed(before) if part.modals), head)


def _read_part(
    part: Part,
    before: Part | None,
    text: str,
    own: Sequence[Mark],
    ideas: dict[int, frozenset[str]],
    language: str,
) -> None:
    """Read a part by its marks, in their order.

    Args:
        part: The part.
        before: The part before it, or None.
        text: The whole text.
        own: The marks that stand in the part.
        ideas: Of every act, by where it begins.
        language: ``zh`` or ``en``.
    """
    speaks_at = min((start for start, _, kind in own if kind in _MODALS), default=part.end)
    mentions = read_subject(part, language, speaks_at)
    part.is_conditional = _is_condition(part, own, language)
    if before is not None and _continues(part, before, own):
        part.continues = before
    part.consent_by = find_consent(part, language, mentions)
    _Acts(part, text, ideas, language).read(own)
    if CONSENT in part.own_kinds() or (part.consent_by and part.conditions):
        is_turned = EXCEPT in part.own_kinds()  # "unless you agree"
        agreeing = (act for act in part.acts if "agree" in act.ideas)
        part.lacks_consent = {bool(act.is_negated) != is_turned for act in agreeing}
    part.reached.update(find_reached(part, language, mentions))
    read_liability(part, before, language)
    part.words = words_of(_without_modals(part, own, text), language)


def _continues(part: Part, before: Part, own: Sequence[Mark]) -> bool:
    """Tell whether a part goes on with the list of acts of the one before it."""
    if part.sentence != before.sentence or part.subject or not own:
        return False
    if part.is_conditional or before.is_conditional or part.text.startswith(("包括", "includ")):
        return False
    start, _, kind = own[0]
    connected = pattern("joins", "connects").match(part.text)
    opening = len(connected[0]) if connected else 0
    is_silent = not any(kind in _MODALS for *_, kind in own)
    return is_silent and kind == "" and start - part.start <= opening + 1


class _Acts:
    """The acts of one part, and how far what denies them reaches.

    A long denial reaches the next act and those listed with it; of what follows in the same
    part it is not known whether it is denied. A short one reaches the next act alone.
    """

    def __init__(
        self, part: Part, text: str, ideas: dict[int, frozenset[str]], language: str
    ) -> None:
        self._part, self._text, self._ideas = part, text, ideas
        self._is_chinese = language == "zh"
        self._is_long = part.continues.carries if part.continues else False
        if part.continues is None and part.head is not None:
            self._is_long = PROHIBITED in part.head.modals
        self._short: bool | None = False  # None where the next act may be denied or not
        self._is_missing = False  # behind "without"
        self._ended = -1  # where the last act ends
        self._reached = -1  # where the last act ends that the long denial has reached

    def read(self, own: Sequence[Mark]) -> None:
        """Read the acts and modal words of the part from its marks."""
        for start, end, kind in own:
            if kind == "":
                self._act(start, end)
            elif kind in ("either", "short", "without", "denies"):
                self._deny_shortly(kind, start)
            elif kind == "reset":
                self._is_long = False
            elif kind == "long":
                self._deny(start, end)
            elif kind != "limit":
                self._speak(start, end, kind)
        self._part.carries = self._is_long

    def _act(self, start: int, end: int) -> None:
        text, part = self._text, self._part
        listed = pattern("joins", "lists").match(text[self._reached : start])
        is_reached = self._reached < 0 or listed is not None
        ahead = text[end : min(end + _AHEAD, part.end)]
        waits = self._is_missing and pattern("joins", "consent_ahead").search(ahead) is not None
        negated = self._short
        if self._is_missing:
            negated = None if waits else True
        elif self._is_long and self._short is not None:
            negated = (not self._short) if is_reached else None
        if self._is_long and is_reached:
            self._reached = end
        part.acts.append(Act(self._ideas[start], negated))
        self._short, self._is_missing, self._ended = False, waits, end

    def _deny_shortly(self, kind: str, start: int) -> None:
        if kind == "either":  # "with or without"
            self._short = None
            return
        if kind == "short":
            self._short = not self._short
        self._is_missing = self._is_missing or kind == "without"
        if kind == "denies" or (kind == "short" and self._is_chinese):
            self._part.modals.add(NOT)
        self._part.negations.append(start)

    def _deny(self, start: int, end: int) -> None:
        word, acts = self._text[start:end], self._part.acts
        if word == "no" and acts and self._text[self._ended : start].isspace():
            acts[-1] = Act(acts[-1].ideas, is_negated=True)  # "claims no ownership"
        self._is_long, self._reached = word == "nor" or not self._is_long, -1
        self._part.modals.add(NOT)
        self._part.negations.append(start)

    def _speak(self, start: int, end: int, kind: str) -> None:
        part, text = self._part, self._text
        part.modals.add(kind)
        self._is_long, self._reached = kind in (PROHIBITED, NO_DUTY), -1
        if self._is_long:
            part.negations.append(start)
        is_behind = pattern("joins", "bans_before").search(text[start:end]) and part.acts
        goes_on = pattern("joins", "ban_goes_on").match(text[end : part.end])
        if kind == PROHIBITED and is_behind and not goes_on:  # "selling accounts is prohibited"
            part.acts[:] = [Act(act.ideas, not act.is_negated) for act in part.acts]
            self._is_long = False


def _without_modals(part: Part, own: Sequence[Mark], text: str) -> str:
    """Return what a part speaks of, its modal words left out."""
    pieces, at = [], part.start
    for start, end, kind in own:
        if kind and start >= at:
            pieces.append(text[at:start])
            at = end
    return " ".join([*pieces, text[at : part.end]])


def _is_condition(part: Part, own: Sequence[Mark], language: str) -> bool:
    """Tell whether a part is nothing but a condition."""
    if not pattern("is_condition", language).search(part.text):
        return False
    is_speaking = any(kind in SPEAKING for *_, kind in own)
    if is_speaking and part.subject and not pattern("is_condition", "opens").match(part.text):
        return False
    if part.head is not None and not part.conditions:
        return False  # an item of a list
    return bool(part.conditions) or not is_speaking


def _govern(parts: Sequence[Part], language: str) -> None:
    """Give every part the conditions that the other parts of its sentence put to it."""
    for part, after in pairwise(parts):
        is_case = part.acts and not part.modals - {NOT} and not part.is_conditional
        is_same = language == "zh" and after.sentence == part.sentence
        if is_case and is_same and after.modals & SPEAKING:
            # "cancelling thrice, the platform may": a case that no word says
            part.conditions.append((WEAK, part.start))
            part.is_conditional = part.subject == ""
    for part in parts:
        if part.head is not None and part.head.is_conditional and EXCEPT in part.head.own_kinds():
            part.is_conditional = True
    for _, sentence in groupby(parts, key=lambda part: part.sentence):
        _govern_sentence(list(sentence), language)
    for part in parts:
        if part.head is not None:
            part.governed_by.append(part.head)


def _govern_sentence(sentence: Sequence[Part], language: str) -> None:
    for before, part in pairwise(sentence):
        goes_on = before.is_conditional and part.text.startswith(("且", "并", "或", "and ", "or "))
        may_depend = bool(part.conditions) or language == "en"
        if goes_on and may_depend and not part.modals & SPEAKING:
            part.is_conditional = True
    common: set[bool] = set().union(*(part.lacks_consent for part in sentence))
    current: list[Part] = []  # conditions that hold of what follows
    group: list[Part] = []  # parts that stand under them
    for part in sentence:
        if not part.is_conditional:
            _stand_under(part, current, group)
            group.append(part)
        elif group and _is_trailing(part, sentence, language):
            _depend(group, part)
        else:
            if group:
                current, group = [], []
            _add_term(part, current)
    for part in sentence:
        part.lacks_consent = part.lacks_consent or common


def _stand_under(part: Part, current: Sequence[Part], group: Sequence[Part]) -> None:
    """Put a part under the conditions before it, and those before it under its proviso."""
    if pattern("is_condition", "proviso").match(part.text) and part.conditions:
        _depend(group, part)
    part.governed_by += current
    lacking: set[bool] = set().union(*(term.lacks_consent for term in current))
    part.lacks_consent = part.lacks_consent or lacking


def _add_term(part: Part, current: list[Part]) -> None:
    is_turned = any(EXCEPT in before.own_kinds() for before in current)
    if is_turned and EXCEPT not in part.own_kinds():  # "unless …, and we agree"
        part.lacks_consent = {not lacks for lacks in part.lacks_consent}
    current.append(part)


def _depend(group: Sequence[Part], term: Part) -> None:
    for part in group:
        part.governed_by.append(term)
        if term.is_conditional:
            part.lacks_consent = part.lacks_consent | term.lacks_consent


def _is_trailing(part: Part, sentence: Sequence[Part], language: str) -> bool:
    """Tell whether a condition speaks of what stands before it."""
    opens = pattern("opens", language).match(part.text) is not None
    if language == "en" or pattern("is_condition", "excepted").search(part.text):
        return opens or language == "zh"
    if part.text.startswith("除非"):
        return not any(other.text.startswith("否则") for other in sentence)
    return opens and (part is sentence[-1] or part.text.startswith(("但", "前提")))
