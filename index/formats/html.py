"""A web page as saved from a browser → the words a reader sees of its agreement."""

from __future__ import annotations

import re

from lxml import html as lxml_html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from index.fault import FaultKind
from index.formats.blocks import Blocks
from index.formats.html_lists import item_label
from index.formats.html_page import drop_furniture, find_body, hides
from index.formats.limits import RefusedError

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form header hr li main nav ol p pre section summary table tbody td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_ALL_BOLD = 0.95


def read_html(data: bytes) -> str:
    """Return the text of a page: headings, numbers of lists and tables as a reader sees them."""
    if b"<!ENTITY" in data[:100_000].upper():
        raise RefusedError(FaultKind.ENTITIES)
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        words = _decode(data).encode("utf-8", "replace")
        root = lxml_html.document_fromstring(words, parser=parser)
    except ParserError as error:
        raise RefusedError(FaultKind.NO_TEXT) from error
    writer = _Writer()
    body = find_body(root)
    drop_furniture(body)
    writer.walk(body)
    writer.close()
    return writer.blocks.text()


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise RefusedError(FaultKind.BINARY)
    stated = _CHARSET.search(data[:4096])
    encodings = ["utf-8-sig", stated[1].decode("ascii") if stated else "gb18030", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode("gb18030" if encoding.lower() in ("gb2312", "gbk") else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


class _Writer:
    """Walks a page and writes its blocks.

    Attributes:
        blocks: What is written so far.
    """

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._words: list[str] = []
        self._bold = 0  # letters in bold type
        self._all = 0
        self._in_bold = 0
        self._label = ""
        self._depth = 0
        self._lists = 0

    def walk(self, element: HtmlElement) -> None:
        """Write an element and all that is in it."""
        tag = element.tag
        if not isinstance(tag, str) or hides(element):
            return
        if tag == "br":
            self._words.append("\n")
        elif tag == "table" and _is_data(element):
            self.close()
            self.blocks.add_table(_rows(element))
        elif tag in _HEADINGS:
            self._walk_block(element, depth=_HEADINGS[tag])
        elif tag in ("ol", "ul"):
            self._lists += 1
            self._walk_block(element)
            self._lists -= 1
        elif tag == "li":
            self._walk_block(element, label=item_label(element))
        elif tag in _BLOCKS:
            self._walk_block(element)
        else:
            self._in_bold += tag in _BOLD
            self._children(element)
            self._in_bold -= tag in _BOLD

    def close(self) -> None:
        """End the paragraph that is open."""
        words = "".join(self._words)
        if words.strip():
            is_bold = self._bold > _ALL_BOLD * self._all
            self.blocks.add(
                words,
                label=self._label,
                depth=self._depth,
                bold=is_bold,
                indent=max(self._lists - 1, 0),
            )
            self._label = ""
        self._words, self._bold, self._all = [], 0, 0

    def _walk_block(self, element: HtmlElement, *, label: str = "", depth: int = 0) -> None:
        self.close()
        former, self._depth = self._depth, depth or self._depth
        self._label = label or self._label
        self._children(element)
        self.close()
        if label:
            self._label = ""
        self._depth = former

    def _children(self, element: HtmlElement) -> None:
        self._add(element.text, element)
        for child in element:
            self.walk(child)
            self._add(child.tail, element)

    def _add(self, words: str | None, element: HtmlElement) -> None:
        if not words:
            return
        if element.tag != "pre":
            words = _SPACE.sub(" ", words)
        letters = sum(not mark.isspace() for mark in words)
        self._all += letters
        self._bold += letters * bool(self._in_bold)
        self._words.append(words)


def _is_data(table: HtmlElement) -> bool:
    """Return whether a table holds cells of words, not the layout of the page."""
    if any(True for _ in table.iter("h1", "h2", "h3", "ol", "ul")):
        return False
    rows = _rows(table)
    widest = max(map(len, rows), default=0)
    return widest > 1 and sum(sum(map(bool, row)) > 1 for row in rows) * 2 >= len(rows)


def _rows(table: HtmlElement) -> list[list[str]]:
    return [
        [_SPACE.sub(" ", cell.text_content()).strip() for cell in row if cell.tag in ("td", "th")]
        for row in table.iter("tr")
    ]
