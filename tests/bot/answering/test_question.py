from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from bot.answering.names import find_named
from bot.answering.question import MAX_LENGTH, Question, frame_question
from index.search.clause_index import ClauseIndex
from tests.conftest import ROOT

Frame = Callable[..., Question]
BOTH = ("dahan", "xunzhong")
RETENTION = "how long is data kept after termination?"


@pytest.fixture
def frame(index: ClauseIndex) -> Frame:
    """Return ``frame_question`` over the shipped agreements."""
    return partial(frame_question, agreements=index.corpus.agreements)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("协议终止后数据保留多久？", "zh"),
        (RETENTION, "en"),
        ("ＨＯＷ ｌｏｎｇ？", "en"),
        ("SLA 是什么", "zh"),
        ("force majeure 导致 downtime，liability 在谁", "zh"),
        ("keep using 就等于 accept all 吗", "zh"),
        ("What does 账户余额不足 mean?", "en"),
        ("Is 讯众云通信平台服务条款 binding?", "en"),
        ("API rate limit 限制次数", "zh"),
        ("refund 退款 policy", "en"),
        ("帳號可以轉讓嗎？", "zh"),
        ("😀", "en"),
        ("", "en"),
    ],
)
def test_language_is_that_of_the_asking_words(frame: Frame, text: str, language: str) -> None:
    assert frame(text).language == language


def test_language_of_every_expected_question_is_known(frame: Frame) -> None:
    for path in (ROOT / "corpus").glob("*.views.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for language in ("zh", "en"):
                wrong = [q for q in row[f"questions_{language}"] if frame(q).language != language]
                assert not wrong


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("数据保留多久？", BOTH),
        ("大汉的数据保留多久？", ("dahan",)),
        ("北京的讯众云通讯怎么收费", ("xunzhong",)),
        ("What does XUNZHONG charge?", ("xunzhong",)),
        ("What is Dahan's liability?", ("dahan",)),
        ("用Dahan的接口要付费吗", ("dahan",)),
        ("大漢的帳號可以轉讓嗎？", ("dahan",)),
        ("大汉和讯众的区别", BOTH),
        ("Does the word dahanium name it?", BOTH),
    ],
)
def test_a_name_narrows_the_scope(frame: Frame, text: str, scope: tuple[str, ...]) -> None:
    assert frame(text).scope == scope


def test_a_choice_wins_over_a_name(frame: Frame) -> None:
    assert frame("大汉的数据保留多久？", chosen="xunzhong").scope == ("xunzhong",)


def test_names_are_taken_out_of_what_is_searched(frame: Frame) -> None:
    assert frame("大汉云通讯的账号可以转让吗？").searches == ("的账号可以转让吗?",)
    assert frame("What does Dahan's contract say?").searches == ("what does   contract say?",)
    assert frame("用Dahan接口").searches == ("用 接口",)


def test_a_name_alone_is_still_searched(frame: Frame) -> None:
    assert frame("讯众？").searches == ("讯众?",)


def test_agreements_without_names_are_never_named(index: ClauseIndex) -> None:
    assert find_named("anything", index.corpus.agreements) == ()
    bare = frame_question("a clause", index.without_written_fields().corpus.agreements)
    assert bare.scope == BOTH


def test_traditional_characters_and_full_width_are_read_as_simplified(frame: Frame) -> None:
    assert frame("協議可以轉讓嗎？").searches == frame("协议可以转让吗?").searches
    assert frame("ＤＡＴＡ").searches == ("data",)


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("那大汉的发票呢？", "讯众终止后数据保留多久？"),
        ("为什么？", "账号可以转让吗？"),
        ("What about Dahan's invoices?", RETENTION),
        ("And if they ask us to wipe it?", "Does Dahan gather personal data?"),
        ("这个期限可以延长吗？", "账单几天内付清？"),
    ],
)
def test_a_question_that_leans_is_searched_with_the_one_before(
    frame: Frame, text: str, former: str
) -> None:
    framed = frame(text, history=("an older one", former))
    own = frame(text).searches[0]
    assert framed.searches == (own, f"{frame(former).searches[0]} {own}")
    assert framed.text == text


def test_a_chain_of_leaning_questions_is_followed_to_the_one_that_stands_alone(
    frame: Frame,
) -> None:
    history = ("大汉的发票怎么开？", "讯众怎么收费？", "那余额不够呢？")
    framed = frame("会停多久？", history=history)
    assert framed.searches[1] == "怎么收费? 那余额不够呢? 会停多久?"
    assert framed.scope == ("xunzhong",)
    endless = frame("会停多久？", history=("为什么？",) * 50)
    assert endless.searches[1].count("为什么") == 3


def test_another_agreement_than_the_chosen_one_is_not_answered_from_it(frame: Frame) -> None:
    assert frame("大汉的发票怎么开？", chosen="xunzhong").is_foreign
    assert not frame("大汉的发票怎么开？", chosen="dahan").is_foreign
    assert not frame("大汉和讯众的发票怎么开？", chosen="xunzhong").is_foreign
    assert not frame("那发票呢？", chosen="xunzhong", history=("大汉怎么收费？",)).is_foreign


@pytest.mark.parametrize("text", ["那大汉呢？", "What about Dahan?", "And that?"])
def test_a_question_without_words_of_its_own_is_searched_with_the_one_before_alone(
    frame: Frame, text: str
) -> None:
    searches = frame(text, history=("讯众终止后数据保留多久？",)).searches
    assert len(searches) == 1
    assert searches[0].startswith("终止后数据保留多久?")


def test_a_question_that_stands_alone_is_left_alone(frame: Frame) -> None:
    for text in ("Which court hears disputes about the agreement?", "发票如何开具？"):
        assert frame(text, history=(RETENTION,)).searches == frame(text).searches
    long = "if " + "the customer of a reseller has not paid the reseller in time " * 2
    assert frame(long, history=(RETENTION,)).searches == frame(long).searches


def test_the_agreement_of_the_question_before_stays_unless_another_is_named(frame: Frame) -> None:
    history = ("讯众终止后数据保留多久？",)
    assert frame("那发票呢？", history=history).scope == ("xunzhong",)
    assert frame("那大汉呢？", history=history).scope == ("dahan",)
    assert frame("发票如何开具？", history=history).scope == BOTH


@pytest.mark.parametrize("former", ["", "   ", "\x00", "\ud800"])
def test_history_without_words_counts_as_none(frame: Frame, former: str) -> None:
    assert frame("那发票呢？", history=(former,)) == frame("那发票呢？")


def test_overlong_texts_are_cut_before_they_are_read(frame: Frame) -> None:
    framed = frame("那发票呢？", history=("数" * 1_000_000,))
    assert len(framed.searches[1]) <= MAX_LENGTH + len("那发票呢？") + 1
    assert len(frame("数" * 1_000_000).searches[0]) == MAX_LENGTH + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发票", True),
        ("票", True),
        ("ok", True),
        ("a", False),
        ("12345 ?!", False),
        ("😀😀", False),
        ("\u202e\u2066", False),
        ("\x00\ud800", False),
        ("", False),
    ],
)
def test_words_are_two_letters_or_a_chinese_character(
    frame: Frame, text: str, expected: bool
) -> None:
    assert frame(text).is_words is expected
