"""A server that is killed again and again loses nothing that it acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.kills import Run

pytestmark = pytest.mark.slow  # kills the program again and again


def test_what_was_acknowledged_outlasts_kills_and_locks(address: str, tmp_path: Path) -> None:
    outcome = Run(address, tmp_path, writes=100, kills=2, seed=7)()
    assert outcome.is_good, outcome
    assert outcome.acknowledged >= 100
    assert outcome.spooled > 0
    assert (outcome.kills, outcome.locks) == (2, 1)
