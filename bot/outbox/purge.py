"""What is erased in the database, erased where it waits for it, or was refused, as well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.desk.replies.store import Replies
from bot.outbox.outbox import REASON, Losses, Outbox, OutboxEntry, read_entry
from bot.outbox.relay import ANSWER, REPLY, KeptAnswer, OutboxRelay
from bot.storage.database import Database
from bot.storage.erasure import match_key
from index.jsonl import read_value

_WRITTEN = re.compile(r"\\[nrt]")  # how JSON writes white space
WAIT_SECONDS = 300.0  # for another program's relay; a full outbox takes some minutes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be erased: all to which one of these applies.

    Attributes:
        words: In a note, compared by ``match_key``; empty for none.
        answers: Ids of answers; what was said of them.
        replies: Ids of approved replies.
        refused_before: A time; what was acknowledged before it and then refused. None for none.
    """

    words: str = ""
    answers: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    refused_before: datetime | None = None


class OutboxPurge:
    """What an outbox holds after the relay."""

    def __init__(self, outbox: Outbox | None) -> None:
        """Look through ``outbox``; None where there is none."""
        self._outbox = outbox

    def find(self, wanted: Wanted) -> list[Path]:
        """Return the files, waiting, refused or half written, that are to be erased.

        Whoever is writing half a file at this moment is told that nothing is kept.
        """
        if self._outbox is None:
            return []
        refused = self._outbox.refusals()
        aged = [path for path in refused if _is_before(path, wanted.refused_before)]
        others = [*self._outbox.waiting(), *self._outbox.parts()]
        meant = [path for path in [*others, *refused] if _is_meant(path, wanted)]
        return list(dict.fromkeys(aged + meant))

    def replies_holding(self, words: str) -> list[str]:
        """Return the ids of the replies, waiting or refused, that hold words."""
        if self._outbox is None:
            return []
        found = []
        for path in (*self._outbox.waiting(), *self._outbox.refusals()):
            with suppress(OSError, ValueError):  # damaged ones are erased by their words
                entry = read_entry(path)
                if entry.kind == REPLY and _has_words(str(entry.body.get("reply")), words):
                    found.append(entry.key)
        return found

    def erase(self, wanted: Wanted) -> int:
        """Erase them, and return how many there were."""
        found = self.find(wanted)
        for path in found:
            if self._outbox is not None:
                self._outbox.drop(path)
        return len(found)


@contextmanager
def settled(database: Database, folder: Path) -> Iterator[OutboxPurge]:
    """Bring into the database what waits for it, and let no program relay meanwhile.

    Otherwise one might write a note between the search for it and the erasure of what was found.
    There need be no outbox in the folder, and no folder.

    Raises:
        StorageError: Another program goes on relaying, or the folder cannot be written.
    """
    if not folder.is_dir():
        yield OutboxPurge(None)
        return
    outbox = Outbox(folder)
    with OutboxRelay(database, Replies(database), outbox, Losses()).relayed(WAIT_SECONDS):
        yield OutboxPurge(outbox)


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
        if _holds(path.with_name(f"{path.name}{REASON}"), wanted):
            return True
        return _is_of(read_entry(path), wanted)
    except FileNotFoundError:  # removed by hand, or whole by now
        return False
    except ValueError:  # damaged, or a reason
        return _holds(path, wanted)


def _holds(path: Path, wanted: Wanted) -> bool:
    """Tell whether what is left of a file holds words or ids; not if there is none."""
    try:
        text = path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return False
    known = (*wanted.answers, *wanted.replies)
    ids = (write(one) for one in known for write in (json.dumps, repr))  # entries, and reasons
    read = _WRITTEN.sub(" ", text)
    return _has_words(read, wanted.words) or any(one in text for one in ids)


def _is_of(entry: OutboxEntry, wanted: Wanted) -> bool:
    return (
        _has_words(str(entry.body.get("note", "")), wanted.words)
        or entry.body.get("answer_id") in wanted.answers
        or (entry.kind == REPLY and entry.key in wanted.replies)
        or (entry.kind == ANSWER and _is_answer_of(entry, wanted))
    )


def _is_answer_of(entry: OutboxEntry, wanted: Wanted) -> bool:
    asked = read_value(KeptAnswer, entry.body).record
    texts = (asked["question"], *asked["history"])
    return entry.key in wanted.answers or any(_has_words(text, wanted.words) for text in texts)


def _has_words(text: str, words: str) -> bool:
    return bool(words) and match_key(words) in match_key(text)
