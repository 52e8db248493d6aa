"""The table of contents of a page: links to its own places, or words that its headings repeat."""

from __future__ import annotations

import re
from itertools import groupby

from lxml.html import HtmlElement

from index.formats.html.elements import (
    count,
    heading_depth,
    is_link,
    own_words,
    without_number,
    words_of,
)
from index.formats.html.sight import SHORT, Sight
from index.segmentation.doubts import Aside, OddityKind

_TITLE = re.compile(
    r"\W*(?:(?:table of )?contents|on this page|in this (?:page|document|policy)|jump to"
    r"|quick links|目\s*[录錄次])\W*",
    re.IGNORECASE,
)
_HOLDERS = frozenset({"a", "dd", "div", "dt", "li", "p", "span", "td"})
_NUMBER = 12  # letters of one, before an entry
_LEAD = 600  # letters of a paragraph that a list belongs to
_FEWEST = 3  # entries
_ENTRIES = 0.9  # of the letters of a table of contents
_LETTER = re.compile(r"[^\W\d_]")


class Contents:
    """Finds the tables of contents of one page."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        headings = [one for one in sight.elements if heading_depth(one) and not sight.verdict(one)]
        self._places = {_plain(words_of(one)): sight.of(one).order for one in headings}
        self._last = max(self._places.values(), default=-1)
        self._longest = max(map(len, self._places), default=0) + _NUMBER
        self._letters: dict[HtmlElement, int] = {}
        self._entries: dict[HtmlElement, tuple[int, int]] = {}  # how many, and their letters
        for element in reversed(sight.elements):
            self._measure(element)

    def leave_out(self) -> None:
        """Leave out every table of contents, with its title."""
        sight = self._sight
        for element in sight.elements:
            if sight.is_left_out(element) or heading_depth(element):
                continue
            if self._entries.get(element, (0, 0))[0] < _FEWEST:
                continue
            for is_entry, run in groupby(self._children(element), self._is_entries):
                found = list(run)
                if is_entry and sum(self._entries[one][0] for one in found) >= _FEWEST:
                    self._leave_out_run(found)

    def _leave_out_run(self, run: list[HtmlElement]) -> None:
        before = self._before(run[0])
        words = words_of(before) if before is not None else ""
        is_title = bool(_TITLE.fullmatch(words))
        if words.endswith((":", "：")) and not is_title and not any(map(_has_link, run)):
            return  # a list of which the text itself speaks
        for element in ([before] if is_title else []) + run:
            self._sight.leave_out(element, OddityKind.SET_ASIDE, Aside.CONTENTS)

    def _before(self, element: HtmlElement) -> HtmlElement | None:
        """Return what stands before an element, if it is short."""
        at: HtmlElement | None = element
        while at is not None and at is not self._sight.body:
            before = at.getprevious()
            while before is not None and not self._letters.get(before):
                before = before.getprevious()
            if before is not None:
                return before if self._letters[before] <= _LEAD else None
            at = at.getparent()
        return None

    def _children(self, element: HtmlElement) -> list[HtmlElement]:
        return [one for one in element if self._letters.get(one)]

    def _is_entries(self, element: HtmlElement) -> bool:
        """Return whether nearly all of an element is entries."""
        entries, letters = self._entries[element]
        has_tail = bool(_LETTER.search(element.tail or ""))
        return entries > 0 and letters >= _ENTRIES * self._letters[element] and not has_tail

    def _measure(self, element: HtmlElement) -> None:
        """Count the entries of an element whose children are counted."""
        sight = self._sight
        if sight.verdict(element) or not sight.of(element).letters:
            return
        children = self._children(element)
        own = sum(count(words) for words in own_words(element) if _LETTER.search(words))
        letters = own + sum(map(self._letters.__getitem__, children))
        self._letters[element] = letters
        found = [self._entries[one] for one in children]
        self._entries[element] = (sum(one for one, _ in found), sum(one for _, one in found))
        if heading_depth(element):
            self._entries[element] = (0, 0)
        elif 0 < letters <= SHORT and self._is_entry(element, letters):
            self._entries[element] = (1, letters)

    def _is_entry(self, element: HtmlElement, letters: int) -> bool:
        """Return whether an element leads to a place, or says what a heading below it says."""
        if is_link(element) and self._sight.leads_within(element):
            return True
        order = self._sight.of(element).order
        if order > self._last or letters > self._longest or element.tag not in _HOLDERS:
            return False
        return self._places.get(_plain(words_of(element)), -1) > order


def _has_link(element: HtmlElement) -> bool:
    return any(map(is_link, element.iter("a")))


def _plain(words: str) -> str:
    """Return words by which an entry and its heading are compared."""
    return "".join(filter(str.isalnum, without_number(words))).lstrip("0123456789").lower()
