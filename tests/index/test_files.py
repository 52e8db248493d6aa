"""A file is whole or not there at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from index.files import checksum, whole_file, write_whole


def test_a_file_takes_its_name_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"old")
    with whole_file(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert [left.name for left in tmp_path.iterdir()] == ["x.txt"]


def test_what_fails_leaves_the_old_file_and_no_half(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"old")
    with suppress(ZeroDivisionError), whole_file(path, part=tmp_path / ".half") as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["x.txt"]


def test_a_disk_that_takes_nothing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize(("is_private", "mode"), [(True, 0o600), (False, 0o666)])
def test_a_private_file_is_its_owners_alone_to_read(
    tmp_path: Path, *, is_private: bool, mode: int
) -> None:
    half = tmp_path / "x.part"
    half.write_bytes(b"of a program that was killed")
    half.chmod(0o644)
    before = os.umask(0)
    try:
        write_whole(tmp_path / "x", b"note", is_private=is_private)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == mode
    assert (tmp_path / "x").read_bytes() == b"note"


def test_a_checksum_is_sha256_in_hexadecimal_digits() -> None:
    assert checksum(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
