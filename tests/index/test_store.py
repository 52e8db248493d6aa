"""A stored index is whole or refused, whatever happens to it."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from index.errors import StoreError
from index.store import MANIFEST, Manifest, checksums, read_store, stored_name, write_store


def _store(folder: Path, files: dict[str, bytes]) -> Manifest:
    manifest = Manifest("model", "print", "corpus", {"a.txt": "0"}, checksums(files))
    write_store(folder, manifest, files)
    return manifest


def test_gives_back_what_was_stored(tmp_path: Path) -> None:
    files = {"clauses.jsonl": b"{}\n", "vectors.faiss": bytes(range(256))}
    manifest = _store(tmp_path, files)
    assert read_store(tmp_path) == (manifest, files)


def test_a_missing_index_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="python -m index build"):
        read_store(tmp_path)


def test_every_damaged_byte_is_noticed(tmp_path: Path) -> None:
    files = {"clauses.jsonl": b"clauses " * 50, "vectors.faiss": b"vectors " * 50}
    manifest = _store(tmp_path, files)
    rng = random.Random(7)
    paths = [tmp_path / stored_name(name, sha) for name, sha in manifest.files.items()]
    for path in paths:
        whole = path.read_bytes()
        damages = [whole[:at] for at in rng.sample(range(len(whole)), 20)]
        damages += [
            whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :]
            for at in rng.sample(range(len(whole)), 60)
        ]
        damages += [whole + b"x", b""]
        for damage in damages:
            path.write_bytes(damage)
            with pytest.raises(StoreError, match="Rebuild with"):
                read_store(tmp_path)
        path.write_bytes(whole)
    assert read_store(tmp_path)[1] == files


def test_a_damaged_manifest_is_noticed(tmp_path: Path) -> None:
    _store(tmp_path, {"clauses.jsonl": b"one"})
    path = tmp_path / MANIFEST
    whole = path.read_text()
    found = json.loads(whole)
    for damage in (
        whole[:-9],
        "[]",
        json.dumps(found | {"format": 99}),
        json.dumps(found | {"fingerprint": "other"}),
        json.dumps(found | {"files": {}}),
    ):
        path.write_text(damage)
        with pytest.raises(StoreError, match="Rebuild with"):
            read_store(tmp_path)


def test_a_file_of_an_older_index_is_not_taken(tmp_path: Path) -> None:
    old = _store(tmp_path, {"vectors.faiss": b"old"})
    old_path = tmp_path / stored_name("vectors.faiss", old.files["vectors.faiss"])
    old_bytes = old_path.read_bytes()
    new = _store(tmp_path, {"vectors.faiss": b"new"})
    (tmp_path / stored_name("vectors.faiss", new.files["vectors.faiss"])).write_bytes(old_bytes)
    with pytest.raises(StoreError, match="damaged"):
        read_store(tmp_path)


def test_an_older_index_is_swept_and_foreign_files_stay(tmp_path: Path) -> None:
    _store(tmp_path, {"clauses.jsonl": b"one", "vectors.faiss": b"one"})
    foreign = {"notes.txt", "my.views.jsonl", "clauses-old.jsonl", "clauses.jsonl"}
    for name in foreign:
        (tmp_path / name).write_text("mine")
    (tmp_path / "vectors-0123456789abcdef.faiss.part").write_text("left by a killed build")
    _store(tmp_path, {"clauses.jsonl": b"two", "vectors.faiss": b"two"})
    names = {path.name for path in tmp_path.iterdir()}
    assert foreign < names
    ours = sorted(name.partition("-")[0] for name in names - foreign)
    assert ours == ["build.lock", "clauses", "manifest.json", "vectors"]


def test_a_second_builder_is_told_to_wait(tmp_path: Path) -> None:
    _store(tmp_path, {"clauses.jsonl": b"one"})
    with FileLock(tmp_path / "build.lock"), pytest.raises(StoreError, match="another build"):
        _store(tmp_path, {"clauses.jsonl": b"two"})
    assert read_store(tmp_path)[1] == {"clauses.jsonl": b"one"}


def test_a_full_disk_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each write, fsync and rename fails once, in turn; the index is old or new, never broken."""
    old, new = (
        {"clauses.jsonl": b"old", "b.faiss": b"old"},
        {"clauses.jsonl": b"new", "b.faiss": b"n"},
    )
    survived = 0
    for failing in range(1, 20):
        folder = tmp_path / str(failing)
        _store(folder, old)
        calls = iter(range(1, 1000))

        def fail(real: object, at: int = failing, calls: object = calls) -> object:
            def call(*args: object, **kwargs: object) -> object:
                if next(calls) == at:  # type: ignore[call-overload]
                    raise OSError(28, "No space left on device")
                return real(*args, **kwargs)  # type: ignore[operator]

            return call

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail(os.fsync))
            patch.setattr(Path, "replace", fail(Path.replace))
            patch.setattr(os, "open", fail(os.open))
            try:
                _store(folder, new)
                survived += 1
            except StoreError:
                pass  # refused: then the old index must stand, below
        assert read_store(folder)[1] in (old, new)
    assert 0 < survived < 19


def _build_until_killed(folder: Path) -> None:
    for turn in range(10_000):
        _store(folder, {"clauses.jsonl": b"%d " % turn * 500, "vectors.faiss": b"%d" % turn * 9000})


def test_a_killed_builder_leaves_a_whole_index(tmp_path: Path) -> None:
    _store(tmp_path, {"clauses.jsonl": b"0 " * 500, "vectors.faiss": b"0" * 9000})
    context = multiprocessing.get_context("fork")
    rng = random.Random(11)
    for _ in range(15):
        process = context.Process(target=_build_until_killed, args=(tmp_path,))
        process.start()
        process.join(timeout=rng.uniform(0.01, 0.08))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        files = read_store(tmp_path)[1]
        turn = files["clauses.jsonl"].split()[0]
        assert files["vectors.faiss"] == turn * 9000
