"""What is known of a group of questions that went badly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.desk.gaps.rules import WEEKS, Gap, Mark, Missed, Sign, make_gap, week_of

NOW = datetime(2025, 1, 8, 12, tzinfo=UTC)  # a Wednesday


def _missed(at: int, *, days: float = 0, **given: Any) -> Missed:
    row: dict[str, Any] = {
        "answer_id": f"a{at}",
        "asked_at": NOW - timedelta(days=days),
        "question": f"Question {at}?",
        "language": "en",
        "signs": frozenset({Sign.ABSTAINED}),
        "near": (),
        "agreements": (),
        "notes": (),
    }
    return Missed(**(row | given))


def _gap(*missed: Missed) -> Gap:
    return make_gap("a0", missed, Mark(), NOW)


@pytest.mark.parametrize(
    ("time", "monday"),
    [
        (datetime(2025, 1, 6, tzinfo=UTC), date(2025, 1, 6)),
        (datetime(2025, 1, 5, 23, 59, tzinfo=UTC), date(2024, 12, 30)),
        (datetime(2025, 1, 1, tzinfo=UTC), date(2024, 12, 30)),
        (datetime(2025, 1, 6, 7, tzinfo=timezone(timedelta(hours=8))), date(2024, 12, 30)),
        (datetime(2025, 1, 5, 20, tzinfo=timezone(timedelta(hours=-8))), date(2025, 1, 6)),
    ],
    ids=["Monday", "Sunday", "over the year", "Monday in Beijing", "Sunday in California"],
)
def test_a_week_begins_on_monday_in_utc(time: datetime, monday: date) -> None:
    assert week_of(time) == monday


def test_the_trend_counts_the_last_weeks_and_ends_with_the_running_one() -> None:
    days = (7 * WEEKS, 7 * (WEEKS - 1), 9, 8, 2, 1, 0)
    gap = _gap(*(_missed(at, days=days_ago) for at, days_ago in enumerate(days)))
    assert gap.trend == (1, *[0] * (WEEKS - 3), 2, 3)
    assert gap.count == len(days), "what lies before the trend counts all the same"
    assert (gap.first_at, gap.last_at) == (NOW - timedelta(weeks=WEEKS), NOW)


def test_one_question_may_have_several_signs() -> None:
    both = frozenset({Sign.WEAK, Sign.WRONG})
    gap = _gap(_missed(0), _missed(1, signs=both), _missed(2, signs=frozenset({Sign.WEAK})))
    assert gap.signs == {Sign.ABSTAINED: 1, Sign.WEAK: 2, Sign.WRONG: 1}
    assert list(gap.signs) == sorted(gap.signs), "in an order that does not change"


def test_the_clauses_that_came_nearest_most_often_are_told() -> None:
    gap = _gap(
        _missed(0, near=("x/4", "x/1")),
        _missed(1, near=("x/2", "x/1")),
        _missed(2, near=("x/2", "x/1")),
        _missed(3, near=("x/3",)),
    )
    assert gap.near == ("x/1", "x/2", "x/4")


def test_the_last_notes_are_told_each_once() -> None:
    gap = _gap(*(_missed(at, notes=notes) for at, notes in enumerate([("a",), ("b", "c"), ("d",),
                                                                     ("b",)])))  # fmt: skip
    assert gap.notes == ("b", "d", "c")


@pytest.mark.parametrize(
    ("questions", "examples"),
    [
        ("ab", "ab"),
        ("abcdefg", "agfed"),
        ("abAB", "aB"),
        ("aba", "ab"),
    ],
    ids=["two", "the first and the last ones", "in either case", "the first again"],
)
def test_the_examples_are_the_first_question_and_the_last_that_differ(
    questions: str, examples: str
) -> None:
    gap = _gap(*(_missed(at, question=word) for at, word in enumerate(questions)))
    assert gap.examples == tuple(examples)
    assert [questions[int(answer[1:])] for answer in gap.answers] == list(examples)


def test_a_question_that_was_erased_is_no_example() -> None:
    gap = _gap(_missed(0), _missed(1, question=""), _missed(2))
    assert gap.examples == ("Question 0?", "Question 2?")
    assert gap.count == 3


@pytest.mark.parametrize(
    ("others", "last"),
    [("en en en en en", "en"), ("zh en en en en en", "zh"), ("en en en en zh", "zh")],
    ids=["of one language", "an old one of the other", "a late one of the other"],
)
def test_both_languages_are_among_the_examples(others: str, last: str) -> None:
    languages = ["en", *others.split()]
    missed = [_missed(at, language=language) for at, language in enumerate(languages)]
    gap = _gap(*missed)
    shown = [missed[int(answer[1:])].language for answer in gap.answers]
    assert len(shown) == 5
    assert last in shown


def test_a_gap_is_about_what_its_first_question_is_about() -> None:
    mark = Mark(note="see the help centre", who="Li", at=NOW)
    first = _missed(0, agreements=("dahan",))
    gap = make_gap("a0", [first, _missed(1, agreements=("dahan",))], mark, NOW)
    assert (gap.gap_id, gap.agreements, gap.mark) == ("a0", ("dahan",), mark)
