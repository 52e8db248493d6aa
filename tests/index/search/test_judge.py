"""The judge: reads question and clause together, the same every time, long clauses in passages."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from index.clause import Clause, ClauseKind
from index.errors import StoreError
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder
from index.search.judge import LONGEST, CrossEncoder, Judge, _windows
from index.search.models import BUNDLED_JUDGE, BUNDLED_READER

RETENTION = "How long is data kept after the account is closed?"
FILLER = "The parties shall keep each other informed of changes of address. " * 40
KEEPS = "After the account is closed, we keep your data for 45 days and then delete it."


@pytest.fixture(scope="module")
def judge(embedder: SentenceEmbedder) -> Judge:
    """Return the bundled judge."""
    return embedder.judge


def _clause(text: str) -> Clause:
    return Clause("a/1", "a", "1", ("Data",), ClauseKind.CLAUSE, 1, text, 0, len(text), 0)


def test_a_clause_that_decides_is_told_from_one_that_is_near(judge: Judge) -> None:
    other = "We process your data to provide the service and to keep accounts secure."
    decides, near = judge.read(RETENTION, [_clause(KEEPS), _clause(other)])
    assert decides.decides > near.decides + 1
    assert decides.topic > 0


def test_the_deciding_sentence_is_marked(judge: Judge) -> None:
    text = f"This part is about data. {KEEPS} Notices are sent by email."
    (verdict,) = judge.read(RETENTION, [_clause(text)])
    assert " ".join(text[start:end] for start, end, _ in verdict.sentences) == text
    best = max(verdict.sentences, key=lambda sentence: sentence[2])
    assert "45 days" in text[best[0] : best[1]]
    assert all(0 <= weight <= 1 for _, _, weight in verdict.sentences)


def test_what_decides_is_found_at_the_end_of_a_long_clause(judge: Judge) -> None:
    short, long, without = judge.read(
        RETENTION, [_clause(KEEPS), _clause(FILLER + KEEPS), _clause(FILLER)]
    )
    assert long.decides > without.decides + 1
    assert abs(long.decides - short.decides) < 3
    best = max(long.sentences, key=lambda sentence: sentence[2])
    assert "45 days" in (FILLER + KEEPS)[best[0] : best[1]]


def test_a_clause_is_read_alike_whatever_stands_beside_it(judge: Judge) -> None:
    alone = judge.read(RETENTION, [_clause(KEEPS)])
    assert judge.read(RETENTION, [_clause(FILLER), _clause(KEEPS)])[1] == alone[0]
    assert judge.read(RETENTION, []) == []


def test_a_question_longer_than_all_that_is_read_is_read_at_its_end(judge: Judge) -> None:
    (verdict,) = judge.read(f"{FILLER} {RETENTION}", [_clause(KEEPS)])
    assert verdict.decides > -5


def test_passages_hold_what_the_question_asks_and_do_not_lie_on_each_other() -> None:
    body = [*range(1000, 1400), 7, 8, 9, *range(2000, 2300)]
    begins = _windows([7, 8, 9], body, 60)
    assert len(begins) == len(set(begins))
    assert begins[0] <= 400
    assert begins[0] + 60 >= 403
    assert all(abs(one - other) >= 30 for one in begins for other in begins if one != other)
    assert _windows([7], body[:60], 60) == [0]
    assert LONGEST > 100


def test_the_judge_puts_the_clause_that_decides_first(index: ClauseIndex) -> None:
    found = index.find(["协议终止后数据保留多久？"])
    (first, *_) = found.judged(10)
    assert first.clause.clause_id == "xunzhong/5(3)"
    assert first.verdict is not None
    assert [hit.score for hit in found.judged(20)] == sorted(
        (hit.score for hit in found.judged(20)), reverse=True
    )
    assert len({hit.position for hit in found.judged(20)}) == 20


def test_of_two_searches_the_one_that_suits_a_clause_counts(index: ClauseIndex) -> None:
    plain = index.find(["协议终止后数据保留多久？"])
    both = replace(plain, searches=("哪个法院管辖？", *plain.searches))
    assert both.judged(1)[0].verdict == plain.judged(1)[0].verdict


@pytest.mark.parametrize("kind", ["missing", "cut", "other"])
def test_a_broken_judge_is_named_with_what_to_do(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "clause-judge"
    if kind != "missing":
        shutil.copytree(BUNDLED_JUDGE, folder)
        file = folder / "model.safetensors"
        data = file.read_bytes()
        file.write_bytes(data[:1000] if kind == "cut" else b"{}")
    with pytest.raises(StoreError, match=r"clause-judge cannot be loaded .* git checkout models"):
        CrossEncoder(folder, BUNDLED_READER)
