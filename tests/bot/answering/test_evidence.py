from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.answer import SPEAKING, Reason
from bot.answering.evidence import BESIDE, CITED, NEAR_TOP, RANKED, Finding, select_evidence
from bot.answering.question import frame_question
from bot.settings import ANSWER_ABOVE
from index.corpus import read_corpus
from index.search.clause_index import READ_BARE, ClauseIndex
from index.search.ranking import logit
from tests.fakes import WordEmbedder

RETENTION = "协议终止后数据保留多久？"
QUESTIONS = (
    RETENTION,
    "Which court hears a dispute?",
    "Can the terms change without notice?",
    "账号可以转让吗？",
    "你们有权把我的数据给别人吗？",
    "What happens if my balance runs out?",
)


def _find(
    index: ClauseIndex, text: str, bar: float = ANSWER_ABOVE, chosen: str | None = None
) -> Finding:
    question = frame_question(text, index.corpus.agreements, chosen=chosen)
    return select_evidence(index, question, bar)


def _probability(index: ClauseIndex, text: str, agreement: str) -> float:
    question = frame_question(text, index.corpus.agreements, chosen=agreement)
    return index.find(question.searches).judged(1, (agreement,))[0].score


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_agreement_in_scope_answers_or_is_named_as_without(
    index: ClauseIndex, text: str
) -> None:
    finding = _find(index, text)
    answering = {hit.clause.agreement for hit in finding.evidence}
    assert finding.reason is None
    assert answering
    assert answering.isdisjoint(finding.without)
    assert sorted(answering | set(finding.without)) == ["dahan", "xunzhong"]


@pytest.mark.parametrize("text", QUESTIONS)
def test_evidence_is_the_best_of_each_agreement_best_first(index: ClauseIndex, text: str) -> None:
    finding = _find(index, text)
    scores = [hit.score for hit in finding.evidence]
    assert scores == sorted(scores, reverse=True)
    assert len(finding.ranked) == RANKED
    for agreement in {hit.clause.agreement for hit in finding.evidence}:
        own = [hit for hit in finding.evidence if hit.clause.agreement == agreement]
        best = index.search(frame_question(text, index.corpus.agreements).searches[0], k=200)
        assert own[0].clause == next(h.clause for h in best if h.clause.agreement == agreement)
        assert len(own) <= CITED
        assert all(logit(own[0].score) - logit(hit.score) <= NEAR_TOP for hit in own)


def test_the_canonical_question_is_decided_by_one_agreement(index: ClauseIndex) -> None:
    finding = _find(index, RETENTION)
    assert [hit.clause.clause_id for hit in finding.evidence] == ["xunzhong/5(3)"]
    assert finding.without == ("dahan",)


def test_a_second_agreement_speaks_only_from_its_own_bar(index: ClauseIndex) -> None:
    text = "Which court hears a dispute?"
    assert min(_probability(index, text, name) for name in ("dahan", "xunzhong")) >= BESIDE
    assert _find(index, text).without == ()
    assert _find(index, RETENTION).without == ("dahan",)


def test_an_agreement_answers_from_exactly_the_bar_on(index: ClauseIndex) -> None:
    reached = _probability(index, RETENTION, "xunzhong")
    assert _find(index, RETENTION, reached, "xunzhong").reason is None
    above = _find(index, RETENTION, min(reached * 1.0001, 1), "xunzhong")
    assert above.evidence == ()
    assert above.reason is not None


def test_what_no_agreement_is_about_is_out_of_scope(index: ClauseIndex) -> None:
    assert _find(index, "今天天气怎么样？").reason is Reason.OUT_OF_SCOPE


def test_a_question_of_unknown_words_is_no_question(index: ClauseIndex) -> None:
    finding = _find(index, "asdkjh qwlekj", bar=0.0)
    assert finding.reason is Reason.INVALID
    assert finding.evidence == ()
    assert finding.without == ()


def test_words_unknown_to_bare_clauses_may_still_find_them(small_index: ClauseIndex) -> None:
    finding = _find(small_index, "which court has jurisdiction over a lawsuit?", bar=0.0)
    assert finding.reason is None


def test_only_the_scope_is_looked_in(index: ClauseIndex) -> None:
    finding = _find(index, "账号能转让吗？", bar=0.0, chosen="dahan")
    assert {hit.clause.agreement for hit in finding.ranked} == {"dahan"}
    assert {hit.clause.agreement for hit in finding.evidence} == {"dahan"}
    assert finding.without == ()


def test_an_agreement_that_was_not_read_counts_where_it_is_like_one_that_decides(
    tmp_path: Path,
) -> None:
    for at in range(READ_BARE + 2):
        (tmp_path / f"t{at}.txt").write_text(
            f"1. Refunds are made by cheque, form {at}.\n", "utf-8"
        )
    (tmp_path / "u.txt").write_text("1. Lamps are blue.\n", "utf-8")
    index = ClauseIndex.build(read_corpus(tmp_path), WordEmbedder())
    finding = _find(index, "refunds made by cheque", bar=0.0)
    read = {hit.clause.agreement for hit in finding.ranked if hit.verdict is not None}
    assert len(read) == READ_BARE
    assert finding.others == READ_BARE + 2 - SPEAKING
    assert finding.without == ("u",)


def test_log_odds_of_certainty_stay_finite() -> None:
    assert logit(0.5) == 0
    assert -25 < logit(0) < 0 < logit(1) < 25
