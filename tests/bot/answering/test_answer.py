from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.answer import Answer, Citation, Outcome, Reason, Related, Retrieved, Writing
from bot.web.bodies import AnswerObject
from index.relations.relations import RelationKind

CITATION = Citation(
    clause_id="acme/1(1)",
    agreement="acme",
    label="1（1）",
    path=("1、 付款",),
    quote="十五日内付款",
    start=3,
    end=9,
    text="您应在十五日内付款。",
    translation="You shall pay within fifteen days.",
    quote_translation="pay within fifteen days",
    confidence=0.9,
)
CITATION_START = CITATION.text.index(CITATION.quote)
ANSWER = Answer("几天？", "zh", Outcome.ANSWERED, None, "十五日", (CITATION,))


def _answer(**changes: object) -> Answer:
    citation = replace(CITATION, **changes)  # type: ignore[arg-type]
    return replace(ANSWER, citations=(citation,))


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": "五日内付款"},
        {"quote": "十五日内退款"},
        {"quote": "", "end": 3},
        {"start": 2, "end": 8},
        {"end": 10},
        {"start": -7, "end": -1},
        {"quote": "十五日内付款。", "end": 99},
        {"text": "您应在三十日内付款。"},
    ],
)
def test_a_quote_that_is_not_in_its_clause_is_refused(changes: dict[str, object]) -> None:
    assert _answer().citations[0].start == CITATION_START
    with pytest.raises(ValueError, match=r"quote of acme/1\(1\) is not in its clause"):
        _answer(**changes)


@pytest.mark.parametrize(
    ("outcome", "reason", "citations"),
    [
        (Outcome.ANSWERED, None, ()),
        (Outcome.ANSWERED, Reason.SILENT, (CITATION,)),
        (Outcome.ABSTAINED, None, ()),
        (Outcome.ABSTAINED, Reason.SILENT, (CITATION,)),
    ],
)
def test_an_answer_cites_and_an_abstention_says_why(
    outcome: Outcome, reason: Reason | None, citations: tuple[Citation, ...]
) -> None:
    with pytest.raises(ValueError, match="has citations and no reason"):
        Answer("?", "en", outcome, reason, "text", citations)


def test_an_answer_becomes_the_object_of_the_contract() -> None:
    retrieved = Retrieved("acme/1(1)", "acme", "1（1）", 0.123456, CITATION.text)
    related = Related(
        clause_id="acme/1(2)",
        agreement="acme",
        label="1（2）",
        path=("1、 付款",),
        text="已支付的费用不予退还。",
        kind=RelationKind.DISAGREES,
        note="两条不一致。",
        of="acme/1(1)",
    )
    answer = replace(
        ANSWER,
        retrieved=(retrieved,),
        related=(related,),
        milliseconds=3.14159,
        prose="七日内。",
        writer=Writing("openai:m", "1", 1, 2),
    )
    row = AnswerObject.of(answer, "a1", asked_id="d077").model_dump(mode="json")
    assert row == {
        "id": "d077",
        "question": "几天？",
        "language": "zh",
        "outcome": "answered",
        "reason": None,
        "answer": "十五日",
        "opening": "",
        "remarks": [],
        "prose": "七日内。",
        "writer": {"model": "openai:m", "prompt": "1", "kept": 1, "dropped": 2},
        "citations": [
            {
                "clause_id": "acme/1(1)",
                "confidence": 0.9,
                "agreement": "acme",
                "label": "1（1）",
                "path": ["1、 付款"],
                "quote": "十五日内付款",
                "start": 3,
                "end": 9,
                "text": "您应在十五日内付款。",
                "translation": "You shall pay within fifteen days.",
                "quote_translation": "pay within fifteen days",
                "lead_in": "",
                "gist": "",
            }
        ],
        "retrieved": [
            {
                "clause_id": "acme/1(1)",
                "agreement": "acme",
                "label": "1（1）",
                "score": 0.1235,
                "text": "您应在十五日内付款。",
            }
        ],
        "related": [
            {
                "clause_id": "acme/1(2)",
                "agreement": "acme",
                "label": "1（2）",
                "path": ["1、 付款"],
                "text": "已支付的费用不予退还。",
                "kind": "disagrees",
                "note": "两条不一致。",
                "of": "acme/1(1)",
            }
        ],
        "ms": 3.14,
        "generation": "",
        "answer_id": "a1",
    }
    assert list(row)[:3] == ["id", "question", "language"]


def test_an_abstention_gives_its_reason_and_no_id_unless_told() -> None:
    answer = Answer("?", "en", Outcome.ABSTAINED, Reason.WEAK_EVIDENCE, "none")
    row = AnswerObject.of(answer).model_dump(mode="json")
    assert "id" not in row
    assert (row["outcome"], row["reason"]) == ("abstained", "weak_evidence")
    assert row["citations"] == row["retrieved"] == row["related"] == []


def test_reasons_are_those_of_the_contract() -> None:
    assert set(Reason) == {"silent", "not_found", "out_of_scope", "weak_evidence", "invalid"}
