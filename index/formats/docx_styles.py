"""What the styles of a Word document say of its paragraphs and runs."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from index.formats.archive import qn, to_number

_VALUE = qn("w:val")
_CONTENTS = re.compile(r"toc ?(?:[1-9]|heading)|目录.{0,4}", re.IGNORECASE)
_HEADING = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
_LONGEST_CHAIN = 20  # styles that stand on styles


class Styles:
    """The styles of one document."""

    def __init__(self, part: Any) -> None:
        """Read them; ``part`` is None where a document has none."""
        found = [] if part is None else part.findall(qn("w:style"))
        self.by_id = {style.get(qn("w:styleId")): style for style in found}
        default = [style for style in found if style.get(qn("w:default")) in ("1", "true")
                   and style.get(qn("w:type")) == "paragraph"]  # fmt: skip
        self._default = default[0].get(qn("w:styleId")) if default else ""
        self._of_all = (
            None
            if part is None
            else part.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        )
        self._stated = cache(self._find_switch)

    def style_of(self, paragraph: Any) -> str:
        """Return the id of a paragraph's style."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._default if style is None else style.get(_VALUE, "")

    def is_contents(self, style: str) -> bool:
        """Return whether a style is that of a table of contents."""
        return bool(_CONTENTS.fullmatch(self._name(style)))

    def heading_depth(self, paragraph: Any, style: str) -> int:
        """Return the depth of the heading that a paragraph is, or 0."""
        if self._name(style).lower() in ("title", "标题"):
            return 1
        for properties in self.properties(paragraph, style):
            depth = properties.find(qn("w:outlineLvl"))
            if depth is not None:
                value = to_number(depth.get(_VALUE), 9)
                return value + 1 if value < 9 else 0
        named = (_HEADING.fullmatch(self._name(name)) for name in self.chain(style))
        return next((int(found[1]) for found in named if found), 0)

    def is_switched(self, properties: Any, style: str, *switches: str) -> bool:
        """Return whether one of some switches, such as ``w:vanish``, is on.

        Args:
            properties: Of a run, or of the mark that ends a paragraph; None where it has none.
            style: Of the paragraph.
            switches: Their names.
        """
        named = None if properties is None else properties.find(qn("w:rStyle"))
        own_style = "" if named is None else named.get(_VALUE, "")
        for switch in switches:
            stated = (
                None if properties is None else properties.find(qn(switch)),
                self._stated(own_style, switch),
                self._stated(style, switch),
                None if self._of_all is None else self._of_all.find(qn(switch)),
            )
            if is_on(next((found for found in stated if found is not None), None)):
                return True
        return False

    def _find_switch(self, style: str, switch: str) -> Any:
        path = f"{qn('w:rPr')}/{qn(switch)}"
        found = (self.by_id[name].find(path) for name in self.chain(style))
        return next((one for one in found if one is not None), None)

    def properties(self, paragraph: Any, style: str) -> list[Any]:
        """Return what is said of a paragraph: by itself, by its style, by the styles below."""
        own = paragraph.find(qn("w:pPr"))
        found = [self.by_id[name].find(qn("w:pPr")) for name in self.chain(style)]
        return [properties for properties in (own, *found) if properties is not None]

    def chain(self, style: str) -> list[str]:
        """Return the ids of a style and of those it stands on."""
        chain: list[str] = []
        while style in self.by_id and style not in chain and len(chain) < _LONGEST_CHAIN:
            chain.append(style)
            below = self.by_id[style].find(qn("w:basedOn"))
            style = "" if below is None else below.get(_VALUE, "")
        return chain

    def _name(self, style: str) -> str:
        found = self.by_id[style].find(qn("w:name")) if style in self.by_id else None
        return style if found is None else found.get(_VALUE, "")


def is_on(switch: Any) -> bool:
    """Return whether a switch is there and not off."""
    return switch is not None and switch.get(_VALUE) not in ("0", "false", "off")
