"""A folder of agreements, or one file of passages: read whole, or refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.clause import ClauseKind
from index.corpus import Corpus, read_corpus, sources_of
from index.errors import CorpusError


def _corpus(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", newline="")
    return folder


def _passages(folder: Path, *rows: object) -> Corpus:
    return read_corpus(_passage_file(folder, *rows))


def _passage_file(folder: Path, *rows: object) -> Path:
    path = folder / "faq.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_agreements_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    files = {"b.txt": "1. Pay.\n2. Go.", "a.md": "1. 付款。", "README.md": "Not one."}
    named: list[str] = []
    corpus = read_corpus(_corpus(tmp_path, files), named.append)
    assert [agreement.id for agreement in corpus.agreements] == ["a", "b"]
    assert [clause.clause_id for clause in corpus.clauses] == ["a/1", "b/1", "b/2"]
    assert named == ["a.md", "b.txt"]


def test_offsets_count_the_text_as_read_whatever_its_line_ends(tmp_path: Path) -> None:
    corpus = read_corpus(_corpus(tmp_path, {"a.txt": "1. Pay.\r\n2. Behave.\r\n"}))
    text = corpus.agreements[0].text
    assert [text[c.start : c.end] for c in corpus.clauses] == ["Pay.", "Behave."]


def test_views_and_open_questions_are_read_beside_the_agreements(tmp_path: Path) -> None:
    files = {
        "a.txt": "1. Pay.",
        "a.views.jsonl": '{"clause_id": "a/1", "rendering": "付款。"}',
        "unanswered.jsonl": '{"question": "Refunds?", "agreements": ["a"]}',
    }
    corpus = read_corpus(_corpus(tmp_path, files))
    assert corpus.fields["a/1"].rendering == "付款。"
    assert [row.question for row in corpus.open_questions] == ["Refunds?"]
    assert set(corpus.sources) == set(files)


def test_every_bad_file_of_a_folder_is_named_at_once(tmp_path: Path) -> None:
    files = {
        "a.txt": "",
        "b.txt": "1. Pay.",
        "b.views.jsonl": '{"clause_id": "b/1"}\n{',
        "c.txt": "1. Pay.",
        "c.toml": "title = 3",
        "d.txt": "one\ntwo \x00",
        "e.txt": "1. Fine.",
        "unanswered.jsonl": "\n\n[]",
    }
    with pytest.raises(CorpusError) as caught:
        read_corpus(_corpus(tmp_path, files))
    places = [line.removeprefix(f"{tmp_path}/") for line in str(caught.value).splitlines()]
    assert [place.split(": ")[0] for place in places] == [
        "a.txt",
        "b.views.jsonl:2",
        "c.toml",
        "d.txt:2",
        "unanswered.jsonl:3",
    ]


def test_an_agreement_of_titles_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"a\.md: holds titles alone"):
        read_corpus(_corpus(tmp_path, {"a.md": "# Only a title\n", "b.md": "1. Pay."}))


def test_a_readme_alone_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no agreement here"):
        read_corpus(_corpus(tmp_path, {"README.md": "1. Pay."}))


@pytest.mark.parametrize("name", ["gone", "gone.jsonl"])
def test_a_path_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(CorpusError, match=f"{name}: no such corpus"):
        read_corpus(tmp_path / name)


def test_a_changed_file_changes_the_sources(tmp_path: Path) -> None:
    before = sources_of(_corpus(tmp_path, {"a.txt": "1. Pay."}))
    after = sources_of(_corpus(tmp_path, {"a.toml": 'title = "A"'}))
    assert before.items() < after.items()
    assert sources_of(_corpus(tmp_path, {"a.txt": "1. Pay!"})) != after


def test_a_passage_stands_as_it_is(tmp_path: Path) -> None:
    text = "  1. First.\n2. Second. "
    corpus = _passages(tmp_path, {"id": "p/1", "text": text, "title": "Fees", "lang": "en"})
    (passage,) = corpus.clauses
    assert (passage.clause_id, passage.text, passage.path) == ("p/1", text, ("Fees",))
    assert (passage.kind, passage.agreement) == (ClauseKind.PASSAGE, "faq")
    assert set(corpus.sources) == {"faq.jsonl"}


def test_passages_of_one_agreement_form_its_text(tmp_path: Path) -> None:
    rows = [
        {"id": number, "text": text, "agreement": name}
        for number, (text, name) in enumerate(
            [("甲方付款。", "zh"), ("You pay.", "en"), ("乙方发货。", "zh"), ("x", "")]
        )
    ]
    corpus = _passages(tmp_path, *rows)
    texts = {agreement.id: agreement for agreement in corpus.agreements}
    assert [agreement.id for agreement in corpus.agreements] == ["zh", "en", "faq"]
    assert (texts["zh"].language, texts["en"].language) == ("zh", "en")
    for clause in corpus.clauses:
        assert texts[clause.agreement].text[clause.start : clause.end] == clause.text


def test_a_passage_may_be_numbered(tmp_path: Path) -> None:
    corpus = _passages(tmp_path, {"id": 0, "text": "a"}, {"id": 12, "text": "b"})
    assert [clause.clause_id for clause in corpus.clauses] == ["0", "12"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([], "is not a JSON object"),
        ({"text": "b"}, "has no 'id'"),
        ({"id": "", "text": "b"}, "has no 'id'"),
        ({"id": True, "text": "b"}, "has no 'id'"),
        ({"id": "b"}, "has no 'text'"),
        ({"id": "b", "text": "\n "}, "has no 'text'"),
        ({"id": "b", "text": ["b"]}, "'text' must be a text"),
        ({"id": "b", "text": "b", "title": 7}, "'title' must be a text"),
        ({"id": "b", "text": "b", "agreement": {}}, "'agreement' must be a text"),
        ({"id": "a", "text": "b"}, "the id 'a' stands in line 1 already"),
    ],
)
def test_a_passage_that_cannot_be_used_is_named(tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(CorpusError, match=rf"faq\.jsonl:2: {message}"):
        _passages(tmp_path, {"id": "a", "text": "a"}, row)


def test_a_file_without_passages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"faq\.jsonl: holds no passage"):
        _passages(tmp_path)


def test_lone_surrogates_in_a_passage_are_kept(tmp_path: Path) -> None:
    corpus = _passages(tmp_path, {"id": "a", "text": "a\ud800"})
    assert corpus.clauses[0].text == corpus.agreements[0].text == "a\ud800"
