"""Laws of the segmenter that hold for any text at all."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.segmentation.segment import Segmentation, segment

FRAGMENTS = (
    "第一条",
    "第二条 ",
    "第三章 总则",
    "一、",
    "（一）",
    "（2）",
    "1.",
    "1.1",
    "1.1.1 ",
    "2)",
    "a)",
    "b ",
    "(i)",
    "(iv) ",
    "①",
    "⑵",
    "Section 1.2 ",
    "ARTICLE II",
    "§ 3 ",
    "附件一 ",
    "# ",
    "### ",
    "**",
    "__",
    "*   ",
    "- ",
    "• ",
    "\n",
    "\n\n",
    "\r\n",
    "    ",
    "\t",
    "\u3000",
    "\u200b",
    "\x00",
    "\ud800",
    "===",
    "---",
    "| a | b |",
    "<table>",
    "</table>",
    "[x](#y)",
    "![](z)",
    "{: k}",
    "[bookmark: b]",
    "：",
    "。",
    "; ",
    ".",
    "Contents",
    "目录",
    "Back to top",
    "the user shall:",
    "TERMS",
    "本协议",
    "2024年5月1日",
    "5.2款约定",
    "© 2024",
    "🙂",
)
texts = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)
)


def spans_of(found: Segmentation) -> list[tuple[int, int]]:
    """Return every span of a segmentation in the order of the text."""
    clauses = [(clause.label_start, clause.end) for clause in found.clauses]
    others = [(span.start, span.end) for span in (*found.headings, *found.leftovers)]
    return sorted(clauses + others)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_every_character_belongs_to_exactly_one_piece(text: str) -> None:
    at = 0
    for start, end in spans_of(segment(text, "x")):
        assert at <= start < end
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


@settings(max_examples=60, deadline=None)
@example("0\x1f")
@example("1.\u2003two\u2009\n(a)\u205fb")
@given(texts)
def test_a_clause_is_its_place_in_the_text(text: str) -> None:
    for clause in segment(text, "x").clauses:
        assert clause.text == text[clause.start : clause.end]
        assert clause.text == clause.text.strip()
        assert clause.text
        assert clause.label_start <= clause.start


@settings(max_examples=60, deadline=None)
@given(texts)
def test_ids_are_unique_and_parents_exist(text: str) -> None:
    clauses = segment(text, "x").clauses
    ids = [clause.clause_id for clause in clauses]
    assert len(set(ids)) == len(ids)
    for clause in clauses:
        assert clause.clause_id.startswith("x/")
        assert not any(mark.isspace() for mark in clause.clause_id)
        assert clause.parent == "" or clause.parent in ids
        assert clause.level >= 1


@settings(max_examples=30, deadline=None)
@given(texts)
def test_the_same_text_gives_the_same_clauses(text: str) -> None:
    assert segment(text, "x") == segment(text, "x")
