"""The chart of the gaps: each bar against the figures it is drawn from, on any day of any year."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bot.storage import open_database
from tests.bot.desk.shell.office import Office, make_office
from tests.bot.web.test_accessibility import expect_accessible
from tests.bot.web.widget.conftest import served
from tests.desks import PASSWORD, OpenDesk
from tests.servers import ScriptedBot

LONG = (
    "第三条　关于用户账户的注册、使用、冻结、注销以及由此产生的一切费用与责任的承担方式之约定" * 2
)
_BARS = """svg => [...svg.querySelectorAll(":scope > g")].map((week) => {
  const box = (name) => {
    const given = (key) => [key, Number(week.querySelector(name).getAttribute(key))];
    return Object.fromEntries(["x", "y", "width", "height"].map(given));
  };
  return {title: week.querySelector("title").textContent, answered: box(".answered"),
    abstained: box(".abstained"), date: week.querySelector("text")?.textContent ?? null};
})"""
_SCALE = """svg => [...svg.querySelectorAll(":scope > line")].map((line) =>
  [Number(line.nextElementSibling.textContent), Number(line.getAttribute("y1"))])"""


@pytest.fixture(scope="module")
def office(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return a desk that was asked unevenly, in some weeks nothing, on topics of any length."""
    folder = tmp_path_factory.mktemp("chart")
    made = make_office(quick_bot, open_database(f"sqlite:///{folder}/clausebot.db"))
    for week, (answered, missed) in {0: (1, 3), 1: (7, 2), 4: (0, 4), 9: (12, 0)}.items():
        for at in range(answered):
            made.answer(("付款", LONG)[at % 2], days=week * 7)
        for at in range(missed):
            made.miss(f"问题{at}？", days=week * 7)
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk_url(office: Office) -> Iterator[str]:
    """Serve that desk."""
    with served(office.site) as port:
        yield f"http://127.0.0.1:{port}"


def figures_of(told: dict[str, Any], agreement: str = "", topic: str | None = None) -> list[Any]:
    """Return Monday, answered and abstained of every week, reckoned from the API's rows."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in told["weeks"]:
        if agreement in ("", row["agreement"]) and topic in (None, row["topic"]):
            for kind in ("answered", "abstained"):
                counts[row["begins"], kind] += row[kind]
    week, until = date.fromisoformat(told["since"]), date.fromisoformat(told["until"])
    found = []
    while week <= until:
        name = week.isoformat()
        found.append((week, counts[name, "answered"], counts[name, "abstained"]))
        week += timedelta(weeks=1)
    return found


def said(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def expect_bars(page: Page, figures: list[Any]) -> None:
    """Expect the bars, their words, their dates and the table to show these figures."""
    svg = page.locator("figure.chart svg").first
    since, answered, abstained = figures[0][0], *(sum(row[at] for row in figures) for at in (1, 2))
    label = f"since {said(since)}: {answered} answered, {abstained} not answered."
    expect(svg).to_have_attribute(
        "aria-label", f"Questions per week {label} The table below has the figures."
    )
    bars, scale = svg.evaluate(_BARS), svg.evaluate(_SCALE)
    assert len(bars) == len(figures)
    (low, floor), (high, ceiling) = scale[0], scale[-1]
    assert low == 0
    assert ceiling >= 8, "the number of the highest line would be cut"
    assert high >= max(1, *(row[1] + row[2] for row in figures))
    assert [tick for tick, _ in scale] == [at * high / (len(scale) - 1) for at in range(len(scale))]
    unit = (floor - ceiling) / high
    for tick, line in scale:
        assert line == pytest.approx(floor - tick * unit)
    for (week, good, bad), bar in zip(figures, bars, strict=True):
        assert bar["title"] == f"Week from {said(week)}: {good} answered, {bad} not answered"
        for kind, number, above in (("answered", good, 0), ("abstained", bad, good)):
            assert bar[kind]["height"] == pytest.approx(number * unit), (week, kind)
            foot = bar[kind]["y"] + bar[kind]["height"]
            assert foot == pytest.approx(floor - above * unit), (week, kind)
        assert bar["answered"]["x"] == bar["abstained"]["x"]
        assert bar["date"] in (None, f"{week:%b} {week.day}")
    places = [bar["answered"]["x"] for bar in bars]
    assert places == sorted(set(places)), "weeks run from left to right"
    assert bars[-1]["date"] is not None, "the running week is named"
    width = float(svg.get_attribute("width") or 0)
    assert places[-1] + bars[-1]["answered"]["width"] <= width
    rows = page.locator("figure.chart + details tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    assert rows == [
        [said(week), str(good + bad), str(good), str(bad)] for week, good, bad in reversed(figures)
    ]


def test_every_bar_has_the_height_of_its_figure(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/gaps")
    told = page.context.request.get("/api/desk/gaps/weeks").json()
    figures = figures_of(told)
    assert [sum(row[at] for row in figures) for at in (1, 2)] == [20, 9]
    assert sum(row[1:] == (0, 0) for row in figures) == 22
    expect_bars(page, figures)
    topic = page.get_by_label("Topic")
    for name in ("付款", LONG):
        topic.select_option(label=name)
        expect_bars(page, figures_of(told, "xunzhong", name))
    value = json.dumps(["xunzhong"])
    topic.select_option(value=value)
    expect_bars(page, figures_of(told, "xunzhong"))
    topic.select_option(value="")
    expect_bars(page, figures)


@pytest.mark.parametrize(("locale", "dark"), [("zh-CN", True), ("en-US", False)])
def test_long_topics_fit_a_phone(
    open_desk: OpenDesk, keep: Callable[[Page, str], None], locale: str, dark: bool
) -> None:
    page = open_desk("/desk/gaps", locale=locale, width=390, dark=dark)
    page.locator("#gaps-topic").select_option(label=LONG)
    page.locator("details.figures summary").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    chart = page.locator("figure.chart svg").first
    box = chart.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    drawn = chart.locator("text.tick").evaluate_all(
        "ticks => ticks.map((tick) => tick.getBoundingClientRect())"
        ".map(({left, right}) => [left, right])"
    )
    assert all(left >= 0 and right <= 390 for left, right in drawn)
    expect_accessible(page, "chart with a long topic")
    keep(page, f"desk-gaps-chart-{locale[:2]}-390")


def test_the_chart_is_drawn_anew_when_the_window_changes(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/gaps")
    figures = figures_of(page.context.request.get("/api/desk/gaps/weeks").json())
    page.set_viewport_size({"width": 500, "height": 800})
    chart = page.locator("figure.chart svg").first
    expect(chart).to_have_attribute(
        "width", str(page.locator("figure.chart").evaluate("e => e.clientWidth"))
    )
    expect_bars(page, figures)


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Kiritimati"])
def far_away(
    request: pytest.FixtureRequest, browser: Browser, desk_url: str
) -> Iterator[BrowserContext]:
    """Return a browser of an agent whose day is not that of UTC."""
    context = browser.new_context(base_url=desk_url, locale="en-US", timezone_id=request.param)
    body = {"name": "ben", "password": PASSWORD}
    assert context.request.post("/api/desk/session", data=body).status == 201
    yield context
    context.close()


def test_weeks_are_the_same_everywhere_and_over_the_turn_of_a_year(
    far_away: BrowserContext,
) -> None:
    rows = [("2024-10-28", 2, 1), ("2024-12-30", 3, 5), ("2025-01-06", 1, 0), ("2025-03-31", 4, 4)]
    told = {
        "since": "2024-10-07",
        "until": "2025-03-31",
        "weeks": [
            {"begins": begins, "agreement": "gone", "topic": "", "answered": good, "abstained": bad}
            for begins, good, bad in rows
        ],
        "agreements": [{"id": "dahan", "title": "Dahan"}],
    }

    def answer(route: Route) -> None:
        route.fulfill(json=told)

    page = far_away.new_page()
    page.route("**/api/desk/gaps/weeks", answer)
    page.goto("/desk/gaps")
    expect(page.locator("figure.chart svg").first).to_be_visible()
    figures = figures_of(told)
    assert len(figures) == 26
    expect_bars(page, figures)
    options = page.locator("#gaps-topic option").all_text_contents()
    assert options == ["All topics", "gone (all of it)", "Without a heading"]
