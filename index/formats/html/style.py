"""What a page's own style sheets say of its elements: the few rules that decide what is read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

_READ_NAMES = (
    "display visibility content counter-reset counter-increment list-style list-style-type position"
    " left top text-indent clip clip-path width height max-height overflow font-size font-weight"
    " text-decoration text-decoration-line white-space"
)
_READ = frozenset(_READ_NAMES.split())
_COUNTED = frozenset({"content", "counter-reset", "counter-increment"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ADDRESS = re.compile(r"url\([^)]*\)")
_MARK = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|[{};]""")
_NAME = r"(?:[\w-]|[^\x00-\x7f]|\\.)+"
_SIMPLE = re.compile(rf"""([.#]?{_NAME}|\*|\[\s*{_NAME}\s*(?:=\s*["']?[^"'\]]*["']?\s*)?\])""")
_NOT = re.compile(r":not\(([^():]*)\)")
_PSEUDO = re.compile(r"::?(before|marker)$")
_STEP = re.compile(r"\s*>\s*|\s+")
_WIDTH = re.compile(r"(min|max)-(?:device-)?width\s*:\s*([\d.]+)(px|em|rem)")
_SCREEN = 1280  # pixels; the window in which the page is taken to be read
_UNREAD_MEDIA = re.compile(r"\bprint\b|prefers-|portrait|\bspeech\b|\bnot\b")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One selector with what it declares.

    Attributes:
        steps: Its compounds, the last first, each with whether it must be the parent.
        weight: By which it outweighs others.
        declared: Values by property; an important one ends with ``!``.
    """

    steps: tuple[tuple[tuple[str, ...], bool], ...]
    weight: tuple[int, int, int, int]
    declared: Mapping[str, str]


class Style:
    """The style sheets of one page."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, dict[str, list[_Rule]]] = defaultdict(lambda: defaultdict(list))
        self._known: dict[HtmlElement, dict[str, str]] = {}
        for order, (selector, declared) in enumerate(_rules(sheets)):
            pseudo = _PSEUDO.search(selector)
            steps = _read_selector(selector[: pseudo.start()] if pseudo else selector)
            if steps and (not pseudo or declared.keys() & _COUNTED):
                rule = _Rule(steps, (*_weight(steps), order), declared)
                self._rules[pseudo[1] if pseudo else ""][_key(steps[0][0])].append(rule)

    @property
    def is_empty(self) -> bool:
        """Whether no sheet says anything that is read."""
        return not self._rules

    def of(self, element: HtmlElement) -> dict[str, str]:
        """Return what is declared of an element, its own ``style`` included."""
        if not self._rules and "style" not in element.attrib:
            return {}
        if element not in self._known:
            own = _declarations(element.get("style", "").split(";"))
            self._known[element] = self._cascade(element, "", own)
        return self._known[element]

    def before(self, element: HtmlElement) -> dict[str, str]:
        """Return what is declared of the mark that is printed before an element."""
        if not self._rules.get("before") and not self._rules.get("marker"):
            return {}
        return self._cascade(element, "marker", {}) | self._cascade(element, "before", {})

    def _cascade(self, element: HtmlElement, pseudo: str, own: Mapping[str, str]) -> dict[str, str]:
        rules = self._rules.get(pseudo)
        if not rules:
            return {name: value.rstrip("!") for name, value in own.items()}
        keys = [str(element.tag), "*", f"#{element.get('id', '')}"]
        keys += [f".{name}" for name in element.get("class", "").split()]
        keys += [f"[{name}]" for name in element.attrib]
        found = [rule for key in keys for rule in rules.get(key, ()) if _matches(element, rule)]
        values: dict[str, str] = {}
        ordered = [rule.declared for rule in sorted(found, key=lambda rule: rule.weight)]
        for declared in (*ordered, own):
            for name, value in declared.items():
                if value.endswith("!") or not values.get(name, "").endswith("!"):
                    values[name] = value
        return {name: value.rstrip("!") for name, value in values.items()}


def _key(compound: tuple[str, ...]) -> str:
    """Return the rarest of what a compound asks for, under which its rule is looked up."""
    rarest = max(compound, key=lambda part: "!*[.#".find(part[0]) % 6)
    return f"{rarest.partition('=')[0].rstrip(']')}]" if rarest.startswith("[") else rarest


def _rules(sheets: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each selector of the sheets with what it declares on a screen."""
    for sheet in sheets:
        text = _ADDRESS.sub("", _COMMENT.sub("", sheet))
        opened: list[str] = []
        pieces: list[str] = []
        at = 0
        for mark in _MARK.finditer(text):
            if mark[1]:
                continue
            piece, at = text[at : mark.start()].strip(), mark.end()
            if mark[0] == "{":
                opened.append(piece)
                pieces = []
                continue
            pieces.append(piece)
            if mark[0] == "}" and opened:
                declared = _declarations(pieces)
                selectors = [name for name in opened if not name.startswith("@")]
                if declared and len(selectors) == 1 and all(map(_applies, opened)):
                    yield from (
                        (selector.strip(), declared) for selector in selectors[0].split(",")
                    )
                opened.pop()
                pieces = []


def _applies(prelude: str) -> bool:
    """Return whether a rule at this place holds on a screen."""
    if not prelude.startswith("@"):
        return True
    if not prelude.startswith(("@media", "@supports", "@layer")) or _UNREAD_MEDIA.search(prelude):
        return False
    for which, number, unit in _WIDTH.findall(prelude):
        width = float(number.strip(".") or 0) * (1 if unit == "px" else 16)
        if width > _SCREEN if which == "min" else width < _SCREEN:
            return False
    return True


def _declarations(pieces: Iterable[str]) -> dict[str, str]:
    declared = {}
    for piece in pieces:
        name, _, value = piece.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name in _READ and value:
            plain, important, _ = value.partition("!")
            is_words = name == "content"
            declared[name] = value if is_words else plain.strip().lower() + important
    return declared


def _read_selector(selector: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the compounds of a selector, the last first; none where it is of another kind."""
    steps: list[tuple[tuple[str, ...], bool]] = []
    is_child = False
    at = 0
    selector = selector.strip()
    for gap in [*_STEP.finditer(selector), None]:
        compound = selector[at : gap.start() if gap else None]
        parts = _SIMPLE.findall(_NOT.sub("", compound))
        refused = [f"!{part.strip()}" for part in _NOT.findall(compound)]
        if "".join(parts) != _NOT.sub("", compound) or not parts:
            return ()
        steps.append((tuple(map(_plain, (*parts, *refused))), is_child))
        is_child = gap is not None and ">" in gap[0]
        at = gap.end() if gap else 0
    return tuple(reversed(steps))


def _plain(part: str) -> str:
    """Return a part of a selector without escapes, quotes and blanks."""
    if part.startswith("["):
        return re.sub(r"[\s\"']", "", part)
    return re.sub(r"\\(.)", r"\1", part if part[0] in ".#!" else part.lower())


def _weight(steps: tuple[tuple[tuple[str, ...], bool], ...]) -> tuple[int, int, int]:
    parts = [part.lstrip("!") for compound, _ in steps for part in compound]
    ids = sum(part.startswith("#") for part in parts)
    classes = sum(part.startswith((".", "[")) for part in parts)
    return ids, classes, len(parts) - ids - classes - parts.count("*")


def _matches(element: HtmlElement, rule: _Rule) -> bool:
    compound, _ = rule.steps[0]
    if not _fits(element, compound):
        return False
    at: HtmlElement | None = element
    must_be_parent = rule.steps[0][1]
    for compound, is_child in rule.steps[1:]:
        at = at.getparent() if at is not None else None
        while at is not None and not must_be_parent and not _fits(at, compound):
            at = at.getparent()
        if at is None or not _fits(at, compound):
            return False
        must_be_parent = is_child
    return True


def _fits(element: HtmlElement, compound: tuple[str, ...]) -> bool:
    return all(_has(element, part) for part in compound)


def _has(element: HtmlElement, part: str) -> bool:
    if part.startswith("!"):
        return not _has(element, part[1:])
    if part.startswith("."):
        return part[1:] in element.get("class", "").split()
    if part.startswith("#"):
        return bool(element.get("id") == part[1:])
    if part.startswith("["):
        name, stated, value = part[1:-1].partition("=")
        held = element.get(name)
        return held is not None and (not stated or "".join(held.split()) == value)
    return part in ("*", element.tag)
