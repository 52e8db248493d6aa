"""The page of the gaps: chart, filter, mark, export; by mouse and keyboard, in both languages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from bot.storage import Feedback, open_database
from tests.bot.desk.gaps.grouped import group
from tests.bot.desk.shell.office import Office, make_office
from tests.bot.web.test_accessibility import expect_accessible
from tests.bot.web.widget.conftest import served
from tests.desks import OpenDesk
from tests.servers import ScriptedBot

DEPOSIT = ("押金什么时候退？", "押金退吗？什么时候退？", "什么时候退押金")
TRIAL = ("Is there a free trial?", "Can I try it free, is there a trial?")
COURIER = "Do you deliver by courier on Sundays?"
PARTNER = "怎么成为代理商？"
ROAMING = "Does roaming cost extra abroad?"
FORMULA = "=1+cmd|' /C calc'!A0 ist das gratis"
Keep = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def office(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return a desk whose visitors asked this and that within half a year."""
    folder = tmp_path_factory.mktemp("gaps")
    made = make_office(quick_bot, open_database(f"sqlite:///{folder}/clausebot.db"))
    for week in range(24):
        for at in range((week * 7) % 11 + 3):
            made.answer(("数据保留", "付款", "通知")[at % 3], days=week * 7 + at / 24)
    for at in range(9):
        made.miss(DEPOSIT[at % 3], days=at * 6)
    for at in range(4):
        wrong = made.miss(TRIAL[at % 2], days=70 - at * 20, near="gone/9")
    made.database.keep_feedback(Feedback(wrong, "unhelpful", "wrong_clause"))
    for question, times in ((COURIER, 3), (PARTNER, 3), (ROAMING, 2), (FORMULA, 1)):
        for at in range(times):
            made.miss(question, days=at * 9 + 1)
    group(made.desk.gaps, quick_bot.index.embedder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk_url(office: Office) -> Iterator[str]:
    """Serve that desk."""
    with served(office.site) as port:
        yield f"http://127.0.0.1:{port}"


def card(page: Page, question: str) -> Locator:
    return page.get_by_role("listitem", name=question, exact=True)


@pytest.mark.parametrize(
    ("locale", "width", "dark"),
    [("zh-CN", 1280, True), ("en-US", 390, False)],
)
def test_the_page_is_whole_everywhere(
    open_desk: OpenDesk, keep: Keep, locale: str, width: int, dark: bool
) -> None:
    page = open_desk("/desk/gaps", locale=locale, width=width, dark=dark)
    expect(page.locator(".gap")).to_have_count(6)
    expect(page.locator(".gap h3").first).to_have_text(DEPOSIT[2])
    expect_accessible(page, "closed")
    name = f"desk-gaps-{locale[:2]}-{width}{'-dark' if dark else ''}"
    keep(page, name)
    page.screenshot(
        path=Path(__file__).parents[4] / f"var/screenshots/{name}-whole.png", full_page=True
    )
    page.locator("details summary").click()
    expect_accessible(page, "table open")
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, "the page scrolls sideways"


def test_a_gap_is_marked_by_mouse_and_found_by_its_state(open_desk: OpenDesk, keep: Keep) -> None:
    page = open_desk("/desk/gaps", "anna")
    courier = card(page, COURIER)
    expect(courier).to_contain_text("Nobody has marked it yet.")
    courier.get_by_label("State").select_option("should_say")
    courier.get_by_label("Note").fill("Ask logistics, 13800138000")
    courier.get_by_role("button", name="Save").click()
    expect(courier).to_contain_text("Marked by anna")
    expect(courier.get_by_label("Note")).to_have_value("Ask logistics, [phone]")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    keep(page, "desk-gaps-marked-en")
    page.get_by_role("button", name=re.compile("^The agreement should say it")).click()
    expect(page.locator(".gap h3")).to_have_text([COURIER])
    page.reload()
    expect(page.locator(".gap h3")).to_have_text([COURIER])
    expect(courier.get_by_label("State")).to_have_value("should_say")
    page.get_by_role("button", name=re.compile("^All")).click()
    expect(page.locator(".gap")).to_have_count(6)


def test_a_gap_is_marked_by_keyboard_alone(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/gaps", locale="zh-CN")
    partner = card(page, PARTNER)
    page.get_by_role("button", name=re.compile("^全部")).focus()
    state = partner.get_by_label("处理状态")
    for _ in range(60):
        page.keyboard.press("Tab")
        if state.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("见帮助中心")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(partner).to_contain_text("ben 标记")
    expect(state).to_have_value("answered_elsewhere")
    expect(partner.get_by_role("button", name="保存")).to_be_focused()


def test_nobodys_note_goes_unseen_and_nothing_typed_is_lost(
    open_desk: OpenDesk, office: Office
) -> None:
    page = open_desk("/desk/gaps")
    roaming = card(page, ROAMING)
    roaming.get_by_label("Note").fill("mine")
    page.get_by_role("button", name=re.compile("^New")).click()
    expect(roaming.get_by_label("Note")).to_have_value("mine")
    gap_id = (roaming.get_by_label("Note").get_attribute("id") or "").removeprefix("note-")
    anna = office.sign_in("anna")
    body = {"state": "ignored", "note": "<b>hers</b>"}
    assert anna.put(f"/api/desk/gaps/{gap_id}", json=body).status_code == 200
    roaming.get_by_role("button", name="Save").click()
    expect(roaming.locator(".notice")).to_contain_text("anna had marked it “Ignored”")
    expect(roaming.locator("blockquote")).to_have_text("<b>hers</b>")
    expect(roaming).to_contain_text("Marked by ben")


def test_the_list_is_exported_and_its_cells_do_nothing(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/gaps", locale="zh-CN")
    with page.expect_download() as loading:
        page.get_by_role("button", name="导出 CSV").click()
    assert loading.value.suggested_filename == "gaps.csv"
    text = loading.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][:4] == ["问题", "相近的其他问法", "所问协议", "次数"]
    assert len(rows) == 7
    assert "'" + FORMULA in {row[0] for row in rows}
    with page.expect_download() as loading:
        page.get_by_role("button", name="导出 Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes())).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert not [cell for cell in cells if str(cell.value).startswith("=")]


def test_a_nearest_clause_opens_on_the_public_page(open_desk: OpenDesk, keep: Keep) -> None:
    page = open_desk("/desk/gaps")
    expect(card(page, TRIAL[0])).to_contain_text("no clause of today's agreements")
    with page.expect_popup() as opening:
        card(page, DEPOSIT[2]).get_by_role("link", name="5（3）").click()
    public = opening.value
    expect(public.locator(".cited")).to_contain_text("除法定及本协议另行约定外", timeout=20_000)
    expect(public.locator(".cited")).to_be_in_viewport()
    expect(public.locator(".turn")).to_have_count(0)
    keep(public, "desk-gaps-clause-en")
