"""Work beside the other threads, and the pause after a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from index.background import CircuitBreaker, Worker

SOON, PATIENCE, NEVER = 0.001, 30.0, 3600.0  # seconds


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker("test")
    yield made
    made.stop()


def test_work_is_repeated_until_it_is_stopped(worker: Worker) -> None:
    done: list[str] = []
    often = threading.Event()

    def work() -> None:
        done.append(threading.current_thread().name)
        if len(done) == 3:
            often.set()

    worker.repeat(work, SOON)
    assert often.wait(PATIENCE)
    worker.stop()
    count = len(done)
    assert set(done) == {"test"}
    assert worker.is_stopped
    assert not worker.begin(work)
    worker.wait()
    assert len(done) == count


def test_work_that_fails_is_said_and_repeated(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    again = threading.Event()

    def work() -> None:
        if caplog.records:
            again.set()
        raise ZeroDivisionError

    worker.repeat(work, SOON)
    assert again.wait(PATIENCE)
    worker.stop()
    assert "'test' failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("is_first_at_once", [True, False])
def test_the_first_time_may_not_wait(worker: Worker, *, is_first_at_once: bool) -> None:
    done = threading.Event()
    worker.repeat(done.set, NEVER, is_first_at_once=is_first_at_once)
    assert done.wait(PATIENCE if is_first_at_once else SOON) is is_first_at_once


def test_one_piece_is_done_at_a_time(worker: Worker) -> None:
    may_end, done = threading.Event(), threading.Event()
    assert worker.begin(lambda: may_end.wait(PATIENCE))
    assert not worker.begin(done.set)
    may_end.set()
    worker.wait(PATIENCE)
    assert worker.begin(done.set)
    assert done.wait(PATIENCE)


def test_work_may_stop_itself(worker: Worker) -> None:
    worker.repeat(worker.stop, NEVER, is_first_at_once=True)
    worker.wait(PATIENCE)
    assert worker.is_stopped


def test_what_failed_is_left_alone_for_a_while() -> None:
    breaker = CircuitBreaker(NEVER)
    seen = [breaker.is_tripped]
    for act in (breaker.trip, breaker.reset, lambda: breaker.trip(0)):
        act()
        seen.append(breaker.is_tripped)
    assert seen == [False, True, False, False]
