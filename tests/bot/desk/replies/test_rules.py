"""The life of an approved reply: refused, saved, edited, pending, back, retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.desk.replies.rules import (
    MAX_CITATIONS,
    MAX_QUESTIONS,
    MAX_TEXT,
    ApprovedReply,
    Content,
    ReplyError,
    State,
    approve,
    check_content,
    cite_clauses,
    edit,
    find_changes,
    retire,
    review,
    save,
)
from index.search.clause_index import ClauseIndex
from tests.bot.desk.conftest import GLOBEX, Build

BACKUPS = "We keep backups of your site for 90 days."
NOW = "We keep backups of your site for 30 days."


def _content(index: ClauseIndex, quote: str = BACKUPS, label: str = "1.1", **given: Any) -> Content:
    citations, sources = cite_clauses(index, "en", [(f"globex/{label}", quote)])
    content = Content("en", "Ninety days.", ("How long?",), citations, sources)
    return replace(content, **given)


def _saved(index: ClauseIndex, **given: Any) -> ApprovedReply:
    return save("r1", _content(index, **given), "Li", index)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"language": "de"}, "reply_language"),
        ({"text": " \n"}, "reply_text"),
        ({"text": "x" * (MAX_TEXT + 1)}, "reply_text"),
        ({"questions": ()}, "reply_questions"),
        ({"questions": ("?",) * (MAX_QUESTIONS + 1)}, "reply_questions"),
        ({"questions": ("How long?", "?!")}, "reply_question"),
        ({"questions": ("a" * 2001,)}, "reply_question"),
        ({"citations": (), "sources": ()}, "reply_clauses"),
        ({"sources": ()}, "reply_clauses"),
    ],
)
def test_what_is_no_reply_is_refused_by_name(
    build_by_words: Build, given: dict[str, Any], code: str
) -> None:
    content = _content(build_by_words(), **given)
    with pytest.raises(ReplyError) as refused:
        check_content(content)
    assert refused.value.code == code


def test_a_reply_of_the_largest_size_is_one(build_by_words: Build) -> None:
    content = _content(
        build_by_words(), text="x" * MAX_TEXT, questions=("a" * 2000,) * MAX_QUESTIONS
    )
    check_content(replace(content, citations=content.citations * MAX_CITATIONS))
    with pytest.raises(ReplyError, match="cites 1 to 20"):
        check_content(replace(content, citations=content.citations * (MAX_CITATIONS + 1)))


def test_a_clause_is_cited_with_its_place_and_its_agreement(build_by_words: Build) -> None:
    index = build_by_words()
    quotes = [("globex/1.1", "for 90 days"), ("acme/1(2)", "不予退还"), ("globex/1.2", "at any")]
    citations, sources = cite_clauses(index, "zh", quotes)
    for cited, (clause_id, quote) in zip(citations, quotes, strict=True):
        assert cited.clause_id == clause_id
        assert cited.text[cited.start : cited.end] == cited.quote == quote
    assert citations[1].translation == (
        "Fees are not refunded. This holds for every fee already paid."
    )
    assert citations[0].translation is None
    assert [source.agreement for source in sources] == ["globex", "acme"], "each once"
    assert sources[0].sha256 == index.agreement("globex").sha256


@pytest.mark.parametrize(
    ("clause_id", "quote", "code"),
    [
        ("globex/9", "x", "reply_clause"),
        ("globex/1.1", "for 30 days", "reply_quote"),
        ("globex/1.1", "", "reply_quote"),
        ("globex/1.1", "WE KEEP", "reply_quote"),
    ],
    ids=["no such clause", "other words", "no words", "other letters"],
)
def test_only_words_of_a_clause_are_quoted(
    build_by_words: Build, clause_id: str, quote: str, code: str
) -> None:
    with pytest.raises(ReplyError) as refused:
        cite_clauses(build_by_words(), "en", [(clause_id, quote)])
    assert (refused.value.code, refused.value.clauses) == (code, (clause_id,))


def test_whoever_saves_approves_and_nobody_does_not(build_by_words: Build) -> None:
    index = build_by_words()
    reply = _saved(index)
    assert (reply.state, reply.approved_by, reply.revision) == (State.APPROVED, "Li", 1)
    step = reply.history[0]
    assert (step.who, step.deed, step.text, step.questions) == ("Li", "saved", "", ())
    assert step.at == reply.approved_at
    with pytest.raises(ReplyError, match="nobody is named"):
        save("r1", reply.content, " ", index)


def test_a_step_keeps_how_it_read_until_then(build_by_words: Build) -> None:
    index = build_by_words()
    reply = _saved(index)
    other = replace(reply.content, text="Three months.", questions=("Until when?",))
    edited = edit(reply, other, "Wang", index)
    assert edited.content == other
    assert (edited.approved_by, edited.revision) == ("Wang", 2)
    step = edited.history[-1]
    assert (step.who, step.deed) == ("Wang", "edited")
    assert (step.text, step.questions, step.clauses) == (
        "Ninety days.",
        ("How long?",),
        ("globex/1.1",),
    )
    assert edited.history[0] == reply.history[0]


def test_a_clause_that_changed_stops_every_approval(build_by_words: Build) -> None:
    reply = _saved(build_by_words())
    later = build_by_words(globex=GLOBEX.replace("90", "30"))
    acts: list[Callable[[], ApprovedReply]] = [
        lambda: save("r2", reply.content, "Li", later),
        lambda: edit(reply, reply.content, "Li", later),
        lambda: approve(retire(reply, "Li"), "Li", later),
    ]
    for act in acts:
        with pytest.raises(ReplyError) as refused:
            act()
        assert (refused.value.code, refused.value.clauses) == ("reply_changed", ("globex/1.1",))
    pending = review(reply, later)
    assert edit(pending, reply.content, "Li", later).state is State.PENDING, "it may be written on"


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (GLOBEX, []),
        (GLOBEX.replace(" for 90 days", "\nfor  90 days"), []),
        (GLOBEX.replace("90", "30"), [("changed", "globex/1.1", NOW)]),
        (GLOBEX.replace("1.1 We", "1.1 Be sure.\n1.3 We"), [("moved", "globex/1.3", BACKUPS)]),
        (GLOBEX.replace("1. Backups", "1. Copies"), []),
        ("Globex Hosting Terms\n\n2. Support\n2.1 Support answers.\n", [("gone", None, None)]),
        (None, [("gone", None, None)]),
    ],
    ids=["the same", "other blanks", "other words", "another number", "another heading",
         "no such clause", "no such agreement"],
)  # fmt: skip
def test_a_change_is_told_where_the_words_or_the_number_are_others(
    build_by_words: Build, later: str | None, told: list[tuple[str, str | None, str | None]]
) -> None:
    content = _content(build_by_words())
    changes = list(find_changes(content, build_by_words(globex=later)))
    assert [(one.change, one.now_id, one.now) for one in changes] == told
    assert {one.clause_id for one in changes} <= {"globex/1.1"}


def test_a_reply_turns_pending_and_back_by_itself(build_by_words: Build) -> None:
    index, later = build_by_words(), None
    reply = _saved(index)
    assert review(reply, index) is reply
    later = build_by_words(globex=GLOBEX.replace("90", "30"))
    pending = review(reply, later)
    assert (pending.state, pending.approved_by) == (State.PENDING, "Li")
    assert [change.change for change in pending.changes] == ["changed"]
    assert (pending.history[-1].who, pending.history[-1].deed) == ("", "turned_pending")
    assert review(pending, later) is pending, "one step for one change"
    again = build_by_words(globex=GLOBEX.replace("90", "60"))
    assert review(pending, again).changes[0].now == BACKUPS.replace("90", "60")
    assert review(pending, again).revision == pending.revision
    back = review(pending, build_by_words())
    assert (back.state, back.changes, back.history[-1].deed) == (State.APPROVED, (), "turned_back")


def test_what_was_edited_while_pending_does_not_turn_back_by_itself(build_by_words: Build) -> None:
    reply = _saved(build_by_words())
    later = build_by_words(globex=GLOBEX.replace("90", "30"))
    edited = edit(review(reply, later), _content(later, NOW, text="30 days."), "Wang", later)
    assert edited.state is State.PENDING
    assert edited.approved_by == "Li", "who edits a pending reply does not stand for it yet"
    assert review(edited, later) is edited, "as it reads now, nobody has approved it"
    approved = approve(edited, "Wang", later)
    assert (approved.state, approved.approved_by, approved.changes) == (
        State.APPROVED,
        "Wang",
        (),
    )


def test_a_retired_reply_is_left_alone_until_somebody_approves_it(build_by_words: Build) -> None:
    index = build_by_words()
    retired = retire(_saved(index), "Wang")
    assert (retired.state, retired.history[-1].deed) == (State.RETIRED, "retired")
    assert review(retired, build_by_words(globex=None)) is retired
    assert approve(retired, "Zhao", build_by_words()).state is State.APPROVED


@pytest.mark.parametrize(
    ("text", "label", "is_refused"),
    [
        (f"As agreed: “{BACKUPS}”", "1.2", True),
        ("As agreed: “We keep backups of your\n site  for 90 days.”", "1.2", True),
        ("As agreed: 90 days.", "1.2", False),
        (f"As agreed: “{BACKUPS}”", "1.1", False),
    ],
    ids=["quoted", "quoted over lines", "not quoted", "still cited"],
)
def test_a_text_does_not_quote_what_is_no_longer_cited(
    build_by_words: Build, text: str, label: str, is_refused: bool
) -> None:
    index = build_by_words()
    quote = {"1.1": BACKUPS, "1.2": "You may download a backup at any time."}[label]
    content = _content(index, quote, label, text=text)
    if not is_refused:
        assert edit(_saved(index), content, "Li", index).content == content
        return
    with pytest.raises(ReplyError) as refused:
        edit(_saved(index), content, "Li", index)
    assert (refused.value.code, refused.value.clauses) == ("reply_former", ("globex/1.1",))
