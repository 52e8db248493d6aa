"""What is installed is locked by hashes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.lock import LOCKS, blocks, pins
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("wanted", "locks"),
    [
        ("requirements.txt", LOCKS[:1]),
        ("requirements-dev.txt", LOCKS[:2]),
        ("requirements-tools.txt", LOCKS[2:]),
    ],
)
def test_the_locks_hold_what_is_required_each_with_its_hashes(
    wanted: str, locks: tuple[str, ...]
) -> None:
    texts = [(ROOT / lock).read_text() for lock in locks]
    locked = {name: block for text in texts for name, block in blocks(text).items()}
    assert len(locked) > 20
    for name, block in locked.items():
        assert re.search(r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\Z", block), name
        assert "://" not in block, name
    required = pins((ROOT / wanted).read_text())
    assert required
    assert required.items() <= {k: v for text in texts for k, v in pins(text).items()}.items()


def _wheel(folder: Path, name: str) -> str:
    """Write the smallest package, and return the line that locks it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_file_that_is_not_the_one_that_was_locked_stops_the_install(
    tmp_path: Path, *, is_changed: bool
) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "install.sh", tmp_path / "scripts")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    lines = _wheel(tmp_path, "torch") + _wheel(tmp_path, "innocent")
    head = f"# Python {sys.version_info.major}.{sys.version_info.minor} on any\n"
    (tmp_path / "requirements.lock").write_text(head + lines)
    if is_changed:
        with zipfile.ZipFile(tmp_path / "innocent-1.0-py3-none-any.whl", "a") as wheel:
            wheel.writestr("innocent_too.py", "print('mine now')")
    places = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    told = subprocess.run(
        ["sh", "scripts/install.sh", "run"],
        cwd=tmp_path,
        env=os.environ | places | {"PIP_TARGET": str(tmp_path / "to"), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (tmp_path / "to" / "torch.py").exists(), told.stderr
    assert (tmp_path / "to" / "innocent.py").exists() is not is_changed
    assert told.returncode == (1 if is_changed else 0)
    assert ("a file is not the one that was locked" in told.stderr) is is_changed
