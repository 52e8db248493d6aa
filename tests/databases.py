"""The same tests over a file of SQLite and over a PostgreSQL of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.desk.replies.store import Replies
from bot.outbox.relay import Relayed
from bot.outbox.writer import OutboxWriter
from bot.storage import Database, open_database
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder
from tests.bot.conftest import ACME, GLOBEX
from tests.bot.desk.replies.replying import Build
from tests.postgresql import new_database, private_postgresql


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the folder of the socket of a server that lives as long as the tests."""
    with private_postgresql() as folder:
        yield folder


@pytest.fixture
def new_postgresql(postgresql: str) -> Callable[[], str]:
    """Return a function that makes an empty database and returns its address."""
    return lambda: new_database(postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'clausebot.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return make()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """Return an empty database."""
    opened = open_database(address)
    yield opened
    opened.close()


@pytest.fixture
def replies(database: Database) -> Replies:
    """Return the approved replies of an empty database: none."""
    return Replies(database)


@pytest.fixture
def build(tmp_path: Path, embedder: SentenceEmbedder) -> Build:
    """Return a function that indexes both agreements, with other words where given."""

    def index(acme: str = ACME, globex: str | None = GLOBEX) -> ClauseIndex:
        folder = tmp_path / "corpus"
        folder.mkdir(exist_ok=True)
        (folder / "acme.txt").write_text(acme, "utf-8")
        (folder / "globex.txt").unlink(missing_ok=True)
        if globex is not None:
            (folder / "globex.txt").write_text(globex, "utf-8")
        return ClauseIndex.build(read_corpus(folder), embedder)

    return index


def relay(writer: OutboxWriter) -> Relayed:
    """Write into the database what waits in the outbox of a writer, as its thread does."""
    assert writer._relay is not None
    return writer._relay.relay()
