"""What a process that reads somebody's file may take."""

from __future__ import annotations

import resource

MEMORY_BYTES = 512 << 20
CPU_SECONDS = 8
WALL_SECONDS = 9
IN_WORDS = {"megabytes": MEMORY_BYTES >> 20, "seconds": CPU_SECONDS}  # of a fault


def bind(file_bytes: int) -> None:
    """Bind this process to the limits, and files that it writes to a size; for good."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system without this limit still has the wall clock
            continue
