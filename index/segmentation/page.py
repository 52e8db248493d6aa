"""The lines of one agreement, and what can be said of each from its look and its neighbours."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from index.segmentation.label import Label, Reading
from index.segmentation.layout import (
    Line,
    Rank,
    is_bold_line,
    is_capitals,
    is_titlelike,
    read_opening,
    strip_markers,
)

HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_HEADING = 250
_AHEAD = 60  # How many candidates ahead may confirm a number.
_NEAR = 12  # How many lines of furniture may stand between a title and its body.


class Page:
    """The lines of one agreement.

    Attributes:
        text: The agreement.
        lines: Its lines that are not blank.
        openings: How each line begins.
        furniture: Why a line, by its place, is no part of the agreement.
        is_han: Whether it is written in Chinese.
    """

    def __init__(self, text: str, lines: list[Line], furniture: Mapping[int, str]) -> None:
        self.text = text
        self.lines = lines
        self.furniture = furniture
        self.openings = [read_opening(text, line) for line in lines]
        self.is_han = len(HAN.findall(text)) * 5 > len(text.split()) + len(text) // 5
        self._labelled: list[int] = []
        self._spots: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for place, opening in enumerate(self.openings):
            if opening.label is not None and place not in furniture:
                for reading in opening.label.readings:
                    spots = self._spots.setdefault((reading.style, reading.path), [])
                    spots.append(len(self._labelled))
                self._labelled.append(place)

    def words(self, line: Line) -> str:
        """Return the words of a line."""
        return self.text[line.start : line.end]

    def trim(self, start: int, end: int) -> int:
        """Return the end of a piece without the blanks that close it."""
        return start + len(self.text[start:end].rstrip())

    def below(self, place: int) -> int | None:
        """Return the place of the next line that is no furniture."""
        for after in range(place + 1, min(place + _NEAR, len(self.lines))):
            if after not in self.furniture:
                return after
        return None

    def label_below(self, place: int) -> Label | None:
        """Return the candidate label that opens the next line, if one does."""
        below = self.below(place)
        return None if below is None else self.openings[below].label

    def next_label(self, place: int) -> Label | None:
        """Return the next candidate label anywhere after a line."""
        spot = bisect_left(self._labelled, place + 1)
        return self.openings[self._labelled[spot]].label if spot < len(self._labelled) else None

    def is_confirmed(self, reading: Reading, place: int) -> bool:
        """Return whether the next number of a reading's list soon follows a line."""
        after = (reading.style, (*reading.path[:-1], reading.value + 1))
        spots = self._spots.get(after, [])
        first = bisect_left(self._labelled, place + 1)
        at = bisect_left(spots, first)
        return at < len(spots) and spots[at] < first + _AHEAD

    def marked_rank(self, place: int) -> int:
        """Return the depth of a heading that a Markdown sign marks, or 0."""
        opening, line = self.openings[place], self.lines[place]
        depth = opening.hashes or line.underline
        return depth if line.end - line.start < _LONGEST_HEADING else 0

    def shown_rank(self, place: int) -> int:
        """Return the depth of a heading that bold type or capitals mark, or 0."""
        line = self.lines[place]
        words = self.words(line)
        if is_bold_line(self.text, line) and is_titlelike(strip_markers(words), marked=True):
            return Rank.BOLD
        if len(words) < 100 and is_capitals(words) and is_titlelike(words, marked=True):
            return Rank.CAPITALS
        return 0

    def is_short(self, place: int) -> bool:
        """Return whether a line is short and plain enough for a title without any sign."""
        words = self.words(self.lines[place])
        is_odd = words[0] in "[!<>|\"“'" or words[0].isdecimal() or "@" in words or "http" in words
        return is_titlelike(words) and not is_odd

    def has_body_below(self, place: int) -> bool:
        """Return whether a long paragraph, or a label, follows a line that stands alone."""
        below = self.below(place)
        if below is None or not self.lines[place].gap:
            return False
        after = self.lines[below]
        size = after.end - after.start
        is_long = size > 3 * (self.lines[place].end - self.lines[place].start)
        return after.gap and size > 40 and (is_long or self.openings[below].label is not None)

    def is_only_one(self, place: int, rank: int) -> bool:
        """Return whether no other heading looks like this one, so that it names the whole text."""
        if rank == 1 or rank > Rank.BOLD:
            return True
        for after in range(place + 1, len(self.lines)):
            line, opening = self.lines[after], self.openings[after]
            if rank < Rank.NUMBERED and rank in (opening.hashes, line.underline):
                return False
            if rank == Rank.BOLD and opening.bold and self.shown_rank(after) == Rank.BOLD:
                return self.below(place) == after
        return True
