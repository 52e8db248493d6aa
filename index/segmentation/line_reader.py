"""Words without a label: what they continue, and which clause they make."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from index.clause import ClauseKind
from index.segmentation.boilerplate import is_date_line
from index.segmentation.doubts import Oddity, OddityKind
from index.segmentation.headings import Headings, find_title_end
from index.segmentation.labels import BULLET, Label, Reading
from index.segmentation.levels import Level, Place, Setting, is_next
from index.segmentation.lines import (
    HAN,
    Line,
    Opening,
    Page,
    Rank,
    ends_finished,
    is_titlelike,
    read_opening,
)
from index.segmentation.outline_builder import OutlineBuilder, leads_in

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

    def __init__(self, page: Page, outline_builder: OutlineBuilder) -> None:
        self._page = page
        self._outline_builder = outline_builder
        self._levels = outline_builder.outline.levels
        self.finished = True
        self._merged = 0  # How many paragraphs went on with a clause after a blank line.

    def begins_block(self, line: Line) -> bool:
        """Return whether a line may begin something new, not wrap the sentence before it."""
        if line.gap or self.finished or self._outline_builder.open < 0:
            return True
        draft = self._outline_builder.drafts[self._outline_builder.open]
        is_one_line = self._page.text.find("\n", draft.label_start, draft.end) < 0
        return is_one_line and draft.kind is ClauseKind.ITEM

    def add(self, place: int, line: Line, *, in_table: bool) -> None:
        """Add a line that opens nothing to what is open, or begin a paragraph with it.

        Inside a table nothing breaks.
        """
        if self._outline_builder.open >= 0:
            draft = self._outline_builder.drafts[self._outline_builder.open]
            wraps = not line.gap and not self._breaks_paragraph(line)
            if draft.start < 0 or wraps or in_table:
                self._outline_builder.extend(line)
                return
        self._begin_paragraph(place, line)

    def _breaks_paragraph(self, line: Line) -> bool:
        """Return whether a line without a blank one before it begins a paragraph all the same."""
        first = self._page.text[line.start]
        if first == "|" or not self.finished:
            return False
        return bool(HAN.match(first)) or first in "“《【（" or self._page.is_han

    def _begin_paragraph(self, place: int, line: Line) -> None:
        outline_builder = self._outline_builder
        if (
            self._levels
            and outline_builder.open >= 0
            and self._goes_on(place, line, self._levels[-1])
        ):
            self._merged += line.gap
            outline_builder.extend(line)
        elif not outline_builder.has_begun:
            self._begin_preamble(line)
        elif self._is_closing(place, line):
            outline_builder.outline.close(0)
            label = "结语" if self._page.is_han else "Closing"
            outline_builder.add_unnumbered(line, ClauseKind.CLOSING, label)
        else:
            self._begin_plain(line)

    def _goes_on(self, place: int, line: Line, level: Level) -> bool:
        """Return whether a paragraph continues the clause that is open."""
        if level.clause != self._outline_builder.open:
            return False
        is_inside = line.indent >= level.indent + 2
        if level.style == BULLET or (level.style and is_inside):
            return is_inside
        if not level.style:
            return (
                self._outline_builder.drafts[self._outline_builder.open].kind is ClauseKind.PREAMBLE
            )
        if self._is_closing(place, line):
            return False
        if not level.is_entry:
            return True
        following = self._page.next_label(place)
        is_within = following is not None and is_next(following, level)
        return is_within and not leads_in(self._page.words(line))

    def _is_closing(self, place: int, line: Line) -> bool:
        """Return whether unnumbered words after the last number end the agreement."""
        if (
            not self._outline_builder.numbered
            or not line.gap
            or self._page.next_label(place) is not None
        ):
            return False
        if _CLOSING.match(self._page.words(line)):
            return True
        last = self._levels[-1] if self._levels else None
        if last is None or not last.style or last.clause < 0 or last.title or last.is_entry:
            return False
        return (
            last.style != BULLET
            and self._outline_builder.numbered >= _SURELY_NUMBERED
            and not self._merged
        )

    def _begin_preamble(self, line: Line) -> None:
        label = "前言" if self._page.is_han else "Preamble"
        if any(draft.kind is ClauseKind.PREAMBLE for draft in self._outline_builder.drafts):
            self._begin_plain(line)
            return
        self._levels[:] = [level for level in self._levels if level.rank]
        self._outline_builder.add_unnumbered(line, ClauseKind.PREAMBLE, label)

    def _begin_plain(self, line: Line) -> None:
        """Begin a paragraph below a heading, or after the list of a clause."""
        levels, keep = self._levels, len(self._levels)
        while keep and _ends_with_list(levels[keep - 1]):
            keep -= 1
        self._outline_builder.outline.close(keep, rest=True)
        top = levels[-1] if levels else None
        if top is not None and top.title and top.label and top.clause < 0 and not top.children:
            self._outline_builder.draft(top, ClauseKind.CLAUSE, line.start, line.start, line)
        else:
            self._outline_builder.add_unnumbered(line, ClauseKind.PARAGRAPH)


def _ends_with_list(level: Level) -> bool:
    """Return whether a paragraph that begins anew ends a level."""
    is_loose = level.is_entry or not level.style or level.style == BULLET
    return is_loose and not level.title and not level.rank


_LETTERED = frozenset({"a()", "i()", "a)", "i)"})
_BREAKS = frozenset({"menu", "table of contents", "button", "foot of a page"})


class Reader:
    """One pass over the lines of one agreement.

    Attributes:
        outline_builder: What was found.
    """

    def __init__(self, page: Page) -> None:
        self.outline_builder = OutlineBuilder(page)
        self._page = page
        self._levels = self.outline_builder.outline.levels
        self._headings = Headings(page, self.outline_builder)
        self._prose = Prose(page, self.outline_builder)
        self._in_table = False

    def read(self) -> None:
        """Read all lines."""
        for place, line in enumerate(self._page.lines):
            self._read_line(place, line)
            self._prose.finished = ends_finished(self._page.text, line)

    def _read_line(self, place: int, line: Line) -> None:
        outline_builder, opening = self.outline_builder, self._page.openings[place]
        if self._is_table(self._page.words(line)):
            self._prose.add(place, line, in_table=self._in_table)
        elif place in self._page.boilerplate:
            self._set_aside(line, self._page.boilerplate[place])
        elif self._headings.names_bare_label(place):
            outline_builder.add_title_below(line)
        elif self._open_label(place, line, opening):
            return
        elif self._is_date(line):
            outline_builder.headings.append((line.start, line.end))
            outline_builder.open = -1
        else:
            self._read_unnumbered(place, line, opening)

    def _read_unnumbered(self, place: int, line: Line, opening: Opening) -> None:
        begins = self._prose.begins_block(line)
        rank = self._headings.find_rank(place, line, begins=begins)
        if rank:
            self._headings.add(place, line, rank)
        elif opening.bullet and begins:
            self.outline_builder.add_bullet(line, opening)
        else:
            self._prose.add(place, line, in_table=False)

    def _is_table(self, words: str) -> bool:
        """Return whether a line is part of a table; such lines open nothing."""
        inside = self._in_table or (words[0] == "|" and words.count("|") > 2)
        if "<table" in words[:200].lower():
            self._in_table = inside = True
        if "</table" in words[-200:].lower():
            self._in_table = False
        return inside

    def _set_aside(self, line: Line, reason: str) -> None:
        self.outline_builder.leftovers.append((line.start, line.end, reason))
        if reason in _BREAKS:
            self.outline_builder.open = -1

    def _is_date(self, line: Line) -> bool:
        """Return whether a line of the title block only tells a date."""
        is_first = not self.outline_builder.numbered and len(self.outline_builder.drafts) < 2
        stands_alone = line.gap or self.outline_builder.open < 0
        return is_first and stands_alone and is_date_line(self._page.words(line))

    # Labels

    def _open_label(self, place: int, line: Line, opening: Opening) -> bool:
        """Open a clause, or two, at the start of a line; return whether one was opened."""
        label = opening.label
        if label is None or (label.rank and opening.bullet):
            return False
        setting = self._setting(place, line, opening, label)
        found = self.outline_builder.outline.find_place(label, setting)
        if found is None:
            if not label.weak and setting.is_strong:
                doubt = Oddity(OddityKind.OPENS_NOTHING, label.printed)
                self.outline_builder.doubts.append((line.number, doubt))
            return False
        inner = read_opening(self._page.text, opening.end, line.end)
        second = _read_inner(found, inner)
        self.outline_builder.note(line, found)
        if second is None or inner.label is None:
            self._open_level(place, line, opening, found)
        else:
            self.outline_builder.open_bare(line, opening, label, found)
            self._open_level(place, line, inner, Place(second, len(self._levels), 0))
        return True

    def _setting(self, place: int, line: Line, opening: Opening, label: Label) -> Setting:
        rest = self._page.text[opening.end : line.end]
        is_capital = rest[:1].isupper() or bool(HAN.match(rest[:1]))
        looks_so = opening.bold or not label.weak or is_capital
        is_title = looks_so and (not rest or is_titlelike(rest, marked=opening.bold))
        at = self.outline_builder.open
        return Setting(
            indent=line.indent,
            is_strong=line.gap or self._prose.finished or at < 0,
            is_heading=bool(opening.hashes or line.underline) or is_title,
            is_confirmed=partial(self._page.is_confirmed, place=place),
            after_colon=at >= 0 and self.outline_builder.ends_with_lead_in(at),
        )

    def _open_level(self, place: int, line: Line, opening: Opening, found: Place) -> None:
        if opening.label is None:
            return
        found = self._raise_heading(line, opening, found)
        title_end = find_title_end(self._page, place, opening, found, self._levels)
        if title_end == line.end:
            found = self._leave_list(found)
        level = self.outline_builder.make_level(line, opening.label, found)
        if title_end:
            self.outline_builder.open_title(line, opening, level, title_end)
        else:
            self.outline_builder.outline.open(level)
            self.outline_builder.start_clause(line, level, opening.start, opening.end)

    def _leave_list(self, found: Place) -> Place:
        """Return a place that lets no numbered title begin below a list that stands by itself."""
        keep, is_first = found.keep, found.reading.value == 1 and found.reading.style[-1] == "."
        if not is_first or any(level.title and level.label for level in self._levels[:keep]):
            return found
        while keep and self._levels[keep - 1].style in _LETTERED:
            keep -= 1
        while keep < found.keep and keep and not self._levels[keep - 1].rank:
            keep -= 1
        return replace(found, keep=keep)

    def _raise_heading(self, line: Line, opening: Opening, found: Place) -> Place:
        """Return a place that lets no Markdown heading stand below a deeper one or below a list."""
        rank, levels = opening.hashes or line.underline, self._levels
        reading, keep = found.reading, found.keep
        if not rank or (keep < len(levels) and levels[keep].style == reading.style):
            return found
        above = reading.path[:-1]
        for at, level in enumerate(levels[:keep]):
            is_parent = bool(above) and level.path == above
            if rank <= level.rank < Rank.NUMBERED and not is_parent:
                keep = at
                break
        while keep and not levels[keep - 1].rank and not (above and levels[keep - 1].path == above):
            keep -= 1
        return Place(reading, keep, found.cost, found.doubt)


def _read_inner(found: Place, inner: Opening) -> Reading | None:
    """Return how a second label of the same line is read, ``1. 1.1 …`` or ``(a) (i) …``."""
    label = inner.label
    if label is None or label.rank or label.weak or inner.hashes:
        return None
    for reading in label.readings:
        is_below = reading.path[:-1] == found.reading.path or len(reading.path) == 1
        if reading.value == 1 and is_below and reading.style != found.reading.style:
            return reading
    return None
