"""What is erased in the database, erased where it waits for it, or was refused, as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.storage.database import Database
from bot.storage.replay import REPLY, Outage, Replayer
from bot.storage.replies import Replies
from bot.storage.spool import Entry, Spool, read_entry

WAIT_SECONDS = 300.0  # for another program's replay; a full spool takes some minutes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be erased: all to which one of these applies.

    Attributes:
        words: In a note, upper and lower case being the same; empty for none.
        answers: Ids of answers; what was said of them.
        replies: Ids of approved replies.
        refused_before: A time; what was acknowledged before it and then refused. None for none.
    """

    words: str = ""
    answers: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    refused_before: datetime | None = None


class Leftovers:
    """What a spool holds after a replay."""

    def __init__(self, spool: Spool | None) -> None:
        """Look through ``spool``; None where there is none."""
        self._spool = spool

    def find(self, wanted: Wanted) -> list[Path]:
        """Return the files, waiting or refused, that are to be erased."""
        if self._spool is None:
            return []
        refused = self._spool.refusals()
        aged = [path for path in refused if _is_before(path, wanted.refused_before)]
        meant = [path for path in [*self._spool.waiting(), *refused] if _is_meant(path, wanted)]
        return list(dict.fromkeys(aged + meant))

    def erase(self, wanted: Wanted) -> int:
        """Erase them, and return how many there were."""
        found = self.find(wanted)
        for path in found:
            if self._spool is not None:
                self._spool.drop(path)
        return len(found)


@contextmanager
def settled(database: Database, folder: Path) -> Iterator[Leftovers]:
    """Bring into the database what waits for it, and let no program replay meanwhile.

    Otherwise one might write a note between the search for it and the erasure of what was found.

    Args:
        database: Which takes it.
        folder: Of the spool; there need be none.

    Raises:
        StorageError: Another program goes on replaying, or the folder cannot be written.
    """
    if not folder.is_dir():
        yield Leftovers(None)
        return
    spool = Spool(folder)
    with Replayer(database, Replies(database), spool, Outage()).replayed(WAIT_SECONDS):
        yield Leftovers(spool)


def _is_before(path: Path, time: datetime | None) -> bool:
    if time is None:
        return False
    try:
        return _time_of(path) < time
    except FileNotFoundError:  # removed by hand
        return False


def _time_of(path: Path) -> datetime:
    """Return when an entry was acknowledged, or as much as is known of it."""
    try:
        return read_entry(path).at
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _is_meant(path: Path, wanted: Wanted) -> bool:
    try:
        return _is_of(read_entry(path), wanted)
    except FileNotFoundError:  # removed by hand
        return False
    except ValueError:  # damaged: whatever is left of it
        text = path.read_text("utf-8", "replace")
        ids = (json.dumps(known) for known in (*wanted.answers, *wanted.replies))
        return _has_words(text, wanted.words) or any(known in text for known in ids)


def _is_of(entry: Entry, wanted: Wanted) -> bool:
    return (
        _has_words(str(entry.body.get("note", "")), wanted.words)
        or entry.body.get("answer_id") in wanted.answers
        or (entry.kind == REPLY and entry.key in wanted.replies)
    )


def _has_words(text: str, words: str) -> bool:
    return bool(words) and words.casefold() in text.casefold()
