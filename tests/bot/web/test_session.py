"""What each event makes of a reader's page."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from bot.web.agreement_view import Place
from bot.web.session import ALL, MAX_TURNS, PageEvents, Session
from tests.bot.web.conftest import FAILING, ScriptedBot

QUESTION = "How long is data kept after termination?"


@pytest.fixture
def events(scripted: ScriptedBot) -> PageEvents:
    return PageEvents(scripted)


def test_answer_opens_its_deciding_clause(events: PageEvents) -> None:
    session = events.ask(Session(), QUESTION, ALL)
    assert session.place is not None
    assert session.place.clause_id == "xunzhong/5(3)"
    assert session.place.start < session.place.end


def test_what_is_no_question_is_no_turn(events: PageEvents) -> None:
    session = events.ask(Session(), "   ", ALL)
    assert session.turns == ()
    assert session.notice
    assert events.ask(session, QUESTION, ALL).notice == ""


def test_failure_becomes_a_turn_without_answer(events: PageEvents) -> None:
    assert events.ask(Session(), FAILING + "?", ALL).turns[0].answer is None


def test_oldest_turns_leave(events: PageEvents) -> None:
    session = Session()
    for number in range(MAX_TURNS + 2):
        session = events.ask(session, f"{QUESTION} {number}", ALL)
    assert len(session.turns) == MAX_TURNS
    assert session.turns[0].question.endswith(" 2")


def test_leaning_question_remembers_the_one_before(events: PageEvents) -> None:
    session = events.ask(events.ask(Session(), "怎么收费？", ALL), "那余额不够呢？", ALL)
    assert session.turns[-1].after == "怎么收费？"
    again = events.start({"q": "那余额不够呢？", "after": "怎么收费？"}, "zh", None)
    assert [turn.question for turn in again.turns] == ["怎么收费？", "那余额不够呢？"]


def test_opening_a_cited_clause_by_name_finds_its_quote(events: PageEvents) -> None:
    session = events.ask(Session(), QUESTION, ALL)
    assert events.open(session, {"clause": "xunzhong/5(3)"}).place == session.place


@pytest.mark.parametrize(
    "wanted",
    [{}, {"clause": "nothing"}, {"clause": None}, {"agreement": ["dahan"]}, {"agreement": 3}],
)
def test_opening_what_is_unknown_changes_nothing(
    events: PageEvents, wanted: dict[str, object]
) -> None:
    session = Session(place=Place("dahan"))
    assert events.open(session, wanted) == session


def test_offsets_of_somebody_elses_making_are_not_trusted(events: PageEvents) -> None:
    opened = events.open(Session(), {"clause": "dahan/1.1", "start": "0", "end": [1]})
    assert opened.place == Place("dahan", "dahan/1.1")


def test_language_is_asked_for_then_remembered_then_the_browsers(events: PageEvents) -> None:
    assert events.start({"lang": "zh"}, "en", "en").language == "zh"
    assert events.start({}, "en", "zh").language == "zh"
    assert events.start({}, "zh-TW", None).language == "zh"


def test_a_new_index_is_drawn_from_at_once(events: PageEvents) -> None:
    before = events.bot.index
    session = events.ask(Session(), QUESTION, ALL)
    assert events.settle(session) == (before.corpus, session)
    after = copy.copy(before)
    after.corpus = corpus = replace(before.corpus, agreements=(), clauses=())
    try:
        events.bot.index = after
        drawn, settled = events.settle(session)
    finally:
        events.bot.index = before
    assert drawn is corpus
    assert (settled.turns, settled.place) == ((), None)
