"""Files that are whole or not there at all, and the checksum of their bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PART = ".part"  # after the name of what is being written, or was when its program was killed


def checksum(data: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def checksum_of(file: Path) -> str:
    """Return the SHA-256 of a file of any size; empty for one that cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def whole_file(
    path: Path,
    *,
    part: Path | None = None,
    is_private: bool = False,
    may_be_lost: bool = False,
) -> Iterator[BinaryIO]:
    """Give a file to write into, which takes its name once it is whole and on the disk.

    Until then it is called ``part``, in the same folder; ``<name>.part`` if not given. Its owner
    alone may read one that is private. For one that ``may_be_lost`` by a power cut nobody waits
    for the disk; a program that is killed has written it all the same.

    Raises:
        OSError: It cannot be written. What stood at ``path`` still stands, unless only the
            folder could not be forced to the disk.
    """
    part = part or path.with_name(path.name + PART)
    part.unlink(missing_ok=True)  # whoever made it may have let others read it
    try:
        descriptor = os.open(
            part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if is_private else 0o666
        )
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            if not may_be_lost:
                os.fsync(descriptor)
        part.replace(path)
        if not may_be_lost:
            sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write_whole(
    path: Path,
    data: bytes,
    *,
    part: Path | None = None,
    is_private: bool = False,
    may_be_lost: bool = False,
) -> None:
    """Write bytes into a file that is whole or not there at all; see ``whole_file``."""
    with whole_file(path, part=part, is_private=is_private, may_be_lost=may_be_lost) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Force to disk which files a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
