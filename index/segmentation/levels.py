"""The open levels of an agreement, what a label means among them, and how well it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from index.segmentation.doubts import Oddity, OddityKind
from index.segmentation.labels import BULLET, Label, Reading


@dataclass(slots=True)
class Level:
    """One open level: a heading, a numbered clause, a list entry or a paragraph.

    Attributes:
        style: Family of its label; empty for unnumbered ones.
        value: Its number.
        path: All numbers of a multi-part label.
        indent: Columns before it.
        rank: Depth of a heading by its look; 0 for what is no heading.
        keyword: Fixed depth of a keyword label; 0 for others.
        title: Title as printed, for the path of the clauses below; empty without one.
        label: Its composed label; empty for unnumbered headings.
        number: What labels below begin with.
        clause: Place of its clause among the drafts, or -1.
        depth: How many numbered levels it stands on, itself included.
        is_entry: Whether it is an entry of a list that follows a lead-in.
        children: How many clauses stand below.
        counts: Running numbers of unnumbered clauses below, by their sign.
    """

    style: str
    value: int
    path: tuple[int, ...]
    indent: int
    rank: int = 0
    keyword: int = 0
    title: str = ""
    label: str = ""
    number: str = ""
    clause: int = -1
    depth: int = 0
    is_entry: bool = False
    children: int = 0
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label fits.

    Attributes:
        reading: How the label is read.
        keep: How many open levels stay above it.
        cost: How badly it fits; 0 is the next number of its list.
        doubt: What is odd about it; None if nothing.
    """

    reading: Reading
    keep: int
    cost: float
    doubt: Oddity | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """How a label stands on the page.

    Attributes:
        indent: Columns before it.
        is_strong: Whether the line before is blank, or ends as a paragraph ends.
        is_heading: Whether the line looks like a heading or a short title.
        is_confirmed: Tells whether the next number of a reading's list follows soon.
        after_colon: Whether a lead-in stands right before.
    """

    indent: int
    is_strong: bool
    is_heading: bool
    is_confirmed: Callable[[Reading], bool]
    after_colon: bool


FAR = 12  # A larger jump than this is no slip of the author.
Fit = tuple[int, float, Oddity | None]


def find_limit(label: Label, setting: Setting) -> float:
    """Return the cost up to which a place is believed."""
    if label.weak:
        return 3.5 if setting.is_heading and setting.is_strong else 1.5
    return 7.0 if setting.is_strong else 2.5


def fit_decimal(level: Level, path: tuple[int, ...], printed: str) -> Fit | None:
    """Return levels to keep beyond this one (0 or 1), the cost and the doubt; nothing if unfit."""
    above = level.path
    if not above or level.style == BULLET:
        return None
    if above == path[:-1] and _may_stand_above(level):
        if path[-1] <= 1:
            return 1, 0.0, None
        doubt = Oddity(OddityKind.BEGINS_BELOW, printed, level.label or str(above[-1]))
        return 1, 3.0 + path[-1] / FAR, doubt
    if len(above) != len(path):
        return None
    if above[:-1] == path[:-1]:
        return _fit_sibling(level, path[-1] - above[-1], printed)
    is_next = path[:-2] == above[:-2] and path[-2] == above[-2] + 1 and path[-1] == 1
    return (0, 0.5, None) if is_next else None


def _may_stand_above(level: Level) -> bool:
    """Return whether multi-part numbers may stand below a level: 3.1 below ``3.``, not ``(3)``."""
    is_plain = level.style[-1] in ".)" and level.style[0] in "1AI一壹甲"
    return len(level.path) > 1 or bool(level.keyword) or is_plain


def _fit_sibling(level: Level, step: int, printed: str) -> Fit | None:
    if step == 1:
        return 0, 0.0, None
    if 1 < step <= FAR:
        return 0, 3.0, Oddity(OddityKind.FOLLOWS, printed, level.label)
    return (0, 6.0, Oddity(OddityKind.TWICE, printed)) if step == 0 else None


def fit_list(level: Level, reading: Reading, label: Label, setting: Setting, place: int) -> Place:
    """Return how a label continues one open list of its style."""
    step = reading.value - level.value
    shift = 1.5 if abs(setting.indent - level.indent) >= 2 else 0.0
    if step == 1:
        return Place(reading, place, shift)
    if 1 < step <= FAR:
        doubt = Oddity(OddityKind.FOLLOWS_NUMBER, label.printed, str(level.value))
        return Place(reading, place, 4.0 + shift, doubt)
    if step == 0:
        return Place(reading, place, 2.0 + shift, Oddity(OddityKind.TWICE, label.printed))
    if reading.value == 1:
        doubt = Oddity(OddityKind.STARTS_AGAIN, label.printed)
        return Place(reading, place, 2.2 + shift, doubt)
    cost = 6.0 if setting.is_confirmed(reading) else 9.0
    doubt = Oddity(OddityKind.COMES_AFTER, label.printed, str(level.value))
    return Place(reading, place, cost, doubt)


def is_first_below(label: Label, path: tuple[int, ...]) -> bool:
    """Return whether a label is the first number below a path: 3.1 below 3."""
    return any(reading.path[:-1] == path and reading.value == 1 for reading in label.readings)


def is_next(label: Label, level: Level) -> bool:
    """Return whether a label is the next number of a level, or stands below it."""
    after = (*level.path[:-1], level.value + 1)
    return any(
        (other.style == level.style and other.path == after) or other.path[:-1] == level.path != ()
        for other in label.readings
    )


_DEEPEST = 24  # Deeper than any agreement; a bound on the work for one line.


class Outline:
    """The open levels, outermost first, and numbers that a heading interrupted."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self._resting: list[Level] = []
        self._last: dict[str, int] = {}

    def close(self, keep: int, *, rest: bool = False) -> None:
        """Close all levels but the outermost ``keep``; with ``rest`` their numbers may go on."""
        if rest:
            kept = [level for level in self.levels[keep:] if level.style]
            self._resting = kept + self._resting[: max(0, 8 - len(kept))]
        del self.levels[keep:]

    def open(self, level: Level) -> None:
        """Open a level below all that are open, in place of the last where they are too deep."""
        del self.levels[_DEEPEST - 1 :]
        if level.style:
            self._resting = [old for old in self._resting if old.style != level.style]
            self._last[level.style] = level.value
        self.levels.append(level)

    def find_place(self, label: Label, setting: Setting) -> Place | None:
        """Return where a label fits best, or nothing if it opens no clause."""
        if label.rank:
            place = self._place_keyword(label, setting)
            return place if place and place.cost <= find_limit(label, setting) else None
        best: Place | None = None
        for reading in label.readings:
            fits = self._decimal_places if len(reading.path) > 1 else self._list_places
            for place in fits(reading, label, setting):
                is_unsure = len(label.readings) > 1 and not setting.is_confirmed(reading)
                sure = replace(place, cost=place.cost + 0.8) if is_unsure else place
                if best is None or sure.cost < best.cost:
                    best = sure
        return best if best and best.cost <= find_limit(label, setting) else None

    def _place_keyword(self, label: Label, setting: Setting) -> Place | None:
        reading = label.readings[0]
        keep = self._keep_for_keyword(label.rank, reading.style)
        last = self._last.get(reading.style, 0)
        step = reading.value - last
        if len(reading.path) > 1:
            return self._place_section(reading, keep)
        # 第三条之一 was inserted after 第三条 and repeats its number.
        is_inserted = step == 0 and "之" in label.printed
        if step == 1 or reading.value == 1 or is_inserted:
            return Place(reading, keep, 0.5 if step == 1 or is_inserted else 1.0)
        if not last:
            cost = 1.5 if setting.is_heading or setting.is_confirmed(reading) else 9
            return Place(reading, keep, cost, Oddity(OddityKind.BEGINS, label.printed))
        if 1 < step <= FAR:
            return Place(
                reading, keep, 4, Oddity(OddityKind.FOLLOWS_NUMBER, label.printed, str(last))
            )
        if setting.is_heading:
            return Place(reading, keep, 5, Oddity(OddityKind.COMES_AFTER, label.printed, str(last)))
        return None

    def _place_section(self, reading: Reading, keep: int) -> Place:
        for place in range(len(self.levels) - 1, -1, -1):
            above = self.levels[place].path
            is_above = bool(self.levels[place].keyword)
            if is_above and above == reading.path[:-1]:
                return Place(reading, place + 1, 0.5)
            if is_above and above[:-1] == reading.path[:-1] and above[-1:] < reading.path[-1:]:
                return Place(reading, place, 0.5)
        return Place(reading, keep, 1.5 if reading.value == 1 else 4)

    def _keep_for_keyword(self, rank: int, style: str) -> int:
        """Return how many levels stay open above a keyword label."""
        for place, level in enumerate(self.levels):
            if level.style == style or (level.keyword and level.keyword >= rank):
                return place
        if rank == 1:
            return 0
        keep = len(self.levels)
        while keep and not self.levels[keep - 1].title:
            keep -= 1
        return keep

    def _decimal_places(self, reading: Reading, label: Label, setting: Setting) -> list[Place]:
        path = reading.path
        places: list[Place] = []
        for place in range(len(self.levels) - 1, -1, -1):
            level = self.levels[place]
            fit = fit_decimal(level, path, label.printed)
            if fit is not None:
                below, cost, doubt = fit
                places.append(Place(reading, place + below, cost, doubt))
        for level in self._resting:
            fit = fit_decimal(level, path, label.printed)
            if fit is not None and not fit[0]:
                places.append(Place(reading, len(self.levels), fit[1] + 0.3, fit[2]))
        if not places:
            places.append(self._stray_decimal(reading, label, setting))
        return places

    def _stray_decimal(self, reading: Reading, label: Label, setting: Setting) -> Place:
        """Return a place for a number whose parents are nowhere: 14.1 below 第十三条."""
        keep = len(self.levels)
        while keep and not self.levels[keep - 1].title and not self.levels[keep - 1].keyword:
            keep -= 1
        above = self.levels[keep - 1] if keep else None
        expected = above is None or not above.path or above.path[0] == reading.path[0]
        doubt = (
            None
            if expected or above is None
            else Oddity(OddityKind.STANDS_BELOW, label.printed, above.label)
        )
        is_first = reading.value == 1 or (setting.is_heading and setting.is_strong)
        if setting.is_confirmed(reading):
            return Place(reading, keep, 2 if is_first else 4, doubt)
        return Place(reading, keep, 5 if is_first else 9, doubt)

    def _list_places(self, reading: Reading, label: Label, setting: Setting) -> list[Place]:
        places = [
            fit_list(level, reading, label, setting, place)
            for place, level in reversed([*enumerate(self.levels)])
            if level.style == reading.style
        ]
        places += self._resting_places(reading, label)
        if reading.style[0] == "甲" and not places and not setting.is_confirmed(reading):
            return []  # 甲 and 乙 also name parties.
        if reading.value == 1:
            places += self._new_list_places(reading, label, setting)
        elif not places:
            cost = 5.0 if setting.is_confirmed(reading) or setting.is_heading else 9.0
            doubt = Oddity(OddityKind.BEGINS_LIST, label.printed)
            places.append(Place(reading, len(self.levels), cost, doubt))
        return places

    def _resting_places(self, reading: Reading, label: Label) -> list[Place]:
        """Return places that go on with a list which a heading or a paragraph interrupted."""
        places: list[Place] = []
        for level in self._resting:
            step = reading.value - level.value
            if level.style == reading.style and step > 0:
                skips = Oddity(OddityKind.FOLLOWS_NUMBER, label.printed, str(level.value))
                doubt = None if step == 1 else skips
                cost = 0.6 if step == 1 else 4.0
                places.append(Place(reading, len(self.levels), cost, doubt))
        return places

    def _new_list_places(self, reading: Reading, label: Label, setting: Setting) -> list[Place]:
        """Return the place of a list that begins here, unless its style is open already."""
        keep = self._keep_for_list(reading, setting)
        if keep < len(self.levels) and self.levels[keep].style == reading.style:
            return []
        cost = 3.0 if label.weak else 1.0
        is_expected = setting.is_strong or setting.after_colon or setting.is_confirmed(reading)
        return [Place(reading, keep, cost if is_expected else cost + 4)]

    def _keep_for_list(self, reading: Reading, setting: Setting) -> int:
        """Return how many levels stay above a list that begins here.

        A style that is open at the same or a smaller indent cannot hold itself.
        """
        keep = len(self.levels)
        for place in range(keep - 1, -1, -1):
            level = self.levels[place]
            is_title_above = bool(level.title) and not setting.is_heading
            same = level.style == reading.style and level.indent + 2 > setting.indent
            if same and not is_title_above:
                return place
        if setting.after_colon:
            return keep
        while keep and not self.levels[keep - 1].style and not self.levels[keep - 1].rank:
            keep -= 1
        return keep
