"""The number that a browser prints before an entry of a list."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from index.formats.numerals import write_number

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
