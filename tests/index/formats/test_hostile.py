from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.agreement import read_agreement
from index.errors import CorpusError
from index.formats.limits import MEMORY_BYTES, WALL_SECONDS
from tests.index.formats.hostile import HOSTILE
from tests.index.formats.hostile_office import OFFICE

pytestmark = pytest.mark.slow  # a child process a file, some up to its limit

FILES = HOSTILE | OFFICE


def test_there_are_sixty_and_sixty_like_word_files() -> None:
    assert len(HOSTILE) >= 60
    assert len(OFFICE) >= 60


@pytest.mark.parametrize("name", FILES)
def test_is_refused_in_words(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    with pytest.raises(CorpusError) as refused:
        read_agreement(path)
    assert name in str(refused.value)
    assert len(str(refused.value).removeprefix(str(path))) < 200


def test_a_child_is_stopped_within_ten_seconds() -> None:
    assert WALL_SECONDS < 10


def run_limited(code: str) -> str:
    """Return what a process prints that has bound itself; the limits hold for good."""
    lines = f"from index.formats.document import RefusedError, limit\nlimit()\n{code}"
    command = [sys.executable, "-c", lines]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_parser_cannot_take_more_than_its_memory() -> None:
    code = f"try: bytearray({MEMORY_BYTES})\nexcept MemoryError: print('refused')"
    assert run_limited(code) == "refused\n"


def test_a_parser_cannot_reach_the_network() -> None:
    code = (
        "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\n"
        "except RefusedError: print('refused')"
    )
    assert run_limited(code) == "refused\n"
