"""A PostgreSQL of one's own, which nothing else on the machine sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def private_postgresql() -> Iterator[str]:
    """Start a server and give the folder of its socket.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    folder = tempfile.mkdtemp(prefix="clausebot-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    binaries, data = _binaries(), Path(folder, "data")
    control: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w", "-s"]
    _run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run(*control, "-o", options, "-l", Path(folder, "log"), "start")
    try:
        yield folder
    finally:
        _run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def new_database(folder: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(
        host=folder, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        row = connection.execute("SELECT count(*) FROM pg_database").fetchone()
        assert row is not None
        name = f"clausebot_{row[0]}"
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://postgres@/{name}?host={folder}"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("there is no PostgreSQL. Install it: apt-get install postgresql")
    return found[-1].parent


def _run(*command: str | Path) -> None:
    """Run a command of the server, which refuses to run as root."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")
