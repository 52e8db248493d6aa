"""A small run of the benchmark of lies: nothing that is told by the letter reaches a reader."""

from __future__ import annotations

import json

import pytest

from benchmarks import writer as liar
from bot.answering.bot import Bot
from bot.writing.links import has_link
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.bot.conftest import ACME, ACME_VIEWS, GLOBEX, GLOBEX_VIEWS
from tests.fakes import Credulous, WordEmbedder


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> liar.Counts:
    """Return what came of a thousand answers of a liar, beside an agreement full of links."""
    folder = tmp_path_factory.mktemp("lied-to")
    for name, text, views in (("acme", ACME, ACME_VIEWS), ("globex", GLOBEX, GLOBEX_VIEWS)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
        lines = "".join(json.dumps(row) + "\n" for row in views)
        (folder / f"{name}.views.jsonl").write_text(lines, "utf-8")
    liar.poison(folder)
    bot = Bot(ClauseIndex.build(read_corpus(folder), WordEmbedder()))
    return liar.lie_much(bot, liar.read_asked(bot.index, 40), 1000, Credulous())


def test_no_lie_of_the_letter_is_shown_and_truth_is(counts: liar.Counts) -> None:
    assert counts.told.keys() >= liar.EXACT | {"number", "modal", "actor", "promise", "true"}
    assert {kind: counts.shown[kind] for kind in liar.EXACT} == dict.fromkeys(liar.EXACT, 0)
    assert counts.shown["true"] > counts.told["true"] / 2


def test_no_quote_is_unverified_and_no_label_a_models(counts: liar.Counts) -> None:
    assert (counts.unverified, counts.labels) == (0, 0)


@pytest.mark.parametrize("link", liar.LINKS)
def test_an_address_is_seen_however_it_is_written(link: str) -> None:
    for text in (f"费用不予退还，见{link}。", f"No refunds, see {link}", link):
        assert has_link(text) or link.startswith("[")


@pytest.mark.parametrize(
    "text",
    [
        "您应在收到账单后15日内付款。",
        "3.5% of the fee, e.g. 7 days, i.e. one week (24:00).",
        "Fees: 100.50 USD. We keep backups for 90 days, and/or 3.2.2 applies.",
        "数据保留7日；逾期不保留。中国法律适用。",
        "API调用按条计费。API。",
        "The data: it is kept. See the file: none.",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert not has_link(text)
