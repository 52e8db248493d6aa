"""What is wrong with a file is said in both languages, of one value."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from bot.words.catalogue import CHINESE, FORMATS, say_fault, say_file_error
from index import errors as faults
from index.agreement import read_agreement
from index.errors import CorpusError, Fault, FaultKind
from index.formats.document import Format
from tests.conftest import ROOT
from tests.index.formats.hostile import HOSTILE

_HAN = re.compile(r"[\u3400-\u9fff]")
VALUES: dict[str, str | int] = {
    "most": 5000,
    "megabytes": 512,
    "seconds": 8,
    "how": "KeyError",
    "found": Format.PDF,
    "ending": ".txt",
    "file": "a.toml",
    "stated": "00",
    "name": "Nul.txt",
    "other": "nul",
    "names": 20,
    "known": "zh, en",
}


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_is_said_in_both_languages_with_the_same_values(kind: FaultKind) -> None:
    english = faults._MESSAGES[kind]
    blanks = _blanks(english)
    assert blanks == _blanks(CHINESE[kind])
    fault = Fault(kind, {name: VALUES[name] for name in blanks})
    assert say_fault(fault, "en") == str(fault)
    assert not _HAN.search(str(fault))
    assert _HAN.search(say_fault(fault, "zh"))
    assert "{" not in say_fault(fault, "zh")


def test_every_fault_is_found_somewhere() -> None:
    files = [path for name in ("index", "bot/desk") for path in (ROOT / name).rglob("*.py")]
    files.remove(ROOT / "index" / "errors.py")
    written = "".join(path.read_text("utf-8") for path in files)
    assert {kind for kind in FaultKind if f"FaultKind.{kind.name}" not in written} == set()


def test_every_format_has_its_name() -> None:
    assert set(FORMATS) == set(Format)


def test_the_place_is_said_as_well() -> None:
    error = CorpusError(Fault.of(FaultKind.BINARY), Path("服务.txt"), 3)
    assert str(error) == "服务.txt:3: holds binary data. Give the agreement as plain text."
    assert say_file_error(error, "en") == str(error)
    assert say_file_error(error, "zh") == "服务.txt 第 3 行含有二进制数据，请提供纯文本的协议。"
    other = Fault.of(FaultKind.OTHER_FORMAT, found=Format.HTML, ending=".pdf")
    told = say_file_error(CorpusError(other, Path("a.pdf")), "zh")
    assert told == "a.pdf 的内容是网页，后缀却是 .pdf，请改用与内容相符的后缀。"
    plain = CorpusError("has an unknown key 'x'.", Path("a.toml"))
    assert say_file_error(plain, "zh") == str(plain)


@pytest.mark.parametrize("name", ["scan.pdf", "encrypted.pdf", "bomb.docx", "laughs.docx"])
def test_what_a_parser_refuses_is_told_across_its_process(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    with pytest.raises(CorpusError) as refused:
        read_agreement(path)
    assert refused.value.fault is not None
    assert str(refused.value) == f"{path}: {refused.value.fault}"
    assert _HAN.search(say_file_error(refused.value, "zh"))
