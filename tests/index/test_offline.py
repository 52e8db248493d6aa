"""Building, loading the model, embedding and searching reach no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # walks the whole path in a program of its own

ROOT = Path(__file__).parents[2]
PROGRAM = """
import socket, sys
from pytest_socket import SocketBlockedError, disable_socket

disable_socket(allow_unix_socket=False)
try:
    socket.create_connection(("127.0.0.1", 9))
except SocketBlockedError:
    print("blocked", file=sys.stderr)

from index.__main__ import main

folder = sys.argv[1]
codes = [main(["build", "--index", folder]), main(["check", "--index", folder])]
codes.append(main(["search", "协议终止后数据保留多久？", "--k", "3", "--json", "--index", folder]))
sys.exit(codes != [0, 0, 0])
"""


def test_the_whole_path_opens_no_socket(tmp_path: Path) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "index")],
        cwd=ROOT,
        env=environ | {"HF_HOME": str(tmp_path / "hub"), "CLAUSEBOT_MODEL": ""},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "blocked" in done.stderr.splitlines(), "the guard itself does not guard"
    assert '"clause_id": "xunzhong/5(3)"' in done.stdout
