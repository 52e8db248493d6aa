"""Groups questions beside what else is done, so that nobody who opens the list waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from bot.storage.gaps.grouping import Grouping
from index.agreement import Agreement
from index.search.embedder import Embedder

logger = logging.getLogger(__name__)

_SOON = 0.3  # seconds in which a few questions are grouped, so that the list has them at once
_PAUSE = 30.0  # seconds after a failure


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the grouping is.

    Attributes:
        done: How many questions were grouped since it began.
        left: How many are in no group yet.
        is_failing: Whether it failed a moment ago; it is tried again later.
    """

    done: int
    left: int
    is_failing: bool


class BackgroundGrouping:
    """Runs a grouping in one thread of its own; may be used from several threads at once."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_stopped = threading.Event()
        self._done = 0
        self._failed_until = 0.0  # monotonic

    def follow(self, embedder: Embedder, agreements: Sequence[Agreement]) -> Progress:
        """Begin to group what is in no group yet, unless that is being done; say how far it is.

        Args:
            embedder: Reads the questions.
            agreements: Those that a question may name.

        Raises:
            StorageError: The database cannot be read.
        """
        may_begin = not self._is_stopped.is_set() and not self._is_failing()
        if may_begin and self._grouping.left():
            self._begin(embedder, agreements).join(_SOON)
        left = self._grouping.left()
        return Progress(self._done, left, self._is_failing())

    def stop(self) -> None:
        """Group no more; what was grouped is kept, and the rest is for the next time."""
        self._is_stopped.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _is_failing(self) -> bool:
        return time.monotonic() < self._failed_until

    def _begin(self, embedder: Embedder, agreements: Sequence[Agreement]) -> threading.Thread:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._done = 0
                self._thread = threading.Thread(
                    target=self._run, args=(embedder, agreements), name="grouping", daemon=True
                )
                self._thread.start()
            return self._thread

    def _run(self, embedder: Embedder, agreements: Sequence[Agreement]) -> None:
        try:
            with closing(self._grouping.steps(embedder, agreements)) as steps:
                while not self._is_stopped.is_set() and (count := next(steps, None)) is not None:
                    self._done += count
        except Exception:  # the edge of this thread: whoever waits for it has to learn of it
            logger.exception("questions that went badly are not grouped; it is tried again later")
            self._failed_until = time.monotonic() + _PAUSE
