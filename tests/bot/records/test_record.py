"""A record can be verified later, and tells what has become of what it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.answering.answer import Outcome
from bot.answering.bot import Bot
from bot.records.citation_status import Change, check_record
from bot.records.record import (
    Record,
    RecordError,
    canonical_json,
    digest_of,
    hash_text,
    make_record,
    record_from_json,
    seal_record,
)
from bot.web.api.answers import RecordObject
from index.address import trace
from index.corpus import read_corpus
from index.errors import QueryError
from index.search.clause_index import ClauseIndex
from tests.bot.conftest import ACME
from tests.fakes import WordEmbedder

ASKED = datetime(2026, 5, 1, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
PAY = "您应当预先充值。账单在每月月底发出。您应在收到账单后15日内付款。"


def _record(bot: Bot, question: str, **given: Any) -> Record:
    answer = bot.ask(question, agreement=given.get("chosen"), history=given.get("history", ()))
    return make_record(answer, bot.index, answer_id="a1", asked_at=ASKED, **given)


@pytest.fixture(scope="module")
def small_bot(small_index: ClauseIndex) -> Bot:
    """Return the bot over two small agreements."""
    return Bot(small_index)


@pytest.fixture(scope="module")
def record(small_bot: Bot) -> Record:
    """Return the record of an answer that cites a clause of the Chinese agreement."""
    return _record(small_bot, "账单几天内要付清？", chosen="acme", history=("怎么付款？",))


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., ClauseIndex]:
    """Return a function that reads the agreement anew with other words, as a build does."""
    (tmp_path / "acme.txt").write_text(ACME, "utf-8")
    former = read_corpus(tmp_path)

    def build(*changes: tuple[str, str], traced: bool = True, name: str = "acme") -> ClauseIndex:
        text = ACME
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "acme.txt").unlink()
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
        corpus = read_corpus(tmp_path)
        if traced:
            corpus = replace(corpus, moved=trace(former, corpus))
        return ClauseIndex.build(corpus, WordEmbedder())

    return build


def test_a_record_holds_what_the_answer_rests_on(record: Record, small_bot: Bot) -> None:
    assert record.asked_at == ASKED
    assert record.asked_at.tzinfo == UTC
    assert (record.question, record.history) == ("账单几天内要付清？", ("怎么付款？",))
    assert (record.outcome, record.reason, record.chosen) == ("answered", None, "acme")
    cited = record.citations[0]
    assert (cited.clause_id, cited.text) == ("acme/1(1)", PAY)
    assert cited.text[cited.start : cited.end] == cited.quote
    assert cited.text_sha256 == hashlib.sha256(PAY.encode()).hexdigest()
    source = record.source("acme")
    assert source.sha256 == small_bot.index.agreement("acme").sha256
    assert record.model == small_bot.index.embedder.fingerprint


def test_an_abstention_names_the_nearest_and_every_agreement_it_speaks_for(small_bot: Bot) -> None:
    answer = Bot(small_bot.index, answer_above=1.0).ask("How many days do I have to pay a bill?")
    assert answer.outcome is Outcome.ABSTAINED
    abstained = make_record(answer, small_bot.index, answer_id="a", asked_at=ASKED)
    assert abstained.citations == ()
    assert [near.clause_id for near in abstained.nearest] == [
        clause.clause_id for clause in answer.retrieved[:3]
    ]
    named = {near.agreement for near in abstained.nearest} | set(answer.without)
    assert {source.agreement for source in abstained.sources} == named


def test_json_and_back_is_the_same_record(record: Record) -> None:
    text = seal_record(record)[0]
    assert record_from_json(text) == record
    assert record_from_json(json.dumps(json.loads(text), indent=4)) == record  # in any layout
    assert json.loads(text)["digest"] == record.digest


def test_anyone_can_take_the_digest(record: Record) -> None:
    row = json.loads(seal_record(record)[0])
    stated = row.pop("digest")
    line = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(line.encode()).hexdigest() == stated


def _tampered() -> list[tuple[str, Callable[[dict[str, Any]], object]]]:
    return [
        ("question", lambda row: row.update(question="免费吗？")),
        ("time", lambda row: row.update(asked_at="2026-05-02T00:30:00.123456Z")),
        ("offset", lambda row: row["citations"][0].update(start=1)),
        ("text", lambda row: row["citations"][0].update(text=PAY.replace("15", "51"))),
        ("version", lambda row: row["sources"][0].update(version="2")),
        ("another key", lambda row: row.update(also=1)),
        ("no digest", lambda row: row.pop("digest")),
        ("half a digest", lambda row: row.update(digest=row["digest"][:32])),
        ("surrogate", lambda row: row.update(question=row["question"].replace("？", "\ud800"))),
    ]


@pytest.mark.parametrize("tamper", [change for _, change in _tampered()])
def test_a_tampered_record_is_refused(
    record: Record, tamper: Callable[[dict[str, Any]], object]
) -> None:
    row = json.loads(seal_record(record)[0])
    tamper(row)
    with pytest.raises(RecordError, match=r"was changed after it was written.*Do not rely on it"):
        record_from_json(json.dumps(row))


def _count_from_the_end(cited: dict[str, Any]) -> None:
    cited["start"] -= len(cited["text"])


def test_a_character_that_cannot_be_written_has_a_digest_of_its_own() -> None:
    assert len({digest_of(text) for text in ("?", "\ud800", "\ufffd")}) == 3


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda row: row["citations"][0].update(start=1), "does not stand in its clause"),
        (lambda row: _count_from_the_end(row["citations"][0]), "does not stand in its clause"),
        (lambda row: row["citations"][0].update(text_sha256="0" * 64), "not that of its words"),
        (lambda row: row["citations"][0].update(start="3"), "'start' is not int"),
        (lambda row: row["citations"][0].update(start=True), "'start' is not int"),
        (lambda row: row["citations"][0].pop("quote"), "other keys"),
        (lambda row: row.update(citations=[1]), "other keys"),
        (lambda row: row.update(citations=None), "not whole"),
        (lambda row: row.update(history="abc"), "'history' is not"),
        (lambda row: row.update(asked_at="yesterday"), "not whole"),
        (lambda row: row.update(asked_at="2026-05-01T00:30:00"), "time zone"),
        (lambda row: row.update(sources=[]), "named, but not described"),
        (lambda row: row.update(format=2), "has format 2, this program reads 1"),
        (lambda row: row.update(also=1), "other keys"),
    ],
)
def test_what_is_no_record_is_refused_even_with_its_digest(
    record: Record, tamper: Callable[[dict[str, Any]], object], words: str
) -> None:
    row = json.loads(seal_record(record)[0])
    del row["digest"]
    tamper(row)
    row["digest"] = digest_of(canonical_json(row))
    with pytest.raises(RecordError, match=words):
        record_from_json(json.dumps(row))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "\ud800", "[" * 100_000, '{"a":NaN}'])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="the record"):
        record_from_json(text)


def test_a_lone_surrogate_can_be_written_and_moves_no_offset(small_bot: Bot) -> None:
    kept = _record(small_bot, "账单几天内要付清？\ud800", history=("\udfff",))
    assert kept.question.endswith("\ufffd")
    assert kept.history == ("\ufffd",)
    assert record_from_json(seal_record(kept)[0]) == kept
    seal_record(kept)[0].encode()


def test_a_record_of_another_index_is_refused(small_bot: Bot) -> None:
    answer = replace(small_bot.ask("账单几天内要付清？"), generation="older")
    with pytest.raises(RecordError, match="'older'"):
        make_record(answer, small_bot.index, answer_id="a", asked_at=ASKED)
    silent = replace(answer, generation="", without=("unknown",))
    with pytest.raises(QueryError, match="unknown"):
        make_record(silent, small_bot.index, answer_id="a", asked_at=ASKED)


def test_a_clause_that_stays_is_unchanged(record: Record, small_index: ClauseIndex) -> None:
    standing = check_record(record, small_index)[0]
    assert (standing.change, standing.now and standing.now.text) == (Change.UNCHANGED, PAY)


def test_white_space_alone_changes_nothing(
    record: Record, changed: Callable[..., ClauseIndex]
) -> None:
    index = changed(("账单在每月", "账单 在每月"))
    assert check_record(record, index)[0].change is Change.UNCHANGED


@pytest.mark.parametrize("traced", [True, False])
def test_a_clause_with_other_words_is_changed_and_says_them(
    record: Record, changed: Callable[..., ClauseIndex], *, traced: bool
) -> None:
    standing = check_record(record, changed(("15日", "10日"), traced=traced))[0]
    assert standing.change is Change.CHANGED
    assert standing.now is not None
    assert standing.now.text == PAY.replace("15日", "10日")


@pytest.mark.parametrize("traced", [True, False])
def test_a_clause_that_was_renumbered_has_moved(
    record: Record, changed: Callable[..., ClauseIndex], *, traced: bool
) -> None:
    index = changed(
        ("（3）发票", "（4）发票"), ("（2）已", "（3）已"), ("（1）您", "（1）新的一条。\n（2）您"),
        traced=traced,
    )  # fmt: skip
    standing = check_record(record, index)[0]
    assert (standing.clause_id, standing.change) == ("acme/1(1)", Change.MOVED)
    assert standing.now is not None
    assert (standing.now.clause_id, standing.now.text) == ("acme/1(2)", PAY)


def test_of_equal_words_the_one_that_the_address_leads_to_counts(
    record: Record, tmp_path: Path
) -> None:
    corpora = []
    for clauses in ((PAY, PAY), ("新的一条。", PAY, PAY)):
        text = "协议\n\n1、 付款\n"
        text += "".join(f"（{number}）{words}\n" for number, words in enumerate(clauses, start=1))
        (tmp_path / "acme.txt").write_text(text, "utf-8")
        corpora.append(read_corpus(tmp_path))
    former, now = corpora
    index = ClauseIndex.build(replace(now, moved=trace(former, now)), WordEmbedder())
    source = replace(record.sources[0], sha256=former.agreements[0].sha256)
    standing = check_record(replace(record, sources=(source,)), index)[0]
    assert standing.now is not None
    assert standing.now.clause_id == "acme/1(3)"  # the second of them kept its number


def test_a_clause_without_words_or_place_is_gone(
    record: Record, changed: Callable[..., ClauseIndex]
) -> None:
    index = changed((f"（1）{PAY}\n", ""))
    standing = check_record(record, index)[0]
    assert (standing.change, standing.now) == (Change.GONE, None)


def test_an_agreement_with_another_name_still_holds_its_words(
    record: Record, changed: Callable[..., ClauseIndex], globex_only: ClauseIndex
) -> None:
    standing = check_record(record, changed(name="yunti"))[0]
    assert standing.change is Change.MOVED
    assert standing.now is not None
    assert standing.now.clause_id == "yunti/1(1)"
    assert check_record(record, globex_only)[0].change is Change.GONE


@pytest.fixture
def globex_only(tmp_path: Path) -> ClauseIndex:
    """Return the index of an agreement that shares no word with the others."""
    folder = tmp_path / "globex"
    folder.mkdir()
    (folder / "globex.txt").write_text("Terms\n\n1. Backups\n1.1 We keep backups.\n", "utf-8")
    return ClauseIndex.build(read_corpus(folder), WordEmbedder())


def test_what_is_told_of_standings_is_not_covered_by_the_digest(
    record: Record, small_index: ClauseIndex
) -> None:
    row = RecordObject.of(record, check_record(record, small_index)).model_dump(mode="json")
    assert row["standings"][0]["change"] == "unchanged"
    assert record_from_json(json.dumps(row)) == record


def test_the_hash_of_a_clause_is_that_of_its_words() -> None:
    assert hash_text("保留7日") == hashlib.sha256("保留7日".encode()).hexdigest()
