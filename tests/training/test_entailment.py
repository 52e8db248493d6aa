"""The recipe of the entailment model: rows that point, mutants, a step that learns, weights."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from bot.writing.entailment import CLASSES, EntailmentModel
from index.files import checksum
from index.search.models import BUNDLED_JUDGE, BUNDLED_READER
from training.entailment import (
    SHARED,
    Couple,
    Pair,
    Passages,
    SecondStage,
    entailed,
    measure,
    measure_loss,
    run,
    tell_curve,
    vary,
)
from training.errors import TrainingError
from training.judge import CrossEncoder, Reader, read_weights, write_judge
from training.mutants import mutate, mutate_both
from training.statements import BLIND, TRUE, StatementRow, read_statements

CLAUSE = "You may cancel within 30 days. We do not refund fees unless the law requires it."
EN = "You may not cancel after 30 days unless we agree in writing."
ZH = "30天之后您不得取消，除非我们书面同意。"


def _row(kind: str, statement: str) -> StatementRow:
    return StatementRow("a.md", CLAUSE, "Can I cancel?", statement, kind, 1)


ROWS = [_row(TRUE, "You can cancel for 30 days."), _row("actor", "We can cancel for 30 days.")]


def test_a_row_points_into_an_agreement_and_takes_whole_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Terms\n{CLAUSE}\n", "utf-8")
    start = len("Terms\n")
    clause = {"start": start, "end": start + len(CLAUSE), "sha256": checksum(CLAUSE.encode())[:16]}
    at = CLAUSE.index("refund")
    row = {"agreement": "a.txt", "clause": clause, "quote": [at, at + 6], "question": "Refunds?",
           "statement": "No refunds.", "lang": "en", "kind": "condition", "hand": 1}  # fmt: skip
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row), "utf-8")
    (read,) = read_statements(file, tmp_path)
    assert read.quote == "We do not refund fees unless the law requires it."
    file.write_text(json.dumps(row | {"clause": clause | {"start": start + 1}}), "utf-8")
    with pytest.raises(TrainingError, match="no such clause"):
        read_statements(file, tmp_path)


def test_the_statements_of_the_tests_are_read_without_what_rules_tell() -> None:
    rows = read_statements(Path("tests/bot/writing/statements_own.jsonl"), Path())
    assert len(rows) >= 700
    assert {row.kind for row in rows} <= set(CLASSES)
    assert {row.hand for row in rows} == {0}


def test_the_rows_of_the_hands_are_of_the_classes() -> None:
    lines = Path("training/data/statements.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert {row["kind"] for row in rows} == set(CLASSES)
    assert sum(row["hand"] in BLIND for row in rows) >= 300
    assert len(rows) >= 2500


@pytest.mark.parametrize(("text", "lang"), [(EN, "en"), (ZH, "zh")])
def test_a_mutant_differs_where_it_says(text: str, lang: str) -> None:
    chance, kinds = random.Random(1), set()
    for _ in range(60):
        mutant = mutate(text, lang, chance)
        assert mutant is not None
        assert mutant.text != text
        assert mutant.text[: mutant.start].lower() == text[: mutant.start].lower()
        kinds.add(mutant.kind)
    assert kinds >= {"number", "polarity", "actor", "condition", "relation"}
    assert kinds <= set(CLASSES)


def test_two_texts_that_are_changed_alike_are_changed_by_one_rule() -> None:
    found = {mutate_both((EN, "en"), (ZH, "zh"), random.Random(seed)) for seed in range(40)}
    assert (EN.replace("after", "before"), ZH.replace("之后", "之前")) in found
    assert None not in found
    assert mutate_both(("Fees.", "en"), (ZH, "zh"), random.Random(1)) is None


def test_a_statement_alone_does_not_tell_a_mutant() -> None:
    """Of translations every mutant also comes as a true statement, and true ones as false."""
    chance, seen = random.Random(1), {True: set[str](), False: set[str]()}
    couple = Couple((ZH, EN), ("zh", "en"))
    for _ in range(400):
        for pair in vary(couple, couple, chance):
            seen[pair.kind == TRUE].add(pair.statement)
    assert {ZH, EN} <= seen[True] & seen[False]
    assert len(seen[True] & seen[False]) >= 6


def test_pairs_of_a_quote_come_with_what_is_made_of_them() -> None:
    chance, stage = random.Random(1), SecondStage(ROWS)
    pairs = [pair for _ in range(30) for pair in stage.draw(chance)]
    assert {pair.statement for pair in pairs} >= {row.statement for row in ROWS}
    made = [pair for pair in pairs if pair.marks]
    assert made
    assert all(pair.kind != TRUE and pair.quote == CLAUSE for pair in made)


def test_wrong_pieces_are_marked() -> None:
    reader = Reader()
    passages = Passages(reader)
    pair = Pair("Why?", "We may cancel.", CLAUSE, "actor", (0, 2))
    pieces, first, marks = passages.of(pair)
    assert marks is not None
    assert [piece for piece, wrong in zip(pieces, marks, strict=False) if wrong] == reader.pieces(
        "we"
    )
    assert len(marks) == first - 1
    assert passages.of(Pair("", "We may.", CLAUSE, "actor"))[2] is None
    assert passages.of(Pair("", "You may.", CLAUSE, TRUE))[2] == [0.0] * 4


@pytest.fixture(scope="module")
def model() -> Callable[[], CrossEncoder]:
    """Return how a model is begun."""

    def begin() -> CrossEncoder:
        model = CrossEncoder(BUNDLED_READER, len(CLASSES))
        judge = read_weights(BUNDLED_JUDGE)
        model.go_on_from({name: kept for name, kept in judge.items() if "head" not in name})
        return model

    return begin


def test_a_step_learns_and_what_is_written_reads_alike(
    model: Callable[[], CrossEncoder], tmp_path: Path
) -> None:
    torch.manual_seed(1)
    begun, passages = model(), Passages(Reader())
    pairs = [Pair(row.question, row.statement, row.quote, row.kind) for row in ROWS]
    optimiser = torch.optim.AdamW((w for w in begun.parameters() if w.requires_grad), lr=3e-4)
    losses = []
    for _ in range(8):
        loss = measure_loss(begun, pairs, passages)
        losses.append(float(loss.detach()))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert losses[-1] < losses[0]
    write_judge(begun, tmp_path, shared=SHARED)
    assert (tmp_path / "model.safetensors").stat().st_size < 8_000_000
    bundled = EntailmentModel(tmp_path)
    true, false = (bundled.read(row.statement, CLAUSE, row.question).logit for row in ROWS)
    with torch.inference_mode():
        logits, _ = run(begun.eval(), [passages.of(pair)[:2] for pair in pairs])
    assert [true, false] == pytest.approx(entailed(logits).tolist(), abs=1.5)
    *_, last = tell_curve(measure(begun, ROWS, passages))
    assert last.startswith("stopped 1.00: threshold")
