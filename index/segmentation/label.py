"""A candidate label and the ways to read it."""

from __future__ import annotations

from dataclasses import dataclass

BLANKS = (
    " \t\u3000\xa0\u200b\u200c\u200d\ufeff\r\v\f\x1c\x1d\x1e\x1f\x85\u1680\u2000\u2001\u2002\u2003"
    "\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
)
BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a label.

    Attributes:
        style: Family and wrapper; labels of one list share it.
        value: Position in its list, from 1.
        path: Every number of a multi-part label, ``(4, 3, 13)``; of others ``(value,)``.
    """

    style: str
    value: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A candidate label.

    Attributes:
        printed: As it stands in a citation, without closing dot or comma: ``（3）``, ``5``, ``a)``.
        number: What the labels below it begin with; ``1`` for ``Section 1``.
        readings: The ways to read it, likeliest first.
        start: Offset of its first character.
        end: Offset after its punctuation.
        rank: Fixed depth of a keyword (章 above 条), or 0.
        weak: Whether only a fitting sequence makes it a label (``5 `` or ``b `` without a mark).
    """

    printed: str
    number: str
    readings: tuple[Reading, ...]
    start: int
    end: int
    rank: int = 0
    weak: bool = False
