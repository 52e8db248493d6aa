"""A web page that a browser saved in one file → its blocks: the page, its styles, its frames."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import MAX_ENTRIES, MAX_UNPACKED, RefusedError
from index.formats.encoding import decode_bytes
from index.formats.html.page import Beside, decode_page, read_page

_PAGES = ("text/html", "application/xhtml+xml")
_SHEET = "text/css"


def read_mhtml(data: bytes) -> Blocks:
    """Return the blocks of the first page of a file, with those that are shown within it.

    Raises:
        RefusedError: It holds no page, more than any agreement, or entities of its own.
    """
    whole = message_from_bytes(data)
    parts = [part for part in whole.walk() if part.get_content_type() in (*_PAGES, _SHEET)]
    if len(parts) > MAX_ENTRIES:
        raise RefusedError(FaultKind.UNPACKS)
    first = _find_first(whole, parts)
    if first is None:
        raise RefusedError(FaultKind.NO_TEXT)
    contents = {part: _bytes_of(part) for part in parts}
    if sum(map(len, contents.values())) > MAX_UNPACKED:
        raise RefusedError(FaultKind.UNPACKS)
    files = {
        address: words
        for part, content in contents.items()
        if part is not first and (words := _text_of(part, content))
        for address in _addresses_of(part)
    }
    base = str(first.get("Content-Location", whole.get("Content-Location", "")))
    return read_page(contents[first], _label_of(first), Beside(base.strip(), files))


def _find_first(whole: Message, parts: list[Message]) -> Message | None:
    """Return the page that is shown: the one that the file names, else its first."""
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    start = str(whole.get_param("start", ""))
    named = (part for part in pages if start and part.get("Content-ID", "").strip() == start)
    return next(named, pages[0] if pages else None)


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _label_of(part: Message) -> str:
    return str(part.get_param("charset", ""))


def _text_of(part: Message, content: bytes) -> str:
    """Return the text of a style sheet or of a page within; none where it cannot be read."""
    if part.get_content_type() in _PAGES:
        return decode_page(content, _label_of(part)).text
    decoded = decode_bytes(content, _label_of(part))
    return decoded.text if decoded is not None else ""


def _addresses_of(part: Message) -> Iterator[str]:
    """Yield what the first page calls a part by."""
    name = str(part.get("Content-ID", "")).strip().strip("<>")
    if name:
        yield f"cid:{name}"
    if part.get("Content-Location"):
        yield "".join(str(part["Content-Location"]).split())
