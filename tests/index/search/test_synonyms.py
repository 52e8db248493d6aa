"""A question's word finds clauses that say the same thing in another word."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from index.search.words import FILE, LexicalIndex, Synonyms, analyse, load_synonyms
from index.text import normalise

GROUPS = "# a comment\n\n封号 | 冻结账号 | ban | suspend account\n发票 | invoice | 开票\n"
TEXTS = ["我们可以冻结账号。", "我们开具发票。", "We may suspend an account.", "其他事项。"]


def _others(text: str) -> set[str]:
    found = Synonyms(GROUPS).others(normalise(text))
    return {" ".join(word) for word in found}


@pytest.mark.parametrize("text", ["会封号吗", "會封號嗎", "冻结账号", "Will you BAN me?", "banned"])
def test_any_word_of_a_group_brings_the_others(text: str) -> None:
    assert {"冻结 结账 账号", "ban", "suspend account"} <= _others(text)
    assert "发票" not in _others(text)


def test_a_word_of_several_must_stand_together() -> None:
    assert "ban" in _others("can you suspend my account")
    assert _others("my account, suspend") == set()
    assert _others("冻结 别的账号") == set()


def test_words_of_no_group_bring_nothing() -> None:
    assert _others("# a comment") == _others("天气") == _others("") == set()


def _scores(question: str, *, with_synonyms: bool = True) -> np.ndarray:
    others = Synonyms(GROUPS).others(normalise(question)) if with_synonyms else []
    return LexicalIndex(TEXTS).scores(analyse(question), others)


def test_a_clause_in_another_word_is_found() -> None:
    assert _scores("ban me?", with_synonyms=False).max() == 0
    scores = _scores("ban me?")
    assert scores[0] > 0
    assert scores[2] > 0
    assert scores[1] == scores[3] == 0
    assert _scores("invoice")[1] > 0


def test_the_asked_word_weighs_more_than_another() -> None:
    others = Synonyms("refund | rebate").others("refund")
    asked, other = LexicalIndex(["a refund now", "a rebate now"]).scores(["refund"], others)
    assert asked > other > 0
    assert asked <= 1


def test_a_word_that_is_held_in_part_adds_nothing() -> None:
    scores = LexicalIndex(["Your account.", "You were banned."]).scores(
        analyse("ban"), Synonyms(GROUPS).others("ban")
    )
    assert scores[0] == 0
    assert scores[1] > 0


def test_an_index_without_the_other_words_is_as_before() -> None:
    texts = ["我们可以封号。", "其他事项。"]
    others = Synonyms(GROUPS).others("封号")
    plain = LexicalIndex(texts).scores(analyse("封号"))
    assert LexicalIndex(texts).scores(analyse("封号"), others).tolist() == plain.tolist()
    assert not LexicalIndex([""]).scores(analyse("封号"), others).any()


def test_the_reviewed_file_is_clean() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and line[0] != "#"]
    groups = [[word.strip() for word in line.split("|")] for line in lines]
    assert len(groups) >= 120
    for group in groups:
        assert len(group) >= 2
        assert len({normalise(word) for word in group}) == len(group), group
        assert all(any(len(token) > 1 for token in analyse(word)) for word in group), group
    both = [group for group in groups if len({word.isascii() for word in group}) == 2]
    assert len(both) >= len(groups) - 2
    for one, other in itertools.combinations(map(set, groups), 2):
        assert not one <= other, one


def test_a_reviewed_group_crosses_the_languages() -> None:
    found = {" ".join(word) for word in load_synonyms().others("can i get a refund")}
    assert "退款" in found
