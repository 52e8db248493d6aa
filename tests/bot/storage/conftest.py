"""The same tests over a file of SQLite and over a PostgreSQL of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bot.storage import Database, open_database


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("there is no PostgreSQL. Install it: apt-get install postgresql")
    return found[-1].parent


def _run(*command: str | Path) -> None:
    """Run a command of the server, which refuses to run as root."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the folder of the socket of a server that lives as long as the tests."""
    folder = tempfile.mkdtemp(prefix="clausebot-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    binaries, data = _binaries(), Path(folder, "data")
    control: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w", "-s"]
    _run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run(*control, "-o", options, "-l", Path(folder, "log"), "start")
    yield folder
    _run(*control, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def new_postgresql(postgresql: str) -> Callable[[], str]:
    """Return a function that makes an empty database and returns its address."""

    def make() -> str:
        with psycopg.connect(
            host=postgresql, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            row = connection.execute("SELECT count(*) FROM pg_database").fetchone()
            assert row is not None
            name = f"clausebot_{row[0]}"
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={postgresql}"

    return make


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
