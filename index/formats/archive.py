"""Archives of XML, as Word, OpenDocument and EPUB files are: bounds first, then their parts."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from lxml import etree

from index.errors import FaultKind
from index.formats.document import MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED, RefusedError

_WORD = "http://schemas.openxmlformats.org/"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
_STRICT = b"http://purl.oclc.org/ooxml/"  # ISO's names for the same elements
_STRICT_NAMES = {
    b"officeDocument/relationships": b"officeDocument/2006/relationships",
    b"officeDocument/math": b"officeDocument/2006/math",
    b"wordprocessingml/main": b"wordprocessingml/2006/main",
}
_NAMES = {
    "w": f"{_WORD}wordprocessingml/2006/main",
    "m": f"{_WORD}officeDocument/2006/math",
    "r": f"{_WORD}officeDocument/2006/relationships",
    "mc": f"{_WORD}markup-compatibility/2006",
    **{name: f"{_OPEN}{name}:1.0" for name in ("office", "style", "text", "table")},
    "manifest": f"{_OPEN}manifest:1.0",
    "draw": f"{_OPEN}drawing:1.0",
    "fo": f"{_OPEN}xsl-fo-compatible:1.0",
    "svg": f"{_OPEN}svg-compatible:1.0",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
}
_XML_ENDINGS = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")


def qn(name: str) -> str:
    """Return a name such as ``w:p`` as lxml writes it, its namespace in braces."""
    prefix, local = name.split(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def to_number(words: str | None, otherwise: int) -> int:
    """Return the number that an attribute states, or another where it states none."""
    return int(words) if words and words.isdecimal() and len(words) < 6 else otherwise


class Archive:
    """An archive whose parts are looked at before they are parsed."""

    def __init__(self, data: bytes) -> None:
        """Refuse what unpacks to too much or is encrypted, before anything is read."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise RefusedError(FaultKind.DAMAGED_ARCHIVE) from error
        entries = self._archive.infolist()
        parts = [entry for entry in entries if entry.filename.lower().endswith(_XML_ENDINGS)]
        size = sum(entry.file_size for entry in parts)
        packed = max(sum(entry.compress_size for entry in parts), 1)
        if len(entries) > MAX_ENTRIES or size > MAX_UNPACKED or size / packed > MAX_RATIO:
            raise RefusedError(FaultKind.UNPACKS)
        if any(entry.flag_bits & 1 for entry in entries):
            raise RefusedError(FaultKind.ENCRYPTED)
        self.names = frozenset(entry.filename for entry in parts)

    def _check(self, name: str) -> None:
        """Refuse a part that is no XML, or whose XML defines entities."""
        try:
            with self._archive.open(name) as file:
                for _, element in ElementTree.iterparse(file, forbid_dtd=True):
                    element.clear()
        except DefusedXmlException as error:
            raise RefusedError(FaultKind.ENTITIES) from error
        except ElementTree.ParseError as error:
            raise RefusedError(FaultKind.DAMAGED_XML) from error

    def bytes(self, name: str) -> bytes:
        """Return a part as it stands; nothing where there is none."""
        return self._archive.read(name) if name in self.names else b""

    def part(self, name: str) -> Any:
        """Return the root element of a part, or None where there is none."""
        if name in self.names:
            self._check(name)
        data = self.bytes(name)
        if _STRICT in data:
            for strict, other in _STRICT_NAMES.items():
                data = data.replace(_STRICT + strict, _WORD.encode() + other)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(data, parser) if data else None
        except etree.XMLSyntaxError as error:
            raise RefusedError(
                FaultKind.NESTED if "depth" in str(error).lower() else FaultKind.DAMAGED_XML
            ) from error
