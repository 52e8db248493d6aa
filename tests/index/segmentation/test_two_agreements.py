"""The corpus that is shipped: both agreements word for word, and every clause with its fields."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from index.clause import Clause, ClauseKind
from index.corpus import Corpus, read_corpus
from index.segmentation.segment import segment

CORPUS = Path(__file__).parents[3] / "corpus"
IDS = ("dahan", "xunzhong")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Return the shipped corpus."""
    return read_corpus(CORPUS)


@pytest.fixture(scope="module")
def clauses(corpus: Corpus) -> dict[str, Clause]:
    """Return the clauses of both agreements by their ids."""
    return {clause.clause_id: clause for clause in corpus.clauses}


@pytest.mark.parametrize("name", IDS)
def test_the_words_are_those_that_were_checked_in(name: str) -> None:
    metadata = tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))
    data = (CORPUS / f"{name}.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == metadata["sha256"]


@pytest.mark.parametrize("name", IDS)
def test_metadata_says_what_a_reader_needs(corpus: Corpus, name: str) -> None:
    (agreement,) = [agreement for agreement in corpus.agreements if agreement.id == name]
    assert agreement.language == "zh"
    assert agreement.title_in("zh") in agreement.text or agreement.title
    assert agreement.title_in("en").isascii()
    assert agreement.party in agreement.text
    assert agreement.aliases
    assert agreement.source


@pytest.mark.parametrize(("name", "count"), [("xunzhong", 49), ("dahan", 112)])
def test_each_agreement_has_its_clauses(corpus: Corpus, name: str, count: int) -> None:
    assert sum(clause.agreement == name for clause in corpus.clauses) == count


@pytest.mark.parametrize("name", IDS)
def test_clauses_headings_and_leftovers_give_back_every_character(
    corpus: Corpus, name: str
) -> None:
    (text,) = [agreement.text for agreement in corpus.agreements if agreement.id == name]
    found = segment(text, name)
    spans = [(clause.label_start, clause.end) for clause in found.clauses]
    spans += [(span.start, span.end) for span in (*found.headings, *found.leftovers)]
    at, pieces = 0, []
    for start, end in sorted(spans):
        assert at <= start < end
        assert not text[at:start].strip(), "words stand between two pieces"
        pieces += [text[at:start], text[start:end]]
        at = end
    assert not text[at:].strip()
    assert "".join([*pieces, text[at:]]) == text


def test_a_clause_is_exactly_its_place_in_the_text(corpus: Corpus) -> None:
    texts = {agreement.id: agreement.text for agreement in corpus.agreements}
    for clause in corpus.clauses:
        text = texts[clause.agreement]
        assert clause.text == text[clause.start : clause.end]
        printed = text[clause.label_start : clause.start]
        assert "".join(re.findall(r"\d", printed)) in "".join(re.findall(r"\d", clause.label))


def test_every_clause_has_written_views_and_no_other_has(
    corpus: Corpus, clauses: dict[str, Clause]
) -> None:
    assert corpus.fields.keys() == clauses.keys()
    for fields in corpus.fields.values():
        assert fields.heading.strip()
        assert fields.rendering.strip()


@pytest.mark.parametrize("name", IDS)
def test_every_clause_expects_a_dozen_questions_in_each_language(name: str) -> None:
    for line in (CORPUS / f"{name}.views.jsonl").read_text("utf-8").split("\n"):
        row = json.loads(line) if line else {"questions_zh": [""] * 12, "questions_en": [""] * 12}
        assert len(row["questions_zh"]) >= 12, row["clause_id"]
        assert len(row["questions_en"]) >= 12, row["clause_id"]


def test_questions_stand_under_the_language_they_are_in() -> None:
    for name in IDS:
        for line in (CORPUS / f"{name}.views.jsonl").read_text("utf-8").split("\n"):
            row = json.loads(line) if line else {"questions_zh": [], "questions_en": []}
            assert all(re.search(r"[\u3400-\u9fff]", text) for text in row["questions_zh"])
            assert not [text for text in row["questions_en"] if _share_of_chinese(text) > 0.2]
            assert _share_of_chinese(row.get("rendering", "")) < 0.05, row["clause_id"]


def _share_of_chinese(text: str) -> float:
    return len(re.findall(r"[\u3400-\u9fff]", text)) / max(len(text), 1)


def test_open_questions_name_agreements_that_exist(corpus: Corpus) -> None:
    assert corpus.open_questions
    assert {name for row in corpus.open_questions for name in row.agreements} <= set(IDS)


def test_the_editors_artefact_is_no_word_of_xunzhong(clauses: dict[str, Clause]) -> None:
    preamble = clauses["xunzhong/preamble"]
    assert preamble.kind is ClauseKind.PREAMBLE
    assert preamble.text.startswith("讯众云通信平台")
    assert not [clause for clause in clauses.values() if "bookmark" in clause.text]


def test_article_3_of_xunzhong_jumps_as_printed(clauses: dict[str, Clause]) -> None:
    printed = [f"xunzhong/3({number})" for number in (1, 2, 3, 4, 5, 9, 10, 11, 12, 13)]
    assert [key for key in clauses if key.startswith("xunzhong/3(")] == printed


def test_an_item_whose_bracket_is_missing_is_still_an_item(clauses: dict[str, Clause]) -> None:
    item = clauses["xunzhong/7(1)b"]
    assert (item.kind, item.label) == (ClauseKind.ITEM, "7（1）b")
    assert item.lead_in == clauses["xunzhong/7(1)"].text


def test_a_blank_before_a_text_is_no_part_of_it(clauses: dict[str, Clause]) -> None:
    assert clauses["xunzhong/5(2)"].text.startswith("您应知悉您的数据")


def test_the_name_of_another_company_stays_where_it_is_printed(clauses: dict[str, Clause]) -> None:
    assert "容联易通" in clauses["xunzhong/7(3)"].text


def test_article_13_of_dahan_keeps_its_numbers_of_14(clauses: dict[str, Clause]) -> None:
    for number in range(1, 8):
        clause = clauses[f"dahan/14.{number}"]
        assert clause.path[-1].startswith("第十三条")
    assert not [key for key in clauses if key.startswith("dahan/13")]


@pytest.mark.parametrize(
    ("parent", "items"),
    [("4.3.2", 9), ("4.3.13", 10), ("4.3.17", 5), ("8.3", 5)],
)
def test_items_of_dahan_carry_their_lead_in(
    clauses: dict[str, Clause], parent: str, items: int
) -> None:
    found = [clause for clause in clauses.values() if clause.parent == f"dahan/{parent}"]
    assert [clause.label for clause in found] == [f"{parent}({at + 1})" for at in range(items)]
    assert {clause.kind for clause in found} == {ClauseKind.ITEM}
    assert {clause.lead_in for clause in found} == {clauses[f"dahan/{parent}"].text}


def test_items_with_half_a_bracket_are_items(clauses: dict[str, Clause]) -> None:
    assert {"dahan/4.3.11/1)", "dahan/4.3.11/2)"} <= clauses.keys()


def test_a_four_level_number_holds_its_few_words(clauses: dict[str, Clause]) -> None:
    assert clauses["dahan/10.5.3"].text == "按照主管部门的要求；"
    assert [key for key in clauses if key.startswith("dahan/10.5.")] == [
        f"dahan/10.5.{number}" for number in range(1, 5)
    ]


@pytest.mark.parametrize("label", ["第二条", "第九条"])
def test_an_article_of_one_plain_paragraph_is_a_clause(
    clauses: dict[str, Clause], label: str
) -> None:
    clause = clauses[f"dahan/{label}"]
    assert clause.kind is ClauseKind.CLAUSE
    assert clause.label == label


def test_the_closing_paragraph_of_dahan_is_a_clause(clauses: dict[str, Clause]) -> None:
    closing = clauses["dahan/closing"]
    assert closing.kind is ClauseKind.CLOSING
    assert [*clauses][[*clauses].index("dahan/closing") - 1] == "dahan/14.7"


def test_periods_that_stand_against_each_other_are_both_there(clauses: dict[str, Clause]) -> None:
    assert re.search(r"7\s*[日天]|七[日天]", clauses["dahan/14.4"].text)
    assert "一个月" in clauses["dahan/5.5"].text + clauses["dahan/5.8"].text
    assert re.search(r"7\s*日", clauses["xunzhong/5(3)"].text)
