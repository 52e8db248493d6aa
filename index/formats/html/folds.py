"""What of a page is hidden for good, and what a click opens, which is a part of the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping

from lxml.html import HtmlElement

from index.formats.html.elements import (
    count,
    ends_sentence,
    heading_depth,
    is_control,
    is_numbered,
    is_pressed,
    is_within,
    words_of,
)
from index.formats.html.sight import SHORT, Measure, Sight
from index.formats.html.style import Style
from index.segmentation.doubts import OddityKind

DIALOGS = frozenset({"dialog", "alertdialog", "search", "tooltip", "toolbar"})
LINKS_ALONE = frozenset({"nav", "menu", "navigation", "menubar"})
MOST = 0.5  # of the letters
CONSENT = re.compile(
    r"\b(?:accept|agree|reject|allow|got it|decline|ok)\b|接受|同意|拒[绝絕]|知道了", re.IGNORECASE
)
_ELSEWHERE = frozenset({"modal", "tooltip", "popover", "dropdown", "offcanvas"})  # what they open
_UNHEARD = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "visuallyhidden"})
_ASKED = 20  # letters of a button
_MUCH = 400  # letters, too many for a note that somebody hid
_TOGGLE = "toggle"
_SURE = frozenset({"aria-controls", _TOGGLE})  # ways that do not only lead to a place
_FAR = re.compile(r"-(?:\d{4,}|[5-9]\d\d)")
_NOTHING = re.compile(r"rect\(\s*(?:0|1px)\b|inset\((?:50|100)%|circle\(0")
_FLAT = re.compile(r"[01](?:px|em|rem|%)?")


class Folds:
    """Finds what is hidden on one page, and its openers."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._letters = sight.of(sight.body).letters
        self._opened: set[HtmlElement] = set()
        self._by_part = _by_part_of_id(sight)
        self._parts: dict[HtmlElement, bool] = {}  # hidden, and whether something opens them

    def find(self) -> None:
        """Note the openers of the page, and leave out what nobody ever sees of the text."""
        self._find_openers()
        sight = self._sight
        for element in sight.elements:
            if element is sight.body or sight.is_left_out(element):
                continue
            if self._is_hidden(element):
                sight.leave_out(element, OddityKind.HIDDEN)

    def _find_openers(self) -> None:
        sight = self._sight
        pairs: list[tuple[HtmlElement, HtmlElement]] = []
        claims: dict[str, list[tuple[HtmlElement, HtmlElement]]] = defaultdict(list)
        plain: dict[HtmlElement, HtmlElement] = {}
        for element in sight.elements:
            if not _may_open(element):
                continue
            for how, panel in self._claimed(element):
                claims[how].append((element, panel))
            behind = self._panel_behind(element)
            if behind is not None and element.get("aria-expanded") is not None:
                pairs.append((element, behind))
            elif behind is not None and not _asks(element):
                plain[element] = behind
        several = len({words_of(element) for element in plain}) > 1
        for how, found in claims.items():
            is_sure = how in _SURE or any(is_unseen(panel, sight.style) for _, panel in found)
            pairs += found if is_sure else []
        pairs += [
            (element, panel)
            for element, panel in plain.items()
            if several or is_unseen(panel, sight.style)
        ]
        self._note_openers(dict(pairs))

    def _claimed(self, element: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
        """Yield the parts that an element may say that it opens, each with how it says so."""
        for how, name in _references(element):
            panel = self._sight.by_id(name)
            if panel is None and how == "onclick":
                panel = self._by_part.get(name)
            if panel is not None and self._is_panel(panel, element):
                yield how, panel

    def _note_openers(self, panels: dict[HtmlElement, HtmlElement]) -> None:
        """Take buttons for headings, those of a row of tabs each before what it opens."""
        sight = self._sight
        orders = sorted(sight.of(one).order for pair in panels.items() for one in pair)
        for opener, panel in panels.items():
            self._opened.add(panel)
            place, opened = sight.of(opener), sight.of(panel).order
            if opened < place.order:
                continue  # "read more" behind what it opens is no heading
            sight.openers.add(opener)
            following = bisect_right(orders, place.end)
            if following < len(orders) and orders[following] < opened:
                sight.tabs.setdefault(panel, opener)

    def _panel_behind(self, element: HtmlElement) -> HtmlElement | None:
        """Return the part of the text that follows a button."""
        if not is_control(element) and not is_pressed(element):
            return None
        behind = self._sight.behind(element)
        return behind if behind is not None and self._is_panel(behind, element) else None

    def _is_panel(self, element: HtmlElement, opener: HtmlElement) -> bool:
        """Return whether a button may open an element as a part of the text."""
        measure = self._sight.of(element)
        is_whole = element is self._sight.body or measure.titles > 0 or is_within(opener, element)
        is_part = element.get("role", "") not in DIALOGS and element.tag not in LINKS_ALONE
        return is_part and not is_whole and measure.letters > 0 and not measure.is_linked(MOST)

    def _is_hidden(self, element: HtmlElement) -> bool:
        """Return whether nobody ever sees an element as part of the text."""
        style = self._sight.style
        if element.get("role") == "tooltip" or _is_struck(element, style):
            return True
        names = set(element.get("class", "").split())
        measure = self._sight.of(element)
        if names & _UNHEARD and not measure.headings and not measure.prose:
            return True
        return is_unseen(element, style) and not self._is_folded(element, measure)

    def _is_folded(self, element: HtmlElement, measure: Measure) -> bool:
        """Return whether what is not drawn is a part of the text that a click opens."""
        is_text = measure.headings > 0 or measure.letters > _MUCH
        if is_text and measure.letters > MOST * self._letters:
            return True  # all of it, until the page's own program shows it
        if element.get("role", "") in DIALOGS or element.tag in LINKS_ALONE:
            return False
        if not measure.letters or (measure.is_linked(MOST) and not _is_headed(element)):
            return False
        is_tab = element.get("role") == "tabpanel"
        return is_tab or element in self._opened or self._has_opener_before(element)

    def _has_opener_before(self, element: HtmlElement) -> bool:
        """Return whether what is drawn before an element opens it; parts are asked in order."""
        before = element.getprevious()
        if before is None:
            around = element.getparent()
            is_first = around is not None and around is not self._sight.body
            return is_first and not (around.text or "").strip() and self._has_opener_before(around)
        if (before.tail or "").strip():
            return False
        sight = self._sight
        if not sight.holds(before) or is_unseen(before, sight.style) or sight.verdict(before):
            if before not in self._parts:
                self._parts[before] = self._has_opener_before(before)
            return self._parts[before]
        return self._is_opener(before, element)

    def _is_opener(self, before: HtmlElement, element: HtmlElement) -> bool:
        """Return whether what is drawn is a button, heading or number of what is hidden behind."""
        sight = self._sight
        words = words_of(before) if sight.of(before).letters <= SHORT else ""
        inside = [one for one in before.iter() if sight.holds(one)] if words else []
        buttons = [one for one in inside if one in sight.openers or is_pressed(one)]
        if buttons:
            sight.openers.add(buttons[0])
            return True
        if any(one.tag != "h1" and heading_depth(one) for one in inside) or before.tag == "dt":
            return not self._is_followed(element)
        return is_numbered(words) and not ends_sentence(words[4:])

    def _is_followed(self, element: HtmlElement) -> bool:
        """Return whether words that are seen follow before the next heading."""
        if (element.tail or "").strip():
            return True
        for following in element.itersiblings():
            if heading_depth(following) or following.tag == "dt":
                return False
            is_seen = isinstance(following.tag, str) and not is_unseen(following, self._sight.style)
            if is_seen and words_of(following):
                return self._sight.of(following).headings == 0
            if (following.tail or "").strip():
                return True
        return False


def _asks(element: HtmlElement) -> bool:
    """Return whether a button asks for consent, and is no title that speaks of it."""
    words = words_of(element)
    return count(words) <= _ASKED and not is_numbered(words) and bool(CONSENT.search(words))


def _is_headed(element: HtmlElement) -> bool:
    """Return whether a heading stands directly before an element."""
    before = element.getprevious()
    return before is not None and heading_depth(before) > 0


def is_unseen(element: HtmlElement, style: Style) -> bool:
    """Return whether a browser does not draw an element at first."""
    if not element.attrib and style.is_empty:
        return bool(element.tag == "dialog")
    declared = style.of(element)
    display = declared.get("display")
    is_marked = element.get("hidden", "until-found") != "until-found" and display is None
    is_closed = element.tag == "dialog" and element.get("open") is None
    is_off = display == "none" or declared.get("visibility") in ("hidden", "collapse")
    return is_marked or is_closed or is_off or (bool(declared) and _is_squeezed(declared))


def _is_squeezed(declared: Mapping[str, str]) -> bool:
    """Return whether an element is drawn where, or so small that, nobody sees it."""
    if _NOTHING.search(declared.get("clip", "") + declared.get("clip-path", "")):
        return True
    is_out = _FAR.search(" ".join(map(declared.get, ("left", "top", "text-indent"), [""] * 3)))
    if is_out and ("absolute" in declared.get("position", "") or "text-indent" in declared):
        return True
    sizes = (declared.get(name, "") for name in ("height", "max-height", "width"))
    is_flat = any(_FLAT.fullmatch(size) for size in sizes)
    is_cut = is_flat and "hidden" in declared.get("overflow", "")
    return is_cut or declared.get("font-size") in ("0", "0px")


def _opens(element: HtmlElement) -> str:
    """Return what Bootstrap is told to open, as it calls it."""
    return element.get("data-bs-toggle") or element.get("data-toggle") or ""


def _may_open(element: HtmlElement) -> bool:
    """Return whether what an element opens may be a part of the text."""
    if not element.attrib:
        return is_pressed(element)
    is_menu = element.get("aria-haspopup", "false") != "false"
    return not is_menu and _opens(element) not in _ELSEWHERE


def _references(element: HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the ids of what an element may say that it opens, each with how it says so."""
    for name in element.get("aria-controls", "").split():
        yield "aria-controls", name
    opens = _opens(element)
    for name, value in element.attrib.items():
        if name.startswith("data-") or (name == "href" and (opens or is_control(element))):
            yield _TOGGLE if opens else name, value.removeprefix("#")
    for name in re.findall(r"[\w-]+", element.get("onclick", "")):
        yield "onclick", name


def _by_part_of_id(sight: Sight) -> dict[str, HtmlElement]:
    """Return elements by a part of their id that no other has: ``en`` of ``terms-en``."""
    found: dict[str, list[HtmlElement]] = defaultdict(list)
    for element in sight.elements:
        for part in set(re.split(r"[-_]", element.get("id", ""))):
            found[part].append(element)
    return {part: among[0] for part, among in found.items() if part and len(among) == 1}


def _is_struck(element: HtmlElement, style: Style) -> bool:
    """Return whether a line through its words says that they no longer hold."""
    declared = style.of(element)
    drawn = declared.get("text-decoration", "") + declared.get("text-decoration-line", "")
    return element.tag in ("del", "s", "strike") or "line-through" in drawn
