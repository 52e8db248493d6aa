"""What of a page stands around the agreement: menus, feet, bars about cookies and the like."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from index.formats.html.elements import (
    count,
    heading_depth,
    is_control,
    is_foot,
    is_link,
    is_within,
    own_words,
    seen_words,
    words_of,
)
from index.formats.html.folds import CONSENT, DIALOGS, LINKS_ALONE, MOST
from index.formats.html.sight import DENSE, SHORT, Measure, Sight
from index.segmentation.doubts import Aside, OddityKind

_BESIDE = frozenset({"aside", "header", "footer", "banner", "contentinfo", "complementary"})
_MARGINS = frozenset({"aside", "complementary"})
_FEET = frozenset({"footer", "contentinfo"})
_SECTIONS = frozenset({"section", "article", "main", "details", "blockquote", "td"})
_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|breadcrumbs?|sidebar|navbar|nav|menu|share"
    r"|social|back-?to-?top|skip-?links?|skip|toc|table-of-contents|footer|site-header|pagination"
    r"|newsletter|subscribe|modal|popup|toolbar|advert|ads)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"\W*(?:(?:back |return )?to (?:the )?top|top(?: of (?:the )?page)?"
    r"|(?:返回|回到|回)?[页頁]?[顶頂首]部?|返回[页頁]首|skip to .{1,30}|跳[到至过過].{1,12})?\W*",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"\bcookies?\b|隐私|隱私", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_CLEAR = 0.7
_FEW = 2  # links; more of them are a menu even where words part them
_ROW = 30  # links in a row that words before may lead into
_SMALL = 0.25  # of the page's letters; what holds more is not set aside
_LITTLE = 400  # letters; of a page with few words, half may be a bar about cookies
_BAR = 600  # letters of a bar about cookies, or of a form


class Surroundings:
    """Finds what stands around the agreement on one page, by its structure.

    A name or a kind of element alone sets nothing aside: what it is called only counts for words
    before the first title or behind the last clause.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._whole = self._of(sight.body).letters
        self._main, self._is_strict = self._find_main()
        self._core = self._find_core()
        self._first, self._last = self._find_edges()

    def set_aside(self) -> None:
        """Leave out what is no part of the agreement."""
        sight = self._sight
        for element in sight.elements:
            if element is sight.body or sight.is_left_out(element):
                continue
            why = self._why_aside(element)
            if why is not None:
                sight.leave_out(element, OddityKind.SET_ASIDE, why)

    def _of(self, element: HtmlElement) -> Measure:
        return self._sight.of(element)

    # Where the agreement stands

    def _find_main(self) -> tuple[HtmlElement | None, bool]:
        """Return where most words stand, and whether the page itself says that it is all."""
        everything = self._sight.elements
        found = [one for one in everything if "main" in (one.tag, one.get("role"))]
        best = max(found, key=lambda one: self._of(one).letters, default=None)
        if best is not None and self._of(best).letters > MOST * self._whole:
            return best, self._of(best).letters > _CLEAR * self._whole
        cells = [one for one in everything if one.tag == "td"]
        wide = [one for one in cells if self._of(one).letters > MOST * self._whole]
        return (wide[-1] if wide else None), False

    def _find_core(self) -> HtmlElement:
        """Return the innermost element that holds most of the words."""
        wide = (one for one in self._sight.elements if self._of(one).letters > MOST * self._whole)
        return max(wide, key=lambda one: self._of(one).order, default=self._sight.body)

    def _find_edges(self) -> tuple[int, int]:
        """Return the places of the first title and of the last words that seem the agreement's."""
        titles, firsts, lasts = [], [], []
        doubtful_until = -1
        sight = self._sight
        for order, element in enumerate(sight.elements[1:], 1):
            measure = self._of(element)
            if sight.verdict(element) or not measure.letters:
                continue
            if element.tag == "h1":
                titles.append(order)
            elif order <= doubtful_until:
                continue
            elif self._is_doubtful(element, measure):
                doubtful_until = measure.end
                continue
            if sight.has_prose(element) and not is_link(element):
                firsts.append(order)
                lasts.append(order)
            elif heading_depth(element):
                firsts.append(order)
                lasts += [order] * measure.numbered
        nowhere = len(sight.elements)
        return (titles or firsts or [nowhere])[0], max(lasts, default=-1)

    def _is_doubtful(self, element: HtmlElement, measure: Measure) -> bool:
        """Return whether an element may stand around the agreement, or hold a part of it."""
        if measure.numbered or measure.titles:
            return False
        if self._is_bar(element, measure) or self._is_form(element, measure):
            return True
        if measure.headings and measure.prose:
            return False
        kinds = {str(element.tag), element.get("role", "")}
        is_kind = bool(kinds & (_BESIDE | LINKS_ALONE | DIALOGS))
        is_suspect = _is_named(element) or is_kind or _is_foot_line(element, measure)
        return is_suspect and self._is_small(measure)

    def _is_small(self, measure: Measure) -> bool:
        share = MOST if measure.letters <= _LITTLE else _SMALL
        return measure.letters <= share * self._whole

    def _is_bar(self, element: HtmlElement, measure: Measure) -> bool:
        """Return whether buttons below a few words ask to allow cookies."""
        if not measure.controls or measure.letters > _BAR or not self._is_small(measure):
            return False
        is_apart = not measure.headings or not is_within(element, self._core)
        words = " ".join(seen_words(element))  # buttons stand apart
        return is_apart and bool(_COOKIES.search(words) and CONSENT.search(words))

    def _is_form(self, element: HtmlElement, measure: Measure) -> bool:
        """Return whether an element is a form to write into, with a few words."""
        if element.tag != "form" or measure.letters > _BAR or not self._is_small(measure):
            return False
        return any(one.get("type", "text") in ("text", "email", "search", "tel", "password")
                   for one in element.iter("input"))  # fmt: skip

    # What does not

    def _why_aside(self, element: HtmlElement) -> Aside | None:
        """Return why an element is no part of the agreement, or None."""
        measure = self._of(element)
        if not measure.letters or element in self._sight.openers:
            return None
        heading = self._sight.heading_around(element)
        if heading is not None or self._in_opener(element):
            is_beside = heading is not None and is_control(element)
            return Aside.BESIDE if is_beside and _has_words_beside(heading, element) else None
        if is_control(element):
            return None if self._is_text_too(element) else Aside.BESIDE
        if is_link(element):
            words = words_of(element) if measure.letters <= SHORT else ""
            is_jump = "#" in element.get("href", "") and _TOP.fullmatch(words)
            is_outer = self._is_outside(element) and not self._is_introduced(element)
            return Aside.MENU if is_jump or is_outer else None
        return self._why_block_aside(element, measure)

    def _in_opener(self, element: HtmlElement) -> bool:
        openers = self._sight.openers
        return bool(openers) and any(one in openers for one in element.iterancestors())

    def _is_text_too(self, control: HtmlElement) -> bool:
        """Return whether a button is read: it opens a part, or stands within a sentence."""
        if control.tag in ("summary", "label"):
            return True
        parent = control.getparent()
        beside = "".join(own_words(parent)) if parent is not None else ""
        return count(beside) > 0 or self._sight.has_prose(control)

    def _why_block_aside(self, element: HtmlElement, measure: Measure) -> Aside | None:
        kinds = {str(element.tag), element.get("role", "")}
        is_named, is_beside = _is_named(element), bool(kinds & _BESIDE)
        outside = self._is_outside(element)
        if self._is_menu(element, measure, is_suspect=is_named or is_beside, outside=outside):
            return Aside.MENU
        if measure.titles or measure.numbered or not self._is_small(measure):
            return None
        is_fixed = self._sight.style.of(element).get("position") == "fixed"
        if kinds & DIALOGS or is_fixed or self._is_bar(element, measure):
            return Aside.DIALOG
        why = Aside.FOOT if kinds & _FEET else Aside.BESIDE
        is_bare = not measure.prose and not measure.headings
        is_kind = is_beside or "form" in kinds
        is_around = measure.end < self._first or (is_kind and outside)
        is_row = (is_named or is_kind) and is_bare and (measure.controls or is_around)
        if is_row or self._is_form(element, measure):
            return why
        return self._why_at_edge(element, measure, why, is_beside=is_beside) if outside else None

    def _why_at_edge(
        self, element: HtmlElement, measure: Measure, why: Aside, *, is_beside: bool
    ) -> Aside | None:
        """Return why sentences before the title or behind the last clause are set aside."""
        named, says_whose = _is_named(element), is_foot(words_of(element))
        if self._is_strict and self._is_beyond(element):
            return Aside.FOOT if says_whose else why
        if heading_depth(element):
            return None
        if measure.controls and (named or CONSENT.search(words_of(element))):
            return Aside.DIALOG
        says_whose = says_whose and not measure.headings
        is_sectioned = any(one.tag in _SECTIONS for one in element.iterancestors())
        is_within_text = (
            is_sectioned
            or self._is_title(element, measure)
            or (
                bool({element.tag, element.get("role")} & _MARGINS)
                and is_within(element, self._core)
            )
        )
        if is_beside and not is_within_text:
            return why
        if named and measure.end < self._first:
            return Aside.DIALOG if measure.prose else Aside.BESIDE
        is_line = measure.order > self._last and _is_foot_line(element, measure)
        is_foot_here = is_line or (says_whose and (named or is_beside))
        return Aside.FOOT if is_foot_here else None

    def _is_title(self, element: HtmlElement, measure: Measure) -> bool:
        """Return whether an element holds the title of a page that has no other."""
        is_alone = not self._of(self._sight.body).titles
        return element.tag == "header" and measure.headings > 0 and is_alone

    def _is_menu(
        self, element: HtmlElement, measure: Measure, *, is_suspect: bool, outside: bool
    ) -> bool:
        """Return whether an element is links that lead elsewhere, and no part of the text."""
        if measure.titles or heading_depth(element):
            return False
        if {str(element.tag), element.get("role", "")} & LINKS_ALONE:
            return measure.is_linked(MOST) or not measure.prose
        if measure.numbered or not (is_suspect or outside):
            return False
        is_behind = measure.order > self._last
        is_many = measure.links > _FEW
        if measure.headings:
            is_apart = is_behind and not is_within(element, self._core)
            is_all = measure.linked + measure.headed >= DENSE * measure.letters
            is_linked = measure.links > 0 and is_all and (is_apart or (is_suspect and is_many))
        else:
            is_loose = is_suspect or (is_behind and is_many)
            is_linked = measure.is_linked(MOST if is_loose else DENSE)
        return is_linked and not self._is_introduced(element)

    def _is_introduced(self, element: HtmlElement) -> bool:
        """Return whether the words before an element, or before links in a row, lead into it."""
        for at in (element, *element.iterancestors()):
            before = at.getprevious()
            led = (before.tail if before is not None else at.getparent().text) or ""
            for _ in range(_ROW):
                if before is None or led.strip() or not self._of(before).is_linked(_CLEAR):
                    break
                before = before.getprevious()
                led = (before.tail if before is not None else at.getparent().text) or ""
            if led.strip():
                return True
            if before is not None:
                words = words_of(before).rstrip()
                return bool(heading_depth(before) and words) or words.endswith((":", "："))
            if at.getparent() is self._sight.body:
                return False
        return False

    def _is_outside(self, element: HtmlElement) -> bool:
        measure = self._of(element)
        is_edge = measure.end < self._first or measure.order > self._last
        return is_edge or self._is_beyond(element)

    def _is_beyond(self, element: HtmlElement) -> bool:
        """Return whether an element stands apart from the main part and from the title."""
        main = self._main
        if main is None or is_within(element, main) or is_within(main, element):
            return False
        around = (one for one in element.iterancestors() if not is_within(main, one))
        return not any(self._of(one).titles for one in around)


def _is_named(element: HtmlElement) -> bool:
    """Return whether an element is called as what stands around a text often is."""
    return bool(_NAME.search(f"{element.get('class', '')} {element.get('id', '')}"))


def _is_foot_line(element: HtmlElement, measure: Measure) -> bool:
    """Return whether an element is a line that only says whose the page is."""
    return measure.letters <= SHORT and not measure.headings and is_foot(words_of(element))


def _has_words_beside(heading: HtmlElement, control: HtmlElement) -> bool:
    """Return whether a heading has words without a button in it."""
    return bool(_LETTER.search(words_of(heading).replace(words_of(control), "", 1)))
