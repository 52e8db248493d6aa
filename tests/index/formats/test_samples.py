from __future__ import annotations

from pathlib import Path

import pytest

from index.agreement import read_agreement, read_text
from index.formats import document
from index.formats.__main__ import READERS
from index.formats.document import SUFFIXES, Format
from index.segmentation.segment import segment
from tests.samples.__main__ import main

pytestmark = pytest.mark.slow  # writes and reads both agreements in every format

CORPUS = Path(__file__).parents[3] / "corpus"
FORMATS = ("docx", "html", "mhtml", "odt", "pdf", "rtf")
NAMES = ("dahan", "xunzhong")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with every agreement in every format."""
    folder = tmp_path_factory.mktemp("samples")
    main(folder)
    return folder


def clauses_of(path: Path) -> list[tuple[str, str, str]]:
    """Return id, label and words of every clause, white space aside."""
    found = segment(read_text(path), path.stem).clauses
    return [(clause.clause_id, clause.label, "".join(clause.text.split())) for clause in found]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_clauses_of_the_text(samples: Path, name: str, ending: str) -> None:
    assert clauses_of(samples / f"{name}.{ending}") == clauses_of(CORPUS / f"{name}.txt")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_clause_lies_in_the_text_that_the_agreement_keeps(samples: Path, ending: str) -> None:
    agreement = read_agreement(samples / f"dahan.{ending}")
    for clause in segment(agreement.text, agreement.id).clauses:
        assert agreement.text[clause.start : clause.end] == clause.text


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_around_the_agreement_is_read(samples: Path, ending: str) -> None:
    text = read_text(samples / f"dahan.{ending}")
    for words in (
        "请接受",
        "返回顶部",
        "版权所有",
        "脚本",
        "不显示",
        "文档\n",
        "某平台",
        "第 2 页",
    ):
        assert words not in text


def test_a_document_of_the_same_bytes_is_not_parsed_again(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_agreement(samples / "dahan.docx")
    monkeypatch.setattr(document, "parse", lambda *_: pytest.fail("it is parsed again"))
    assert read_agreement(samples / "dahan.docx", before) == before


def test_every_format_that_is_parsed_has_a_reader() -> None:
    assert {*READERS, Format.TEXT, Format.OLE} == set(SUFFIXES.values())
