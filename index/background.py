"""Work in a thread beside the others, and what leaves a thing alone for a while that failed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Worker:
    """One thread beside the others, which ends with the program; may be used from any thread."""

    def __init__(self, name: str) -> None:
        """Call the thread ``name``; nothing is done yet."""
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        """Whether no more work is to be done; what takes long looks at it in between."""
        return self._stopped.is_set()

    def begin(self, work: Callable[[], object]) -> bool:
        """Do a piece of work, and return at once.

        Returns:
            Whether it is being done: not where another piece is, nor after ``stop``.
        """
        with self._lock:
            is_busy = self._thread is not None and self._thread.is_alive()
            if is_busy or self.is_stopped:
                return False
            self._thread = threading.Thread(
                target=self._do, args=(work,), name=self._name, daemon=True
            )
            self._thread.start()
            return True

    def repeat(
        self, work: Callable[[], object], seconds: float, *, is_first_at_once: bool = False
    ) -> None:
        """Do a piece of work every so many seconds, whether it fails or not, and return at once.

        They count from the end of one time to the next, and before the first unless it is at once.
        """

        def go_on() -> None:
            if is_first_at_once:
                self._do(work)
            while not self._stopped.wait(seconds):
                self._do(work)

        self.begin(go_on)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is being done has come to its end, or so many seconds."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(seconds)

    def stop(self) -> None:
        """Do no more; what is being done comes to its end first, unless that is what calls."""
        self._stopped.set()
        self.wait()

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # the edge of this thread: it lives as long as there is work for it
            logger.exception("the work of the thread %r failed", self._name)


class CircuitBreaker:
    """Whether something failed just now, and is to be left alone; for several threads at once."""

    def __init__(self, seconds: float) -> None:
        """Be tripped for so many seconds at a time."""
        self._seconds = seconds
        self._until = 0.0  # monotonic

    @property
    def is_tripped(self) -> bool:
        """Whether to leave it alone."""
        return time.monotonic() < self._until

    def trip(self, seconds: float | None = None) -> None:
        """Leave it alone from now on, for so many seconds; None for as many as usual."""
        self._until = time.monotonic() + (self._seconds if seconds is None else seconds)

    def reset(self) -> None:
        """Try it again."""
        self._until = 0.0
