"""The number that a browser prints before an entry of a list."""

from __future__ import annotations

import re

from lxml import html as lxml_html
from lxml.etree import ParserError, iterwalk
from lxml.html import HtmlElement

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.numerals import write_number

_STYLE = re.compile(r"list-style(?:-type)?\s{0,9}:\s{0,9}([a-z-]{1,40})", re.IGNORECASE)
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman",
          "I": "upper-roman"}  # fmt: skip
_FORMATS = {
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter", "lower-roman": "lowerRoman", "upper-roman": "upperRoman",
    "decimal": "decimal", "decimal-leading-zero": "decimalZero",
    "cjk-decimal": "ideographDigital", "cjk-ideographic": "chineseCounting",
    "trad-chinese-informal": "chineseCounting", "simp-chinese-informal": "chineseCounting",
    "simp-chinese-formal": "chineseLegalSimplified", "cjk-heavenly-stem": "ideographTraditional",
}  # fmt: skip
_BULLETS = frozenset({"disc", "circle", "square"})
_COUNTED = "data-clausebot-value"


def item_label(item: HtmlElement) -> str:
    """Return ``3.``, ``c.`` or ``iii.`` for an entry of a numbered list, ``-`` for another."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "" if parent is not None and _style(item, parent) == "none" else "-"
    style = _style(item, parent)
    if style == "none":
        return ""
    if style in _BULLETS:
        return "-"
    number = write_number(_value(item, parent), _FORMATS.get(style, "decimal"))
    return number + ("、" if style.startswith(("cjk", "simp", "trad")) else ".")


def _style(item: HtmlElement, parent: HtmlElement) -> str:
    for element in (item, parent):
        stated = _STYLE.search(element.get("style", ""))
        if stated:
            return stated[1].lower()
        if element.get("type") in _TYPES:
            return _TYPES[element.get("type", "")]
    return "decimal" if parent.tag == "ol" else "disc"


def _value(item: HtmlElement, parent: HtmlElement) -> int:
    """Return the number of an entry: counted from ``start`` or the last ``value``."""
    if item.get(_COUNTED) is None:  # a list is counted once, whatever its length
        entries = [entry for entry in parent if entry.tag == "li"]
        step = -1 if parent.get("reversed") is not None else 1
        value = _number(parent.get("start"), len(entries) if step < 0 else 1) - step
        for entry in entries:
            value = _number(entry.get("value"), value + step)
            entry.set(_COUNTED, str(value))
    return int(item.get(_COUNTED, "1"))


def _number(words: str | None, otherwise: int) -> int:
    is_number = re.fullmatch(r"\s*-?[0-9]{1,6}\s*", words or "")
    return int(words or "0") if is_number else otherwise


_HIDDEN_NAMES = (
    "script style noscript template iframe object embed svg canvas video audio picture img button"
    " input select textarea option datalist dialog head link meta title map area"
)
_HIDDEN_TAGS = frozenset(_HIDDEN_NAMES.split())
_FURNITURE_TAGS = frozenset({"nav", "aside", "footer", "header", "menu"})
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog",
                              "alertdialog", "menu", "menubar", "complementary"})  # fmt: skip
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|breadcrumbs?|sidebar|navbar|nav|menu|share"
    r"|social|back-?to-?top|skip-?links?|skip|toc|table-of-contents|footer|site-header|pagination"
    r"|newsletter|subscribe|modal|popup|toolbar|advert|ads)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_MOST = 0.5  # of the page's words; what holds so many of them is the agreement
_SMALL = 0.25


def hides(element: HtmlElement) -> bool:
    """Return whether a reader does not see an element at all."""
    if element.tag in _HIDDEN_TAGS or element.get("hidden") is not None:
        return True
    return bool(_UNSEEN.search(element.get("style", "")))


def find_body(root: HtmlElement) -> HtmlElement:
    """Return the innermost ``main`` or ``article`` with most of the words, else the body."""
    body = root.find("body")
    best = root if body is None else body
    whole = _size(best)
    for element in best.iter("main", "article"):
        if _size(element) > _MOST * whole:
            best = element
    return best


def drop_boilerplate(body: HtmlElement) -> None:
    """Remove menus, cookie bars, feet and the like, but nothing that may be the agreement."""
    for element in list(body.iter(*_HIDDEN_TAGS)):
        _remove(element)
    whole = _size(body)
    for element in list(body.iter()):
        if element is body or not isinstance(element.tag, str) or not _is_boilerplate(element):
            continue
        if _size(element) <= _SMALL * whole and next(element.iter("h1"), None) is None:
            _remove(element)


def _is_boilerplate(element: HtmlElement) -> bool:
    if element.tag in _FURNITURE_TAGS or element.get("role", "") in _FURNITURE_ROLES:
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag != "html" and bool(_FURNITURE_NAME.search(names))


def _remove(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _size(element: HtmlElement) -> int:
    return sum(len(words.strip()) for words in element.itertext() if words)


_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form header hr li main nav ol p pre section summary table tbody td th tr ul"
)
_WORDLESS_NAMES = "head script style noscript template iframe object svg canvas video audio map"
_INLINE_NAMES = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small"
    " span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_WORDLESS = frozenset(_WORDLESS_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_ALL_BOLD = 0.95


def read_html(data: bytes) -> Blocks:
    """Return the blocks of a page: headings, numbers of lists and tables as a reader sees them."""
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
    writer.blocks.source = _source(root)
    body = find_body(root)
    drop_boilerplate(body)
    writer.walk(body)
    writer.close()
    return writer.blocks


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
