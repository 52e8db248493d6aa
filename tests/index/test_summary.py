"""A folder's files, from the most doubtful down."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.__main__ import main
from index.outline import first_words
from index.segmentation.doubts import OddityKind
from index.summary import summarise, summary_lines

SENTENCE = "The customer pays the fee for the service within ten days of the invoice. "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a clear file, two doubtful ones, and files that cannot be read."""
    (tmp_path / "clear.txt").write_text("1. Pay.\n\n2. Behave.\n")
    (tmp_path / "gap.txt").write_text("1. Pay.\n\n2. Behave.\n\n7. End.\n")
    (tmp_path / "one.md").write_text(SENTENCE * 40)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "terms.pages").write_text("1. Pay.")
    (tmp_path / "很长的名称的协议文件只为了看它在终端中怎样被截断而已没有别的用处.txt").write_text(
        "1. 付费。\n"
    )
    (tmp_path / "README.md").write_text("Put agreements here.")
    return tmp_path


def test_the_most_doubtful_comes_first_and_what_cannot_be_read_before(folder: Path) -> None:
    seen: list[str] = []
    found = summarise(folder, seen.append)
    assert [one.name for one in found[:5]] == [
        *("bad.pdf", "terms.pages", "one.md", "gap.txt", "clear.txt"),
    ]
    assert sorted(seen) == sorted(one.name for one in found)
    assert [one.sums.doubts for one in found[2:4] if one.sums] == [
        {OddityKind.ONE_CLAUSE: 1},
        {OddityKind.FOLLOWS_NUMBER: 1},
    ]


def test_it_is_printed_in_80_columns_with_why_a_file_is_not_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outline", str(folder), "--summary"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(first_words(line, 80) == " ".join(line.split()) for line in lines)
    assert "not read  bad.pdf" in lines[1]
    assert lines[2].strip() == "is a damaged PDF. Save it anew."
    assert "Save it as one" in " ".join(lines[4:6])
    assert ["1", "1", "100", "%", "0", "%", "one.md"] in [line.split() for line in lines]
    assert lines[-1] == "files 6, not read 2, with doubts 2"


def test_a_folder_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outline", "nowhere", "--summary"]) == 1
    assert "nowhere: no such corpus folder" in capsys.readouterr().err


def test_a_folder_without_files_is_told_of_too(tmp_path: Path) -> None:
    assert list(summary_lines(summarise(tmp_path)))[-1] == "files 0, not read 0, with doubts 0"


def test_the_outline_of_a_file_begins_with_its_title_and_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "acme.txt").write_text("Acme Terms\n\n1. Pay.\n\n2. Behave.\n")
    (tmp_path / "acme.toml").write_text('party = "Acme Ltd."\naliases = ["Acme"]\n')
    assert main(["outline", str(tmp_path / "acme.txt")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "title: Acme Terms"
    assert lines[1].startswith("names: Acme Ltd., Acme")
