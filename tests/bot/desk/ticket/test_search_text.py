"""What a question is looked for with: its brackets, identifiers, and what it hangs on."""

from __future__ import annotations

import pytest

from bot.desk.ticket.ticket import read_ticket


def _texts(message: str) -> list[str]:
    return [question.text for question in read_ticket(message).questions]


@pytest.mark.parametrize(
    "question",
    ["Which court (Dahan) has jurisdiction?", "你们（讯众）在哪个法院起诉？", "Who (if any) pays?"],
)
def test_a_bracket_without_an_identifier_stays(question: str) -> None:
    assert _texts(question) == [question]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Can account (ID: dh-20871) be closed?", "Can account be closed?"),
        ("我的账号（编号：20240611）能转让给同事吗？", "我的账号 能转让给同事吗？"),
        (
            "身份证号 110101199003074512，PO 4500129931，BH-2291，[Ticket#88412]，能退吗？",
            "能退吗？",
        ),
    ],
)
def test_what_an_identifier_leaves_is_not_searched_for(message: str, text: str) -> None:
    assert _texts(message) == [text]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("我们想终止合同。需要提前几天通知你们？（大汉）",
         "我们想终止合同。 需要提前几天通知你们？"),
        ("API key leaked 了 what should I do？损失算谁的？",
         "API key leaked 了 what should I do？ 损失算谁的？"),
        ("Is gambling allowed on it? If not what happens to our account?",
         "Is gambling allowed on it? If not what happens to our account?"),
        ("Do I need the consent of my parents? Can I use it without?",
         "Do I need the consent of my parents? Can I use it without?"),
        ("Our password was stolen. Is that a breach of contract? Who pays for that?",
         "Our password was stolen. Who pays for that?"),
        ("密码泄露了。账号会停用吗？产生的费用谁承担？", "密码泄露了。 产生的费用谁承担？"),
        ("We'd like to resell your API; please confirm this is allowed.",
         "We'd like to resell your API; this is allowed."),
    ],
)  # fmt: skip
def test_a_question_that_names_nothing_is_read_with_what_it_hangs_on(
    message: str, text: str
) -> None:
    asked = read_ticket(message).questions[-1]
    assert asked.text.startswith(text)
    assert asked.alone is None


@pytest.mark.parametrize(
    "question", ["发票由谁来开具？", "How do we get an invoice?", "账号可以转让吗？"]
)
def test_a_question_that_names_its_matter_stands_alone(question: str) -> None:
    asked = read_ticket(f"Our password was stolen. Who pays? {question}").questions[-1]
    assert asked.text == question


def test_a_list_gives_its_entries_no_context() -> None:
    message = "Re: renewal of contract\n\nWe'd like to know:\n- notice period\n- court"
    assert _texts(message) == ["notice period", "court"]


def test_a_name_in_brackets_behind_a_question_belongs_to_it() -> None:
    assert _texts("余额退吗？（大汉）发票怎么开？") == ["余额退吗？（大汉）", "发票怎么开？"]


@pytest.mark.parametrize(
    "message",
    [
        "Tom here, xunzhong user: how long do you keep data?",
        "Last but not least, how long do you keep data?",
        "請問大漢雲通訊：how long do you keep data?",
        "Please tell me: how long do you keep data?",
    ],
)
def test_a_heading_leaves_out_what_only_leads_to_the_question(message: str) -> None:
    (asked,) = read_ticket(message).questions
    assert asked.words == "how long do you keep data?"


def test_a_clause_that_announces_a_question_is_one_with_it() -> None:
    (asked,) = read_ticket("请问贵公司（大汉）终止服务后，数据怎么处理？").questions
    assert asked.words == "贵公司（大汉）终止服务后，数据怎么处理？"
