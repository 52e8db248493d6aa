"""What a file is, by its first bytes and not by its name."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What a file can be; the value is what people call it."""

    TEXT = "text"
    HTML = "a web page"
    DOCX = "a Word document or another ZIP archive"
    PDF = "a PDF"
    OLE = "an old Office file"
    OTHER = "a picture, archive or program"


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
