"""The lists that a Word document defines, and the levels of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.formats.archive import qn, to_number
from index.formats.docx_styles import Styles
from index.numerals import write_number

_VALUE = qn("w:val")


@dataclass(frozen=True, slots=True)
class NumberedLevel:
    """One level of a list.

    Attributes:
        start: Its first number.
        style: Word's name of its number format; ``bullet`` for signs.
        text: What is printed, ``%1.%2`` standing for the numbers.
        is_legal: Whether all numbers in it are printed as digits.
        restart: After which level, from 1, it begins anew; 0 never, None after any higher.
    """

    start: int
    style: str
    text: str
    is_legal: bool
    restart: int | None


class Levels:
    """Every list of one document, by its id."""

    def __init__(self, numbering: Any, styles: Mapping[str, Any]) -> None:
        """Read them; ``numbering`` is None where a document has no lists."""
        self._styles = styles
        lists = [] if numbering is None else numbering.findall(qn("w:num"))
        self._lists = {entry.get(qn("w:numId")): entry for entry in lists}
        families = [] if numbering is None else numbering.findall(qn("w:abstractNum"))
        self._families = {entry.get(qn("w:abstractNumId")): entry for entry in families}
        self._known: dict[tuple[str, int], NumberedLevel | None] = {}

    def family(self, list_id: str) -> str:
        """Return the id of the definition that a list counts with; several lists may share one."""
        return self._resolve(list_id, hops=3)

    def level(self, list_id: str, depth: int) -> NumberedLevel | None:
        """Return one level of a list, counted from 0, or None if it is not defined."""
        key = list_id, depth
        if key not in self._known:
            found = self._override(list_id, depth)
            own = None if found is None else found.find(qn("w:lvl"))
            element = own if own is not None else self._defined(list_id, depth)
            self._known[key] = None if element is None else _read(element)
        return self._known[key]

    def start_override(self, list_id: str, depth: int) -> int | None:
        """Return the number with which a list begins anew at its first use, if it does."""
        found = self._override(list_id, depth)
        start = None if found is None else found.find(qn("w:startOverride"))
        return None if start is None else to_number(start.get(_VALUE), 1)

    def linked_depth(self, list_id: str, style: str) -> int | None:
        """Return the level that a style is tied to, counted from 0."""
        family = self._families.get(self.family(list_id))
        for element in [] if family is None else family.findall(qn("w:lvl")):
            link = element.find(qn("w:pStyle"))
            if link is not None and link.get(_VALUE) == style:
                return to_number(element.get(qn("w:ilvl")), 0)
        return None

    def _resolve(self, list_id: str, hops: int) -> str:
        """Follow a list to its definition, over the list style that it may name."""
        entry = self._lists.get(list_id)
        found = None if entry is None else entry.find(qn("w:abstractNumId"))
        family = "" if found is None else found.get(_VALUE, "")
        element = self._families.get(family)
        link = None if element is None else element.find(qn("w:numStyleLink"))
        if link is None or not hops:
            return family
        style = self._styles.get(link.get(_VALUE))
        path = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"
        target = None if style is None else style.find(path)
        return family if target is None else self._resolve(target.get(_VALUE, ""), hops - 1)

    def _defined(self, list_id: str, depth: int) -> Any:
        family = self._families.get(self.family(list_id))
        return None if family is None else _at_depth(family.findall(qn("w:lvl")), depth)

    def _override(self, list_id: str, depth: int) -> Any:
        entry = self._lists.get(list_id)
        return None if entry is None else _at_depth(entry.findall(qn("w:lvlOverride")), depth)


def _at_depth(elements: list[Any], depth: int) -> Any:
    return next((entry for entry in elements if entry.get(qn("w:ilvl")) == str(depth)), None)


def _read(element: Any) -> NumberedLevel:
    def value(name: str, otherwise: str) -> str:
        found = element.find(qn(name))
        return otherwise if found is None else found.get(_VALUE, otherwise)

    legal = element.find(qn("w:isLgl"))
    restart = value("w:lvlRestart", "")
    return NumberedLevel(
        start=to_number(value("w:start", "0"), 0),
        style=value("w:numFmt", "decimal"),
        text=value("w:lvlText", ""),
        is_legal=legal is not None and legal.get(_VALUE) not in ("0", "false"),
        restart=int(restart) if restart.isdecimal() else None,
    )


_DEEPEST = 9  # levels of a list, by Word's own format
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands before a paragraph: its number or ``-``, and at which level of its list."""

    printed: str = ""
    depth: int = 0


class Numbering:
    """Counts the paragraphs of one document; ask for them in order, each once."""

    def __init__(self, part: Any, styles: Styles) -> None:
        """Read the lists; ``part`` is None where a document has none."""
        self._styles = styles
        self._levels = Levels(part, styles.by_id)
        self._counts: dict[str, list[int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, paragraph: Any) -> Printed:
        """Count a paragraph and return what Word prints before it."""
        list_id, depth = self._list_of(paragraph)
        level = self._levels.level(list_id, depth) if list_id else None
        if level is None:
            return Printed()
        self._count(list_id, depth, level)
        if level.style == "bullet":
            return Printed("-", depth)
        counts = self._counts[self._levels.family(list_id)]

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            above = self._levels.level(list_id, at)
            if above is None:
                return ""
            style = "decimal" if level.is_legal and above.style != "none" else above.style
            return write_number(counts[at] if counts[at] >= 0 else above.start, style)

        return Printed(_PLACE.sub(number, level.text).strip(), depth)

    def _count(self, list_id: str, depth: int, level: NumberedLevel) -> None:
        """Add one to a level, after beginning it anew where a higher one has counted.

        Higher levels that nothing stood at count as begun, as 1 in a list that opens with 1.1.
        """
        counts = self._counts.setdefault(self._levels.family(list_id), [-1] * _DEEPEST)
        override = self._levels.start_override(list_id, depth)
        if override is not None and (list_id, depth) not in self._begun:
            self._begun.add((list_id, depth))
            counts[depth] = override - 1
        counts[depth] = level.start if counts[depth] < 0 else counts[depth] + 1
        for at in range(depth):
            above = self._levels.level(list_id, at)
            counts[at] = above.start if above and counts[at] < 0 else counts[at]
        for below in range(depth + 1, _DEEPEST):
            deeper = self._levels.level(list_id, below)
            restart = deeper.restart if deeper else None
            if restart is None or 0 < depth + 1 <= restart:
                counts[below] = -1

    def _list_of(self, paragraph: Any) -> tuple[str, int]:
        """Return the list and level of a paragraph: its own, or that of its style."""
        depth: int | None = None
        style = self._styles.style_of(paragraph)
        own = paragraph.find(qn("w:pPr"))
        for place, properties in enumerate(self._styles.properties(paragraph, style)):
            marks = properties.find(qn("w:numPr"))
            if marks is None:
                continue
            stated = marks.find(qn("w:ilvl"))
            if depth is None and stated is not None:
                depth = to_number(stated.get(_VALUE), 0)
            number = marks.find(qn("w:numId"))
            if number is not None:
                list_id = number.get(_VALUE, "0")
                is_own = place == 0 and own is not None
                linked = None if is_own else self._levels.linked_depth(list_id, style)
                depth = linked if linked is not None else depth or 0
                return ("", 0) if list_id == "0" else (list_id, min(depth, _DEEPEST - 1))
        return "", 0
