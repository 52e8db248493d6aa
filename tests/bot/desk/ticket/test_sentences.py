"""A message as patterns read it: its letters, sentences, clauses and lists."""

from __future__ import annotations

import pytest

from bot.desk.ticket.sentences import (
    Sentence,
    find_lists,
    is_fact,
    split,
    split_clauses,
    to_reading,
)


def _split(message: str) -> tuple[str, list[Sentence]]:
    reading = to_reading(message)
    return reading, list(split(reading, (0, len(reading))))


def _words(message: str) -> list[str]:
    return [message[sentence.start : sentence.end] for sentence in _split(message)[1]]


@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("ＡＢc１？", "abc1?"),
        ("電話費", "电话费"),
        ("它们什么", "它们什么"),
        ("“it’s”「好」", "\"it's\"\"好\""),
        ("a—b–c−d", "a-b-c-d"),
        ("等等…好｡", "等等。好。"),
        ("a\r\nb\rc\u2028d\x85e", "a \nb\nc\nd\ne"),
        ("a\u3000b\tc", "a b c"),
        ("①好", "①好"),
        ("ﬁ㍿İ😀", "ﬁ㍿İ😀"),
        ("a\ud800b\x00c", "a b c"),
    ],
    ids=[
        "full width", "traditional", "no traditional character alone", "quotes", "dashes", "stops",
        "line ends", "blanks", "number of an entry", "what has no form of one character",
        "what is no character",
    ],
)  # fmt: skip
def test_a_reading_has_a_character_for_each_of_the_message(message: str, reading: str) -> None:
    assert to_reading(message) == reading
    assert len(reading) == len(message)


@pytest.mark.parametrize(
    ("message", "sentences"),
    [
        ("Who pays? When", ["Who pays?", "When"]),
        ("能退吗？几天到账。好", ["能退吗？", "几天到账。", "好"]),
        ("It is 1,200.50 now. OK", ["It is 1,200.50 now.", "OK"]),
        ("Ask Dr. Who, e.g. on SMS, in the U.S. today", None),
        ("see no. 5 of acme inc. now", None),
        ("It ends.Then not", None),
        ("好了.再说", ["好了.", "再说"]),
        ("能退吗？（大汉）发票呢", ["能退吗？（大汉）", "发票呢"]),
        ("Why?!?! Who", ["Why?!?!", "Who"]),
        ("He said “no.” Then left", ["He said “no.", "Then left"]),
        ("好~能退吗~~", ["好~", "能退吗~~"]),
        ("1~3天到账", None),
        ("问题:1、能退吗 2、几天到账", ["问题:", "能退吗", "几天到账"]),
        ("①能退吗②几天到账", ["能退吗", "几天到账"]),
        ("版本 1、2、3 都行", None),
        ("short\nlines", ["short", "lines"]),
        ("this line is as long as a mail program lets a line of text be\nand goes on here",
         None),
        ("this line is as long as a mail program lets a line of text be.\nand ends there",
         ["this line is as long as a mail program lets a line of text be.", "and ends there"]),
        ("this line is as long as a mail program lets a line of text be\n- and an entry",
         ["this line is as long as a mail program lets a line of text be", "and an entry"]),
        ("这一行中文写得很长很长因为邮件程序会在这里把它断开所以这句话还\n没有结束", None),
        ("这一行中文写得很长很长因为邮件程序会在这里把它断开但是它问完了吗\n没有结束",
         ["这一行中文写得很长很长因为邮件程序会在这里把它断开但是它问完了吗", "没有结束"]),
        ("12345 !!! ??? 😀", []),
        ("  (“quoted” or not)", ["quoted” or not)"]),
    ],
    ids=[
        "question marks", "Chinese stops", "decimals", "abbreviations", "more abbreviations",
        "a name with a dot", "a dot before Chinese", "brackets behind a mark", "marks in a row",
        "a stop within a quote", "waves", "a range", "numbers within a line", "circled numbers",
        "numbers that list nothing", "lines", "a fold", "a full line that ends", "an entry below",
        "a Chinese fold", "a Chinese line that ends", "no letters", "brackets around",
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_stop(message: str, sentences: list[str] | None) -> None:
    assert _words(message) == ([message] if sentences is None else sentences)


@pytest.mark.parametrize(
    ("message", "words", "is_entry", "is_marked", "is_lead"),
    [
        ("1. who pays", "who pays", True, False, False),
        ("12) who pays", "who pays", True, False, False),
        ("1.5 days", "1.5 days", False, False, False),
        ("- who pays?", "who pays?", True, True, False),
        ("-who pays?", "-who pays?", False, True, False),
        ("(iv) who pays", "who pays", True, False, False),
        ("a) who pays", "who pays", True, False, False),
        ("a who pays", "a who pays", False, False, False),
        ("Q3: who pays", "who pays", True, False, False),
        ("第二，几天到账", "几天到账", True, False, False),
        ("其三、几天到账", "几天到账", True, False, False),
        ("二、几天到账", "几天到账", True, False, False),
        ("（二）几天到账", "几天到账", True, False, False),
        ("问题2：几天到账", "几天到账", True, False, False),
        ("Please confirm:", "Please confirm:", False, False, True),
        ("Who pays? (Dahan)", "Who pays? (Dahan)", False, True, False),
        ("(“Who pays?”)", "Who pays?”)", False, True, False),
        ("Is it on? I ask you", "Is it on?", False, True, False),
    ],
)
def test_a_sentence_knows_how_it_begins_and_ends(
    message: str, words: str, is_entry: bool, is_marked: bool, is_lead: bool
) -> None:
    first = _split(message)[1][0]
    assert message[first.start : first.end] == words
    assert (first.is_entry, first.is_marked, first.is_lead) == (is_entry, is_marked, is_lead)


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("if we leave, what happens", ["if we leave,", " what happens"]),
        ("1,200 messages at 10:30 - who pays", ["1,200 messages at 10:30 - ", "who pays"]),
        ("wait -- who pays", ["wait -- ", "who pays"]),
        ("pay-as-you-go is it", None),
        ("salt and pepper", None),
        ("can i cancel and do i get it back", ["can i cancel ", "and do i get it back"]),
        ("can i cancel and then when is it paid", ["can i cancel ", "and then when is it paid"]),
        ("we left or what is it", ["we left ", "or what is it"]),
        ("能退吗 几天到账", ["能退吗 ", "几天到账"]),
        ("能退 data 吗", None),
        ("余额能退还有发票怎么开", ["余额能退", "还有发票怎么开"]),
        ("余额还有什么用", None),
        ("我有余额还有发票", None),
    ],
    ids=[
        "comma", "numbers", "dashes", "hyphens", "two nouns", "turned around", "then", "or what",
        "a blank in Chinese", "a blank beside English", "and a question", "what else",
        "and a statement",
    ],
)  # fmt: skip
def test_clauses_are_cut_where_another_thing_may_be_asked(
    sentence: str, clauses: list[str] | None
) -> None:
    whole = Sentence(0, len(sentence), is_entry=False, is_marked=False, is_lead=False)
    found = [sentence[start:end] for start, end in split_clauses(sentence, whole)]
    assert found == ([sentence] if clauses is None else clauses)


def _lists(message: str) -> tuple[list[str], list[str], list[str]]:
    """Return the words of what leads, what is asked, and what nobody can tell."""
    reading, sentences = _split(message)
    lists = find_lists(reading, sentences)
    words = [message[sentence.start : sentence.end] for sentence in lists.sentences]
    told = (lists.leads, lists.asked, lists.untold)
    leads, asked, untold = ([words[at] for at in sorted(places)] for places in told)
    return leads, asked, untold


@pytest.mark.parametrize(
    ("message", "leads", "asked", "untold"),
    [
        ("Please advise on:\n- notice\n- court", ["Please advise on:"], ["notice", "court"], []),
        ("We need answers to these points\n1. notice\n2. court",
         ["We need answers to these points"], ["notice", "court"], []),
        ("We need answers\n1. notice\n2. court", [], [], ["notice", "court"]),
        ("We did the following:\n1. restarted\n2. changed", [], [], []),
        ("Xunzhong\n- our logo\n- our data", [], [], ["our logo", "our data"]),
        ("Xunzhong\n- our logo", [], [], []),
        ("- Company: Blue Heron\n- Town: Oslo", [], [], []),
        ("- Company: Blue Heron\n- our logo", [], [], ["our logo"]),
        ("- Who pays?\n- When is it?\n- Cap", [], ["Who pays?", "When is it?", "Cap"], []),
        ("- Who pays?\n- Cap\n- Logo", [], [], ["Who pays?", "Cap", "Logo"]),
        ("- Who pays? Not me.\n- Cap", [], [], ["Who pays?", "Cap"]),
        ("请就以下事项答复：\n适用法律\n管辖法院\n\n我们公司在武汉",
         ["请就以下事项答复："], ["适用法律", "管辖法院"], []),
        ("请就以下事项答复：\n适用法律", [], [], []),
        ("请就以下事项答复：\n适用法律\n能退吗", [], [], []),
        ("账号信息如下：\n- 某某公司\n- 武汉", [], [], []),
        ("Please confirm: notice, and court; cap.", ["Please confirm: "],
         ["notice", "and court", "cap."], []),
        ("Please confirm: is it on, cap", [], [], []),
        ("Please confirm: it", [], [], []),
        ("We'd like to know (i) the notice, and (ii) the cap.", ["We'd like to know (i) "],
         ["the notice", "the cap."], []),
        ("We left (i) the notice, and (ii) the cap.", [], [], []),
        ("请书面说明：其一，适用法律；其二，管辖法院。", ["请书面说明：其一，"],
         ["适用法律", "管辖法院。"], []),
    ],
    ids=[
        "behind a colon", "behind words that point", "behind words that do not", "what was done",
        "nothing leads", "one entry", "facts", "a fact and a thing", "most ask", "few ask",
        "an entry of two sentences", "lines to a blank one", "one line", "lines that ask",
        "information", "within a sentence", "a question within", "one thing", "numbered within",
        "numbered facts", "numbered in Chinese",
    ],
)  # fmt: skip
def test_a_list_is_asked_where_something_asks_for_it(
    message: str, leads: list[str], asked: list[str], untold: list[str]
) -> None:
    assert _lists(message) == (leads, asked, untold)


@pytest.mark.parametrize(
    ("entry", "is_one"),
    [
        ("- Company: Blue Heron", True),
        ("- 公司：蓝鹭", True),
        ("- Cap: what is it?", False),
        ("- Cap", False),
        ("- The name of the company we have is: Heron", False),
        ("Company: Blue Heron", False),
    ],
)
def test_a_fact_is_an_entry_with_a_name_and_a_value(entry: str, is_one: bool) -> None:
    reading, (sentence,) = _split(entry)
    assert is_fact(reading, sentence) is is_one
