"""Approved replies come first for like questions, and turn pending when a clause changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.answer import Answer, Citation, Outcome, Reason
from bot.desk.approval import cite_clauses, retire
from bot.desk.approved import Approved, Content, ReplyError, State
from bot.desk.reply_file import to_line
from bot.desk.shelf import LIKE, LIKE_OF_CLAUSE, find_sure
from bot.people.identity import Actor
from bot.storage import ConflictError, Database, open_database
from bot.storage.connection import connect, parse_address
from bot.storage.erasure import Matches
from bot.storage.migrate import FOLDER
from bot.storage.people.clock import utc_now
from bot.storage.people.trail import Trail
from bot.storage.replies import Replies, ReplyFileError, UnknownReplyError, make_reply
from index.clause_index import ClauseIndex
from index.corpus import read_corpus
from index.embedder import SentenceEmbedder
from tests.bot.conftest import ACME, GLOBEX

LI = Actor("Li")
HOW_LONG = "注销账号后数据保留多久？"
HOW_LONG_EN = "How long is data kept after the account is closed?"
BACKUPS = "We keep backups of your site for 90 days."

Build = Callable[..., ClauseIndex]


@pytest.fixture
def build(tmp_path: Path, embedder: SentenceEmbedder) -> Build:
    """Return a function that indexes both agreements, with other words where given."""

    def index(acme: str = ACME, globex: str | None = GLOBEX) -> ClauseIndex:
        folder = tmp_path / "corpus"
        folder.mkdir(exist_ok=True)
        (folder / "acme.txt").write_text(acme, "utf-8")
        (folder / "globex.txt").unlink(missing_ok=True)
        if globex is not None:
            (folder / "globex.txt").write_text(globex, "utf-8")
        return ClauseIndex.build(read_corpus(folder), embedder)

    return index


@pytest.fixture
def replies(database: Database) -> Replies:
    """Return an empty shelf."""
    return Replies(database)


def content_of(
    index: ClauseIndex,
    *questions: str,
    quotes: tuple[tuple[str, str], ...] = (("globex/1.1", BACKUPS),),
    text: str = "备份保存90天。",
) -> Content:
    return Content("zh", text, questions or (HOW_LONG,), *cite_clauses(index, "zh", quotes))


def test_a_reply_is_found_for_like_questions_in_either_language(
    replies: Replies, small_index: ClauseIndex
) -> None:
    saved = replies.save(content_of(small_index), by=LI, index=small_index)
    assert replies.get(saved.reply_id) == saved
    assert (saved.state, saved.approved_by, saved.revision) == (State.APPROVED, "Li", 1)
    for question in (HOW_LONG, HOW_LONG_EN, "注销帳號後數據保留多久"):
        match = replies.on_shelf(small_index).match(question, small_index)
        assert match is not None, question
        assert match.reply == saved
        assert match.question == HOW_LONG
        assert 0.75 <= match.likeness <= 1
    assert replies.on_shelf(small_index).match("发票怎么开？", small_index) is None
    assert replies.on_shelf(small_index).match("", small_index) is None
    assert replies.on_shelf(small_index).match("?" * 9000, small_index) is None


@pytest.mark.parametrize(
    ("approved", "asked"),
    [
        ("每月收7元吗？", "每月收30元吗？"),
        ("我不能不付款吗？", "我不能付款吗？"),
        ("可以发营销短信吗？", "May I not send marketing text messages?"),
        ("退款要7天到账吗？", "退款要七个工作日到账吗？"),
        ("Do you refund within seven days?", "Do you refund within thirty days?"),
        ("Do you refund within 7 days?", "Do you refund within 7 months?"),
        ("能退款吗？", "不能退款吗？"),
        ("可以发营销短信吗？", "不可以发营销短信吗？"),
        ("Can I cancel?", "Can't I cancel?"),
        ("如果我不付款能取消吗？", "如果我付款不能取消吗？"),
        ("Can I cancel if I don't pay?", "Can't I cancel if I pay?"),
        ("May I send marketing messages?", "May I not send marketing messages?"),
        ("每条短信收3分钱吗？", "每条短信收5分钱吗？"),
        ("合同第3条是什么意思？", "合同第8条是什么意思？"),
    ],
)
def test_a_number_or_negation_that_differs_is_another_question(
    replies: Replies, small_index: ClauseIndex, approved: str, asked: str
) -> None:
    replies.save(content_of(small_index, approved), by=LI, index=small_index)
    assert replies.on_shelf(small_index).match(approved, small_index) is not None
    one, other = small_index.embedder.embed_whole([approved, asked])
    assert float(one @ other) > LIKE, "the vectors alone would not do"
    assert replies.on_shelf(small_index).match(asked, small_index) is None


def test_the_same_number_in_other_words_is_the_same_question(
    replies: Replies, small_index: ClauseIndex
) -> None:
    replies.save(content_of(small_index, "退款要7天到账吗？"), by=LI, index=small_index)
    for question in ("退款要七天到账吗？", "退款要７ 天到账吗", "能不能告诉我退款要7天到账吗"):
        assert replies.on_shelf(small_index).match(question, small_index) is not None, question


@pytest.mark.parametrize(
    "asked", ["我网站的备份能留多久？", "How many days do you keep backups of my site?"]
)
def test_less_likeness_is_enough_where_the_clause_is_sure(
    replies: Replies, small_index: ClauseIndex, asked: str
) -> None:
    approved = "备份保存多少天？"
    replies.save(content_of(small_index, approved), by=LI, index=small_index)
    one, other = small_index.embedder.embed_whole([approved, asked])
    assert LIKE_OF_CLAUSE <= float(one @ other) < LIKE
    assert replies.on_shelf(small_index).match(asked, small_index) is None
    assert replies.on_shelf(small_index).match(asked, small_index, sure="globex/1.2") is None
    match = replies.on_shelf(small_index).match(asked, small_index, sure="globex/1.1")
    assert match is not None
    assert match.question == approved
    assert (
        replies.on_shelf(small_index).match(f"{asked} 30天?", small_index, sure="globex/1.1")
        is None
    )
    assert (
        replies.on_shelf(small_index).match("发票怎么开？", small_index, sure="globex/1.1") is None
    )


@pytest.mark.parametrize(
    ("probabilities", "sure"), [((0.95, 0.99), "globex/1.1"), ((0.94, 0.99), ""), ((), "")]
)
def test_a_clause_is_sure_that_is_first_and_probable(
    probabilities: tuple[float, ...], sure: str
) -> None:
    citations = tuple(
        Citation(f"globex/1.{at}", "globex", "", (), "x", 0, 1, "x", None, None, probability)
        for at, probability in enumerate(probabilities, start=1)
    )
    outcome, reason = (Outcome.ANSWERED, None) if citations else (Outcome.ABSTAINED, Reason.SILENT)
    assert find_sure(Answer("?", "en", outcome, reason, "", citations)) == sure


def test_a_reply_about_one_agreement_is_none_about_another(
    replies: Replies, small_index: ClauseIndex
) -> None:
    replies.save(content_of(small_index, HOW_LONG), by=LI, index=small_index)
    assert replies.on_shelf(small_index).match(HOW_LONG, small_index, "globex") is not None
    assert replies.on_shelf(small_index).match(HOW_LONG, small_index, "acme") is None
    title = small_index.agreement("acme").title
    assert replies.on_shelf(small_index).match(f"{title}：{HOW_LONG}", small_index) is None


@pytest.mark.parametrize(
    ("globex", "change", "now"),
    [
        (GLOBEX.replace("90 days", "30 days"), "changed", "30 days"),
        (GLOBEX.replace(BACKUPS, "You may go."), "changed", "You may go"),
        (None, "gone", ""),
        (GLOBEX.replace("1.1 We", "1.1 New.\n1.2 We").replace("1.2 You", "1.3 You"), "moved", "90"),
    ],
)
def test_a_reply_turns_pending_by_itself_and_back_only_by_a_person(
    database: Database, build: Build, globex: str | None, change: str, now: str
) -> None:
    replies, first = Replies(database), build()
    saved = replies.save(content_of(first), by=LI, index=first)
    assert replies.review(first) == []
    second = build(globex=globex)
    assert replies.on_shelf(second).match(HOW_LONG, second) is None, "even before the review"
    assert [turned.reply_id for turned in replies.would_turn(second)] == [saved.reply_id]
    assert replies.get(saved.reply_id) == saved
    (turned,) = replies.review(second)
    assert turned == replies.get(saved.reply_id)
    assert (turned.state, turned.approved_by) == (State.PENDING, "Li")
    assert [(found.clause_id, found.change) for found in turned.changes] == [("globex/1.1", change)]
    assert now in (turned.changes[0].now or "")
    assert replies.review(second) == []
    with pytest.raises(ReplyError, match=r"globex/1\.1: is no longer as it is cited"):
        replies.approve(saved.reply_id, by=LI, revision=2, index=second)
    assert replies.review(first) == [], "the old words are back"
    assert replies.get(saved.reply_id).state is State.PENDING
    assert replies.on_shelf(first).match(HOW_LONG, first) is None
    back = replies.approve(saved.reply_id, by=Actor("Wang"), revision=2, index=first)
    assert (back.state, back.approved_by, back.changes) == (State.APPROVED, "Wang", ())
    assert replies.on_shelf(first).match(HOW_LONG, first) is not None


def test_a_new_version_that_leaves_the_clause_leaves_the_reply(
    database: Database, build: Build
) -> None:
    replies, first = Replies(database), build()
    saved = replies.save(content_of(first), by=LI, index=first)
    second = build(ACME.replace("15日", "10日"), GLOBEX.replace("working days", "any day"))
    assert replies.review(second) == []
    assert replies.get(saved.reply_id) == saved
    match = replies.on_shelf(second).match(HOW_LONG, second)
    assert match is not None
    assert match.reply == saved


def test_an_edit_keeps_what_stood_before(replies: Replies, small_index: ClauseIndex) -> None:
    saved = replies.save(content_of(small_index), by=LI, index=small_index)
    other = content_of(small_index, "能下载备份吗？", text="可以。")
    edited = replies.edit(saved.reply_id, other, by=Actor("Wang"), revision=1, index=small_index)
    assert edited.content == other
    assert edited.approved_by == "Wang"
    step = edited.history[-1]
    assert (step.who, step.deed) == ("Wang", "edited")
    assert (step.text, step.questions, step.clauses) == (
        "备份保存90天。",
        (HOW_LONG,),
        ("globex/1.1",),
    )
    assert replies.on_shelf(small_index).match(HOW_LONG, small_index) is None
    assert replies.on_shelf(small_index).match("能下载备份吗？", small_index) is not None
    with pytest.raises(ConflictError, match="was changed meanwhile"):
        replies.edit(saved.reply_id, other, by=LI, revision=1, index=small_index)
    retired = replies.retire(saved.reply_id, by=LI, revision=2)
    assert retired.state is State.RETIRED
    assert replies.on_shelf(small_index).match("能下载备份吗？", small_index) is None
    assert replies.review(small_index) == []


def test_another_program_sees_what_this_one_keeps(address: str, small_index: ClauseIndex) -> None:
    here, there = open_database(address), open_database(address)
    one, other = Replies(here), Replies(there)
    assert other.on_shelf(small_index).match(HOW_LONG, small_index) is None
    saved = one.save(content_of(small_index), by=LI, index=small_index)
    assert other.on_shelf(small_index).match(HOW_LONG, small_index) is not None
    one.retire(saved.reply_id, by=LI, revision=1)
    assert other.on_shelf(small_index).match(HOW_LONG, small_index) is None
    here.close()
    there.close()


def test_a_reply_that_another_program_erased_is_not_offered_as_another_comes(
    database: Database, address: str, small_index: ClauseIndex
) -> None:
    here, there = Replies(database), open_database(address)
    erased = here.save(content_of(small_index, text="Call Mr Smith."), by=LI, index=small_index)
    assert here.on_shelf(small_index).match(HOW_LONG, small_index) is not None
    there.erase(Matches(replies=(erased.reply_id,)))
    saved = here.save(content_of(small_index), by=LI, index=small_index)
    match = here.on_shelf(small_index).match(HOW_LONG, small_index)
    assert match is not None
    assert match.reply == saved
    assert here.on_shelf(small_index) is here.on_shelf(small_index)
    there.close()


def test_saving_twice_under_one_id_keeps_one(replies: Replies, small_index: ClauseIndex) -> None:
    content = content_of(small_index)
    first = replies.save(content, by=LI, index=small_index, reply_id="r-1")
    assert replies.save(content, by=LI, index=small_index, reply_id="r-1") == first
    with pytest.raises(ConflictError):
        replies.save(replace(content, text="x"), by=LI, index=small_index, reply_id="r-1")
    assert len(replies.find()) == 1
    with pytest.raises(UnknownReplyError, match="there is no reply 'nobody'"):
        replies.get("nobody")


def test_replies_are_found_by_words_and_state(replies: Replies, small_index: ClauseIndex) -> None:
    one = replies.save(content_of(small_index), by=LI, index=small_index)
    other = replies.save(content_of(small_index, "Refund?", text="No."), by=LI, index=small_index)
    replies.retire(other.reply_id, by=LI, revision=1)
    found: Callable[..., list[str]] = lambda *given: [  # noqa: E731
        reply.reply_id for reply in replies.find(*given)
    ]
    assert found() == [other.reply_id, one.reply_id]
    assert found("REFUND backups") == [other.reply_id]
    assert found("數據 保留") == [one.reply_id]
    assert found("globex/1.1", State.APPROVED) == [one.reply_id]
    assert found("nowhere") == []


def test_persons_are_masked_in_questions(replies: Replies, small_index: ClauseIndex) -> None:
    asked = "我的电话13800138000，数据保留多久？"
    saved = replies.save(content_of(small_index, asked), by=LI, index=small_index)
    assert saved.content.questions == ("我的电话[phone]，数据保留多久？",)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"language": "fr"}, "write zh or en"),
        ({"text": " "}, "is empty"),
        ({"text": "x" * 20_001}, "longer than"),
        ({"questions": ()}, "answers 1 to"),
        ({"questions": ("?!",)}, "holds no word"),
        ({"citations": ()}, "cites 1 to"),
        ({"sources": ()}, "not those described"),
    ],
)
def test_what_is_no_reply_is_refused(
    replies: Replies, small_index: ClauseIndex, wrong: dict[str, object], message: str
) -> None:
    content: Content = replace(content_of(small_index), **wrong)  # type: ignore[arg-type]
    with pytest.raises(ReplyError, match=message):
        replies.save(content, by=LI, index=small_index)
    with pytest.raises(ReplyError, match="nobody is named"):
        replies.save(content_of(small_index), by=Actor(" "), index=small_index)
    assert replies.find() == []


def test_only_what_stands_in_a_clause_is_quoted(small_index: ClauseIndex) -> None:
    with pytest.raises(ReplyError, match=r"globex/1\.1: the words quoted do not stand in it"):
        content_of(small_index, quotes=(("globex/1.1", "for 30 days"),))
    with pytest.raises(ReplyError, match="there is no clause"):
        content_of(small_index, quotes=(("globex/9", "x"),))


def test_replies_go_out_and_come_in_as_they_were(
    database: Database, address: str, build: Build, tmp_path: Path
) -> None:
    replies, first = Replies(database), build()
    kept = _some_of_each_state(replies, build, first)
    assert {reply.state for reply in kept} == set(State)
    exported = replies.export()
    assert exported.count(b"\n") == 3
    empty = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    other = Replies(empty)
    taken = other.take_over(exported, by=LI, index=build())
    assert (taken.new, taken.known) == (3, 0)
    assert other.find() == kept
    again = other.take_over(exported, by=LI, index=build())
    assert (again.new, again.known) == (0, 3)
    assert other.export() == exported
    empty.close()


def _some_of_each_state(replies: Replies, build: Build, first: ClauseIndex) -> list[Approved]:
    acme = (("acme/1(2)", "已支付的费用不予退还。"),)
    replies.save(content_of(first), by=LI, index=first)
    replies.save(content_of(first, "能退吗？", quotes=acme), by=LI, index=first)
    third = replies.save(content_of(first, "a\0b\u2028c？"), by=LI, index=first)
    replies.retire(third.reply_id, by=LI, revision=1)
    replies.review(build(ACME.replace("不予", "可以")))
    build()
    return replies.find()


def test_a_reply_from_a_file_whose_clause_changed_is_pending(
    replies: Replies, build: Build, tmp_path: Path
) -> None:
    first = build()
    saved = replies.save(content_of(first), by=LI, index=first)
    exported = replies.export()
    empty = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    other = Replies(empty)
    second = build(globex=GLOBEX.replace("90 days", "30 days"))
    other.take_over(exported, by=LI, index=second)
    assert other.get(saved.reply_id).state is State.PENDING
    empty.close()


def test_a_wrong_file_is_refused_by_its_lines(replies: Replies, small_index: ClauseIndex) -> None:
    replies.save(content_of(small_index), by=LI, index=small_index, reply_id="r-1")
    row = json.loads(replies.export())
    replies.retire("r-1", by=LI, revision=1)
    cited = row["content"]["citations"][0]
    new = row | {"reply_id": "r-9"}
    wrong = [
        "{",
        "[]",
        new | {"format": 2},
        {key: new[key] for key in new if key != "history"},
        new | {"reply_id": "../x"},
        new | {"state": "best"},
        new | {"state": "pending"},
        new | {"approved_by": ""},
        new | {"approved_at": "2024-01-01"},
        new | {"approved_at": "0001-01-01T00:00:00+14:00"},
        new | {"content": row["content"] | {"citations": [cited | {"quote": "for 30 days"}]}},
        new | {"content": row["content"] | {"citations": [cited | {"text": cited["text"] + "!"}]}},
        new | {"content": row["content"] | {"text": "\ud800"}},
        new | {"content": row["content"] | {"questions": [7]}},
        new | {"content": []},
        new | {"history": [{}]},
        row,  # which is another here by now
        row | {"reply_id": "r-2"},  # right
        row | {"reply_id": "r-2"},
    ]
    lines = [line if isinstance(line, str) else json.dumps(line) for line in wrong]
    data = "\n".join([*lines, ""]).encode()
    with pytest.raises(ReplyFileError, match="nothing is taken over") as caught:
        replies.take_over(data, by=LI, index=small_index)
    assert [number for number, _ in caught.value.problems] == [*range(1, 18), 19]
    assert [reply.reply_id for reply in replies.find()] == ["r-1"]


def test_the_trail_tells_every_step_of_a_person(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    saved = replies.save(content_of(small_index), by=LI, index=small_index)
    replies.edit(saved.reply_id, saved.content, by=LI, revision=1, index=small_index)
    replies.retire(saved.reply_id, by=LI, revision=2)
    replies.approve(saved.reply_id, by=Actor("Wang"), revision=3, index=small_index)
    entries = Trail(database.transactions, utc_now).entries()
    told = [(entry.action, entry.actor.name, entry.subject) for entry in reversed(entries)]
    assert told == [
        ("reply_approved", "Li", saved.reply_id),
        ("reply_changed", "Li", saved.reply_id),
        ("reply_retired", "Li", saved.reply_id),
        ("reply_approved", "Wang", saved.reply_id),
    ]


ANNA, BEN, CLEO = (Actor(name, f"person-{name}") for name in ("anna", "ben", "cleo"))


def test_a_reply_is_changed_by_its_owner_or_for_anybody(
    replies: Replies, small_index: ClauseIndex
) -> None:
    saved = replies.save(content_of(small_index), by=BEN, index=small_index)
    assert saved.owner == BEN.person_id
    assert replies.get(saved.reply_id) == saved
    assert replies.find() == [saved]
    steps: list[Callable[[Actor, str | None, int], Approved]] = [
        lambda by, owner, revision: replies.edit(
            saved.reply_id,
            content_of(small_index, text="另一句。"),
            by=by,
            revision=revision,
            index=small_index,
            owner=owner,
        ),
        lambda by, owner, revision: replies.retire(
            saved.reply_id, by=by, revision=revision, owner=owner
        ),
        lambda by, owner, revision: replies.approve(
            saved.reply_id, by=by, revision=revision, index=small_index, owner=owner
        ),
    ]
    for revision, step in enumerate(steps, start=1):
        for foreign in (CLEO.person_id, ""):
            with pytest.raises(UnknownReplyError, match="or it is not yours"):
                step(CLEO, foreign, revision)
        assert step(BEN, BEN.person_id, revision).owner == BEN.person_id
    by_admin = replies.retire(saved.reply_id, by=ANNA, revision=4, owner=None)
    assert by_admin.owner == BEN.person_id
    assert replies.get(saved.reply_id) == by_admin


def test_a_reply_from_a_file_is_nobodys(
    replies: Replies, small_index: ClauseIndex, tmp_path: Path
) -> None:
    saved = replies.save(content_of(small_index), by=BEN, index=small_index)
    exported = replies.export()
    assert BEN.person_id.encode() not in exported
    assert replies.take_over(exported, by=ANNA, index=small_index).known == 1
    assert replies.get(saved.reply_id).owner == BEN.person_id
    elsewhere = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    other = Replies(elsewhere)
    other.take_over(exported, by=ANNA, index=small_index)
    assert other.get(saved.reply_id).owner == ""
    for owner in ("", ANNA.person_id):
        with pytest.raises(UnknownReplyError):
            other.retire(saved.reply_id, by=ANNA, revision=1, owner=owner)
    assert other.retire(saved.reply_id, by=ANNA, revision=1, owner=None).state is State.RETIRED
    elsewhere.close()


def test_replies_from_before_there_were_owners_are_nobodys(
    address: str, small_index: ClauseIndex
) -> None:
    saved = make_reply(content_of(small_index), by=BEN, index=small_index)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if address.startswith("sqlite"):
        Path(address.removeprefix("sqlite:///")).parent.mkdir()
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        statement = text("INSERT INTO replies VALUES (:id, 'approved', 1, :reply)")
        connection.execute(statement, {"id": saved.reply_id, "reply": to_line(saved)})
    engine.dispose()
    opened = open_database(address)
    assert Replies(opened).get(saved.reply_id) == replace(saved, owner="")
    opened.close()


def test_what_was_saved_upon_a_former_index_turns_at_the_next_look(
    database: Database, build: Build
) -> None:
    replies, first = Replies(database), build()
    second = build(globex=GLOBEX.replace("90 days", "30 days"))
    assert replies.review(second) == []
    saved = replies.save(content_of(first), by=LI, index=first)  # a spool, or another program
    assert [turned.reply_id for turned in replies.review(second)] == [saved.reply_id]
    assert replies.review(second) == []


def test_of_two_steps_at_the_same_moment_one_is_refused(
    replies: Replies, small_index: ClauseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = replies.save(content_of(small_index), by=LI, index=small_index)

    def retire_slowly(reply: Approved, who: str) -> Approved:
        replies.edit(
            reply.reply_id,
            content_of(small_index, text="另一句。"),
            by=Actor("Wang"),
            revision=1,
            index=small_index,
        )
        return retire(reply, who)

    monkeypatch.setattr("bot.storage.replies.retire", retire_slowly)
    with pytest.raises(ConflictError, match="was changed meanwhile"):
        replies.retire(saved.reply_id, by=LI, revision=1)
    kept = replies.get(saved.reply_id)
    assert (kept.state, kept.content.text) == (State.APPROVED, "另一句。")


def test_a_text_that_quotes_what_a_clause_said_before_is_refused(
    replies: Replies, build: Build
) -> None:
    index = build()
    text = f"Our terms say: “{BACKUPS}”"
    saved = replies.save(content_of(index, HOW_LONG_EN, text=text), by=LI, index=index)
    said_now = BACKUPS.replace("90", "30")
    later = build(globex=GLOBEX.replace(BACKUPS, said_now))
    replies.review(later)
    pending = replies.get(saved.reply_id)
    assert pending.state is State.PENDING
    now = (("globex/1.1", said_now),)
    with pytest.raises(ReplyError, match="no cited clause says now"):
        replies.edit(
            saved.reply_id,
            content_of(later, HOW_LONG_EN, quotes=now, text=text),
            by=LI,
            revision=pending.revision,
            index=later,
            owner=None,
        )
    mended = content_of(later, HOW_LONG_EN, quotes=now, text=f"Our terms say: “{said_now}”")
    edited = replies.edit(
        saved.reply_id, mended, by=LI, revision=pending.revision, index=later, owner=None
    )
    approved = replies.approve(
        saved.reply_id, by=LI, revision=edited.revision, index=later, owner=None
    )
    assert approved.state is State.APPROVED
