"""A place in a clause's words that refers to another clause, not yet looked up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Base(StrEnum):
    """From where the numbers of a mention are counted."""

    AGREEMENT = "agreement"  # Section 5.2, 第十条
    BESIDE = "beside"  # paragraph (b), 上述第（二）项: in the same list, or one above it
    ARTICLE = "article"  # this Section, 本条
    BEFORE = "before"  # the preceding paragraph, 前款
    ARTICLE_BEFORE = "article_before"  # the preceding article, 前条


@dataclass(frozen=True, slots=True)
class Step:
    """One step towards a clause: ``第二款`` is ``("款", ("2",))``."""

    keyword: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """One reference as written.

    Attributes:
        start: Offset of its first character in the text.
        end: Offset after its last character.
        base: From where it is counted.
        steps: Numbers, outermost first; may be empty for ``this Section``.
        through: Number of the last clause of a range; empty for a single one.
        count: How many are meant, as in 前两款.
        is_exception: Whether it is named as an exception, as in 除第五条另有约定外.
    """

    start: int
    end: int
    base: Base
    steps: tuple[Step, ...] = ()
    through: tuple[str, ...] = ()
    count: int = 1
    is_exception: bool = False


_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys(map(ord, "\u3000\xa0\t*_\\"), ord(" "))
_PLAIN |= {ord(old): ord(new) for old, new in zip("條項節編錄與", "条项节编录与", strict=True)}


def to_plain(text: str) -> str:
    """Return ``text`` as references are looked for in it; no offset changes.

    Full width becomes half width, the marks of Markdown blanks, traditional units simplified.
    """
    return text.translate(_PLAIN)
