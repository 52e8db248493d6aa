"""Questions are grouped by what they are about, over both languages, and by the agreement meant."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.gaps import CORPUS, read_questions, score
from bot.desk.gaps.rules import LEADING, Groups, UnderstoodQuestion, understand
from index.agreement import Agreement
from index.corpus import read_corpus
from index.search.embedder import SentenceEmbedder, Vectors


@pytest.fixture(scope="module")
def agreements() -> tuple[Agreement, ...]:
    """Return both agreements."""
    return tuple(read_corpus(CORPUS).agreements)


def _towards(*degrees: float) -> Vectors:
    """Return unit vectors in a plane, one for each angle."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def _ask(name: str, *agreements: str) -> UnderstoodQuestion:
    return UnderstoodQuestion(name, f"text of {name}", agreements)


def test_labelled_questions_find_their_groups(
    agreements: tuple[Agreement, ...], embedder: SentenceEmbedder
) -> None:
    rows = read_questions(agreements)
    found = score(rows, embedder)
    assert len(rows) > 350
    assert found.precision > 0.75
    assert found.recall > 0.37
    assert found.crossing_recall > 0.41


@pytest.mark.parametrize(
    ("question", "chosen", "about"),
    [
        ("有免费试用吗？", None, ()),
        ("有免费试用吗？", "dahan", ("dahan",)),
        ("大汉有免费试用吗？", None, ("dahan",)),
        ("Does Xunzhong offer a free trial?", None, ("xunzhong",)),
        ("Does Xunzhong offer a free trial?", "dahan", ("xunzhong",)),
        ("讯众和大汉哪个有免费试用？", None, ("dahan", "xunzhong")),
    ],
)
def test_a_question_is_about_the_agreement_it_names_or_was_asked_of(
    agreements: tuple[Agreement, ...], question: str, chosen: str | None, about: tuple[str, ...]
) -> None:
    asked = understand("a", question, agreements, chosen=chosen, history=())
    assert asked.agreements == about
    assert not {"大汉", "讯众", "xunzhong"} & {asked.text[:2], asked.text[5:13]}


def test_a_question_that_leans_on_another_is_read_with_it(
    agreements: tuple[Agreement, ...],
) -> None:
    history = ("大汉的发票多久寄出？",)
    asked = understand("a", "那电子版呢？", agreements, chosen=None, history=history)
    assert "发票" in asked.text
    assert asked.agreements == ("dahan",)


def test_what_one_agreement_leaves_open_is_no_gap_of_another() -> None:
    asked = [_ask("1"), _ask("2", "acme"), _ask("3", "globex"), _ask("4", "acme"), _ask("5")]
    asked.append(_ask("6", "acme", "globex"))
    placed = Groups().place(asked, np.repeat(_towards(0), len(asked), axis=0))
    assert placed == ["1", "2", "3", "2", "1", "6"]


def test_a_question_is_held_against_the_first_questions_of_a_group() -> None:
    names = [str(at) for at in range(4)]
    asked = [_ask(name) for name in names]
    assert Groups().place(asked, _towards(0, 50, 75, 140)) == ["0", "0", "0", "3"]
    assert Groups().place([asked[0], asked[2]], _towards(0, 75)) == ["0", "2"], "far from the first"
    assert Groups().place([asked[1], asked[2], asked[0]], _towards(50, 89, 0)) == ["1", "1", "0"]


def test_the_same_words_and_late_questions_do_not_move_a_group() -> None:
    same = [UnderstoodQuestion(str(at), "the same", ()) for at in range(LEADING + 2)]
    vectors = np.repeat(_towards(0), len(same), axis=0)
    groups = Groups()
    groups.place(same, vectors)
    assert groups.place([_ask("a"), _ask("b")], _towards(50, 80)) == ["0", "0"]
    full = Groups()
    leading = [_ask(str(at)) for at in range(LEADING)]
    full.place(leading, np.repeat(_towards(0), LEADING, axis=0))
    assert full.place([_ask("a"), _ask("b")], _towards(50, 80)) == ["0", "b"]


def test_the_same_words_are_in_one_group_however_it_grew() -> None:
    groups = Groups()
    for at, vector in enumerate(_towards(0, *[60] * (LEADING - 1))):
        groups.learn("0", _ask(str(at)), vector)
    again = UnderstoodQuestion("again", "text of 0", ())
    assert groups.place([_ask("like 0"), again], _towards(-15, -15)) == ["like 0", "0"]


def test_what_was_in_a_group_is_learnt_again() -> None:
    groups = Groups()
    for name, vector in zip("ab", _towards(0, 50), strict=True):
        groups.learn("a", _ask(name, "acme"), vector)
    assert groups.place([_ask("c", "acme"), _ask("d")], _towards(80, 0)) == ["a", "d"]
