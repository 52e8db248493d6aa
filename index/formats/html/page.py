"""A web page → its words as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import html as lxml_html
from lxml.etree import ParserError, iterwalk
from lxml.html import HtmlElement

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.encoding import Decoded, decode_bytes
from index.formats.html.around import Surroundings
from index.formats.html.contents import Contents
from index.formats.html.elements import is_never_seen
from index.formats.html.folds import Folds
from index.formats.html.sight import Sight
from index.formats.html.style import Style
from index.formats.html.writer import Writer
from index.segmentation.doubts import OddityKind

_INLINE_NAMES = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small"
    " span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_CHARSET = re.compile(
    rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,99}encoding)\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})",
    re.IGNORECASE,
)
_MOST_FRAMES = 20
_PARSER: Mapping[str, bool] = {
    "no_network": True, "remove_comments": True, "remove_pis": True, "huge_tree": True
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """The files that were saved together with a page.

    Attributes:
        base: The address of the page.
        files: Their text by address.
    """

    base: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def find(self, address: str) -> str:
        """Return the text of the file that a page calls so; none where it is not beside it."""
        if not self.files:
            return ""
        try:
            return self.files.get(address) or self.files.get(urljoin(self.base, address), "")
        except ValueError:  # an address that is none
            return ""


_ALONE = Beside()


def read_html(data: bytes) -> Blocks:
    """Return the blocks of a page: headings, numbers of lists and tables as a reader sees them.

    Raises:
        RefusedError: It is no page, or holds entities of its own.
    """
    return read_page(data)


def read_page(data: bytes, label: str = "", beside: Beside = _ALONE) -> Blocks:
    """Return the blocks of a page that may have other files beside it.

    Args:
        data: The page.
        label: Its encoding, as it was sent with; empty where only the page itself may say so.
        beside: Its style sheets, and the pages that are shown within it.

    Raises:
        RefusedError: It is no page, or holds entities of its own.
    """
    decoded = decode_page(data, label)
    root = _parse(decoded.text)
    _fill_frames(root, beside)
    body = root.find("body")
    sight = Sight(root if body is None else body, Style(_sheets(root, beside)))
    Folds(sight).find()
    Contents(sight).leave_out()
    Surroundings(sight).set_aside()
    writer = Writer(sight)
    writer.blocks.source = _source(root)
    if decoded.is_guess:
        writer.blocks.note(OddityKind.ENCODING, decoded.name)
    writer.walk(sight.body)
    writer.close()
    return writer.blocks


def decode_page(data: bytes, label: str) -> Decoded:
    """Return the characters of a page, read as it was sent, or as it says itself.

    Raises:
        RefusedError: It is no text, or holds entities of its own.
    """
    if b"<!ENTITY" in data[:100_000].upper():
        raise RefusedError(FaultKind.ENTITIES)
    stated = _CHARSET.search(data[:4096])
    decoded = decode_bytes(data, label or (stated[1].decode("ascii") if stated else ""))
    if decoded is None:
        raise RefusedError(FaultKind.NOT_TEXT)
    return decoded


def _parse(text: str) -> HtmlElement:
    if "\0" in text:
        raise RefusedError(FaultKind.BINARY)
    parser = lxml_html.HTMLParser(encoding="utf-8", **_PARSER)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise RefusedError(FaultKind.NO_TEXT) from error
    if parser.error_log.filter_from_fatals():  # it read no further
        raise RefusedError(FaultKind.NESTED)
    return root


def _fill_frames(root: HtmlElement, beside: Beside) -> None:
    """Put pages where they are shown within a page; those within them, too, up to a number."""
    waiting = list(root.iter("iframe", "frame"))
    for _ in range(_MOST_FRAMES):
        if not waiting:
            return
        frame = waiting.pop()
        inner = frame.get("srcdoc") or beside.find(frame.get("src", ""))
        if inner.strip():
            page = _parse(inner)
            waiting += page.iter("iframe", "frame")
            frame.tag, frame.text = "div", None
            frame.extend(list(page))


def _sheets(root: HtmlElement, beside: Beside) -> Iterator[str]:
    """Yield the style sheets of a page in their order, each with the media it is for."""
    for element in root.iter("style", "link"):
        is_link = "stylesheet" in element.get("rel", "").lower().split()
        sheet = beside.find(element.get("href", "")) if is_link else ""
        sheet = element.text_content() if element.tag == "style" else sheet
        media = element.get("media", "").strip().lower()
        yield f"@media {media} {{{sheet}}}" if media else sheet


def _source(root: HtmlElement) -> str:
    """Return all words of a page, those too that may be hidden or no part of the agreement."""
    words: list[str] = []
    unread = 0  # elements that are open and hold no words for a reader
    for event, element in iterwalk(root, ("start", "end")):
        is_start, is_unread = event == "start", is_never_seen(element)
        unread += is_unread if is_start else -is_unread
        words.append("" if element.tag in _INLINE else "\n")
        words.append("" if unread else (element.text if is_start else element.tail) or "")
    return "".join(words)
