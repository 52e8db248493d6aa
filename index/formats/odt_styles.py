"""What the styles of an OpenDocument text say of its paragraphs, letters and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from index.formats.archive import qn, to_number
from index.numerals import write_number

_PLACE = re.compile(r"%([0-9]{1,2})%")
_FORMATS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "一, 二, 三, ...": "chineseCounting", "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "壹, 貳, 參, ...": "chineseLegalSimplified", "甲, 乙, 丙, ...": "ideographTraditional",
    "①, ②, ③, ...": "decimalEnclosedCircle", "１, ２, ３, ...": "decimalFullWidth",
    "01, 02, 03, ...": "decimalZero", "1st": "ordinal",
}  # fmt: skip
DEEPEST = 10  # levels of a list, by the standard
_LONGEST_CHAIN = 20  # styles that stand on styles


@dataclass(slots=True)
class Numbers:
    """The numbers of one list: its style, and how far each level has counted, -1 for not yet."""

    style: str
    counts: list[int] = field(default_factory=lambda: [-1] * DEEPEST)


class Styles:
    """The styles of one document, common and automatic."""

    def __init__(self, *parts: Any) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._levels: dict[tuple[str, int], Any] = {}
        for part in parts:
            for style in part.iter(qn("style:style")):
                key = style.get(qn("style:family"), ""), style.get(qn("style:name"), "")
                self._styles[key] = style
            for style in part.iter(qn("text:list-style"), qn("text:outline-style")):
                is_outline = style.tag == qn("text:outline-style")
                name = "" if is_outline else style.get(qn("style:name"), "")
                for level in style:
                    self._levels[name, to_number(level.get(qn("text:level")), 1)] = level
        self.text_property = cache(self._text_property)

    def _text_property(self, family: str, style: str, name: str) -> str:
        """Return a property of letters that a style or one below it states; or nothing."""
        for _ in range(_LONGEST_CHAIN):
            found = self._styles.get((family, style))
            if found is None:
                break
            properties = found.find(qn("style:text-properties"))
            stated = None if properties is None else properties.get(qn(name))
            if stated is not None:
                return str(stated)
            style = found.get(qn("style:parent-style-name"), "")
        return ""

    def is_title(self, style: str) -> bool:
        """Return whether a style of paragraphs is that of the document's title, or stands on it."""
        for _ in range(_LONGEST_CHAIN):
            found = self._styles.get(("paragraph", style))
            if style == "Title" or found is None:
                break
            style = found.get(qn("style:parent-style-name"), "")
        return style == "Title"

    def label(self, numbers: Numbers, depth: int) -> str:
        """Return what is printed at a level, from 1, of a list that has counted to it."""
        level = self._levels.get((numbers.style, depth))
        if level is None:
            return ""
        if not level.tag.endswith(("-number", "outline-level-style")):
            return "-"
        if not level.get(qn("style:num-format")):
            return ""
        stated = level.get(qn("loext:num-list-format"))
        if stated:
            return _PLACE.sub(lambda place: self._count(numbers, int(place[1])), stated).strip()
        first = depth + 1 - to_number(level.get(qn("text:display-levels")), 1)
        shown = [self._count(numbers, at) for at in range(max(first, 1), depth + 1)]
        before, after = (level.get(qn(f"style:num-{end}"), "") for end in ("prefix", "suffix"))
        return f"{before}{'.'.join(filter(None, shown))}{after}".strip()

    def start(self, style: str, depth: int) -> int:
        """Return the first number of a level."""
        level = self._levels.get((style, depth))
        return 1 if level is None else to_number(level.get(qn("text:start-value")), 1)

    def _count(self, numbers: Numbers, depth: int) -> str:
        level = self._levels.get((numbers.style, depth))
        style = "" if level is None else level.get(qn("style:num-format"), "")
        if not style or depth > DEEPEST:
            return ""
        value = numbers.counts[depth - 1]
        value = self.start(numbers.style, depth) if value < 0 else value
        return write_number(value, _FORMATS.get(style, "decimal"))
