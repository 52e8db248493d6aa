"""Lines of an agreement and what their shape says: blank, rule, heading, opening of a label."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from index.segmentation.labels import (
    BLANKS,
    Label,
    Reading,
    is_reference,
    read_label,
    read_marked_label,
)


class Rank(IntEnum):
    """Depth of a heading by its look; Markdown depths 1 to 6 come before these."""

    NUMBERED = 7
    BOLD = 8
    CAPITALS = 9
    PLAIN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank.

    Attributes:
        number: Its number in the file, from 1.
        start: Offset of its first character that is not blank.
        end: Offset after its last character that is not blank.
        indent: Columns before ``start``; a tab counts four.
        gap: Whether a blank line, or the start of the text, comes before.
        underline: 1 or 2 if a row of ``=`` or ``-`` below makes it a heading, else 0.
    """

    number: int
    start: int
    end: int
    indent: int
    gap: bool
    underline: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """How a line begins: markers, then perhaps a label.

    Attributes:
        start: Offset of the first marker or of the label.
        end: Offset of the first word after markers and label.
        body: Offset after the marks of heading and bullet alone.
        hashes: Depth of a Markdown heading, or 0.
        emphasis: The marker of bold or italic type still open at ``end``, or empty.
        bold: Whether the line, or its label, begins in bold type.
        bullet: Whether a bullet begins the line.
        label: The candidate label, or nothing.
    """

    start: int
    end: int
    body: int
    hashes: int
    emphasis: str
    bold: bool
    bullet: bool
    label: Label | None


LINK = re.compile(
    r"!?\[(?:[^\[\]\\]|\\."
    r"|\[[^\[\]]{0,80}\]){1,300}\]\(([^()]{0,700}(?:\([^()]{0,80}\)[^()]{0,99})?)\)"
)
_HASHES = re.compile(r"(#{1,6})[ \t\u3000\xa0]+")
_BULLET = re.compile(
    r"\\?[-*+–—‒][ \t\xa0]+|[•·▪●○■◦‣◆◇➢►▶\uf0b7\uf0a7][ \t\xa0\u3000]*|o[ \t]{2,}"
)
_EMPHASIS = re.compile(r"\*\*\*|\*\*|__|\*|_(?=\*|\w)|<b>|<strong>")
CLOSE = {"<b>": "</b>", "<strong>": "</strong>"}  # of what marks bold type; the rest ends itself
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})[ \t\r]*\Z")


def split_lines(text: str) -> list[Line]:
    """Return the lines of a text that are not blank, underlines of headings joined to them."""
    lines: list[Line] = []
    offset, gap = 0, True
    for number, raw in enumerate(text.split("\n"), 1):
        body = raw.strip(BLANKS)
        if not body or body.isspace():
            gap = True
        else:
            lead = raw.index(body[0])
            line = Line(number, offset + lead, offset + lead + len(body), _columns(raw[:lead]), gap)
            if not gap and _underlines(text, lines[-1], body):
                lines[-1] = replace(lines[-1], underline=1 if body[0] == "=" else 2)
            else:
                lines.append(line)
            gap = False
        offset += len(raw) + 1
    return lines


def _columns(blanks: str) -> int:
    return sum({"\t": 4, "\u3000": 2}.get(mark, 1) for mark in blanks if mark not in "\u200b\ufeff")


def _underlines(text: str, above: Line, body: str) -> bool:
    """Return whether a row of dashes makes the line above a heading, not a rule or a table."""
    first = text[above.start]
    is_long = above.end - above.start > 300
    return (
        bool(_UNDERLINE.match(body)) and not above.underline and first not in "|>=-" and not is_long
    )


def read_opening(text: str, start: int, end: int) -> Opening:
    """Return how a line, or the piece of it between two offsets, begins."""
    at, hashes, bullet, emphasis = _read_markers(text, start, end)
    body = skip_blanks(text, at - len(emphasis), end)
    # Emphasis belongs to the words when it marks no label.
    plain = Opening(start, body, body, hashes, "", bool(emphasis), bullet, None)
    close = CLOSE.get(emphasis, emphasis)
    label = read_label(text, at, end)
    if label is None and emphasis:
        label = read_marked_label(text, at, end, close)
    if label is None:
        return plain
    is_bold, after = bool(emphasis), label.end
    if emphasis and text.startswith(close, after):
        after, emphasis = after + len(close), ""
        while after < end and text[after] in ".:：)、":
            after += 1
        if is_reference(text, label, after, end):
            return plain
    elif after < end and text[after] in ".:：" and text[after - 1] in ")）":
        after += 1
    after = skip_blanks(text, after, end)
    found = None if hashes else _HASHES.match(text, after, end)
    if found:
        hashes, after = len(found[1]), found.end()
    return Opening(start, after, body, hashes, emphasis, is_bold, bullet, label)


def _read_markers(text: str, start: int, end: int) -> tuple[int, int, bool, str]:
    """Return the offset after a line's markers, its heading depth, bullet and open emphasis."""
    at, hashes, bullet = start, 0, False
    while True:
        found = _HASHES.match(text, at, end)
        if found and not hashes:
            hashes = len(found[1])
        else:
            found = None if bullet else _BULLET.match(text, at, end)
            if not found:
                break
            bullet = True
        at = found.end()
    if hashes and text.startswith("[", at):  # a heading that is a link: ### [1. Fees](#fees)
        linked = LINK.match(text, at, end)
        at += linked is not None and not text[linked.end() : end].strip(BLANKS + "*_#")
    found = _EMPHASIS.match(text, at, end)
    return (found.end(), hashes, bullet, found[0]) if found else (at, hashes, bullet, "")


def skip_blanks(text: str, at: int, end: int) -> int:
    """Return the first offset from ``at`` that holds no blank, at most ``end``."""
    while at < end and text[at] in BLANKS:
        at += 1
    return at


def strip_markers(words: str) -> str:
    """Return a heading's words without Markdown's signs around them and the targets of links."""
    words = LINK.sub(lambda found: found[0][found[0].index("[") + 1 : found[0].rindex("](")], words)
    words = words.strip(BLANKS)
    found = _HASHES.match(words)
    if found:
        words = words[found.end() :].rstrip("# ")
    return words.replace("**", "").replace("__", "").replace("\\", "").strip(BLANKS + "*_")


HAN = re.compile(r"[\u3400-\u9fff]")
_LOWER = re.compile(r"[a-z]")
_MIDDLE = re.compile(r"[。；！？]|[.!?;] [A-Z]")


def is_titlelike(words: str, *, marked: bool = False) -> bool:
    """Return whether words without markers and label could be a title: few, and no sentence.

    ``marked`` tells whether bold type or the like already speaks for one.
    """
    words = words.strip(BLANKS + "*_")
    if not words or words[-1] in "；;，,":
        return False
    is_han = bool(HAN.search(words))
    limit = (40 if marked else 28) if is_han else (120 if marked else 90)
    if len(words) > limit or (_MIDDLE.search(words[:-1]) and not (marked and len(words) < 60)):
        return False
    if words[-1] in "。：:！!" or (words[-1] == "." and not _is_short_title(words)):
        return marked and words[-1] in "：:" and len(words) <= limit // 2
    if is_han:
        return "，" not in words or marked
    return len(words.split()) <= (18 if marked else 12) and not words[0].islower()


def _is_short_title(words: str) -> bool:
    return len(words.split()) <= 5 and not _LOWER.match(words)


def is_capitals(words: str) -> bool:
    """Return whether a line is written in capitals, as headings are."""
    letters = [mark for mark in words if mark.isalpha()]
    return len(letters) >= 4 and all(mark.isupper() for mark in letters)


def is_bold_line(text: str, line: Line) -> bool:
    """Return whether a whole line stands in bold type."""
    words = text[line.start : line.end].rstrip("\\ ")
    for mark in ("***", "**", "__", *CLOSE):
        close = CLOSE.get(mark, mark)
        if words.startswith(mark) and len(words) > len(mark) and close not in words[len(mark) :]:
            # A break inside bold type puts its end on the next line.
            return text[line.end : line.end + _BREAK].lstrip(BLANKS + "\\\n").startswith(close)
        is_closed = words.rstrip(":：").endswith(close)
        if words.startswith(mark) and is_closed and len(words) > 2 * len(mark):
            return words.count(mark) <= 4 and not _bold_ends_within(words, mark)
    return False


def _bold_ends_within(words: str, mark: str) -> bool:
    """Return whether plain words stand between two bold runs, ``**a** b **c**``."""
    inside = words.split(mark)
    return any(piece.strip(BLANKS + ":：.–-") for piece in inside[2:-1:2])


def ends_finished(text: str, line: Line) -> bool:
    """Return whether a line ends as sentences and paragraphs end."""
    tail = text[max(line.start, line.end - 6) : line.end].rstrip('*_"”’』」）)] ')
    return bool(tail) and tail[-1] in "。；;！!？?.:：…"


_BREAK = 8  # characters between two lines of one bold run
_NO_TITLE = re.compile(r"[:：\d\\_\[\]]|(?:,| and| or)\Z")
_MOST_WORDS = 8  # of a title that only stands alone above a short sentence
_LONGEST_HEADING = 250
_SHORTEST_BODY, _SHORTEST_BODY_HAN = 40, 20  # characters of what makes the line above a title
_AHEAD = 60  # How many candidates ahead may confirm a number.
_NEAR = 12  # How many lines of boilerplate may stand between a title and its body.


class Page:
    """The lines of one agreement.

    Attributes:
        text: The agreement.
        lines: Its lines that are not blank.
        openings: How each line begins.
        boilerplate: Why a line, by its place, is no part of the agreement.
        is_han: Whether it is written in Chinese.
    """

    def __init__(self, text: str, lines: list[Line], boilerplate: Mapping[int, str]) -> None:
        self.text = text
        self.lines = lines
        self.boilerplate = boilerplate
        self.openings = [read_opening(text, line.start, line.end) for line in lines]
        self.is_han = len(HAN.findall(text)) * 5 > len(text.split()) + len(text) // 5
        self._labelled: list[int] = []
        self._runs_on: dict[tuple[str, str], bool] = {}
        self._spots: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for place, opening in enumerate(self.openings):
            if opening.label is not None and place not in boilerplate:
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
        """Return the place of the next line that is no boilerplate."""
        for after in range(place + 1, min(place + _NEAR, len(self.lines))):
            if after not in self.boilerplate:
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
        opening, line = self.openings[place], self.lines[place]
        title = self.text[opening.end if opening.label else line.start : line.end]
        fewest = _SHORTEST_BODY_HAN if HAN.search(title) else _SHORTEST_BODY
        if self.openings[below].label is not None:
            return after.gap and size > fewest
        is_sentence = size > len(title) and self.text[after.end - 1] in "。.：:；;"
        is_sure = not _NO_TITLE.search(title) and len(title.split()) <= _MOST_WORDS
        return after.gap and ((is_sentence and is_sure) or size > max(3 * len(title), fewest))

    def is_above_body(self, place: int) -> bool:
        """Return whether a line stands alone above a body, or above the title of one."""
        if self.has_body_below(place):
            return True
        below = self.below(place)
        is_alone = below is not None and self.lines[place].gap and self.lines[below].gap
        return is_alone and self.is_short(below) and self.has_body_below(below)

    def runs_on(self, outer: str, inner: str) -> bool:
        """Return whether the numbers of one style go on below those of another, as 5. in 二、.

        The first number below each outer one but the first follows one below the outer one before
        it. Such numbers say by themselves where they stand.
        """
        if (outer, inner) not in self._runs_on:
            self._runs_on[outer, inner] = self._look_for_run(outer, inner)
        return self._runs_on[outer, inner]

    def _look_for_run(self, outer: str, inner: str) -> bool:
        blocks: list[list[int]] = []
        for place in self._labelled:
            label = self.openings[place].label
            styles = {one.style: one.value for one in label.readings} if label else {}
            if outer in styles:
                blocks.append([])
            elif inner in styles and blocks:
                blocks[-1].append(styles[inner])
        used = [block for block in blocks if block]
        follows = [block[0] > 1 and block[0] - 1 in above for above, block in pairwise(used)]
        return bool(follows) and all(follows)

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
