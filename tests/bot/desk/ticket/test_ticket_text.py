"""The words of a reply as the ticket page handles them: merged, cut, escaped, quoted anew."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from bot.records.export import escape_markdown
from bot.words.templates import escape
from tests.bot.desk.conftest import Script
from tests.bot.web.payloads import PAYLOADS

PARTS = ("Hello,", "Thank you.", "On “a”:", "A1", "On “b”:", "B1", "Unclear?", "Regards\n")
HEADINGS = (PARTS[2], PARTS[4])


@pytest.fixture
def run(run_script: Script) -> Script:
    """Return what calls a function of the script under test."""
    return partial(run_script, "ticket_text.js")


def _whole(**others: str) -> str:
    """Return a reply of eight paragraphs, some of them others."""
    words = dict(zip(("hi", "opening", "a", "A", "b", "B", "close", "end"), PARTS, strict=True))
    return "\n\n".join((words | others).values())


def _draft(text: str | None = None, headings: tuple[str, ...] = HEADINGS) -> dict[str, Any]:
    replies = [{"heading": heading} for heading in headings]
    return {"text": _whole() if text is None else text, "replies": replies}


# An edit and a newer draft


@pytest.mark.parametrize(
    ("own", "made", "merged", "asked"),
    [
        ({"hi": "Dear Tom,"}, {"A": "A2"}, {"hi": "Dear Tom,", "A": "A2"}, []),
        ({"hi": "Dear Tom,"}, {"opening": "O2"}, {"hi": "Dear Tom,", "opening": "O2"}, []),
        ({"hi": "Dear Tom,"}, {"hi": "Good day,"}, {"hi": "Dear Tom,"}, ["greeting"]),
        ({"hi": "Hi.\n\nSorry,"}, {"opening": "O2"}, {"hi": "Hi.\n\nSorry,"}, ["greeting"]),
        ({"B": "Mine."}, {"A": "A2"}, {"B": "Mine.", "A": "A2"}, []),
        ({"A": "Mine."}, {"A": "A2", "B": "B2"}, {"A": "Mine.", "B": "B2"}, ["question1"]),
        ({"A": "A1\n\nMore."}, {"A": "A2"}, {"A": "A1\n\nMore."}, ["question1"]),
        ({"A": "A2"}, {"A": "A2"}, {"A": "A2"}, []),
        ({"end": "Regards\nBen"}, {"B": "B2"}, {"end": "Regards\nBen", "B": "B2"}, []),
        ({"close": "Call me.", "end": "Ben"}, {"B": "B2"},
         {"close": "Call me.", "end": "Ben", "B": "B2"}, []),
        ({"b": "As to b:"}, {"A": "A2"}, {"b": "As to b:", "A": "A2"}, []),
        ({"b": "As to b:", "A": "Mine."}, {"B": "B2"}, {"b": "As to b:", "A": "Mine."},
         ["question1question2"]),
        ({"hi": "Dear Tom,", "a": "As to a:"}, {"A": "A2"},
         {"hi": "Dear Tom,", "a": "As to a:"}, ["greetingquestion1"]),
        ({"A": "See On “b”: below."}, {"B": "B2"}, {"A": "See On “b”: below.", "B": "B2"}, []),
    ],
)  # fmt: skip
def test_only_the_section_that_both_changed_is_asked_for(
    run: Script,
    own: dict[str, str],
    made: dict[str, str],
    merged: dict[str, str],
    asked: list[str],
) -> None:
    parts = _merge(run, own, made)
    joined = run("join", parts)
    assert joined["text"] == _whole(**merged)
    assert [_named(part) for part in parts if part["isAsked"]] == asked
    if not asked:
        assert joined["base"] == _whole(**made), "it is an edit of the draft of today"


def _merge(run: Script, own: dict[str, str], made: dict[str, str]) -> list[dict[str, Any]]:
    marks = run("marksOf", _draft(_whole(**made)))
    parts: list[dict[str, Any]] = run("merge", _whole(), _whole(**own), _whole(**made), marks)
    return parts


def _named(part: dict[str, Any]) -> str:
    return "".join(f"{section['name']}{section['number'] or ''}" for section in part["sections"])


def test_a_section_that_was_not_settled_is_held_against_its_former_words_again(
    run: Script,
) -> None:
    joined = run("join", _merge(run, {"A": "Mine."}, {"A": "A2", "B": "B2"}))
    assert joined["base"] == _whole(B="B2"), "A1 stays the base of what is asked for"
    later = run("merge", joined["base"], joined["text"], _whole(A="A1", B="B2"),
                run("marksOf", _draft()))  # fmt: skip
    assert [part["isAsked"] for part in later if part["text"] != part["made"]] == [False]


def test_a_heading_that_one_text_lacks_divides_nothing(run: Script) -> None:
    marks = run("marksOf", _draft())
    parts = run("merge", _whole(), _whole(A="Mine."), _whole(b="Anew:"), marks)
    assert [_named(part) for part in parts if part["isAsked"]] == ["question1"]
    assert run("join", parts)["text"] == _whole(A="Mine.")


def test_a_reply_to_another_message_is_one_section(run: Script) -> None:
    (part,) = run("whole", "Hello, a", "Dear Tom, a", "Hello, b")
    assert (part["text"], part["made"], part["isAsked"]) == ("Dear Tom, a", "Hello, b", True)
    assert _named(part) == "whole"
    (part,) = run("whole", "Hello, a", "Hello, a", "Hello, b")
    assert (part["text"], part["isAsked"]) == ("Hello, b", False)


def test_a_draft_without_questions_has_no_sections_but_its_greeting(run: Script) -> None:
    assert run("marksOf", _draft("Hello,\n\nWhich point?", ())) == []
    (part,) = run("merge", "Hello,", "Dear,", "Hello there,", [])
    assert _named(part) == "greeting"


# The part that replies to one question


@pytest.mark.parametrize(
    ("text", "at", "section"),
    [
        (_whole(), 0, "A1"),
        (_whole(), 1, "B1"),
        (_whole(A="A1\n\nMore."), 0, "A1\n\nMore."),
        (_whole(end="Regards\n\nBen, extension 555"), 1, "B1"),
        (_whole(close="Call me.", end="Ben"), 1, "B1\n\nCall me.\n\nBen"),
        (_whole(a="As to a:"), 0, None),
        (_whole(b="As to b:"), 0, "A1\n\nAs to b:\n\nB1"),
        (_whole(a="On “b”:", b="On “a”:"), 0, "B1"),
        (_whole(a="On “b”:", b="On “a”:"), 1, None),
    ],
    ids=["first", "last", "longer", "beyond the letter", "own closing", "heading gone",
         "next heading gone", "swapped", "only before the first"],
)  # fmt: skip
def test_a_section_ends_where_the_next_begins_or_the_letter_closes(
    run: Script, text: str, at: int, section: str | None
) -> None:
    assert run("sectionOf", text, _draft(), at) == section


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (_whole(), "On “a”:\n\nA1\n\nOn “b”:\n\nB1"),
        (_whole(hi="Dear Tom,"), "Dear Tom,\n\nThank you.\n\nOn “a”:\n\nA1\n\nOn “b”:\n\nB1"),
        (_whole(B="Thank you."), "On “a”:\n\nA1\n\nOn “b”:\n\nThank you."),
        ("Hello,\n\nThank you.", ""),
    ],
    ids=["whole", "own greeting", "opening words elsewhere", "nothing else"],
)
def test_the_frame_of_a_letter_is_no_part_of_its_answers(run: Script, text: str, left: str) -> None:
    assert run("withoutFrame", text, _draft()) == left


# Forms

ODD_TEXT = "\n\n".join(
    [
        "<img src=x onerror=alert(1)> & \"you\" 'me'",
        "- a list\n+ b\n1. c\n12) d\n123. e\n1234. f",
        "    code\n\tcode\n# no heading\n> no quote | no table",
        "[a](javascript:alert(1)) ![b](//c) www.d.example https://e.example f@g.example",
        "*x* _y_ ~z~ $k$ ^l^ `m` {n} \\o &lt; &amp;amp;",
        "\u202edrow\x07\u2066 half \ud800 of a pair",
    ]
)


@pytest.mark.parametrize("text", [ODD_TEXT, "\n\n".join(PAYLOADS)], ids=["odd", "hostile"])
def test_an_edited_text_is_escaped_as_the_server_escapes(run: Script, text: str) -> None:
    paragraphs = run("paragraphs", text)
    whole = [words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
             for words in paragraphs]  # fmt: skip
    shown = [escape_markdown(words).replace("\n", "  \n") for words in whole]
    assert run("toMarkdown", text) == "\n\n".join(shown) + "\n"
    lines = [escape(words).replace("\n", "<br>") for words in whole]
    assert run("toHtml", text) == "".join(f"<p>{line}</p>\n" for line in lines)


def test_the_forms_of_a_text_that_is_only_text(run: Script) -> None:
    text = "<b>5 < 6</b>\nas *said*\n\n\n  Tom  \n"
    assert run("toHtml", text) == "<p>&lt;b&gt;5 &lt; 6&lt;/b&gt;<br>as *said*</p>\n<p>Tom</p>\n"
    assert run("toMarkdown", text) == "\\<b\\>5 \\< 6\\</b\\>  \nas \\*said\\*\n\nTom\n"
    assert run("paragraphs", " \n\n \n") == []


# The message as it was read


def _span(message: str, words: str, kind: str = "") -> dict[str, Any]:
    """Return where words stand, in code points, as the API tells it."""
    start = message.index(words)
    return {"start": start, "end": start + len(words), "kind": kind}


def test_a_message_is_cut_where_its_spans_begin_and_end(run: Script) -> None:
    message = "😀 Hi, order 12: is it on? Is it? Bye"
    draft = {
        "replies": [_span(message, "is it on?"), _span(message, "Is it?")],
        "identifiers": [_span(message, "12", "order")],
        "parts": [_span(message, "Hi,", "greeting"), _span(message, "Bye", "signature")],
    }
    pieces = run("cutMessage", message, draft)
    told = []
    for piece in pieces:
        marks = [piece.get(name, {}).get("kind") for name in ("identifier", "part")]
        told.append((piece["words"], piece["question"], *marks))
    assert told == [
        ("😀 ", -1, None, None),
        ("Hi,", -1, None, "greeting"),
        (" order ", -1, None, None),
        ("12", -1, "order", None),
        (": ", -1, None, None),
        ("is it on?", 0, None, None),
        (" ", -1, None, None),
        ("Is it?", 1, None, None),
        (" ", -1, None, None),
        ("Bye", -1, None, "signature"),
    ]


def test_an_identifier_within_a_question_is_a_piece_of_it(run: Script) -> None:
    message = "Is 12 on?"
    identifiers = [_span(message, "12", "order")]
    draft = {"replies": [_span(message, message)], "identifiers": identifiers, "parts": []}
    pieces = run("cutMessage", message, draft)
    assert [(piece["words"], piece["question"]) for piece in pieces] == [
        ("Is ", 0),
        ("12", 0),
        (" on?", 0),
    ]
    assert run("cutMessage", "", draft | {"replies": [], "identifiers": []}) == []


# What is approved, and what no longer reads as it was quoted


def _quoted(clause_id: str, quote: str, *lead_ins: dict[str, Any]) -> dict[str, Any]:
    return {"clause_id": clause_id, "quote": quote, "lead_ins": list(lead_ins)}


def test_each_clause_of_a_reply_is_offered_once_with_the_words_of_its_passage(run: Script) -> None:
    led = {"clause_id": "a/1", "quote": "only what leads"}
    replies = [
        {
            "passages": [_quoted("a/1", "all of it"), _quoted("a/1(2)", "item", led)],
            "choices": [{"clause_id": "a/9", "text": "nine"}, {"clause_id": "a/1", "text": "x"}],
        },
        {"passages": [_quoted("b/1", "b")], "choices": [{"clause_id": "a/9", "text": "again"}]},
    ]
    found = run("clausesOf", replies)
    assert [(one["clause_id"], one["quote"], one["chosen"]) for one in found] == [
        ("a/1", "all of it", True),
        ("a/1(2)", "item", True),
        ("b/1", "b", True),
        ("a/9", "nine", False),
    ]


FORMER = {"clause_id": "a/1", "quote": "90 days", "rendering": None}


@pytest.mark.parametrize(
    ("now", "is_stale"),
    [
        ({"clause_id": "a/1", "quote": "90 days"}, False),
        ({"clause_id": "a/1", "quote": "30 days"}, True),
        ({"clause_id": "a/2", "quote": "90 days"}, True),
        (None, True),
    ],
    ids=["the same", "other words", "moved", "gone"],
)
def test_a_clause_is_stale_that_reads_or_stands_otherwise(
    run: Script, now: dict[str, str] | None, is_stale: bool
) -> None:
    found = run("findStale", [FORMER], [now])
    assert found == ([{"former": FORMER, "now": now}] if is_stale else [])


RENDERED = {"clause_id": "a/1", "quote": "保存90天", "rendering": "kept for 90 days"}


@pytest.mark.parametrize(
    ("text", "former", "now", "quoted"),
    [
        ("So “90 days”. 90 days!", FORMER, {"quote": "30 days"}, "So “30 days”. 30 days!"),
        ("90 days", FORMER, {"quote": "$& and $1"}, "$& and $1"),
        ("90 days", FORMER, None, "90 days"),
        ("kept for 90 days (u)\n“保存90天”", RENDERED,
         {"quote": "保存30天", "rendering": "kept for 30 days"},
         "kept for 30 days (u)\n“保存30天”"),
        ("See:\nkept for 90 days (u)\n“保存90天”", RENDERED,
         {"quote": "保存30天", "rendering": None}, "See:\n“保存30天”"),
    ],
    ids=["everywhere", "no pattern", "nothing left", "rendered", "no rendering now"],
)  # fmt: skip
def test_words_are_quoted_anew_and_the_others_stay(
    run: Script, text: str, former: dict[str, Any], now: dict[str, Any] | None, quoted: str
) -> None:
    assert run("requote", text, [{"former": former, "now": now}]) == quoted
