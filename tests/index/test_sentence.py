from __future__ import annotations

from index.text import split_sentences


def _pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_chinese_sentences_end_at_their_marks() -> None:
    assert _pieces("甲方付款。乙方发货；“不得转让。”其他") == [
        "甲方付款。",
        "乙方发货；",
        "“不得转让。”",
        "其他",
    ]


def test_numbers_and_abbreviations_end_no_english_sentence() -> None:
    text = "Under 4.3.2 fees, e.g. for text messages, are due. Pay 1.5 yuan.\nNo refund"
    assert _pieces(text) == [
        "Under 4.3.2 fees, e.g. for text messages, are due.",
        "Pay 1.5 yuan.",
        "No refund",
    ]


def test_white_space_alone_is_no_sentence() -> None:
    assert _pieces(" \n ") == []
