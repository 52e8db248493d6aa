from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.answering.bot import Bot

EN, ZH = "how long is data kept after termination?", "协议终止后数据保留多久？"
OFF_TOPIC = "今天天气怎么样？"
KEYS = {
    "question": str,
    "language": str,
    "outcome": str,
    "reason": str | None,
    "answer": str,
    "opening": str,
    "remarks": list,
    "prose": str,
    "writer": dict | None,
    "citations": list,
    "retrieved": list,
    "related": list,
    "ms": float,
    "generation": str,
}
CITATION_KEYS = {
    "clause_id": str,
    "confidence": float,
    "agreement": str,
    "label": str,
    "path": list,
    "quote": str,
    "start": int,
    "end": int,
    "text": str,
    "translation": str | None,
    "quote_translation": str | None,
    "lead_in": str,
    "gist": str,
}
RETRIEVED_KEYS = {"clause_id": str, "agreement": str, "label": str, "score": float, "text": str}


@pytest.fixture(autouse=True)
def _use_stored_index(
    stored_index: Path, loaded_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLAUSEBOT_MODEL", "CLAUSEBOT_ANSWER_ABOVE", "CLAUSEBOT_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLAUSEBOT_INDEX", str(stored_index))


def _assert_keys(row: dict[str, Any], keys: dict[str, Any]) -> None:
    assert list(row) == list(keys)
    for key, kind in keys.items():
        assert isinstance(row[key], kind), key


def _assert_contract(row: dict[str, Any]) -> None:
    _assert_keys(row, KEYS)
    assert row["outcome"] in ("answered", "abstained")
    assert row["reason"] in (
        None,
        "silent",
        "not_found",
        "out_of_scope",
        "weak_evidence",
        "invalid",
    )
    assert (row["outcome"] == "answered") == bool(row["citations"]) == (row["reason"] is None)
    for citation in row["citations"]:
        _assert_keys(citation, CITATION_KEYS)
        assert citation["text"][citation["start"] : citation["end"]] == citation["quote"]
    for clause in row["retrieved"]:
        _assert_keys(clause, RETRIEVED_KEYS)
    assert len(row["retrieved"]) <= 10


def _batch(tmp_path: Path, *lines: object) -> tuple[int, list[dict[str, Any]]]:
    """Run a batch over lines, each an object or as it stands; return the code and the rows."""
    source, target = tmp_path / "in.jsonl", tmp_path / "made" / "out.jsonl"
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    source.write_bytes(b"\n".join(written))
    code = main(["batch", str(source), str(target)])
    return code, [json.loads(line) for line in target.read_bytes().split(b"\n") if line]


def test_ask_prints_the_answer(capsys: pytest.CaptureFixture[str], bot: Bot) -> None:
    assert main(["ask", EN]) == 0
    printed = capsys.readouterr()
    assert printed.out == bot.ask(EN).text + "\n"
    assert printed.err == ""


def test_ask_gives_the_object_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", ZH, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    _assert_contract(row)
    assert row["question"] == ZH
    assert row["citations"][0]["clause_id"] == "xunzhong/5(3)"


def test_ask_abstains_with_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", OFF_TOPIC, "--agreement", "dahan", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    _assert_contract(row)
    assert (row["outcome"], row["reason"]) == ("abstained", "out_of_scope")
    assert {clause["agreement"] for clause in row["retrieved"]} == {"dahan"}


def test_ask_takes_history_oldest_first(capsys: pytest.CaptureFixture[str]) -> None:
    history = ["--history", "发票如何开具？", "--history", "讯众的争议由哪个法院管辖？"]
    assert main(["ask", "那大汉呢？", *history, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert [citation["clause_id"] for citation in row["citations"]] == ["dahan/第十二条"]


def test_an_agreement_that_there_is_not_fails_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", EN, "--agreement", "nobody"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == ("error: there is no agreement 'nobody'. There are: dahan, xunzhong.\n")


@pytest.mark.parametrize("words", [["ask", EN], ["batch", "i.jsonl", "o.jsonl"]])
def test_a_missing_index_says_the_command_that_makes_it(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--index", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith(f"error: {tmp_path}: there is no index.")
    assert "python -m index build" in error


def test_a_setting_that_makes_no_sense_fails_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUSEBOT_ANSWER_ABOVE", "much")
    assert main(["ask", EN]) == 1
    assert capsys.readouterr().err.startswith("error: CLAUSEBOT_ANSWER_ABOVE is 'much'.")


def test_the_bar_is_taken_from_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUSEBOT_ANSWER_ABOVE", "1")
    assert main(["ask", EN, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "abstained"


@pytest.mark.parametrize(
    "words", [[], ["ask"], ["tell", EN], ["batch", "in.jsonl"], ["eval", "q", "--views", "none"]]
)
def test_words_that_are_off_exit_with_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["ask"], ["batch"], ["eval"]])
def test_help_shows_an_example(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*words, "--help"])
    assert stopped.value.code == 0
    assert "example: python -m bot " in capsys.readouterr().out


def test_a_batch_answers_every_line_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, rows = _batch(
        tmp_path,
        {"id": "b", "question": EN, "agreement": None, "history": []},
        {"id": "a", "question": OFF_TOPIC, "agreement": "dahan", "history": None},
        b"",
        {"id": "c", "question": "那大汉呢？", "history": ["讯众的争议由哪个法院管辖？"]},
        {"id": "d", "question": ""},
        {"id": "e", "question": "数" * 100_000},
    )
    printed = capsys.readouterr()
    assert code == 0
    assert printed.out == ""
    assert "5 of 5 lines answered" in printed.err
    assert [row.pop("id") for row in rows] == ["b", "a", "c", "d", "e"]
    for row in rows:
        _assert_contract(row)
    assert rows[0]["citations"][0]["clause_id"] == "xunzhong/5(3)"
    assert rows[1]["reason"] == "out_of_scope"
    assert rows[2]["citations"][0]["clause_id"] == "dahan/第十二条"
    assert rows[3]["reason"] == rows[4]["reason"] == "invalid"


def test_ids_come_back_as_they_were(tmp_path: Path) -> None:
    code, rows = _batch(
        tmp_path, {"id": 7, "question": "?"}, {"id": "007", "question": "?"}, {"question": "?"}
    )
    assert code == 0
    assert [row["id"] for row in rows] == [7, "007", None]


def test_a_bad_line_is_named_and_the_rest_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        b"{not json",
        b"\xff\xfe\x00",
        b"[1, 2]",
        {"id": "x"},
        {"id": "x", "question": None},
        {"id": "x", "question": EN, "agreement": "nobody"},
        {"id": "x", "question": EN, "agreement": 7},
        {"id": "x", "question": EN, "history": "earlier"},
        {"id": "x", "question": EN, "history": [7]},
        b"[" * 100_000,
    ]
    good = {"id": "good", "question": EN}
    code, rows = _batch(tmp_path, good, *bad, good | {"id": "last"})
    assert code == 1
    assert [row["id"] for row in rows] == ["good", "last"]
    errors = [line for line in capsys.readouterr().err.splitlines() if "error: " in line]
    assert len(errors) == len(bad)
    for number, error in enumerate(errors, start=2):
        assert f"{tmp_path / 'in.jsonl'}:{number}: " in error


def test_lone_surrogates_and_marks_survive_a_batch(tmp_path: Path) -> None:
    question = "\ud800\x00\u202edata kept?\u2028"
    code, rows = _batch(tmp_path, {"id": "s", "question": question})
    assert code == 0
    assert rows[0]["question"] == question


def test_a_batch_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "none.jsonl"
    assert main(["batch", str(source), str(tmp_path / "out.jsonl")]) == 1
    assert f"error: {source}: cannot be read (No such file" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Return a file of two questions with evidence."""
    evidence = [{"agreement": "xunzhong", "clause": "5（3）", "quote": "自本协议终止之日起7日后"}]
    rows = [
        {"id": "1", "lang": "en", "question": EN, "evidence": evidence},
        {"id": "2", "lang": "zh", "question": "今天天气怎么样？", "evidence": []},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_eval_prints_a_table_or_an_object(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(questions), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert list(scores) == ["all", "zh", "en"]
    assert scores["en"]["hit@1"] == scores["zh"]["abstention recall"] == 1
    assert main(["eval", str(questions), "--views", "text"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["all", "zh", "en"]
    assert len(table) == len(scores["all"]) + 1


def test_eval_names_a_bad_line(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with questions.open("a", encoding="utf-8") as file:
        file.write("[7]\n")
    assert main(["eval", str(questions)]) == 1
    assert f"error: {questions}:3: is no question" in capsys.readouterr().err
