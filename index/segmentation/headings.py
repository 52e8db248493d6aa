"""Which lines without a label are headings, and where they stand among the open levels."""

from __future__ import annotations

from index.segmentation.label import Label
from index.segmentation.layout import Line, Rank, is_titlelike, strip_markers
from index.segmentation.page import Page
from index.segmentation.scribe import Scribe

_PREAMBLE_TITLES = frozenset({"前言", "引言", "导言", "序言", "preamble"})


class Headings:
    """Finds the unnumbered headings of an agreement."""

    def __init__(self, page: Page, scribe: Scribe) -> None:
        self._page = page
        self._scribe = scribe
        self._levels = scribe.outline.levels

    def find_rank(self, place: int, line: Line, *, begins: bool) -> int:
        """Return the depth of an unnumbered heading by its look, or 0.

        Args:
            place: Place of the line.
            line: The line.
            begins: Whether the line may begin something new at all.
        """
        marked = self._page.marked_rank(place)
        if marked or self._page.openings[place].hashes or line.underline:
            return marked
        if self._page.openings[place].bullet or not begins:
            return 0
        shown = self._page.shown_rank(place)
        return shown or (Rank.PLAIN if self._is_plain_title(place) else 0)

    def _is_plain_title(self, place: int) -> bool:
        """Return whether a short line without any sign stands as a title over other words."""
        if not self._page.is_short(place) or self._page.below(place) is None:
            return False
        if not self._scribe.drafts and not self._scribe.headings:
            return True
        if self._page.text[self._page.lines[place].end - 1] in ".。":
            return False
        if self._restarts(self._page.label_below(place)):
            return True
        in_list = bool(self._levels) and self._levels[-1].is_entry
        return not in_list and self._page.has_body_below(place)

    def _restarts(self, label: Label | None) -> bool:
        """Return whether a label begins the outermost numbers anew, as a second agreement does."""
        first = next((level for level in self._levels if level.style), None)
        if label is None or first is None or first.value < 2:
            return False
        return any(other.style == first.style and other.value == 1 for other in label.readings)

    def add(self, place: int, line: Line, rank: int) -> None:
        """Add an unnumbered heading of a depth."""
        scribe = self._scribe
        names_text = not scribe.headings and not scribe.drafts
        names_text = names_text and self._page.is_only_one(place, rank)
        title = strip_markers(self._page.words(line))
        scribe.has_begun = scribe.has_begun or not (names_text or title.lower() in _PREAMBLE_TITLES)
        if names_text:
            # The agreement's own title stands above everything and says nothing of a clause.
            rank, title = 1, ""
        scribe.add_heading(line, rank, title, keep=self._levels_above(place, rank))

    def _levels_above(self, place: int, rank: int) -> int:
        """Return how many levels stay open above an unnumbered heading."""
        if rank >= Rank.CAPITALS and self._restarts(self._page.label_below(place)):
            return 0
        for at, level in enumerate(self._levels):
            if level.rank >= rank:
                return at
        keep = len(self._levels)
        while keep and not self._levels[keep - 1].rank:
            keep -= 1
        return keep

    def names_bare_label(self, place: int) -> bool:
        """Return whether a line is the title of a label that stands alone on the line before."""
        at, opening = self._scribe.open, self._page.openings[place]
        if at < 0 or self._scribe.drafts[at].start >= 0 or opening.label:
            return False
        line = self._page.lines[place]
        if line.underline or opening.hashes:
            return True
        if self._page.below(place) is None:
            return False
        words = self._page.words(line)
        is_plain = len(words) < 60 and words[-1] != "." and not self._levels[-1].is_entry
        return bool(self._page.shown_rank(place)) or (is_plain and is_titlelike(words))
