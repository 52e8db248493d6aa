"""What may stand in ``<agreement>.views.jsonl``, and how a broken line is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.address import content_key
from index.corpus import read_corpus
from index.errors import CorpusError
from index.search.fields import ClauseFields, read_fields
from index.segmentation.segment import segment
from tests.conftest import ROOT

CLAUSES = segment("1. Pay in advance.\n2. Behave.\n", "x").clauses


def _views(folder: Path, *lines: str | bytes) -> Path:
    path = folder / "x.views.jsonl"
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return path


def test_a_missing_file_means_no_views(tmp_path: Path) -> None:
    assert read_fields(tmp_path / "x.views.jsonl", CLAUSES) == {}


def test_questions_of_both_languages_stand_behind_their_clause(tmp_path: Path) -> None:
    row = {
        "clause_id": "x/1",
        "heading": "Fees",
        "rendering": "先付款。",
        "questions_zh": ["何时付款？"],
        "questions_en": ["When to pay?", "  "],
    }
    found = read_fields(_views(tmp_path, json.dumps(row), ""), CLAUSES)
    assert found == {"x/1": ClauseFields("Fees", "先付款。", ("何时付款？", "When to pay?"))}


def test_every_key_but_the_clause_may_be_missing_or_null(tmp_path: Path) -> None:
    row = '{"clause_id": "x/2", "heading": null, "questions_zh": null}'
    assert read_fields(_views(tmp_path, row), CLAUSES) == {"x/2": ClauseFields()}


def test_line_separators_of_unicode_and_a_byte_order_mark_break_no_line(tmp_path: Path) -> None:
    row = '\ufeff{"clause_id": "x/1", "rendering": "one\u2028two\u0085three"}\r'
    found = read_fields(_views(tmp_path, row), CLAUSES)
    assert found["x/1"].rendering == "one\u2028two\u0085three"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "has no 'clause_id'"),
        ('{"clause_id": 7}', "'clause_id' must be a text"),
        ('{"clause_id": "x/9"}', "'x/9' is no clause of the agreement"),
        ('{"clause_id": "x/1"}', "'x/1' has a line above already"),
        ('{"clause_id": "x/2", "title": ""}', r"unknown keys \['title'\]"),
        ('{"clause_id": "x/2", "heading": 7}', "'heading' must be a text"),
        ('{"clause_id": "x/2", "questions_zh": "one"}', "'questions_zh' must be a list of texts"),
        ('{"clause_id": "x/2", "questions_en": [1]}', "'questions_en' must be a list of texts"),
        (b'{"clause_id": "\xff"}', "is not UTF-8"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str | bytes, message: str) -> None:
    path = _views(tmp_path, '{"clause_id": "x/1"}', "", line)
    with pytest.raises(CorpusError, match=message) as caught:
        read_fields(path, CLAUSES)
    assert str(caught.value).startswith(f"{path}:3: ")


WRITTEN = {"of": content_key(CLAUSES[0]), "zh": "须预付", "en": "Pay in advance"}


def test_a_gist_stands_beside_its_clause(tmp_path: Path) -> None:
    row = json.dumps({"clause_id": "x/1", "gist": WRITTEN})
    found = read_fields(_views(tmp_path, row), CLAUSES)["x/1"]
    assert (found.gist("zh"), found.gist("en")) == ("须预付", "Pay in advance")
    assert ClauseFields().gist("en") == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"of": "0123456789abcdef"}, "written for other words than the clause has"),
        ({"en": "Pay 7 days in advance"}, "the en gist says 7, which the clause does not"),
        ({"en": "Pay twelve days in advance"}, "says 12"),
        ({"zh": "须提前三天付款"}, "the zh gist says 3"),
        ({"en": "pay " * 20}, "the en gist has 80 characters"),
        ({"zh": ""}, "has no 'zh'"),
        ({"fr": "Payer"}, "must hold 'of', 'zh' and 'en'"),
    ],
)
def test_a_gist_of_other_words_is_named_with_its_line(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    path = _views(tmp_path, "", json.dumps({"clause_id": "x/1", "gist": WRITTEN | change}))
    with pytest.raises(CorpusError, match=message) as caught:
        read_fields(path, CLAUSES)
    assert str(caught.value).startswith(f"{path}:2: ")


def test_numbers_of_a_gist_may_be_written_as_another_script_writes_them(tmp_path: Path) -> None:
    clauses = segment("1. 提前一个月通知，十五日内付款。\n2. 付款。\n", "x").clauses
    gist = {"of": content_key(clauses[0]), "zh": "提前一个月通知，15日内付款"}
    row = {"clause_id": "x/1", "gist": gist | {"en": "One month's notice; pay in fifteen days"}}
    assert read_fields(_views(tmp_path, json.dumps(row)), clauses)["x/1"].gist("en")


def test_every_clause_of_the_bundled_agreements_has_its_gist() -> None:
    corpus = read_corpus(ROOT / "corpus")
    gists = [corpus.fields[clause.clause_id] for clause in corpus.clauses]
    assert all(one.gist("zh") and one.gist("en") for one in gists)


def test_views_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.views.jsonl"
    path.mkdir()
    with pytest.raises(CorpusError, match=r"x\.views\.jsonl: cannot be read"):
        read_fields(path, CLAUSES)
