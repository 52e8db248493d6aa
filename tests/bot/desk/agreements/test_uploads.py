"""A file's name is hostile, its bytes too; what is kept is whole or not there."""

from __future__ import annotations

import threading

import pytest

from bot.desk.agreements import uploads as uploads_module
from bot.desk.agreements.library_errors import LibraryError, NameRefusedError, UnknownUploadError
from bot.desk.agreements.uploads import Metadata, read_name
from index.agreement import MAX_BYTES
from index.errors import CorpusError
from index.formats.document import SUFFIXES
from tests.bot.desk.agreements.shelf import ACME_NEXT, Shelf
from tests.conftest import ROOT

WORDS = b"1. Be kind.\n"


@pytest.mark.parametrize(
    ("name", "agreement", "ending"),
    [
        ("acme.txt", "acme", ".txt"),
        (" 大汉用户协议 2026.DOCX ", "大汉用户协议-2026", ".docx"),
        ("ａｃｍｅ.ｔｘｔ", "acme", ".txt"),
        ("Terms & Conditions (v2.1).pdf", "Terms-Conditions-v2-1", ".pdf"),
        ("a.toml.txt", "a-toml", ".txt"),
        ("..txt.md", "txt", ".md"),
        ("--x--.htm", "x", ".htm"),
        ("x@1#2?3%4:5|6.html", "x-1-2-3-4-5-6", ".html"),
        ("<img src=x onerror=1>.txt", "img-src-x-onerror-1", ".txt"),
        ("हिन्दी.txt", "हिन्दी", ".txt"),
    ],
)
def test_an_id_is_made_of_a_name(name: str, agreement: str, ending: str) -> None:
    assert read_name(name, ["acme", "b"]) == (agreement, ending)


@pytest.mark.parametrize(
    "name",
    [
        "", "  ", ".txt", ".toml", "a", "a.toml", "a.views.jsonl", "a.jsonl", "a.exe", "a.txt.part",
        "../x.txt", "a/b.txt", "a\\b.txt", "/etc/passwd.txt", "a／b.txt", "℀.txt", "C:\\x.txt",
        "a\0.txt", "a\n.txt", "a\x1b[2J.txt", "a\u202etxt.exe.txt", "a\u200b.txt", "a\ud800.txt",
        "CON.txt", "con.pdf", "ＣＯＮ.txt", "NUL.tar.txt", "com1.md", "LPT9.txt", "README.md",
        "readme.txt", "x" * 300 + ".txt", "字" * 67 + ".txt", "!!!.txt", "---.md", "....md",
        "ACME.txt", "Ａcme.txt", "acmE.pdf",
    ],
)  # fmt: skip
def test_a_name_is_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(NameRefusedError):
        shelf.library.upload(name, WORDS, "anna")
    assert shelf.library.uploads() == []


def test_a_name_that_differs_in_case_alone_names_the_other() -> None:
    with pytest.raises(NameRefusedError, match="new version of 'Straße'"):
        read_name("strasse.txt", ["Straße"])


@pytest.mark.parametrize("name", ["../x.txt", "a\0.txt", "a.exe", ""])
def test_a_name_is_looked_at_even_where_it_names_nothing(shelf: Shelf, name: str) -> None:
    with pytest.raises(NameRefusedError):
        shelf.library.upload(name, WORDS, "anna", agreement="acme")


@pytest.mark.parametrize("agreement", ["nobody", "../acme", "ACME", "acme.txt"])
def test_a_version_is_of_an_agreement_that_there_is(shelf: Shelf, agreement: str) -> None:
    with pytest.raises(NameRefusedError, match="There are: acme, other"):
        shelf.library.upload("x.txt", WORDS, "anna", agreement=agreement)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\n", "is empty"),
        ("a.txt", b"1. Pay.\x00\x01", "binary"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a.txt", b"%PDF-1.7\n", "named .txt"),
        ("a.docx", b"PK\x03\x04 nonsense", "damaged"),
        ("a.pdf", b"%PDF-1.7\nnonsense", "a.pdf"),
        ("a.txt", b"\n" * 100_001, "lines"),
        ("a.txt", b"a" * (MAX_BYTES + 1), "more than"),
        ("a.md", b"# Title\n\n## Another\n", "titles alone"),
    ],
)
def test_a_file_that_cannot_be_used_is_not_kept(
    shelf: Shelf, name: str, data: bytes, why: str
) -> None:
    with pytest.raises(CorpusError, match=why) as caught:
        shelf.library.upload(name, data, "anna")
    assert str(caught.value).startswith(name)
    assert shelf.library.uploads() == []


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(title="x" * 201),
        Metadata(party="a\nb"),
        Metadata(title_en="a\u202eb"),
        Metadata(version="\ud800"),
        Metadata(language="fr"),
        Metadata(aliases=("x",) * 21),
        Metadata(aliases=("a\0",)),
    ],
)
def test_what_is_stated_is_looked_at(shelf: Shelf, metadata: Metadata) -> None:
    with pytest.raises(NameRefusedError):
        shelf.library.upload("a.txt", WORDS, "anna", metadata=metadata)


def test_what_is_stated_comes_back_as_it_was(shelf: Shelf) -> None:
    stated = Metadata('"T"\\', "t'", "甲方", "#x", ("a\\", '"'), "en", "= 1", "[s]")
    upload = shelf.library.upload("a.txt", WORDS, "anna", metadata=stated)
    assert shelf.open().find(upload.upload_id) == upload
    review = shelf.library.review(upload.upload_id)
    shelf.library.publish(upload.upload_id, "anna", review.base)
    found = shelf.restart().agreement("a")
    assert (found.title, found.title_en, found.party, found.party_en, found.aliases, found.language,
            found.version, found.source) == ('"T"\\', "t'", "甲方", "#x", ("a\\", '"'), "en", "= 1",
                                             "[s]")  # fmt: skip


def test_uploads_wait_until_they_are_discarded(shelf: Shelf) -> None:
    one = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    two = shelf.library.upload("b.txt", WORDS, "ben")
    other = shelf.open()
    assert other.uploads() == [one, two]
    assert (two.agreement, two.file, two.name, two.size, two.by) == (
        "b", "b.txt", "b.txt", len(WORDS), "ben",
    )  # fmt: skip
    other.discard(one.upload_id)
    assert shelf.library.uploads() == [two]
    for do in (shelf.library.find, shelf.library.review, shelf.library.discard):
        with pytest.raises(UnknownUploadError):
            do(one.upload_id)


@pytest.mark.parametrize(
    "upload_id", ["", "..", "../uploads", "x" * 300, "a\0", "0" * 16, "\ud800"]
)
def test_an_unknown_upload_is_said_to_be_so(shelf: Shelf, upload_id: str) -> None:
    for do in (shelf.library.find, shelf.library.review, shelf.library.discard):
        with pytest.raises(UnknownUploadError):
            do(upload_id)
    with pytest.raises(UnknownUploadError):
        shelf.library.publish(upload_id, "anna", "")


def test_an_upload_is_looked_for_among_the_uploads_alone(shelf: Shelf) -> None:
    upload = shelf.library.upload("b.txt", WORDS, "anna")
    folder = shelf.root / "desk" / "library"
    record = (folder / "uploads" / upload.upload_id / "upload.json").read_bytes()
    (folder / "upload.json").write_bytes(record)
    with pytest.raises(UnknownUploadError):
        shelf.library.find("..")


def test_only_so_many_wait(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "MAX_WAITING", 2)
    for name in ("a.txt", "b.txt"):
        shelf.library.upload(name, WORDS, "anna")
    with pytest.raises(LibraryError, match="2 uploads wait"):
        shelf.library.upload("c.txt", WORDS, "anna")


def test_a_damaged_upload_is_not_published(shelf: Shelf) -> None:
    upload = shelf.library.upload("b.txt", WORDS, "anna")
    place = shelf.root / "desk" / "library" / "uploads" / upload.upload_id
    (place / "document").write_bytes(b"1. Be mean.\n")
    with pytest.raises(LibraryError, match="is damaged"):
        shelf.library.review(upload.upload_id)
    (place / "upload.json").write_text("{")
    with pytest.raises(LibraryError, match="is damaged"):
        shelf.library.find(upload.upload_id)


def test_half_an_upload_is_none_and_is_swept(shelf: Shelf) -> None:
    upload = shelf.library.upload("b.txt", WORDS, "anna")
    folder = shelf.root / "desk" / "library" / "uploads"
    (folder / ("0" * 16)).mkdir()
    (folder / ("0" * 16) / "document").write_bytes(WORDS)
    (folder / ("1" * 16 + ".leaving")).mkdir()
    (folder.parent / "staging-x").mkdir()
    (folder / "notes").mkdir()
    assert shelf.library.uploads() == [upload]
    shelf.library.recover()
    assert sorted(path.name for path in folder.iterdir()) == sorted([upload.upload_id, "notes"])
    assert not (folder.parent / "staging-x").exists()


def test_many_upload_at_once(shelf: Shelf) -> None:
    threads = [
        threading.Thread(target=shelf.library.upload, args=(f"n{n}.txt", WORDS, "anna"))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {upload.agreement for upload in shelf.library.uploads()} == {f"n{n}" for n in range(8)}


def test_the_page_offers_every_format_that_is_read() -> None:
    script = (ROOT / "bot/desk/agreements/page/corpus.js").read_text("utf-8")
    assert f'const ENDINGS = "{",".join(SUFFIXES)}";' in script
