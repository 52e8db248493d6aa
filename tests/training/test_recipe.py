"""The whole recipe, from a folder of data to a model that loads by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from torch import Tensor

from training import __main__ as command
from training.align import AlignRecipe, align_loss
from training.data import Collection
from training.evaluate import embed
from training.run import BagRecipe, TransformerRecipe, export, make_bag, make_transformer
from training.static import StaticRecipe
from training.student import StudentShape
from training.tune import TuneRecipe

pytestmark = pytest.mark.slow  # makes small models

TINY_BAG = BagRecipe(60, 60, 100, 12, StaticRecipe(dimensions=16, epochs=8, batch=16))
TINY = TransformerRecipe(
    shape=StudentShape(zh_words=40, en_least=1, zh_least=1, layers=1, longest=32),
    align=AlignRecipe(pieces=256, longest=24),
    tune=TuneRecipe(rounds=1, clauses=6, passages=8, longest=24),
)


def test_bag_learns_made_up_translations(collection: Collection, tmp_path: Path) -> None:
    out = tmp_path / "model"
    export(make_bag(collection, TINY_BAG), collection, out, form="bag", seconds=1)
    model = SentenceTransformer(str(out), device="cpu")
    zh, en = (
        embed(model, ["用户每天删除账户余额。"]),
        embed(model, ["users delete account balances every day.", "we buy all data every day."]),
    )
    assert zh @ en[0] > zh @ en[1]


def test_transformer_is_made_and_loads_by_itself(
    collection: Collection, teacher: str, tmp_path: Path
) -> None:
    model = make_transformer(collection, teacher, tmp_path / "work", TINY)
    export(model, collection, tmp_path / "model", form="transformer", seconds=1)
    loaded = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    vectors = embed(loaded, ["我们每天保存全部数据。", "we keep all data every day."])
    assert vectors.shape == (2, 32)
    assert loaded.max_seq_length == 32
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "CC-CEDICT" in card
    assert "question zh → clause en" in card


def test_same_seed_gives_the_same_vectors(
    collection: Collection, teacher: str, tmp_path: Path
) -> None:
    texts = ["用户每天发送短信验证码。", "users send message codes every day."]
    first, second = (
        embed(make_transformer(collection, teacher, tmp_path / name, TINY), texts)
        for name in ("one", "two")
    )
    np.testing.assert_allclose(first, second, atol=1e-5)


def test_a_finished_stage_is_not_run_again(
    collection: Collection, teacher: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_transformer(collection, teacher, tmp_path / "work", TINY)
    aligned = next((tmp_path / "work").rglob("align.pt"))
    before = aligned.stat().st_mtime_ns
    longer = replace(TINY, tune=replace(TINY.tune, rounds=2))
    capsys.readouterr()
    make_transformer(collection, teacher, tmp_path / "work", longer)
    shown = capsys.readouterr().err
    assert "align pieces" not in shown
    assert aligned.stat().st_mtime_ns == before


def test_an_interrupted_run_goes_on_where_it_stopped(
    collection: Collection, teacher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["用户每天发送短信验证码。", "users send message codes every day."]
    whole = embed(make_transformer(collection, teacher, tmp_path / "whole", TINY), texts)
    calls = iter(range(1))

    def interrupted(*arguments: object) -> Tensor:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return align_loss(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("training.loop.SAVE_SECONDS", 0)
        patch.setattr("training.align.align_loss", interrupted)
        with pytest.raises(KeyboardInterrupt):
            make_transformer(collection, teacher, tmp_path / "cut", TINY)
    resumed = embed(make_transformer(collection, teacher, tmp_path / "cut", TINY), texts)
    np.testing.assert_allclose(resumed, whole, atol=1e-5)


def test_an_empty_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--data", str(tmp_path), "--form", "bag"]) == 2
    assert "none of the known data files" in capsys.readouterr().err
