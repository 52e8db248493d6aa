"""What of a message is set aside, line by line: headers, greetings, signatures, footers, quotes."""

from __future__ import annotations

import pytest

from bot.desk.ticket.message import (
    count_header,
    find_stamps,
    find_subject,
    is_sentence,
    is_thanks,
    segment_message,
    split_lines,
)
from bot.desk.ticket.sentences import to_reading


def _segments(message: str) -> list[tuple[str, str]]:
    found = segment_message(to_reading(message))
    return [(segment.kind.value, message[segment.start : segment.end]) for segment in found]


@pytest.mark.parametrize(
    ("greeting", "rest"),
    [
        ("Hi Tom,", "\nwho pays?"),
        ("Good morning,", " who pays?"),
        ("Dear Mr. Li:", "\nwho pays?"),
        ("To whom it may concern,", "\nwho pays?"),
        ("Hello,\nDear team,", "\nwho pays?"),
        ("Hi - ", "who pays?"),
        ("Hi", " 请问能退吗"),
        ("您好！", "能退吗"),
        ("你好，在吗？", "能退吗"),
        ("亲，", "能退吗"),
        ("哈喽~", "能退吗"),
        ("尊敬的客服：", "\n能退吗"),
        ("讯众客服，", "能退吗"),
        ("老师们好，", "能退吗"),
    ],
)
def test_greetings_at_the_beginning_are_set_aside(greeting: str, rest: str) -> None:
    assert _segments(greeting + rest) == [("greeting", greeting.strip())]
    assert _segments(f"\n\n{greeting}{rest}") == [("greeting", greeting.strip())]


@pytest.mark.parametrize(
    "message",
    [
        "Hi is it on?",
        "Hello can I cancel my account please",
        "Hiring: who pays?",
        "Who pays?\nHi Tom,",
        "客服怎么联系？",
        "您的余额能退吗",
        "亲自办理可以吗",
    ],
)
def test_a_question_that_begins_like_a_greeting_is_none(message: str) -> None:
    assert "greeting" not in dict(_segments(message))


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("many thanks.", True),
        ("so thank you for your patience!", True),
        ("i look forward to your reply", True),
        ("we really appreciate it", True),
        ("hope you are well.", True),
        ("sorry for the trouble", True),
        ("should you have any questions, call us", True),
        ("please don't hesitate to call", True),
        ("please let me know if you need anything", True),
        ("please let me know the fee", False),
        ("please see attached the order", True),
        ("thanks, but who pays?", False),
        ("thankfully it works", False),
        ("if you refund us we stay", False),
        ("盼复", True),
        ("以上，谢谢！", True),
        ("麻烦您了", True),
        ("请尽快回复", True),
        ("急急急", True),
        ("不好意思打扰了", True),
        ("谢谢，能退吗", False),
        ("麻烦退款", False),
        ("请回复能退吗", False),
    ],
)
def test_a_sentence_only_thanks_or_urges(sentence: str, is_one: bool) -> None:
    assert is_thanks(to_reading(sentence)) is is_one


@pytest.mark.parametrize(
    "signature",
    [
        "Best regards,\nTom Baker\nACME Ltd\n+44 20 7946 0958",
        "Kind regards",
        "Cheers, Tom",
        "Thanks a lot in advance!",
        "Thanks for your help and kind support\nTom",
        "Yours sincerely,\nDr. Tom Baker",
        "此致\n敬礼\n王磊",
        "谢谢大家",
        "祝工作顺利！\n王磊",
        "--\nTom. He signs.\nWho? ACME",
        "______\nTom Baker\nHead of Sales",
        "Tom Baker",
        "Tom Baker\n\nHead of Sales",
        "王磊",
        "王磊 13800138000",
        "Tel. +44 20 7946 0958 (office)",
    ],
)
def test_closing_words_and_the_sender_are_a_signature(signature: str) -> None:
    assert _segments(f"Who pays?\n\n{signature}") == [("signature", signature)]


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        ("Who pays?\n\nBest regards\nTom\nIs it on?", "Best regards\nTom"),
        ("Who pays?\n\nBest regards\n" + "\n".join("abcdefghijkl"),
         "Best regards\n" + "\n".join("abcdefghij")),
        ("Who pays?\n--\nTom\n\nPS: is it on?", "--\nTom"),
        ("Best\nplans: who pays?", "Best"),
    ],
    ids=["to the next sentence", "to the tenth line", "to the postscript", "of one line"],
)  # fmt: skip
def test_a_signature_ends_where_sentences_begin(message: str, signature: str) -> None:
    assert _segments(message) == [("signature", signature)]


@pytest.mark.parametrize(
    "message",
    [
        "Who pays?\n\n给我退款",
        "Who pays?\n\n2024年的账号能不能转让",
        "Who pays?\n\n1. notice period",
        "Who pays?\n\nwhat is the fee",
        "Who pays?\n\nthe notice period of the contract we signed",
        "能退吗\n解约流程",
        "Tom Baker",
        "Who pays?\n***\nOne thing more. Is it on?",
        "Who pays?\nBest offer of the year",
        "Who pays?\n感谢贵公司一直以来的支持和帮助，我们想续约",
    ],
    ids=["a demand", "a question", "an entry", "a question without a mark", "a long line",
         "a line right below", "nothing else", "a rule above sentences", "best of something",
         "thanks that go on"],
)  # fmt: skip
def test_last_lines_that_may_matter_are_no_signature(message: str) -> None:
    assert _segments(message) == []


CONFIDENTIAL = "This e-mail is confidential.\nMay we ask you to delete it?"


@pytest.mark.parametrize(
    ("message", "segments"),
    [
        (f"Who pays?\n\n{CONFIDENTIAL}\n\nIs it on?", [("footer", CONFIDENTIAL)]),
        ("Who pays?\n\n本邮件及附件含保密信息，误收请删除。",
         [("footer", "本邮件及附件含保密信息，误收请删除。")]),
        ("Who pays?\n\nThis is urgent.\nPlease hurry.", []),
        ("Who pays?\n\n注意：我们已经搬家了。", []),
        ("Who pays?\n\nSent from my iPhone", [("device", "Sent from my iPhone")]),
        ("Who pays?\nGet Outlook for Android", [("device", "Get Outlook for Android")]),
        ("能退吗\n发自我的华为手机", [("device", "发自我的华为手机")]),
        ("能退吗\n来自QQ邮箱客户端", [("device", "来自QQ邮箱客户端")]),
        ("Who pays?\nSent from Oslo", []),
        ("我从手机登录不了怎么办", []),
    ],
    ids=["a footer to the blank line", "a Chinese footer", "no footer words",
         "no Chinese footer words", "a telephone", "a program", "a Chinese telephone",
         "a Chinese program", "a town", "a sentence on a telephone"],
)  # fmt: skip
def test_footers_and_devices_are_set_aside(message: str, segments: list[tuple[str, str]]) -> None:
    assert _segments(message) == segments


@pytest.mark.parametrize(
    ("message", "quoted"),
    [
        ("Who pays?\n> We do.\n> You do.", "> We do.\n> You do."),
        ("Who pays?\nOn Mon, 3 Mar, Support wrote:\n> We do.",
         "On Mon, 3 Mar, Support wrote:\n> We do."),
        ("Who pays?\nOn Mon, 3 Mar, Support wrote:\nWe do.\nIs it on?",
         "On Mon, 3 Mar, Support wrote:\nWe do.\nIs it on?"),
        ("能退吗\n2024年3月3日客服写道：\n能退。", "2024年3月3日客服写道：\n能退。"),
        ("Who pays?\n-----Original Message-----\nIs it on?",
         "-----Original Message-----\nIs it on?"),
        ("能退吗\n------------------ 原始邮件 ------------------\n在吗",
         "------------------ 原始邮件 ------------------\n在吗"),
        ("Who pays?\nFrom: Ana\nSent: Monday\nIs it on?", "From: Ana\nSent: Monday\nIs it on?"),
    ],
    ids=["angled", "announced and angled", "announced", "announced in Chinese", "forwarded",
         "forwarded in Chinese", "a header below"],
)  # fmt: skip
def test_mail_below_the_message_is_quoted(message: str, quoted: str) -> None:
    assert _segments(message) == [("quoted", quoted)]


@pytest.mark.parametrize(
    "message",
    [
        "> Who pays?\n> Is it on?",
        "Who pays?\nFrom: my side nothing more is asked.\nIs it on?",
        "Support wrote: we do. Who pays?",
        "Is 5 > 4?",
    ],
    ids=["all is angled", "one field", "within a line", "a sign within a line"],
)
def test_what_is_not_quoted_stays(message: str) -> None:
    assert _segments(message) == []


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        ("From: Ana\nTo: Bo\n\nWho pays?", 2),
        ("发件人：刘畅\n主题：疑问\n\n能退吗", 2),
        ("From: Ana\nTo: Bo;\n  Cy\nWho pays?", 3),
        ("From: Ana\nTo: Bo;\nCy <cy@example.com>\nWho pays?", 3),
        ("\nFrom: Ana\nTo: Bo", 3),
        ("FYI, see below\n\nFrom: Ana\nTo: Bo\n\nWho pays?", 4),
        ("---------- Forwarded message ---------\n\nWho pays?", 1),
        ("On Tue, Jun 4, 2024 Support wrote:\n\nWho pays?", 1),
        ("Subject: questions\n\nWho pays?", 1),
        ("Subject: questions\nWho pays?", 0),
        ("From: my side\n\nWho pays?", 0),
        ("Who pays?\nFrom: Ana\nTo: Bo", 0),
        ("转发：能退吗\n\nFrom: Ana\nTo: Bo", 0),
        ("", 0),
    ],
)
def test_the_lines_of_a_header_are_counted(header: str, lines: int) -> None:
    reading = to_reading(header)
    assert count_header(reading, split_lines(reading)) == lines


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("From: Ana\nSubject: Who pays?", "Who pays?"),
        ("Subject: RE: Fwd: FW: Who pays?", "Who pays?"),
        ("主题： 回复：转发: 能退吗", "能退吗"),
        ("*Subject:* Who pays?", "Who pays?"),
        ("Subject: Regarding it", "Regarding it"),
        ("From: Ana", None),
        ("Subject:", None),
    ],
)
def test_the_subject_is_found_without_what_programs_add(header: str, subject: str | None) -> None:
    found = find_subject(to_reading(header), 0, len(header))
    assert (None if found is None else header[slice(*found)]) == subject


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("王磊 2024/6/3 10:02:11", "王磊 2024/6/3 10:02:11"),
        ("王磊 2024年6月3日 下午3:14", "王磊 2024年6月3日 下午3:14"),
        ("[10:02, 6/3/2024] Wang: can I cancel?", "[10:02, 6/3/2024] Wang: "),
        ("Tom 03.06.2024 10:02 am", "Tom 03.06.2024 10:02 am"),
        ("10:02", None),
        ("6/3/2024", None),
        ("I left on 6/3/2024 at noon", None),
        ("王磊 2024/6/3 10:02 能退吗？", None),
    ],
)
def test_the_stamps_of_a_chat_are_told_from_dates(line: str, stamp: str | None) -> None:
    found = [line[slice(*span)] for span in find_stamps(to_reading(line))]
    assert found == ([] if stamp is None else [stamp])


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("tom baker, head of sales", False),
        ("tom baker, b.sc.", True),
        ("acme inc. oslo", False),
        ("j. baker", False),
        ("we left. they stayed", True),
        ("who pays?", True),
        ("能退吗", True),
        ("as follows:", True),
        ("p.s. more", True),
        ("x" * 80, False),
        ("x" * 81, True),
    ],
)
def test_a_sentence_is_more_than_a_name(line: str, is_one: bool) -> None:
    assert is_sentence(line) is is_one
