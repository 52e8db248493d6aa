"""Questions left open: read line by line, and near to what resembles them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import CorpusError
from index.search.open_questions import OpenQuestion, OpenQuestions, read_open_questions

AXES = np.eye(3, dtype=np.float32)


def _write(folder: Path, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    (folder / "unanswered.jsonl").write_bytes(data)


def test_a_corpus_without_the_file_leaves_nothing_open(tmp_path: Path) -> None:
    assert read_open_questions(tmp_path) == ()


def test_a_question_without_agreements_is_out_of_scope(tmp_path: Path) -> None:
    _write(tmp_path, '{"question": "退款？", "agreements": ["a"]}\n\n{"question": "天气？"}\n')
    assert read_open_questions(tmp_path) == (
        OpenQuestion("退款？", ("a",)),
        OpenQuestion("天气？", ()),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON"),
        ("7", "is not a JSON object"),
        ('{"agreements": []}', "has no 'question'"),
        ('{"question": " "}', "has no 'question'"),
        ('{"question": null}', "has no 'question'"),
        ('{"question": "q", "agreements": "dahan"}', "'agreements' must be a list of texts"),
        (b'"\xff"', "is not UTF-8"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str | bytes, message: str) -> None:
    _write(tmp_path, b"\n" + (line.encode() if isinstance(line, str) else line))
    with pytest.raises(CorpusError, match=rf"unanswered\.jsonl:2: {message}"):
        read_open_questions(tmp_path)


def test_without_questions_there_is_no_opinion() -> None:
    none = OpenQuestions((), AXES[:0])
    assert none.nearness(AXES[0], "a") == (0.0, 0.0)


def test_silence_counts_against_the_named_agreement_alone() -> None:
    found = OpenQuestions((OpenQuestion("q", ("a",)),), AXES[:1])
    assert found.nearness(AXES[0], "a") == (1.0, 0.0)
    assert found.nearness(AXES[0], "b") == (0.0, 0.0)


def test_a_foreign_question_counts_against_all() -> None:
    found = OpenQuestions((OpenQuestion("q", ()), OpenQuestion("r", ("a",))), AXES[:2])
    assert found.nearness(AXES[0], "a") == (0.0, 1.0)
    assert found.nearness(AXES[0], "b") == (0.0, 1.0)


def test_the_nearest_two_are_averaged() -> None:
    rows = [OpenQuestion(question, ("a",)) for question in "qrs"]
    query = np.array([0.8, 0.6, 0.0], dtype=np.float32)
    assert OpenQuestions(rows, AXES).nearness(query, "a")[0] == pytest.approx(0.7)
