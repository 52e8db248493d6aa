"""Approved replies over the API: kept, found, changed by their owner, taken out and in."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.desk.replies.api import MAX_FILE
from bot.desk.replies.pending import turn_pending
from bot.desk.replies.store import Replies
from bot.desk.shell.desk import Desk
from bot.outbox.outbox import Outbox
from bot.outbox.writer import OutboxWriter
from bot.people.identity import Actor, Purpose
from bot.storage import StorageError, open_database
from bot.web.service import Service
from bot.web.site import create_site
from index.search.clause_index import ClauseIndex
from tests.bot.desk.replies.changing import (
    CLAUSE,
    GONE,
    GONE_WORDS,
    LATER,
    WORDS,
    answering_from,
    reword,
)
from tests.databases import relay
from tests.desks import PASSWORD, SignedIn, make_desk
from tests.servers import SITES, ScriptedBot

URL = "/api/desk/replies"
FILE = {"content-type": "application/octet-stream"}
NUMBERS = itertools.count(1)
Body = dict[str, Any]


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return our agreements with one clause worded otherwise."""
    return reword(tmp_path_factory.mktemp("later"), WORDS, LATER)


def body_of(**given: Any) -> Body:
    """Return a reply to be saved, to a question that no other one is like."""
    return {
        "reply_id": secrets.token_urlsafe(12),
        "language": "zh",
        "text": "请保持注册手机号码长期有效。",
        "questions": [f"注册的手机号码过期{next(NUMBERS)}天了怎么办？"],
        "clauses": [{"clause_id": CLAUSE, "quote": WORDS}],
    } | given


def save(client: TestClient, **given: Any) -> Body:
    answer = client.post(URL, json=body_of(**given))
    assert answer.status_code == 201, answer.text
    saved: Body = answer.json()
    return saved


def content_of(saved: Body, **given: Any) -> Body:
    return {
        "revision": saved["revision"],
        "language": saved["language"],
        "text": saved["text"],
        "questions": saved["questions"],
        "clauses": [
            {"clause_id": clause["clause_id"], "quote": clause["quote"]}
            for clause in saved["clauses"]
        ],
    } | given


def test_a_reply_is_saved_once_and_found(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    body = body_of(questions=["手机号码过期会怎样？", "What if my number lapses?"])
    first = ben.post(URL, json=body)
    again = ben.post(URL, json=body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    saved = ben.get(f"{URL}/{body['reply_id']}").json()
    assert saved == first.json()
    me = ben.get("/api/desk/session").json()
    assert (saved["owner"], saved["owner_name"]) == (me["person_id"], "ben")
    assert (saved["state"], saved["approved_by"], saved["revision"]) == ("approved", "ben", 1)
    (clause,) = saved["clauses"]
    assert (clause["quote"], clause["change"], clause["difference"]) == (WORDS, "unchanged", None)
    found = ben.get(URL, params={"words": "NUMBER lapses", "state": "approved"}).json()
    assert [known["reply_id"] for known in found["replies"]] == [body["reply_id"]]
    assert found["counts"] == {"approved": 1, "pending": 0, "retired": 0}
    other = ben.post(URL, json=body | {"text": "Another."})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")


def test_the_list_comes_in_pages_and_by_state(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    word = secrets.token_hex(6)
    saved = [save(ben, text=f"{word} {number}") for number in range(5)]
    ben.post(f"{URL}/{saved[0]['reply_id']}/retire", json={"revision": 1})
    pages = [
        ben.get(URL, params={"words": word, "limit": 2, "offset": offset}).json()
        for offset in (0, 2, 4, 6)
    ]
    assert [len(page["replies"]) for page in pages] == [2, 2, 1, 0]
    assert {page["total"] for page in pages} == {5}
    listed = [known["reply_id"] for page in pages for known in page["replies"]]
    assert listed == [known["reply_id"] for known in (saved[0], *reversed(saved[1:]))]
    retired = ben.get(URL, params={"words": word, "state": "retired"}).json()
    assert (retired["total"], retired["counts"]["approved"]) == (1, 4)
    for wrong in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"state": "best"}):
        assert ben.get(URL, params=wrong).status_code == 422


def test_a_second_reply_to_a_like_question_is_not_made_silently(signed_in: SignedIn) -> None:
    ben, cleo = signed_in("ben"), signed_in("cleo")
    first = save(ben, questions=["What about the copper ledger?"])
    body = body_of(questions=["Other?", "what about the copper ledger"], text="Another.")
    for client, may_change in ((ben, True), (cleo, False)):
        refused = client.post(URL, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "reply_stands")
        (standing,) = refused.json()["standing"]
        assert standing["reply_id"] == first["reply_id"]
        assert standing["question"] == "What about the copper ledger?"
        assert (standing["text"], standing["revision"]) == (first["text"], 1)
        assert standing["may_change"] is may_change
    assert ben.get(f"{URL}/{body['reply_id']}").status_code == 404
    beside = body | {"beside": [first["reply_id"]]}
    assert cleo.post(URL, json=beside).status_code == 201
    assert cleo.post(URL, json=beside).status_code == 201, "tried again under its own id"
    again = body_of(reply_id=first["reply_id"], questions=first["questions"])
    assert ben.post(URL, json=again).status_code == 201, "its answer may have been lost"
    third = body_of(questions=first["questions"], beside=[first["reply_id"]])
    told = ben.post(URL, json=third).json()["standing"]
    assert {known["reply_id"] for known in told} == {first["reply_id"], body["reply_id"]}
    both = {"beside": [known["reply_id"] for known in told]}
    assert ben.post(URL, json=body_of(questions=first["questions"], **both)).status_code == 201


def test_a_reply_in_the_other_language_is_no_second_one(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    question = ["What about the silver ledger?"]
    save(ben, questions=question)
    save(ben, questions=question, language="en", text="Keep your number valid.")


def test_a_reply_is_kept_where_nobody_knows_whether_another_stands(
    signed_in: SignedIn, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, question = signed_in("ben"), ["What about the golden ledger?"]
    save(ben, questions=question)

    def fails(_: object) -> None:
        raise StorageError("the replies cannot be read.")

    monkeypatch.setattr(desk.replies, "matcher_of_now", fails)
    save(ben, questions=question)


@pytest.mark.parametrize(
    ("given", "code", "clauses"),
    [
        ({"text": " "}, "reply_text", None),
        ({"questions": []}, "reply_questions", None),
        ({"questions": ["?!"]}, "reply_question", None),
        ({"clauses": []}, "reply_clauses", None),
        ({"clauses": [{"clause_id": "xunzhong/99", "quote": "x"}]}, "reply_clause", "xunzhong/99"),
        ({"clauses": [{"clause_id": CLAUSE, "quote": LATER}]}, "reply_quote", CLAUSE),
        ({"clauses": [{"clause_id": CLAUSE, "quote": ""}]}, "reply_quote", CLAUSE),
    ],
)
def test_what_is_no_reply_is_refused_by_a_code(
    signed_in: SignedIn, given: Body, code: str, clauses: str | None
) -> None:
    ben = signed_in("ben")
    refused = ben.post(URL, json=body_of(**given))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json().get("clauses") == (None if clauses is None else [clauses])
    saved = save(ben)
    path = f"{URL}/{saved['reply_id']}"
    refused = ben.put(path, json=content_of(saved, **given))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert ben.get(path).json() == saved


@pytest.mark.parametrize(
    "wrong",
    [
        {"reply_id": "../x"},
        {"reply_id": ""},
        {"reply_id": "x" * 65},
        {"language": "fr"},
        {"text": "\ud800"},
        {"text": "x" * 20_001},
        {"questions": ["x"] * 51},
        {"owner": "somebody"},
        {"state": "approved"},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(signed_in: SignedIn, wrong: Body) -> None:
    answer = signed_in("ben").post(
        URL, content=json.dumps(body_of(**wrong)), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert "type" in answer.json()


def test_a_reply_is_edited_retired_and_approved_again(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    saved = save(ben)
    path = f"{URL}/{saved['reply_id']}"
    edited = ben.put(path, json=content_of(saved, text="另一句。", questions=["号码？"]))
    assert edited.status_code == 200
    assert (edited.json()["text"], edited.json()["revision"]) == ("另一句。", 2)
    stale = ben.put(path, json=content_of(saved, text="第三句。"))
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert ben.post(f"{path}/retire", json={"revision": 1}).status_code == 409
    retired = ben.post(f"{path}/retire", json={"revision": 2}).json()
    assert (retired["state"], retired["revision"]) == ("retired", 3)
    approved = ben.post(f"{path}/approve", json={"revision": 3}).json()
    assert approved["state"] == "approved"
    assert [step["deed"] for step in approved["history"]] == [
        "saved",
        "edited",
        "retired",
        "approved",
    ]
    step = approved["history"][1]
    assert (step["who"], step["text"]) == ("ben", saved["text"])
    assert (step["questions"], step["clauses"]) == (saved["questions"], [CLAUSE])


def test_a_stale_edit_is_told_before_what_is_wrong_with_it(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    saved = save(ben)
    path = f"{URL}/{saved['reply_id']}"
    assert ben.put(path, json=content_of(saved, text="二")).status_code == 200
    assert ben.put(path, json=content_of(saved, text=" ")).json()["code"] == "conflict"


def test_a_reply_is_its_owners_and_an_admins(signed_in: SignedIn) -> None:
    ben, cleo, anna = map(signed_in, ("ben", "cleo", "anna"))
    saved = save(ben)
    path = f"{URL}/{saved['reply_id']}"
    seen = cleo.get(path)
    assert (seen.status_code, seen.json()["may_change"]) == (200, False)
    assert [ben.get(path).json()["may_change"], anna.get(path).json()["may_change"]] == [True] * 2
    absent = f"{URL}/{secrets.token_urlsafe(12)}"
    for where in (path, absent):
        tries = [
            cleo.put(where, json=content_of(saved, text="x")),
            cleo.post(f"{where}/retire", json={"revision": 1}),
            cleo.post(f"{where}/approve", json={"revision": 1}),
        ]
        assert [answer.status_code for answer in tries] == [404] * 3
        assert {answer.json()["code"] for answer in tries} == {"unknown"}
    assert ben.get(path).json() == saved
    edited = anna.put(path, json=content_of(saved, text="Anna's."))
    assert edited.status_code == 200
    assert (edited.json()["owner_name"], edited.json()["approved_by"]) == ("ben", "anna")


def test_who_may_do_what(desk: Desk, signed_in: SignedIn) -> None:
    ben, nobody = signed_in("ben"), signed_in("")
    saved = save(ben)
    path = f"{URL}/{saved['reply_id']}"
    asked = [
        ("GET", URL, None),
        ("GET", path, None),
        ("POST", URL, body_of()),
        ("PUT", path, content_of(saved)),
        ("POST", f"{path}/approve", {"revision": 1}),
        ("POST", f"{path}/retire", {"revision": 1}),
        ("GET", f"{URL}/export", None),
        ("POST", f"{URL}/import", None),
    ]
    assert {nobody.request(method, url, json=body).status_code for method, url, body in asked} <= {
        401,
        415,
    }
    key = desk.people.keys.make(
        "a program", Purpose.AGENT, Actor("a test"), person_id=saved["owner"]
    ).secret
    headers = {"authorization": f"Bearer {key}"}
    statuses = [
        nobody.request(method, url, json=body, headers=headers).status_code
        for method, url, body in asked[:-1]
    ]
    assert statuses == [200, 200, 403, 403, 403, 403, 403]
    assert nobody.post(f"{URL}/import", content=b"", headers=FILE).status_code == 401
    assert ben.post(f"{URL}/import", content=b"", headers=FILE).status_code == 403
    assert ben.get(path).json() == saved


def test_a_clause_that_changed_turns_a_reply_pending_and_says_how(
    desk: Desk, signed_in: SignedIn, later: ClauseIndex
) -> None:
    ben = signed_in("ben")
    saved = save(ben)
    path = f"{URL}/{saved['reply_id']}"
    assert ben.get(path).json()["state"] == "approved"
    with answering_from(desk, later):
        turned = ben.get(path).json()
        assert (turned["state"], turned["revision"]) == ("pending", 2)
        assert turned["history"][-1]["deed"] == "turned_pending"
        assert turned["history"][-1]["who"] == ""
        (clause,) = turned["clauses"]
        assert (clause["change"], clause["now_id"]) == ("changed", CLAUSE)
        pieces = clause["difference"]
        former = "".join(piece["text"] for piece in pieces if piece["kind"] != "added")
        now = "".join(piece["text"] for piece in pieces if piece["kind"] != "dropped")
        assert (former, now) == (clause["text"], clause["now"])
        assert [piece["text"] for piece in pieces if piece["kind"] == "dropped"] == ["长期"]
        assert [piece["text"] for piece in pieces if piece["kind"] == "added"] == ["三年内"]
        assert clause["now_quote"].startswith(LATER)
        refused = ben.post(f"{path}/approve", json={"revision": 2})
        assert refused.json()["code"] == "reply_changed"
        assert refused.json()["clauses"] == [CLAUSE]
        quotes = [{"clause_id": clause["now_id"], "quote": clause["now_quote"]}]
        edited = ben.put(path, json=content_of(turned, text="三年内有效。", clauses=quotes)).json()
        assert (edited["state"], edited["clauses"][0]["change"]) == ("pending", "unchanged")
        approved = ben.post(f"{path}/approve", json={"revision": edited["revision"]}).json()
        assert approved["state"] == "approved"
        body = body_of()
        assert ben.post(URL, json=body).json()["code"] == "reply_quote"
    assert ben.get(path).json()["state"] == "pending", "the former words are back"


def test_a_clause_that_is_gone_or_moved_is_said_to_be(
    desk: Desk, signed_in: SignedIn, tmp_path: Path
) -> None:
    ben = signed_in("ben")
    saved = save(ben, clauses=[{"clause_id": GONE, "quote": GONE_WORDS}])
    path = f"{URL}/{saved['reply_id']}"
    without = reword(tmp_path / "gone", f"- (5) {GONE_WORDS}", "", "dahan")
    with answering_from(desk, without):
        (clause,) = ben.get(path).json()["clauses"]
        assert (clause["change"], clause["now_id"], clause["now"]) == ("gone", None, None)
        assert (clause["now_quote"], clause["difference"]) == (None, None)
    moved = reword(
        tmp_path / "moved", f"- (5) {GONE_WORDS}", f"- (5) 新的。\n- (6) {GONE_WORDS}", "dahan"
    )
    with answering_from(desk, moved):
        (clause,) = ben.get(path).json()["clauses"]
        assert (clause["change"], clause["now_id"]) == ("moved", "dahan/8.3(6)")
        assert clause["now_quote"] == GONE_WORDS


def test_the_list_turns_replies_by_itself(
    desk: Desk, signed_in: SignedIn, later: ClauseIndex
) -> None:
    ben = signed_in("ben")
    saved = save(ben, text=f"只查一次 {secrets.token_hex(6)}")
    former = desk.service.bot.index
    desk.service.swap(later)  # by something that holds no reply against it
    try:
        found = ben.get(URL, params={"words": saved["text"]}).json()
    finally:
        desk.service.swap(former)
    assert found["counts"]["pending"] == 1


def test_a_broken_database_stops_neither_a_new_index_nor_the_program(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object, *given: object) -> None:
        raise StorageError("the disk is full.")

    monkeypatch.setattr(Replies, "review", fail)
    turn_pending(desk)
    assert "not held against the agreements: the disk is full." in caplog.text


@pytest.fixture
def other(quick_bot: ScriptedBot, tmp_path: Path) -> Iterator[TestClient]:
    """Return another desk, empty, with an admin who has signed in."""
    database = open_database(f"sqlite:///{tmp_path}/other.db")
    service = Service(quick_bot, database)
    desk = make_desk(service)
    with TestClient(create_site(service, SITES, desk), raise_server_exceptions=False) as client:
        body = {"name": "anna", "password": PASSWORD}
        assert client.post("/api/desk/session", json=body).status_code == 201
        yield client
    service.close()


def test_replies_go_out_and_come_in(signed_in: SignedIn, other: TestClient) -> None:
    saved = save(signed_in("ben"), text="去另一张工作台。")
    out = signed_in("ben").get(f"{URL}/export")
    assert out.headers["content-disposition"] == 'attachment; filename="clausebot-replies.jsonl"'
    assert out.headers["cache-control"] == "no-store"
    count = len(out.content.splitlines())
    taken = other.post(f"{URL}/import", content=out.content, headers=FILE)
    assert (taken.status_code, taken.json()) == (200, {"new": count, "known": 0})
    again = other.post(f"{URL}/import", content=out.content, headers=FILE)
    assert again.json() == {"new": 0, "known": count}
    there = other.get(f"{URL}/{saved['reply_id']}").json()
    assert (there["owner"], there["owner_name"], there["may_change"]) == ("", "", True)
    assert there["text"] == saved["text"]
    assert other.get(f"{URL}/export").content == out.content


def test_a_wrong_file_is_refused_by_its_lines(signed_in: SignedIn, other: TestClient) -> None:
    save(signed_in("ben"))
    right = signed_in("ben").get(f"{URL}/export").content.splitlines()[0]
    row = json.loads(right)
    wrong = json.dumps(row | {"reply_id": "r-2", "format": 7}).encode()
    refused = other.post(f"{URL}/import", content=b"\n".join([right, b"{", wrong]), headers=FILE)
    assert (refused.status_code, refused.json()["code"]) == (422, "reply_file")
    assert [line["line"] for line in refused.json()["lines"]] == [2, 3]
    assert "has format 7" in refused.json()["lines"][1]["problem"]
    assert refused.json()["wrong"] == 2
    assert other.get(URL).json()["total"] == 0
    many = other.post(f"{URL}/import", content=b"{\n" * 5000, headers=FILE)
    assert (many.status_code, many.json()["wrong"], len(many.json()["lines"])) == (422, 5000, 100)
    large = other.post(f"{URL}/import", content=b"\n" * (MAX_FILE + 1), headers=FILE)
    assert (large.status_code, large.json()["code"]) == (413, "upload")
    assert other.post(f"{URL}/import", json={}).status_code == 415


def test_a_reply_is_acknowledged_while_the_database_is_out_of_order(
    quick_bot: ScriptedBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/spooled.db")
    replies = Replies(database)
    writer = OutboxWriter(database, replies, Outbox(tmp_path / "spool"))
    service = Service(quick_bot, database, writer=writer)
    desk = make_desk(service)
    with TestClient(create_site(service, SITES, desk)) as client:
        client.post("/api/desk/session", json={"name": "anna", "password": PASSWORD})
        body = body_of()
        with monkeypatch.context() as patch:
            patch.setattr(Replies, "add", _fail)
            spooled = client.post(URL, json=body)
        assert (spooled.status_code, spooled.json()) == (
            202,
            {"reply_id": body["reply_id"], "state": "spooled"},
        )
        assert client.get(f"{URL}/{body['reply_id']}").status_code == 404
        assert relay(writer).written == 1
        assert client.get(f"{URL}/{body['reply_id']}").json()["owner_name"] == "anna"
    service.close()


def _fail(*_: object, **__: object) -> None:
    raise StorageError("the database is locked.")
