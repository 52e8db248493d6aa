"""A file's bytes → its text and what its reader noted; parsed in a child process with bounds."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import CorpusError, Fault, FaultKind
from index.segmentation.doubts import Doubt, Oddity, OddityKind


class Format(StrEnum):
    """What a file can be."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    OLE = "ole"  # an old Office file
    OTHER = "other"  # known, and not read: a picture, archive or program


_SIGNATURES = (
    (b"PK\x03\x04", Format.DOCX), (b"PK\x05\x06", Format.DOCX), (b"PK\x07\x08", Format.DOCX),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.OLE), (b"{\\rtf", Format.OTHER),
    (b"\x89PNG", Format.OTHER), (b"\xff\xd8\xff", Format.OTHER), (b"GIF8", Format.OTHER),
    (b"\x1f\x8b", Format.OTHER), (b"BZh", Format.OTHER), (b"\xfd7zXZ", Format.OTHER),
    (b"7z\xbc\xaf", Format.OTHER), (b"Rar!", Format.OTHER), (b"\x7fELF", Format.OTHER),
    (b"MZ\x90\x00", Format.OTHER), (b"II*\x00", Format.OTHER), (b"MM\x00*", Format.OTHER),
    (b"%!PS", Format.OTHER),
)  # fmt: skip
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
_MARK = b"\xef\xbb\xbf"


def identify(data: bytes) -> Format:
    """Return what the bytes are; what has no signature counts as text."""
    head = data[:1024].removeprefix(_MARK).lstrip()
    for signature, found in _SIGNATURES:
        if data.startswith(signature):
            return found
    if head.startswith(b"%PDF-"):
        return Format.PDF
    return Format.HTML if head[:20].lower().startswith(_HTML_STARTS) else Format.TEXT


MEMORY_BYTES = 512 << 20
CPU_SECONDS = 8
MAX_TEXT = 20_000_000  # characters that a document may come to
MAX_ENTRIES = 2_000  # files in a Word document
MAX_UNPACKED = 60_000_000  # bytes of those that are read
MAX_RATIO = 250  # how often smaller they may be packed; Word's own stay below 30
MAX_PAGES = 2_000
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read of a file.

    Attributes:
        text: Its text.
        notes: What its reader left out or doubts, in the order of the text.
        letters: How many letters and digits it holds; 0 for unknown.
    """

    text: str
    notes: tuple[Doubt, ...] = ()
    letters: int = 0


def notes_of(rows: Iterable[dict[str, Any]]) -> tuple[Doubt, ...]:
    """Return notes that were stored as JSON."""
    return tuple(
        Doubt(row["line"], Oddity(**row["oddity"] | {"kind": OddityKind(row["oddity"]["kind"])}))
        for row in rows
    )


class RefusedError(Exception):
    """A document cannot be used.

    Attributes:
        fault: Why.
    """

    def __init__(self, kind: FaultKind, **values: str | int) -> None:
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


WALL_SECONDS = 9
_ROOT = Path(__file__).parents[2]
_LIMITS = {"megabytes": MEMORY_BYTES >> 20, "seconds": CPU_SECONDS}


def parse(kind: Format, path: Path, data: bytes) -> Document:
    """Return what a document holds, read in a child process.

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
    return Document(found["text"], notes_of(found["notes"]), found["letters"])


SUFFIXES = {
    ".txt": Format.TEXT,
    ".md": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".docx": Format.DOCX,
    ".pdf": Format.PDF,
}


def is_parsed(path: Path) -> bool:
    """Return whether a file of this name goes through a parser, which takes its time."""
    return SUFFIXES.get(path.suffix.lower(), Format.TEXT) is not Format.TEXT


def read_document(path: Path, data: bytes) -> Document | None:
    """Return what a Word, PDF or web page file holds; None for a file that is text itself.

    The bytes must be what the ending of ``path`` says.

    Raises:
        CorpusError: It is something else, encrypted, scanned, damaged or too large.
    """
    wanted = SUFFIXES.get(path.suffix.lower(), Format.TEXT)
    found = identify(data)
    if found is Format.OLE:
        raise CorpusError(Fault.of(FaultKind.OLD_WORD), path)
    is_piece = wanted is Format.HTML and found is Format.TEXT  # a page may begin with anything
    if found is not wanted and not is_piece:
        ending = path.suffix or "no ending"
        raise CorpusError(Fault.of(FaultKind.OTHER_FORMAT, found=found, ending=ending), path)
    return None if wanted is Format.TEXT else parse(wanted, path, data)
