"""Paragraphs as the text that the segmenter reads: what every format writes with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from index.segmentation.doubts import Aside, Doubt, Oddity, OddityKind, count_letters

MOST_NOTES = 1_000  # of one file; nobody reads more
_WORDS_NOTED = 80
_LONGEST_HEADING = 120
_BLANKS = re.compile(r"[ \t\r\f]+")
_SENTENCE_ENDS = ("。", "；", ";", "，", ",")


@dataclass(slots=True)
class Blocks:
    """The blocks of a document in the making; a blank line parts them.

    Attributes:
        blocks: Paragraphs, headings, entries of lists and tables so far.
        letters: How many characters the file holds, blanks aside, counted in a way that leaves
            nothing out; 0 where nobody counted. What was read is measured against it.
    """

    blocks: list[str] = field(default_factory=list)
    letters: int = 0
    _noted: list[tuple[int, Oddity]] = field(default_factory=list)

    def note(self, kind: OddityKind, words: str = "", why: Aside | None = None) -> None:
        """Note what is left out or doubted, at the place where the next block will begin.

        Args:
            kind: What it is.
            words: All the words that are left out, or what is guessed; their beginning is shown.
            why: Of what is set aside, the reason.
        """
        first = tidy(words.replace("\n", " "))
        shown = first if len(first) <= _WORDS_NOTED else f"{first[:_WORDS_NOTED].rstrip()}…"
        is_left_out = kind in (OddityKind.HIDDEN, OddityKind.SET_ASIDE)
        letters = count_letters(words) if is_left_out else 0
        if len(self._noted) < MOST_NOTES and (letters or not is_left_out):
            self._noted.append((len(self.blocks), Oddity(kind, shown, why or "", letters)))

    def add(
        self, words: str, *, label: str = "", depth: int = 0, bold: bool = False, indent: int = 0
    ) -> None:
        """Add a paragraph; one without words adds nothing.

        Args:
            words: Its words, lines of it apart by line feeds.
            label: The number or bullet that stands before it.
            depth: Of the heading it is, or 0.
            bold: Whether all of it stands in bold type.
            indent: How many lists it stands in beyond the first.
        """
        lines = [line for line in map(tidy, words.split("\n")) if line]
        if not lines:
            return
        first = f"{label} {lines[0]}" if label else lines[0]
        is_short = len(lines) == 1 and len(first) <= _LONGEST_HEADING
        if is_short and depth and not first.endswith(_SENTENCE_ENDS):
            first = f"{'#' * min(depth, 6)} {first}"
        elif is_short and bold and label != "-":
            first = f"**{first}**"
        self.blocks.append("\n".join(" " * (4 * indent) + line for line in (first, *lines[1:])))

    def add_table(self, rows: Iterable[Iterable[str]]) -> None:
        """Add a table, one line a row; one of a single column is paragraphs."""
        table = [[tidy(cell.replace("\n", " ")) for cell in row] for row in rows]
        table = [row for row in table if any(row)]
        if max(map(len, table), default=0) < 2:
            for row in table:
                self.add(row[0])
            return
        lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in table]
        self.blocks.append("\n".join(lines))

    def text(self) -> str:
        """Return the whole text."""
        return "\n\n".join(self.blocks) + "\n"

    def notes(self) -> tuple[Doubt, ...]:
        """Return what was noted, each with its line in the whole text."""
        first = [*accumulate((block.count("\n") + 2 for block in self.blocks), initial=1)]
        last = max(first[-1] - 2, 1)
        return tuple(Doubt(min(first[at], last), oddity) for at, oddity in self._noted)


def tidy(words: str) -> str:
    """Return words without the blanks around them and with single blanks within."""
    return _BLANKS.sub(" ", words).strip(" \n")
