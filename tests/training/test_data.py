"""What is read, what is held out, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data import Collection, read_clauses, read_collection
from training.errors import TrainingError


def test_held_out_rows_are_never_trained_on(collection: Collection) -> None:
    held_out = {pair.left for pair in collection.val_sentences + collection.val_passages}
    trained = {
        pair.left for file in collection.files if file.source.held_out for pair in file.pairs
    }
    assert held_out
    assert not held_out & trained


def test_val_agreements_are_kept_whole(collection: Collection) -> None:
    assert {clause.agreement for clause in collection.val_clauses} == {"gamma-val"}
    assert {clause.agreement for clause in collection.clauses} == {"alpha", "beta"}


def test_files_that_may_not_be_used_are_left_alone(collection: Collection) -> None:
    assert "不得使用" not in {pair.left for file in collection.files for pair in file.pairs}


def test_the_same_sample_comes_twice(collection: Collection) -> None:
    file = collection.files[0]
    assert file.sample(10, 3) == file.sample(10, 3)
    assert file.sample(10, 3) != file.sample(10, 4)


def test_a_broken_clause_is_named_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "synthetic-x.jsonl").write_text('\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(TrainingError, match=r"synthetic-x\.jsonl:2"):
        list(read_clauses(tmp_path))


def test_reading_twice_holds_out_the_same(data: Path, written: Path) -> None:
    assert read_collection(data, written) == read_collection(data, written)
