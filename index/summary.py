"""A folder of files → how each was read, the most doubtful first, as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.agreement import Agreement, read_agreement
from index.corpus import take_apart
from index.editions import join_editions
from index.errors import CorpusError
from index.outline import Sums, first_words, percent, sum_up
from index.report import is_agreement, is_silent, why_unread

_COLUMNS = 80
_NAME = 44  # columns of a file's name
_HEAD = f"{'doubts':>7}{'clauses':>9}{'read':>9}{'aside':>9}  file"
_INDENT = " " * 9


@dataclass(frozen=True, slots=True)
class FileSummary:
    """How one file was read.

    Attributes:
        name: Of the file.
        sums: What was found in it; None where it cannot be read.
        problem: Why it cannot be read; else empty.
        agreement: What was read; None where it cannot be.
        notes: What is to be said of it among the others, such as whose former edition it is.
    """

    name: str
    sums: Sums | None = None
    problem: str = ""
    agreement: Agreement | None = None
    notes: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, str]:
        """By this the most doubtful comes first: what cannot be read, then by weight."""
        return (-self.sums.weight if self.sums else -(10**9), self.name)


def summarise(
    corpus: Path, on_file: Callable[[str], object] = lambda name: None
) -> tuple[FileSummary, ...]:
    """Return how each file of a folder was read, the most doubtful first.

    After each file ``on_file`` is called with its name.

    Raises:
        CorpusError: There is no such folder.
    """
    found = []
    for path in list_files(corpus):
        found.append(_summarise(path))
        on_file(path.name)
    by_id = {one.agreement.id: one.agreement for one in found if one.agreement}
    _, notes = join_editions(list(by_id.values()))
    told = (
        replace(one, notes=tuple(map(str, notes.get(one.agreement.id, ()))))
        if one.agreement
        else one
        for one in found
    )
    return tuple(sorted(told, key=lambda one: one.rank))


def list_files(corpus: Path) -> list[Path]:
    """List the files of a folder that are, or may be meant as, agreements.

    Raises:
        CorpusError: There is no such folder.
    """
    if not corpus.is_dir():
        raise CorpusError("no such corpus folder. Name a folder of agreement files.", corpus)
    return sorted(path for path in corpus.iterdir() if not is_silent(path))


def _summarise(path: Path) -> FileSummary:
    if not is_agreement(path):
        return FileSummary(path.name, problem=str(why_unread(path)))
    try:
        agreement = read_agreement(path)
        found = take_apart(agreement, path)
    except CorpusError as error:
        problem = str(error).replace(f"{path.parent}/", "").removeprefix(f"{path.name}: ")
        return FileSummary(path.name, problem=problem)
    sums = sum_up(agreement.text, found, agreement.letters)
    return FileSummary(path.name, sums, agreement=agreement)


def summary_lines(found: tuple[FileSummary, ...]) -> Iterator[str]:
    """Yield a table that is at most 80 columns wide, and its sums."""
    yield _HEAD
    for one in found:
        sums, name = one.sums, first_words(one.name, _NAME)
        if sums is None:
            yield f"{'not read':>34}  {name}"
            yield from _wrapped(one.problem)
        else:
            yield (
                f"{sums.doubts.total():>7}{sums.clauses:>9}"
                f"{percent(sums.read):>9}{percent(sums.aside):>9}  {name}"
            )
            kinds = (f"{kind.value.replace('_', ' ')} {n}" for kind, n in sums.doubts.most_common())
            yield from _wrapped(", ".join(kinds))
            yield from (line for note in one.notes for line in _wrapped(note))
    unread = sum(one.sums is None for one in found)
    doubtful = sum(one.sums is not None and bool(one.sums.doubts) for one in found)
    yield ""
    yield f"files {len(found)}, not read {unread}, with doubts {doubtful}"


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(
        words, _COLUMNS, initial_indent=_INDENT, subsequent_indent=_INDENT, break_on_hyphens=False
    )
