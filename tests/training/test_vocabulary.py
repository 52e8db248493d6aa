"""The ordinary words that names are told from: what texts share, without what names somebody."""

from __future__ import annotations

from training.vocabulary import choose_chinese, choose_english, find_seldom, read_dictionary


def test_a_word_is_what_several_sources_write_small() -> None:
    texts = [
        ("a", "The fee is paid to Quux. A fee, and Quux."),
        ("b", "No fee for Quux, see quux.example/quux or quux=1"),
        ("b", "Spark burns, and Spark glows, while a spark flies"),
        ("a", "an Apple, an Apple, an Apple, an Apple, an apple, an apple and apples"),
        ("b", "one apple of Apple, and apples, apples"),
        ("a", "a gnu"),
    ]
    words, names = choose_english(texts)
    assert {"fee", "apple"} <= words, "words, the second by its plural"
    assert words.isdisjoint({"quux", "spark", "gnu"}), "names, and what one source alone has"
    assert "quux" in names


def test_chinese_words_are_cut_from_texts_without_names_of_people_and_firms() -> None:
    texts = [("a", "客户申请退款"), ("b", "客户申请退款"), ("b", "客户找李白申请退款")]
    words = choose_chinese(texts, {"李白": "nr", "客户": "n", "申请": "v"})
    assert {"客户", "申请"} <= words
    assert "李白" not in words


def test_a_dictionary_gives_words_and_places_but_no_companies() -> None:
    entries = [
        ("苹果", "apple"),
        ("谷歌", "Google, Internet company and search engine"),
        ("德国", "Germany"),
        ("王五", "Wang Wu"),
    ]
    found = read_dictionary(entries, {"德国": "ns"})
    assert found.words == {"苹果", "德国"}
    assert found.companies == {"谷歌"}
    assert found.proper == {"germany", "wang"}


def test_a_word_is_seldom_that_agreements_and_chinese_questions_hardly_say() -> None:
    agreements = ["The target of a Lime fee, 退款由客户申请"] * 3
    words = {"target", "lime", "退款", "孩子", "番茄", "peach"}
    questions = ["孩子能退吗", "does lime sell a peach"]
    assert find_seldom(words, agreements, questions) == {"lime", "peach", "番茄"}
