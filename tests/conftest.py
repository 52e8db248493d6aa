"""What most tests stand on: the shipped agreements and model, indexed once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# One thread a process: two that wait for each other on a busy machine are slower than one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bot.answering.bot import Bot
from index.builder import ensure_index
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder

ROOT = Path(__file__).parents[1]
# no example is late on a busy machine
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
pytest_plugins = ("tests.databases", "tests.servers", "tests.desks")
NEEDS = {"browser": "browser", "postgresql": "server", "embedder": "model"}  # fixture, and its mark


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser, a database server or the bundled model."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        given = getattr(item, "callspec", None)
        names |= set(map(str, given.params.values())) if given else set()
        for fixture in NEEDS.keys() & names:
            item.add_marker(NEEDS[fixture])


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """Return the bundled model."""
    return SentenceEmbedder()


@pytest.fixture(scope="session")
def index(
    embedder: SentenceEmbedder, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> ClauseIndex:
    """Return the index of both agreements; where tests run side by side, built by the first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with FileLock(shared / "index.lock"):
        return ensure_index(ROOT / "corpus", shared / "index", embedder)


@pytest.fixture(scope="session")
def bot(index: ClauseIndex) -> Bot:
    """Return the bot over both agreements."""
    return Bot(index)


@pytest.fixture
def loaded_once(embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give commands the model that is loaded already: each load takes seconds and 80 MB."""
    for place in ("index.builder.SentenceEmbedder", "index.builder.SentenceEmbedder"):
        monkeypatch.setattr(place, lambda _: embedder)
