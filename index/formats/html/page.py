"""A web page → its words as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import html as lxml_html
from lxml.etree import ParserError, iterwalk
from lxml.html import HtmlElement

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.encoding import decode_bytes
from index.formats.html.around import Surroundings
from index.formats.html.contents import Contents
from index.formats.html.folds import Folds
from index.formats.html.sight import Sight
from index.formats.html.style import Style
from index.formats.html.writer import Writer
from index.segmentation.doubts import OddityKind

_WORDLESS_NAMES = "head script style noscript template iframe object svg canvas video audio map"
_INLINE_NAMES = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small"
    " span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_WORDLESS = frozenset(_WORDLESS_NAMES.split())
_CHARSET = re.compile(
    rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,99}encoding)\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})",
    re.IGNORECASE,
)
_MOST_FRAMES = 20
_PARSER: Mapping[str, bool] = {"no_network": True, "remove_comments": True, "remove_pis": True}


def read_html(data: bytes) -> Blocks:
    """Return the blocks of a page: headings, numbers of lists and tables as a reader sees them.

    Raises:
        RefusedError: It is no page, or holds entities of its own.
    """
    return read_page(data)


def read_page(
    data: bytes, label: str = "", sheets: Iterable[str] = (), frames: Mapping[str, str] = {}
) -> Blocks:
    """Return the blocks of a page that may have other files beside it.

    Args:
        data: The page.
        label: Its encoding, as it was sent with; empty where only the page itself may say so.
        sheets: The style sheets beside it.
        frames: The pages that are shown within it, by address.

    Raises:
        RefusedError: It is no page, or holds entities of its own.
    """
    if b"<!ENTITY" in data[:100_000].upper():
        raise RefusedError(FaultKind.ENTITIES)
    stated = _CHARSET.search(data[:4096])
    decoded = decode_bytes(data, label or (stated[1].decode("ascii") if stated else ""))
    if decoded is None:
        raise RefusedError(FaultKind.NOT_TEXT)
    root = _parse(decoded.text)
    for frame in list(root.iter("iframe", "frame"))[:_MOST_FRAMES]:
        inner = frame.get("srcdoc") or frames.get(frame.get("src", ""), "")
        if inner.strip():
            _fill(frame, _parse(inner))
    body = root.find("body")
    inner_sheets = [one.text_content() for one in root.iter("style")]
    sight = Sight(root if body is None else body, Style([*sheets, *inner_sheets]))
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


def _parse(text: str) -> HtmlElement:
    if "\0" in text:
        raise RefusedError(FaultKind.BINARY)
    parser = lxml_html.HTMLParser(encoding="utf-8", **_PARSER)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise RefusedError(FaultKind.NO_TEXT) from error


def _fill(frame: HtmlElement, page: HtmlElement) -> None:
    """Put a page where it is shown within another."""
    frame.tag, frame.text = "div", None
    frame.extend(list(page))


def _source(root: HtmlElement) -> str:
    """Return all words of a page, those too that may be hidden or no part of the agreement."""
    words: list[str] = []
    unread = 0  # elements that are open and hold no words for a reader
    for event, element in iterwalk(root, ("start", "end")):
        is_start, is_unread = event == "start", element.tag in _WORDLESS
        unread += is_unread if is_start else -is_unread
        words.append("" if element.tag in _INLINE else "\n")
        words.append("" if unread else (element.text if is_start else element.tail) or "")
    return "".join(words)
