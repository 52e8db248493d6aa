"""Which texts a clause is embedded through."""

from __future__ import annotations

from pathlib import Path

from index.clause import Clause, ClauseKind
from index.corpus import Corpus
from index.search.field_search import field_text, make_rows
from index.search.fields import ClauseFields, SearchField

CLAUSE = Clause(
    clause_id="x/1(a)",
    agreement="x",
    label="1(a)",
    path=("1. Fees", "1.1 Refunds"),
    kind=ClauseKind.ITEM,
    level=2,
    text="No refund. Ever.",
    start=40,
    end=56,
    label_start=36,
    lead_in="We give:",
)
VIEWS = ClauseFields("退款", "不退款。永不。", ("能退吗？", "Refund?"))


def _corpus(fields: dict[str, ClauseFields]) -> Corpus:
    return Corpus(Path("x"), (), (CLAUSE,), fields, (), {})


def test_a_bare_clause_is_seen_under_its_titles_and_by_its_sentences() -> None:
    rows = make_rows(_corpus({}))
    assert [(row.field, row.text) for row in rows] == [
        (SearchField.TEXT, "1. Fees 1.1 Refunds We give: No refund. Ever."),
        (SearchField.TEXT, "No refund."),
        (SearchField.TEXT, "Ever."),
    ]


def test_written_views_add_their_rows() -> None:
    rows = make_rows(_corpus({CLAUSE.clause_id: VIEWS}))
    assert [row.text for row in rows if row.field is SearchField.RENDERING] == [
        "退款: 不退款。永不。",
        "不退款。",
        "永不。",
    ]
    assert [row.text for row in rows if row.field is SearchField.QUESTION] == [
        "能退吗？",
        "Refund?",
    ]
    assert {row.clause for row in rows} == {0}


def test_a_sentence_is_where_its_row_says() -> None:
    sources = {SearchField.TEXT: CLAUSE.text, SearchField.RENDERING: VIEWS.rendering}
    sentences = [row for row in make_rows(_corpus({CLAUSE.clause_id: VIEWS})) if row.end]
    assert len(sentences) == 4
    for row in sentences:
        assert sources[row.field][row.start : row.end] == row.text


def test_a_clause_of_one_sentence_still_has_that_sentence() -> None:
    corpus = Corpus(Path("x"), (), (CLAUSE,), {"x/1(a)": ClauseFields("", "不退。")}, (), {})
    assert [row.end for row in make_rows(corpus) if row.field is SearchField.RENDERING] == [0, 3]


def test_a_rendering_without_a_heading_stands_alone() -> None:
    assert field_text(CLAUSE, ClauseFields(rendering="不退。"), SearchField.RENDERING) == "不退。"
    assert field_text(CLAUSE, VIEWS, SearchField.QUESTION) == "能退吗？ Refund?"
    assert field_text(CLAUSE, ClauseFields(), SearchField.QUESTION) == ""
