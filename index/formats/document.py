"""A file's bytes → its text, whatever its format."""

from __future__ import annotations

from pathlib import Path

from index.errors import CorpusError
from index.fault import Fault, FaultKind
from index.formats.child import parse
from index.formats.signature import Format, identify

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


def read_document(path: Path, data: bytes) -> str | None:
    """Return the text of a Word, PDF or web page file; None for a file that is text itself.

    Args:
        path: Its ending says what it is to be.
        data: Its bytes, which must be just that.

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
