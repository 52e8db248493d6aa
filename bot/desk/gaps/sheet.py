"""The list of gaps as rows of a spreadsheet, for the owner of the agreements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.desk.gaps.rules import WEEKS, Gap, Sign, week_of
from bot.spreadsheet import Cell
from bot.words.catalogue import say

_BEFORE_TREND = (  # what the headings say, by key
    *("sheet_question", "gaps_others", "sheet_agreements", "sheet_count"),
    *(f"sheet_{sign}" for sign in Sign),
    *("gaps_said", "gaps_state", "gaps_note", "sheet_who", "sheet_marked_at"),
    *("sheet_first_at", "sheet_last_at", "gaps_near"),
)


def headings(language: str, now: datetime) -> list[str]:
    """Return the headings; those of the trend are the Mondays of its weeks up to ``now``."""
    this_week = week_of(now)
    weeks = [this_week - timedelta(weeks=WEEKS - 1 - back) for back in range(WEEKS)]
    named = [say(key, language) for key in _BEFORE_TREND]
    return [*named, *(say("sheet_week", language, begins=week) for week in weeks)]


def to_rows(
    gaps: Sequence[Gap],
    language: str,
    name_of: Callable[[str], str],
    title_of: Callable[[str], str],
) -> list[tuple[Cell, ...]]:
    """Return a row for each gap, its cells as ``headings`` names them.

    ``name_of`` gives a clause, by its id, the name that a reader would look it up by, and
    ``title_of`` an agreement its title.
    """
    return [
        (
            gap.examples[0],
            "\n".join(gap.examples[1:]),
            "\n".join(map(title_of, gap.agreements)) or say("gaps_all_agreements", language),
            gap.count,
            *(gap.signs.get(sign, 0) for sign in Sign),
            "\n".join(gap.notes),
            say(f"gaps_state_{gap.mark.state}", language),
            gap.mark.note,
            gap.mark.who,
            _minute(gap.mark.at),
            _minute(gap.first_at),
            _minute(gap.last_at),
            "\n".join(map(name_of, gap.near)),
            *gap.trend,
        )
        for gap in gaps
    ]


def _minute(time: datetime | None) -> str:
    return "" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
