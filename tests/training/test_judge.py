"""The recipe of the judge: pairs from judged questions, a step that learns, weights that load."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from index.clause import Clause, ClauseKind
from index.search.embedder import SentenceEmbedder
from index.search.judge import CrossEncoder as BundledJudge
from index.search.models import BUNDLED_READER
from training.judge import (
    CrossEncoder,
    Group,
    Reader,
    make_groups,
    make_pairs,
    measure_loss,
    read_weights,
    train,
    write_judge,
)
from training.judged import hold_out, read_judged

TERMS = """Terms of Use
1. Fees
1.1 Fees are due within thirty days of the invoice.
1.2 Prices may rise once a year, and we announce it two months before.
2. Data
2.1 After termination we keep your data for 45 days. Then it is deleted for good.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one agreement and three judged questions on it."""
    folder = tmp_path_factory.mktemp("judged")
    (folder / "terms.txt").write_text(TERMS, "utf-8")
    kept = "After termination we keep your data for 45 days."
    start = TERMS.index(kept)
    end = TERMS.index("\n", start)
    clause = {"start": start, "end": end, "sha256": "0"}
    rows: list[dict[str, object]] = [
        {"question": "How long is my data kept?", "verdict": "decides", "deciding": [0, len(kept)]},
        {"question": "我的数据能导出吗？", "verdict": "related", "lang": "zh"},
        {"question": "Do you ship to Norway?", "verdict": "silent", "clauses": []},
    ]
    common: dict[str, object] = {
        "agreement": "terms.txt",
        "lang": "en",
        "clauses": [clause],
        "hand": 1,
    }
    lines = [json.dumps(common | row, ensure_ascii=False) for row in rows]
    (folder / "judged.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def groups(folder: Path, embedder: SentenceEmbedder) -> list[Group]:
    """Return the groups of the three questions."""
    return make_groups(read_judged(folder / "judged.jsonl"), folder, embedder, Reader())


def test_every_question_is_judged_against_its_own_clauses(groups: list[Group]) -> None:
    reader, chance = Reader(), random.Random(1)
    decides, related, silent = (make_pairs(group, reader, chance) for group in groups)
    assert [pair.decides for pair in decides] == [1, *[0] * (len(decides) - 1)]
    assert len(decides) >= 3
    assert [(pair.decides, pair.topic) for pair in related] == [(0, 1)]
    assert {(pair.decides, pair.topic) for pair in silent} == {(0, None)}


def test_the_deciding_words_are_marked_piece_by_piece(groups: list[Group]) -> None:
    (first, *_) = make_pairs(groups[0], Reader(), random.Random(1))
    assert first.marks is not None
    marked = first.marks.index(0.0)
    assert set(first.marks[:marked]) == {1.0}
    assert set(first.marks[marked:]) == {0.0}
    assert first.pieces[first.text : first.text + len(first.marks)] == list(groups[0].own[0].body)


def test_a_long_clause_is_cut_around_its_deciding_words(tmp_path: Path) -> None:
    text = "Notices are sent by email. " * 80 + "Data is kept for 45 days. " + "Ask us. " * 90
    clause = Clause("a/1", "a", "1", (), ClauseKind.CLAUSE, 1, text, 0, len(text), 0)
    start = text.index("Data is kept")
    pieces = Reader().clause(clause, (start, start + 25))
    pointer = {"start": start, "end": start + 25, "sha256": "0"}
    given: dict[str, object] = {"agreement": "a", "question": "How long?", "lang": "en"}
    given |= {"verdict": "decides", "clauses": [pointer], "hand": 1}
    (tmp_path / "rows.jsonl").write_text(json.dumps(given), "utf-8")
    (row,) = read_judged(tmp_path / "rows.jsonl")
    for seed in range(5):
        (first, *_) = make_pairs(Group(row, (pieces,), ()), Reader(), random.Random(seed))
        assert first.marks is not None
        assert sum(first.marks) == len(pieces.marks)


def test_steps_learn_go_on_and_give_weights_that_load(groups: list[Group], tmp_path: Path) -> None:
    torch.manual_seed(1)
    model, reader = CrossEncoder(BUNDLED_READER), Reader()
    pairs = [make_pairs(group, reader, random.Random(1)) for group in groups]
    with torch.inference_mode():
        before = float(measure_loss(model.eval(), pairs, "cpu"))
    train(model, groups, reader, steps=3, state=tmp_path / "state")
    train(model, groups, reader, steps=5, state=tmp_path / "state")
    with safe_open(tmp_path / "state", framework="pt") as kept:
        assert kept.metadata() == {"step": "5"}
    with torch.inference_mode():
        assert float(measure_loss(model.eval(), pairs, "cpu")) < before
    write_judge(model, tmp_path / "judge")
    further = CrossEncoder(BUNDLED_READER)
    further.go_on_from(read_weights(tmp_path / "judge"))
    for name, weights in model.state_dict().items():
        step = float(weights.abs().max()) / 127  # of 8 bits
        assert torch.allclose(further.state_dict()[name], weights, atol=step), name
    first = {name: weights.clone() for name, weights in further.state_dict().items()}
    further.mix_with({name: weights + 1 for name, weights in first.items()})
    for name, weights in further.state_dict().items():
        assert torch.allclose(weights.float(), first[name] + 0.5, atol=1e-5), name
    assert not further.transformer.encoder.layer[0].output.dense.weight.requires_grad
    clause = Clause("a/1", "a", "1", (), ClauseKind.CLAUSE, 1, "Fees are due.", 0, 13, 0)
    assert len(BundledJudge(tmp_path / "judge", BUNDLED_READER).read("Fees?", [clause])) == 1


def test_a_tenth_of_the_agreements_is_held_out(folder: Path) -> None:
    assert hold_out(read_judged(folder / "judged.jsonl")) == frozenset()
    rows = read_judged(Path("training/data/judged.jsonl"))
    held = hold_out(rows)
    assert len(held) == len(sorted({row.agreement for row in rows})[5::10])
    assert len(rows) >= 3000
