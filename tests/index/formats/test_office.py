"""An old Word file is read where LibreOffice is installed; elsewhere it is said what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from index.agreement import read_text
from index.errors import CorpusError, FaultKind
from index.formats import office
from tests.index.formats.hostile_office import fib, ole
from tests.samples.word import raw_word

WORDS = "<w:p><w:r><w:t>1. You may end it.</w:t></w:r></w:p>"
HIDDEN = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"


@pytest.fixture
def old_word(tmp_path: Path) -> Path:
    """Return an old Word file, which LibreOffice itself has written."""
    if office.find_office() is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "terms.docx").write_bytes(raw_word(WORDS + HIDDEN))
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'p').as_uri()}"]
    command += ["--convert-to", "doc", "--outdir", str(tmp_path), str(tmp_path / "terms.docx")]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path / "terms.doc"


def test_an_old_word_file_is_read_as_what_a_person_sees(old_word: Path) -> None:
    assert read_text(old_word) == "1. You may end it.\n"


@pytest.mark.skipif(office.find_office() is None, reason="LibreOffice is not installed")
def test_what_libreoffice_makes_nothing_of_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "terms.doc").write_bytes(ole(("WordDocument", fib()), ("1Table", b"\xff" * 512)))
    with pytest.raises(CorpusError, match="is a damaged old Office file"):
        read_text(tmp_path / "terms.doc")


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1 1. You may end it.}",
        b"<html><body><p>1. You may end it.</p></body></html>",
        raw_word(WORDS + HIDDEN),
    ],
    ids=["rtf", "web page", "docx"],
)
def test_what_word_opens_under_the_name_of_an_old_file_is_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "terms.doc").write_bytes(data)
    assert read_text(tmp_path / "terms.doc") == "1. You may end it.\n"


def test_without_libreoffice_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "find_office", lambda: None)
    (tmp_path / "terms.doc").write_bytes(ole(("WordDocument", fib())))
    with pytest.raises(CorpusError, match=r"Install it \(apt-get install .*, or save .* as \.docx"):
        read_text(tmp_path / "terms.doc")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ole(("WordDocument", fib())), None),
        (ole(("WordDocument", fib(0x100))), FaultKind.ENCRYPTED),
        (ole(("EncryptedPackage", b"x")), FaultKind.ENCRYPTED),
        (ole(("Workbook", b"x")), FaultKind.NOT_WORD),
        (ole(("WordDocument", fib()), table={1: 1}), FaultKind.DAMAGED_OLE),
        (ole(("WordDocument", fib()), at_68=2), FaultKind.DAMAGED_OLE),
    ],
)
def test_what_is_no_word_file_never_reaches_libreoffice(
    data: bytes, kind: FaultKind | None
) -> None:
    assert office.find_fault(data) is kind
