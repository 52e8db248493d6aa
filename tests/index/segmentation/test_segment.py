"""Clauses, labels and leftovers of agreements in many styles; all but the corpus are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.clause import Clause, ClauseKind
from index.segmentation.segment import Segmentation, segment

CORPUS = Path(__file__).parents[3] / "corpus"


def run(text: str) -> Segmentation:
    """Take apart an agreement called x."""
    return segment(text, "x")


def labels(text: str) -> list[str]:
    """Return the labels of a text."""
    return [clause.label for clause in run(text).clauses]


def clause(text: str, label: str) -> Clause:
    """Return the one clause with a label."""
    (found,) = [clause for clause in run(text).clauses if clause.label == label]
    return found


def of_corpus(name: str) -> tuple[str, Segmentation]:
    """Return the text and the segmentation of an agreement of the corpus."""
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    return text, segment(text, name)


def numbered(parent: str, last: int) -> list[str]:
    """Return labels such as 5.1 to 5.9."""
    return [f"{parent}.{number}" for number in range(1, last + 1)]


def items(parent: str, last: int) -> list[str]:
    """Return labels such as 8.3(1) to 8.3(5)."""
    return [f"{parent}({number})" for number in range(1, last + 1)]


def xunzhong_labels() -> list[str]:
    """Return every label of xunzhong in order, as printed."""
    last = {"2": [1, 2, 3, 4, 5], "3": [1, 2, 3, 4, 5, 9, 10, 11, 12, 13], "4": [*range(1, 11)]}
    rules = {article: [f"{article}（{number}）" for number in last[article]] for article in last}
    return [
        *("前言", "1", "2"),
        *rules["2"],
        *rules["3"],
        *rules["4"],
        *("5（1）", "5（2）", "5（2）a)", "5（2）b)", "5（2）c)", "5（2）d)", "5（3）"),
        *("6（1）", "6（2）", "6（3）"),
        *("7（1）", "7（1）a)", "7（1）b", "7（1）c)", "7（1）d)", "7（2）", "7（3）"),
        *("8", "9（1）", "9（2）", "9（3）"),
    ]


def dahan_labels() -> list[str]:
    """Return every label of dahan in order, as printed."""
    rules = numbered("4.3", 17)
    for parent, found in (
        ("4.3.2", items("4.3.2", 9)),
        ("4.3.11", ["4.3.11 1)", "4.3.11 2)"]),
        ("4.3.13", items("4.3.13", 10)),
        ("4.3.17", items("4.3.17", 5)),
    ):
        at = rules.index(parent) + 1
        rules[at:at] = found
    return [
        "前言",
        "第一条",
        *numbered("1", 3),
        "第二条",
        *numbered("3.1", 3),
        *numbered("3.2", 3),
        *numbered("4.1", 7),
        *numbered("4.2", 2),
        *rules,
        *numbered("5", 9),
        *numbered("6", 3),
        *numbered("7", 5),
        *numbered("8", 3),
        *items("8.3", 5),
        "8.4",
        "第九条",
        *numbered("10", 5),
        *numbered("10.5", 4),
        *numbered("11", 3),
        "第十二条",
        *numbered("14", 7),
        "结语",
    ]


def test_xunzhong_gives_exactly_its_clauses() -> None:
    _, found = of_corpus("xunzhong")
    assert [clause.label for clause in found.clauses] == xunzhong_labels()


def test_dahan_gives_exactly_its_clauses() -> None:
    _, found = of_corpus("dahan")
    assert [clause.label for clause in found.clauses] == dahan_labels()


def test_slips_of_the_two_agreements_are_reported() -> None:
    assert [doubt.message for doubt in of_corpus("xunzhong")[1].doubts] == [
        "（9） follows number 5"
    ]
    assert [doubt.message for doubt in of_corpus("dahan")[1].doubts] == [
        "14.1 stands below 第十三条"
    ]


def test_only_an_artefact_is_left_over_of_the_two_agreements() -> None:
    text, found = of_corpus("xunzhong")
    assert [text[span.start : span.end] for span in found.leftovers] == ["[bookmark: _GoBack]"]
    assert found.leftovers[0].reason == "artefact"
    assert of_corpus("dahan")[1].leftovers == ()


def test_ids_are_half_width_and_tell_two_numbers_apart() -> None:
    ids = {
        clause.clause_id for name in ("xunzhong", "dahan") for clause in of_corpus(name)[1].clauses
    }
    assert {
        "xunzhong/5(3)",
        "xunzhong/7(1)b",
        "xunzhong/preamble",
        "dahan/4.3.11/1)",
        "dahan/第二条",
        "dahan/closing",
    } <= ids


def test_an_item_carries_its_lead_in_and_its_titles() -> None:
    _, found = of_corpus("xunzhong")
    item = next(clause for clause in found.clauses if clause.label == "5（2）a)")
    assert item.kind is ClauseKind.ITEM
    assert item.lead_in == "您应知悉您的数据在下述情况下将部分或全部被披露："
    assert item.parent == "xunzhong/5(2)"
    assert item.path == ("5、 数据的保存、销毁与下载",)
    assert item.level == 3


STYLES = {
    "chinese numerals": (
        (
            "一、总则\n（一）甲方应当：\n1．守法；\n2．付费。\n（二）其他约定。\n二、费用\n"
            "1、按月结算。\n2、逾期付息。"
        ),
        ["一（一）", "一（一）1", "一（一）2", "一（二）", "二.1", "二.2"],
    ),
    "statute": (
        (
            "第一章 总则\n\n第一条\u3000为了保护权益，制定本法。\n\n"
            "第二条 下列行为应当禁止：\n（一）欺诈；\n（二）胁迫。\n\n第二章 附则\n\n"
            "第三条\u3000本法自公布之日起施行。"
        ),
        ["第一条", "第二条", "第二条（一）", "第二条（二）", "第三条"],
    ),
    "arabic articles": (
        "第1条 范围\n本条款适用于用户。\n第2条 服务\n2-1 内容见网站。\n2-2 全天提供。",
        ["第1条", "2-1", "2-2"],
    ),
    "enclosed numbers": (
        "1、具体包括：\n①延迟付款；\n②拒绝付款。\n2、30日内支付。",
        ["1", "1①", "1②", "2"],
    ),
    "decimals": (
        (
            "1 Scope\n1.1 This is the scope.\n1.2 It has rules.\n2 Use\n2.1 Use is free.\n"
            "   2.1.1 For all."
        ),
        ["1.1", "1.2", "2.1", "2.1.1"],
    ),
    "letters and romans": (
        (
            "1. The user shall:\n(a) pay;\n(b) behave, that is:\n    (i) not spam;\n"
            "    (ii) not hack.\n2. Law."
        ),
        ["1", "1(a)", "1(b)", "1(b)(i)", "1(b)(ii)", "2"],
    ),
    "the letter i": (
        "1. List:\n" + "".join(f"({mark}) x;\n" for mark in "abcdefghij"),
        ["1", *(f"1({mark})" for mark in "abcdefghij")],
    ),
    "articles and sections": (
        (
            "ARTICLE I\nDEFINITIONS\n\nSection 1.1 Terms. Words mean things.\n\n"
            "ARTICLE II\nFEES\n\nSection 2.1 Pay. You pay us.\n\n(i) now;\n\n(ii) later;\n\n"
            "Section 2.2 Tax. Included."
        ),
        ["Section 1.1", "Section 2.1", "2.1(i)", "2.1(ii)", "Section 2.2"],
    ),
    "headings of Markdown": (
        (
            "Section 1: Account\n------\n\n### a. Accepting\n\nYou accept.\n\n"
            "You really do.\n\n### b. Leaving\n\nYou leave."
        ),
        ["1.a", "1.b"],
    ),
    "bold titles": (
        "**1. Licence.** We grant you a right.\n\n**2. Fees**\n\nYou pay fees.",
        ["1", "2"],
    ),
    "label on its own line": (
        ("1\\.\n\nFirst words of one.\n\n2\\.\n\nThe words of two.\n\n**3.**\nThe words of three."),
        ["1", "2", "3"],
    ),
    "two labels on a line": (
        ("1. 1.1 The first rule.\n1.2 The second rule.\n2. (a) A third rule.\n(b) A fourth rule."),
        ["1.1", "1.2", "2(a)", "2(b)"],
    ),
    "mixed numbers": (
        (
            "1\\. Who\n====\n\n1A. What is this?\n----\n\nIt is a text.\n\n1B. Why is this?\n"
            "----\n\nIt has a reason."
        ),
        ["1A", "1B"],
    ),
    "formal numerals, traditional": (
        (
            "壹、費用\n一、每月二十元。\n二、年付八折。\n貳、終止\n一、可隨時終止。\n參、其他\n"
            "一、附則另定。"
        ),
        ["壹.一", "壹.二", "貳.一", "參.一"],
    ),
    "formal numerals without a mark": (
        "壹　费用\n每月二十元。\n贰　终止\n可随时终止。",
        ["壹", "贰"],
    ),
    "full-width numbers": (
        "１．　费用\n１．１　费用为二十元。\n１．２　可以退款。\n２．　终止\n２．１　随时终止。",
        ["1.1", "1.2", "2.1"],
    ),
    "full-width letters": (
        "Ａ．费用为二十元。\nＢ．可以退款：\n（１）七日内；\n（２）未使用。",
        ["A", "B", "B（1）", "B（2）"],
    ),
    "signs that enclose numbers, in each other": (
        "一、不得：\n㈠吵闹，即：\n①喊叫；\n②奏乐；\n㈡打架。\n二、罚则另定。",
        ["一", "一㈠", "一㈠①", "一㈠②", "一㈡", "二"],
    ),
    "stems": (
        "甲、费用\n每月二十元。\n乙、终止\n（甲）随时；\n（乙）月底。",
        ["甲", "乙（甲）", "乙（乙）"],
    ),
    "roman signs": ("Ⅰ．费用\n每月二十元。\nⅡ．终止\n可随时终止。", ["Ⅰ", "Ⅱ"]),
    "numbers that go on in the next chapter": (
        "第Ⅰ章 费用\n1. 每月二十元。\n2. 年付八折。\n第Ⅱ章 终止\n3. 可随时终止。",
        ["1", "2", "3"],
    ),
    "roman headings": (
        (
            "I. Scope\nThis covers all of it.\nII. Rules\nA. You must behave.\n"
            "B. You must pay.\nIII. End\nIt is done."
        ),
        ["I", "II.A", "II.B", "III"],
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_labels_are_found_and_composed_in_many_styles(style: str) -> None:
    text, expected = STYLES[style]
    assert labels(text) == expected


REFERENCES = (
    "第二条所述费用不予退还。",
    "3.2款约定的费用。",
    "2024年5月1日起执行。",
    "2.15 元一条。",
    "30日内付清。",
    "3 个工作日内。",
    "Section 5.2 shall apply.",
    "5.2 of this text applies.",
    "3 business days are enough.",
    "0.5% a day.",
)


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_a_date_or_a_quantity_opens_no_clause(reference: str) -> None:
    text = f"第一条 费用\n1.1 费用如下。\n{reference}\n1.2 其他。"
    assert labels(text) == ["1.1", "1.2"]
    assert reference in clause(text, "1.1").text


def test_parties_named_by_stems_open_no_clause() -> None:
    text = "协议书\n甲方：张三\n乙方：李四\n甲、乙双方约定如下：\n1、买卖。\n2、付款。"
    assert labels(text) == ["前言", "1", "2"]


def test_wrapped_lines_belong_to_their_clause() -> None:
    text = (
        "1.1 We grant a licence subject to Section\n5.2 of this text and to any\n"
        "other terms.\n1.2 No more."
    )
    assert labels(text) == ["1.1", "1.2"]
    assert clause(text, "1.1").text.endswith("other terms.")


def test_marks_inside_a_sentence_open_no_clause() -> None:
    assert labels("1. You may (a) read; (b) write; and (c) copy.\n2. No more.") == ["1", "2"]


def test_words_after_a_list_belong_to_the_clause_above_it() -> None:
    text = "1. You shall:\n(a) pay;\n(b) behave.\n\nThese duties last.\n\n2. No more."
    assert labels(text) == ["1", "1(a)", "1(b)", "1¶1", "2"]
    assert clause(text, "1¶1").kind is ClauseKind.PARAGRAPH
    assert clause(text, "1¶1").parent == "x/1"


def test_paragraphs_of_one_number_are_one_clause() -> None:
    text = "1. First words.\n\nMore words.\n\n2. Second.\n\n3. Third.\n\n4. Fourth."
    assert clause(text, "1").text == "First words.\n\nMore words."


def test_paragraphs_without_a_number_are_a_clause_each() -> None:
    text = (
        "# Terms\n\nHello there.\n\n## Privacy\n\nWe care.\n\nWe do:\n\n* one\n* two\n"
        "    * deep\n\nAfterwards.\n\n## End\n\nBye."
    )
    names = ["¶1", "¶2", "¶2•1", "¶2•2", "¶2•2•1", "¶3"]
    assert labels(text) == ["Preamble", *(f"Privacy {name}" for name in names), "End"]
    ids = [found.clause_id for found in run(text).clauses]
    assert ids[1:5] == ["x/privacy/p1", "x/privacy/p2", "x/privacy/p2/i1", "x/privacy/p2/i2"]
    assert ids[-1] == "x/end"
    assert clause(text, "Privacy ¶2•1").lead_in == "We do:"


def test_headings_alone_name_the_clauses_below_them() -> None:
    text = "服务协议\n\n费用\n\n每月二十元。\n\n退款\n\n七日内可以退款。\n\n终止\n\n可以随时终止。"
    found = run(text).clauses
    assert [one.label for one in found] == ["费用", "退款", "终止"]
    assert [one.clause_id for one in found] == ["x/费用", "x/退款", "x/终止"]


def test_headings_of_the_same_words_are_told_apart() -> None:
    text = (
        "# A\n\n## Data\n\n### Collected\n\n* a\n\n## Payments\n\n### Collected\n\n* b\n\n"
        "## End\n\nBye.\n\n## End\n\nBye bye.\n"
    )
    assert labels(text) == ["Data › Collected •1", "Payments › Collected •1", "End", "End (2)"]


def test_the_words_of_a_long_heading_are_cut_in_a_label() -> None:
    title = "What happens where we change the prices of a plan that you have paid for already"
    (label,) = labels(f"# Terms\n\n## {title}\n\nNothing.\n")
    assert label == "What happens where we change the prices of a…"
    assert clause(f"# Terms\n\n## {title}\n\nNothing.\n", label).path == (title,)


PARTS = {
    "sections": (
        "# Terms\n\n## In the EU\n\n### 1 Using\n\nUse it.\n\n### 2 Ending\n\nEnd in 14 days.\n\n"
        "## Elsewhere\n\n### 1 Using\n\nUse it.\n\n### 2 Ending\n\nEnd in 7 days.\n"
    ),
    "plain numbers": (
        "# Terms\n\n## In the EU\n\n1. Use it.\n2. End in 14 days.\n\n"
        "## Elsewhere\n\n1. Use it.\n2. End in 7 days.\n"
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_sections_that_come_again_are_told_apart_by_their_part(name: str) -> None:
    found = run(PARTS[name]).clauses
    assert [one.label for one in found] == [
        "In the EU › 1",
        "In the EU › 2",
        "Elsewhere › 1",
        "Elsewhere › 2",
    ]
    assert len({one.clause_id for one in found}) == 4


def test_articles_that_run_on_through_sections_are_called_by_their_own_number() -> None:
    text = (
        "SECTION 1 – ACCOUNTS\n\n### 1. Signing up\n\nAn account needs a name.\n\n### 2. Fees\n\n"
        "Paid each month:\n\n(a) rent,\n\n(b) tax.\n\nSECTION 2 – ENDING\n\n### 3. Notice\n\n"
        "A week suffices.\n\n### 4. Data\n\nIt is deleted."
    )
    assert labels(text) == ["1", "2", "2(a)", "2(b)", "3", "4"]
    again = text.replace("### 3.", "### 1.").replace("### 4.", "### 2.")
    assert labels(again) == ["1.1", "1.2", "1.2(a)", "1.2(b)", "2.1", "2.2"]
    han = "一、账户\n\n1、须实名。\n\n2、限一户。\n\n二、终止\n\n3、提前通知。\n\n4、删除数据。"
    assert labels(han) == ["1", "2", "3", "4"]
    again = han.replace("3、", "1、").replace("4、", "2、")
    assert labels(again) == ["一.1", "一.2", "二.1", "二.2"]


@pytest.mark.parametrize("sign", ["*   ", "- ", "1) "])
def test_a_numbered_heading_ends_the_list_of_the_preamble(sign: str) -> None:
    text = (
        f"# Terms\n\nIn short:\n\n{sign}Do not break the law.\n\n### 1. Use\n\nBe kind.\n\n"
        "### 2. Licence\n\n1.  You may view what is on this site.\n2.  You may not sell any of it."
    )
    assert labels(text)[-3:] == ["1", "2.1", "2.2"]


@pytest.mark.parametrize("title", ["定义", "商户的声明与保证", "Definitions", "Term and Notice"])
def test_a_numbered_line_that_ends_in_a_colon_can_be_a_title(title: str) -> None:
    first, second = ("一、", "二、") if title[0] > "z" else ("1. ", "2. ")
    body = "“商户”指使用本服务的企业。" if title[0] > "z" else "A User is whoever signs up here."
    text = f"{first}{title}：\n\n{body}\n\n{second}{title}：\n\n{body}"
    assert [(one.text, one.path[-1]) for one in run(text).clauses] == [
        (body, f"{number}{title}：") for number in (first, second)
    ]


@pytest.mark.parametrize(
    "lead_in", ["商户应当", "您同意和理解", "须提供下列材料", "用户承诺", "商户不得"]
)
def test_words_that_only_begin_a_sentence_are_no_title(lead_in: str) -> None:
    text = f"一、{lead_in}：\n\n（一）营业执照；\n\n（二）身份证。\n\n二、本协议自签署之日起生效。"
    assert labels(text) == ["一", "一（一）", "一（二）", "二"]
    assert clause(text, "一（一）").lead_in.endswith(f"{lead_in}：")


def test_a_short_line_after_a_list_names_what_follows() -> None:
    text = (
        "用户协议\n\n许可\n\n我们授予您下列许可：\n\n1.使用本产品；\n\n2.安装本产品。\n\n限制\n\n"
        "您的权利受到下列限制：\n\n1.不得出租；\n\n2.不得出售。\n\n变更与终止\n\n变更\n\n"
        "本协议可以变更，变更会提前公布。\n\n适用法律\n\n本协议适用中国法律；"
    )
    found = run(text).clauses
    assert [one.path[-1] for one in found] == [*["许可"] * 3, *["限制"] * 3, "变更", "适用法律"]
    assert not [one for one in found if one.text in ("限制", "变更与终止", "变更", "适用法律")]


def test_a_heading_that_is_a_link_is_read_as_its_words() -> None:
    text = (
        "# Terms\n\n## [1. Fees](https://acme.example/terms#fees)\n\nFees are due monthly.\n\n"
        "### [Late payment](#late)\n\nInterest is charged.\n\n## [2. Ending](#end)\n\nAny time."
    )
    assert [(one.label, one.path) for one in run(text).clauses] == [
        ("1", ("1. Fees",)),
        ("Late payment", ("1. Fees", "Late payment")),
        ("2", ("2. Ending",)),
    ]


@pytest.mark.parametrize("title", ["**Fees:  \n**", "**Fees**\n\n"])
def test_bold_type_that_ends_in_the_next_line_is_a_heading(title: str) -> None:
    text = f"Terms\n\nWelcome, dear user.\n\n{title}Fees are due on the first day of a month."
    assert [one.path for one in run(text).clauses] == [(), ("Fees" + ":" * (":" in title),)]


def test_one_item_that_is_no_title_does_not_make_its_siblings_items() -> None:
    parts = ["一、服务", "本站出售各种鲜粮。", "二、本协议自公布之日起生效，对所有用户有约束力。"]
    parts += [
        "三、帐号，密码和安全",
        "用户对自己的帐号和密码负责。",
        "四、责任",
        "本站对间接损失不负责。",
    ]
    text = "\n\n".join(parts)
    assert [(one.label, one.path) for one in run(text).clauses] == [
        ("一", ("一、服务",)),
        ("二", ()),
        ("三", ("三、帐号，密码和安全",)),
        ("四", ("四、责任",)),
    ]
    rule = text.replace("帐号，密码和安全", "未经许可，不得转让")
    assert next(one for one in run(rule).clauses if one.label == "三").text.startswith("未经许可")


def test_a_gap_is_kept_as_printed_and_reported() -> None:
    found = run("1. One.\n2. Two.\n5. Five.")
    assert [one.label for one in found.clauses] == ["1", "2", "5"]
    assert [(doubt.line, doubt.message) for doubt in found.doubts] == [(3, "5 follows number 2")]


def test_a_repeated_number_gets_its_own_id() -> None:
    found = run("1. One.\n\n2. Two.\n\n2. Two again.\n\n3. Three.")
    assert [one.clause_id for one in found.clauses] == ["x/1", "x/2", "x/2~2", "x/3"]
    assert any("repeats" in doubt.message for doubt in found.doubts)


def test_a_second_agreement_in_a_file_numbers_anew() -> None:
    text = (
        "用户协议\n1. 定义\n1.1 甲。\n1.2 乙。\n2. 费用\n2.1 丙。\n隐私政策\n1. 收集\n"
        "1.1 我们收集。\n2. 存储\n2.1 境内。"
    )
    found = run(text).clauses
    assert [one.label for one in found] == ["1.1", "1.2", "2.1", "隐私政策 › 1.1", "隐私政策 › 2.1"]
    assert found[3].path == ("隐私政策", "1. 收集")
    assert len({one.clause_id for one in found}) == 5


def test_furniture_of_a_saved_page_is_set_aside() -> None:
    text = (
        "# Terms\n\nLast updated: 1 May 2024\n\n- [Privacy](#p)\n- [Data](#d)\n- [End](#e)\n\n"
        "## Privacy\n\nWe care.\n\n"
        "[Back to top](#top)\n\n* * *\n\n## Data\n\nWe keep it.\n\n## End\n\nBye.\n\n"
        "© 2024 Acme. All rights reserved.\n"
    )
    found = run(text)
    assert [one.text for one in found.clauses] == ["We care.", "We keep it.", "Bye."]
    reasons = {span.reason for span in found.leftovers}
    assert {"table of contents", "button", "rule", "foot of a page"} <= reasons


def test_contents_with_dots_are_set_aside() -> None:
    text = (
        "目录\n第一章 总则........1\n第二章 费用........2\n\n第一章 总则\n"
        "第一条 本协议有效。\n第二章 费用\n第二条 费用另计。"
    )
    assert labels(text) == ["第一条", "第二条"]


def test_an_inserted_article_follows_the_one_it_was_inserted_after() -> None:
    assert labels("第一条 甲。\n第二条 乙。\n第二条之一 丙。\n第三条 丁。") == [
        "第一条",
        "第二条",
        "第二条之一",
        "第三条",
    ]


def test_a_number_may_stand_before_a_word_that_is_also_a_unit() -> None:
    text = (
        "1.收集\n1.1个人信息是指记录。\n1.2 版权归我们。\n2、分享\n2.1 时间为准，\n3 个工作日内。"
    )
    assert labels(text) == ["1.1", "1.2", "2.1"]


def test_a_table_stays_in_its_clause() -> None:
    text = "1. Fees are:\n\n| a | b | c |\n| --- | --- | --- |\n| 1. | 2 | 3 |\n\n2. No more."
    assert labels(text) == ["1", "2"]
    assert clause(text, "1").text.endswith("| 1. | 2 | 3 |")


def test_the_words_that_close_an_agreement_are_its_closing() -> None:
    text = "1. One.\n\n2. Two.\n\nIN WITNESS WHEREOF the parties sign."
    assert clause(text, "Closing").clause_id == "x/closing"


@pytest.mark.parametrize("text", ["", "\n\n", "   \t", "# Title", "***"])
def test_a_text_without_words_of_its_own_has_no_clause(text: str) -> None:
    assert run(text).clauses == ()
