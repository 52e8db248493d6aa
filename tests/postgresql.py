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
def private_postgresql(*, is_durable: bool = False) -> Iterator[str]:
    """Start a server and give the folder of its socket.

    Tests are quicker without waiting for the disk; what measures whether anything is lost is told
    so by a server that waits for it, as one that is used does.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    folder = tempfile.mkdtemp(prefix="clausebot-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = Path(folder, "data")
    _run(_binaries() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
    if not is_durable:
        with Path(data, "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write("fsync = off\n")
    _start(folder)
    try:
        yield folder
    finally:
        _stop(folder, "immediate")
        shutil.rmtree(folder)


@contextmanager
def stopped(folder: str) -> Iterator[None]:
    """Stop the server meanwhile, as for an update; whoever is connected is cut off."""
    _stop(folder, "fast")
    try:
        yield
    finally:
        _start(folder)


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


def _start(folder: str) -> None:
    options = f"-k {folder} -c listen_addresses=''"
    _run(*_control(folder), "-o", options, "-l", Path(folder, "log"), "start")


def _stop(folder: str, how: str) -> None:
    _run(*_control(folder), "-m", how, "stop")


def _control(folder: str) -> tuple[str | Path, ...]:
    return _binaries() / "pg_ctl", "-D", Path(folder, "data"), "-w", "-s"


def _run(*command: str | Path) -> None:
    """Run a command of the server, which refuses to run as root."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")
