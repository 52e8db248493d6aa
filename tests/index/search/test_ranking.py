"""The fitted numbers: whole or refused, and more evidence never ranks lower."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreError
from index.search.models import FITTED
from index.search.ranking import AnswerFeatures, Channel, ClauseFeatures, Ranker

SIGNS = AnswerFeatures(
    strength=1.0,
    behind=0.5,
    silent=0.3,
    foreign=0.2,
    asked=0.6,
    worded=0.4,
    rendered=0.7,
    no_period=0.0,
)
BAD = {"null": None, "text": "x", "NaN": float("nan"), "Infinity": float("inf")}


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    """Return the shipped ranker."""
    return Ranker.load()


def test_the_shipped_numbers_are_read_in_their_order(ranker: Ranker) -> None:
    found = json.loads(FITTED.read_text("utf-8"))
    for model, name in ((ranker.written, "written"), (ranker.bare, "bare")):
        assert len(model.channels) == len(Channel)
        assert model.channels[Channel.TEXT_WORDS] == found[name]["channels"]["text_words"]
        assert model.length == found[name]["length"]
        assert model.channels_bias == found[name]["channels_bias"]
        assert model.features[0] == found[name]["features"]["strength"]
        assert model.features_bias == found[name]["features_bias"]
        assert model.judged[2] == found[name]["judged"]["decides"]
        assert model.judged_bias == found[name]["judged_bias"]


@pytest.mark.parametrize("channel", Channel)
def test_more_evidence_never_ranks_a_clause_lower(ranker: Ranker, channel: Channel) -> None:
    channels = np.full((9, len(Channel)), 0.4, dtype=np.float32)
    channels[:, channel] = np.linspace(0, 1, 9)
    for is_written in (True, False):
        fits = ranker.fits(channels, np.zeros(9, np.float32), np.full(9, is_written))
        assert (np.diff(fits) >= 0).all()


def test_a_stronger_clause_and_less_silence_make_an_answer_likelier(ranker: Ranker) -> None:
    for model in (ranker.written, ranker.bare):
        usual = model.probability(SIGNS)
        assert 0 < usual < 1
        assert model.probability(replace(SIGNS, strength=2.0)) > usual
        assert model.probability(replace(SIGNS, asked=0.9)) > usual
        assert model.probability(replace(SIGNS, no_period=1.0)) < usual
    usual = ranker.written.probability(SIGNS)
    assert ranker.written.probability(replace(SIGNS, behind=3.0)) < usual
    assert ranker.written.probability(replace(SIGNS, silent=0.9)) < usual
    assert ranker.written.probability(replace(SIGNS, foreign=0.9)) < usual
    assert ranker.bare.features[2:4] == (0.0, 0.0)  # of a bare agreement nothing is known open


def test_what_the_judge_finds_makes_a_clause_likelier_to_decide(ranker: Ranker) -> None:
    usual = ClauseFeatures(prior=0.0, behind=1.0, decides=0.0)
    for model in (ranker.written, ranker.bare):
        assert 0 < model.decides(usual) < 1
        assert model.decides(replace(usual, decides=2.0)) > model.decides(usual)
        assert model.decides(replace(usual, behind=4.0)) < model.decides(usual)
        assert model.decides(replace(usual, prior=2.0)) > model.decides(usual)


def test_each_clause_is_weighed_by_its_kind(ranker: Ranker) -> None:
    channels = np.full((2, len(Channel)), 0.4, dtype=np.float32)
    lengths = np.array([3, 5], dtype=np.float32)
    fits = ranker.fits(channels, lengths, np.array([True, False]))
    written, bare = (model.fit(channels, lengths) for model in (ranker.written, ranker.bare))
    assert fits.tolist() == [written[0], bare[1]]
    assert bare[0] != bare[1]  # of two that say the same of a question, length tells


def _damaged(kind: str) -> str:
    found = json.loads(FITTED.read_text("utf-8"))
    channels = found["bare"]["channels"]
    if kind == "cut":
        return json.dumps(found)[:-20]
    if kind == "no list":
        return "[]"
    if kind == "one model":
        del found["bare"]
    if kind == "channels are a list":
        found["bare"]["channels"] = [1, 2]
    if kind == "a channel is missing":
        del channels["text_words"]
    if kind == "a channel is unknown":
        channels["title_words"] = 1
    if kind in BAD:
        channels["text_words"] = BAD[kind]
    return json.dumps(found)


@pytest.mark.parametrize(
    "kind",
    [
        "cut",
        "no list",
        "one model",
        "channels are a list",
        "a channel is missing",
        "a channel is unknown",
        "null",
        "text",
        "NaN",
        "Infinity",
    ],
)
def test_broken_numbers_are_refused_with_the_command_that_fits_them(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "ranker.json"
    path.write_text(_damaged(kind), "utf-8")
    with pytest.raises(StoreError, match=r"ranker\.json: cannot be read .* training\.ranker"):
        Ranker.load(path)


def test_missing_numbers_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.json: cannot be read"):
        Ranker.load(tmp_path / "gone.json")
