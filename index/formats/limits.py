"""What a child that reads a foreign file may use."""

from __future__ import annotations

import resource
import sys

from index.fault import Fault, FaultKind

MEMORY_BYTES = 512 << 20
CPU_SECONDS = 8
MAX_TEXT = 20_000_000  # characters that a document may come to
MAX_ENTRIES = 2_000  # files in a Word document
MAX_UNPACKED = 60_000_000  # bytes of those that are read
MAX_RATIO = 250  # how often smaller they may be packed; Word's own stay below 30
MAX_PAGES = 2_000
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn")


class RefusedError(Exception):
    """A document cannot be used.

    Attributes:
        fault: Why.
    """

    def __init__(self, kind: FaultKind, **values: str | int) -> None:
        """Refuse it for a fault, with what the fault speaks of."""
        self.fault = Fault.of(kind, **values)
        super().__init__(str(self.fault))


def limit() -> None:
    """Bind this process to the limits; nothing lifts them again."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system without this limit still has the wall clock
            continue
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """Let no parser reach the network or start a program."""
    if event.startswith(_FORBIDDEN):
        raise RefusedError(FaultKind.REACHES_OUT)
