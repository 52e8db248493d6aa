"""What every part of a page holds, and what of the page is left out so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lxml.html import HtmlElement

from index.formats.html.elements import (
    count,
    heading_depth,
    is_control,
    is_foot,
    is_link,
    is_numbered,
    is_prose,
    own_words,
    seen_elements,
    words_of,
)
from index.formats.html.style import Style
from index.segmentation.doubts import Aside, OddityKind

DENSE = 0.8  # of the letters stand in links
SHORT = 150  # letters of a heading, or of the button that opens a panel
_UP = 4  # elements that may end with another, and are looked behind


@dataclass(slots=True)
class Measure:
    """What an element holds that is seen; letters are counted blanks aside.

    Attributes:
        order: Its place on the page.
        end: The place of the last element within it.
        letters: All of them.
        linked: Those within links.
        links: How many links.
        prose: Letters within sentences.
        headings: How many.
        headed: Letters within them.
        titles: How many headings of the first rank.
        numbered: Headings and paragraphs that begin with a number of their own.
        controls: Buttons and fields that open nothing on the page.
    """

    order: int
    end: int
    letters: int = 0
    linked: int = 0
    links: int = 0
    prose: int = 0
    headings: int = 0
    headed: int = 0
    titles: int = 0
    numbered: int = 0
    controls: int = 0

    def add(self, other: Measure, sign: int = 1) -> None:
        """Add what a child holds, or take it away with the sign -1."""
        self.end = max(self.end, other.end)
        self.letters += sign * other.letters
        self.linked += sign * other.linked
        self.links += sign * other.links
        self.prose += sign * other.prose
        self.headings += sign * other.headings
        self.headed += sign * other.headed
        self.titles += sign * other.titles
        self.numbered += sign * other.numbered
        self.controls += sign * other.controls

    def is_linked(self, share: float = DENSE) -> bool:
        """Return whether so much of it is links."""
        return self.links > 0 and self.linked >= share * self.letters


class Verdict(NamedTuple):
    """Why an element is not read."""

    kind: OddityKind
    why: Aside | None = None


class Sight:
    """One page as a person sees it.

    Attributes:
        body: All of it.
        style: Its style sheets.
        elements: What may have words, in the order of the page.
        openers: Buttons that open a part of the page, and are read as its heading.
        tabs: Tabs that stand in a row above the parts that they open, by part.
    """

    def __init__(self, body: HtmlElement, style: Style) -> None:
        self.body = body
        self.style = style
        self.elements = list(seen_elements(body))
        self.openers: set[HtmlElement] = set()
        self.tabs: dict[HtmlElement, HtmlElement] = {}
        self._verdicts: dict[HtmlElement, Verdict] = {}
        self._ids = {one.get("id") or one.get("name", ""): one for one in self.elements}
        self._headings = self._find_headings()
        self._pieces = {one: [*map(_piece, own_words(one))] for one in self.elements}
        self._measures = self._measured()

    def of(self, element: HtmlElement) -> Measure:
        """Return what an element holds but for what is left out in it."""
        return self._measures.get(element) or Measure(0, 0)

    def holds(self, element: HtmlElement) -> bool:
        """Return whether an element is of a kind that may have words."""
        return element in self._measures

    def has_prose(self, element: HtmlElement) -> bool:
        """Return whether a piece of text in an element itself says something."""
        return any(says_something for _, says_something, _ in self._pieces[element])

    def verdict(self, element: HtmlElement) -> Verdict | None:
        """Return why an element is not read, or None."""
        return self._verdicts.get(element)

    def by_id(self, name: str) -> HtmlElement | None:
        """Return the element of a name."""
        return self._ids.get(name) if name else None

    def leads_within(self, link: HtmlElement) -> bool:
        """Return whether a link leads to a place on this page."""
        _, mark, name = link.get("href", "").partition("#")
        return bool(mark) and self.by_id(name) is not None

    def leave_out(self, element: HtmlElement, kind: OddityKind, why: Aside | None = None) -> None:
        """Read an element no more, nor anything in it."""
        self._verdicts[element] = Verdict(kind, why)
        left_out = self._measures[element]
        for around in element.iterancestors():
            if around in self._measures:
                self._measures[around].add(left_out, -1)

    def is_left_out(self, element: HtmlElement) -> bool:
        """Return whether an element or one around it is left out; parents are asked first."""
        around = self._verdicts.get(element.getparent()) if element is not self.body else None
        if around is not None:
            self._verdicts.setdefault(element, around)
        return element in self._verdicts

    def behind(self, element: HtmlElement) -> HtmlElement | None:
        """Return what follows an element, or follows what it fills alone."""
        for _ in range(_UP):
            following = element.getnext()
            parent = element.getparent()
            if following is not None:
                return None if heading_depth(following) or is_control(following) else following
            if (element.tail or "").strip() or parent is None or parent is self.body:
                return None
            element = parent
        return None

    def heading_around(self, element: HtmlElement) -> HtmlElement | None:
        """Return the heading that an element is a part of, or None."""
        return self._headings.get(element)

    def _find_headings(self) -> dict[HtmlElement, HtmlElement]:
        """Return the heading around each element that stands in one."""
        found: dict[HtmlElement, HtmlElement] = {}
        for element in self.elements:
            parent = element.getparent()
            if parent in found:
                found[element] = found[parent]
            elif heading_depth(parent) and element is not self.body:
                found[element] = parent
        return found

    def _measured(self) -> dict[HtmlElement, Measure]:
        """Return the measure of every element."""
        made: dict[HtmlElement, Measure] = {}
        linked: set[HtmlElement | None] = set()
        for order, element in enumerate(self.elements):
            in_link = element.getparent() in linked
            if in_link or is_link(element):
                linked.add(element)
            made[element] = self._measure_alone(element, order, in_link=in_link)
        for element in reversed(self.elements):
            if element is not self.body:
                made[element.getparent()].add(made[element])
        return made

    def _measure_alone(self, element: HtmlElement, order: int, *, in_link: bool) -> Measure:
        """Return the measure of an element without what stands in others within it."""
        measure = Measure(order, order)
        is_first_link = is_link(element) and not in_link
        in_link = in_link or is_first_link
        depth = heading_depth(element)
        in_heading = depth > 0 or element in self._headings
        measure.links += is_first_link
        measure.controls += is_control(element) and not in_heading
        if depth and words_of(element):
            measure.headings += 1
            measure.titles += element.tag == "h1"
        for letters, says_something, has_number in self._pieces[element]:
            measure.letters += letters
            measure.linked += letters * in_link
            measure.headed += letters * (in_heading and not in_link)
            measure.prose += letters * (says_something and not in_link)
            measure.numbered += has_number and (in_heading or not in_link)
        return measure


def _piece(words: str) -> tuple[int, bool, bool]:
    """Return how long a piece of text is, whether it is prose, whether it has a number."""
    return count(words), is_prose(words), is_numbered(words) and not is_foot(words)
