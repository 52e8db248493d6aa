"""The lines of an agreement with their labels apart, for writing it in another format."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.numerals import read_any

_LABELS = (
    ("article", re.compile(r"第([一二三四五六七八九十]+)条(?= )")),
    ("decimal", re.compile(r"(\d+(?:\.\d+)+)(?= )")),
    ("top", re.compile(r"(\d+)、")),
    ("round", re.compile(r"（(\d+)）")),
    ("letter", re.compile(r"([a-z])\)")),
    ("entry", re.compile(r"- \((\d+)\)")),
    ("closed", re.compile(r"- (\d+)\)")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an agreement.

    Attributes:
        style: Family of its label; empty without one.
        path: Its numbers.
        label: Its label as printed.
        words: The words after the label.
        heading: Depth of the heading it is, or 0.
    """

    style: str
    path: tuple[int, ...]
    label: str
    words: str
    heading: int

    @property
    def line(self) -> str:
        """The line as it was."""
        return f"{self.label} {self.words}" if self.label else self.words


def read_parts(text: str) -> list[Part]:
    """Return the lines of an agreement that are not blank."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = [_read(line) for line in lines]
    if not parts[0].label and len(parts[0].words) < 30:
        parts[0] = Part("", (), "", parts[0].words, 1)
    return parts


def _read(line: str) -> Part:
    for style, pattern in _LABELS:
        found = pattern.match(line)
        if found:
            path = tuple(read_any(number) for number in found[1].split("."))
            words = line[found.end() :].strip()
            return Part(style, path, found[0], words, _heading(style, path, words))
    return Part("", (), "", line, 0)


def _heading(style: str, path: tuple[int, ...], words: str) -> int:
    if style in ("article", "top"):
        return 2
    is_title = style == "decimal" and len(path) == 2 and len(words) < 14 and "。" not in words
    return 3 if is_title else 0
