"""What a reader notes of a file travels with the agreement, to its place in the outline."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from index.__main__ import main
from index.agreement import read_agreement
from index.corpus import read_corpus, take_apart
from index.formats import __main__ as child
from index.formats import document
from index.formats.blocks import MOST_NOTES, Blocks
from index.formats.document import Document, Format, notes_of
from index.search.clause_index import ClauseIndex
from index.segmentation.doubts import Aside, Doubt, Oddity, OddityKind
from tests.fakes import WordEmbedder


def test_a_note_stands_where_the_next_block_begins() -> None:
    blocks = Blocks()
    blocks.note(OddityKind.SET_ASIDE, "Home\nHelp", Aside.MENU)
    blocks.add("Terms", depth=1)
    blocks.add("1. You pay\nevery month.")
    blocks.note(OddityKind.HIDDEN, "[Internal: 60 days are fine.]")
    blocks.add("2. It ends.")
    blocks.note(OddityKind.COLUMNS, "page 3")
    assert [(doubt.line, str(doubt.oddity)) for doubt in blocks.notes()] == [
        (1, "menu or links left out (8 characters): Home Help"),
        (6, "words that nobody sees are left out (21 characters): [Internal: 60 days are fine.]"),
        (6, "may stand in columns, and be read in the wrong order: page 3"),
    ]
    assert blocks.text().split("\n")[6 - 1] == "2. It ends."


def test_words_of_the_source_that_stand_nowhere_are_a_doubt_with_their_place() -> None:
    blocks = Blocks(source="Terms\n1. You pay every month.\nNobody refunds.\nMenu\n2. It ends.")
    blocks.add("Terms", depth=1)
    blocks.note(OddityKind.SET_ASIDE, "Menu", Aside.MENU)
    blocks.add("1. You pay every month.")
    blocks.add("2. It ends.")
    (lost,) = (doubt for doubt in blocks.notes() if doubt.oddity.kind is OddityKind.LOST)
    assert (lost.line, str(lost.oddity)) == (
        3,
        "13 letters of the file are not read, from: Nobody refunds.",
    )
    assert blocks.count_source() == 46


@pytest.mark.parametrize(
    "source",
    [
        "Refundsaredeclined Full st op",
        "Refunds are de-\nclined. Full stop.",
        "REFUNDS are declined full stop",
        "ﬁne refunds",
    ],
)
def test_words_that_are_only_written_another_way_are_not_lost(source: str) -> None:
    blocks = Blocks(source=source)
    blocks.add("1. Fine: refunds are declined.")
    blocks.add("2. Full stop")
    assert blocks.notes() == ()


def test_nothing_left_out_is_no_note_and_there_is_a_most() -> None:
    blocks = Blocks()
    blocks.note(OddityKind.HIDDEN, " \n")
    assert blocks.notes() == ()
    for _ in range(MOST_NOTES + 5):
        blocks.note(OddityKind.HIDDEN, "word " * 100)
    assert len(blocks.notes()) == MOST_NOTES
    assert len(blocks.notes()[0].oddity.label) < 100


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be read with a note, as the child reads it."""

    def read(data: bytes) -> Blocks:
        blocks = Blocks(source="1. You pay. a draft 2. It ends.")
        blocks.add("1. You pay.")
        blocks.note(OddityKind.HIDDEN, data.decode())
        blocks.add("2. It ends.")
        return blocks

    def parsed(kind: Format, _path: Path, data: bytes) -> Document:
        row = json.loads(json.dumps(asdict(child.read(kind.name, data))))
        return Document(row["text"], notes_of(row["notes"]), row["letters"])

    monkeypatch.setattr(child, "_reader", lambda _: read)
    monkeypatch.setattr(document, "parse", parsed)


NOTED = (Doubt(3, Oddity(OddityKind.HIDDEN, "<p>a draft", count=7)),)


@pytest.mark.usefixtures("noting")
def test_notes_travel_with_the_agreement_into_the_stored_index(tmp_path: Path) -> None:
    path = tmp_path / "corpus" / "a.html"
    path.parent.mkdir()
    path.write_text("<p>a draft")
    corpus = read_corpus(path.parent)
    (agreement,) = corpus.agreements
    assert (agreement.notes, agreement.letters) == (NOTED, 20)
    assert read_agreement(path, agreement) == agreement
    ClauseIndex.build(corpus, WordEmbedder()).save(tmp_path / "i")
    assert ClauseIndex.load(tmp_path / "i", WordEmbedder()).corpus.agreements == (agreement,)


@pytest.mark.usefixtures("noting")
def test_a_note_is_a_doubt_of_the_outline_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.html"
    path.write_text("<p>a draft")
    assert take_apart(read_agreement(path), path).doubts == NOTED
    assert main(["outline", str(path)]) == 0
    said = "words that nobody sees are left out (7 characters): <p>a draft"
    assert any(line.split(maxsplit=1)[0] == "3" and said in line
               for line in capsys.readouterr().out.splitlines() if line)  # fmt: skip


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_a_guessed_encoding_is_a_doubt(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes("第一条 数据保留七日。".encode("gb18030"))
    (doubt,) = read_agreement(path).notes
    assert (doubt.line, str(doubt.oddity)) == (1, "does not say its encoding; read as GB18030")
    path.write_text("第一条 数据保留七日。", "utf-8")
    assert read_agreement(path).notes == ()
