"""Writes the locks: every package at one version, with the SHA-256 of each of its files.

    make lock            versions stay where the requirements allow it
    make lock UPGRADE=1  each becomes the newest that they allow

``requirements.lock`` is what the program runs on, ``requirements-dev.lock`` what its tests need
beside it, ``requirements-tools.lock`` what ``requirements-tools.txt`` needs. They hold for every
system and every Python from 3.11 on; what only some need has its marker. For Linux torch comes as
its build without CUDA, from PyTorch's own page or from where ``PIP_FIND_LINKS`` says, and is
locked for the Python and the machine that made the lock.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
UV = ROOT / "var" / "tools" / "bin" / "uv"
TORCH = "https://download.pytorch.org/whl/cpu/torch/"
LOCKS = tuple(f"requirements{part}.lock" for part in ("", "-dev", "-tools"))
OLDEST = "3.11"  # the first Python that the program runs on
_PIN = re.compile(
    r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]*\])?==([\w.!+-]+)(?:\s*;\s*([^#\\\n]+))?", re.MULTILINE
)
_BLOCK = re.compile(
    r"^([A-Za-z0-9][\w.-]*)[^\n]*?==[^\s;]+(?: *(;[^\\\n]+))?[^\n]*(?:\n    [^\n]+)*", re.MULTILINE
)


def blocks(text: str) -> dict[str, str]:
    """Return what a lock says of each package, by its name and marker."""
    return {_name(m[1]) + (m[2] or "").rstrip(): m[0] for m in _BLOCK.finditer(text)}


def pins(text: str) -> dict[str, str]:
    """Return the version of each package that this system and Python need, without ``+cpu``."""
    return {
        _name(name): version.partition("+")[0]
        for name, version, marker in _PIN.findall(text)
        if not marker or Marker(marker.strip()).evaluate()
    }


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve(*sources: str, former: dict[str, str], folder: Path) -> dict[str, str]:
    """Return what is to be said of each package that some requirements need."""
    out = folder / "lock"
    if "--upgrade" not in sys.argv[1:]:
        out.write_text("\n".join(former.values()))  # whose versions stay
    links = os.environ.get("PIP_FIND_LINKS") or TORCH
    subprocess.run(  # noqa: S603 - our own words
        [UV, "pip", "compile", "--no-config", "--quiet", "--generate-hashes", "--no-annotate",
         "--no-header", "--universal", "--python-version", OLDEST, "--fork-strategy", "fewest",
         "--find-links", links,
         "--output-file", out, *sources],
        cwd=ROOT, check=True,
    )  # fmt: skip
    found = blocks(out.read_text())
    out.unlink()
    return found


def write(name: str, found: dict[str, str]) -> None:
    """Write a lock; its first line says for which Python and machine torch is locked."""
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    head = f"# Made by: make lock, with {python} on {sysconfig.get_platform()}\n"
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
        ours, all_of_it = (pins("\n".join(found.values())) for found in (run, everything))
        if odd := [name for name in ours if ours[name] != all_of_it.get(name)]:
            sys.exit(f"error: the tests need other versions of {', '.join(odd)}.")
        tools = ROOT / LOCKS[2]
        known = blocks(tools.read_text()) if tools.exists() else {}
        needed = resolve("requirements-tools.txt", former=known, folder=folder)
    write(LOCKS[0], run)
    names = {key.partition(";")[0] for key in run}
    write(LOCKS[1], {k: v for k, v in everything.items() if k.partition(";")[0] not in names})
    write(LOCKS[2], needed)


if __name__ == "__main__":
    main()
