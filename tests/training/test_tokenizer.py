"""How texts are cut."""

from __future__ import annotations

from training.tokenizer import build_tokenizer, choose_pieces, count_words

TEXTS = ["用户数据应当删除", "用户可以充值", "数据保存七日", "keep user data"] * 3


def cut(text: str) -> list[str]:
    """Cut a text with a tokenizer of a few words."""
    tokenizer = build_tokenizer(choose_pieces(count_words(TEXTS), 50, 50), max_length=64)
    return list(tokenizer.encode(text, add_special_tokens=False).tokens)


def test_chinese_is_cut_into_words() -> None:
    assert cut("删除用户数据") == ["删除", "用户", "数据"]


def test_width_and_case_make_no_difference() -> None:
    assert cut("ＫＥＥＰ，Data") == cut("keep,data")


def test_an_unknown_character_does_not_swallow_its_neighbours() -> None:
    tokens = cut("用户鱻数据")
    assert tokens[0] == "用户"
    assert tokens[-1] == "数据"


def test_long_texts_are_cut_off() -> None:
    tokenizer = build_tokenizer(choose_pieces(count_words(TEXTS), 50, 50), max_length=64)
    assert len(tokenizer.encode("数据" * 5000).ids) == 64
