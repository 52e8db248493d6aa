from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.answering.answer import Answer, Citation, Outcome, Reason, Retrieved
from bot.answering.bot import Bot
from bot.evaluation.scores import Gold, evaluate, matches, read_questions, to_table
from index.errors import QueryError

QUOTE = "十五日内"
ROW = {
    "id": "d1",
    "lang": "zh",
    "question": "几天？",
    "agreement": None,
    "history": [],
    "evidence": [{"agreement": "acme", "clause": "1", "quote": QUOTE}],
    "any_of": True,
}


class RecitingBot(Bot):
    """Gives prepared answers, to score the scoring."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Return what was prepared for the question."""
        return self.answers[text]


def _gold(question: str, *quotes: str, language: str = "zh", any_of: bool = True) -> Gold:
    evidence = tuple(("acme", quote) for quote in quotes)
    return Gold(question, language, question, None, (), evidence, any_of)


def _answer(retrieved: Sequence[str], cited: Sequence[str] = (), milliseconds: float = 1) -> Answer:
    return Answer(
        question="?",
        language="zh",
        outcome=Outcome.ANSWERED if cited else Outcome.ABSTAINED,
        reason=None if cited else Reason.SILENT,
        text="text",
        citations=tuple(
            Citation("id", "acme", "1", (), text, 0, len(text), text, None, None, 0.9)
            for text in cited
        ),
        retrieved=tuple(Retrieved("id", "acme", "1", 0.5, text) for text in retrieved),
        milliseconds=milliseconds,
    )


def test_every_measure_is_what_its_definition_gives() -> None:
    questions = [
        _gold("first", "甲", "乙"),  # either suffices; found first, cited rightly
        _gold("third", "甲", "乙", any_of=False),  # one of two found, third; one citation wrong
        _gold("sixth", "甲", language="en"),  # found, but beyond the fifth; refused
        _gold("never", "甲"),  # not found; cited wrongly
        _gold("nothing"),  # rightly refused
        _gold("nonsense", language="en"),  # wrongly answered
    ]
    bot = RecitingBot(
        {
            "first": _answer(["甲。", "丙"], ["甲。"], 1),
            "third": _answer(["丙", "丁", "乙"], ["乙", "丙"], 2),
            "sixth": _answer([*"丙丁戊己庚", "甲"], (), 3),
            "never": _answer(["丙"], ["丙"], 4),
            "nothing": _answer(["丙"], (), 5),
            "nonsense": _answer(["丙"], ["丙"], 6),
        }
    )
    scores = evaluate(bot, questions)
    assert scores["all"] == {
        "questions": 6,
        "with evidence": 4,
        "hit@1": 0.25,
        "hit@3": 0.5,
        "recall@5": 0.375,  # 1, 1/2, 0, 0
        "MRR@10": 0.375,  # 1, 1/3, 1/6, 0
        "citation precision": 0.5,  # 1 of 1, 1 of 2, none, 0 of 1
        "evidence cited": 0.375,
        "abstention precision": 0.5,
        "abstention recall": 0.5,
        "over-refusal": 0.25,
        "median ms": 3.5,
        "p95 ms": 6,
    }
    assert scores["en"]["questions"] == 2
    assert scores["en"]["over-refusal"] == 1
    assert scores["en"]["hit@1"] == scores["en"]["abstention recall"] == 0
    assert scores["zh"]["hit@1"] == 0.333
    assert scores["zh"]["abstention precision"] == 1


def test_a_language_without_questions_has_no_column() -> None:
    scores = evaluate(RecitingBot({"first": _answer(["甲"], ["甲"])}), [_gold("first", "甲")])
    assert scores["en"] == {}
    head, *rows = to_table(scores).splitlines()
    assert head.split() == ["all", "zh"]
    assert rows[2].split() == ["hit@1", "1.0", "1.0"]
    assert len(rows) == len(scores["all"])


def test_the_real_bot_scores_its_canonical_question(bot: Bot) -> None:
    gold = Gold(
        "d1",
        "en",
        "how long is data kept after termination?",
        "xunzhong",
        (),
        (("xunzhong", "自本协议终止之日起7日后"),),
        any_of=True,
    )
    scores = evaluate(bot, [gold])["en"]
    assert scores["hit@1"] == scores["citation precision"] == scores["evidence cited"] == 1


def test_a_clause_matches_by_agreement_and_quote_white_space_aside() -> None:
    assert matches("acme", "您应在十五 日\n内付款。", ("acme", "十五日内"))
    assert matches("acme", "pay within 15 days", ("acme", "within  15days"))
    assert not matches("globex", "您应在十五日内付款。", ("acme", "十五日内"))
    assert not matches("acme", "您应在五日内付款。", ("acme", "十五日内"))


def _write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_questions_are_read_as_they_stand(tmp_path: Path) -> None:
    short = {"id": "d2", "lang": "en", "question": "how?", "agreement": "acme", "history": ["so?"]}
    path = _write(tmp_path / "q.jsonl", "\ufeff" + json.dumps(ROW), "", json.dumps(short), "")
    assert read_questions(path) == [
        Gold("d1", "zh", "几天？", None, (), (("acme", QUOTE),), any_of=True),
        Gold("d2", "en", "how?", "acme", ("so?",), (), any_of=True),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[1]",
        "7",
        '"text"',
        "[" * 100_000,
        json.dumps({key: value for key, value in ROW.items() if key != "question"}),
        json.dumps(ROW | {"question": None}),
        json.dumps(ROW | {"agreement": 7}),
        json.dumps(ROW | {"history": "so?"}),
        json.dumps(ROW | {"history": [7]}),
        json.dumps(ROW | {"evidence": {"agreement": "acme"}}),
        json.dumps(ROW | {"evidence": 7}),
        json.dumps(ROW | {"evidence": ["quote"]}),
        json.dumps(ROW | {"evidence": [{"agreement": "acme"}]}),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = _write(tmp_path / "q.jsonl", json.dumps(ROW), line)
    with pytest.raises(QueryError, match=r"q\.jsonl:2: is no question with evidence"):
        read_questions(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"none\.jsonl: cannot be read \(No such file"):
        read_questions(tmp_path / "none.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueryError, match=r"bytes\.jsonl:1: .* is not UTF-8"):
        read_questions(tmp_path / "bytes.jsonl")
    with pytest.raises(QueryError, match=r"empty\.jsonl: holds no question"):
        read_questions(_write(tmp_path / "empty.jsonl", "", " "))
