"""What each event makes of a reader's page."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from bot.outbox.writer import Kept
from bot.storage import Feedback, UnknownAnswerError
from bot.web.page.agreement_html import OpenedAt
from bot.web.page.session import ALL, MAX_TURNS, PageEvents, Session
from bot.web.service import Service
from tests.bot.web.asking import run_aside
from tests.servers import CROWDED, FAILING

QUESTION = "How long is data kept after termination?"


@pytest.fixture
def events(service: Service) -> PageEvents:
    return PageEvents(service)


def ask(events: PageEvents, session: Session, question: str, chosen: str = ALL) -> Session:
    return run_aside(events.ask(session, question, chosen))


def start(events: PageEvents, query: dict[str, str], accepted: str, cookie: str | None) -> Session:
    return run_aside(events.start(query, accepted, cookie))


def test_answer_opens_its_deciding_clause(events: PageEvents) -> None:
    session = ask(events, Session(), QUESTION)
    assert session.place is not None
    assert session.place.clause_id == "xunzhong/5(3)"
    assert session.place.start < session.place.end


def test_what_is_no_question_is_no_turn(events: PageEvents) -> None:
    session = ask(events, Session(), "   ")
    assert session.turns == ()
    assert (session.draft, session.may_retry) == ("   ", False)
    assert session.notice
    assert ask(events, session, QUESTION).notice == ""


def test_a_crowd_keeps_the_question_for_another_try(events: PageEvents) -> None:
    session = ask(events, Session("zh"), QUESTION + CROWDED)
    assert session.turns == ()
    assert (session.draft, session.may_retry) == (QUESTION + CROWDED, True)
    assert "7 秒" in session.notice
    assert ask(events, session, QUESTION).draft == ""


def test_every_answer_can_be_looked_up(events: PageEvents) -> None:
    turn = ask(events, Session(), QUESTION).turns[0]
    record = events.service.database.answer(turn.answer_id)
    assert record is not None
    assert record.question == QUESTION
    assert turn.shared("en") == f"/a/{turn.answer_id}"


def test_failure_becomes_a_turn_without_answer(events: PageEvents) -> None:
    assert ask(events, Session(), FAILING + "?").turns[0].answer is None


def test_failed_question_asked_again_is_one_turn(events: PageEvents) -> None:
    failed = ask(events, Session(), FAILING + "?")
    assert failed.turns[0].shared("en").startswith("/?q=")
    assert len(ask(events, failed, FAILING + "?").turns) == 1
    assert len(ask(events, failed, QUESTION).turns) == 2


def test_oldest_turns_leave(events: PageEvents) -> None:
    session = Session()
    for number in range(MAX_TURNS + 2):
        session = ask(events, session, f"{QUESTION} {number}")
    assert len(session.turns) == MAX_TURNS
    assert session.turns[0].question.endswith(" 2")


def test_leaning_question_remembers_the_one_before(events: PageEvents) -> None:
    session = ask(events, ask(events, Session(), "怎么收费？"), "那余额不够呢？")
    assert session.turns[-1].after == "怎么收费？"
    again = start(events, {"q": "那余额不够呢？", "after": "怎么收费？"}, "zh", None)
    assert [turn.question for turn in again.turns] == ["怎么收费？", "那余额不够呢？"]


def test_opening_a_cited_clause_by_name_finds_its_quote(events: PageEvents) -> None:
    session = ask(events, Session(), QUESTION)
    assert events.open(session, {"clause": "xunzhong/5(3)"}).place == session.place


@pytest.mark.parametrize(
    "wanted",
    [{}, {"clause": "nothing"}, {"clause": None}, {"agreement": ["dahan"]}, {"agreement": 3}],
)
def test_opening_what_is_unknown_changes_nothing(
    events: PageEvents, wanted: dict[str, object]
) -> None:
    session = Session(place=OpenedAt("dahan"))
    assert events.open(session, wanted) == session


def test_offsets_of_somebody_elses_making_are_not_trusted(events: PageEvents) -> None:
    opened = events.open(Session(), {"clause": "dahan/1.1", "start": "0", "end": [1]})
    assert opened.place == OpenedAt("dahan", "dahan/1.1")


def test_language_is_asked_for_then_remembered_then_the_browsers(events: PageEvents) -> None:
    assert start(events, {"lang": "zh"}, "en", "en").language == "zh"
    assert start(events, {}, "en", "zh").language == "zh"
    assert start(events, {}, "zh-TW", None).language == "zh"


def test_a_new_index_is_drawn_from_at_once(events: PageEvents) -> None:
    before = events.service.bot.index
    session = ask(events, Session(), QUESTION)
    assert events.settle(session) == (before.corpus, session)
    after = copy.copy(before)
    after.corpus = corpus = replace(before.corpus, agreements=(), clauses=())
    try:
        events.service.swap(after)
        drawn, settled = events.settle(session)
    finally:
        events.service.swap(before)
    assert drawn is corpus
    assert (settled.turns, settled.place) == ((), None)


def rate(events: PageEvents, session: Session, **given: object) -> bool:
    return events.rate(session, {"turn": session.turns[-1].key, "verdict": "unhelpful", **given})


def test_last_word_on_an_answer_is_the_one_kept(
    events: PageEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids: list[str] = []
    keep = events.service.keep_feedback

    def note_id(feedback: Feedback) -> Kept:
        kept = keep(feedback)
        ids.append(kept.feedback_id)
        return kept

    monkeypatch.setattr(events.service, "keep_feedback", note_id)
    session = ask(events, Session(), QUESTION)
    assert rate(events, session)
    assert rate(events, session, reason="incomplete", note="Backups?")
    assert rate(events, session, verdict="helpful", reason=None)
    assert len(set(ids)) == 1
    given = [
        given.feedback
        for given in events.service.database.given()
        if given.feedback.answer_id == session.turns[0].answer_id
    ]
    assert [(word.verdict, word.reason, word.note) for word in given] == [("helpful", None, "")]


@pytest.mark.parametrize(
    "given",
    [{"turn": "nobody's"}, {"turn": None}, {"verdict": "superb"}, {"verdict": ["helpful"]}],
)
def test_rating_of_somebody_elses_making_is_refused(
    events: PageEvents, given: dict[str, object]
) -> None:
    assert not rate(events, ask(events, Session(), QUESTION), **given)


def test_strange_reasons_and_endless_notes_are_cut(events: PageEvents) -> None:
    session = ask(events, Session(), QUESTION)
    assert rate(events, session, reason=["wrong_clause"], note="x" * 9_999)


def test_rating_that_is_not_kept_says_so(
    events: PageEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Feedback) -> Kept:
        raise UnknownAnswerError("there is no such answer")

    monkeypatch.setattr(events.service, "keep_feedback", refuse)
    assert not rate(events, ask(events, Session(), QUESTION))
