"""A folder of writes that wait: each is there whole, or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.outbox import outbox
from bot.outbox.outbox import Outbox, OutboxEntry, read_entry
from bot.storage import StorageError

NOW = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


def entry_of(key: str = "f-1", kind: str = "feedback", at: datetime = NOW) -> OutboxEntry:
    return OutboxEntry(kind, key, at, {"note": "缺一条\n\u2028"})


def test_an_entry_is_given_back_as_it_was_put(tmp_path: Path) -> None:
    kept = Outbox(tmp_path / "new" / "spool")
    kept.put(entry_of())
    (path,) = kept.waiting()
    assert read_entry(path) == entry_of()
    kept.drop(path)
    kept.drop(path)
    assert kept.waiting() == []


def test_the_oldest_waits_first(tmp_path: Path) -> None:
    kept = Outbox(tmp_path)
    for seconds in (5, 1, 3, -(10**9)):
        kept.put(entry_of(f"f{seconds}", at=NOW + timedelta(seconds=seconds)))
    assert [read_entry(path).key for path in kept.waiting()] == [
        "f-1000000000", "f1", "f3", "f5"
    ]  # fmt: skip


def test_an_entry_is_found_by_its_kind_and_key(tmp_path: Path) -> None:
    kept = Outbox(tmp_path)
    for key in ("r-1", "x-reply-r-1", "1"):
        kept.put(entry_of(key, "reply"))
    kept.put(entry_of("r-2"))
    assert kept.find("reply", "r-1") == entry_of("r-1", "reply")
    assert kept.find("reply", "r-2") is None
    for path in kept.waiting():
        path.write_bytes(b"damaged")
    assert kept.find("reply", "r-1") is None


def test_what_it_holds_is_counted(tmp_path: Path) -> None:
    kept = Outbox(tmp_path)
    assert kept.count() == {"waiting": 0, "refused": 0, "partial": 0}
    for number in range(3):
        kept.put(entry_of(f"f{number}"))
    kept.refuse(kept.waiting()[0], "there is no such answer.")
    (tmp_path / "half.json.part").write_bytes(b"{")
    assert kept.count() == {"waiting": 2, "refused": 1, "partial": 1}


def test_a_full_spool_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST", 2)
    kept = Outbox(tmp_path)
    for key in "ab":
        kept.put(entry_of(key))
    with pytest.raises(
        OSError, match="is full, it holds 2 entries of feedback, those that were refused"
    ):
        kept.put(entry_of("c"))
    assert len(kept.waiting()) == 2
    kept.refuse(kept.waiting()[0], "no such answer")
    with pytest.raises(OSError, match="is full"):
        kept.put(entry_of("c"))
    with pytest.raises(OSError, match="is full"):
        Outbox(tmp_path).put(entry_of("c"))  # another program
    kept.put(entry_of("r", "reply"))  # has room of its own
    kept.drop(kept.refusals()[0])
    assert list(kept.refused.iterdir()) == []
    kept.put(entry_of("c"))


def test_a_program_may_wait_for_the_one_that_replays(tmp_path: Path) -> None:
    with Outbox(tmp_path).alone() as first, Outbox(tmp_path).alone(0.1) as second:
        assert (first, second) == (True, False)


def test_half_a_file_is_no_entry_and_goes_when_it_is_old(tmp_path: Path) -> None:
    kept = Outbox(tmp_path)
    old, new = tmp_path / "1.json.part", tmp_path / "2.json.part"
    for part in (old, new):
        part.write_bytes(b"{")
    os.utime(old, (time.time() - 7200,) * 2)
    assert kept.waiting() == []
    kept.sweep()
    assert sorted(tmp_path.glob("*.part")) == [new]  # somebody may be writing it


def test_one_program_at_a_time_replays(tmp_path: Path) -> None:
    with Outbox(tmp_path).alone() as first, Outbox(tmp_path).alone() as second:
        assert (first, second) == (True, False)
    with Outbox(tmp_path).alone() as third:
        assert third


def test_what_is_refused_stands_aside_with_the_reason(tmp_path: Path) -> None:
    kept = Outbox(tmp_path)
    kept.put(entry_of())
    (path,) = kept.waiting()
    kept.refuse(path, "no such answer")
    assert kept.waiting() == []
    assert read_entry(kept.refused / path.name) == entry_of()
    assert (kept.refused / f"{path.name}.reason.txt").read_text() == "no such answer\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "is not a JSON object"),
        (b"\xff", "is not UTF-8"),
        (b'{"format":2}', "has format 2, this program reads 1"),
        (b'{"format":1}', "is not whole"),
        (b'{"format":1,"at":1,"kind":"","key":"","body":{}}', "is not whole"),
        (b'{"format":1,"at":"now","kind":"","key":"","body":{}}', "Invalid isoformat"),
        (
            b'{"format":1,"at":"0001-01-01T00:00:00+14:00","kind":"","key":"","body":{}}',
            "is not whole .*out of range",
        ),
    ],
)
def test_what_is_no_entry_is_said_to_be_none(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n")
    with pytest.raises(ValueError, match=reason):
        read_entry(path)


def test_what_waits_is_its_owners_alone_to_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept = Outbox(tmp_path)
        kept.put(entry_of("f1"))
    finally:
        os.umask(before)
    (path,) = kept.waiting()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError, match=r"file/spool: cannot be made.*CLAUSEBOT_DESK"):
        Outbox(tmp_path / "file" / "spool")


def test_the_folder_is_not_listed_at_each_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, listed = Outbox(tmp_path), []
    waiting = Outbox.waiting

    def list_all(self: Outbox) -> list[Path]:
        listed.append(1)
        return waiting(self)

    monkeypatch.setattr(Outbox, "waiting", list_all)
    for number in range(5):
        kept.put(entry_of(f"f{number}"))
    assert listed == [1]


def test_a_put_that_failed_takes_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST", 1)
    kept = Outbox(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no room on the disk")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "write_whole", fail)
        with pytest.raises(OSError, match="no room on the disk"):
            kept.put(entry_of("a"))
    kept.put(entry_of("b"))


def test_a_refusal_that_is_of_use_to_nobody_goes_after_a_week(tmp_path: Path) -> None:
    for key in ("a", "b", "c"):
        Outbox(tmp_path).put(entry_of(key))
    kept = Outbox(tmp_path)
    old_useless, old, new_useless = kept.waiting()
    kept.refuse(old_useless, "there is no such answer.", goes=True)
    kept.refuse(old, "is damaged.")
    kept.refuse(new_useless, "there is no such answer.", goes=True)
    for path in (old_useless, old):
        os.utime(kept.refused / f"{path.name}.reason.txt", (time.time() - 8 * 86_400,) * 2)
    kept.sweep()
    assert {path.name for path in kept.refusals()} == {old.name, new_useless.name}
    assert not (kept.refused / f"{old_useless.name}.reason.txt").exists()
