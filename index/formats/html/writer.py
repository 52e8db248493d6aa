"""A page that is seen → its blocks: headings, paragraphs, numbers of lists, tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.html import HtmlElement

from index.formats.blocks import Blocks
from index.formats.html.columns import find_sides
from index.formats.html.elements import count, heading_depth, is_never_seen, seen_words, words_of
from index.formats.html.numbers import Counters, item_label
from index.formats.html.sight import Sight
from index.formats.html.tables import Layout, Table
from index.segmentation.doubts import OddityKind

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form header hgroup hr legend li main menu nav ol p pre section"
    " summary table tbody td textarea th tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_BLOCK_STYLES = frozenset({"block", "flex", "grid", "table", "list-item", "flow-root"})
_BOLD = frozenset({"b", "strong"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th"})
_IS_BOLD = re.compile(r"bold|[6-9]00")
_UNSEEN_MARKS = re.compile("[\xad\u200b\u2060\ufeff]")
_ALL_BOLD = 0.95


class Writer:
    """Walks a page and writes its blocks.

    Attributes:
        sight: What a person sees of the page.
        blocks: What is written so far.
    """

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.blocks = Blocks()
        self._moved = set(sight.tabs.values())
        self._words: list[tuple[str, bool]] = []  # with whether they stand in bold type
        self._in_bold = 0
        self._in_pre = 0
        self._label = ""
        self._depth = 0
        self._last_depth = 1  # of the heading before
        self._looks: dict[tuple[str, str | None, str | None], int] = {}
        self._lists = 0
        self._counters = Counters()
        self._printed = ""  # what the style prints before the element that is walked

    def walk(self, element: HtmlElement) -> None:
        """Write an element and all that is in it."""
        tag = element.tag
        if not isinstance(tag, str) or is_never_seen(element):
            return
        if element in self._moved:
            return  # it stands before what it opens
        if self.sight.verdict(element) is not None:
            self._note(element)
            return
        style = self.sight.style.of(element)
        self._printed = self._counters.enter(element, self.sight.style)
        is_bold = tag in _BOLD or bool(_IS_BOLD.search(style.get("font-weight", "")))
        is_pre = tag in ("pre", "textarea") or style.get("white-space", "").startswith("pre")
        self._in_bold += is_bold
        self._in_pre += is_pre
        if element in self.sight.tabs:
            tab = self.sight.tabs[element]
            self._walk_block(tab, depth=self._depth_of(tab))
        self._walk_kind(element, style)
        self._in_bold -= is_bold
        self._in_pre -= is_pre
        self._counters.leave(element)

    def _walk_kind(self, element: HtmlElement, style: Mapping[str, str]) -> None:
        tag, display = element.tag, style.get("display")
        is_block = display in _BLOCK_STYLES or (tag in _BLOCKS and display != "inline")
        is_opener = element in self.sight.openers or tag == "summary"
        is_part = self._depth > 0 and tag not in ("p", "li") and (is_block or is_opener)
        if tag == "br":
            self._words.append(("\n", False))
        elif tag == "table":
            self._walk_table(element)
        elif heading_depth(element):
            self._last_depth = heading_depth(element)
            self._walk_block(element, depth=self._last_depth)
        elif is_part:  # of a heading
            self._add(" ")
            self._children(element)
            self._add(" ")
        elif is_opener:
            has_heading = any(map(heading_depth, element.iterdescendants()))
            self._walk_block(element, depth=0 if has_heading else self._depth_of(element))
        elif is_block:
            self._walk_listed(element)
        elif tag != "a" or not element.get("href") or any(map(str.isalnum, _text(element))):
            self._children(element)  # a mark alone leads to its own heading

    def _depth_of(self, button: HtmlElement) -> int:
        """Return how deep a heading is that a button makes: as the first that looks like it."""
        look = (button.tag, button.get("class"), button.get("role"))
        return self._looks.setdefault(look, self._last_depth + 1)

    def _walk_listed(self, element: HtmlElement) -> None:
        """Write a block, which may be a list, an entry of one, or texts side by side."""
        self.close()
        sides = find_sides(element, self.sight)
        if sides:
            self.blocks.note(OddityKind.COLUMNS, words_of(sides[0][0]))
            for cell in (cell for side in sides for cell in side):
                self.walk(cell)
                self.close()
            return
        is_list = element.tag in ("ol", "ul")
        if element.tag == "li":
            self._printed = self._printed or item_label(element, self.sight.style)
        self._lists += is_list
        self._walk_block(element)
        self._lists -= is_list

    def _walk_table(self, element: HtmlElement) -> None:
        self.close()
        for caption in element.iterchildren("caption"):
            self.walk(caption)
        table = Table(element, self._read_cell, lambda one: self.sight.verdict(one) is not None)
        is_data = table.layout is Layout.DATA
        for one in element.iterdescendants():
            is_outer = self.sight.verdict(one) and not self.sight.verdict(one.getparent())
            is_own = next(one.iterancestors("table")) is element
            if is_outer and (is_data or (is_own and one.tag in _TABLE_PARTS)):
                self._note(one)
        if is_data:
            self.blocks.add_table(table.rows())
            return
        if table.layout is Layout.COLUMNS:
            self.blocks.note(OddityKind.COLUMNS, next(iter(table.cells()))[1].text_content())
        for label, cell in table.cells():
            self._label = label
            self.walk(cell)
            self.close()
            self._label = ""

    def _note(self, element: HtmlElement) -> None:
        verdict, words = self.sight.verdict(element), " ".join(seen_words(element))
        if verdict is not None and any(map(str.isalnum, words)):
            self.blocks.note(verdict.kind, words, verdict.why)

    def _read_cell(self, cell: HtmlElement) -> str:
        """Return the words of a cell on one line."""
        inner = _CellWriter(self.sight)
        inner.walk(cell)
        inner.close()
        return " ".join(inner.blocks.blocks)

    def close(self) -> None:
        """End the paragraph that is open."""
        if not self._words:
            return
        for lines in _paragraphs(self._words):
            if self._depth:
                self._write(" ".join(words for words, _ in lines), bold=True)
                continue
            kept: list[str] = []
            for words, is_bold in lines:
                if is_bold:
                    self._write("\n".join(kept), bold=False)
                    self._write(words, bold=True)
                    kept = []
                else:
                    kept.append(words)
            self._write("\n".join(kept), bold=False)
        self._words = []

    def _write(self, words: str, *, bold: bool) -> None:
        if words.strip():
            indent = max(self._lists - 1, 0)
            self.blocks.add(words, label=self._label, depth=self._depth, bold=bold, indent=indent)
            self._label = ""

    def _walk_block(self, element: HtmlElement, *, depth: int = 0) -> None:
        self.close()
        former, self._depth = self._depth, depth or self._depth
        label, self._printed = self._printed, ""
        self._label = label or self._label
        if depth and self._label == "-":
            self._label = ""  # no heading has a bullet
        self._children(element)
        self.close()
        if label:
            self._label = ""
        self._depth = former

    def _children(self, element: HtmlElement) -> None:
        printed, self._printed = self._printed, ""
        quotes = "“”" if element.tag == "q" else ""
        self._add(f"{printed} " if printed else quotes[:1])
        self._add(element.text or "")
        for child in element:
            self.walk(child)
            self._add(child.tail or "")
        self._add(quotes[1:])

    def _add(self, words: str) -> None:
        if not words.isascii():
            words = _UNSEEN_MARKS.sub("", words)
        if words:
            shown = words if self._in_pre else words.replace("\n", " ").replace("\r", " ")
            self._words.append((shown, bool(self._in_bold)))


def _paragraphs(runs: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    """Return the lines of each paragraph, with whether all of a line stands in bold type."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for words, is_bold in runs:
        first, *others = words.split("\n")
        lines[-1].append((first, is_bold))
        lines += [[(other, is_bold)] for other in others]
    paragraphs: list[list[tuple[str, bool]]] = [[]]
    for pieces in lines:
        line = "".join(words for words, _ in pieces)
        if line.strip():
            paragraphs[-1].append((line, _is_bold(pieces)))
        elif paragraphs[-1]:
            paragraphs.append([])
    return paragraphs


def _is_bold(pieces: list[tuple[str, bool]]) -> bool:
    bold = sum(count(words) for words, is_bold in pieces if is_bold)
    return bold > 0 and bold > _ALL_BOLD * sum(count(words) for words, _ in pieces)


def _text(element: HtmlElement) -> str:
    return "".join(seen_words(element))


class _CellWriter(Writer):
    """Writes the cell of a table, which has no headings."""

    def _write(self, words: str, *, bold: bool) -> None:
        if words.strip():
            line = f"{self._label} {' '.join(words.split())}".strip()
            self.blocks.blocks.append(line)
            self._label = ""
