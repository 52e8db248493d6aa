"""One change of the corpus and its index: written down, carried out whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from bot.desk.agreements.annotations import Files
from bot.desk.agreements.library_errors import LibraryError, naming_the_path
from index.errors import StoreError
from index.files import checksum, sync_folder, write_whole
from index.jsonl import parse_object, read_objects, read_value
from index.search.clause_index import ClauseIndex
from index.store import read_manifest

_RECORD = "record.json"
_PART = ".clausebot-{}.part"  # in the corpus folder, where a hidden file is no agreement


class Kind(StrEnum):
    """What a publication does to its agreement."""

    ADDED = "added"
    REWORDED = "reworded"  # its file is another
    RESTATED = "restated"  # what is stated beside its words is
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Published:
    """One publication, or one step back.

    Attributes:
        published_id: Id of the upload that was published, or of the change of what was there.
        agreement: Id of the agreement.
        title: Its title since, or the last that it had.
        sha256: Of its file since; empty where it was removed.
        former_sha256: Of its file before; empty where there was no such agreement.
        by: Name of who published it.
        at: When, in UTC.
        generation: Of the index that was stored with it; empty when read from the record.
        is_back: Whether it was taken back then, by that person.
    """

    published_id: str
    agreement: str
    title: str
    sha256: str
    former_sha256: str
    by: str
    at: datetime
    generation: str = ""
    is_back: bool = False

    @property
    def kind(self) -> Kind:
        """What it does, or what the publication did that is taken back."""
        if not self.sha256:
            return Kind.REMOVED
        if not self.former_sha256:
            return Kind.ADDED
        return Kind.RESTATED if self.sha256 == self.former_sha256 else Kind.REWORDED


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the corpus folder.

    Attributes:
        published: The publication that it is, or the step back.
        before: SHA-256 of each file that changes as it was, by name; None where there was none.
        after: The same as it becomes.
    """

    published: Published
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]


class Journal:
    """Changes the files of a corpus folder; one at a time, which its user sees to."""

    def __init__(self, corpus: Path, folder: Path) -> None:
        self._corpus, self._folder = corpus, folder
        self._next, self._former = folder / "next", folder / "former"
        self._history = folder / "history.jsonl"

    def begin(self, step: Step, files: Files) -> None:
        """Put everything on disk that a change needs, its files as they become; then it happens.

        Raises:
            LibraryError: The disk refuses; then nothing happens.
        """
        self.sweep()
        try:
            with naming_the_path(self._folder):
                self._next.mkdir(parents=True)
                for name, data in files.items():
                    was = step.before[name]
                    if was is not None:
                        self._keep(was, (self._corpus / name).read_bytes())
                    if data is not None:
                        self._keep(checksum(data), data)
            with naming_the_path(self._corpus):  # that it has room and may be written is seen here
                for data in filter(None, files.values()):
                    part = self._part(checksum(data))
                    part.write_bytes(data)
            with naming_the_path(self._folder):
                sync_folder(self._folder)
                write_whole(self._next / _RECORD, _to_json(step))
        except LibraryError:
            self.abandon()
            raise

    def pending(self) -> Step | None:
        """Return the change that has begun and not been finished, if there is one."""
        return _read(self._next / _RECORD)

    def former(self) -> Step | None:
        """Return the last publication, unless it was taken back."""
        return _read(self._former / _RECORD)

    def bytes_before(self, step: Step) -> dict[str, bytes | None]:
        """Return the files of the former step as they were before it.

        Raises:
            LibraryError: What was kept of them is damaged.
        """
        with naming_the_path(self._former):
            return {
                name: None if sha is None else _verified(self._former / sha)
                for name, sha in step.before.items()
            }

    def finish(self) -> None:
        """Make the change that has begun, if there is one, as often as it takes.

        Raises:
            LibraryError: The disk refuses; the change stays begun.
        """
        step = self.pending()
        if step is not None:
            with naming_the_path(self._corpus):
                self._change_files(step)
            with naming_the_path(self._folder):
                self._settle(step)

    def abandon(self) -> None:
        """Forget a change that has begun; the corpus folder must be as it was before.

        Raises:
            LibraryError: The disk refuses; the change stays begun.
        """
        with naming_the_path(self._next):
            (self._next / _RECORD).unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Remove what is left of a change that never began, or has happened."""
        if self.pending() is None:
            shutil.rmtree(self._next, ignore_errors=True)
            for part in self._corpus.glob(_PART.format("*")):
                with suppress(OSError):
                    part.unlink()

    def history(self) -> list[Published]:
        """Return every publication and step back, the oldest first."""
        if not self._history.is_file():
            return []
        return [read_value(Published, row) for _, row in read_objects(self._history)]

    def _keep(self, sha256: str, data: bytes) -> None:
        if checksum(data) != sha256:
            raise LibraryError("the corpus changed this very moment. Look at the upload again.")
        write_whole(self._next / sha256, data)

    def _change_files(self, step: Step) -> None:
        for name, sha in step.after.items():
            target = self._corpus / name
            if sha is None:
                target.unlink(missing_ok=True)
            elif not target.is_file() or checksum(target.read_bytes()) != sha:
                write_whole(target, _verified(self._next / sha), part=self._part(sha))
        sync_folder(self._corpus)

    def _settle(self, step: Step) -> None:
        """Note who did it, and make the change the former one, or forget both."""
        known = self.history()
        if step.published not in known:
            lines = [json.dumps(_to_row(row)) + "\n" for row in [*known, step.published]]
            write_whole(self._history, "".join(lines).encode())
        if self._former.is_dir():
            shutil.rmtree(self._former)
        if step.published.is_back:
            (self._next / _RECORD).unlink()
        else:
            self._next.replace(self._former)
        sync_folder(self._folder)
        self.sweep()

    def _part(self, sha256: str) -> Path:
        return self._corpus / _PART.format(sha256[:32])


def _verified(path: Path) -> bytes:
    data = path.read_bytes()
    if checksum(data) != path.name:
        raise LibraryError(f"{path}: is damaged. Restore it from a backup.")
    return data


def _read(path: Path) -> Step | None:
    if not path.is_file():
        return None
    with naming_the_path(path):
        data = path.read_bytes()
    try:
        row = parse_object(data)
        is_back = row.pop("is_back", False)  # where older records have it
        step = read_value(Step, row)
    except ValueError as error:
        raise LibraryError(f"{path}: is damaged ({error!r}). Restore it from a backup.") from error
    return replace(step, published=replace(step.published, is_back=True)) if is_back else step


def _to_json(step: Step) -> bytes:
    row = asdict(step) | {"published": _to_row(step.published)}
    return json.dumps(row, indent=2).encode()


def _to_row(published: Published) -> dict[str, Any]:
    row = asdict(published) | {"at": published.at.isoformat()}
    del row["generation"]
    return row


_SECONDS = 60.0  # that one publication waits for another


class Publisher:
    """Changes a corpus and stores its index, all of it or nothing.

    Attributes:
        journal: What was done, what is under way, and what the last publication replaced.
    """

    def __init__(
        self, corpus: Path, index: Path, folder: Path, forget: Callable[[str], None]
    ) -> None:
        """Work on the folder of a corpus and that of its stored index, with one for the journal.

        ``forget`` is called with the id of each upload that is published, before that is done with.
        """
        self._corpus, self._index, self._folder = corpus, index, folder
        self._forget = forget
        self.journal = Journal(corpus, folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other thread and program from publishing meanwhile.

        Raises:
            LibraryError: Another one goes on publishing, or the disk refuses.
        """
        lock = FileLock(self._folder / "library.lock", timeout=_SECONDS)
        with naming_the_path(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout as error:
                raise LibraryError("somebody else is publishing. Try again soon.") from error
        try:
            yield
        finally:
            lock.release()

    def make(self, published: Published, files: Files, index: ClauseIndex) -> Published:
        """Change the corpus and store its index: first written down, then the index, then files.

        The index goes first since it may be refused, by another build say; then nothing has
        happened yet.

        Raises:
            StoreError: The index cannot be stored; corpus and index stay as they were.
            LibraryError: The disk refuses; where that is in the middle, ``finish`` goes on.
        """
        step = Step(
            published,
            {name: self.sha256_of(name) for name in files},
            {name: None if data is None else checksum(data) for name, data in files.items()},
        )
        self.journal.begin(step, files)
        try:
            index.save(self._index)
        except StoreError:
            if not self._is_stored(index):
                self.journal.abandon()
                raise
        self.finish()
        return replace(published, generation=index.generation)

    def finish(self) -> Published | None:
        """Finish what has begun, and forget the upload that it was; None where nothing has."""
        step = self.journal.pending()
        if step is None:
            return None
        if not step.published.is_back:
            self._forget(step.published.published_id)
        self.journal.finish()
        return step.published

    def sha256_of(self, name: str) -> str | None:
        """Return the checksum of a file that lies in the corpus folder, read from it or not."""
        path = self._corpus / name
        with naming_the_path(path):
            return checksum(path.read_bytes()) if path.exists() else None

    def _is_stored(self, index: ClauseIndex) -> bool:
        try:
            return dict(read_manifest(self._index).sources) == dict(index.corpus.sources)
        except StoreError:
            return False
