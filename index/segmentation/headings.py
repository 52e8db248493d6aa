"""Which lines are headings, and whether the words after a label are a title."""

from __future__ import annotations

import re

from index.segmentation.labels import BLANKS, Label
from index.segmentation.levels import Level, Place, is_first_below, is_next
from index.segmentation.lines import (
    CLOSE,
    HAN,
    Line,
    Opening,
    Page,
    Rank,
    is_capitals,
    is_titlelike,
    strip_markers,
)
from index.segmentation.outline_builder import OutlineBuilder
from index.segmentation.surroundings import NAMES_IT

_LONGEST_RUN_IN = 120
_LEADS_IN_HAN = re.compile(
    r"以下|下列|如下|下述|\A(?:您|你|我们|我方|双方|[甲乙丙]方)[^的]+\Z"
    r"|(?:应当?|不得|须|可以?|将|有权|包括|为|是|指|即|有)\Z"
    r"|(?<![与和及、的])(?:承诺|保证|同意|理解|确认|知悉|了解|遵守|认可|声明)\Z"
)
_RULES_HAN = re.compile("不得|不能|应|须|可|将|有权|禁止|的，|[如若则]")
_SMALL = frozenset(
    {"a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with", "&"}
)


def find_title_end(
    page: Page, place: int, opening: Opening, found: Place, levels: list[Level]
) -> int:
    """Return the offset where the title of a numbered heading ends, or 0 if it is none.

    ``opening`` is how the line, or the part of it after an outer label, begins; the levels are the
    open ones, those that the label closes included.
    """
    line = page.lines[place]
    rest = page.text[opening.end : line.end]
    is_marked = bool(opening.hashes or line.underline)
    rest = rest.partition("](")[0] if is_marked else rest
    if not rest.strip(BLANKS + "*_:："):
        return line.end if is_marked else 0
    if is_marked:
        return line.end if len(rest) < 160 or is_titlelike(rest, marked=True) else 0
    run_in = _run_in_end(page, opening, line.end) if opening.emphasis else 0
    if run_in:
        return run_in if run_in < line.end or _heads(page, place, found, levels, marked=True) else 0
    marked = bool(opening.emphasis) or is_capitals(rest)
    if not is_titlelike(rest, marked=marked) and not _is_title_alone(page, place, rest):
        return 0
    if not marked and not _may_be_title(page, place, opening, found, levels):
        return 0
    return line.end if _heads(page, place, found, levels, marked=marked) else 0


def _is_title_alone(page: Page, place: int, rest: str) -> bool:
    """Return whether words with a colon or comma, alone on their line, name what follows.

    So do ``二、定义：`` and ``七、帐号，密码``. Words that begin a sentence which ends below
    (甲方应：, The user must:) do not, nor do those that rule something (未经许可，不得转载).
    """
    words, below = rest.rstrip(BLANKS + "*_:："), page.below(place)
    has_colon = words != rest.rstrip(BLANKS + "*_")
    is_alone = page.lines[place].gap and below is not None and page.lines[below].gap
    if not is_alone or not is_titlelike(words.replace("，", "、", 1)):
        return False
    if HAN.search(words):
        is_named = has_colon or page.has_body_below(place)
        is_rule = "，" in words and _RULES_HAN.search(words)
        return is_named and not is_rule and not _LEADS_IN_HAN.search(words)
    return has_colon and all(word[0].isupper() or word in _SMALL for word in words.split())


def _may_be_title(
    page: Page, place: int, opening: Opening, found: Place, levels: list[Level]
) -> bool:
    """Return whether a plain numbered line may be a title, by the entry before it and its words."""
    if opening.label is not None and opening.label.rank:
        return True
    before = levels[found.keep] if found.keep < len(levels) else None
    # In a list whose last entry was no title, this one is none.
    is_list = before is not None and before.style == found.reading.style and not before.title
    label = page.label_below(place)
    is_above = label is not None and is_first_below(label, found.reading.path)
    if is_list and not is_above and not page.has_body_below(place):
        return False
    return _reads_as_title(page, place, page.text[opening.end : page.lines[place].end])


def _reads_as_title(page: Page, place: int, rest: str) -> bool:
    """Return whether plain words are a title and not the first line of a sentence."""
    if HAN.search(rest):
        return True
    words = [word for word in rest.split() if word[0].isalpha()]
    capital = sum(word[0].isupper() for word in words)
    if rest.rstrip().endswith("."):
        return capital == len(words)
    below = page.below(place)
    wraps = below is not None and not page.lines[below].gap and page.openings[below].label is None
    return not wraps or len(words) <= 4 or (len(words) <= 9 and capital * 5 >= len(words) * 3)


def _run_in_end(page: Page, opening: Opening, end: int) -> int:
    """Return where bold words that open a numbered line end, or 0 if they are no title."""
    mark = CLOSE.get(opening.emphasis, opening.emphasis)
    close = page.text.find(mark, opening.end, end)
    if close < 0 or close - opening.end > _LONGEST_RUN_IN or len(opening.emphasis) == 1:
        return 0
    if not is_titlelike(page.text[opening.end : close].rstrip(".。:： "), marked=True):
        return 0
    at = close + len(mark)
    while at < end and page.text[at] in ".:： \t*_\\\u200d\xa0":
        at += 1
    return at


def _heads(page: Page, place: int, found: Place, levels: list[Level], *, marked: bool) -> bool:
    """Return whether what follows a short numbered line is its body, not its sibling."""
    below = page.below(place)
    if below is None:
        return False
    opening, after = page.openings[below], page.lines[below]
    if opening.label is not None:
        if _is_sibling(opening.label, found) or _continues_outer(opening.label, found, levels):
            return marked and page.lines[place].gap and after.gap
        return True
    if opening.bullet or opening.hashes or after.underline:
        return opening.bullet or marked
    first = page.text[after.start]
    return after.gap or marked or not (first.islower() or first in ",;)")


def _is_sibling(label: Label, found: Place) -> bool:
    after = (*found.reading.path[:-1], found.reading.value + 1)
    style = found.reading.style
    return any(other.style == style and other.path == after for other in label.readings)


def _continues_outer(label: Label, found: Place, levels: list[Level]) -> bool:
    """Return whether a label is the next number of a list outside the one at hand."""
    if is_first_below(label, found.reading.path):
        return False
    return any(is_next(label, level) for level in levels[: found.keep])


_PREAMBLE_TITLES = frozenset({"前言", "引言", "导言", "序言", "preamble"})


class Headings:
    """Finds the unnumbered headings of an agreement."""

    def __init__(self, page: Page, outline_builder: OutlineBuilder) -> None:
        self._page = page
        self._outline_builder = outline_builder
        self._levels = outline_builder.outline.levels

    def find_rank(self, place: int, line: Line, *, begins: bool) -> int:
        """Return the depth of an unnumbered heading by its look, or 0.

        ``begins`` tells whether the line may begin something new at all.
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
        if not self._outline_builder.drafts and self._names_text(place):
            return True
        if self._page.text[self._page.lines[place].end - 1] in ".。":
            return False
        if self._restarts(self._page.label_below(place)):
            return True
        return not self._is_in_list(place) and self._page.is_above_body(place)

    def _is_in_list(self, place: int) -> bool:
        """Return whether a list is open, which a number below may go on with."""
        if not self._levels or not self._levels[-1].is_entry:
            return False
        after = self._page.next_label(place)
        return after is not None and is_next(after, self._levels[-1])

    def _names_text(self, place: int) -> bool:
        """Return whether a short line stands in the title block, before all that says something.

        The first line does, and so do those that stand alone after it, if they do not fill in
        a form (``甲方：张三``).
        """
        outline_builder, line = self._outline_builder, self._page.lines[place]
        words = self._page.words(line)
        if not outline_builder.headings:
            return True
        below = self._page.below(place)
        is_alone = line.gap and below is not None and self._page.lines[below].gap
        return (
            not outline_builder.has_begun
            and is_alone
            and not set(words) & set(":：。")
            and words[-1] not in ".!！"
        )

    def _restarts(self, label: Label | None) -> bool:
        """Return whether a label begins the outermost numbers anew, as a second agreement does."""
        first = next((level for level in self._levels if level.style), None)
        if label is None or first is None or first.value < 2:
            return False
        return any(other.style == first.style and other.value == 1 for other in label.readings)

    def add(self, place: int, line: Line, rank: int) -> None:
        """Add an unnumbered heading of a depth."""
        outline_builder = self._outline_builder
        title = strip_markers(self._page.words(line))
        is_first = not outline_builder.headings and self._page.is_only_one(place, rank)
        is_block = rank == Rank.PLAIN and not outline_builder.has_begun
        heads = self._page.has_body_below(place) and not NAMES_IT.search(title)
        is_block = is_block and (not heads or self._repeats(title))
        names_text = (is_first or is_block) and not outline_builder.drafts
        opens = names_text and (is_first or self._repeats(title))
        outline_builder.has_begun = outline_builder.has_begun or not (
            opens or title.lower() in _PREAMBLE_TITLES
        )
        if names_text:
            # The agreement's own title stands above everything and says nothing of a clause.
            rank, title = 1, ""
        outline_builder.add_heading(line, rank, title, keep=self._levels_above(place, rank))

    def _repeats(self, title: str) -> bool:
        """Return whether a heading before says the same, as pages print a title twice."""
        spans = self._outline_builder.headings[:4]
        return any(title in self._page.text[start:end] for start, end in spans)

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
        at, opening = self._outline_builder.open, self._page.openings[place]
        if at < 0 or self._outline_builder.drafts[at].start >= 0 or opening.label:
            return False
        line = self._page.lines[place]
        if line.underline or opening.hashes:
            return True
        if self._page.below(place) is None:
            return False
        words = self._page.words(line)
        is_plain = len(words) < 60 and words[-1] != "." and not self._levels[-1].is_entry
        return bool(self._page.shown_rank(place)) or (is_plain and is_titlelike(words))
