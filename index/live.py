"""A running program takes over the index that a build puts into the folder, whole or not at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from index.clause_index import ClauseIndex
from index.embedder import Embedder
from index.errors import StoreError
from index.store import read_manifest

logger = logging.getLogger(__name__)
SECONDS = 10.0  # from look to look; a new index is answered from well within a minute


class Takeover:
    """Looks at a folder from time to time and hands over each new index, loaded and verified."""

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
        self._seen = index.generation
        self._looking = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="takeover", daemon=True)
        self._seconds = SECONDS

    def look(self) -> bool:
        """Take over a new generation, if there is one; return whether there was.

        One that cannot be used is said once in the log, and the old one goes on. Whoever has just
        published may look at once, from any thread.
        """
        with self._looking:
            return self._look()

    def _look(self) -> bool:
        try:
            generation = read_manifest(self._folder).generation
            if generation == self._seen:
                return False
            index = ClauseIndex.load(self._folder, self._embedder)
        except StoreError as error:
            if str(error) != self._seen:
                logger.warning("the index in %s is not taken over: %s", self._folder, error)
                self._seen = str(error)
            return False
        self._seen = index.generation
        self._take(index)
        logger.info("generation %s taken over", index.generation)
        return True

    def start(self, seconds: float = SECONDS) -> None:
        """Look every so many seconds, in a thread of its own that ends with the program."""
        self._seconds = seconds
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a look under way comes to its end first."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self.look()
            except Exception:  # the edge of this thread: it must live as long as the program
                logger.exception("a look at %s failed", self._folder)
