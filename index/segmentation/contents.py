"""Tables of contents: runs of short lines that are links into the page, or come again below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from index.segmentation.lines import HAN, LINK, Line, read_opening, strip_markers
from index.segmentation.surroundings import BULLETS, plain_words

_TITLE = re.compile(
    r"(?:table of )?contents|on this page|index|目\s*录|目\s*錄|jump to|quick links"
    r"|in this (?:policy|article|section|document)",
    re.IGNORECASE,
)
# A sentence that is no part of the contents, but says that they follow.
_ANNOUNCES = re.compile(
    r"(?:了解|说明|說明|包括|包含|涵盖|分为|阐述).{0,12}(?:以下|如下|下列|下述).{0,12}[:：]"
    r"|(?:cover|contain|include|explain)s? .{0,40}(?:following|below)[^.:]{0,40}:",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.{4}|…{2}|·{4}|(?:\. ){4})[ \t]{0,40}\d{1,4}\Z")
_WORD = re.compile(r"[^\W\d_]{3}")
_LONGEST = 400  # characters of an entry, the target of its link included
_SHORT, _SHORT_HAN = 80, 36  # characters of an entry that nothing but its place speaks for
_MOST_ALIKE = 3  # lines with the words of an entry; more are cells of a table
_GAP = 2  # lines that stand among sure entries and are none


def find_contents(text: str, lines: list[Line], known: Mapping[int, str]) -> Mapping[int, str]:
    """Return the reason for each line (by its place) of a table of contents."""
    entries = _Entries(text, lines)
    found: dict[int, str] = {}
    place = 0
    while place < len(lines):
        title = entries.is_title(place)
        is_titled = title or entries.announces(place)
        run, after, starts_again = entries.run(place + is_titled, known, is_titled=is_titled)
        if entries.are_contents(run, is_titled=is_titled, starts_again=starts_again):
            found |= dict.fromkeys([place, *run] if title else run, "table of contents")
        place = max(after, place + 1)
    return found


class _Entries:
    """What each line is as an entry of contents."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self._text, self._lines = text, lines
        self._keys = [self._key(line) for line in lines]
        self._count = Counter(self._keys)
        self._last = {key: place for place, key in enumerate(self._keys) if self._may_head(place)}

    def _key(self, line: Line) -> str:
        """Return the words of a short line without number, marks and blanks."""
        if line.end - line.start > _LONGEST:
            return ""
        start = line.start
        while start < line.end and self._text[start] in BULLETS + " ":
            start += 1
        opening = read_opening(self._text, start, line.end)
        body = opening.end if opening.label else opening.body
        plain = strip_markers(plain_words(self._text[body : line.end]))
        return "".join(plain.lower().split()).strip("*_#:：.")

    def _may_head(self, place: int) -> bool:
        """Return whether a line may be the heading that an entry of contents names."""
        line = self._lines[place]
        opening = read_opening(self._text, line.start, line.end)
        is_plain_bullet = opening.bullet and opening.label is None and not opening.bold
        return not is_plain_bullet and self._count[self._keys[place]] <= _MOST_ALIKE

    def is_title(self, place: int) -> bool:
        """Return whether a line is the title of contents."""
        line = self._lines[place]
        words = plain_words(self._text[line.start : min(line.end, line.start + _LONGEST)])
        return bool(_TITLE.fullmatch(words.strip(" :：*_")))

    def announces(self, place: int) -> bool:
        """Return whether a line says that contents follow."""
        line = self._lines[place]
        tail = self._text[max(line.start, line.end - _LONGEST) : line.end].rstrip("*_ ")
        return any(not tail[found.end() :] for found in _ANNOUNCES.finditer(tail))

    def run(
        self, place: int, known: Mapping[int, str], *, is_titled: bool
    ) -> tuple[list[int], int, bool]:
        """Return the entries from a place on, the place after, and whether the first comes again.

        Lines that may be entries count where a title stands above, or between sure ones.
        """
        run: list[int] = []
        sure = 0  # of the entries, those up to the last sure one
        while place < len(self._lines):
            if run and self._keys[place] and self._keys[place] == self._keys[run[0]]:
                return run, place, True
            if place not in known or known[place] == "menu":
                kind = self._kind(place)
                is_near = is_titled or (run and len(run) < sure + _GAP)
                if not kind and not (is_near and self._may_be_entry(place)):
                    break
                run.append(place)
                sure = len(run) if kind else sure
            place += 1
        return run[:sure], place, False

    def are_contents(self, run: list[int], *, is_titled: bool, starts_again: bool) -> bool:
        """Return whether enough of a run speaks for contents."""
        sure = sum(self._kind(place) > 1 for place in run)
        if is_titled and len(run) > 1 and (starts_again or sure * 2 >= len(run)):
            return True
        return len(run) > 2 and sure * 2 >= len(run) and not self._repeats_as_block(run)

    def _repeats_as_block(self, run: list[int]) -> bool:
        """Return whether lines come again side by side, as an address does, contents do not."""
        later = [self._last.get(self._keys[place], place) for place in run]
        is_later = [after > place for after, place in zip(later, run, strict=True)]
        beside = sum(
            after == before + 1 and is_again
            for (before, after), is_again in zip(pairwise(later), is_later, strict=False)
        )
        return is_later[:1] == [True] and beside * 2 >= len(run) - 1 > 0

    def _kind(self, place: int) -> int:
        """Return 2 for a sure entry, 1 for what may stand among them, 0 for other lines."""
        line, key = self._lines[place], self._keys[place]
        words = self._text[line.start : min(line.end, line.start + _LONGEST + 1)]
        if not key or len(words) > _LONGEST or line.underline or words[0] == "#":
            return 0
        if _LEADER.search(words):
            return 2
        link = LINK.search(words)
        if link and "#" in link[1] and not _WORD.search(words, 0, link.start()):
            return 2
        repeats = self._last.get(key, place) > place and 1 < len(key) < 120
        if not repeats or words.rstrip().endswith((";", "；", "。")):
            return 0
        return 2 if len(plain_words(words)) > (3 if HAN.search(key) else 5) else 1

    def _may_be_entry(self, place: int) -> bool:
        """Return whether a line is short and numbered, so that it may be an entry."""
        line = self._lines[place]
        plain = plain_words(self._text[line.start : min(line.end, line.start + _LONGEST)])
        is_short = len(plain) <= (_SHORT_HAN if HAN.search(plain) else _SHORT)
        opening = read_opening(self._text, line.start, line.end)
        is_entry = opening.label is not None or opening.bullet
        is_heading = bool(opening.hashes or line.underline)
        is_sentence = (
            plain.endswith((".", ";", ":", ",", "。", "；", "：", "，")) and len(plain) > 8
        )
        return is_short and is_entry and not is_heading and not is_sentence
