"""The program as it is started and stopped, over a small agreement and a bot without a model."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow  # starts the whole program

PROGRAM = """
import sys
import app
from bot.storage import connection
from index.search import embedder
from tests.fakes import WordEmbedder

connection.WAIT_SECONDS = 0.1
embedder.SentenceEmbedder = lambda _: WordEmbedder()
sys.exit(app.run(app.main))
"""
TERMS = "# Sunrise Terms\n\n1. Use\n\n1.1 You may use Sunrise.\n\n1.2 Sunrise costs nothing.\n"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the settings of a program over folders of its own."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "sunrise.md").write_text(TERMS)
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    folders = {
        f"CLAUSEBOT_{name.upper()}": str(tmp_path / name) for name in ("corpus", "index", "desk")
    }
    more = {"CLAUSEBOT_DATABASE": f"sqlite:///{tmp_path}/kept.db", "CLAUSEBOT_PORT": str(port)}
    return os.environ | folders | more | {"PYTHONPATH": str(ROOT)}


def _start(environ: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environ,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _read_to(out: IO[str] | None, words: str) -> str:
    """Read what a program says up to a line with some words."""
    assert out is not None
    said = ""
    for line in out:
        said += line
        if words in line:
            return said
    pytest.fail(f"it never said {words!r}:\n{said}")


def _get(environ: Mapping[str, str], path: str) -> tuple[int, dict[str, object]]:
    url = f"http://127.0.0.1:{environ['CLAUSEBOT_PORT']}{path}"
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def _database(environ: Mapping[str, str]) -> tuple[int, object]:
    """Return whether it is ready, and what it says of its database."""
    status, told = _get(environ, "/api/ready")
    parts = told["parts"]
    assert isinstance(parts, dict)
    return status, parts["database"]


def test_it_starts_without_its_database_and_ends_with_it(
    environ: dict[str, str], tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "kept.db", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    program = _start(environ | {"CLAUSEBOT_HOSTS": "bot.example.com"})
    try:
        said = _read_to(program.stdout, "serving http")
        assert "is locked by another program" in said
        assert "error no_tls: The site is served in plain text" in said
        assert _get(environ, "/api/health")[1]["storage"] == "out_of_order"
        assert _database(environ) == (200, "It cannot be written. The log of the server says why.")
        other.close()
        _read_to(program.stdout, "is open now")
        assert _database(environ) == (200, "ok")
        assert _get(environ, "/api/health")[1]["storage"] == "ok"
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
    finally:
        program.kill()
        program.communicate()
    assert not (tmp_path / "kept.db-wal").exists()  # whoever closes last clears it away


def test_a_mistake_in_the_address_is_said_at_once(environ: dict[str, str]) -> None:
    program = _start(environ | {"CLAUSEBOT_DATABASE": "mysql://root@localhost/x"})
    said, _ = program.communicate(timeout=60)
    assert program.returncode == 1
    assert said.startswith("error: CLAUSEBOT_DATABASE is of 'mysql', which is not supported")
    assert "Traceback" not in said
