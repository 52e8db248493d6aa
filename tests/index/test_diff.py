"""Two texts, word by word: nothing is lost of either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.diff import Piece, PieceKind, diff_words, work_of

LONG = "".join(f"第{number}条规定如此。" for number in range(1, 900))
WORDS = st.text(alphabet="ab 的法。\n", max_size=40)


@pytest.mark.parametrize(
    ("former", "later", "pieces"),
    [
        ("保存90天。", "保存30天。", ["same 保存", "dropped 90", "added 30", "same 天。"]),
        ("for 90 days", "for 90 working days", ["same for 90 ", "added working ", "same days"]),
        ("长期有效", "有效", ["dropped 长期", "same 有效"]),
        ("", "新的", ["added 新的"]),
        ("same", "same", ["same same"]),
        ("", "", []),
    ],
)
def test_words_are_told_apart(former: str, later: str, pieces: list[str]) -> None:
    assert [f"{piece.kind} {piece.text}" for piece in diff_words(former, later)] == pieces


@pytest.mark.parametrize(
    ("former", "later"),
    [
        ("a b  c\n\nd", "a  c\nd e"),
        ("<b>x</b>&amp;", "<i>x</i>&lt;"),
        ("不予退还。其余不变。", "可以退还。其余不变。另加一句。"),
        (LONG, LONG.replace("第500条", "第五百条")),
        ("x" * 50_000, "x" * 50_001),
    ],
)
def test_the_pieces_are_both_texts(former: str, later: str) -> None:
    pieces = diff_words(former, later)
    assert "".join(piece.text for piece in pieces if piece.kind is not PieceKind.ADDED) == former
    assert "".join(piece.text for piece in pieces if piece.kind is not PieceKind.DROPPED) == later


def test_long_texts_are_told_apart_by_sentences() -> None:
    pieces = diff_words(LONG, LONG.replace("第500条", "第五百条"))
    assert [piece.text for piece in pieces if piece.kind is PieceKind.DROPPED] == [
        "第500条规定如此。"
    ]


def test_texts_of_too_much_work_are_told_apart_as_a_whole() -> None:
    former, later = "一。" * 60, "一。" * 50 + "二。" * 10
    assert len(diff_words(former, later, most=work_of(former, later))) > 2
    assert [piece.text for piece in diff_words(former, later, most=50)] == [former, later]


@given(WORDS, WORDS)
def test_pieces_join_to_both_texts(before: str, after: str) -> None:
    pieces = diff_words(before, after)
    assert "".join(p.text for p in pieces if p.kind is not PieceKind.ADDED) == before
    assert "".join(p.text for p in pieces if p.kind is not PieceKind.DROPPED) == after
    assert all(piece.text for piece in pieces)


def test_chinese_differs_by_the_character_and_english_by_the_word() -> None:
    assert diff_words("保存三十天。", "保存九十天。")[1:3] == (
        Piece(PieceKind.DROPPED, "三"),
        Piece(PieceKind.ADDED, "九"),
    )
    assert diff_words("kept thirty", "kept thirteen")[1:] == (
        Piece(PieceKind.DROPPED, "thirty"),
        Piece(PieceKind.ADDED, "thirteen"),
    )
