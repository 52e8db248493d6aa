"""Who acts in a part of a sentence, who is told, paid or liable, and how a company is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.writing.lexicon import actors, by_ending, find_han, is_chinese, lexicon, pattern, table
from bot.writing.part import DUTY, RIGHT, WE, YOU, Mark, Part

NAME = "ꙮ"  # stands for each character of a name of the company
_REACH = {"zh": 7, "en": 36}  # characters behind a subject within which a verb makes it suffer
_OWN = {"your": YOU, "our": WE, "its": "", "their": ""}
_SHORTEST = 2  # characters of a name at least


@lru_cache(maxsize=2048)
def find_names(text: str) -> frozenset[str]:
    """Return what a company is called in a plain text, lower case: who has rights by a name."""
    return frozenset([*_chinese_names(text), *_english_names(text)])


def _chinese_names(text: str) -> Iterator[str]:
    for kind in ("before_modal", "defined", "title", "suffixed", "agent"):
        for match in pattern("names", kind).finditer(text.lower()):
            name = pattern("names", "leading").sub("", match[1].strip())
            is_role = any(actors(language).fullmatch(name) for language in ("zh", "en"))
            is_ordinary = actors("zh").search(name) or any(ideas for *_, ideas in find_han(name))
            is_proper = pattern("names", "suffix").search(name) or not is_ordinary
            if len(name) >= _SHORTEST and not is_role and is_proper:
                yield name


def _english_names(text: str) -> Iterator[str]:
    for kind in ("english", "by"):
        for match in pattern("names", kind).finditer(text):
            name = match[1].strip().lower()
            words = name.split()
            is_thing = by_ending(words[0]) or words[0] in lexicon().english
            is_role = actors("en").fullmatch(name) or pattern("names", "none").match(name)
            if len(name) > _SHORTEST and not is_role and not (is_thing and len(words) == 1):
                yield name


def names_in_title(title: str) -> frozenset[str]:
    """Return what a company may be called, lower case, by the title of its agreement."""
    title = title.strip("《》 ").lower()
    generic = pattern("names", "generic_en" if title.isascii() else "generic_zh")
    short = generic.sub("", title).strip()
    found = {short, short[:_SHORTEST] if is_chinese(short) else short}
    return frozenset(name for name in found if len(name) >= _SHORTEST)


def mask_names(text: str, names: frozenset[str]) -> str:
    """Return a text with every name of the company as so many marks that stand for it."""
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            text = re.sub(rf"(?<![a-z]){re.escape(name)}(?![a-z])", NAME * len(name), text)
    return text


def read_subject(part: Part, language: str, speaks_at: int) -> list[Mark]:
    """Read who acts in a part; return where its actors are named.

    Args:
        part: The part; its subject is set.
        language: ``zh`` or ``en``.
        speaks_at: Offset of its first modal word: behind it stands no subject.
    """
    mentions = [
        (match.start(), match.end(), match.lastgroup or "")
        for match in actors(language).finditer(part.text)
    ]
    part.named |= {side for *_, side in mentions if side in (YOU, WE)}
    agents = [
        side
        for start, _, side in mentions
        if pattern("subject", "by", language).search(part.text[:start].rstrip())
    ]
    if agents:
        part.subject = agents[0]
        return mentions
    part.subject, behind = _find_subject(part, language, speaks_at, mentions)
    end = min((start for start, *_ in mentions if start > behind), default=None)
    if is_passive(part.text[behind:end], language):
        part.subject = ""
    return mentions


def _find_subject(
    part: Part, language: str, speaks_at: int, mentions: Sequence[Mark]
) -> tuple[str, int]:
    subject, at = "", 0
    for start, end, side in mentions:
        before, behind = part.text[:start].rstrip(), part.text[end:]
        is_late = part.start + start > speaks_at and (subject or language == "en")
        if is_late or behind.startswith(("的", "'s", "之")):
            continue
        is_granted = pattern("subject", "grants", language).search(before)  # "agree that we may"
        if (is_granted or not subject) and _is_subject(before, behind, language):
            subject, at = side, end
    return subject, at


def _is_subject(before: str, behind: str, language: str) -> bool:
    if pattern("subject", "before", language).search(before):
        return True
    is_object = pattern("object", language).search(before)
    return not is_object and pattern("subject", "speaks", language).match(behind) is not None


def is_passive(behind: str, language: str) -> bool:
    """Tell whether what stands behind a subject makes it suffer or get, not do."""
    return pattern("passive", language).search(behind[: _REACH[language]]) is not None


def find_consent(part: Part, language: str, mentions: Sequence[Mark]) -> set[str]:
    """Return whose consent a part speaks of."""
    found = pattern("consent_by", language).finditer(part.text)
    return {_side(match, language, mentions) for match in found} & {YOU, WE}


def find_reached(part: Part, language: str, mentions: Sequence[Mark]) -> Iterator[tuple[str, str]]:
    """Yield who is told, paid, charged or given something, and where the court is: what, who."""
    for what in table()["reached"][language]:
        for match in pattern("reached", language, what).finditer(part.text):
            side = _side(match, language, mentions)
            is_denied = what == "owner" and part.negations
            if side in (YOU, WE) and not is_denied:
                yield what, side


def _side(match: re.Match[str], language: str, mentions: Sequence[Mark]) -> str:
    """Return the side that a match names in its groups, or behind its beginning."""
    words = next((group for group in match.groups() if group), "").strip()
    if words in _OWN:
        return _OWN[words]
    named = actors(language).search(re.sub(r"'s$", "", words))
    if named:
        return named.lastgroup or ""
    begin = match.start()
    near = (side for at, _, side in mentions if begin <= at < begin + len(words) + 2)
    return next(near, "")


def read_liability(part: Part, before: Part | None, language: str) -> None:
    """Read who is said to be liable in a part, and who is said not to be."""
    denied = pattern("liable", "no", language).search(part.text) is not None
    affirmed = not denied and pattern("liable", "yes", language).search(part.text) is not None
    if affirmed and before and before.sentence == part.sentence and language == "zh":
        is_open = pattern("liable", "open").search(before.text)
        denied = is_open is not None and not pattern("liable", "yes", "zh").search(before.text)
    if not (denied or affirmed):
        return
    side = part.subject
    own = pattern("liable", "own").search(part.text)
    if own and not side:
        side = WE if re.search(r"\b(?:our|us)\b", own[0]) else YOU
    part.bears.add((side, denied))


def inherit_subjects(parts: Sequence[Part]) -> None:
    """Let a part without a subject have that of the sentence, or of the head of its list."""
    named: dict[int, set[str]] = {}
    for part in parts:
        named.setdefault(part.sentence, set()).update(part.named)
    subject, weak, sentence = "", "", -1
    for part in parts:
        part.named = named[part.sentence]
        if part.sentence != sentence:
            subject, weak, sentence = "", "", part.sentence
        if not part.subject:
            part.subject = _inherited(part, subject, weak)
        elif part.is_conditional:
            weak = part.subject
        elif part.modals or not pattern("subject", "granting").search(part.text):
            subject = part.subject
        part.bears = {(side or part.subject, denied) for side, denied in part.bears}
        owns = any("own" in act.ideas and act.is_negated is False for act in part.acts)
        if owns and not part.reached and part.subject in (YOU, WE):
            part.reached.add(("owner", part.subject))


def _inherited(part: Part, subject: str, weak: str) -> str:
    """Return the subject of a part that names none.

    Args:
        part: The part.
        subject: That of its sentence so far.
        weak: That of a condition before it, which goes on in Chinese where someone may or must.
    """
    if part.is_conditional or any(is_passive(part.text, language) for language in _REACH):
        return ""
    head = part.head
    is_granting = head is None or pattern("subject", "granting").search(head.text) is not None
    of_head = "" if head is None or is_granting else head.subject
    of_case = weak if part.modals & {DUTY, RIGHT} and part.is_chinese else ""
    return subject or of_case or of_head
