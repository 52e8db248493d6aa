"""What is installed: locked by hashes, under licences that we know, audited or said not to be."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from scripts.audit import judge
from scripts.lock import LOCKS, blocks, pins
from tests.conftest import ROOT

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python",
    "ISC", "LLVM-exception", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib",
    "LGPL-2.1-or-later", "LGPL-3.0-only",  # of libraries that are used as they are
}  # fmt: skip
SPELLED = {  # as packages without an SPDX expression say it
    "Apache Software License": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
BY_THEIR_FILES = {  # whose metadata says nothing, or more than a name
    "axe-playwright-python": "MIT AND MPL-2.0",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}
FEWEST = 100  # packages of the locks that are installed where the tests run


def licence_of(name: str) -> str:
    """Return what an installed package says of its licence; empty for nothing."""
    told = distribution(name).metadata
    classifiers = [
        text.split(" :: ")[-1]
        for text in told.get_all("Classifier") or ()
        if text.startswith("License :: ") and not text.endswith(" :: OSI Approved")
    ]
    spelled = " AND ".join(SPELLED.get(text, text) for text in classifiers)
    expression, free = (
        "".join(told.get_all(field) or ()) for field in ("License-Expression", "License")
    )
    first = free.strip().partition("\n")[0]
    found = expression or spelled or SPELLED.get(first, first)
    return BY_THEIR_FILES.get(name, found)


def unknown(licences: dict[str, str]) -> list[str]:
    """Return whose licence is not allowed; who has looked at too few has found that alone."""
    if len(licences) < FEWEST:
        return [f"only {len(licences)} packages were looked at"]
    return [
        f"{name}: {licence or 'no licence'}"
        for name, licence in licences.items()
        if not set(re.sub(r"[()]|\b(?:AND|OR|WITH)\b", " ", licence).split()) <= ALLOWED
        or not licence
    ]


def test_every_installed_package_has_a_licence_that_is_allowed() -> None:
    licences = {}
    for lock in LOCKS[:2]:
        for name in pins((ROOT / lock).read_text()):
            try:
                licences[name] = licence_of(name)
            except PackageNotFoundError as error:
                raise AssertionError(f"{name} is locked and not installed: make test") from error
    assert unknown(licences) == []


@pytest.mark.parametrize("licence", ["AGPL-3.0-only", "", "MIT AND SSPL-1.0", "Proprietary"])
def test_a_licence_that_nobody_allowed_is_told(licence: str) -> None:
    good = {f"package-{number}": "MIT" for number in range(FEWEST)}
    assert unknown(good) == []
    assert len(unknown(good | {"odd": licence})) == 1
    assert unknown({"one": "MIT"}) == ["only 1 packages were looked at"]


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
    here = f"Python {sys.version_info.major}.{sys.version_info.minor} on {sysconfig.get_platform()}"
    head = f"# Made by: make lock, with {here}\n"
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


WANTED = {"one": "1.0", "two": "2.0"}
SKIPPED = {"name": "two", "skip_reason": "Dependency not found on PyPI"}
BAD = {"name": "two", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"name": "one", "vulns": []}, {"name": "two", "vulns": []}], None),
        ([{"name": "one", "vulns": []}, BAD], "two 2.0: PYSEC-1, mended in 2.1."),
        ([{"name": "one", "vulns": []}, SKIPPED], "1 packages were not audited: two."),
        ([SKIPPED], "none of 2 packages was audited. The advisories could not be asked for"),
        ([], "none of 2 packages was audited"),
    ],
)
def test_an_audit_that_has_not_looked_at_all_has_failed(
    rows: list[dict[str, object]], words: str | None
) -> None:
    wrong = judge({"dependencies": rows}, WANTED)
    assert len(wrong) == (words is not None)
    assert words is None or wrong[0].startswith(words)
