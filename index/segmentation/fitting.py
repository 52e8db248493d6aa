"""How well a label continues one open level, and up to which cost that is believed."""

from __future__ import annotations

from index.segmentation.label import BULLET, Label, Reading
from index.segmentation.level import Level, Place, Setting
from index.segmentation.oddity import Oddity, OddityKind

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
    is_plain = level.style[-1] in ".)" and level.style[0] in "1AI一"
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
