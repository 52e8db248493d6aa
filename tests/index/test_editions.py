"""Editions of one agreement are told from other agreements, and from each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.question import frame_question
from index.agreement import Agreement
from index.corpus import Corpus, read_corpus
from index.report import FileReading, Outcome
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

TERMS = """Acme Terms of Service
{since}
1. The fee is {fee} euros a month and is due in advance.
2. Lamps may be sent back within {days} days for a full refund.
3. Names and addresses are kept for thirty days after the last order.
4. The courts of Dublin decide all disputes between the parties.
"""
PRIVACY = "Acme Privacy\n1. Names are shown to nobody.\n2. Letters are burnt each week.\n"
ZH = """某灯铺用户协议
第一条 月费{fee}元，按月预付。
第二条 灯具可在{days}日内退回，全额退款。
第三条 争议由某市法院管辖。
"""


def _terms(since: str = "", fee: int = 20, days: int = 14) -> str:
    return TERMS.format(since=since, fee=fee, days=days)


def _read(folder: Path, files: dict[str, str]) -> tuple[Corpus, dict[str, FileReading]]:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    readings: list[FileReading] = []
    corpus = read_corpus(folder, report=readings.append)
    return corpus, {one.file.name: one for one in readings}


def _former(folder: Path, files: dict[str, str]) -> dict[str, str]:
    corpus, _ = _read(folder, files)
    return {one.id: one.edition_of for one in corpus.agreements if one.edition_of}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"terms-2023.txt": _terms()}, {"terms-2024.txt": _terms(fee=25, days=7)}),
        ({"terms_v1.md": _terms()}, {"terms_v2.md": _terms(fee=25)}),
        ({"terms.txt": _terms()}, {"terms v2.txt": _terms(fee=25)}),
        ({"terms-old.txt": _terms()}, {"terms.txt": _terms(fee=25)}),
        ({"terms.txt": _terms()}, {"terms-new.txt": _terms(fee=25)}),
        ({"terms-20240105.txt": _terms()}, {"terms-2024-05-01.txt": _terms(fee=25)}),
        ({"acme-may-2022.txt": _terms()}, {"acme 1 March 2023.txt": _terms(fee=25)}),
        (
            {"terms (1).txt": _terms("Last updated: 3rd March 2022")},
            {"terms.txt": _terms("Effective April 1, 2024", 25)},
        ),
        (
            {"a.txt": _terms(), "a.toml": 'version = "2021-01-01"'},
            {"a_.txt": _terms(fee=25), "a_.toml": 'version = "2022-01-01"'},
        ),
        (
            {"用户协议（2023年版）.txt": ZH.format(fee=20, days=7)},
            {"用户协议2024.txt": ZH.format(fee=30, days=15)},
        ),
        (
            {"协议_旧版.txt": ZH.format(fee=20, days=7)},
            {"协议.txt": ZH.format(fee=30, days=15)},
        ),
        ({"2023.txt": _terms()}, {"2024.txt": _terms(fee=25)}),
        (
            {"用户协议.txt": ZH.format(fee=20, days=7)},
            {"用户协议（修订版）.txt": ZH.format(fee=30, days=7)},
        ),
        ({"协议.txt": ZH.format(fee=20, days=7)}, {"协议-修订稿.txt": ZH.format(fee=30, days=7)}),
        ({"协议（试行）.txt": ZH.format(fee=20, days=7)}, {"协议.txt": ZH.format(fee=30, days=7)}),
        (
            {"协议第一版.txt": ZH.format(fee=20, days=7)},
            {"协议第二版.txt": ZH.format(fee=30, days=7)},
        ),
        (
            {"协议2.0版.txt": ZH.format(fee=20, days=7)},
            {"协议2.1版.txt": ZH.format(fee=30, days=7)},
        ),
        ({"terms.txt": _terms()}, {"terms-revised.txt": _terms(fee=25)}),
        ({"terms-draft.txt": _terms()}, {"terms-final.txt": _terms(fee=25)}),
        ({"terms-first-edition.txt": _terms()}, {"terms-2nd-edition.txt": _terms(fee=25)}),
        (
            {"协议二〇二三年.txt": ZH.format(fee=20, days=7)},
            {"协议2024年.txt": ZH.format(fee=30, days=7)},
        ),
        (
            {"a.txt": f"Acme Terms of Service (2023)\n{_terms()}"},
            {"a_.txt": f"Acme Terms of Service (2024)\n{_terms(fee=25)}"},
        ),
        (
            {"a.txt": f"Acme Terms of Service v1\n{_terms()}"},
            {"a_.txt": f"Acme Terms of Service v2\n{_terms(fee=25)}"},
        ),
        (
            {"t-2023.txt": _terms(), "t-2023.toml": 'party = "Acme"'},
            {"t-2024.txt": _terms(fee=25), "t-2024.toml": 'party = "Acme Ltd."'},
        ),
    ],
    ids="+".join,
)
def test_the_newer_edition_is_in_force(
    tmp_path: Path, older: dict[str, str], newer: dict[str, str]
) -> None:
    former, current = (Path(next(iter(files))).stem for files in (older, newer))
    assert _former(tmp_path, newer | older) == {former: current}


@pytest.mark.parametrize(
    "files",
    [
        {"terms-2023.txt": _terms(), "privacy-2024.txt": PRIVACY},
        {"acme-2023.txt": _terms(), "acme-2024.txt": PRIVACY},
        {"terms-eu.txt": _terms("Effective 2023-01-01"), "terms-us.txt": _terms("From 2024-01-01")},
        {"001.txt": _terms(), "002.txt": _terms(fee=25)},
        {"2023.txt": _terms(), "2024.txt": _terms(fee=25).replace("Acme", "Globex")},
        {
            "terms-2023.txt": _terms(),
            "terms-2023.toml": 'party = "Acme Ltd."',
            "terms-2024.txt": _terms(fee=25),
            "terms-2024.toml": 'party = "Globex Inc."',
        },
        {
            "terms-2023.txt": _terms(),
            "terms-2023.toml": 'edition_of = ""',
            "terms-2024.txt": _terms(),
        },
    ],
    ids="+".join,
)
def test_other_agreements_are_no_editions(tmp_path: Path, files: dict[str, str]) -> None:
    assert _former(tmp_path, files) == {}


ALIKE = """Terms of Service

1. Whoever orders from {name} pays {fee} euros a month in advance to {name}.
2. Goods may be sent back within {fee} days for a full refund.
3. The courts of Dublin decide all disputes between {name} and its customers.
"""


@pytest.mark.parametrize(
    "pattern",
    ["terms-{year}.txt", "terms ({at}).txt", "{year}.txt", "terms-v{at}.txt", "shop{year}.txt",
     "{name}.txt", "{name}-{year}.txt", "terms-{at:03}.txt"],
)  # fmt: skip
def test_like_texts_of_many_parties_are_no_editions(tmp_path: Path, pattern: str) -> None:
    names = [f"{one}{other}" for one in ("Bel", "Cor", "Dan", "Fal") for other in ("mart", "ware")]
    files = {
        pattern.format(at=at, year=2010 + at, name=name): ALIKE.format(name=name, fee=10 + at)
        for at, name in enumerate(names, 1)
    }
    corpus, readings = _read(tmp_path, files)
    assert len(corpus.agreements) == len(names)
    assert [one.id for one in corpus.agreements if one.edition_of] == []
    assert {one.say("en") for one in readings.values()} == {""}


def test_a_party_of_another_form_is_no_other(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for year, party in (("2023", "Acme"), ("2024", "Acme Widgets Ltd."), ("2025", "The Acme Inc.")):
        files |= {f"t-{year}.txt": _terms(), f"t-{year}.toml": f'party = "{party}"'}
    assert set(_former(tmp_path, files)) == {"t-2023", "t-2024"}


def test_of_three_editions_the_newest_is_in_force(tmp_path: Path) -> None:
    files = {f"terms-{year}.txt": _terms(fee=year) for year in (2022, 2024, 2023)}
    assert _former(tmp_path, files) == {"terms-2022": "terms-2024", "terms-2023": "terms-2024"}


def test_an_edition_may_be_stated_and_what_is_stated_wrongly_is_said(tmp_path: Path) -> None:
    files = {
        "eu.txt": _terms(),
        "eu.toml": 'edition_of = "all"',
        "all.txt": _terms(fee=25),
        "us.txt": PRIVACY,
        "us.toml": 'edition_of = "nothing"',
    }
    corpus, readings = _read(tmp_path, files)
    assert [one.edition_of for one in corpus.agreements] == [None, "all", None]
    assert [one.title_in("en") for one in corpus.agreements[1:]] == [
        "Acme Terms of Service (former edition)", "Acme Privacy",
    ]  # fmt: skip
    assert "no such agreement" in readings["us.txt"].say("en")
    assert "没有这份协议" in readings["us.txt"].say("zh")


def test_editions_in_a_circle_are_all_in_force(tmp_path: Path) -> None:
    files = {"a.txt": _terms(), "b.txt": PRIVACY}
    files |= {"a.toml": 'edition_of = "b"', "b.toml": 'edition_of = "a"'}
    assert _former(tmp_path, files) == {}


def test_like_words_of_which_neither_is_older_are_said(tmp_path: Path) -> None:
    _, readings = _read(tmp_path, {"terms.txt": _terms(), "terms copy.txt": _terms()})
    assert any("nothing says which is newer" in one.say("en") for one in readings.values())
    assert {one.outcome for one in readings.values()} == {Outcome.INDEXED}


def test_a_former_edition_is_told_of_in_both_languages(tmp_path: Path) -> None:
    corpus, readings = _read(tmp_path, {"t-2023.txt": _terms(), "t-2024.txt": _terms(fee=25)})
    former = readings["t-2023.txt"]
    assert former.outcome is Outcome.FORMER
    assert "former edition of t-2024" in former.say("en")
    assert "t-2024 的旧版" in former.say("zh")
    assert corpus.agreements[0].title_in("en") == "Acme Terms of Service (former edition 2023)"
    assert corpus.agreements[1].title_in("en") == "Acme Terms of Service"


@pytest.fixture
def editions(tmp_path: Path) -> tuple[Agreement, ...]:
    files = {"t-2023.txt": _terms(), "t-2024.txt": _terms(fee=25), "g.txt": PRIVACY}
    return _read(tmp_path, files)[0].agreements


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("How high is the fee?", ("g", "t-2024")),
        ("How high is the fee of the Acme Terms of Service?", ("t-2024",)),
        ("How high was the fee in the 2023 terms?", ("t-2023",)),
        ("How high was the fee in the terms of 2023?", ("t-2023",)),
        ("Acme Terms of Service, version of January 2023: how high is the fee?", ("t-2023",)),
        ("t-2023: how high is the fee?", ("t-2023",)),
        ("What was the fee in the previous version?", ("t-2023",)),
        ("2023年的协议里月费是多少？", ("t-2023",)),
        ("旧版的月费是多少？", ("t-2023",)),
        ("Did the 2024 terms raise the fee over the 2023 terms?", ("t-2023", "t-2024")),
        ("I bought a lamp in 2023, may I send it back?", ("g", "t-2024")),
        ("2023年买的灯能退吗？", ("g", "t-2024")),
    ],
)
def test_a_former_edition_is_looked_in_where_it_is_named(
    editions: tuple[Agreement, ...], text: str, scope: tuple[str, ...]
) -> None:
    assert frame_question(text, editions).scope == scope


def test_a_former_edition_is_searched_where_it_is_chosen_alone(tmp_path: Path) -> None:
    corpus, _ = _read(tmp_path, {"t-2023.txt": _terms(), "t-2024.txt": _terms(fee=25)})
    index = ClauseIndex.build(corpus, WordEmbedder())
    assert {hit.clause.agreement for hit in index.search("the fee", k=99)} == {"t-2024"}
    chosen = index.search("the fee", agreement="t-2023")
    assert {hit.clause.agreement for hit in chosen} == {"t-2023"}
    index.save(tmp_path / "i")
    assert ClauseIndex.load(tmp_path / "i", WordEmbedder()).corpus == corpus
