"""A folder of writes that were acknowledged and that the database has yet to take; and losses."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from bot.records.record import canonical_json
from bot.storage.storage_errors import StorageError
from index.files import PART, checksum, sync_folder, write_whole
from index.jsonl import parse_object


class Loss(StrEnum):
    """Why something is not kept."""

    DROPPED = "dropped"  # the oldest of a full outbox, for a newer one
    REFUSED = "refused"  # can never be written, and was moved aside
    UNWRITABLE = "unwritable"  # neither the database nor the outbox took it
    OVER_BUDGET = "over_budget"  # enough records of this day


class Losses:
    """Counts losses by kind and reason; may be used from several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, Loss]] = Counter()

    def count(self, kind: str, loss: Loss, number: int = 1) -> None:
        """Count what was lost of a kind."""
        with self._lock:
            self._counts[kind, loss] += number

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how much was lost so far, by kind and reason."""
        with self._lock:
            return {(kind, str(loss)): number for (kind, loss), number in self._counts.items()}


MOST = 10_000  # entries of a kind; some 50 MB, so that nobody fills the disk
_COUNTED_FOR = 60.0  # seconds; other programs put entries there as well
_COUNTED_AGAIN = 1.0  # the same for a full folder


class FullError(OSError):
    """The outbox has no room for another entry of its kind."""


class OutboxQuota:
    """Counts the entries of a folder by kind, and lists the folder seldom."""

    def __init__(self, folder: Path, list_all: Callable[[], Iterable[Path]]) -> None:
        """Count what ``list_all`` finds in ``folder``."""
        self._folder = folder
        self._list_all = list_all
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._counted_at = float("-inf")  # monotonic

    def take(self, kind: str) -> None:
        """Count an entry that is about to be put.

        Raises:
            FullError: There is no room for another one of its kind.
        """
        with self._lock:
            age = time.monotonic() - self._counted_at
            is_full = self._counts[kind] >= MOST
            if age > (_COUNTED_AGAIN if is_full else _COUNTED_FOR):
                self._counts = Counter(map(kind_of, self._list_all()))
                self._counted_at = time.monotonic()
            if self._counts[kind] >= MOST:
                raise FullError(
                    f"{self._folder}: is full, it holds {MOST} entries of {kind}, those that were "
                    "refused among them. Look at the reasons there, and move the entries away"
                )
            self._counts[kind] += 1

    def give(self, kind: str) -> None:
        """Count an entry no more."""
        with self._lock:
            self._counts[kind] = max(0, self._counts[kind] - 1)


def kind_of(path: Path) -> str:
    """Return the kind of which a file says by its name that it is; empty for another file."""
    parts = path.name.split("-", 3)
    return parts[2] if len(parts) == 4 else ""  # time, chance, kind, key


FORMAT = 1  # of the files; raised when their keys change
REFUSED = "refused"  # folder of what can never be written
_ENDING = ".json"
REASON = ".reason.txt"  # after the name of what was refused
_SWEPT_AFTER = 3600.0  # seconds; half a file this old is of a program that was killed
_GOES_AFTER = 7 * 86_400.0  # seconds that a refusal is kept which is of use to nobody
_GOES = "It goes by itself after 7 days."
_PROBE_LENGTH = 16_384  # bytes, more than most entries have


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One write that waits.

    Attributes:
        kind: What it is of.
        key: Id of what is written, at most 64 letters, digits, - and _.
        at: When it was acknowledged, in UTC.
        body: What is written, as JSON.
    """

    kind: str
    key: str
    at: datetime
    body: Mapping[str, Any]


class Outbox:
    """Keeps entries in a folder that nobody else may read; for many programs at once.

    Attributes:
        folder: Where they wait.
        refused: Where those are that can never be written.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder, if there is none.

        Raises:
            StorageError: It cannot be made or written.
        """
        self.folder = folder
        self.refused = folder / REFUSED
        # What is refused is counted as well: what waits becomes that.
        self._room = OutboxQuota(folder, lambda: [*self.waiting(), *self.refusals()])
        self._swept_at = float("-inf")  # monotonic
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            for made in (folder, self.refused):
                made.mkdir(mode=0o700, exist_ok=True)
                made.chmod(0o700)
        except OSError as error:
            raise StorageError(
                f"{folder}: cannot be made or written ({error.strerror}). "
                "Set CLAUSEBOT_DESK to a folder that this program may write."
            ) from error

    def put(self, entry: OutboxEntry) -> None:
        """Keep an entry; it is on the disk when this returns.

        Raises:
            OSError: It is not kept: the disk is full, or the folder is, or may not be written.
        """
        self._room.take(entry.kind)
        self._write(entry, may_be_lost=False)

    def put_over_oldest(self, entry: OutboxEntry) -> int:
        """Keep an entry, in the place of the oldest of its kind where the folder is full.

        Nobody waits for the disk: a power cut may lose it, a kill does not.

        Returns:
            How many were dropped for it; several at a time, since the folder is listed for it.

        Raises:
            OSError: It is not kept: the disk is full, or the folder may not be written.
        """
        dropped = 0
        try:
            self._room.take(entry.kind)
        except FullError:
            dropped = self._drop_oldest(entry.kind, max(1, MOST // 100))
            self._room.take(entry.kind)
        self._write(entry, may_be_lost=True)
        return dropped

    def _drop_oldest(self, kind: str, count: int) -> int:
        dropped = 0
        for path in [path for path in self.waiting() if kind_of(path) == kind][:count]:
            with suppress(FileNotFoundError):  # relayed meanwhile, and no loss
                path.unlink()
                self._room.give(kind)
                dropped += 1
        return dropped

    def _write(self, entry: OutboxEntry, *, may_be_lost: bool) -> None:
        stamp = f"{int(entry.at.timestamp() * 1_000_000):020d}"  # sorts as the times do
        name = f"{stamp}-{secrets.token_hex(4)}-{entry.kind}-{entry.key}{_ENDING}"
        path = self.folder / name
        try:
            write_whole(path, _to_bytes(entry), is_private=True, may_be_lost=may_be_lost)
        except OSError:
            self._room.give(entry.kind)
            path.unlink(missing_ok=True)
            raise

    def waiting(self) -> list[Path]:
        """Return the files that wait, the oldest first."""
        return sorted(path for path in self.folder.iterdir() if path.name.endswith(_ENDING))

    def count(self) -> dict[str, int]:
        """Return how many entries wait, were refused, and are half written, by these states.

        Raises:
            OSError: The folder cannot be read.
        """
        return {
            "waiting": len(self.waiting()),
            "refused": len(self.refusals()),
            "partial": len(self.parts()),
        }

    def parts(self) -> list[Path]:
        """Return the files that are being written, or were when their program was killed."""
        return list(self.folder.rglob(f"*{PART}"))

    def holds(self, kind: str, key: str) -> bool:
        """Tell whether an entry of a kind waits under a key.

        Raises:
            OSError: The folder cannot be read.
        """
        ending = f"-{kind}-{key}{_ENDING}"
        return any(path.name.endswith(ending) for path in self.folder.iterdir())

    def probe(self) -> None:
        """Make sure that an entry can be put.

        Raises:
            OSError: The disk is full, or the folder may not be written.
        """
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(b" " * _PROBE_LENGTH)
            file.flush()

    def find(self, kind: str, key: str) -> OutboxEntry | None:
        """Return the oldest entry of a kind that waits under a key; None if there is none."""
        for path in self.waiting():
            if path.name.endswith(f"-{kind}-{key}{_ENDING}"):
                try:
                    entry = read_entry(path)
                except (OSError, ValueError):  # relayed meanwhile, or damaged
                    continue
                if (entry.kind, entry.key) == (kind, key):
                    return entry
        return None

    def refusals(self) -> list[Path]:
        """Return the files that were refused, and the reasons of which the file is gone."""
        try:
            names = {path.name for path in self.refused.iterdir()}
        except FileNotFoundError:  # moved away whole, by hand
            return []
        entries = {name for name in names if name.endswith(_ENDING)}
        reasons = {name for name in names if name.endswith(f"{_ENDING}{REASON}")}
        alone = {name for name in reasons if name.removesuffix(REASON) not in entries}
        return [self.refused / name for name in sorted(entries | alone)]

    def drop(self, path: Path) -> None:
        """Forget an entry, such as one that the database has, and why it was refused."""
        self._room.give(kind_of(path))
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}{REASON}").unlink(missing_ok=True)

    def refuse(self, path: Path, reason: str, *, goes: bool = False) -> None:
        """Move an entry aside that can never be written, the reason beside it.

        Moved back by hand, it is tried again. One that is of use to nobody ``goes`` after a week.

        Raises:
            OSError: It cannot be moved.
        """
        with suppress(OSError):  # the reason is in the log as well
            words = f"{reason} {_GOES}\n" if goes else f"{reason}\n"
            reason_path = self.refused / f"{path.name}{REASON}"
            write_whole(reason_path, words.encode(), is_private=True)
        path.rename(self.refused / path.name)
        sync_folder(self.refused)
        sync_folder(self.folder)

    @contextmanager
    def alone(self, seconds: float = 0) -> Iterator[bool]:
        """Tell whether this is the one program that relays, and hold that place meanwhile.

        The place of a program that was killed is free; another has so many seconds to leave it.
        """
        lock = FileLock(self.folder / "replay.lock", timeout=seconds)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def sweep(self) -> None:
        """Remove what programs that were killed left half written; nobody was told it is kept.

        And what was refused and goes by itself; both once an hour, since the folder is listed.
        """
        if time.monotonic() - self._swept_at <= _SWEPT_AFTER:
            return
        self._swept_at = time.monotonic()
        for part in self.parts():
            try:
                if time.time() - part.stat().st_mtime > _SWEPT_AFTER:
                    part.unlink()
            except FileNotFoundError:  # it is whole by now
                continue
        self._sweep_refusals()

    def _sweep_refusals(self) -> None:
        for path in self.refusals():
            reason = path.with_name(f"{path.name}{REASON}")
            try:
                is_old = time.time() - reason.stat().st_mtime > _GOES_AFTER
                if is_old and reason.read_text("utf-8", "replace").rstrip().endswith(_GOES):
                    self.drop(path)
            except FileNotFoundError:  # no reason is told, or it was moved away
                continue


def read_entry(path: Path) -> OutboxEntry:
    """Return the entry that a file holds.

    Raises:
        ValueError: It is damaged or of a newer program; says so.
        OSError: It cannot be read.
    """
    line, _, digest = path.read_bytes().partition(b"\n")
    if checksum(line).encode() != digest.strip():
        raise ValueError("is damaged, its checksum differs.")
    row = parse_object(line)
    if row.get("format") != FORMAT:
        raise ValueError(f"has format {row.get('format')!r}, this program reads {FORMAT}.")
    try:
        at = datetime.fromisoformat(row["at"])
        return OutboxEntry(str(row["kind"]), str(row["key"]), at.astimezone(UTC), dict(row["body"]))
    except (KeyError, TypeError, OverflowError) as error:  # a time before the year 1
        raise ValueError(f"is not whole ({error}).") from error


def _to_bytes(entry: OutboxEntry) -> bytes:
    line = canonical_json(asdict(entry) | {"format": FORMAT}).encode()
    return line + b"\n" + checksum(line).encode() + b"\n"
