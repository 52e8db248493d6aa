"""A message in, its draft out over the API: citations chosen, approved replies, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.desk.replies.rules import ApprovedReply, Content, cite_clauses
from bot.desk.shell.desk import Desk
from bot.people.identity import Actor
from bot.storage import open_database
from bot.storage.tables import answers
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
from tests.desks import PASSWORD, SignedIn, make_desk
from tests.servers import SITES, ScriptedBot

BEN = Actor("ben")
MESSAGE = (
    "Hi,\n\nHow long do you keep our data after we leave Xunzhong? Which bank do you use?\n\nTom"
)
PERSONAL = "请问违约金是多少？我的电话是13800138000，谢谢！"
OTHERS = ["xunzhong/5(3)", "xunzhong/5(1)"]


def draft(client: TestClient, message: str = MESSAGE, **body: object) -> Any:
    answer = client.post("/api/desk/drafts", json={"message": message, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def cited(reply: Any) -> list[str]:
    return [passage["clause_id"] for passage in reply["passages"]]


def approve(
    desk: Desk, question: str, clause_id: str, text: str, language: str = "en"
) -> ApprovedReply:
    """Keep an approved reply to one question."""
    index: ClauseIndex = desk.service.bot.index
    words = index.corpus.clauses[index.position(clause_id)].text
    rests_on = cite_clauses(index, language, [(clause_id, words)])
    content = Content(language, text, (question,), *rests_on)
    return desk.service.writer.save_reply(content, by=BEN, index=index).reply


@pytest.fixture(scope="module")
def alone(
    quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, TestClient]]:
    """Return a desk of these tests with one place alone, and a client that ben signed in with."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('alone')}/clausebot.db")
    service = Service(quick_bot, database, at_once=1, waiting=0)
    desk = make_desk(service)
    client = TestClient(create_site(service, SITES, desk), raise_server_exceptions=False)
    client.post("/api/desk/session", json={"name": "ben", "password": PASSWORD})
    yield desk, client
    service.close()


def test_each_question_is_replied_to_where_it_stands(signed_in: SignedIn) -> None:
    message = MESSAGE.replace("How", "😀 How")
    made = draft(signed_in("ben"), message)
    assert made["language"] == "en"
    assert len(made["replies"]) == 2
    for reply in made["replies"]:
        assert message[reply["start"] : reply["end"]] == reply["words"]
        assert reply["heading"] in made["text"]
        assert reply["choices"]
        for passage in reply["passages"]:
            assert passage["quote"] in made["text"]
    assert {part["kind"] for part in made["parts"]} == {"greeting", "signature"}


def test_a_message_without_a_question_asks_back(signed_in: SignedIn) -> None:
    made = draft(signed_in("ben"), "")
    assert made["replies"] == []
    assert "Which point of the agreement" in made["text"]


def test_the_draft_cites_what_is_chosen_in_that_order(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    as_bot = draft(ben)
    chosen = draft(ben, cited=[OTHERS])
    assert cited(chosen["replies"][0]) == OTHERS
    assert chosen["replies"][1] == as_bot["replies"][1]
    assert draft(ben, cited=[None]) == as_bot
    places = [
        chosen["text"].index(passage["quote"]) for passage in chosen["replies"][0]["passages"]
    ]
    assert places == sorted(places)
    none = draft(ben, cited=[[]])
    assert cited(none["replies"][0]) == []
    assert "No clause of the agreement clearly settles this point." in none["text"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"cited": [["xunzhong/99"]]}, 404, "there is no clause 'xunzhong/99'"),
        ({"cited": [OTHERS + OTHERS[:1]]}, 404, "a clause is given twice"),
        ({"cited": [None, None, []]}, 404, "there is no reply 2"),
        ({"agreement": "acme"}, 404, "There are: dahan, xunzhong"),
        ({"message": "怎么收费？" * 4001}, 422, "at most 20000 characters"),
        ({"message": "\ud800"}, 422, "message"),
        ({"approved": ["<img>"]}, 422, "approved.0"),
        ({"cited": [["a"] * 21]}, 422, "cited.0"),
        ({"sent": True}, 422, "sent"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    signed_in: SignedIn, body: dict[str, object], status: int, told: str
) -> None:
    content = json.dumps({"message": MESSAGE} | body)
    headers = {"content-type": "application/json"}
    answer = signed_in("ben").post("/api/desk/drafts", content=content, headers=headers)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_the_longest_message_is_read(signed_in: SignedIn) -> None:
    made = draft(signed_in("ben"), "😀" * 19_980 + " 怎么收费？")
    assert len(made["replies"]) == 1
    assert draft(signed_in("ben"), "怎么收费？" * 40)["left_out"] == 10


def test_nobody_unknown_drafts(signed_in: SignedIn) -> None:
    answer = signed_in("").post("/api/desk/drafts", json={"message": MESSAGE})
    assert answer.status_code == 401


def test_a_draft_waits_its_turn_or_is_refused_at_once(alone: tuple[Desk, TestClient]) -> None:
    desk, client = alone

    def crowd(_: object) -> int:
        # The one place is taken by this very work.
        answer = client.post("/api/desk/drafts", json={"message": MESSAGE})
        assert int(answer.headers["retry-after"]) >= 1
        return answer.status_code

    assert desk.service.take_turn(crowd) == 503
    assert draft(client)["replies"]


def test_questions_are_kept_when_that_is_asked_for(alone: tuple[Desk, TestClient]) -> None:
    desk, client = alone

    def kept() -> list[Any]:
        query = select(answers.c.question, answers.c.surface, answers.c.record)
        return list(desk.service.database.transactions.rows(query))

    draft(client, PERSONAL)
    draft(client, PERSONAL, cited=[[]])
    assert kept() == []
    draft(client, PERSONAL, keep=True)
    assert [(row.surface, "违约金" in row.question) for row in kept()] == [("desk", True)]
    assert "13800138000" not in str(kept())
    draft(client, "大汉怎么收费？那多久到账？", keep=True)
    assert [json.loads(row.record)["chosen"] for row in kept()[1:]] == [None, "dahan"]


def test_a_like_question_gets_the_approved_reply(alone: tuple[Desk, TestClient]) -> None:
    desk, client = alone
    question = draft(client)["replies"][0]["text"]
    saved = approve(desk, question, "xunzhong/5(3)", "For 7 days.\n\nThen it is gone.")
    made = draft(client)
    offered = made["replies"][0]["approved"]
    assert offered == {
        "reply_id": saved.reply_id,
        "text": "For 7 days.\n\nThen it is gone.",
        "question": question,
        "language": "en",
        "clauses": ["xunzhong/5(3)"],
        "approved_by": "ben",
        "approved_at": saved.approved_at.isoformat(),
        "likeness": 1.0,
        "is_used": False,
    }
    assert made["replies"][1]["approved"] is None
    assert "Then it is gone." not in made["text"]

    used = draft(client, approved=[saved.reply_id, saved.reply_id])
    assert used["replies"][0]["approved"]["is_used"]
    assert f"{used['replies'][0]['heading']}\n\nFor 7 days.\n\nThen it is gone.\n\n" in used["text"]
    assert "<p>For 7 days.</p>\n<p>Then it is gone.</p>" in used["html"]
    assert "\n\nThen it is gone.\n\n" in used["markdown"]
    assert used["replies"][0]["passages"][0]["quote"] not in used["text"]

    other = draft(client, approved=["another"])
    assert other["replies"][0]["approved"]["is_used"] is False
    assert "Then it is gone." not in other["text"]

    desk.replies.retire(saved.reply_id, by=BEN, revision=saved.revision)
    retired = draft(client, approved=[saved.reply_id])
    assert retired["replies"][0]["approved"] is None
    assert "Then it is gone." not in retired["text"]


def test_the_agreement_that_the_message_names_is_that_of_the_approved_reply(
    alone: tuple[Desk, TestClient],
) -> None:
    desk, client = alone
    question = "How long do you keep our data?"
    approve(desk, question, "xunzhong/5(3)", "For 7 days.")
    for other, is_offered in (("Xunzhong", True), ("Dahan", False)):
        message = f"We left {other} last week, and it went well.\n\n{question}"
        reply = draft(client, message)["replies"][0]
        assert (reply["approved"] is not None) == is_offered, other
    assert draft(client, question, agreement="xunzhong")["replies"][0]["approved"]


def test_a_reply_is_found_for_a_question_without_the_sentence_before_it(
    alone: tuple[Desk, TestClient],
) -> None:
    desk, client = alone
    approve(desk, "Can we rent a warehouse?", "xunzhong/5(3)", "For 7 days.")
    before = "Our company moved to new offices in the spring and everything went well there."
    for question, is_offered in (("Can we rent a warehouse?", True), ("Can we rent it?", False)):
        reply = draft(client, f"{before}\n{question}")["replies"][0]
        assert reply["text"] == f"{before} {question}"
        assert (reply["alone"] == question) == is_offered
        assert (reply["approved"] is not None) == is_offered


def test_a_question_that_leans_on_another_has_no_approved_reply(
    alone: tuple[Desk, TestClient],
) -> None:
    desk, client = alone
    leaning = "Who may see it?"
    approve(desk, leaning, "xunzhong/5(3)", "For 7 days.")
    replies = draft(client, f"Does Xunzhong keep our data? {leaning}")["replies"]
    assert [reply["leans"] for reply in replies] == [False, True]
    assert replies[1]["approved"] is None


def test_a_quote_of_a_former_version_is_quoted_anew(
    alone: tuple[Desk, TestClient], tmp_path: Path
) -> None:
    desk, client = alone
    cited = [
        {"clause_id": CLAUSE, "quote": WORDS},
        {"clause_id": GONE, "quote": GONE_WORDS},
        {"clause_id": "xunzhong/99", "quote": "7日后"},
        {"clause_id": "dahan/8.3(9)", "quote": GONE_WORDS},
        {"clause_id": "dahan/8.3(9)", "quote": "Words of nobody."},
    ]

    def quoted(language: str) -> Any:
        answer = client.post(
            "/api/desk/drafts/quotes", json={"language": language, "clauses": cited}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["clauses"]

    same = quoted("zh")
    assert [now and now["quote"] for now in same] == [
        WORDS,
        GONE_WORDS,
        same[2]["quote"],
        GONE_WORDS,
        None,
    ]
    assert same[2]["clause_id"] != "xunzhong/99", "the words have moved there"
    assert same[3]["clause_id"] == GONE
    assert same[4] is None
    assert [piece["kind"] for piece in same[0]["difference"]] == ["same"]
    assert same[0]["rendering"] is None
    assert quoted("en")[0]["reference"].startswith("Xunzhong")

    with answering_from(desk, reword(tmp_path / "later", WORDS, LATER)):
        changed = quoted("zh")[0]
        assert LATER in changed["quote"]
        assert changed["clause_id"] == CLAUSE
        pieces = [(piece["kind"], piece["text"]) for piece in changed["difference"]]
        assert ("dropped", "长期") in pieces


def test_only_who_may_draft_quotes_anew(signed_in: SignedIn) -> None:
    body = {"language": "en", "clauses": [{"clause_id": CLAUSE, "quote": WORDS}] * 21}
    assert signed_in("").post("/api/desk/drafts/quotes", json=body).status_code == 401
    assert signed_in("ben").post("/api/desk/drafts/quotes", json=body).status_code == 422


def test_an_item_of_a_list_comes_with_what_leads_into_it(signed_in: SignedIn) -> None:
    (reply,) = draft(signed_in("ben"), "Who is liable?", cited=[["dahan/8.3(5)"]])["replies"]
    (led,) = reply["passages"][0]["lead_ins"]
    assert led["clause_id"] == "dahan/8.3"
    assert led["quote"].endswith("大汉云通讯不承担责任：")
    for choice in reply["choices"]:
        assert isinstance(choice["lead_in"], str)
