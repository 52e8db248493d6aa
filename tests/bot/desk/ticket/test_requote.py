"""What to quote of a clause that has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.ticket.requote import find_quote, requote
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder


@pytest.mark.parametrize(
    ("quote", "later", "found"),
    [
        ("90天", "备份保存90天。", "90天"),
        ("备份保存90天。", "我们很好。备份保存30天。再见。", "备份保存30天。"),
        ("for 90 days", "We are kind. We keep it for 30 days. Bye.", "We keep it for 30 days."),
        ("x", "", ""),
    ],
)
def test_what_to_quote_instead_stands_in_the_text(quote: str, later: str, found: str) -> None:
    assert find_quote(quote, later) == found


CORPUS = """Acme Terms

1. Data
1.1 {first}
1.2 We may bill you in the following cases:
(1) you have agreed;
(2) {second}
"""
FIRST, SECOND = "We keep it for 90 days. You may ask for it.", "the law says so."


def _index(tmp_path: Path, first: str = FIRST, second: str = SECOND) -> ClauseIndex:
    (tmp_path / "acme.txt").write_text(CORPUS.format(first=first, second=second), "utf-8")
    return ClauseIndex.build(read_corpus(tmp_path), WordEmbedder())


def test_a_clause_is_quoted_as_it_is_today(tmp_path: Path) -> None:
    index = _index(tmp_path, first=FIRST.replace("90", "30"))
    now = requote(index, "en", "acme/1.1", "We keep it for 90 days.")
    assert now is not None
    assert (now.clause_id, now.quote) == ("acme/1.1", "We keep it for 30 days.")
    assert now.rendering is None
    same = requote(index, "en", "acme/1.1", "You may ask for it.")
    assert same is not None
    assert same.quote == "You may ask for it."


def test_words_that_have_moved_are_quoted_where_they_stand(tmp_path: Path) -> None:
    moved = requote(_index(tmp_path), "en", "acme/1.1", SECOND)
    assert moved is not None
    assert (moved.clause_id, moved.quote) == ("acme/1.2(2)", SECOND)
    assert requote(_index(tmp_path), "en", "acme/9", "We keep nothing.") is None
    assert requote(_index(tmp_path), "en", "globex/1", SECOND) is None


def test_a_rendering_goes_with_the_words_that_are_quoted_now(index: ClauseIndex) -> None:
    clause = index.corpus.clauses[index.position("dahan/8.3(5)")]
    now = requote(index, "en", clause.clause_id, clause.text)
    assert now is not None
    assert now.rendering == "other circumstances not caused by Dahan's fault."
