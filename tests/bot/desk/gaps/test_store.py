"""What went badly is grouped by likeness, keeps its group and mark, and goes with its answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from bot.answering.answer import Reason
from bot.desk.gaps.rules import GapState, Groups, Sign, UnderstoodQuestion
from bot.desk.gaps.store import Gaps, TopicWeek, UnknownGapError
from bot.desk.gaps.store_grouping import Progress
from bot.desk.ticket.draft import DOUBTFUL
from bot.people.identity import Actor
from bot.records.record import Near, Record
from bot.storage import Database, Feedback, Matches, open_database
from bot.storage.connection import connect, parse_address
from bot.storage.migrate import upgrade
from bot.storage.storage_errors import StorageError
from bot.storage.tables import gap_questions
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder, Vectors
from tests.bot.desk.gaps.grouped import group
from tests.bot.records.making import make_record
from tests.fakes import SlowEmbedder, WordEmbedder

NOW = datetime(2024, 6, 12, 12, tzinfo=UTC)  # a Wednesday
LI = Actor("Li")
TRIAL = ("有免费试用吗？", "Is there a free trial?", "有没有免费试用")
COURT = "发生纠纷在哪个法院打官司？"


@pytest.fixture
def gaps(database: Database) -> Gaps:
    """Return the list of gaps of an empty database."""
    return Gaps(database)


def abstain(
    question: str, *, days: float = 0, reason: Reason = Reason.SILENT, near: str = "acme/1(1)"
) -> Record:
    """Return the record of an abstention, some days before now."""
    record = make_record(
        question,
        asked_at=NOW - timedelta(days=days),
        language="en" if question.isascii() else "zh",
    )
    nearest = (Near(near, "acme", "1"),)
    return replace(record, outcome="abstained", reason=str(reason), citations=(), nearest=nearest)


def keep(
    database: Database, records: Sequence[Record], probability: float | None = None
) -> list[str]:
    for record in records:
        database.keep_answer(record, surface="page", probability=probability)
    return [record.answer_id for record in records]


def test_like_questions_of_both_languages_are_one_gap(
    database: Database, gaps: Gaps, embedder: SentenceEmbedder
) -> None:
    days = (15, 8, 1)
    records = [abstain(text, days=ago) for text, ago in zip(TRIAL, days, strict=True)]
    keep(database, [*records, abstain(COURT, near="acme/2(1)")])
    group(gaps, embedder)
    gap, other = gaps.find(now=NOW)
    assert (gap.gap_id, gap.count, gap.signs) == (records[0].answer_id, 3, {Sign.ABSTAINED: 3})
    assert (gap.first_at, gap.last_at) == (records[0].asked_at, records[2].asked_at)
    assert gap.trend == (0,) * 9 + (1, 1, 1)
    assert gap.examples == (TRIAL[0], TRIAL[2], TRIAL[1])
    assert (gap.near, other.near) == (("acme/1(1)",), ("acme/2(1)",))
    assert (other.count, other.examples, other.mark.state) == (1, (COURT,), GapState.NEW)


def test_only_what_went_badly_is_a_gap(
    database: Database, gaps: Gaps, embedder: SentenceEmbedder
) -> None:
    good, weak, wrong, part, helped = (make_record(f"{text}？") for text in TRIAL[:1] * 5)
    keep(database, [good], probability=DOUBTFUL)
    keep(database, [wrong, part, helped])
    keep(database, [weak], probability=DOUBTFUL - 0.01)
    keep(database, [abstain("?!", reason=Reason.INVALID), abstain("")])
    database.keep_feedback(Feedback(wrong.answer_id, "unhelpful", "wrong_clause", key="k"))
    database.keep_feedback(Feedback(part.answer_id, "unhelpful", "incomplete"))
    database.keep_feedback(Feedback(part.answer_id, "unhelpful"))
    database.keep_feedback(Feedback(helped.answer_id, "helpful"))
    group(gaps, embedder)
    (gap,) = gaps.find(now=NOW)
    assert gap.signs == {Sign.WEAK: 1, Sign.WRONG: 2, Sign.INCOMPLETE: 1}
    assert gap.count == 3
    database.keep_feedback(Feedback(wrong.answer_id, "helpful", key="k"))  # thought again
    assert gaps.find(now=NOW)[0].count == 2


def test_a_mark_stays_with_its_gap_while_questions_come(
    database: Database, gaps: Gaps, embedder: SentenceEmbedder
) -> None:
    (first,) = keep(database, [abstain(TRIAL[0], days=3)])
    group(gaps, embedder)
    note = "Ask Wang, 13800138000"
    gaps.mark(first, GapState.IGNORED, "later", by=LI)
    gaps.mark(first, GapState.SHOULD_SAY, note, by=LI)
    keep(database, [abstain(TRIAL[1]), abstain(TRIAL[2], days=9)])  # the last one came late
    group(Gaps(database), embedder)
    (gap,) = Gaps(database).find(now=NOW)
    assert (gap.gap_id, gap.count) == (first, 3)
    assert (gap.mark.state, gap.mark.who) == (GapState.SHOULD_SAY, "Li")
    assert gap.mark.note == "Ask Wang, [phone]"
    assert gaps.find(NOW) == [gap]
    for unknown in ("nobody", "\0", "\ud800"):
        with pytest.raises(UnknownGapError):
            gaps.mark(unknown, GapState.IGNORED, "", by=LI)


def test_what_is_erased_or_pruned_is_in_no_gap(
    database: Database, gaps: Gaps, embedder: SentenceEmbedder
) -> None:
    old, middle, new = keep(
        database, [abstain(text, days=ago) for text, ago in zip(TRIAL, (9, 5, 1), strict=True)]
    )
    group(gaps, embedder)
    gaps.mark(old, GapState.IGNORED, "", by=LI)
    database.prune(NOW - timedelta(days=7))
    (gap,) = gaps.find(now=NOW)
    assert (gap.gap_id, gap.count, gap.mark.state) == (old, 2, GapState.IGNORED)
    assert gap.examples == (TRIAL[1], TRIAL[2])
    keep(database, [abstain(TRIAL[0])])
    group(gaps, embedder)
    assert [gap.gap_id for gap in gaps.find(now=NOW)] == [old], "what is left of it leads it"
    database.erase(Matches((middle, new)))
    assert [gap.count for gap in gaps.find(now=NOW)] == [1]


def test_two_programs_group_what_one_does(address: str, embedder: SentenceEmbedder) -> None:
    here, there = open_database(address), open_database(address)
    one, other = Gaps(here), Gaps(there)
    keep(here, [abstain(TRIAL[0], days=2)])
    group(one, embedder)
    group(other, embedder)
    keep(there, [abstain(TRIAL[1])])
    group(other, embedder)
    group(one, embedder)
    assert one.find(now=NOW) == other.find(now=NOW)
    assert [gap.count for gap in one.find(now=NOW)] == [2]
    here.close()
    there.close()


def test_the_same_words_are_read_once(database: Database, gaps: Gaps) -> None:
    words = WordEmbedder()
    keep(database, [abstain(COURT) for _ in range(450)] + [abstain("Is it free?", days=1)])
    group(gaps, words)
    assert sorted(words.read) == ["is it free?", COURT.replace("？", "?")]
    assert [gap.count for gap in gaps.find(now=NOW)] == [450, 1]
    keep(database, [abstain(COURT)])
    group(Gaps(database), words)
    assert len(words.read) == 5, "what leads a group is read again, and the new one"


def test_grouping_runs_beside_once_at_a_time_and_ends_when_told(
    database: Database, gaps: Gaps
) -> None:
    slow = SlowEmbedder()
    keep(database, [abstain(f"word{at} other{at}") for at in range(450)])
    assert gaps.follow(slow, ()) == Progress(0, 450, is_failing=False)
    assert gaps.follow(slow, ()) == Progress(0, 450, is_failing=False)
    assert [thread.name for thread in threading.enumerate()].count("grouping") == 1
    assert slow.read == []
    ending = threading.Thread(target=gaps.stop)
    ending.start()
    slow.may_go_on.set()
    ending.join(timeout=30)
    assert not ending.is_alive()
    grouped = sum(gap.count for gap in gaps.find(now=NOW))
    assert 0 < grouped < 450, "it ends between two steps, and keeps what it did"
    assert len(slow.read) == grouped
    assert gaps.follow(slow, ()) == Progress(grouped, 450 - grouped, is_failing=False)
    group(Gaps(database), slow)
    assert sum(gap.count for gap in gaps.find(now=NOW)) == 450


def test_a_failed_grouping_is_told_and_left_alone_for_a_while(
    database: Database,
    gaps: Gaps,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep(database, [abstain(COURT)])

    def fail(*_: object, **__: object) -> Vectors:
        raise StorageError("the disk is full")

    words = WordEmbedder()
    with monkeypatch.context() as broken:
        broken.setattr(words, "embed_whole", fail)
        assert gaps.follow(words, ()) == Progress(0, 1, is_failing=True)
    assert "the disk is full" in caplog.text
    assert gaps.follow(words, ()) == Progress(0, 1, is_failing=True)
    assert words.read == []
    assert Gaps(database).follow(words, ()).left == 0


def test_questions_are_counted_by_week_and_topic(
    database: Database, gaps: Gaps, small_index: ClauseIndex
) -> None:
    keep(database, [make_record("多久？", asked_at=NOW), make_record("多久？", asked_at=NOW)])
    monday = datetime(2024, 6, 10, tzinfo=UTC)
    keep(database, [make_record("多久？", asked_at=monday - timedelta(seconds=1))])
    keep(database, [abstain("钱？"), abstain("天气？", reason=Reason.OUT_OF_SCOPE)])
    keep(database, [abstain("?", reason=Reason.INVALID), abstain("旧？", near="acme/99")])
    title = small_index.corpus.clauses[small_index.position("acme/1(1)")].path[0]
    week = date(2024, 6, 10)
    found = gaps.topics(small_index)
    assert TopicWeek(date(2024, 6, 3), "acme", "付款", 1, 0) in found
    assert TopicWeek(week, "", "", 0, 1) in found
    assert TopicWeek(week, "acme", "", 0, 1) in found
    assert sum(row.answered for row in found if row.begins == week) == 2
    assert sum(row.abstained for row in found if row.topic == title and row.begins == week) == 1
    assert [row.begins for row in found] == sorted(row.begins for row in found)


def _directions(count: int, seed: int = 3) -> Vectors:
    dice = np.random.default_rng(seed)
    centres = dice.normal(size=(40, 64))
    vectors = centres[dice.integers(40, size=count)] + dice.normal(size=(count, 64)) * 0.55
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)


def test_grouping_at_once_or_one_by_one_is_the_same() -> None:
    vectors = _directions(700)
    asked = [
        UnderstoodQuestion(str(at), str(at), ("acme",) if at % 3 else ())
        for at in range(len(vectors))
    ]
    at_once = Groups().place(asked, vectors)
    groups = Groups()
    one_by_one = [groups.place([asked[at]], vectors[at : at + 1])[0] for at in range(700)]
    assert at_once == one_by_one
    assert 20 < len(set(at_once)) < 690
    for one, gap_id in zip(asked, at_once, strict=True):
        assert int(gap_id) <= int(one.answer_id)
        assert asked[int(gap_id)].agreements == one.agreements


def test_a_gap_is_about_what_its_questions_name_or_were_asked_of(
    database: Database, gaps: Gaps, embedder: SentenceEmbedder, small_index: ClauseIndex
) -> None:
    chosen = replace(abstain(TRIAL[0], days=3), chosen="acme")
    named = abstain("云梯短信服务协议：" + TRIAL[0], days=2)
    keep(database, [chosen, named, abstain(TRIAL[1], days=1), abstain(TRIAL[2])])
    group(gaps, embedder, small_index.corpus.agreements)
    found = {gap.gap_id: (gap.agreements, gap.count) for gap in gaps.find(now=NOW)}
    assert list(found.values()) == [((), 2), (("acme",), 2)]
    assert found[chosen.answer_id] == (("acme",), 2)


def test_a_new_start_groups_as_if_there_had_been_none(database: Database, gaps: Gaps) -> None:
    words = ["one", "two", "three", "four", "five", "six"]
    texts = [f"{words[at % 6]} {words[(at + at // 6) % 6]} {at // 4}" for at in range(60)]
    records = [abstain(text, days=30 - at / 3) for at, text in enumerate(texts)]
    keep(database, records[:25])
    group(gaps, WordEmbedder())
    keep(database, records[25:])
    group(Gaps(database), WordEmbedder())
    apart = {(gap.gap_id, gap.count) for gap in gaps.find(now=NOW)}
    vectors = WordEmbedder().embed_whole(texts)
    asked = [UnderstoodQuestion(record.answer_id, record.question, ()) for record in records]
    at_once = Counter(Groups().place(asked, vectors))
    assert apart == set(at_once.items())
    assert 2 < len(at_once) < 40


def test_groups_from_before_know_what_was_chosen(address: str) -> None:
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        upgrade(connection, "0005")
        columns = "(id, record, digest, surface, site, asked_at, language, outcome, question)"
        for name, record in (("a-1", '{"chosen": "acme"}'), ("a-2", '{"chosen": null}')):
            values = f"('{name}', '{record}', 'd', 'api', '', '2026-01-02', 'zh', 'answered', 'q')"
            connection.exec_driver_sql(f"INSERT INTO answers {columns} VALUES {values}")  # noqa: S608
            row = f"('{name}', 'a-1', '[]')"
            connection.exec_driver_sql(f"INSERT INTO gap_questions VALUES {row}")  # noqa: S608
        upgrade(connection, "head")
        told = connection.execute(select(gap_questions.c.id, gap_questions.c.agreements)).all()
    engine.dispose()
    assert sorted(map(tuple, told)) == [("a-1", '["acme"]'), ("a-2", "[]")]
