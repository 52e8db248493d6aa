"""Clauses in the making: headings, labels, ids, lead-ins and doubts as the reader finds them."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.clause import Clause, ClauseKind
from index.segmentation.doubts import Oddity, OddityKind
from index.segmentation.labels import BULLET, HAN_RANKS, Label
from index.segmentation.levels import Level, Outline, Place
from index.segmentation.lines import HAN, Line, Opening, Page, Rank, strip_markers
from index.segmentation.surroundings import plain_words


@dataclass(slots=True)
class Draft:
    """A clause whose end, id and lead-in are not settled yet.

    Attributes:
        label: As printed, composed with its parents.
        path: Titles above.
        kind: What it is.
        level: Depth of its numbering.
        label_start: Offset of its label.
        start: Offset of its first word, or -1 while only its label was seen.
        end: Offset after its last word.
        line: Number of its first line.
        parent: Place of the clause it stands under among the drafts, or -1.
        group: Label of the part it stands in, to tell repeated labels apart.
        is_numbered: Whether some printed number is part of its label.
        parts: Titles above the outermost number.
        in_section: Whether a number above it, or its own, has a title.
        heading: The unnumbered heading that names a clause without a number.
    """

    label: str
    path: tuple[str, ...]
    kind: ClauseKind
    level: int
    label_start: int
    start: int
    end: int
    line: int
    parent: int
    group: str = ""
    is_numbered: bool = True
    parts: tuple[str, ...] = ()
    in_section: bool = False
    heading: Level | None = None


_ENDS = {"前言": "preamble", "Preamble": "preamble", "结语": "closing", "Closing": "closing"}
_WORD = re.compile(r"[^\W_]+")
_TWO_NUMBERS = re.compile(r"(?<=\d)\s+(?=\d)")
_ENCLOSED = re.compile("[①-⑳⓪❶-➓]")
_LOOSE = ("", BULLET)  # styles of levels without a number
SIGN = " › "  # between the title of a part and the label of what stands in it
_MOST_PARTS = 3  # in which plain numbers that begin anew are told apart
_LONGEST_NAME, _LONGEST_NAME_HAN = 48, 24  # characters of a title in a label
_LONGEST_LEAD_IN = 1000  # Every item of a list carries it, so it may not grow with the text.


def join_label(number: str, printed: str, *, dotted: bool) -> str:
    """Return a label below a number: ``5`` and ``（3）``, ``4.3.11`` and ``1)``, ``1`` and ``a.``.

    The number is empty at the top; ``dotted`` tells whether a dot or comma follows in print.
    """
    if not number or not printed[0].isalnum() or not number[-1].isalnum():
        return number + printed
    if unicodedata.category(printed[0]) == "No":
        return number + printed
    if dotted:
        return f"{number}.{printed}"
    blank = " " if number[-1].isdecimal() == printed[0].isdecimal() else ""
    return number + blank + printed


def identify(label: str) -> str:
    """Return a label in the form it has in an id.

    Half-width, without white space; a blank between two numbers becomes ``/`` (``4.3.11/1)``), and
    an enclosed number is bracketed, so that 1① is not 11; ``¶2•1`` becomes ``p2/i1``.
    """
    bracketed = _ENCLOSED.sub(lambda found: f"({unicodedata.normalize('NFKC', found[0])})", label)
    plain = _TWO_NUMBERS.sub("/", unicodedata.normalize("NFKC", bracketed))
    typable = plain.replace("¶", "/p").replace("•", "/i")
    return "".join(typable.split()).strip("./")


def finish(
    drafts: Sequence[Draft], text: str, agreement: str
) -> tuple[tuple[Clause, ...], list[tuple[int, Oddity]]]:
    """Return the clauses of the drafts that hold words, and doubts with their lines."""
    _make_unique(drafts)
    ids, doubts = _name(drafts, agreement)
    _tell_parts_apart(drafts)
    _name_by_headings(drafts)
    clauses = []
    for draft, clause_id in zip(drafts, ids, strict=True):
        if draft.start < 0:
            continue
        above = drafts[draft.parent] if draft.parent >= 0 else None
        lead_in = ""
        if above is not None and above.start >= 0 and draft.kind is ClauseKind.ITEM:
            lead_in = text[max(above.start, above.end - _LONGEST_LEAD_IN) : above.end]
        parent = ids[draft.parent] if above is not None and above.start >= 0 else ""
        clauses.append(
            Clause(
                clause_id=clause_id,
                agreement=agreement,
                label=draft.label,
                path=draft.path,
                kind=draft.kind,
                level=max(draft.level, 1),
                text=text[draft.start : draft.end],
                start=draft.start,
                end=draft.end,
                label_start=draft.label_start,
                lead_in=lead_in,
                parent=parent,
            )
        )
    return tuple(clauses), doubts


def _make_unique(drafts: Sequence[Draft]) -> None:
    """Put the name of the part before numbers that begin anew in every part."""
    parts: dict[str, set[str]] = {}
    for draft in drafts:
        if (
            draft.start >= 0
            and draft.is_numbered
            and not draft.label.startswith(draft.group or "\0")
        ):
            parts.setdefault(draft.label, set()).add(draft.group)
    if not any(len(groups) > 1 for groups in parts.values()):
        return
    for draft in drafts:
        if draft.group and draft.is_numbered and not draft.label.startswith(draft.group):
            draft.label = f"{draft.group} {draft.label}"


def _tell_parts_apart(drafts: Sequence[Draft]) -> None:
    """Put the title of the part before sections that come again in another part of the text.

    A list that begins anew below each of many headings is no section.
    """
    found: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.is_numbered and draft.start >= 0:
            found.setdefault(draft.label, []).append(draft)
    alike = [same for same in found.values() if len({draft.parts for draft in same}) > 1]
    are_few = len({draft.parts for same in alike for draft in same}) <= _MOST_PARTS
    for same in alike:
        sections = sum(draft.in_section for draft in same)
        if not are_few and sections * 2 < len(same):
            continue
        depths = enumerate(zip_longest(*(draft.parts for draft in same)))
        at = next(at for at, titles in depths if len(set(titles)) > 1)
        names = _shorten_apart({draft.parts[at] for draft in same if at < len(draft.parts)})
        for draft in same:
            if at < len(draft.parts):
                draft.label = f"{names[draft.parts[at]]}{SIGN}{draft.label}"


def _name_by_headings(drafts: Sequence[Draft]) -> None:
    """Call each clause without a number by the words of the heading above it.

    Headings of the same words are told apart by the one above them, or are counted.
    """
    named = [draft for draft in drafts if draft.heading is not None and draft.start >= 0]
    names: dict[int, str] = {}
    alike: dict[str, dict[int, str]] = {}
    for draft in named:
        name = shorten(draft.path[-1])
        names[id(draft.heading)] = name
        alike.setdefault(name, {})[id(draft.heading)] = shorten("".join(draft.path[-2:-1]))
    for name, above in alike.items():
        seen: Counter[str] = Counter()
        is_told = len(set(above.values())) > 1
        for heading, title in above.items():
            full = f"{title}{SIGN}{name}" if is_told and title else name
            seen[full] += 1
            names[heading] = f"{full} ({seen[full]})" if seen[full] > 1 else full
    for draft in named:
        is_only = draft.heading is not None and draft.heading.counts.get("¶") == 1
        tail = draft.label.removeprefix("¶1") if is_only else draft.label
        draft.label = f"{names[id(draft.heading)]} {tail}".rstrip()


def _name(drafts: Sequence[Draft], agreement: str) -> tuple[list[str], list[tuple[int, Oddity]]]:
    """Return one id a draft, all different, and doubts on labels that repeat."""
    seen = Counter(draft.label for draft in drafts if draft.start >= 0)
    used: set[str] = set()
    again: Counter[str] = Counter()
    ids: list[str] = []
    doubts: list[tuple[int, Oddity]] = []
    for draft in drafts:
        label = draft.label
        if draft.heading is not None and draft.heading.counts.get("¶") == 1:
            label = label.removeprefix("¶1")
        tail = _ENDS.get(draft.label) or identify(label)
        if not draft.is_numbered or seen[draft.label] > 1:
            slug = "/".join(filter(None, map(_slug, draft.path[-3:])))
            tail = "/".join(filter(None, (slug, tail)))
        clause_id = name = f"{agreement}/{tail or 'p1'}"
        if draft.start < 0:
            ids.append("")
            continue
        while clause_id in used:
            again[name] += 1
            clause_id = f"{name}~{again[name] + 1}"
        if clause_id != name and draft.is_numbered:
            doubts.append((draft.line, Oddity(OddityKind.REPEATS, draft.label, clause_id)))
        used.add(clause_id)
        ids.append(clause_id)
    return ids, doubts


def _shorten_apart(titles: set[str]) -> dict[str, str]:
    """Return each title as a label names it, cut at its start where its end tells it apart."""
    names = {title: shorten(title) for title in titles}
    if len(set(names.values())) == len(titles):
        return names
    low, high = min(titles), max(titles)
    same = low[: next((at for at, mark in enumerate(low) if high[at] != mark), len(low))]
    begin = len(same) if HAN.search(same) else same.rfind(" ") + 1
    return {title: "…" + shorten(title[begin:]) for title in titles}


def shorten(title: str) -> str:
    """Return the words of a title as a label names them, cut between words where they are many."""
    words = plain_words(title).strip(" :：.。*_#")
    longest = _LONGEST_NAME_HAN if HAN.search(words) else _LONGEST_NAME
    if len(words) <= longest:
        return words
    cut = words[:longest]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,，、(（") + "…"


@functools.lru_cache(maxsize=1024)
def _slug(title: str) -> str:
    return "-".join(_WORD.findall(unicodedata.normalize("NFKC", title).lower()))[:48]


class OutlineBuilder:
    """What is known of an agreement so far.

    Attributes:
        page: The agreement's lines.
        outline: The open levels.
        drafts: Clauses in the order of the text.
        headings: Offsets of titles.
        leftovers: Offsets and reasons of what is set aside.
        doubts: Line numbers and what is odd there.
        open: Place of the draft that more words would join, or -1.
        has_begun: Whether a heading other than the agreement's title was seen.
        numbered: How many labels were believed.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.outline = Outline()
        self.drafts: list[Draft] = []
        self.headings: list[tuple[int, int]] = []
        self.leftovers: list[tuple[int, int, str]] = []
        self.doubts: list[tuple[int, Oddity]] = []
        self.open = -1
        self.has_begun = False
        self.numbered = 0

    def add_heading(self, line: Line, rank: int, title: str, *, keep: int) -> None:
        """Add an unnumbered heading below the outermost ``keep`` levels, whose numbers go on."""
        levels = self.outline.levels
        self.headings.append((line.start, line.end))
        self.outline.close(keep, rest=True)
        depth = levels[-1].depth if levels else 0
        self.outline.open(Level("", 0, (), line.indent, rank=rank, title=title, depth=depth))
        self.open = -1

    def add_title_below(self, line: Line) -> None:
        """Make a bare label and the title on the line below it one heading."""
        level = self.outline.levels[-1]
        draft = self.drafts.pop()
        label = self.page.text[draft.label_start : draft.end]
        level.title = strip_markers(f"{label} {strip_markers(self.page.words(line))}")
        level.rank = Rank.NUMBERED
        level.clause = self.open = -1
        self.headings += [(draft.label_start, draft.end), (line.start, line.end)]

    def open_bare(self, line: Line, opening: Opening, label: Label, found: Place) -> None:
        """Open a level that has a label and, on this line, no words of its own."""
        self.outline.open(self.make_level(line, label, found))
        self.headings.append((opening.start, self.page.trim(opening.start, opening.end)))
        self.open = -1

    def note(self, line: Line, found: Place) -> None:
        """Count a label that is believed, and write down what is odd about it."""
        self.has_begun = True
        self.numbered += 1
        if found.doubt:
            self.doubts.append((line.number, found.doubt))

    def make_level(self, line: Line, label: Label, found: Place) -> Level:
        """Return the level of a label, after closing those that it ends."""
        levels = self.outline.levels
        self.outline.close(found.keep, rest=0 < label.rank < HAN_RANKS["条"])
        above = next((level for level in reversed(levels) if level.label), None)
        reading = found.reading
        stands_alone = len(reading.path) > 1 or 0 < label.rank < 6
        if above is not None and self.page.runs_on(above.style, reading.style):
            stands_alone = True
        begin = "" if stands_alone or above is None else above.number
        dotted = reading.style.endswith(".") or self.page.text[label.end - 1] in ".、．:："
        composed = join_label(begin, label.printed, dotted=dotted)
        number = label.number if stands_alone or not begin else composed
        return Level(
            reading.style, reading.value, reading.path, line.indent, keyword=label.rank,
            label=composed, number=number, depth=(above.depth if above else 0) + 1,
            is_entry=self._has_lead_in(),
        )  # fmt: skip

    def _has_lead_in(self) -> bool:
        """Return whether the words of the innermost clause introduce a list."""
        for level in reversed(self.outline.levels):
            if level.clause >= 0:
                return self.ends_with_lead_in(level.clause)
            if level.title or level.label:
                return False
        return False

    def ends_with_lead_in(self, at: int) -> bool:
        """Return whether the words of a draft introduce a list."""
        draft = self.drafts[at]
        words = self.page.text[max(draft.start, draft.end - 40) : draft.end]
        return draft.start >= 0 and leads_in(words)

    def open_title(self, line: Line, opening: Opening, level: Level, end: int) -> None:
        """Open a numbered heading whose title ends at an offset; words after it are its clause."""
        level.title = strip_markers(self.page.text[opening.start : end]).lstrip("-•* ")
        shown = Rank.BOLD if opening.bold else Rank.NUMBERED
        level.rank = opening.hashes or line.underline or shown
        if level.depth == 1 and level.style.endswith(")") and "()" not in level.style:
            level.label = level.number = level.label.rstrip(")）")  # 1) above a title, as 1. is
        self.headings.append((opening.start, self.page.trim(opening.start, end)))
        self.outline.open(level)
        self.open = -1
        if end < line.end:
            self.start_clause(line, level, end, end)

    def start_clause(self, line: Line, level: Level, label_start: int, start: int) -> None:
        """Draft the clause that carries a level's own label."""
        has_words = any(mark.isalnum() for mark in self.page.text[start : line.end])
        kind = ClauseKind.ITEM if level.is_entry else ClauseKind.CLAUSE
        self.draft(level, kind, label_start, start if has_words else -1, line)

    def draft(
        self, level: Level, kind: ClauseKind, label_start: int, start: int, line: Line
    ) -> None:
        """Draft a clause of an open level, and leave it open for more words."""
        levels = self.outline.levels
        spots = (at for at, open_level in enumerate(levels) if open_level is level)
        above = levels[: next(spots, len(levels))]
        for outer in above:
            outer.children += 1
        level.clause = self.open = len(self.drafts)
        first = next((at for at, outer in enumerate(above) if outer.label), len(above))
        chain = (*above, level)
        names = next((one for one in reversed(chain) if one.rank or one.style not in _LOOSE), None)
        is_numbered = names is not None and names.style not in _LOOSE
        is_named = not is_numbered and kind in (ClauseKind.PARAGRAPH, ClauseKind.ITEM)
        self.drafts.append(
            Draft(
                label=level.label or level.number,
                path=tuple(outer.title for outer in chain if outer.title),
                kind=kind,
                level=level.depth,
                label_start=label_start,
                start=start,
                end=line.end,
                line=line.number,
                parent=next((outer.clause for outer in reversed(above) if outer.clause >= 0), -1),
                group=next((outer.label for outer in reversed(above) if outer.keyword), ""),
                is_numbered=is_numbered,
                parts=tuple(outer.title for outer in above[:first] if outer.title),
                in_section=any(outer.title and outer.label for outer in chain),
                heading=names if is_named and names and names.title else None,
            )
        )

    def extend(self, line: Line) -> None:
        """Add a line to the open draft."""
        draft = self.drafts[self.open]
        if draft.start < 0:
            draft.start = line.start
        draft.end = line.end

    def add_bullet(self, line: Line, opening: Opening) -> None:
        """Add an entry of a list without numbers."""
        levels = self.outline.levels
        spots = (at for at, level in enumerate(levels)
                 if level.style == BULLET and level.indent + 1 >= line.indent)  # fmt: skip
        self.outline.close(next(spots, len(levels)))
        label = self._next_label("•")
        depth = (levels[-1].depth if levels else 0) + 1
        level = Level(BULLET, 0, (), line.indent, label=label, number=label, depth=depth)
        self.outline.open(level)
        self.draft(level, ClauseKind.ITEM, opening.start, opening.body, line)

    def add_unnumbered(self, line: Line, kind: ClauseKind, label: str = "") -> None:
        """Add a paragraph without a number; without a label it is counted below its heading."""
        levels = self.outline.levels
        depth = levels[-1].depth if levels else 0
        level = Level("", 0, (), line.indent, number=label or self._next_label("¶"), depth=depth)
        self.outline.open(level)
        self.draft(level, kind, line.start, line.start, line)

    def _next_label(self, sign: str) -> str:
        """Return the next label with a sign below the innermost level that has a name."""
        for level in reversed(self.outline.levels):
            if level.number or level.label or level.rank:
                level.counts[sign] = level.counts.get(sign, 0) + 1
                return f"{level.number or level.label}{sign}{level.counts[sign]}"
        return f"{sign}{len(self.drafts) + 1}"


def leads_in(words: str) -> bool:
    """Return whether words introduce a list."""
    return words.rstrip("*_ \\\u200d").endswith((":", "：", ":-", "—", "–"))
