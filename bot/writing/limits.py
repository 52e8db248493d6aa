"""How long a language model is waited for, when it is left alone, and what a day may cost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from index.background import CircuitBreaker


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds.

    Attributes:
        first_word: Until a model says anything.
        whole: Until it has said all, a second try included.
        pause: Before the second try, where the model names no time.
        longest_pause: That the model may ask for; where it asks for longer there is no second try.
        open: For how long a model that failed is left alone.
        longest_open: Likewise, where it asks for longer itself.
    """

    first_word: float = 10.0
    whole: float = 20.0
    pause: float = 0.5
    longest_pause: float = 2.0
    open: float = 30.0
    longest_open: float = 600.0

    @classmethod
    def of(cls, seconds: float) -> Patience:
        """Return that of so many seconds for a whole answer: half of them for its first word."""
        return cls(first_word=seconds / 2, whole=seconds)


FAILURES = 3  # in a row, after which a model is left alone


class Circuit:
    """Leaves a model alone that fails, and tries it again by itself; for several threads at once.

    After the time is over one question may try; it closes the circuit, or opens it anew.
    """

    def __init__(self, seconds: float) -> None:
        """Be open for so many seconds at a time."""
        self._breaker = CircuitBreaker(seconds)
        self._failures = 0
        self._lock = threading.Lock()

    def may_try(self) -> bool:
        """Tell whether to ask the model; who is told so tells how it went."""
        with self._lock:
            if self._breaker.is_tripped:
                return False
            if self._failures >= FAILURES:
                self._breaker.trip()  # the others wait for how it goes
            return True

    def succeeded(self) -> None:
        """Close it."""
        with self._lock:
            self._failures = 0
            self._breaker.reset()

    def failed(self, seconds: float | None = None) -> None:
        """Count a failure; with ``seconds``, open it for so long at once."""
        with self._lock:
            self._failures += 1
            if seconds is not None:
                self._breaker.trip(seconds)
            elif self._failures >= FAILURES:
                self._breaker.trip()


def _today() -> date:
    return datetime.now(UTC).date()


class Budget:
    """What may be asked and spent on one day, in UTC; for several threads at once."""

    def __init__(self, questions: int, tokens: int, today: Callable[[], date] = _today) -> None:
        """Allow so many questions and tokens a day; 0 is no limit. ``today`` says which it is."""
        self._most = (questions, tokens)
        self._today = today
        self._day = today()
        self._spent = [0, 0]
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Count a question that is about to be asked, unless the day's budget is used up."""
        with self._lock:
            self._begin_day()
            if any(0 < most <= spent for most, spent in zip(self._most, self._spent, strict=True)):
                return False
            self._spent[0] += 1
            return True

    def spend(self, tokens: int) -> None:
        """Count tokens."""
        with self._lock:
            self._begin_day()
            self._spent[1] += tokens

    def _begin_day(self) -> None:
        day = self._today()
        if day != self._day:
            self._day, self._spent = day, [0, 0]
