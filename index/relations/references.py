"""Cross-references read out of the clauses' own words: which clause speaks of which.

A reference leads to the clause that bears the number with its own words, be they only the
lead-in of a list; a number that only a title bears leads to the first clause below the title.
What cannot be looked up, and what refers to a law or another agreement, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.clause import Clause, ClauseKind
from index.relations.mention import Base, Mention, Step, Tokens, to_plain
from index.relations.mentions_en import find_english
from index.relations.mentions_zh import find_chinese
from index.relations.numbering import Numbering

_LONGEST_RANGE = 20  # clauses; Sections 1 to 400 say nothing of any one of them
_LETTERED = ("section", "clause", "paragraph", "point")  # paragraph B stands in the same list


@dataclass(frozen=True, slots=True)
class Reference:
    """One clause that refers to another of the same agreement.

    Attributes:
        clause_id: Of the clause that refers.
        other: Id of the clause referred to.
        start: Offset in the text of the clause that refers, where the words begin.
        end: Offset after the words.
        is_exception: Whether the other is named as an exception: ``except as Section 5 says``.
    """

    clause_id: str
    other: str
    start: int
    end: int
    is_exception: bool


def find_references(clauses: Sequence[Clause]) -> list[Reference]:
    """Return the references between the clauses of one agreement, in the order of its text."""
    numbering = Numbering(clauses)
    found: list[Reference] = []
    for position, clause in enumerate(clauses):
        if clause.kind is ClauseKind.PASSAGE:
            continue
        for mention in find_mentions(clause.text):
            for other in dict.fromkeys(_look_up(mention, position, numbering)):
                if other != position:
                    found.append(
                        Reference(
                            clause.clause_id,
                            clauses[other].clause_id,
                            mention.start,
                            mention.end,
                            mention.is_exception,
                        )
                    )
    return found


def find_mentions(text: str) -> list[Mention]:
    """Return every reference that ``text`` makes, looked up or not."""
    plain = to_plain(text)
    found = [*find_chinese(plain), *find_english(plain)]
    return sorted(found, key=lambda mention: (mention.start, mention.end))


def _look_up(mention: Mention, position: int, numbering: Numbering) -> Iterator[int]:
    """Yield the places of the clauses that are meant."""
    for steps in _each(mention):
        for start in _starts(mention, position, numbering):
            found = _follow(steps, mention.base, start, position, numbering)
            if found is not None:
                yield found


def _each(mention: Mention) -> Iterator[tuple[Step, ...]]:
    """Yield the steps to each clause of a range; those of one clause alone as they are."""
    if not mention.through:
        yield mention.steps
        return
    last = mention.steps[-1]
    for tokens in _range(last.tokens, mention.through):
        yield (*mention.steps[:-1], Step(last.keyword, tokens))


def _range(first: Tokens, last: Tokens) -> list[Tokens]:
    """Return the numbers from one to another of the same list; both alone if it is another."""
    here, there = first[-1], last[-1]
    if len(last) == 1 < len(first):
        last = first[:-1] + last
    is_counted = here.isdecimal() and there.isdecimal()
    is_lettered = len(here) == len(there) == 1 and here.isalpha() and there.isalpha()
    if first[:-1] != last[:-1] or not (is_counted or is_lettered):
        return [first, last]
    low, high = (int(here), int(there)) if is_counted else (ord(here), ord(there))
    if not 0 < high - low < _LONGEST_RANGE:
        return [first, last]
    return [
        (*first[:-1], str(value) if is_counted else chr(value)) for value in range(low, high + 1)
    ]


def _starts(mention: Mention, position: int, numbering: Numbering) -> Iterator[int]:
    """Yield where the steps begin."""
    if mention.base is Base.BEFORE:
        yield from _before(mention, position, numbering)
        return
    start: int | None = position
    if mention.base is Base.ARTICLE:
        start = numbering.around(position)
    elif mention.base is Base.ARTICLE_BEFORE:
        start = numbering.article_before(position)
    if start is not None:
        yield start


def _before(mention: Mention, position: int, numbering: Numbering) -> Iterator[int]:
    """Yield the paragraphs before; one within the same clause is no other clause."""
    if "\n" in numbering.clauses[position].text[: mention.start].lstrip():
        return
    before = numbering.before(position)
    for _ in range(mention.count):
        if before is None:
            return
        yield before
        before = numbering.before(before)


def _follow(
    steps: tuple[Step, ...], base: Base, start: int, near: int, numbering: Numbering
) -> int | None:
    """Return where the steps lead from a start."""
    if base is Base.AGREEMENT:
        tokens: Tokens = ()
        for step in steps:
            tokens += step.tokens
        found = numbering.find(steps[0].keyword, tokens, near, steps[-1].keyword)
        if found is None and steps[0].keyword in _LETTERED and tokens[0].isalpha():
            return numbering.beside(near, steps[0].keyword, tokens)
        if found is not None or len(steps) == 1:
            return found
        inner = _follow(steps[:-1], base, start, near, numbering)
        return None if inner is None else _last_step(inner, steps, near, numbering)
    if base is Base.BESIDE:
        found = numbering.beside(start, steps[0].keyword, steps[0].tokens)
        steps = steps[1:]
    else:
        found = start
    for step in steps:
        if found is None:
            return None
        found = numbering.below(found, step.keyword, step.tokens, near)
    return found


def _last_step(inner: int, steps: tuple[Step, ...], near: int, numbering: Numbering) -> int | None:
    """Return where the last step leads below what the others led to.

    第一条第一款第二项 may also count the items of the article: its only paragraph leads them in.
    """
    last = steps[-1]
    found = numbering.below(inner, last.keyword, last.tokens, near)
    if found is None and steps[-2] == Step("款", ("1",)):
        inner = numbering.article(inner)
        found = numbering.below(inner, last.keyword, last.tokens, near)
    return found
