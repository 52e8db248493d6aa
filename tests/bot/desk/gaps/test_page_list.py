"""The list of gaps while questions are grouped, while others mark them, and page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from bot.desk.gaps.rules import GapState
from bot.people.identity import Actor
from bot.storage import open_database
from tests.bot.desk.gaps.grouped import group
from tests.bot.desk.shell.office import Office, make_office
from tests.bot.web.widget.conftest import served
from tests.desks import OpenDesk
from tests.fakes import SlowEmbedder, WordEmbedder
from tests.servers import ScriptedBot

HELD, OTHER = "Where is the office?", "May parrots answer telephones?"
PAUSE, LATER = 2_000, 30_000  # ms, of the page
PAGE = 20


@pytest.fixture
def office(quick_bot: ScriptedBot, tmp_path: Path) -> Iterator[Office]:
    """Return a desk that nobody asked anything."""
    made = make_office(quick_bot, open_database(f"sqlite:///{tmp_path}/clausebot.db"))
    yield made
    made.close()


@pytest.fixture
def desk_url(office: Office) -> Iterator[str]:
    """Serve that desk."""
    with served(office.site) as port:
        yield f"http://127.0.0.1:{port}"


class Looks:
    """Answers the page's looks at the grouping as a test says, and counts them."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        self.told: dict[str, object] | None = None
        page.route("**/api/desk/gaps/grouping", self._answer)

    def say(self, done: int, left: int, *, is_failing: bool = False) -> None:
        """Let the next looks find this."""
        self.told = {"done": done, "left": left, "is_failing": is_failing}

    def _answer(self, route: Route) -> None:
        self.count += 1
        if self.told is None:
            route.abort()
        else:
            route.fulfill(json=self.told)


@pytest.fixture
def grouping(office: Office, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Return the page of a desk whose questions are being grouped, its clock standing still."""
    office.miss(OTHER, days=9)
    group(office.desk.gaps, office.desk.service.bot.index.embedder)
    slow = SlowEmbedder()
    monkeypatch.setattr(office.desk.service.bot.index, "embedder", slow)
    office.miss(HELD)
    page = open_desk("/desk", expected="Failed to load resource")
    page.clock.install()
    page.goto("/desk/gaps")
    expect(page.get_by_role("progressbar", name="being grouped: 0 of 1")).to_be_visible()
    with page.expect_response("**/api/desk/gaps/grouping"):
        page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    pass_time(page, 0)
    slow.may_go_on.set()
    return page


def pass_time(page: Page, milliseconds: int) -> None:
    """Let the page's timers run, and what they asked come back."""
    page.clock.run_for(milliseconds)
    page.evaluate("() => fetch('/api/desk/session').then(() => null)")


def test_the_page_looks_again_and_again_and_then_no_more(grouping: Page) -> None:
    looks = Looks(grouping)
    for done in (250, 500):
        looks.say(done, 1_000 - done)
        pass_time(grouping, PAUSE - 100)
        assert looks.count == done // 250 - 1
        pass_time(grouping, 200)
        bar = grouping.get_by_role("progressbar", name=f"being grouped: {done} of 1,000")
        expect(bar).to_have_attribute("value", str(done))
        expect(bar).to_have_attribute("max", "1000")
        assert looks.count == done // 250
    expect(grouping.locator(".gap h3")).to_have_text([OTHER])
    looks.say(1_000, 0)
    pass_time(grouping, PAUSE)
    expect(grouping.locator(".gap h3")).to_have_text([HELD, OTHER])
    expect(grouping.get_by_role("status")).to_have_text("The new questions are grouped.")
    expect(grouping.get_by_role("progressbar")).to_have_count(0)
    pass_time(grouping, 3 * LATER)
    assert looks.count == 3


def test_one_look_at_a_time_however_often_the_list_is_drawn(grouping: Page) -> None:
    looks = Looks(grouping)
    looks.say(0, 1)
    told = {"done": 0, "left": 1, "is_failing": False}

    def still_grouping(route: Route) -> None:
        route.fulfill(json=route.fetch().json() | {"grouping": told})

    grouping.route(re.compile(r"/api/desk/gaps\?"), still_grouping)
    for name in ("Ignored", "New", "All"):
        grouping.get_by_role("button", name=re.compile(f"^{name}")).click()
        expect(grouping.get_by_role("button", name=re.compile(f"^{name}"))).to_have_attribute(
            "aria-pressed", "true"
        )
    pass_time(grouping, PAUSE)
    expect(grouping.get_by_role("progressbar")).to_have_count(1)
    assert looks.count == 1


def test_a_list_that_somebody_works_in_is_not_drawn_under_their_hands(grouping: Page) -> None:
    looks = Looks(grouping)
    looks.say(1, 0)
    note = grouping.get_by_label("Note")
    note.fill("half a sen")
    pass_time(grouping, PAUSE)
    show = grouping.get_by_role("button", name="New questions are grouped: show them")
    expect(show).to_be_visible()
    expect(note).to_be_focused()
    expect(grouping.locator(".gap h3")).to_have_text([OTHER])
    note.press_sequentially("tence")
    show.click()
    expect(grouping.locator(".gap h3")).to_have_text([HELD, OTHER])
    expect(grouping.get_by_role("listitem", name=OTHER).get_by_label("Note")).to_have_value(
        "half a sentence"
    )
    expect(show).to_have_count(0)


def test_what_failed_is_told_and_looked_at_later(grouping: Page) -> None:
    looks = Looks(grouping)
    looks.say(3, 1_234, is_failing=True)
    pass_time(grouping, PAUSE)
    expect(grouping.locator(".gap-grouping")).to_contain_text("1,234 new questions could not be")
    expect(grouping.get_by_role("progressbar")).to_have_count(0)
    pass_time(grouping, LATER - 1_000)
    assert looks.count == 1
    looks.told = None  # nobody answers
    with grouping.expect_event("requestfailed"):
        pass_time(grouping, 1_000)
    assert looks.count == 2
    looks.say(1_237, 0)
    pass_time(grouping, LATER)
    expect(grouping.locator(".gap h3")).to_have_text([HELD, OTHER])
    expect(grouping.locator(".gap-grouping .notice")).to_have_count(0)


@pytest.fixture
def long_list(office: Office) -> list[str]:
    """Return the questions of a list of more than two pages, as the list has them."""
    for at in range(2 * PAGE + 5):
        office.miss(f"word{at} thing{at} matter{at}", days=at)
    group(office.desk.gaps, WordEmbedder(dimension=4096))
    return [gap.examples[0] for gap in office.desk.gaps.find()]


def expect_page(page: Page, questions: list[str], place: str) -> None:
    """Expect a page to show these questions, its place, and buttons that lead on or not."""
    expect(page.locator(".gap h3")).to_have_text(questions)
    pages = page.get_by_role("navigation", name="Pages", exact=True)
    expect(pages.locator("span")).to_have_text(place)
    _, to, total = map(int, re.findall(r"\d+", place))
    back, on = (pages.get_by_role("button", name=name) for name in ("Back", "Next"))
    (expect(back).to_be_disabled if place.startswith("1–") else expect(back).to_be_enabled)()
    (expect(on).to_be_disabled if to == total else expect(on).to_be_enabled)()


def test_a_long_list_is_turned_page_by_page(open_desk: OpenDesk, long_list: list[str]) -> None:
    page = open_desk("/desk/gaps")
    back, on = (page.get_by_role("button", name=name, exact=True) for name in ("Back", "Next"))
    expect_page(page, long_list[:20], "1–20 of 45")
    on.click()
    expect_page(page, long_list[20:40], "21–40 of 45")
    expect(page.locator("#gaps-list-title")).to_be_focused()
    on.click()
    expect_page(page, long_list[40:], "41–45 of 45")
    back.click()
    expect_page(page, long_list[20:40], "21–40 of 45")
    page.get_by_role("button", name=re.compile("^New")).click()
    expect_page(page, long_list[:20], "1–20 of 45")
    page.get_by_role("button", name=re.compile("^Ignored")).click()
    expect(page.get_by_role("navigation", name="Pages", exact=True)).to_have_count(0)


def test_a_list_of_one_page_is_not_turned(
    open_desk: OpenDesk, office: Office, long_list: list[str]
) -> None:
    mark_as(office, long_list[:PAGE], GapState.IGNORED)
    page = open_desk("/desk/gaps?state=ignored")
    expect(page.locator(".gap h3")).to_have_text(long_list[:PAGE])
    expect(page.get_by_role("navigation", name="Pages", exact=True)).to_have_count(0)


def mark_as(office: Office, questions: list[str], state: GapState) -> None:
    for gap in office.desk.gaps.find():
        if gap.examples[0] in questions:
            office.desk.gaps.mark(gap.gap_id, state, "", by=Actor("anna"))


def test_no_gap_is_skipped_where_some_were_marked_on_the_way(
    open_desk: OpenDesk, long_list: list[str]
) -> None:
    page = open_desk("/desk/gaps?state=new")
    for question in long_list[3:5]:
        marked = page.get_by_role("listitem", name=question, exact=True)
        marked.get_by_label("State").select_option("ignored")
        marked.get_by_role("button", name="Save").click()
        expect(marked).to_contain_text("Marked by ben")
    page.get_by_role("button", name="Next", exact=True).click()
    expect_page(page, long_list[20:40], "19–38 of 43")
    page.get_by_role("button", name="Back", exact=True).click()
    expect_page(page, [*long_list[:3], *long_list[5:22]], "1–20 of 43")


def test_a_page_that_others_emptied_leads_to_the_last_one(
    open_desk: OpenDesk, office: Office, long_list: list[str]
) -> None:
    page = open_desk("/desk/gaps?state=new")
    page.get_by_role("button", name="Next", exact=True).click()
    expect_page(page, long_list[20:40], "21–40 of 45")
    mark_as(office, long_list[:10], GapState.SHOULD_SAY)
    page.get_by_role("button", name="Next", exact=True).click()
    expect_page(page, long_list[30:], "21–35 of 35")


def test_the_list_of_one_agreement(open_desk: OpenDesk, office: Office) -> None:
    office.miss(HELD, chosen="dahan")
    office.miss(HELD, chosen="xunzhong", days=1)
    office.miss(OTHER, days=2)
    page = open_desk("/desk/gaps")
    dahan, xunzhong = (known.title_en for known in office.desk.service.bot.index.corpus.agreements)
    cards = page.locator(".gap-facts .tag:not(.bad)")
    expect(cards).to_have_text([dahan, xunzhong, "All agreements"])
    page.get_by_label("Agreement (").select_option(label=xunzhong)
    expect(cards).to_have_text([xunzhong, "All agreements"])
    expect(page.get_by_role("button", name=re.compile("^All 2$"))).to_be_visible()
    page.reload()
    expect(cards).to_have_text([xunzhong, "All agreements"])
    expect(page.get_by_label("Agreement (")).to_have_value("xunzhong")
    page.goto("/desk/gaps?agreement=gone")
    expect(cards).to_have_text([dahan, xunzhong, "All agreements"])
    expect(page.get_by_label("Agreement (")).to_have_value("")


def test_what_an_example_was_answered_is_a_click_away(open_desk: OpenDesk, office: Office) -> None:
    answer_id = office.miss(HELD)
    page = open_desk("/desk/gaps")
    with page.expect_popup() as opening:
        page.get_by_role("link", name=re.compile("What it was answered.*office")).click()
    assert opening.value.url.endswith(f"/a/{answer_id}")
    expect(opening.value.locator("body")).to_contain_text(HELD)
