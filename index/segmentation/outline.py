"""The open levels of an agreement, and what a label means among them.

A label is judged by sequence: 12 follows 11, (a) opens a list, 1.1 stands below 1. A label that
fits nowhere is a reference or a quantity and opens no clause.
"""

from __future__ import annotations

from dataclasses import replace

from index.segmentation.fitting import FAR, find_limit, fit_decimal, fit_list
from index.segmentation.label import Label, Reading
from index.segmentation.level import Level, Place, Setting
from index.segmentation.oddity import Oddity, OddityKind

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
