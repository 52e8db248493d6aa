"""Work waits in a bounded queue for its turn; one piece too many is refused at once."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from index.errors import ClauseBotError

T = TypeVar("T")


class Busy(ClauseBotError):  # noqa: N818 — nothing failed
    """As many pieces wait as may; ask again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int, what: str = "questions") -> None:
        super().__init__(
            f"too many {what} are waiting. Ask again in {retry_after} "
            f"{'second' if retry_after == 1 else 'seconds'}."
        )
        self.retry_after = retry_after


class Queue:
    """A few threads that work, and the places before them."""

    def __init__(self, at_once: int, waiting: int, what: str = "questions") -> None:
        """Work on ``at_once`` pieces at the same time, while at most ``waiting`` wait.

        ``what`` they are is said to whoever finds no place.
        """
        self._what = what
        self._at_once = at_once
        self._places = at_once + waiting
        self._taken = 0
        self._lock = threading.Lock()
        self._seconds = 0.1  # that one piece takes, of late
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=what)

    def enter(self, work: Callable[[], T]) -> Future[T]:
        """Put work into the queue; cancelled before its turn, it gives its place back.

        Raises:
            Busy: There is no place; it is known at once.
        """
        with self._lock:
            if self._taken >= self._places:
                raise Busy(
                    max(1, math.ceil(self._taken / self._at_once * self._seconds)), self._what
                )
            self._taken += 1
        future = self._pool.submit(self._work, work)
        future.add_done_callback(self._leave)
        return future

    def waiting(self) -> int:
        """Return how many pieces wait for their turn."""
        return max(0, self._taken - self._at_once)

    def close(self) -> None:
        """Finish what is being worked on; what waits is cancelled."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return work()
        finally:
            self._seconds += (time.perf_counter() - began - self._seconds) / 16

    def _leave(self, _: Future[T]) -> None:
        with self._lock:
            self._taken -= 1
