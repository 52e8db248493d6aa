"""The pictures of the gaps, reckoned without a browser: weeks, topics, scales and bars."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.bot.desk.conftest import Script


@pytest.fixture
def run(run_script: Script) -> Script:
    """Return what calls a function of the script under test."""
    return partial(run_script, "gaps_figures.js")


@pytest.mark.parametrize(
    ("since", "until", "weeks"),
    [
        ("2024-12-23", "2025-01-06", ["2024-12-23", "2024-12-30", "2025-01-06"]),
        ("2024-10-21", "2024-11-04", ["2024-10-21", "2024-10-28", "2024-11-04"]),
        ("2024-02-26", "2024-03-04", ["2024-02-26", "2024-03-04"]),
        ("2025-01-06", "2025-01-06", ["2025-01-06"]),
    ],
    ids=["new year", "clocks put back", "leap day", "one"],
)
def test_weeks_are_seven_days_apart(run: Script, since: str, until: str, weeks: list[str]) -> None:
    told = {"since": since, "until": until, "weeks": []}
    begins = [week["begins"] for week in run("figuresOf", told, "")]
    assert begins == [f"{week}T00:00:00.000Z" for week in weeks], "Mondays in UTC, wherever one is"


@pytest.mark.parametrize(
    ("most", "lines"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (9, [0, 5, 10]),
        (40, [0, 10, 20, 30, 40]),
        (41, [0, 20, 40, 60]),
        (1234, [0, 500, 1000, 1500]),
    ],
)
def test_a_scale_has_few_round_numbers_and_holds_the_most(
    run: Script, most: int, lines: list[int]
) -> None:
    assert _scale(run, most) == lines


def _scale(run: Script, most: int) -> list[int]:
    return [line["number"] for line in run("layOut", _weeks((most, 0)), 700)["lines"]]


def _weeks(*figures: tuple[int, int]) -> list[dict[str, int]]:
    return [{"answered": good, "abstained": bad} for good, bad in figures]


@pytest.mark.parametrize("most", [*range(120), 999, 1000, 1001, 99_999])
def test_no_scale_has_more_than_six_lines(run: Script, most: int) -> None:
    lines = _scale(run, most)
    assert 2 <= len(lines) <= 6
    assert lines[-2] < max(1, most) <= lines[-1]
    assert all(line == at * lines[1] for at, line in enumerate(lines))


WEEKS = [
    ("2024-12-30", "dahan", "付款", 2, 1),
    ("2024-12-30", "dahan", "", 1, 0),
    ("2024-12-30", "gone", "A", 4, 4),
    ("2025-01-06", "dahan", "付款", 3, 0),
    ("2025-01-13", "", "", 0, 5),
]
NAMES = ("begins", "agreement", "topic", "answered", "abstained")
TOLD = {
    "since": "2024-12-23",
    "until": "2025-01-13",
    "weeks": [dict(zip(NAMES, week, strict=True)) for week in WEEKS],
    "agreements": [{"id": "dahan", "title": "Dahan"}, {"id": "xunzhong", "title": "Xunzhong"}],
}


@pytest.mark.parametrize(
    ("names", "figures"),
    [
        (None, [(0, 0), (7, 5), (3, 0), (0, 5)]),
        (["dahan"], [(0, 0), (3, 1), (3, 0), (0, 0)]),
        (["dahan", "付款"], [(0, 0), (2, 1), (3, 0), (0, 0)]),
        (["dahan", ""], [(0, 0), (1, 0), (0, 0), (0, 0)]),
        ([""], [(0, 0), (0, 0), (0, 0), (0, 5)]),
    ],
    ids=["all", "agreement", "topic", "without a heading", "of no agreement"],
)
def test_the_figures_of_a_week_are_those_of_what_is_chosen(
    run: Script, names: list[str] | None, figures: list[tuple[int, int]]
) -> None:
    key = "" if names is None else run("keyOf", *names)
    found = run("figuresOf", TOLD, key)
    assert [(week["answered"], week["abstained"]) for week in found] == figures
    assert run("sum", found) == {
        "answered": sum(good for good, _ in figures),
        "abstained": sum(bad for _, bad in figures),
    }


def test_only_agreements_that_were_asked_about_are_offered(run: Script) -> None:
    assert run("topicsOf", TOLD) == [
        {"id": "dahan", "title": "Dahan", "topics": ["", "付款"]},
        {"id": "gone", "title": "gone", "topics": ["A"]},
        {"id": "", "title": "", "topics": [""]},
    ]


@pytest.mark.parametrize("width", [320, 700, 1200])
@pytest.mark.parametrize(
    "figures",
    [[(1, 3), (7, 2), (0, 0), (0, 4), (12, 0)] * 5, [(0, 0)] * 26, [(1000, 1)], [(0, 3)] * 26],
    ids=["uneven", "nothing", "one week", "only missed"],
)
def test_every_bar_has_the_height_of_its_figure(
    run: Script, figures: list[tuple[int, int]], width: int
) -> None:
    chart = run("layOut", _weeks(*figures), width)
    lines, bars = chart["lines"], chart["bars"]
    floor, ceiling = lines[0]["y"], lines[-1]["y"]
    assert ceiling >= 8, "the number of the highest line would be cut"
    unit = (floor - ceiling) / lines[-1]["number"]
    for line in lines:
        assert line["y"] == pytest.approx(floor - line["number"] * unit)
    for (good, bad), bar in zip(figures, bars, strict=True):
        for kind, number, below in (("answered", good, 0), ("abstained", bad, good)):
            assert bar[kind]["height"] == pytest.approx(number * unit)
            assert bar[kind]["y"] + bar[kind]["height"] == pytest.approx(floor - below * unit)
        assert ceiling - 1e-6 <= bar["abstained"]["y"]
        assert bar["answered"]["x"] == bar["abstained"]["x"]


@pytest.mark.parametrize("width", [280, 390, 700, 1200, 2400])
@pytest.mark.parametrize("count", [1, 2, 12, 26, 52])
def test_weeks_run_from_left_to_right_and_dates_do_not_meet(
    run: Script, width: int, count: int
) -> None:
    bars = run("layOut", _weeks(*[(1, 1)] * count), width)["bars"]
    edge = 40.0  # the numbers of the scale stand before it
    for bar in bars:
        assert bar["reach"]["x"] == pytest.approx(edge)
        assert bar["reach"]["x"] < bar["answered"]["x"]
        assert bar["answered"]["x"] + bar["answered"]["width"] < edge + bar["reach"]["width"]
        edge += bar["reach"]["width"]
    assert edge == pytest.approx(width)
    dates = [bar["date"]["x"] for bar in bars if bar["date"]]
    assert bars[-1]["date"] is not None, "the running week is named"
    assert all(later - former >= 50 for former, later in pairwise(dates))
    assert dates[-1] <= width - 24


@pytest.mark.parametrize(
    ("numbers", "heights"),
    [
        ([0, 5, 10], [1, 14, 28]),
        ([0, 0], [1, 1]),
        ([1], [28]),
        ([1, 100], [3, 28]),
    ],
    ids=["share of the most", "none", "one", "never less than three pixels"],
)
def test_small_bars_are_shares_of_the_most(
    run: Script, numbers: list[int], heights: list[float]
) -> None:
    drawn: dict[str, Any] = run("layOutSparks", numbers)
    bars = drawn["bars"]
    assert [bar["height"] for bar in bars] == heights
    assert [bar["isNone"] for bar in bars] == [number == 0 for number in numbers]
    assert all(bar["y"] + bar["height"] == drawn["height"] for bar in bars)
    assert bars[-1]["x"] + bars[-1]["width"] == drawn["width"]
