"""How much of each kind a spool may hold, so that one kind takes no room from another."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

MOST = 10_000  # entries of a kind; some 40 MB, so that nobody fills the disk
_COUNTED_FOR = 60.0  # seconds; other programs put entries there as well
_COUNTED_AGAIN = 1.0  # the same for a full folder


class Room:
    """Counts the entries of a folder by kind, and lists the folder seldom."""

    def __init__(self, folder: Path, list_all: Callable[[], Iterable[Path]]) -> None:
        """Count what ``list_all`` finds in ``folder``."""
        self._folder = folder
        self._list_all = list_all
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._counted_at = float("-inf")  # monotonic

    def take(self, kind: str) -> None:
        """Count an entry that is about to be put.

        Raises:
            OSError: There is no room for another one of its kind.
        """
        with self._lock:
            age = time.monotonic() - self._counted_at
            is_full = self._counts[kind] >= MOST
            if age > (_COUNTED_AGAIN if is_full else _COUNTED_FOR):
                self._counts = Counter(map(kind_of, self._list_all()))
                self._counted_at = time.monotonic()
            if self._counts[kind] >= MOST:
                raise OSError(
                    f"{self._folder}: is full, it holds {MOST} entries of {kind}, those that were "
                    "refused among them. Look at the reasons there, and move the entries away"
                )
            self._counts[kind] += 1

    def give(self, kind: str) -> None:
        """Count an entry no more."""
        with self._lock:
            self._counts[kind] = max(0, self._counts[kind] - 1)


def kind_of(path: Path) -> str:
    """Return the kind of which a file says by its name that it is; empty for another file."""
    parts = path.name.split("-", 3)
    return parts[2] if len(parts) == 4 else ""  # time, chance, kind, key
