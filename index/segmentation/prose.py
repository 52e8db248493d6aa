"""Words without a label: what they continue, and which clause they make."""

from __future__ import annotations

import re

from index.clause import ClauseKind
from index.segmentation.fitting import is_next
from index.segmentation.label import BULLET
from index.segmentation.layout import Line
from index.segmentation.level import Level
from index.segmentation.page import HAN, Page
from index.segmentation.scribe import Scribe, leads_in

_CLOSING = re.compile(
    r"以上为|以上是|以上即|（以下无正文|\(以下无正文|（完）|特此|IN WITNESS WHEREOF"
    r"|End of (?:the )?(?:agreement|terms)",
    re.IGNORECASE,
)
_SURELY_NUMBERED = 5  # With so many numbers, a paragraph that none carries is the closing.


class Prose:
    """Adds lines that open nothing to the clauses of an agreement.

    Attributes:
        finished: Whether the line before ended a sentence.
    """

    def __init__(self, page: Page, scribe: Scribe) -> None:
        self._page = page
        self._scribe = scribe
        self._levels = scribe.outline.levels
        self.finished = True
        self._merged = 0  # How many paragraphs went on with a clause after a blank line.

    def begins_block(self, line: Line) -> bool:
        """Return whether a line may begin something new, not wrap the sentence before it."""
        if line.gap or self.finished or self._scribe.open < 0:
            return True
        draft = self._scribe.drafts[self._scribe.open]
        is_one_line = self._page.text.find("\n", draft.label_start, draft.end) < 0
        return is_one_line and draft.kind is ClauseKind.ITEM

    def add(self, place: int, line: Line, *, in_table: bool) -> None:
        """Add a line that opens nothing to what is open, or begin a paragraph with it.

        Args:
            place: Place of the line.
            line: The line.
            in_table: Whether it stands inside a table, which nothing breaks.
        """
        if self._scribe.open >= 0:
            draft = self._scribe.drafts[self._scribe.open]
            wraps = not line.gap and not self._breaks_paragraph(line)
            if draft.start < 0 or wraps or in_table:
                self._scribe.extend(line)
                return
        self._begin_paragraph(place, line)

    def _breaks_paragraph(self, line: Line) -> bool:
        """Return whether a line without a blank one before it begins a paragraph all the same."""
        first = self._page.text[line.start]
        if first == "|" or not self.finished:
            return False
        return bool(HAN.match(first)) or first in "“《【（" or self._page.is_han

    def _begin_paragraph(self, place: int, line: Line) -> None:
        scribe = self._scribe
        if self._levels and scribe.open >= 0 and self._goes_on(place, line, self._levels[-1]):
            self._merged += line.gap
            scribe.extend(line)
        elif not scribe.has_begun:
            self._begin_preamble(line)
        elif self._is_closing(place, line):
            scribe.outline.close(0)
            label = "结语" if self._page.is_han else "Closing"
            scribe.add_unnumbered(line, ClauseKind.CLOSING, label)
        else:
            self._begin_plain(line)

    def _goes_on(self, place: int, line: Line, level: Level) -> bool:
        """Return whether a paragraph continues the clause that is open."""
        if level.clause != self._scribe.open:
            return False
        is_inside = line.indent >= level.indent + 2
        if level.style == BULLET or (level.style and is_inside):
            return is_inside
        if not level.style:
            return self._scribe.drafts[self._scribe.open].kind is ClauseKind.PREAMBLE
        if self._is_closing(place, line):
            return False
        if not level.is_entry:
            return True
        following = self._page.next_label(place)
        is_within = following is not None and is_next(following, level)
        return is_within and not leads_in(self._page.words(line))

    def _is_closing(self, place: int, line: Line) -> bool:
        """Return whether unnumbered words after the last number end the agreement."""
        if not self._scribe.numbered or not line.gap or self._page.next_label(place) is not None:
            return False
        if _CLOSING.match(self._page.words(line)):
            return True
        last = self._levels[-1] if self._levels else None
        if last is None or not last.style or last.clause < 0 or last.title or last.is_entry:
            return False
        return (
            last.style != BULLET and self._scribe.numbered >= _SURELY_NUMBERED and not self._merged
        )

    def _begin_preamble(self, line: Line) -> None:
        label = "前言" if self._page.is_han else "Preamble"
        if any(draft.kind is ClauseKind.PREAMBLE for draft in self._scribe.drafts):
            self._begin_plain(line)
            return
        self._levels[:] = [level for level in self._levels if level.rank]
        self._scribe.add_unnumbered(line, ClauseKind.PREAMBLE, label)

    def _begin_plain(self, line: Line) -> None:
        """Begin a paragraph below a heading, or after the list of a clause."""
        levels, keep = self._levels, len(self._levels)
        while keep and _ends_with_list(levels[keep - 1]):
            keep -= 1
        self._scribe.outline.close(keep, rest=True)
        top = levels[-1] if levels else None
        if top is not None and top.title and top.label and top.clause < 0 and not top.children:
            self._scribe.draft(top, ClauseKind.CLAUSE, line.start, line.start, line)
        else:
            self._scribe.add_unnumbered(line, ClauseKind.PARAGRAPH)


def _ends_with_list(level: Level) -> bool:
    """Return whether a paragraph that begins anew ends a level."""
    is_loose = level.is_entry or not level.style or level.style == BULLET
    return is_loose and not level.title and not level.rank
