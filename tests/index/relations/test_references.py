"""References are read out of the words and lead to clauses of the same agreement, or nowhere."""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.clause import Clause, ClauseKind
from index.corpus import read_corpus
from index.relations.references import Reference, find_mentions, find_references
from index.segmentation.segment import segment
from tests.conftest import ROOT

ZH = """服务协议

第一章 总则
第一条 本协议适用于下列各方：
（一）云梯公司；
（二）用户。

前款所列各方合称双方。
第二条 费用
2.1 用户按月付费。
2.2 {zh_a}
第三章 责任
第三条 违约方赔偿损失。
赔偿以实际损失为限。
第四条 {zh_b}
第五条 其他。
附件一 价目表
价目见网站。
"""
EN = """Hosting Terms

Article 1 Fees
1.1 You pay each month.
1.2 {en_a}
Article 2 Support
We answer by email:
(a) on working days;
(b) within one day;
(c) in English.
Article 3 End
3.1 Either party may end this agreement.
3.2 {en_b}
Schedule 1 Prices
See the site.
"""


def _zh(words: str, more: str = "其他。") -> list[str]:
    text = ZH.format(zh_a=words, zh_b=more)
    return _others(find_references(segment(text, "zh").clauses), "zh/2.2")


def _en(words: str) -> list[str]:
    text = EN.format(en_a=words, en_b="Nothing else.")
    return _others(find_references(segment(text, "en").clauses), "en/1.2")


def _others(found: list[Reference], clause_id: str) -> list[str]:
    return [row.other.partition("/")[2] for row in found if row.clause_id == clause_id]


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("按本协议第三条办理。", ["第三条"]),
        ("按第3条约定办理。", ["第三条"]),
        ("按第３条约定办理。", ["第三条"]),
        ("按第四條約定辦理。", ["第四条"]),
        ("按2.1款办理。", ["2.1"]),
        ("按第2.1条办理。", ["2.1"]),
        ("按第2.1执行。", ["2.1"]),
        ("按第三条第二款赔偿。", ["第三条"]),
        ("按第一条第(2)项办理。", ["第一条(二)"]),
        ("按第一条第一款第（二）项办理。", ["第一条(二)"]),
        ("按第一条（二）办理。", ["第一条"]),
        ("按第三条、第四条和第五条办理。", ["第三条", "第四条", "第五条"]),
        ("按第三、四条办理。", ["第三条", "第四条"]),
        ("按第三条至第五条办理。", ["第三条", "第四条", "第五条"]),
        ("按第3至5条办理。", ["第三条", "第四条", "第五条"]),
        ("按第一条第（一）至（二）项办理。", ["第一条(一)", "第一条(二)"]),
        ("见第三章。", ["第三条"]),
        ("见附件一。", ["附件一"]),
        ("前款所列费用不退。", ["2.1"]),
        ("按第三条办理；另按第九条办理。", ["第三条"]),
    ],
)
def test_chinese_references_lead_to_clauses(words: str, others: list[str]) -> None:
    assert _zh(words) == others


@pytest.mark.parametrize(
    "words",
    [
        "按《民法典》第三条办理。",
        "按《网络安全法》（以下简称网安法）第三条、第四条办理。",
        "按民法典第三条办理。",
        "按电信条例第三条的规定办理。",
        "按原合同第三条办理。",
        "按另行签订的协议第三条办理。",
        "您发送的第三条消息不计费。",
        "每月最多 3.5 条短信。",
        "提前 3 个工作日。",
        "第三方不受本条款约束。",
        "依第九条办理。",
        "双方另签附件九。",
        "本条由云梯公司解释。",
        "共三条，第一，付款；第二，验收。",
    ],
)
def test_what_is_no_clause_of_this_agreement_is_left_out_in_chinese(words: str) -> None:
    assert _zh(words) == []


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("See Section 3.1.", ["3.1"]),
        ("See section 3.1 below.", ["3.1"]),
        ("See **Section 3.1**.", ["3.1"]),
        ("As set out in Article 2(b).", ["2(b)"]),
        ("As set out in Article 2(b) of this Agreement.", ["2(b)"]),
        ("See Clause 2 (a) and (c).", ["2(a)", "2(c)"]),
        ("See Articles 2 and 3.1.", ["Article2", "3.1"]),
        ("See Sections 1.1, 2 and 3.2.", ["1.1", "Article2", "3.2"]),
        ("See Article 2 (Support) and Section 3.1 (Notice).", ["Article2", "3.1"]),
        ("See Section 2(a) to (c).", ["2(a)", "2(b)", "2(c)"]),
        ("See Sections 3.1-3.2.", ["3.1", "3.2"]),
        ("See paragraph (b) of Article 2.", ["2(b)"]),
        ("See Article 3.", ["3.1"]),
        ("See Schedule 1.", ["Schedule1"]),
        ("See the preceding paragraph.", ["1.1"]),
        ("See § 3.1.", ["3.1"]),
        ("Article 2 and 3 days' notice apply.", ["Article2"]),
    ],
)
def test_english_references_lead_to_clauses(words: str, others: list[str]) -> None:
    assert _en(words) == others


@pytest.mark.parametrize(
    "words",
    [
        "Under Section 2 of the Act.",
        "Under Article 2 GDPR.",
        "Under Article 2 (1) of Directive 95/46.",
        "Under GDPR Article 2.",
        "Under California Civil Code Section 2.",
        "Under Section 2 of our Privacy Policy.",
        "Under the Communications Act, Section 2.",
        "Article 20 applies.",
        "Two sections 3 months apart.",
        "In this section I agree.",
        "This Section 1.2 stands.",
        "Schedule 2 of the Competition Act.",
    ],
)
def test_what_is_no_clause_of_this_agreement_is_left_out_in_english(words: str) -> None:
    assert _en(words) == []


def test_an_unnumbered_paragraph_refers_to_what_stands_before_it() -> None:
    text = ZH.format(zh_a="无。", zh_b="无。")
    assert _others(find_references(segment(text, "zh").clauses), "zh/第一条/p1") == ["第一条"]


@pytest.mark.parametrize(
    ("words", "is_exception"),
    [
        ("除第三条另有约定外，费用不退。", True),
        ("除第三条外，用户还应付税。", False),
        ("费用不退，第三条规定的除外。", False),
        ("按第三条办理。", False),
        ("Except as provided in Section 3.1, fees are final.", True),
        ("Fees are final unless ended under Section 3.1.", True),
        ("Subject to Section 3.1, fees are final.", True),
        ("Except for taxes, Section 3.1 applies.", False),
        ("See Section 3.1.", False),
    ],
)
def test_an_exception_is_told_from_a_mention(words: str, is_exception: bool) -> None:
    template, name = (EN, "en/1.2") if words.isascii() else (ZH, "zh/2.2")
    text = template.format(zh_a=words, zh_b="无。", en_a=words, en_b="None.")
    found = find_references(segment(text, name[:2]).clauses)
    assert [row.is_exception for row in found if row.clause_id == name] == [is_exception]


def test_the_words_of_a_reference_are_where_it_says() -> None:
    words = "按第３条、第四條约定，并见 **Section 2.1**。"
    text = ZH.format(zh_a=words, zh_b="无。")
    by_id = {clause.clause_id: clause for clause in segment(text, "zh").clauses}
    found = find_references(tuple(by_id.values()))
    printed = [by_id[row.clause_id].text[row.start : row.end] for row in found]
    assert printed[-3:] == ["第３条", "第３条、第四條", "Section 2.1"]


def test_numbers_that_begin_anew_are_those_of_the_same_part() -> None:
    text = (
        "# Part A\n\n1. One.\n2. See Section 1.\n3. Three.\n\n"
        "# Part B\n\n1. Uno.\n2. See Section 1.\n3. See Section 4.\n"
    )
    clauses = segment(text, "x").clauses
    by_id = {clause.clause_id: clause for clause in clauses}
    pairs = {(by_id[r.clause_id].path, by_id[r.other].text) for r in find_references(clauses)}
    assert pairs == {(("Part A",), "One."), (("Part B",), "Uno.")}


def _clause(number: int, label: str, text: str, *path: str) -> Clause:
    return Clause(f"x/{number}", "x", label, path, ClauseKind.CLAUSE, 1, text, 0, len(text), 0)


def test_a_number_of_another_part_is_not_taken_for_one_of_its_own() -> None:
    clauses = [
        _clause(0, "1", "See Section 2.", "Plus", "Rules", "1. Use"),
        _clause(1, "2", "Link your account.", "Plus", "Steps"),
        _clause(2, "2", "Buy.", "Shop", "Steps"),
    ]
    assert not find_references(clauses)
    clauses[1] = _clause(1, "2", "Link your account.", "Plus", "Rules", "2. Link")
    assert [row.other for row in find_references(clauses)] == ["x/1"]


def test_a_number_under_a_title_of_the_same_number_is_found_from_elsewhere() -> None:
    clauses = [
        _clause(0, "1.1", "See Section 9.2.", "Service", "1.1 Access"),
        _clause(1, "9.2", "Keep it secret.", "Confidentiality", "9.2 Protection"),
    ]
    assert [row.other for row in find_references(clauses)] == ["x/1"]


def test_a_lettered_paragraph_is_one_of_the_list_and_an_appendix_is_not() -> None:
    text = "1. Loss\n(A) you lend it;\n(B) you lose it.\n2. Paragraph {}.\n(A) more;\n(B) see {}.\n"
    for words, others in (("paragraph A", ["x/2(A)"]), ("Appendix A", [])):
        clauses = segment(text.format("one", words), "x").clauses
        assert [row.other for row in find_references(clauses)] == others


def test_a_paragraph_of_an_article_is_not_one_of_its_items() -> None:
    assert _zh("按第一条第一款办理。") == ["第一条"]
    assert _zh("按第一条第二款办理。") == ["第一条/p1"]
    assert _zh("按第一条第三款办理。") == []


def test_ready_passages_have_no_numbers_to_refer_to(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    path.write_text('{"id": 1, "text": "Pay."}\n{"id": 2, "text": "See Section 1."}\n', "utf-8")
    corpus = read_corpus(path)
    assert {clause.kind for clause in corpus.clauses} == {ClauseKind.PASSAGE}
    assert find_references(corpus.clauses) == []


def test_the_shipped_agreements_refer_to_none_of_their_numbers() -> None:
    for clause in read_corpus(ROOT / "corpus").clauses:
        for mention in find_mentions(clause.text):
            assert not mention.steps, (clause.clause_id, mention)


PIECES = (
    "第", "第一条", "第1", "前款", "本条", "、", "1.", "1.1", "(a)", "（一）", "Section ", "and 5 ",
    "Section 5", "Section 5, ", "《", "》（", "除", "except ", "A ", "of the ", " ", "附件",
    "(", "“",
)  # fmt: skip


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for name in ("mentions_zh", "mentions_en", "mention"):
        for key, value in vars(importlib.import_module(f"index.relations.{name}")).items():
            if isinstance(value, re.Pattern):
                yield f"{name}.{key}", value


def _seconds(text: str) -> float:
    began = time.process_time()
    find_mentions(text)
    return time.process_time() - began


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_words_take_twice_the_time(piece: str) -> None:
    once, twice = ((piece * (n // len(piece)))[:n] for n in (8_000, 16_000))
    assert any(_seconds(twice) <= 3 * max(_seconds(once), 2e-3) for _ in range(4))


def test_no_pattern_repeats_without_a_bound() -> None:
    patterns = dict(_patterns())
    assert len(patterns) > 20
    for name, pattern in patterns.items():
        plain = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "x", pattern.pattern)
        assert not re.search(r"[*+]", plain), name
