"""An RTF document is read as a person sees it, whatever wrote it."""

from __future__ import annotations

import pytest

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.rtf import read_rtf
from index.segmentation.doubts import OddityKind

FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset134 SimSun;}{\f2\fcharset2 Symbol;}}"


def read(body: str) -> Blocks:
    return read_rtf(rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS}{body}}}".encode("latin-1"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (r"Don\rquote t pay \'80 25\emdash now.\par", "Don’t pay € 25—now."),
        (r"\u8364?25 \uc2\u24179\'c6\'bd{\uc0\u8364}\par", "€25 平€"),
        (r"{\f1\'b7\'d1\'d3\'c3}\par", "费用"),
        (r"\u-10179?\u-8704?\par", "😀"),
        (r"a\~b\_c\-d\{\}\\\tab e\line f\par", "a\xa0b-cd{}\\ e\nf"),
        ("raw caf\xe9\\\nnext", "raw café\n\nnext"),
        (r"{\f2\'fe} x\par", "☒ x"),
        (r"{\field{\*\fldinst REF x}{\fldrslt clause 2}}.\par", "clause 2."),
        (r"{\*\unheardof secret}{\info{\title T}}{\pict 00ff}\bin3 }}}x\par", "x"),
        (r"{\deleted\revdttmdel1736509440 must }{\revised may}{\mvf gone}\par", "may"),
        (rf"\sb{'9' * 5_000} x\par", "x"),
        ("\\u8364\\par", "€"),
        ("\\f1\\'b7\r\n\\'d1\\par", "费"),
        (r"{\*\annotation why?}{\upr{ansi}{\*\ud{wide}}}x\par", "x"),
        ("unfinished {\\b words", "unfinished words"),
    ],
)
def test_words_are_decoded_and_the_rest_is_not_read(body: str, words: str) -> None:
    assert read(body).text().strip() == words


def test_printed_numbers_and_outline_levels_are_kept() -> None:
    found = read(
        r"{\stylesheet{\s1 heading 1;}{\s2 toc 1;}}"
        r"{\pard\s1{\listtext 1.\tab}Fees\par}{\pard\outlinelevel1{\pntext 1.1\tab}Late\par}"
        r"{\pard\ilvl1{\listtext\f2\'b7\tab}entry\par}{\pard\b Bold\b0\par}{\pard\s2 Fees 2\par}"
    )
    assert found.blocks == ["# 1. Fees", "## 1.1 Late", "    - entry", "**Bold**"]
    assert [doubt.oddity.label for doubt in found.notes()] == ["Fees 2"]


def test_hidden_words_are_left_out_and_noted() -> None:
    found = read(
        r"{\header Acme\par}Pay in 30 days.{\v  [or 60]}\par{\v Note.\par}Run {\v\par}on.\par"
    )
    assert found.blocks == ["Pay in 30 days.", "Run on."]
    assert [doubt.oddity.label for doubt in found.notes()] == ["Acme", "[or 60]", "Note."]
    words = [line for line in found.source.split("\n") if line]
    assert words == ["Acme", "Pay in 30 days. [or 60]", "Note.", "Run ", "on."]


def test_notes_have_the_mark_that_is_printed_and_those_nobody_sees_are_noted() -> None:
    found = read(
        r"Pay{\super\chftn{\*\footnote\ftnalt\chftn Net.}} in{\super *{\footnote * Bank days.}}"
        r" 30{\super\chftn{\footnote\chftn Seats{\v  but two}.}} days."
        r"{\v\chftn{\footnote A secret.}}{\deleted\chftn{\footnote Gone.}}\par"
    )
    assert found.blocks == ["Pay[i] in* 30[1] days. [i] Net. * Bank days. [1] Seats."]
    assert [doubt.oddity.label for doubt in found.notes()] == ["A secret.", "but two"]
    assert "Gone" not in found.source


def test_numbered_paragraphs_run_on_where_an_end_is_deleted_not_where_it_is_hidden() -> None:
    line = r"{{\listtext {}\tab}}{}{{{}\par}}"
    found = read(
        line.format("1.", "We ", r"\deleted") + line.format("2.", "may.", "")
        + line.format("3.", "Late.", r"\v") + line.format("4.", "End.", "")
    )  # fmt: skip
    assert found.blocks == ["1. We may.", "3. Late.", "4. End."]


def test_what_is_open_at_the_end_is_read() -> None:
    found = read(r"Pay{\super\chftn{\footnote Net. {\b Now {\i or ")
    assert found.blocks == ["Pay[1] [1] Net. Now or"]


def test_footnotes_and_text_boxes_stand_behind_their_paragraph() -> None:
    note = r"{\super\chftn{\footnote\pard\plain{\super\chftn} Bank days.}}"
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt In the box.\par}}{\shprslt In the box.}}"
    found = read(rf"Pay in 30 days{note}.{box}\par After.\par")
    assert found.blocks == ["Pay in 30 days[1]. [1] Bank days.", "In the box.", "After."]


def test_merged_cells_keep_the_columns_in_their_place() -> None:
    found = read(
        r"\trowd\cellx2000\cellx3000\pard\intbl Plans\cell Fee\cell\row"
        r"\trowd\clvmgf\cellx1000\cellx2000\cellx3000\intbl Basic\cell a month\cell 20\cell\row"
        r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\pard\intbl \cell a year\cell 200\cell\row"
        r"\pard After.\par"
    )
    assert found.blocks[0].split("\n") == [
        "| Plans |  | Fee |",
        "| Basic | a month | 20 |",
        "| Basic | a year | 200 |",
    ]
    assert found.blocks[1:] == ["After."]


@pytest.mark.parametrize(
    "body", [r"{\header Acme{\v  secret}\par}", r"{\v\chftn{\footnote{\v secret}}}"]
)
def test_hidden_words_of_what_stands_apart_are_noted(body: str) -> None:
    found = read(rf"{body}Words\par")
    assert found.blocks == ["Words"]
    assert "secret" in [doubt.oddity.label for doubt in found.notes()]


def test_a_cell_that_another_covers_is_noted() -> None:
    found = read(
        r"\trowd\clmgf\cellx1000\clmrg\cellx2000\cellx3000\intbl Plans\cell secret\cell Fee\cell"
        r"\row\trowd\cellx1000\cellx2000\cellx3000\intbl Basic\cell a month\cell 20\cell\row"
        r"\pard\par"
    )
    assert found.blocks[0].split("\n") == ["| Plans |  | Fee |", "| Basic | a month | 20 |"]
    assert [(doubt.oddity.kind, doubt.oddity.label) for doubt in found.notes()] == [
        (OddityKind.HIDDEN, "secret")
    ]


def test_a_title_is_a_heading_and_names_of_letters_are_none() -> None:
    found = read(
        r"{\stylesheet{\s1 Tit{\*\keycode y}le;}{\*\cs1 heading 2;}{\s2 \u26631?\u-26504? 2;}}"
        r"{\pard\s1 Acme Terms\par}{\pard\s0 Words\par}"
    )
    assert found.blocks == ["# Acme Terms", "Words"]


def test_groups_within_groups_have_a_most() -> None:
    with pytest.raises(RefusedError) as refused:
        read("{" * 100_000)
    assert refused.value.fault.kind is FaultKind.NESTED
