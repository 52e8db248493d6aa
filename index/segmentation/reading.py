"""A reading as a whole → how much of a file it holds, and what is doubtful about it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from index.clause import Clause, ClauseKind
from index.segmentation.doubts import Doubt, Oddity, OddityKind, count_letters, is_loss

LONG_CLAUSE = 3_000  # characters; in a longer one, the parts were hardly recognised
_MOST_IN_ONE = 0.6  # of a text's letters that one clause holds without doubt
_SMALL_TEXT = 600  # letters; a shorter text may well be one numbered clause
_SHOWN = 80


def doubt_reading(
    text: str,
    clauses: Sequence[Clause],
    lost: Iterable[tuple[int, int]],
    known: Iterable[Doubt],
    left_out: Iterable[Doubt],
) -> Iterator[Doubt]:
    """Yield what is doubtful, and what is known already; what is said in a row, once.

    What is ``lost`` is offsets of pieces that nothing holds and nobody set aside; what is
    ``left_out`` is no part of the text.
    """
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    letters = count_letters(text)
    numbers = [clause for clause in clauses if _has_number(clause)]
    lines = {clause.clause_id: bisect_right(starts, clause.label_start) for clause in clauses}
    repeats = [*_repeats(numbers, lines)]
    restarts = {doubt.line for doubt in repeats}
    for doubt in known:
        if doubt.oddity.kind is OddityKind.REPEATS:
            continue
        if doubt.line not in restarts or doubt.oddity.kind not in _RESTARTS:
            yield doubt
    yield from repeats
    yield from _sizes(text, clauses, lines, letters)
    yield from _losses(text, starts, lost, letters)
    yield from _languages(text)
    aside = sum(doubt.oddity.count for doubt in left_out)
    if aside > letters:
        percent = round(100 * aside / (aside + letters))
        yield Doubt(1, Oddity(OddityKind.MOST_ASIDE, "", count=percent))


_COUNTED = re.compile("[•¶]")  # in a label that is made for want of a printed one


def _has_number(clause: Clause) -> bool:
    is_numbered = clause.kind in (ClauseKind.CLAUSE, ClauseKind.ITEM)
    return is_numbered and not _COUNTED.search(clause.label)


_RESTARTS = (OddityKind.STARTS_AGAIN, OddityKind.TWICE)


def _repeats(numbers: Sequence[Clause], lines: dict[str, int]) -> Iterator[Doubt]:
    """Yield a doubt for each row of clauses whose labels stand above already.

    So do those of sections with one label and one title, wherever these stand.
    """
    seen: set[tuple[str, str]] = set()
    row: list[Clause] = []
    for clause in [*numbers, None]:
        if clause is not None:
            name = (clause.label, clause.path[-1] if clause.path else "")
            is_again = "~" in clause.clause_id.rpartition("/")[2] or (name[1] and name in seen)
            seen.add(name)
            if is_again:
                row.append(clause)
                continue
        if row:
            first = row[0]
            oddity = Oddity(OddityKind.REPEATS, first.label, first.clause_id, len(row))
            yield Doubt(lines[first.clause_id], oddity)
        row = []


def _sizes(
    text: str, clauses: Sequence[Clause], lines: dict[str, int], letters: int
) -> Iterator[Doubt]:
    """Yield a doubt for a clause that is too long, or nearly the whole text."""
    for clause in clauses:
        size = count_letters(clause.text)
        is_small = letters <= _SMALL_TEXT
        if len(clauses) == 1:
            has_parts = len(clause.text.splitlines()) > 1 and not _has_number(clause)
            is_most = has_parts or not is_small
        else:
            is_most = size > _MOST_IN_ONE * letters and size > LONG_CLAUSE / 2
        if is_most:
            kind, count = OddityKind.ONE_CLAUSE, round(100 * size / max(letters, 1))
        elif len(clause.text) > LONG_CLAUSE:
            kind, count = OddityKind.LONG_CLAUSE, len(clause.text)
        else:
            continue
        yield Doubt(lines[clause.clause_id], Oddity(kind, clause.label, count=count))


def _losses(
    text: str, starts: Sequence[int], lost: Iterable[tuple[int, int]], letters: int
) -> Iterator[Doubt]:
    """Yield one doubt on the pieces that nothing holds."""
    pieces = [(start, _LINK.sub("]", text[start:end])) for start, end in lost]
    count = sum(count_letters(words) for _, words in pieces)
    if is_loss(count, letters):
        start, words = next(piece for piece in pieces if count_letters(piece[1]))
        oddity = Oddity(OddityKind.LOST, words[:_SHOWN], count=count)
        yield Doubt(bisect_right(starts, start), oddity)


_LINK = re.compile(r"\]\([^)\n]{0,500}\)|https?://\S+|www\.\S+|[^\s@]{1,64}@\S+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_OTHER = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_ENGLISH_WORDS = (
    "the of and to in you or a any for is be that by with we our your this as are will may not on"
    " if it from such at have an can"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FEWEST = 6  # characters of a piece whose language counts
_FEWEST_WORDS = 12  # of a line whose language shows in its small words
_MIXED = {"zh": 0.1, "en": 0.1, "other": 0.1, "latin": 0.25}  # least share of a second language


def _languages(text: str) -> Iterator[Doubt]:
    """Yield a doubt where a second language begins that holds a good part of the text."""
    sizes: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for part in line.split("|"):
            language, size = _language_of(_LINK.sub(" ", part))
            if size >= _FEWEST:
                sizes[language] += size
                first.setdefault(language, (number, part))
    whole = sizes.total()
    for language, size in sizes.most_common()[1:]:
        if size >= _MIXED[language] * whole:
            number, words = first[language]
            yield Doubt(number, Oddity(OddityKind.LANGUAGES, words.strip()[:_SHOWN]))


def _language_of(words: str) -> tuple[str, int]:
    """Return ``zh``, ``en``, ``latin`` for other Latin letters, or ``other``, and how much it is.

    A word in letters counts as much as two Chinese characters.
    """
    han, other = len(_HAN.findall(words)), len(_OTHER.findall(words))
    found = _LATIN.findall(words.lower())
    size = han + other + 2 * len(found)
    if other > han and other > 2 * len(found):
        return "other", size
    if han > 2 * len(found):
        return "zh", size
    is_foreign = sum(word in _ENGLISH for word in found) < 0.15 * len(found)
    return "latin" if is_foreign and len(found) >= _FEWEST_WORDS else "en", size
