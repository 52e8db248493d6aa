"""Beside its citations an answer shows the clauses that stand in relation to them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import Answer, Citation, Related
from bot.answering.bot import Bot
from bot.answering.reader import MOST, TOLD, find_disagreeing, find_related
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

TEXT = """Acme Terms

1. You pay within 9 days, except as provided in Section 4.
2. You pay within 30 days.
3. Fees are not refunded.
4. Schools pay within 60 days.
5. A late payment under Section 1 bears interest.
6. Section 1 holds for resellers.
7. Section 1 holds for partners.
8. Section 1 holds for agents.
9. No fee is ever paid back.
"""
ROWS = [
    {
        "clause_id": "acme/1",
        "other": "acme/2",
        "kind": "disagrees",
        "zh": "1 说 9 天；2 说 30 天。",
        "en": "1 says 9 days; 2 says 30 days.",
    },
    {
        "clause_id": "acme/3",
        "other": "acme/9",
        "kind": "same",
        "zh": "两条都说不退款。",
        "en": "Both refuse refunds.",
    },
]


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return the index of an agreement whose clauses stand in every relation."""
    folder: Path = tmp_path_factory.mktemp("acme")
    (folder / "acme.txt").write_text(TEXT, "utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    (folder / "relations.jsonl").write_text(lines, "utf-8")
    return ClauseIndex.build(read_corpus(folder), WordEmbedder())


def _cite(index: ClauseIndex, *clause_ids: str) -> list[Citation]:
    return [
        Citation(
            clause_id=clause.clause_id,
            agreement=clause.agreement,
            label=clause.label,
            path=clause.path,
            quote=clause.text,
            start=0,
            end=len(clause.text),
            text=clause.text,
            translation=None,
            quote_translation=None,
            confidence=1.0,
        )
        for clause in (index.corpus.clauses[index.position(name)] for name in clause_ids)
    ]


def _seen(related: tuple[Related, ...]) -> list[tuple[str, str, str]]:
    return [(row.clause_id, row.kind, row.of) for row in related]


def test_what_disagrees_comes_first_then_exceptions_then_references(acme: ClauseIndex) -> None:
    found = find_related(acme, "en", _cite(acme, "acme/1"))
    assert _seen(found) == [
        ("acme/2", "disagrees", "acme/1"),
        ("acme/4", "exception", "acme/1"),
        ("acme/5", "referred_by", "acme/1"),
        ("acme/6", "referred_by", "acme/1"),
    ]
    assert len(found) == MOST


def test_what_is_cited_is_not_shown_beside_itself(acme: ClauseIndex) -> None:
    found = find_related(acme, "en", _cite(acme, "acme/3", "acme/2", "acme/1", "acme/5"))
    assert _seen(found) == [
        ("acme/4", "exception", "acme/1"),
        ("acme/9", "same", "acme/3"),
        ("acme/6", "referred_by", "acme/1"),
        ("acme/7", "referred_by", "acme/1"),
    ]


def test_a_related_clause_is_shown_word_for_word_with_a_note(acme: ClauseIndex) -> None:
    (other,) = find_related(acme, "zh", _cite(acme, "acme/2"))
    clause = acme.corpus.clauses[acme.position("acme/1")]
    assert (other.text, other.label, other.path) == (clause.text, clause.label, clause.path)
    assert other.note == "1 说 9 天；2 说 30 天。"
    (other,) = find_related(acme, "en", _cite(acme, "acme/2"))
    assert other.note == "1 says 9 days; 2 says 30 days."


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_a_note_in_both_languages(acme: ClauseIndex, language: str) -> None:
    cited = _cite(acme, "acme/1", "acme/3", "acme/5")
    notes = {row.kind: row.note for row in find_related(acme, language, cited)}
    notes |= {row.kind: row.note for row in find_related(acme, language, cited[1:])}
    assert set(notes) == {"disagrees", "exception", "same", "refers_to", "referred_by"}
    assert all(note.endswith("。" if language == "zh" else ".") for note in notes.values())


def test_a_related_clause_that_disagrees_is_told(acme: ClauseIndex) -> None:
    cited = _cite(acme, "acme/1")
    told = find_disagreeing(acme, "en", cited, find_related(acme, "en", cited))
    assert _seen(told) == [("acme/2", "disagrees", "acme/1")]


def test_two_citations_that_disagree_are_told_once(acme: ClauseIndex) -> None:
    cited = _cite(acme, "acme/2", "acme/1")
    told = find_disagreeing(acme, "en", cited, find_related(acme, "en", cited))
    assert _seen(told) == [("acme/1", "disagrees", "acme/2")]


def test_what_does_not_disagree_is_not_told(acme: ClauseIndex) -> None:
    cited = _cite(acme, "acme/3", "acme/5")
    assert not find_disagreeing(acme, "en", cited, find_related(acme, "en", cited))


def _parts(answer: Answer, opening: str) -> list[str]:
    return [part for part in answer.text.split("\n\n") if part.startswith(opening)]


def test_a_reader_of_the_text_sees_both_sides(bot: Bot) -> None:
    answer = bot.ask("大汉修改协议会提前通知我吗？")
    assert answer.citations[0].clause_id == "dahan/14.4"
    told = _parts(answer, "另见")
    assert 1 <= len(told) <= TOLD
    notes = {row.note for row in answer.related if row.kind == "disagrees"}
    assert all(any(part.endswith(f"：{note}") for note in notes) for part in told)
    assert answer.text.index(answer.citations[-1].quote) < answer.text.index("另见")


def test_an_english_reader_hears_of_it_in_english(bot: Bot) -> None:
    answer = bot.ask("Can Dahan change the terms without notice?")
    told = _parts(answer, "Compare ")
    assert told
    assert "User Agreement, 14.4" in told[0]
    assert "7 days in advance" in told[0]


def test_related_clauses_change_neither_citations_nor_retrieval(bot: Bot) -> None:
    corpus = replace(bot.index.corpus, relations=())
    bare = Bot(ClauseIndex.build(corpus, bot.index.embedder, bot.index))
    for question in ("大汉修改协议会提前通知我吗？", "Can the terms change without notice?"):
        with_them, without = bot.ask(question), bare.ask(question)
        assert with_them.citations == without.citations
        assert with_them.retrieved == without.retrieved
        assert with_them.remarks == without.remarks
        assert with_them.related
        assert not without.related


def test_an_abstention_has_no_related_clauses(bot: Bot) -> None:
    assert bot.ask("今天天气怎么样？").related == ()


def test_every_related_clause_of_an_answer_stands_in_its_agreement(bot: Bot) -> None:
    texts = {agreement.id: agreement.text for agreement in bot.index.corpus.agreements}
    for question in ("大汉功能变更要提前多久通知？", "账号可以转让吗？", "谁会看到我的数据？"):
        answer = bot.ask(question)
        cited = {citation.clause_id for citation in answer.citations}
        for row in answer.related:
            assert row.text in texts[row.agreement]
            assert row.clause_id not in cited
            assert row.of in cited
