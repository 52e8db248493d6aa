"""Whether the words after a label are the title of an article or the words of a clause."""

from __future__ import annotations

from index.segmentation.fitting import is_first_below, is_next
from index.segmentation.label import BLANKS, Label
from index.segmentation.layout import Opening, is_capitals, is_titlelike
from index.segmentation.level import Level, Place
from index.segmentation.page import HAN, Page

_CLOSE = {"<b>": "</b>", "<strong>": "</strong>"}
_LONGEST_RUN_IN = 120


def find_title_end(
    page: Page, place: int, opening: Opening, found: Place, levels: list[Level]
) -> int:
    """Return the offset where the title of a numbered heading ends, or 0 if it is none.

    Args:
        page: The agreement's lines.
        place: Place of the line.
        opening: How the line, or the part of it after an outer label, begins.
        found: Where the label fits.
        levels: The open levels, those that the label closes included.
    """
    line = page.lines[place]
    rest = page.text[opening.end : line.end]
    is_marked = bool(opening.hashes or line.underline)
    if not rest.strip(BLANKS + "*_:："):
        return line.end if is_marked else 0
    if is_marked:
        return line.end if len(rest) < 160 or is_titlelike(rest, marked=True) else 0
    run_in = _run_in_end(page, opening, line.end) if opening.emphasis else 0
    if run_in:
        return run_in if run_in < line.end or _heads(page, place, found, levels, marked=True) else 0
    marked = bool(opening.emphasis) or is_capitals(rest)
    if not is_titlelike(rest, marked=marked):
        return 0
    if not marked and not _may_be_title(page, place, opening, found, levels):
        return 0
    return line.end if _heads(page, place, found, levels, marked=marked) else 0


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
    if is_list and not (label is not None and is_first_below(label, found.reading.path)):
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
    mark = _CLOSE.get(opening.emphasis, opening.emphasis)
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
