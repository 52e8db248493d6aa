"""What a review says is what publishing does, and nothing is touched before."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.agreements import review as plan_module
from bot.desk.agreements.review import MAX_TEXT, Review, read_upload
from bot.desk.agreements.staging import staged
from bot.desk.agreements.uploads import Metadata
from index.builder import ensure_index
from index.corpus import read_corpus, sources_of
from index.errors import CorpusError, Fault, FaultKind
from tests.bot.desk.agreements.shelf import ACME, ACME_NEXT, Shelf, write_rows
from tests.fakes import WordEmbedder
from tests.samples.parts import read_parts
from tests.samples.word import write_word


def review(shelf: Shelf, name: str, text: str | bytes, **more: object) -> Review:
    data = text if isinstance(text, bytes) else text.encode()
    upload = shelf.library.upload(name, data, "anna", **more)  # type: ignore[arg-type]
    return shelf.library.review(upload.upload_id)


def test_a_new_version_says_what_becomes_of_each_clause(shelf: Shelf) -> None:
    found = review(shelf, "acme.txt", ACME_NEXT)
    assert not found.is_new
    assert found.same_as == ""
    assert found.unchanged == 1
    assert [
        (str(row.change), row.before and row.before.clause_id, row.after and row.after.clause_id)
        for row in found.changes
    ] == [
        ("changed", "acme/2", "acme/2"),
        ("dropped", "acme/3", None),
        ("moved", "acme/4", "acme/3"),
        ("added", None, "acme/4"),
        ("added", None, "acme/5"),
    ]
    pieces = [(str(piece.kind), piece.text) for piece in found.changes[0].pieces]
    assert pieces == [
        ("same", "Data is kept for "),
        ("dropped", "thirty"),
        ("added", "ninety"),
        ("same", " days after the end."),
    ]


def test_it_says_what_is_left_out_of_what_was_written(shelf: Shelf) -> None:
    found = review(shelf, "acme.txt", ACME_NEXT)
    losses = [
        (row.clause_id, row.has_rendering, row.questions, row.relations) for row in found.losses
    ]
    assert sorted(losses) == [
        ("acme/2", True, 0, 1),  # nearly the same: what it is about is no other
        ("acme/3", True, 3, 1),
        ("acme/4", False, 0, 1),
    ]
    assert found.reopened == ("When does unused credit expire?", "Does the credit expire unused?")
    assert found.files == (
        "acme.toml", "acme.txt", "acme.views.jsonl", "relations.jsonl", "unanswered.jsonl",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "keeps"),
    [
        ("Data is kept for ninety days after the end.", True),
        ("Nothing is ever said about what was saved here.", False),
    ],
)
def test_a_clause_that_changed_a_little_keeps_its_questions(
    shelf: Shelf, words: str, keeps: bool
) -> None:
    text = ACME.replace("Data is kept for thirty days after the end.", words)
    found = review(shelf, "acme.txt", text)
    fields = shelf.library.candidate(found.upload.upload_id).corpus.fields
    assert ("acme/2" in fields) == keeps
    if keeps:
        assert len(fields["acme/2"].questions) == 3
        assert fields["acme/2"].rendering == ""


def test_whether_a_question_stays_open_is_seen_from_the_agreements_own_clauses(
    shelf: Shelf,
) -> None:
    question = "Are calls recorded? Unused credit?"  # nearest of all is a clause of the other
    rows = [{"question": question, "agreements": ["acme"]}]
    write_rows(shelf.corpus / "unanswered.jsonl", rows)
    assert shelf.restart().search(question, k=1)[0].clause.agreement == "other"
    assert review(shelf, "acme.txt", ACME_NEXT).reopened == (question,)


def test_the_outline_and_the_doubts_are_those_of_the_new_words(shelf: Shelf) -> None:
    found = review(shelf, "acme.txt", ACME_NEXT.replace("3. The", "7. The"))
    assert [entry.label for entry in found.outline if entry.kind == "clause"][:3] == ["1", "2", "7"]
    assert found.doubts
    assert sum(entry.kind == "doubt" for entry in found.outline) == len(found.doubts)


def test_nothing_is_touched_by_a_review(shelf: Shelf) -> None:
    files, generation = shelf.files(), shelf.served().generation
    found = review(shelf, "acme.txt", ACME_NEXT)
    candidate = shelf.library.candidate(found.upload.upload_id)
    assert shelf.files() == files
    assert shelf.served().generation == generation
    assert candidate.generation == ""
    assert "ninety" in candidate.corpus.clauses[1].text
    assert sorted(path.name for path in (shelf.root / "desk" / "library").iterdir()) == ["uploads"]


def test_the_candidate_is_what_a_build_makes_after_publishing(shelf: Shelf) -> None:
    found = review(shelf, "acme.txt", ACME_NEXT)
    candidate = shelf.library.candidate(found.upload.upload_id)
    shelf.library.publish(found.upload.upload_id, "anna", found.base)
    assert read_corpus(shelf.corpus).clauses == candidate.corpus.clauses
    assert read_corpus(shelf.corpus).fields == candidate.corpus.fields
    assert read_corpus(shelf.corpus).relations == candidate.corpus.relations
    assert read_corpus(shelf.corpus).open_questions == candidate.corpus.open_questions
    assert sources_of(shelf.corpus) == candidate.corpus.sources
    assert shelf.served().corpus == candidate.corpus


def test_only_what_changed_is_embedded(shelf: Shelf) -> None:
    shelf.embedder.embedded.clear()
    shelf.embedder.read.clear()
    found = review(shelf, "acme.txt", ACME_NEXT)
    shelf.library.publish(found.upload.upload_id, "anna", found.base)
    assert shelf.embedder.read
    assert not [text for text in shelf.embedder.read if "ninety" not in text
                and "credit" not in text and "Complaints" not in text]  # fmt: skip
    assert not [text for text in shelf.embedder.embedded if "invoice" in text or "tax" in text]


def test_a_new_agreement_is_all_new(shelf: Shelf) -> None:
    found = review(
        shelf,
        "Zeta Terms (final).txt",
        "1. Be kind.\n",
        metadata=Metadata(title="  Zeta ", aliases=("Zeta", " "), version="3"),
    )
    assert found.is_new
    assert found.files == ("Zeta-Terms-final.toml", "Zeta-Terms-final.txt")
    assert [str(row.change) for row in found.changes] == ["added"]
    agreement = shelf.library.candidate(found.upload.upload_id).agreement("Zeta-Terms-final")
    assert (agreement.title, agreement.aliases, agreement.version) == ("Zeta", ("Zeta",), "3")


def test_the_same_bytes_are_told_from_new_ones(shelf: Shelf) -> None:
    assert review(shelf, "acme.txt", ACME).same_as == "acme"
    assert review(shelf, "acme.txt", ACME).files == ()
    assert review(shelf, "copy.txt", ACME).same_as == "acme"
    stated = review(shelf, "acme.txt", ACME, metadata=Metadata(title_en="Terms"))
    assert stated.files == ("acme.toml",)
    agreement = shelf.library.candidate(stated.upload.upload_id).agreement("acme")
    assert (agreement.title_en, agreement.version) == ("Terms", "2025-01-01")


def test_a_document_takes_the_place_of_a_text(shelf: Shelf) -> None:
    document = write_word(read_parts(ACME_NEXT))
    found = review(shelf, "Terms, signed.DOCX", document, agreement="acme")
    assert "acme.docx" in found.files
    assert "acme.txt" in found.files
    shelf.library.publish(found.upload.upload_id, "anna", found.base)
    assert {"acme.docx", "acme.toml"} < set(shelf.files())
    assert "acme.txt" not in shelf.files()
    assert shelf.restart().agreement("acme").sha256 == found.upload.sha256


def test_what_was_said_of_the_former_words_alone_is_left_out(shelf: Shelf) -> None:
    agreement = shelf.library.candidate(
        review(shelf, "acme.txt", ACME_NEXT).upload.upload_id
    ).agreement("acme")
    assert (agreement.title, agreement.version, agreement.source) == ("Terms of Acme", "", "")


def test_another_language_is_seen(shelf: Shelf) -> None:
    shelf.publish("acme.txt", ACME_NEXT)
    toml = shelf.corpus / "acme.toml"
    toml.write_text(toml.read_text() + 'language = "en"\n')
    shelf.restart()
    found = review(shelf, "acme.txt", "1. 您应当付费。\n2. 数据保存三十天。\n")
    assert shelf.library.candidate(found.upload.upload_id).agreement("acme").language == "zh"


def test_a_heading_under_another_title_is_left_out(shelf: Shelf) -> None:
    titled = "# Terms of Acme\n\n## 1 Money\n\n1.1 Pay.\n\n## 2 Data\n\n2.1 Delete.\n"
    shelf.publish("titled.txt", titled)
    rows = [
        {"clause_id": f"titled/{n}", "heading": "题", "rendering": "译"} for n in ("1.1", "2.1")
    ]
    write_rows(shelf.corpus / "titled.views.jsonl", rows)
    shelf.restart()
    moved = "# Terms of Acme\n\n## 1 Who\n\n1.1 We.\n\n## 2 Money\n\n2.1 Pay.\n\n## 3 Files\n\n3.1 Delete.\n"  # noqa: E501
    shelf.publish("titled.txt", moved)
    assert shelf.rows("titled.views.jsonl") == [
        {"clause_id": "titled/2.1", "heading": "题", "rendering": "译"},
        {"clause_id": "titled/3.1", "heading": "", "rendering": "译"},
    ]


def test_a_corpus_changed_by_hand_is_shown_too(shelf: Shelf) -> None:
    (shelf.corpus / "other.txt").write_text("1. Calls are not recorded.\n2. Prices include tax.\n")
    found = review(shelf, "acme.txt", ACME)
    assert [row.after.clause_id for row in found.changes if row.after] == ["other/1"]


def test_a_bad_file_of_another_agreement_is_named_and_stays_as_served(shelf: Shelf) -> None:
    (shelf.corpus / "other.txt").write_bytes(b"\x00\x01")
    found = review(shelf, "acme.txt", ACME_NEXT)
    assert len(found.problems) == 1
    assert str(shelf.corpus / "other.txt") in found.problems[0]
    shelf.library.publish(found.upload.upload_id, "anna", found.base)
    assert "Calls are recorded." in {clause.text for clause in shelf.restart().corpus.clauses}


def test_a_bad_agreement_is_mended_by_an_upload(shelf: Shelf) -> None:
    (shelf.corpus / "other.txt").write_bytes(b"\x00\x01")
    shelf.publish("other.txt", "1. Calls are rare.\n")
    assert shelf.restart().corpus.clauses[-1].text == "Calls are rare."


@pytest.mark.parametrize("name", ["relations.jsonl", "acme.views.jsonl", "acme.toml"])
def test_a_bad_file_beside_it_is_named_where_it_is(shelf: Shelf, name: str) -> None:
    (shelf.corpus / name).write_text("{")
    upload = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    with pytest.raises(CorpusError) as caught:
        shelf.library.review(upload.upload_id)
    assert str(shelf.corpus / name) in str(caught.value)
    assert "staging" not in str(caught.value)


def test_too_many_clauses_are_not_waited_for(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_module, "MAX_CLAUSES", 3)
    with pytest.raises(CorpusError, match=r"acme\.txt: has more than 3 clauses"):
        shelf.library.upload("acme.txt", ACME.encode(), "anna")
    assert shelf.library.uploads() == []


def test_text_of_too_many_bytes_is_refused_before_it_is_read() -> None:
    data = b"\0\xff" * (MAX_TEXT * 2) + b"\0"  # read, it would be no text
    with pytest.raises(CorpusError, match=r"acme\.md: has more than 2,000,000 characters"):
        read_upload(Path("acme.md"), data)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_is_no_line_is_refused_before_it_is_taken_apart(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_module, "MAX_CLAUSE", 20)
    assert read_upload(Path("acme.txt"), end.join(["1. Be kind.", "2. Call us."]).encode())
    text = end.join(["1. Be kind.", "2. Call us. 3. Pay us. 4. Go."])  # its clauses are short
    with pytest.raises(CorpusError, match=r"acme\.txt:2: has a line of more than 20 characters"):
        read_upload(Path("acme.txt"), text.encode())


def test_without_an_index_the_files_are_compared(shelf: Shelf) -> None:
    ensure_index(shelf.corpus, shelf.index, WordEmbedder("other model"))
    found = review(shelf, "acme.txt", ACME_NEXT)
    assert len(found.changes) == 5
    for path in shelf.index.iterdir():
        path.unlink()
    assert len(review(shelf, "acme.txt", ACME_NEXT).changes) == 5


@pytest.mark.parametrize("is_copied", [True, False])
def test_a_fault_of_a_copied_file_is_that_of_the_file_at_home(
    shelf: Shelf, is_copied: bool
) -> None:
    fault, home = Fault.of(FaultKind.BINARY), shelf.corpus if is_copied else Path()
    with (
        pytest.raises(CorpusError) as caught,
        staged(shelf.corpus, shelf.library.index, shelf.corpus.parent) as here,
    ):
        raise CorpusError(fault, (here.path if is_copied else Path()) / "acme.txt", 3)
    assert str(caught.value) == f"{home / 'acme.txt'}:3: {fault}"
    assert caught.value.fault is fault
