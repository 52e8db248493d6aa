"""What became of each file of a folder is said in one table; nothing is passed over in silence."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path

import pytest

from index import builder
from index.__main__ import main
from index.builder import ensure_index
from index.corpus import read_corpus
from index.errors import CorpusError
from index.report import COLUMNS, FileReading, Outcome, find_unread, to_table
from tests.fakes import WordEmbedder

SILENT = (
    ".DS_Store", "~$terms.docx", ".~lock.terms.docx#", "README.md", "readme.txt", "terms.toml",
    "terms.views.jsonl", "unanswered.jsonl", "relations.jsonl", "Thumbs.db",
)  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a corpus of one good agreement, built with a model of no weight."""
    monkeypatch.setattr(builder, "SentenceEmbedder", lambda model: WordEmbedder())
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "other.txt").write_text("1. Pay other.\n", "utf-8")
    return folder


def _readings(corpus: Path) -> dict[str, FileReading]:
    found: list[FileReading] = []
    read_corpus(corpus, report=found.append)
    return {one.file.name: one for one in found}


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in line)


def test_two_files_of_one_id_stop_no_other(corpus: Path) -> None:
    (corpus / "good.txt").write_text("1. Pay.\n", "utf-8")
    (corpus / "good.md").write_text("1. Pay.\n", "utf-8")
    found = _readings(corpus)
    assert found["other.txt"].outcome is Outcome.INDEXED
    assert found["good.md"].outcome is found["good.txt"].outcome is Outcome.LEFT_OUT
    assert found["good.md"].say("en") == "has the same id as good.txt. Rename or remove one."
    assert "与 good.md 标识相同" in found["good.txt"].say("zh")


def test_a_second_file_of_an_id_leaves_the_agreement_as_it_was(corpus: Path) -> None:
    former = read_corpus(corpus)
    (corpus / "other.md").write_text("1. Else.\n", "utf-8")
    (corpus / "third.md").write_text("1. Third.\n", "utf-8")
    found: list[FileReading] = []
    now = read_corpus(corpus, former=former, report=found.append)
    assert [clause.text for clause in now.clauses] == ["Pay other.", "Third."]
    kept = [one.file.name for one in found if one.outcome is Outcome.KEPT]
    assert kept == ["other.md", "other.txt"]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("bad.txt", b"", "is empty"),
        ("bad.txt", b"a\n\x00", "line 2 holds binary data"),
        ("bad.txt", b"# Title\n", "titles alone"),
        ("bad.docx", b"PK\x03\x04zz", "damaged archive"),
        ("bad.pdf", b"%PDF-1.4 zz", "damaged PDF"),
        ("bad.toml", b"x = [", "bad.toml: is no readable TOML"),
        ("bad.toml", b"x = " + b"[" * 50_000, "bad.toml: is no readable TOML"),
        ("bad.toml", b"#" * 1_000_001, "bad.toml: is larger than"),
        ("bad.toml", b"colour = 'red'", "bad.toml: has an unknown key 'colour'"),
        ("bad.toml", b"edition_of = 3", "bad.toml: 'edition_of' must be a text"),
        ("bad.views.jsonl", b"{", "bad.views.jsonl:1: is not JSON"),
    ],
)
def test_a_bad_file_is_passed_over_and_the_others_are_read(
    corpus: Path, name: str, data: bytes, why: str
) -> None:
    if name.endswith(("toml", "jsonl")):
        (corpus / "bad.txt").write_text("1. Pay.\n", "utf-8")
    (corpus / name).write_bytes(data)
    found = _readings(corpus)
    (bad,) = (one for one in found.values() if one.is_problem)
    assert bad.file.stem == "bad"
    assert why in bad.say("en")
    assert str(corpus) not in bad.say("en")
    assert found["other.txt"].outcome is Outcome.INDEXED


def test_a_file_that_is_too_large_is_not_read(corpus: Path) -> None:
    with (corpus / "huge.txt").open("wb") as file:
        file.truncate(30_000_000)
    assert "larger than 20,000,000 bytes" in _readings(corpus)["huge.txt"].say("en")


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("terms.pages", "Save it as one of .txt", "请另存为"),
        ("prices.xlsx", "Save it as one of .txt", "请另存为"),
        ("noending", "Save it as one of .txt", "请另存为"),
        ("Scan.JPG", "Run text recognition", "文字识别"),
        ("all.zip", "Unpack it", "请解压"),
        ("faq.jsonl", "indexed alone", "单独索引"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(
    corpus: Path, name: str, en: str, zh: str
) -> None:
    (corpus / name).write_bytes(b"x")
    found = _readings(corpus)[name]
    assert found.outcome is Outcome.UNREAD
    assert en in found.say("en")
    assert zh in found.say("zh")


def test_a_folder_is_named_but_not_the_pictures_of_a_saved_page(corpus: Path) -> None:
    (corpus / "page.html").write_text("<p>1. Pay.</p>", "utf-8")
    for name in ("page_files", "more", "dead"):
        (corpus / name).mkdir()
    (corpus / "gone.txt").symlink_to(corpus / "nowhere")
    unread = {one.file.name: one.say("en") for one in find_unread(corpus)}
    assert set(unread) == {"more", "dead", "gone.txt"}
    assert "is a folder" in unread["more"]
    assert "link to nothing" in unread["gone.txt"]


def test_of_what_belongs_to_a_folder_nothing_is_said(corpus: Path) -> None:
    for name in SILENT:
        (corpus / name).write_bytes(b"x")
    assert find_unread(corpus) == []


def test_a_corpus_of_what_is_not_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "terms.pages").write_bytes(b"x")
    with pytest.raises(CorpusError, match=r"no agreement here(.|\n)*terms\.pages: is of a kind"):
        read_corpus(tmp_path)


def test_the_build_ends_with_a_table_of_every_file(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for year in (2023, 2024):
        text = f"灯铺协议\n第一条 月费{year}元，按月预付。\n第二条 七日内可以退货。\n"
        (corpus / f"灯铺用户服务协议与隐私条款-{year}.txt").write_text(text, "utf-8")
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "scan.png").write_bytes(b"x")
    (corpus / "gap.txt").write_text("1. Pay.\n3. Ship.\n", "utf-8")
    code = main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")])
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    lines = err.splitlines()
    table = lines[next(at for at, line in enumerate(lines) if line.startswith("file ")) : -1]
    assert max(map(_width, table)) <= COLUMNS
    text = "\n".join(table)
    starts = ["empty.txt", "scan.png", "gap.txt", "灯铺用户服务协议与", "other.txt"]
    places = [text.index(start) for start in starts[:2]]
    assert places == sorted(places)
    assert all(start in text for start in starts)
    assert "former edition" in text
    assert "indexed, 2 clause(s)" in text
    assert "In doubt: 1" in text
    assert lines[-1].startswith("error: 1 file(s) cannot be used")


def test_what_is_not_read_is_no_failure(corpus: Path, tmp_path: Path) -> None:
    (corpus / "scan.png").write_bytes(b"x")
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")]) == 0


def test_of_many_files_that_are_fine_the_rest_is_counted(tmp_path: Path) -> None:
    fine = [FileReading(tmp_path / f"{at:03}.txt", Outcome.INDEXED, 1) for at in range(300)]
    lines = list(to_table(fine))
    assert len(lines) < 50
    assert lines[-1] == "and 260 more files, indexed, with nothing to say of them."


def test_a_start_logs_what_is_wrong_once(
    corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (corpus / "scan.png").write_bytes(b"x")
    (corpus / "empty.txt").write_bytes(b"")
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "index.builder"):
            ensure_index(corpus, tmp_path / "i", WordEmbedder())
        assert caplog.text.count("scan.png") == caplog.text.count("empty.txt") == 1
    (corpus / "empty.txt").unlink()
    ensure_index(corpus, tmp_path / "i", WordEmbedder())
    caplog.clear()
    with caplog.at_level(logging.WARNING, "index.builder"):
        ensure_index(corpus, tmp_path / "i", WordEmbedder())
    assert caplog.text.count("scan.png") == 1
