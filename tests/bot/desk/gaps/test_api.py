"""The API of the gaps: listed, marked, counted by week, exported; new ones grouped beside."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from bot.desk.gaps.rules import WEEKS, week_of
from bot.people.store.audit_log import Action
from bot.storage import Feedback, open_database
from tests.bot.desk.shell.office import NOW, Office, make_office
from tests.fakes import SlowEmbedder
from tests.servers import ScriptedBot

DEPOSIT = "押金什么时候退？"
TRIAL = "Is there a free trial period?"
FORMULA = '=HYPERLINK("http://evil.example","x")'
_JSON = {"content-type": "application/json"}


@pytest.fixture
def office(quick_bot: ScriptedBot, tmp_path: Path) -> Iterator[Office]:
    """Return a desk without questions."""
    made = make_office(quick_bot, open_database(f"sqlite:///{tmp_path}/clausebot.db"))
    yield made
    made.close()


def test_gaps_are_listed_with_what_is_known_of_them(office: Office) -> None:
    first = office.miss(DEPOSIT, days=8)
    office.miss(DEPOSIT + "急", days=1)
    office.miss(TRIAL, near="gone/9")
    office.database.keep_feedback(Feedback(first, "unhelpful", "incomplete", "只答了一半"))
    anna = office.sign_in("anna")
    told = anna.get("/api/desk/gaps", headers={"accept-language": "zh-CN"}).json()
    assert told["grouping"] == {"done": 3, "left": 0, "is_failing": False}
    assert told["counts"] == {"new": 2, "answered_elsewhere": 0, "should_say": 0, "ignored": 0}
    assert (told["total"], told["keeps_questions"]) == (2, True)
    deposit, trial = told["gaps"]
    assert (deposit["gap_id"], deposit["count"]) == (first, 2)
    assert deposit["signs"] == {"abstained": 2, "incomplete": 1}
    assert deposit["examples"] == [DEPOSIT, DEPOSIT + "急"]
    assert deposit["answers"][0] == first
    assert len(deposit["answers"]) == 2
    assert (deposit["notes"], deposit["agreements"]) == (["只答了一半"], [])
    assert len(deposit["trend"]) == WEEKS
    assert sum(deposit["trend"]) == 2
    near = deposit["near"][0]
    assert (near["label"], near["agreement"]) == ("5（3）", "xunzhong")
    assert near["title"] == office.desk.service.bot.index.agreement("xunzhong").title
    assert near["begins"].startswith("除法定及本协议另行约定外")
    assert trial["near"] == [
        {"clause_id": "gone/9", "agreement": "gone", "title": "", "label": "", "begins": ""}
    ]
    assert trial["mark"] == {"state": "new", "note": "", "who": "", "at": None}


def test_a_mark_stands_and_the_trail_has_it(office: Office) -> None:
    gap_id = office.miss(DEPOSIT)
    anna, ben = office.sign_in("anna"), office.sign_in("ben")
    assert anna.get("/api/desk/gaps").json()["total"] == 1
    place = f"/api/desk/gaps/{gap_id}"
    body = {"state": "should_say", "note": "问 13800138000"}
    made = ben.put(place, json=body).json()
    assert made["mark"]["note"] == "问 [phone]"
    assert (made["mark"]["who"], made["former"]["who"]) == ("ben", "")
    later = anna.put(place, json={"state": "ignored"}).json()
    assert (later["mark"]["state"], later["mark"]["who"]) == ("ignored", "anna")
    assert later["former"] == made["mark"], "nobody's note goes unseen"
    for state, total in (("new", 0), ("ignored", 1)):
        told = ben.get("/api/desk/gaps", params={"state": state}).json()
        assert (told["total"], len(told["gaps"])) == (total, total)
    second, former = office.desk.people.audit_log.entries(most=2)
    assert {second.action, former.action} == {Action.GAP_MARKED}
    assert (former.actor.name, former.subject, former.detail) == (
        "ben",
        gap_id,
        "new -> should_say",
    )
    assert (second.actor.name, second.detail) == ("anna", "should_say -> ignored")
    assert "[phone]" not in former.detail


def test_a_mark_that_is_none_changes_nothing(office: Office) -> None:
    gap_id = office.miss(DEPOSIT)
    ben = office.sign_in("ben")
    ben.get("/api/desk/gaps")
    before = office.desk.people.audit_log.entries()
    for body in (
        {"state": "gone", "note": ""},
        {"state": "new", "note": "a" * 2_001},
        {"state": "new", "note": "\ud800"},
        {"note": "x"},
        {"state": "new", "who": "anna"},
    ):
        answer = ben.put(f"/api/desk/gaps/{gap_id}", content=_json(body), headers=_JSON)
        assert answer.status_code == 422, body
    for unknown in ("nobody", "%00", "a" * 300, "%ED%A0%80"):
        answer = ben.put(f"/api/desk/gaps/{unknown}", json={"state": "new"})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown"), unknown
    assert office.desk.people.audit_log.entries() == before
    assert ben.get("/api/desk/gaps").json()["gaps"][0]["mark"]["at"] is None


def test_a_long_list_comes_in_pages(office: Office) -> None:
    for at in range(7):
        for _ in range(7 - at):
            office.miss(f"word{at} thing{at} matter{at}")
    ben = office.sign_in("ben")
    ben.get("/api/desk/gaps")
    pages = [
        ben.get("/api/desk/gaps", params={"limit": 3, "offset": offset}).json()
        for offset in (0, 3, 6, 9)
    ]
    assert [page["total"] for page in pages] == [7] * 4
    assert [gap["count"] for page in pages for gap in page["gaps"]] == [7, 6, 5, 4, 3, 2, 1]
    for wrong in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"state": "gone"}):
        assert ben.get("/api/desk/gaps", params=wrong).status_code == 422


def test_the_list_is_of_one_agreement_and_of_what_was_asked_of_all(office: Office) -> None:
    office.miss(DEPOSIT, chosen="dahan")
    office.miss(DEPOSIT, chosen="xunzhong")
    office.miss("讯众云" + DEPOSIT)
    office.miss(TRIAL)
    ben = office.sign_in("ben")
    ben.get("/api/desk/gaps")

    def about(agreement: str, state: str = "new") -> list[tuple[int, list[str]]]:
        asked = {"agreement": agreement, "state": state} if agreement else {}
        told = ben.get("/api/desk/gaps", params=asked).json()
        assert told["counts"]["new"] == len(told["gaps"]) or state != "new"
        return [(gap["count"], [one["id"] for one in gap["agreements"]]) for gap in told["gaps"]]

    assert sorted(about("")) == [(1, []), (1, ["dahan"]), (2, ["xunzhong"])]
    assert sorted(about("dahan")) == [(1, []), (1, ["dahan"])]
    assert sorted(about("xunzhong")) == [(1, []), (2, ["xunzhong"])]
    assert about("gone") == [(1, [])]
    assert about("dahan", "ignored") == []
    told = ben.get("/api/desk/gaps", headers={"accept-language": "en"}).json()
    index = office.desk.service.bot.index
    assert [one["id"] for one in told["agreements"]] == ["dahan", "xunzhong"]
    titles = {one["title"] for gap in told["gaps"] for one in gap["agreements"]}
    assert titles == {agreement.title_en for agreement in index.corpus.agreements}
    sheet = ben.get("/api/desk/gaps/export", headers={"accept-language": "en"}).content.decode()
    assert all(title in sheet for title in titles)


def test_questions_are_counted_by_week(office: Office) -> None:
    for days in (0, 7, 400):
        office.answer("数据", days=days)
    office.miss(DEPOSIT)
    told = office.sign_in("ben").get("/api/desk/gaps/weeks").json()
    assert told["until"] == week_of(NOW).isoformat()
    assert sum(week["answered"] for week in told["weeks"]) == 2, "the oldest is too old"
    assert sum(week["abstained"] for week in told["weeks"]) == 1
    assert {week["agreement"] for week in told["weeks"]} == {"xunzhong"}
    assert {"数据"} < {week["topic"] for week in told["weeks"]}
    index = office.desk.service.bot.index
    assert [named["id"] for named in told["agreements"]] == [
        agreement.id for agreement in index.corpus.agreements
    ]


@pytest.mark.parametrize(("accepted", "heading"), [("zh-CN,zh", "问题"), ("fr,en", "Question")])
def test_the_list_is_exported_and_no_cell_runs(office: Office, accepted: str, heading: str) -> None:
    gap_id = office.miss(FORMULA, days=0.01)
    office.miss(FORMULA + " ")
    office.miss(DEPOSIT)
    ben = office.sign_in("ben")
    office.database.keep_feedback(Feedback(gap_id, "unhelpful", "other", "+1"))
    ben.get("/api/desk/gaps")
    ben.put(f"/api/desk/gaps/{gap_id}", json={"state": "ignored", "note": "@SUM(A1)"})
    headers = {"accept-language": accepted}
    path = "/api/desk/gaps/export"
    sheet = ben.get(path, headers=headers)
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.headers["content-disposition"].startswith('attachment; filename="gaps-')
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))
    assert rows[0][0] == heading
    assert rows[0][-1].count(week_of(NOW).isoformat()) == 1
    assert [row[3] for row in rows[1:]] == ["2", "1"]
    assert {row[2] for row in rows[1:]} == {"全部协议" if heading == "问题" else "All agreements"}
    assert rows[1][0] == "'" + FORMULA
    assert rows[1][8] == "'+1"
    assert rows[1][10] == "'@SUM(A1)"
    assert all(len(row) == len(rows[0]) for row in rows)
    book = openpyxl.load_workbook(
        io.BytesIO(ben.get(path, params={"format": "xlsx"}, headers=headers).content)
    )
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert cells[1][:2] == ["'" + FORMULA, "'" + FORMULA + " "]
    assert cells[1][3] == 2
    assert [["" if cell is None else str(cell) for cell in row] for row in cells] == [
        [cell.replace("\r\n", "\n") for cell in row] for row in rows
    ]
    assert ben.get(path, params={"format": "ods"}).status_code == 422


def test_without_questions_kept_the_list_says_so(quick_bot: ScriptedBot, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db", keep_words=False)
    office = make_office(quick_bot, database)
    office.miss(DEPOSIT)
    told = office.sign_in("ben").get("/api/desk/gaps").json()
    assert (told["gaps"], told["keeps_questions"]) == ([], False)
    assert told["grouping"]["left"] == 0
    office.close()


def test_nobody_waits_while_questions_are_grouped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowEmbedder()
    monkeypatch.setattr(office.desk.service.bot.index, "embedder", slow)
    for at in range(3):
        office.miss(f"{DEPOSIT} {at}")
    ben = office.sign_in("ben")
    told = ben.get("/api/desk/gaps").json()
    assert (told["gaps"], told["grouping"]) == ([], {"done": 0, "left": 3, "is_failing": False})
    assert slow.began.is_set()
    slow.may_go_on.set()
    for _ in range(100):  # each of which waits a little for the grouping
        told = ben.get("/api/desk/gaps").json()
        if not told["grouping"]["left"]:
            break
    assert (told["total"], told["grouping"]["done"]) == (1, 3)


def _json(body: object) -> bytes:
    return json.dumps(body).encode()
