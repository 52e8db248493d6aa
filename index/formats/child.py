"""Runs a parser in a process of its own, which may take so much memory and time and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from index.errors import CorpusError
from index.fault import Fault, FaultKind
from index.formats.limits import CPU_SECONDS, MEMORY_BYTES
from index.formats.signature import Format

WALL_SECONDS = 9
_ROOT = Path(__file__).parents[2]
_LIMITS = {"megabytes": MEMORY_BYTES >> 20, "seconds": CPU_SECONDS}


def parse(kind: Format, path: Path, data: bytes) -> str:
    """Return the text of a document, read in a child process.

    Raises:
        CorpusError: The document cannot be read within the limits, or the child died of it.
    """
    command = [sys.executable, "-s", "-m", "index.formats", kind.name]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of the file in the command
            command,
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise CorpusError(Fault(FaultKind.SLOW, _LIMITS), path) from error
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise CorpusError(Fault(FaultKind.HEAVY, _LIMITS), path) from error
    if "kind" in found:
        raise CorpusError(Fault(FaultKind(found["kind"]), found["values"]), path)
    return str(found["text"])
