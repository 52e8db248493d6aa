"""Agreements from the desk: who may, what is refused, and that what is published is answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.desk.agreements.journal import Journal
from bot.desk.agreements.library import Library
from bot.desk.agreements.review import Review
from bot.desk.agreements.work import AgreementWork
from bot.desk.shell.desk import Desk
from bot.desk.shell.opening import open_desk
from bot.people.identity import Actor
from bot.people.second_factor import Seal
from bot.people.store.audit_log import Action, AuditLog
from bot.storage import StorageError, open_database
from bot.web.service import Service
from index.agreement import MAX_BYTES
from index.builder import IndexReloader
from tests.bot.desk.agreements.library import (
    BRIEF,
    CHANGED_CLAUSE,
    KEPT,
    NEWER,
    OCTETS,
    TERMS,
    living_desk,
    publish,
    restore,
    save_reply,
    send,
    step_back,
)
from tests.desks import SignedIn, clients_of
from tests.fakes import WordEmbedder

pytestmark = pytest.mark.slow  # builds an index for every step

ASKED = {"question": "协议终止后数据保留多久？", "agreement": "xunzhong"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk of this module, whose agreements change; each test leaves them as they were."""
    with living_desk(tmp_path_factory.mktemp("living")) as desk:
        yield desk


@pytest.fixture(scope="module")
def signed_in(desk: Desk) -> Iterator[SignedIn]:
    with clients_of(desk) as give:
        yield give


@pytest.fixture
def anna(signed_in: SignedIn, desk: Desk) -> Iterator[TestClient]:
    """Return the admin's client; afterwards the agreements are what they were."""
    yield signed_in("anna")
    restore(desk)


def events(desk: Desk) -> list[tuple[Action, str, str]]:
    return [
        (row.action, row.actor.name, row.subject) for row in desk.people.audit_log.entries(most=9)
    ]


def words_of(desk: Desk) -> str:
    index = desk.service.bot.index
    return index.corpus.clauses[index.position(CHANGED_CLAUSE)].text


def cited(client: TestClient) -> str:
    """Return the words that an answer rests on."""
    answer = client.post("/api/ask", json=ASKED).json()
    return " ".join(clause["text"] for clause in answer["citations"])


@pytest.mark.parametrize("name", ["", "ben"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/uploads/0123456789abcdef"),
        ("POST", "/uploads?name=a.txt"),
        ("DELETE", "/uploads/0123456789abcdef"),
        ("POST", "/uploads/0123456789abcdef/publish"),
        ("POST", "/back"),
        ("GET", "/history"),
        ("GET", "/agreements/dahan"),
        ("PUT", "/agreements/dahan"),
        ("GET", "/agreements/dahan/removal"),
        ("POST", "/agreements/dahan/remove"),
    ],
)
def test_admins_alone_see_and_change_agreements(
    signed_in: SignedIn, desk: Desk, name: str, method: str, path: str
) -> None:
    body: dict[str, Any] = {}
    if path.startswith("/uploads?"):
        body = {"content": BRIEF.encode(), "headers": OCTETS}
    elif method in ("POST", "PUT"):
        body = {"json": {"published_id": "x"} if path == "/back" else {"base": "x"}}
    answer = signed_in(name).request(method, f"/api/desk/corpus{path}", **body)
    assert answer.status_code == (403 if name else 401)
    assert desk.library.uploads() == []


def test_a_new_version_is_answered_from_at_once_and_taken_back(
    anna: TestClient, desk: Desk
) -> None:
    before = anna.get("/api/desk/corpus").json()
    sent = send(anna, "xunzhong.txt", NEWER)
    assert sent.status_code == 201
    review = sent.json()
    [change] = review["changes"]
    assert (change["change"], change["after_label"]) == ("changed", "5（3）")
    assert "".join(p["text"] for p in change["pieces"] if p["kind"] != "added") == change["before"]
    assert "".join(p["text"] for p in change["pieces"] if p["kind"] != "dropped") == change["after"]
    assert (review["unchanged"], review["is_new"]) == (48, False)
    assert review["losses"][0]["clause_id"] == CHANGED_CLAUSE
    assert "7日后" in cited(anna)  # a review changes nothing

    done = publish(anna, review)
    assert (done.status_code, done.json()["is_served"]) == (200, True)
    assert "三十天后" in cited(anna)
    now = anna.get("/api/desk/corpus").json()
    published = {row["agreement"]: row["published_by"] for row in now["agreements"]}
    assert published == {"dahan": None, "xunzhong": "anna"}
    assert now["generation"] == done.json()["generation"] != before["generation"]
    assert now["uploads"] == []

    assert step_back(anna).json()["is_served"] is True
    assert "7日后" in cited(anna)
    after = anna.get("/api/desk/corpus").json()
    assert after["agreements"] == before["agreements"]
    assert after["former"] is None


def test_a_new_agreement_carries_what_is_stated_of_it(anna: TestClient) -> None:
    stated = {"title": "Sunrise", "party": "Sunrise Ltd.", "version": "2026-11", "language": "en"}
    review = send(anna, "Sunrise terms.md", BRIEF, **stated).json()
    assert (review["is_new"], review["title"], review["clauses"]) == (True, "Sunrise", 2)
    assert [entry["words"] for entry in review["outline"] if entry["kind"] == "clause"] == [
        "You may use Sunrise.",
        "Sunrise costs nothing.",
    ]
    assert publish(anna, review).status_code == 200
    found = {row["agreement"]: row for row in anna.get("/api/desk/corpus").json()["agreements"]}
    assert found["Sunrise-terms"]["version"] == "2026-11"
    assert step_back(anna).status_code == 200
    assert len(anna.get("/api/desk/corpus").json()["agreements"]) == 2


def test_an_agreement_is_renamed_without_a_new_version(anna: TestClient, desk: Desk) -> None:
    path = "/api/desk/corpus/agreements/xunzhong"
    held = anna.get(path).json()
    stated = {"title": "云通信条款", "aliases": ["讯众"]}
    body = stated | {"base": held["base"]}
    assert anna.put(path, json=body).json()["title"] == "云通信条款"
    assert "7日后" in cited(anna)
    now = anna.get(path, headers={"accept-language": "zh"}).json()
    assert (now["title"], now["stated"]["aliases"], now["clauses"]) == (
        "云通信条款", ["讯众"], held["clauses"],
    )  # fmt: skip
    newest = now["changes"][0]
    assert (newest["kind"], newest["by"]) == ("restated", "anna")
    assert events(desk)[0] == (Action.CORPUS_RESTATED, "anna", "xunzhong")
    again = anna.put(path, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "corpus_changed")
    wrong = anna.put(path, json=stated | {"base": now["base"], "edition_of": "xunzhong"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "name_refused")
    step_back(anna)
    assert anna.get(path).json()["title"] == held["title"]


def test_a_former_edition_is_published_and_not_answered_from(anna: TestClient) -> None:
    publish(anna, send(anna, "xunzhong-eu.md", NEWER, edition_of="xunzhong").json())
    held = anna.get("/api/desk/corpus/agreements/xunzhong-eu").json()
    assert held["edition_of"] == held["taken_for_edition_of"] == "xunzhong"
    listed = anna.get("/api/desk/corpus").json()["agreements"]
    assert {row["agreement"]: row["edition_of"] for row in listed} == {
        "dahan": None, "xunzhong": None, "xunzhong-eu": "xunzhong",
    }  # fmt: skip
    answer = anna.post("/api/ask", json={"question": ASKED["question"]}).json()
    assert "xunzhong-eu" not in {row["agreement"] for row in answer["citations"]}


def test_a_removed_agreement_turns_its_replies_and_comes_back(anna: TestClient, desk: Desk) -> None:
    reply_id = save_reply(anna, "goes-with-it")
    path = "/api/desk/corpus/agreements/xunzhong"
    removal = anna.get(f"{path}/removal").json()
    assert [row["reply_id"] for row in removal["replies"]] == [reply_id]
    done = anna.post(f"{path}/remove", json={"base": removal["base"]}).json()
    assert (done["agreement"], done["is_served"]) == ("xunzhong", True)
    assert events(desk)[0] == (Action.CORPUS_REMOVED, "anna", "xunzhong")
    now = anna.get("/api/desk/corpus").json()
    assert [row["agreement"] for row in now["agreements"]] == ["dahan"]
    assert (now["former"]["kind"], now["former"]["is_new"]) == ("removed", False)
    assert desk.replies.get(reply_id).state == "pending"
    gone = anna.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_agreement")
    last = anna.get("/api/desk/corpus/agreements/dahan/removal")
    assert (last.status_code, last.json()["code"]) == (409, "last_agreement")
    step_back(anna)
    assert "7日后" in cited(anna)
    reply = desk.replies.get(reply_id)
    assert reply.state == "approved"
    anna.post(f"/api/desk/replies/{reply_id}/retire", json={"revision": reply.revision})
    kinds = [
        (row["agreement"], row["kind"], row["is_back"])
        for row in anna.get("/api/desk/corpus/history").json()["changes"]
    ]
    assert kinds[:2] == [("xunzhong", "removed", True), ("xunzhong", "removed", False)]


def test_files_that_are_not_read_are_listed_with_what_to_do(anna: TestClient, desk: Desk) -> None:
    picture = desk.library._corpus / "scan.png"
    picture.write_bytes(b"\x89PNG")
    told = {
        language: anna.get("/api/desk/corpus", headers={"accept-language": language}).json()
        for language in ("zh", "en")
    }
    picture.unlink()
    [zh], [en] = told["zh"]["unused"], told["en"]["unused"]
    assert zh["name"] == en["name"] == "scan.png"
    assert zh["why"] != en["why"]


def test_what_is_told_is_in_the_readers_language(anna: TestClient) -> None:
    upload_id = send(anna, "xunzhong.txt", NEWER).json()["upload"]["upload_id"]
    path = f"/api/desk/corpus/uploads/{upload_id}"
    told = {
        language: anna.get(path, headers={"accept-language": language}).json()
        for language in ("zh", "en")
    }
    assert told["zh"]["doubts"] == [{"line": 21, "message": "（9） 紧接在第 5 号之后"}]
    assert told["en"]["doubts"] == [{"line": 21, "message": "（9） follows number 5"}]
    aside = {
        language: [row["label"] for row in told[language]["outline"] if row["kind"] == "leftover"]
        for language in told
    }
    assert aside == {"zh": ["编辑软件的残留"], "en": ["artefact"]}
    assert (told["zh"]["title"], told["en"]["title"]) == (
        "讯众云通信平台服务条款",
        "Xunzhong Cloud Communications Platform Terms of Service",
    )


def test_a_discarded_upload_is_gone(anna: TestClient, desk: Desk) -> None:
    review = send(anna, "xunzhong.txt", NEWER).json()
    path = f"/api/desk/corpus/uploads/{review['upload']['upload_id']}"
    assert anna.delete(path).status_code == 204
    assert anna.get(path).json()["code"] == "unknown_upload"
    for answer in (anna.delete(path), publish(anna, review)):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_upload")
    assert words_of(desk).count("7日后") == 1


def test_a_review_that_is_out_of_date_is_not_published(anna: TestClient) -> None:
    first, second = send(anna, "xunzhong.txt", NEWER).json(), send(anna, "other.md", BRIEF).json()
    assert publish(anna, first).status_code == 200
    refused = publish(anna, second)
    assert (refused.status_code, refused.json()["code"]) == (409, "corpus_changed")
    other = {"published_id": second["upload"]["upload_id"]}  # which is not the last
    refused = anna.post("/api/desk/corpus/back", json=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "corpus_changed")
    assert step_back(anna).status_code == 200
    refused = anna.post("/api/desk/corpus/back", json=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_former")


def test_what_is_published_already_is_not_published_again(anna: TestClient) -> None:
    review = send(anna, "xunzhong.txt", TERMS).json()
    assert (review["files"], review["changes"]) == ([], [])
    refused = publish(anna, review)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_new")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "..\\evil.txt",
        "/etc/passwd.txt",
        "evil.exe",
        "CON.txt",
        "README.md",
        ".txt",
        "XUNZHONG.txt",
        "a\u202etxt.md",
        "nul\x00.txt",
        "x" * 260 + ".txt",
        "",
    ],
)
def test_a_hostile_name_is_refused(anna: TestClient, desk: Desk, name: str) -> None:
    answer = send(anna, name, BRIEF)
    assert answer.status_code == 422
    assert answer.json()["code"] == "name_refused"
    assert desk.library.uploads() == []


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.md", "'; drop table replies; --.md"]
)
def test_a_name_becomes_no_more_than_an_id(anna: TestClient, desk: Desk, name: str) -> None:
    upload = send(anna, name, BRIEF).json()["upload"]
    assert upload["name"] == name
    assert upload["agreement"].replace("-", "").isalnum()
    assert len(desk.library.uploads()) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b""),
        ("a.txt", b"\x00\x01\x02"),
        ("a.txt", b"# Titles\n\n## alone\n"),
        ("a.txt", b"1. x\n\n2. " + b"word " * 20_001),
        ("a.txt", b"1. word word word\n" * 120_000),
        ("a.pdf", b"%PDF-1.4 broken"),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.pdf", BRIEF.encode()),
    ],
)
def test_a_file_that_is_no_agreement_is_refused(
    anna: TestClient, desk: Desk, name: str, data: bytes
) -> None:
    answer = send(anna, name, data)
    assert (answer.status_code, answer.json()["code"]) == (422, "corpus_file")
    assert answer.json()["words"] == answer.json()["detail"]
    assert str(Path(desk.library.index).parent) not in answer.text
    assert desk.library.uploads() == []


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"1. word\x00\n", "a.txt 第 1 行含有二进制数据，请提供纯文本的协议。"),
        ("a.pdf", BRIEF.encode(), "a.pdf 的内容是文本，后缀却是 .pdf，请改用与内容相符的后缀。"),
        ("nul.txt", BRIEF.encode(), "“nul.txt”是系统保留的名称，请改名。"),
    ],
)
def test_why_a_file_is_refused_is_said_in_the_readers_language(
    anna: TestClient, name: str, data: bytes, words: str
) -> None:
    given = OCTETS | {"accept-language": "zh-CN,zh;q=0.9"}
    path = "/api/desk/corpus/uploads"
    refused = anna.post(path, params={"name": name}, content=data, headers=given).json()
    assert refused["words"] == words
    assert refused["detail"].isascii()


def test_a_file_is_not_too_large_and_comes_as_a_file(anna: TestClient) -> None:
    assert send(anna, "a.txt", b"x" * (MAX_BYTES + 1)).status_code == 413
    posted = anna.post("/api/desk/corpus/uploads?name=a.txt", json={"text": BRIEF})
    assert posted.status_code == 415


def test_a_reply_turns_pending_with_what_changed(
    anna: TestClient, desk: Desk, signed_in: SignedIn
) -> None:
    reply_id = save_reply(signed_in("ben"))
    review = send(anna, "xunzhong.txt", NEWER).json()
    [turned] = review["replies"]
    assert (turned["reply_id"], turned["approved_by"]) == (reply_id, "ben")
    assert turned["clauses"] == [
        {"clause_id": CHANGED_CLAUSE, "label": "5（3）", "change": "changed"}
    ]
    assert desk.replies.get(reply_id).state == "approved"  # a review changes nothing
    assert publish(anna, review).status_code == 200
    reply = desk.replies.get(reply_id)  # as it is kept, before anybody looks
    assert reply.state == "pending"
    assert [changed.now for changed in reply.changes] == [words_of(desk)]
    looked = anna.get("/api/desk/corpus/back").json()
    assert (looked["replies"], looked["returning"]) == ([], 1)
    assert desk.replies.get(reply_id).state == "pending"  # a look changes nothing
    assert step_back(anna).status_code == 200
    back = desk.replies.get(reply_id)  # it reads word for word as it was approved
    assert (back.state, back.approved_by, back.history[-1].deed) == (
        "approved",
        "ben",
        "turned_back",
    )
    nothing: dict[str, Any] = {"published_id": None, "replies": [], "returning": 0}
    assert anna.get("/api/desk/corpus/back").json() == nothing


def test_a_step_back_says_which_replies_it_turns_pending(
    anna: TestClient, desk: Desk, signed_in: SignedIn
) -> None:
    assert publish(anna, send(anna, "xunzhong.txt", NEWER).json()).status_code == 200
    reply_id = save_reply(signed_in("ben"), "rests-on-new", KEPT.replace("7日", "三十天"))
    looked = anna.get("/api/desk/corpus/back").json()
    assert [turned["reply_id"] for turned in looked["replies"]] == [reply_id]
    assert step_back(anna).status_code == 200
    assert desk.replies.get(reply_id).state == "pending"


def test_no_reply_is_held_against_agreements_that_another_program_replaced(
    anna: TestClient, desk: Desk, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = desk.service.bot.index
    assert publish(anna, send(anna, "xunzhong.txt", NEWER).json()).status_code == 200
    newer = desk.service.bot.index
    reply_id = save_reply(signed_in("ben"), "rests-on-newest", KEPT.replace("7日", "三十天"))
    desk.service.swap(former)  # as another program that has not taken the new one over
    looks: list[bool] = []
    monkeypatch.setattr(IndexReloader, "look", lambda _: looks.append(True))
    assert anna.get(f"/api/desk/replies/{reply_id}").json()["state"] == "approved"
    assert looks == [True]
    desk.service.swap(newer)
    assert anna.get(f"/api/desk/replies/{reply_id}").json()["state"] == "approved"
    assert looks == [True]
    monkeypatch.undo()


def test_every_event_is_in_the_audit_log(anna: TestClient, desk: Desk) -> None:
    discarded = send(anna, "other.md", BRIEF).json()["upload"]["upload_id"]
    anna.delete(f"/api/desk/corpus/uploads/{discarded}")
    publish(anna, send(anna, "xunzhong.txt", NEWER).json())
    step_back(anna)
    assert events(desk)[:5] == [
        (Action.CORPUS_RESTORED, "anna", "xunzhong"),
        (Action.CORPUS_PUBLISHED, "anna", "xunzhong"),
        (Action.CORPUS_UPLOADED, "anna", "xunzhong"),
        (Action.CORPUS_DISCARDED, "anna", "other"),
        (Action.CORPUS_UPLOADED, "anna", "other"),
    ]


def test_an_event_stands_where_the_audit_log_cannot_be_written(
    anna: TestClient,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("the disk is full")

    review = send(anna, "xunzhong.txt", NEWER).json()
    monkeypatch.setattr(type(desk.people.audit_log), "add", refuse)
    with caplog.at_level(logging.WARNING):
        assert publish(anna, review).status_code == 200
    assert "三十天后" in words_of(desk)
    assert "corpus_published of xunzhong by anna stands" in caplog.text


class KilledError(BaseException):
    """Nothing is done after it."""


def kill_in(owner: Any, name: str, do: Callable[[], object]) -> None:
    """Do something, and have a method stop it all instead of doing its part."""

    def stop(*_: object) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, stop)
        with pytest.raises(KilledError):
            do()


def start_again(desk: Desk) -> None:
    """Open the desk over its folders and its database as the program does."""
    home = desk.library.index.parent
    embedder = desk.service.bot.index.embedder
    library = Library(home / "corpus", home / "index", home / "desk", embedder)
    library.recover()
    open_desk(desk.service, library, Seal()).close()


@pytest.mark.parametrize(
    ("owner", "name"),
    [(Journal, "finish"), (AuditLog, "add")],
    ids=["before it is done", "before it is told"],
)
def test_what_a_killed_program_did_is_told_when_it_starts_again(
    anna: TestClient, desk: Desk, owner: Any, name: str
) -> None:
    upload = send(anna, "xunzhong.txt", NEWER).json()
    upload_id, by = upload["upload"]["upload_id"], Actor("anna")
    work = AgreementWork(desk)
    kill_in(owner, name, lambda: work.publish(upload_id, upload["base"], by))
    for _ in range(2):  # it is told once
        start_again(desk)
        assert events(desk)[:2] == [
            (Action.CORPUS_PUBLISHED, "anna", "xunzhong"),
            (Action.CORPUS_UPLOADED, "anna", "xunzhong"),
        ]
    kill_in(owner, name, lambda: work.step_back(upload_id, by))
    for _ in range(2):
        start_again(desk)
        assert events(desk)[:3] == [
            (Action.CORPUS_RESTORED, "anna", "xunzhong"),
            (Action.CORPUS_PUBLISHED, "anna", "xunzhong"),
            (Action.CORPUS_UPLOADED, "anna", "xunzhong"),
        ]
    [told] = desk.people.audit_log.entries(most=1)
    last = desk.library.last()
    assert last is not None
    assert told.detail.endswith(f" ({last.at.isoformat(timespec='seconds')})")


def test_what_the_next_one_finishes_is_told_though_it_is_refused(
    anna: TestClient, desk: Desk
) -> None:
    first, second = send(anna, "xunzhong.txt", NEWER).json(), send(anna, "other.md", BRIEF).json()
    work, upload_id, base = desk.library, first["upload"]["upload_id"], first["base"]
    kill_in(Journal, "finish", lambda: work.publish(upload_id, "anna", base))
    assert publish(anna, second).json()["code"] == "corpus_changed"
    assert events(desk)[0] == (Action.CORPUS_PUBLISHED, "anna", "xunzhong")


def test_an_audit_log_that_does_not_reach_back_is_told_nothing(
    anna: TestClient, desk: Desk, tmp_path: Path
) -> None:
    publish(anna, send(anna, "xunzhong.txt", NEWER).json())
    other = Service(desk.service.bot, open_database(f"sqlite:///{tmp_path}/other.db"))
    home = desk.library.index.parent
    library = Library(home / "corpus", home / "index", home / "desk", WordEmbedder())
    opened = open_desk(other, library, Seal())
    assert opened.people.audit_log.entries() == []
    opened.close()
    other.close()


def test_a_damaged_history_keeps_no_desk_from_opening(
    anna: TestClient, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    publish(anna, send(anna, "xunzhong.txt", NEWER).json())
    history = desk.library.index.parent / "desk" / "library" / "history.jsonl"
    kept = history.read_bytes()
    try:
        for damage in (b"{", b"{}\n", b'{"at": 1}\n'):
            history.write_bytes(damage)
            caplog.clear()
            start_again(desk)
            assert "whether the trail misses a publication" in caplog.text
    finally:
        history.write_bytes(kept)


def test_an_upload_that_cannot_be_reviewed_is_not_kept(anna: TestClient, desk: Desk) -> None:
    toml = desk.library.index.parent / "corpus" / "xunzhong.toml"
    kept, before = toml.read_bytes(), events(desk)
    try:
        toml.write_text("title = [")
        answer = send(anna, "xunzhong.txt", NEWER)
        assert (answer.status_code, answer.json()["code"]) == (422, "corpus_file")
    finally:
        toml.write_bytes(kept)
    assert desk.library.uploads() == []
    assert events(desk) == before


def test_a_file_that_lies_there_without_its_agreement_is_named(
    anna: TestClient, desk: Desk
) -> None:
    toml = desk.library.index.parent / "corpus" / "sunrise.toml"
    toml.write_text('title = "Kept by hand"\n')
    try:
        answer = send(anna, "sunrise.txt", BRIEF, title="Sunrise")
        assert (answer.status_code, answer.json()["code"]) == (422, "corpus_file")
        assert "sunrise.toml" in answer.text
        assert toml.read_text() == 'title = "Kept by hand"\n'
    finally:
        toml.unlink()
    assert desk.library.uploads() == []


def test_one_file_is_worked_on_at_a_time_and_questions_are_answered_meanwhile(
    anna: TestClient, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    real = Library.review

    def slow(self: Library, upload_id: str) -> Review:
        began.set()
        assert go_on.wait(30)
        return real(self, upload_id)

    monkeypatch.setattr(Library, "review", slow)
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(send(anna, "xunzhong.txt", NEWER)))
    thread.start()
    try:
        assert began.wait(30)
        refused = send(anna, "other.md", BRIEF)
        assert (refused.status_code, refused.json()["code"]) == (503, "corpus_working")
        assert int(refused.headers["retry-after"]) >= 1
        assert "7日后" in cited(anna)
        assert len(anna.get("/api/desk/corpus").json()["uploads"]) == 1
    finally:
        go_on.set()
        thread.join()
    assert answers[0].status_code == 201
    assert send(anna, "other.md", BRIEF).status_code == 201


def test_what_cannot_be_taken_over_is_said_to_come_later(
    anna: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = send(anna, "xunzhong.txt", NEWER).json()
    with monkeypatch.context() as patch:
        patch.setattr(IndexReloader, "look", lambda _: False)
        assert publish(anna, review).json()["is_served"] is False
    assert "7日后" in words_of(desk)
    desk.reloader.look()  # as it does by itself
    assert "三十天后" in words_of(desk)
