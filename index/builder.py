"""The index of a corpus: built, checked, loaded, and reloaded by a running program."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from index.address import trace
from index.agreement import find_agreements
from index.background import Worker
from index.corpus import Corpus, find_unused, read_corpus, sources_of
from index.errors import MESSAGES, CorpusError, StoreError
from index.report import FileReading, to_table
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder, SentenceEmbedder
from index.store import REBUILD, Manifest, decode_corpus, read_manifest, read_store

logger = logging.getLogger(__name__)


def build_index(
    corpus: Path, folder: Path, model: str = "", *, progress: bool = False
) -> ClauseIndex:
    """Read a corpus and store its index in a folder; what is unchanged is not embedded again.

    A file that cannot be read leaves its agreement as it was, or out; the others are indexed. The
    corpus is a folder of agreements, or one ``.jsonl`` of ready passages, and the model is named by
    name or folder, empty for the bundled one. Progress is said on standard error, and at the end
    a table of what became of each file.

    Raises:
        CorpusError: Files cannot be used; the others are indexed by now. Where there
            are no others, the former index still stands.
        StoreError: The model cannot be loaded or the folder not be written.
    """
    say = _Steps() if progress else lambda _: None
    readings: list[FileReading] = []
    found = _read(corpus, folder, readings, progress=progress)
    say(f"read {len(found.agreements)} agreement(s), {len(found.clauses)} clauses")
    embedder = SentenceEmbedder(model)
    say(f"loaded the model {embedder.name}")
    former = stored_index(folder, embedder)
    index = ClauseIndex.build(found, embedder, former, progress=progress)
    say(f"embedded {len(index.rows)} rows")
    manifest = index.save(folder)
    say(f"stored generation {manifest.generation} in {folder}")
    if progress:
        for line in to_table(readings):
            tqdm.write(line, file=sys.stderr)
    problems = [note for one in readings if one.is_problem for note in one.notes]
    if problems:
        words = [] if progress else [str(problem) for problem in problems]  # else in the table
        counts = (
            f"{len(problems)} file(s) cannot be used and stand as they did before, or not at all; "
            f"{len(found.agreements)} agreement(s) are indexed. Mend them and build again."
        )
        raise CorpusError("\n".join([*words, counts]))
    return index


def ensure_index(corpus: Path, folder: Path, embedder: Embedder) -> ClauseIndex:
    """Load the stored index, or build it where it is missing, stale or unusable.

    What is wrong with files, and which are passed over, is said in the log.

    Raises:
        CorpusError: It had to be built and the corpus cannot be used.
        StoreError: It had to be built and the folder cannot be written.
    """
    try:
        if read_manifest(folder).sources == sources_of(corpus):
            index = ClauseIndex.load(folder, embedder)
            _log(find_unused(corpus) if corpus.is_dir() else ())
            return index
    except StoreError:
        pass  # whatever is wrong with it, a new one is the remedy
    readings: list[FileReading] = []
    found = _read(corpus, folder, readings)
    _log(readings)
    index = ClauseIndex.build(found, embedder, stored_index(folder, embedder))
    index.save(folder)
    return index


def _log(readings: Iterable[FileReading]) -> None:
    """Say what became of the files of which there is something to say."""
    for one in readings:
        if one.notes:
            what = MESSAGES[f"outcome_{one.outcome}"]["en"].format(count=one.clauses)
            logger.warning("%s: %s: %s", one.file, what, one.say("en"))


def _read(
    corpus: Path, folder: Path, readings: list[FileReading], *, progress: bool = False
) -> Corpus:
    """Read a corpus over what the folder holds, and follow the clauses of former versions."""
    count = len(find_agreements(corpus)) if corpus.is_dir() else 1
    with tqdm(total=count, desc="reading", unit="", disable=None if progress else True) as bar:
        former = stored_corpus(folder, corpus)
        return read_anew(corpus, former, readings.append, lambda _: bar.update())


def read_anew(
    corpus: Path,
    former: Corpus | None,
    report: Callable[[FileReading], object],
    on_agreement: Callable[[str], object] = lambda name: None,
) -> Corpus:
    """Read a corpus over what was read before, and follow the clauses of former versions.

    What became of each file is reported; see ``read_corpus``.

    Raises:
        CorpusError: No file at all can be used.
    """
    found = read_corpus(corpus, on_agreement, former=former, report=report)
    return found if former is None else replace(found, moved=trace(former, found))


def stored_corpus(folder: Path, corpus: Path) -> Corpus | None:
    """Return what an index folder holds of the same corpus; None if it holds none of it."""
    try:
        manifest, files = read_store(folder)
        is_same = Path(manifest.corpus).resolve() == corpus.resolve()
        return decode_corpus(files, manifest) if is_same else None
    except StoreError:
        return None


def check_index(folder: Path, model: str = "") -> Manifest:
    """Verify a stored index: every byte, the model, and that the corpus has not changed.

    Raises:
        StoreError: Something does not hold; says what, and the command that mends it.
    """
    manifest = read_manifest(folder)
    ClauseIndex.load(folder, SentenceEmbedder(model))
    corpus = Path(manifest.corpus)
    try:
        changed = _changed(manifest, sources_of(corpus))
    except CorpusError as error:
        raise StoreError(f"{folder}: its corpus is gone ({error}) {REBUILD}") from error
    if changed:
        raise StoreError(f"{folder}: {', '.join(changed)} in {corpus} changed since. {REBUILD}")
    return manifest


def _changed(manifest: Manifest, sources: dict[str, str]) -> list[str]:
    return sorted(
        name
        for name in manifest.sources.keys() | sources.keys()
        if manifest.sources.get(name) != sources.get(name)
    )


def stored_index(folder: Path, embedder: Embedder) -> ClauseIndex | None:
    """Return the index that a folder holds; None if there is none of this model."""
    try:
        return ClauseIndex.load(folder, embedder)
    except StoreError:
        return None


class _Steps:
    """Prints each step with the seconds it took."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def __call__(self, done: str) -> None:
        now = time.perf_counter()
        tqdm.write(f"{done} ({now - self._since:.1f} s)", file=sys.stderr)
        self._since = now


def load_index(folder: Path, model: str = "") -> ClauseIndex:
    """Load the index stored in ``folder``; ``model`` is a name or a folder, empty for the bundled.

    Raises:
        StoreError: The index is missing, damaged, or of another model.
    """
    read_manifest(folder)  # a missing index is said before seconds go into the model
    return ClauseIndex.load(folder, SentenceEmbedder(model))


SECONDS = 10.0  # from look to look; a new index is answered from well within a minute


class IndexReloader:
    """Looks at a folder from time to time and hands over each new index, loaded and verified.

    Attributes:
        trouble: Why what the folder holds is not taken over; empty where it is.
    """

    def __init__(
        self,
        folder: Path,
        index: ClauseIndex,
        embedder: Embedder,
        take: Callable[[ClauseIndex], None],
    ) -> None:
        """Watch ``folder``, which holds ``index``; ``take`` is called with a newer one."""
        self._folder = folder
        self._embedder = embedder
        self._take = take
        self.trouble = ""
        self._seen = index.generation
        self._looking = threading.Lock()
        self._worker = Worker("index-reload")

    def look(self) -> bool:
        """Take over a new generation, if there is one; return whether there was.

        One that cannot be used is said once in the log, and the old one goes on. Whoever has just
        published may look at once, from any thread.
        """
        with self._looking:
            try:
                if read_manifest(self._folder).generation == self._seen:
                    self.trouble = ""
                    return False
                index = ClauseIndex.load(self._folder, self._embedder)
            except StoreError as error:
                if str(error) != self.trouble:
                    logger.warning("the index in %s is not taken over: %s", self._folder, error)
                    self.trouble = str(error)
                return False
            self._seen, self.trouble = index.generation, ""
            self._take(index)
            logger.info("generation %s taken over", index.generation)
            return True

    def start(self, seconds: float = SECONDS) -> None:
        """Look every so many seconds, in a thread of its own that ends with the program."""
        self._worker.repeat(self.look, seconds)

    def stop(self) -> None:
        """Look no more; a look under way comes to its end first."""
        self._worker.stop()
