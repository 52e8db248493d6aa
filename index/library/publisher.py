"""One change of the corpus and its index: written down, carried out, finished after a kill."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StoreError
from index.library.carrying import Files
from index.library.errors import LibraryError, told
from index.library.journal import Journal, Published, Step
from index.search.clause_index import ClauseIndex
from index.store import read_manifest

_SECONDS = 60.0  # that one publication waits for another


class Publisher:
    """Changes a corpus and stores its index, all of it or nothing.

    Attributes:
        journal: What was done, what is under way, and what the last publication replaced.
    """

    def __init__(
        self, corpus: Path, index: Path, folder: Path, forget: Callable[[str], None]
    ) -> None:
        """Work on a corpus folder.

        Args:
            corpus: Folder of the agreements.
            index: Folder of their stored index.
            folder: For the journal.
            forget: Called with the id of each upload that is published, before that is done with.
        """
        self._corpus, self._index, self._folder = corpus, index, folder
        self._forget = forget
        self.journal = Journal(corpus, folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other thread and program from publishing meanwhile.

        Raises:
            LibraryError: Another one goes on publishing, or the disk refuses.
        """
        lock = FileLock(self._folder / "library.lock", timeout=_SECONDS)
        with told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout as error:
                raise LibraryError("somebody else is publishing. Try again soon.") from error
        try:
            yield
        finally:
            lock.release()

    def make(self, published: Published, files: Files, index: ClauseIndex) -> Published:
        """Change the corpus and store its index: first written down, then the index, then files.

        The index goes first since it may be refused, by another build say; then nothing has
        happened yet.

        Raises:
            StoreError: The index cannot be stored; corpus and index stay as they were.
            LibraryError: The disk refuses; where that is in the middle, ``finish`` goes on.
        """
        step = Step(
            published,
            {name: self.sha256_of(name) for name in files},
            {name: None if data is None else _sha256(data) for name, data in files.items()},
        )
        self.journal.begin(step, files)
        try:
            index.save(self._index)
        except StoreError:
            if not self._is_stored(index):
                self.journal.abandon()
                raise
        self.finish()
        return replace(published, generation=index.generation)

    def finish(self) -> Published | None:
        """Finish what has begun, and forget the upload that it was; None where nothing has."""
        step = self.journal.pending()
        if step is None:
            return None
        if not step.published.is_back:
            self._forget(step.published.published_id)
        self.journal.finish()
        return step.published

    def sha256_of(self, name: str) -> str | None:
        """Return the checksum of a file that lies in the corpus folder, read from it or not."""
        path = self._corpus / name
        with told(path):
            return _sha256(path.read_bytes()) if path.exists() else None

    def _is_stored(self, index: ClauseIndex) -> bool:
        try:
            return dict(read_manifest(self._index).sources) == dict(index.corpus.sources)
        except StoreError:
            return False


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
