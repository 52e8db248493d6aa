"""A copy of a corpus folder, in which a change is tried before anything happens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.desk.agreements.library_errors import naming_the_path
from index.address import trace
from index.builder import read_anew, stored_corpus
from index.corpus import Corpus, find_files, read_corpus, sources_of
from index.errors import CorpusError
from index.report import FileReading

_PREFIX = "staging-"


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy of a corpus folder.

    Attributes:
        path: Where the copy is.
        corpus: The folder that it is a copy of.
        sources: SHA-256 of each file as it was copied, by name.
        stored: What the index holds of the corpus; None if it holds none of it.
        before: What the files say; ``stored`` itself where it was made of them.
    """

    path: Path
    corpus: Path
    sources: Mapping[str, str]
    stored: Corpus | None
    before: Corpus

    def write(self, files: Mapping[str, bytes | None]) -> None:
        """Change files of the copy; None removes one."""
        for name, data in files.items():
            if data is None:
                (self.path / name).unlink(missing_ok=True)
            else:
                (self.path / name).write_bytes(data)

    def read(self, known: Corpus) -> tuple[Corpus, tuple[FileReading, ...]]:
        """Return the corpus as it would be, and what became of its files.

        What is ``known`` is not parsed again, and stands in for a bad file.
        """
        readings: list[FileReading] = []
        found = read_corpus(self.path, former=known, report=readings.append)
        moved = trace(self.stored or self.before, found)
        return replace(found, path=self.corpus, moved=moved), tuple(readings)

    def problems(self, readings: Iterable[FileReading]) -> tuple[str, ...]:
        """Return what is wrong with which files."""
        notes = (note for one in readings if one.is_problem for note in one.notes)
        return tuple(self.at_home(str(note)) for note in notes)

    def at_home(self, words: str) -> str:
        """Return an error's words with the folder that was copied in place of the copy."""
        return words.replace(str(self.path), str(self.corpus))


@contextmanager
def staged(corpus: Path, index: Path, folder: Path) -> Iterator[Staged]:
    """Copy a corpus folder into ``folder`` for a while; ``index`` holds what is served of it.

    Raises:
        CorpusError: It cannot be read; names the file where it is at home.
        LibraryError: It cannot be copied.
    """
    if not corpus.is_dir():
        raise CorpusError("is no folder, so nothing can be added. Make one of agreements.", corpus)
    with naming_the_path(folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    try:
        with naming_the_path(corpus):
            for file in find_files(corpus):
                shutil.copyfile(file, path / file.name)
        stored, sources = stored_corpus(index, corpus), sources_of(path)
        before = stored
        if before is None or before.sources != sources:
            before = read_anew(path, stored, lambda _: None)
        with naming_the_path(folder):
            yield Staged(path, corpus, sources, stored, before)
    except CorpusError as error:
        raise _at_home(error, path, corpus) from error
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _at_home(error: CorpusError, copy: Path, corpus: Path) -> CorpusError:
    """Return an error of a copy as one of the folder that was copied."""
    file = error.path
    if error.fault is None or file is None:
        return CorpusError(str(error).replace(str(copy), str(corpus)))
    if file.is_relative_to(copy):
        file = corpus / file.relative_to(copy)
    return CorpusError(error.fault, file, error.line)


def sweep(folder: Path) -> None:
    """Remove the copies that a program left when it was killed."""
    for path in folder.glob(f"{_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)
