"""What is doubtful about a reading as a whole, and what is not."""

from __future__ import annotations

import pytest

from index.outline import percent, sum_up
from index.segmentation.doubts import Aside, Doubt, Oddity, OddityKind
from index.segmentation.segment import segment

SENTENCE = "The customer pays the fee for the service within ten days of the invoice. "
SATZ = "客户应在收到发票后十日内支付本服务的全部费用。"


def doubts_of(text: str, *notes: Doubt) -> list[tuple[int, str]]:
    return [(doubt.line, str(doubt.oddity)) for doubt in segment(text, "x", notes).doubts]


def kinds_of(text: str) -> list[OddityKind]:
    return [doubt.oddity.kind for doubt in segment(text, "x").doubts]


def numbered(*clauses: str) -> str:
    return "\n\n".join(f"{n}. {words}" for n, words in enumerate(clauses, start=1)) + "\n"


def test_one_clause_for_a_whole_file_is_a_doubt() -> None:
    text = f"{SENTENCE}\n{SENTENCE}\n"
    assert doubts_of(text) == [
        (1, "Preamble holds 100 % of the text; its parts may not have been recognised")
    ]
    assert kinds_of(SENTENCE * 20) == [OddityKind.ONE_CLAUSE]


@pytest.mark.parametrize("text", ["1. You pay.\n", "1. You pay\nevery month.\n", "Pay.\n", ""])
def test_a_small_text_may_well_be_one_clause(text: str) -> None:
    assert doubts_of(text) == []


def test_a_clause_that_holds_nearly_all_is_a_doubt_and_said_once() -> None:
    text = numbered("You pay.", SENTENCE * 60, "It ends.")
    assert doubts_of(text) == [
        (3, "2 holds 100 % of the text; its parts may not have been recognised")
    ]


@pytest.mark.parametrize(("words", "is_long"), [(SENTENCE * 40, False), (SENTENCE * 41, True)])
def test_a_clause_of_over_3000_characters_is_a_doubt(words: str, is_long: bool) -> None:
    text = numbered(*[SENTENCE * 20] * 4, words)
    assert kinds_of(text) == [OddityKind.LONG_CLAUSE] * is_long


def test_labels_that_repeat_in_a_row_are_one_doubt() -> None:
    text = "# Terms\n\n" + numbered("Use", "Pay", "End") + "\n" + numbered("Use", "Pay", "End")
    (doubt,) = segment(text, "x").doubts
    assert (doubt.oddity.kind, doubt.oddity.count) == (OddityKind.REPEATS, 3)
    assert text.split("\n")[doubt.line - 1] == "1. Use"


def test_two_sections_of_one_label_and_title_are_a_doubt_wherever_they_stand() -> None:
    part = f"## 1. Fees\n\n{SENTENCE}\n\n## 2. Ending these terms\n\n{SENTENCE}\n\n"
    text = f"# If you live in the EU\n\n{part}# If you live elsewhere\n\n{part}"
    found = segment(text, "x")
    labels = [clause.label for clause in found.clauses]
    assert bool(found.doubts) == (len(set(labels)) < len(labels))


def test_entries_of_lists_without_numbers_are_no_labels_that_repeat() -> None:
    text = "1. Use:\n\n- at home;\n- at work.\n\nAnd:\n\n- at night;\n- by day.\n\n2. End.\n"
    assert kinds_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"{n}. {SENTENCE}\n\n{n}. {SATZ}" for n in range(1, 6)),
        numbered(*[SENTENCE] * 5) + "\n" + numbered(*[SATZ] * 5),
        "".join(f"| {n}. {SENTENCE} | {n}. {SATZ} |\n" for n in range(1, 6)),
    ],
)
def test_a_second_language_is_a_doubt(text: str) -> None:
    assert OddityKind.LANGUAGES in kinds_of(text)


@pytest.mark.parametrize(
    "text",
    [
        numbered(*[SATZ] * 5, "本服务由 Acme Cloud Services (https://acme.example/terms) 提供。"),
        numbered(*[SENTENCE] * 5, "The service is known as 甲方云."),
        numbered(*[SENTENCE] * 9, "Amazon Web Services EMEA SARL, Acme GmbH, Globex Inc., Hooli."),
    ],
)
def test_names_in_another_script_are_no_second_language(text: str) -> None:
    assert OddityKind.LANGUAGES not in kinds_of(text)


def test_a_gap_in_a_series_of_numbers_is_a_doubt() -> None:
    assert doubts_of("1. Use.\n\n2. Pay.\n\n5. End.\n\n6. Law.\n") == [(5, "5 follows number 2")]
    assert kinds_of("第一条 使用。\n\n第二条 付费。\n\n第五条 终止。\n") == [
        OddityKind.FOLLOWS_NUMBER
    ]


def test_what_the_reader_of_the_file_noted_is_a_doubt_or_stands_aside() -> None:
    text = numbered("You pay.", "It ends.")
    lost = Doubt(3, Oddity(OddityKind.LOST, "Nobody refunds.", count=13))
    menu = Doubt(1, Oddity(OddityKind.SET_ASIDE, "Home", Aside.MENU, count=4))
    found = segment(text, "x", (menu, lost))
    assert (found.doubts, found.left_out) == ((lost,), (menu,))
    sums = sum_up(text, found, letters=52)
    assert (sums.read, percent(sums.aside)) == (0.75, "7.6 %")


def test_most_of_a_file_left_out_is_a_doubt() -> None:
    menu = Doubt(1, Oddity(OddityKind.SET_ASIDE, "Home", Aside.MENU, count=48))
    assert doubts_of(numbered("You pay.", "It ends."), menu) == [
        (1, "most words of the file (77 %) are left out")
    ]


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert [percent(share) for share in (1, 0.99999, 0.5, 0)] == ["100 %", "99.9 %", "50 %", "0 %"]
