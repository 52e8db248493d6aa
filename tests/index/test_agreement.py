"""What is read of a file, and how a file that cannot be used is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.agreement import find_agreements, read_agreement, read_text
from index.errors import CorpusError


def _file(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_a_bare_file_is_enough(tmp_path: Path) -> None:
    agreement = read_agreement(_file(tmp_path, "terms.md", "# Terms of Use\n\n1. Pay.\n"))
    assert (agreement.id, agreement.title, agreement.language) == ("terms", "Terms of Use", "en")


def test_metadata_beside_the_file_is_taken(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.txt", "第一条 总则")
    _file(tmp_path, "a.toml", 'title = "甲方条款"\ntitle_en = "Terms of A"\naliases = ["甲方"]\n')
    agreement = read_agreement(path)
    assert agreement.title_in("zh") == "甲方条款"
    assert agreement.title_in("en") == "Terms of A"
    assert agreement.aliases == ("甲方",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_common_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    path = _file(tmp_path, "a.txt", "第一条 数据保留７日\r\n第二条".encode(encoding))
    assert read_text(path) == "第一条 数据保留７日\n第二条"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture, archive or program"),
        (b"one\ntwo \x00 three", "a.txt:2: holds binary data"),
        (b"\xff\xff\xff\xff\xff", "is not text"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, data: bytes, message: str) -> None:
    path = _file(tmp_path, "a.txt", data)
    with pytest.raises(CorpusError, match=message) as caught:
        read_agreement(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("title = ", "is no readable TOML"),
        ('titel = "x"', "unknown key 'titel'"),
        ("title = 3", "'title' must be a text"),
        ('aliases = "x"', "'aliases' must be a list"),
        ('sha256 = "00"', "have SHA-256"),
        (b"\xff\xfe", "is no readable TOML"),
    ],
)
def test_broken_metadata_is_refused(tmp_path: Path, metadata: str | bytes, message: str) -> None:
    path = _file(tmp_path, "a.txt", "第一条 总则")
    _file(tmp_path, "a.toml", metadata)
    with pytest.raises(CorpusError, match=message):
        read_agreement(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone.txt: cannot be read \(No such file"):
        read_agreement(tmp_path / "gone.txt")


def test_readmes_and_other_files_are_no_agreements(tmp_path: Path) -> None:
    for name in ("README.md", "b.txt", "a.md", "b.toml", "notes.doc", "~$c.docx", ".d.txt"):
        _file(tmp_path, name, "text")
    assert [path.name for path in find_agreements(tmp_path)] == ["a.md", "b.txt"]


def test_a_folder_without_agreements_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"Put one in it: \.txt, \.md, .*\.pdf\."):
        find_agreements(tmp_path)
    with pytest.raises(CorpusError, match="no such corpus folder"):
        find_agreements(tmp_path / "gone")


def test_two_files_of_one_id_are_both_listed(tmp_path: Path) -> None:
    _file(tmp_path, "a.md", "x")
    _file(tmp_path, "a.txt", "x")
    assert [path.name for path in find_agreements(tmp_path)] == ["a.md", "a.txt"]


def test_a_text_that_begins_with_a_clause_is_called_by_its_file(tmp_path: Path) -> None:
    path = _file(tmp_path, "acme.txt", "1. Data is kept for 7 days after termination.\n")
    assert read_agreement(path).title == "acme"
