"""What is wrong with a file is said in both languages, of one value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.agreement import read_agreement
from index.errors import MESSAGES, CorpusError, Fault, FaultKind
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


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_is_said_in_both_languages(kind: FaultKind) -> None:
    fault = Fault(kind, VALUES)
    assert fault.say("en") == str(fault)
    assert not _HAN.search(str(fault))
    assert _HAN.search(fault.say("zh"))
    assert "{" not in fault.say("zh")


def test_every_fault_is_found_somewhere() -> None:
    files = [path for name in ("index", "bot/desk") for path in (ROOT / name).rglob("*.py")]
    files.remove(ROOT / "index" / "errors.py")
    written = "".join(path.read_text("utf-8") for path in files)
    assert {kind for kind in FaultKind if f"FaultKind.{kind.name}" not in written} == set()


def test_everything_said_of_files_is_of_a_fault_or_a_format() -> None:
    kinds = {f"fault_{kind}" for kind in FaultKind} | {f"format_{known}" for known in Format}
    assert {key for key in MESSAGES if key.startswith(("fault_", "format_"))} == kinds


def test_the_place_is_said_as_well() -> None:
    error = CorpusError(Fault.of(FaultKind.BINARY), Path("服务.txt"), 3)
    assert str(error) == "服务.txt:3: holds binary data. Give the agreement as plain text."
    assert error.say("en") == str(error)
    assert error.say("zh") == "服务.txt 第 3 行含有二进制数据，请提供纯文本的协议。"
    other = Fault.of(FaultKind.OTHER_FORMAT, found=Format.HTML, ending=".pdf")
    told = CorpusError(other, Path("a.pdf")).say("zh")
    assert told == "a.pdf 的内容是网页，后缀却是 .pdf，请改用与内容相符的后缀。"
    plain = CorpusError("has an unknown key 'x'.", Path("a.toml"))
    assert plain.say("zh") == str(plain)


@pytest.mark.parametrize("name", ["scan.pdf", "encrypted.pdf", "bomb.docx", "laughs.docx"])
def test_what_a_parser_refuses_is_told_across_its_process(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    with pytest.raises(CorpusError) as refused:
        read_agreement(path)
    assert refused.value.fault is not None
    assert str(refused.value) == f"{path}: {refused.value.fault}"
    assert _HAN.search(refused.value.say("zh"))
