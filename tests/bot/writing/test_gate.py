"""What passes the gate, and what of it is told apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.writing.gate import Evidence, Fault, Quote, Statement, check_statement
from bot.writing.quotes import plain
from index.clause import Clause
from index.search.judge import Verdict

HERE = Path(__file__).parent
# The shares that each set reached when it was last measured, rounded down. `blind` was written
# by a hand that did not see the gate; of its rows about half were used to mend it since.
FLOORS = {"own": (0.97, 0.94), "blind": (0.82, 0.92)}  # true ones accepted, mutants rejected
QUOTE_FAULTS = {"altered", "stitched", "foreign", "invented"}

REFUND = "用户自付款之日起７日内可以申请退款，但已使用超过30%的除外。"
NOTICE = "We may not assign this Agreement without your prior written consent."
LIST = "您不得利用平台从事以下活动："


def evidence_of(*rows: Mapping[str, Any]) -> dict[str, Evidence]:
    """Return evidence by its reference; what a row leaves out is empty."""
    empty = {"lead_in": "", "path": (), "translation": None}
    found = [Evidence(**(empty | dict(row) | {"path": tuple(row.get("path", ()))})) for row in rows]
    return {each.reference: each for each in found}


EVIDENCE = evidence_of(
    {"reference": "1", "clause_id": "lan/3", "agreement": "蓝海用户协议", "text": REFUND}
    | {"path": ["第三章 退款与售后"]},
    {"reference": "2", "clause_id": "nim/8", "agreement": "Nimbus Terms", "text": NOTICE},
    {"reference": "3", "clause_id": "lan/5(1)", "agreement": "蓝海用户协议"}
    | {"text": "传播计算机病毒的；", "lead_in": LIST},
    {"reference": "4", "clause_id": "nim/9", "agreement": "Nimbus Terms"}
    | {"text": "Fees already paid will not be refunded if you cancel your subscription early."},
)


def check(text: str, words: str, clause: str = "1", question: str = "") -> Fault | None:
    """Return the fault of a statement that rests on one quote."""
    return check_statement(Statement(text, (Quote(clause, words),)), EVIDENCE, question)


def rows_of(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of statements."""
    lines = (HERE / f"statements_{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def fault_of(row: Mapping[str, Any]) -> Fault | None:
    """Return the fault of a row of a file of statements."""
    quotes = tuple(Quote(quote["clause"], quote["words"]) for quote in row["quotes"])
    evidence = evidence_of(*row["evidence"])
    return check_statement(Statement(row["statement"], quotes), evidence, row["question"])


@pytest.fixture(scope="module")
def faults() -> dict[str, list[tuple[dict[str, Any], Fault | None]]]:
    """Return the rows of each file with their fault."""
    return {name: [(row, fault_of(row)) for row in rows_of(name)] for name in FLOORS}


@pytest.mark.parametrize("name", FLOORS)
def test_true_statements_pass_and_mutants_do_not(
    faults: dict[str, list[tuple[dict[str, Any], Fault | None]]], name: str
) -> None:
    passed = [fault is None for row, fault in faults[name] if row["true"]]
    stopped = [fault is not None for row, fault in faults[name] if not row["true"]]
    assert min(len(passed), len(stopped)) >= 150
    through = Counter(row["kind"] for row, fault in faults[name] if fault is None)
    assert sum(passed) / len(passed) >= FLOORS[name][0], through
    assert sum(stopped) / len(stopped) >= FLOORS[name][1], through


def test_no_quote_that_was_tampered_with_passes(
    faults: dict[str, list[tuple[dict[str, Any], Fault | None]]],
) -> None:
    """Of the rows that pass, every quote stands in its own clause, letter for letter."""
    for row, fault in (*faults["own"], *faults["blind"]):
        clauses = {each["reference"]: each for each in row["evidence"]}
        for quote in row["quotes"] if fault is None else ():
            clause = clauses[quote["clause"]]
            whole = plain("\n".join((clause["lead_in"], clause["text"], *clause["path"])))
            assert plain(quote["words"]).strip(" .,;:。") in whole, row


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("用户自付款之日起7日内可以申请退款，但已使用超过30％的除外", None),
        ("用户自付款之日起七日内可以申请退款，但已使用超过百分之三十的除外", None),
        ("用户自付款之日起 7 日内可以申请退款，但已使用超过30%的除外。", None),
        ("用户自付款之日起10日内可以申请退款，但已使用超过30%的除外", Fault.ALTERED),
        ("用户自付款之日起7日内不可以申请退款", Fault.ALTERED),
        ("用户自付款之日起7日内可以……已使用超过30%的除外", Fault.STITCHED),
        ("用户自付款之日起7日内 prior written consent", Fault.STITCHED),
        ("without your prior written consent", Fault.FOREIGN),
        ("本公司对一切损失承担三倍赔偿责任", Fault.INVENTED),
        ("可以申请退款", Fault.NUMBER),  # too little: the days are not among the quoted words
        ("", Fault.INVENTED),
    ],
)
def test_a_quote_is_there_word_for_word_or_told_what_it_is(words: str, fault: Fault | None) -> None:
    assert check("付款后7天内可以申请退款，但已使用超过30%的除外。", words) is fault


def test_a_title_may_be_quoted() -> None:
    assert check("这一章讲的是退款与售后。", "退款与售后") is None


def test_an_item_says_what_its_lead_in_says_of_it() -> None:
    words = "传播计算机病毒的"
    assert check("You must not spread computer viruses.", words, "3") is None
    assert check("您可以传播计算机病毒。", words, "3") is Fault.POLARITY


def test_a_statement_rests_on_clauses_of_the_evidence() -> None:
    assert check_statement(Statement("可以退款。", ()), EVIDENCE, "") is Fault.NO_QUOTE
    assert check("可以退款。", REFUND, "9") is Fault.UNKNOWN_CLAUSE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You may apply for a refund within seven days, unless more than 30% was used.", None),
        ("除已使用超过30%的情形外，用户可在一周内申请退款。", None),
        ("用户可在一个月内申请退款，但已使用超过30%的除外。", Fault.NUMBER),
        ("You may apply within 7 business days, unless more than 30% was used.", Fault.NUMBER),
        ("用户7日内不得申请退款，但已使用超过30%的除外。", Fault.POLARITY),
        ("平台可以在7日内申请退款，但已使用超过30%的除外。", Fault.ACTOR),
        ("用户7日内可以申请退款。", Fault.CONDITION),
        ("哪怕已使用超过30%，用户7日内也可以申请退款。", Fault.CONDITION),
        ("依第3条，用户7日内可以申请退款，但已使用超过30%的除外。", Fault.LABEL),
        ("用户7日内可以申请退款（https://a.example），但已使用超过30%的除外。", Fault.LABEL),
        ("Nimbus 的用户7日内可以申请退款，但已使用超过30%的除外。", Fault.FOREIGN),
    ],
)
def test_a_statement_says_what_its_quote_says(text: str, fault: Fault | None) -> None:
    assert check(text, REFUND) is fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("未经您事先书面同意，我们不得转让本协议。", None),
        ("We can assign the agreement only with your prior written consent.", None),
        ("未经您事先书面同意，我们可以转让本协议。", Fault.POLARITY),
        ("未经我们事先书面同意，您不得转让本协议。", Fault.ACTOR),
        ("我们不得转让本协议。", Fault.CONDITION),
    ],
)
def test_consent_is_whose_it_is_and_is_not_left_out(text: str, fault: Fault | None) -> None:
    assert check(text, NOTICE, "2") is fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("如果您提前取消订阅，已支付的费用不予退还。", None),
        ("如果您提前取消订阅，已支付的费用会退还。", Fault.POLARITY),
        ("If you cancel early, the fees already paid will be refunded.", Fault.POLARITY),
        ("If you cancel or not, fees already paid are always lost, not refunded.", Fault.CONDITION),
    ],
)
def test_what_is_denied_stays_denied_and_only_as_far(text: str, fault: Fault | None) -> None:
    words = "Fees already paid will not be refunded if you cancel your subscription early"
    assert check(text, words, "4") is fault


def test_a_quote_cut_short_of_its_negation_does_not_pass() -> None:
    text = "We may not assign this Agreement without your prior written consent."
    assert check(text, NOTICE, "2") is None
    assert check(text, "assign this Agreement without your prior written consent", "2")
    assert check("We may assign this Agreement.", "assign this Agreement", "2")


def test_a_number_of_the_question_may_be_said_again() -> None:
    text = "过了12天不行，用户7日内可以申请退款，但已使用超过30%的除外。"
    assert check(text, REFUND) is Fault.NUMBER
    assert check(text, REFUND, question="过了12天还能退款吗？") is None


class _Judge:
    """Finds everything on the topic, or nothing."""

    def __init__(self, topic: float) -> None:
        self._topic = topic

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Verdict]:
        return [Verdict(0.0, self._topic, ()) for _ in clauses]


def test_the_judge_has_the_last_word() -> None:
    statement = Statement(NOTICE, (Quote("2", NOTICE),))
    assert check_statement(statement, EVIDENCE, "", judge=_Judge(2.0)) is None
    assert check_statement(statement, EVIDENCE, "", judge=_Judge(-2.0)) is Fault.JUDGE
