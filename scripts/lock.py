"""Writes the locks: every package at one version, with the SHA-256 of each of its files.

    make lock            versions stay where the requirements allow it
    make lock UPGRADE=1  each becomes the newest that they allow

``requirements.lock`` is what the program runs on, ``requirements-dev.lock`` what its tests need
beside it, ``requirements-tools.lock`` what ``requirements-tools.txt`` needs. torch comes as its
build without CUDA, from PyTorch's own page or from where ``PIP_FIND_LINKS`` says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
UV = ROOT / "var" / "tools" / "bin" / "uv"
TORCH = "https://download.pytorch.org/whl/cpu/torch/"
LOCKS = tuple(f"requirements{part}.lock" for part in ("", "-dev", "-tools"))
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]*\])?==([\w.!-]+)", re.MULTILINE)
_BLOCK = re.compile(r"^([A-Za-z0-9][\w.-]*)[^\n]*?==[^\n]*(?:\n    [^\n]+)*", re.MULTILINE)


def blocks(text: str) -> dict[str, str]:
    """Return what a lock says of each package, by its name."""
    return {re.sub(r"[-_.]+", "-", m[1]).lower(): m[0] for m in _BLOCK.finditer(text)}


def pins(text: str) -> dict[str, str]:
    """Return the version of each package of a lock; a build of our own (``+cpu``) left out."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _PIN.findall(text)}


def resolve(*sources: str, former: dict[str, str], folder: Path) -> dict[str, str]:
    """Return what is to be said of each package that some requirements need."""
    out = folder / "lock"
    if "--upgrade" not in sys.argv[1:]:
        out.write_text("\n".join(former.values()))  # whose versions stay
    links = os.environ.get("PIP_FIND_LINKS") or TORCH
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    subprocess.run(  # noqa: S603 - our own words
        [UV, "pip", "compile", "--no-config", "--quiet", "--generate-hashes", "--no-annotate",
         "--no-header", "--python-version", version, "--find-links", links,
         "--output-file", out, *sources],
        cwd=ROOT, check=True,
    )  # fmt: skip
    found = blocks(out.read_text())
    out.unlink()
    return found


def write(name: str, found: dict[str, str]) -> None:
    """Write a lock; its first line says for which Python and machine."""
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    head = f"# {python} on {sysconfig.get_platform()}. Made by: make lock\n"
    bare = [package for package, block in found.items() if "--hash=sha256:" not in block]
    if bare or not found:
        sys.exit(
            f"error: {name}: no hashes of {', '.join(bare) or 'anything'}. Nothing is written."
        )
    (ROOT / name).write_text(head + "\n".join(found[key] for key in sorted(found)) + "\n")
    print(f"{name}: {len(found)} packages")


def main() -> None:
    """Write all three."""
    former: dict[str, str] = {}
    for path in (ROOT / name for name in LOCKS[:2]):
        former |= blocks(path.read_text()) if path.exists() else {}
    with TemporaryDirectory() as place:
        folder = Path(place)
        everything = resolve(
            "requirements.txt", "requirements-dev.txt", former=former, folder=folder
        )
        run = resolve("requirements.txt", former=everything, folder=folder)
        if odd := [key for key in run if run[key] != everything.get(key)]:
            sys.exit(f"error: the tests need other versions of {', '.join(odd)}.")
        tools = ROOT / LOCKS[2]
        known = blocks(tools.read_text()) if tools.exists() else {}
        needed = resolve("requirements-tools.txt", former=known, folder=folder)
    write(LOCKS[0], run)
    write(LOCKS[1], {key: block for key, block in everything.items() if key not in run})
    write(LOCKS[2], needed)


if __name__ == "__main__":
    main()
