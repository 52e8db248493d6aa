"""The numbers that a browser prints on a page: of lists, and by the counters of its style."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.html import HtmlElement

from index.formats.html.elements import is_numbered
from index.formats.html.style import Style
from index.numerals import write_number

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


def item_label(item: HtmlElement, style: Style) -> str:
    """Return ``3.``, ``c.`` or ``iii.`` for an entry of a numbered list, ``-`` for another."""
    parent = item.getparent()
    kind = "" if parent is None else _kind_of(item, parent, style)
    if kind == "none":
        return ""
    if parent is None or parent.tag != "ol" or kind in _BULLETS:
        return "-"
    number = write_number(_value(item, parent, style), _FORMATS.get(kind, "decimal"))
    return number + ("、" if kind.startswith(("cjk", "simp", "trad")) else ".")


def _kind_of(item: HtmlElement, parent: HtmlElement, style: Style) -> str:
    """Return how a list marks its entries, as CSS calls it."""
    if style.of(item).get("display", "list-item") != "list-item":
        return "none"
    for element in (item, parent):
        declared = style.of(element)
        stated = f"{declared.get('list-style', '')} {declared.get('list-style-type', '')}".split()
        known = [word for word in stated if word in _FORMATS or word in _BULLETS or word == "none"]
        if known:
            return known[-1]
        if element.get("type") in _TYPES:
            return _TYPES[element.get("type", "")]
    return "decimal" if parent.tag == "ol" else "disc"


def _value(item: HtmlElement, parent: HtmlElement, style: Style) -> int:
    """Return the number of an entry: counted from ``start`` or the last ``value``."""
    if item.get(_COUNTED) is None:  # a list is counted once, whatever its length
        entries = [entry for entry in parent if entry.tag == "li"]
        step = -1 if parent.get("reversed") is not None else 1
        value = _number(parent.get("start"), len(entries) if step < 0 else 1) - step
        reset = re.search(r"list-item\s+(-?\d{1,6})", style.of(parent).get("counter-reset", ""))
        value = int(reset[1]) if reset else value
        for entry in entries:
            value = _number(entry.get("value"), value + step)
            entry.set(_COUNTED, str(value))
    return int(item.get(_COUNTED, "1"))


def _number(words: str | None, otherwise: int) -> int:
    is_number = re.fullmatch(r"\s*-?[0-9]{1,6}\s*", words or "")
    return int(words or "0") if is_number else otherwise


_COUNT = re.compile(r"([a-z_][\w-]*)(?:\s+(-?\d{1,6}))?", re.IGNORECASE)
_CONTENT = re.compile(
    r"""["']((?:[^"'\\]|\\.)*)["']"""
    r"""|counter\(\s*([\w-]+)\s*(?:,\s*([\w-]+)\s*)?\)"""
    r"""|counters\(\s*([\w-]+)\s*,\s*["']([^"']*)["']\s*(?:,\s*([\w-]+)\s*)?\)"""
)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,5})\s?|\\(.)")


class Counters:
    """The counters of a page's style, and what they print before an element."""

    def __init__(self) -> None:
        self._scopes: dict[str, list[tuple[HtmlElement | None, int]]] = {}

    def enter(self, element: HtmlElement, style: Style) -> str:
        """Count an element and return the number that is printed before it, if one is."""
        self._count(element, style.of(element))
        printed = style.before(element)
        content = printed.get("content", "")
        if not content:
            return ""
        self._count(element, printed)
        tokens = [*_CONTENT.finditer(content)]
        words = "".join(self._write(element, token, style) for token in tokens).strip()
        is_counted = any(token[1] is None for token in tokens)
        return words if is_counted or is_numbered(words) else ""  # all else is an ornament

    def leave(self, element: HtmlElement) -> None:
        """End the counters that an element's children began."""
        for values in self._scopes.values():
            while values and values[-1][0] is element:
                values.pop()

    def _count(self, element: HtmlElement, declared: Mapping[str, str]) -> None:
        owner = element.getparent()
        for name, number in _COUNT.findall(declared.get("counter-reset", "")):
            values = self._scopes.setdefault(name, [])
            if values and values[-1][0] is owner:
                values.pop()
            values.append((owner, int(number or 0)))
        for name, number in _COUNT.findall(declared.get("counter-increment", "")):
            values = self._scopes.setdefault(name, [])
            values.append((values[-1][0], values.pop()[1]) if values else (owner, 0))
            values[-1] = (values[-1][0], values[-1][1] + int(number or 1))

    def _write(self, element: HtmlElement, token: re.Match[str], style: Style) -> str:
        words, name, kind, names, between, kinds = token.groups()
        if words is not None:
            return _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], words)
        values = [value for _, value in self._scopes.get(name or names, [])]
        parent = element.getparent()
        if not values and name == "list-item" and parent is not None:
            values = [_value(element, parent, style)]
        how = _FORMATS.get(kind or kinds or "decimal", "decimal")
        shown = values if names else values[-1:]
        return (between or "").join(write_number(value, how) for value in shown)
