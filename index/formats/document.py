"""A file's bytes → its text and what its reader noted; parsed in a child process with bounds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import CorpusError, Fault, FaultKind
from index.formats.limits import IN_WORDS, WALL_SECONDS, bind
from index.formats.office import convert
from index.segmentation.doubts import Doubt, Oddity, OddityKind


class Format(StrEnum):
    """What a file can be."""

    TEXT = "text"
    HTML = "html"
    MHTML = "mhtml"  # a page with its files, as browsers save it in one
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    OLE = "ole"  # an old Office file
    OTHER = "other"  # known, and not read: a picture, archive or program


_SIGNATURES = (
    (b"PK\x03\x04", Format.DOCX), (b"PK\x05\x06", Format.DOCX), (b"PK\x07\x08", Format.DOCX),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.OLE),
    (b"\x89PNG", Format.OTHER), (b"\xff\xd8\xff", Format.OTHER), (b"GIF8", Format.OTHER),
    (b"\x1f\x8b", Format.OTHER), (b"BZh", Format.OTHER), (b"\xfd7zXZ", Format.OTHER),
    (b"7z\xbc\xaf", Format.OTHER), (b"Rar!", Format.OTHER), (b"\x7fELF", Format.OTHER),
    (b"MZ\x90\x00", Format.OTHER), (b"II*\x00", Format.OTHER), (b"MM\x00*", Format.OTHER),
    (b"%!PS", Format.OTHER),
)  # fmt: skip
_OPEN = b"mimetypeapplication/vnd.oasis.opendocument.text"  # the first file of the archive
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
_SAVED = re.compile(
    rb"^content-type:\s*(?:multipart/related|text/html)", re.IGNORECASE | re.MULTILINE
)
_MIME = re.compile(rb"^mime-version:", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"[A-Za-z-]+:")
_MARK = b"\xef\xbb\xbf"


def identify(data: bytes) -> Format:
    """Return what the bytes are; what has no signature counts as text."""
    head = data[:1024].removeprefix(_MARK).lstrip()
    if head.startswith(b"{\\rtf"):
        return Format.RTF
    if data[:2] == b"PK" and data.startswith(_OPEN, 30):
        return Format.ODT
    for signature, found in _SIGNATURES:
        if data.startswith(signature):
            return found
    if head.startswith(b"%PDF-"):
        return Format.PDF
    if head[:20].lower().startswith(_HTML_STARTS):
        return Format.HTML
    return Format.MHTML if _is_mail(data) else Format.TEXT


def _is_mail(data: bytes) -> bool:
    """Return whether bytes begin with the head of a mail that holds a page."""
    head = data[:4096].replace(b"\r", b"").lstrip().partition(b"\n\n")[0]
    return bool(_FIELD.match(head) and _MIME.search(head) and _SAVED.search(head))


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
    bind(file_bytes=0)
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """Let no parser reach the network or start a program."""
    if event.startswith(_FORBIDDEN):
        raise RefusedError(FaultKind.REACHES_OUT)


_ROOT = Path(__file__).parents[2]


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
        raise CorpusError(Fault(FaultKind.SLOW, IN_WORDS), path) from error
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise CorpusError(Fault(FaultKind.HEAVY, IN_WORDS), path) from error
    if "kind" in found:
        raise CorpusError(Fault(FaultKind(found["kind"]), found["values"]), path)
    return Document(found["text"], notes_of(found["notes"]), found["letters"])


SUFFIXES = {
    ".txt": Format.TEXT,
    ".md": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".mhtml": Format.MHTML,
    ".mht": Format.MHTML,
    ".docx": Format.DOCX,
    ".docm": Format.DOCX,
    ".dotx": Format.DOCX,
    ".odt": Format.ODT,
    ".rtf": Format.RTF,
    ".doc": Format.OLE,
    ".pdf": Format.PDF,
}


def is_parsed(path: Path) -> bool:
    """Return whether a file of this name goes through a parser, which takes its time."""
    return SUFFIXES.get(path.suffix.lower(), Format.TEXT) is not Format.TEXT


_ALIKE = {  # what an ending says and the bytes say → what it is
    (Format.HTML, Format.TEXT): Format.HTML,  # a page may begin with anything
    (Format.ODT, Format.DOCX): Format.ODT,  # packed anew, with its files in another order
    (Format.OLE, Format.RTF): Format.RTF,  # Word, too, looks at the bytes of a .doc
    (Format.OLE, Format.HTML): Format.HTML,
    (Format.OLE, Format.DOCX): Format.DOCX,
}


def read_document(path: Path, data: bytes) -> Document | None:
    """Return what a Word, PDF or web page file holds; None for a file that is text itself.

    The bytes must be what the ending of ``path`` says, or what Word takes it for.

    Raises:
        CorpusError: It is something else, encrypted, scanned, damaged or too large.
    """
    wanted = SUFFIXES.get(path.suffix.lower(), Format.TEXT)
    found = identify(data)
    if found is Format.OLE is not wanted:
        raise CorpusError(Fault.of(FaultKind.OLD_WORD), path)
    kind = found if found is wanted else _ALIKE.get((wanted, found))
    if kind is None:
        ending = path.suffix or "no ending"
        raise CorpusError(Fault.of(FaultKind.OTHER_FORMAT, found=found, ending=ending), path)
    if kind is Format.OLE:
        kind, data = Format.DOCX, convert(path, data)
    return None if kind is Format.TEXT else parse(kind, path, data)
