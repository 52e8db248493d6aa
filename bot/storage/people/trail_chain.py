"""Each line of the trail bears a digest of itself and of the line before.

A line that was changed, put in or taken out of the middle is seen by that. Lines that were pruned
are missed by nobody: the line that tells of it names the digest of the last one. What it cannot
show is that the last lines were taken away, or that somebody wrote every digest anew: whoever
fears that notes down the last digest from time to time, which ``check`` tells.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.storage.people.clock import as_utc
from bot.storage.tables import trail

_TEXTS = ("who", "person_id", "action", "subject", "detail", "address")
_LOCK = "SELECT pg_advisory_xact_lock(7246182)"  # any number that no other program takes
_PRUNED = re.compile(r"the last of them ([0-9a-f]{64})")


def last_digest(connection: Connection) -> str:
    """Return the digest of the last line; nobody else adds one before this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)
    last = select(trail.c.digest).order_by(trail.c.id.desc()).limit(1)
    return str(connection.execute(last).scalar() or "")


def digest_of(former: str, at: datetime, line: Mapping[Any, Any]) -> str:
    """Return the digest of a line that follows one with the digest ``former``; empty for none."""
    moment = as_utc(at).isoformat(timespec="microseconds")
    words = json.dumps([former, moment, *(line[name] for name in _TEXTS)], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def tell_pruned(count: int, before: str, last: str) -> str:
    """Return what the trail tells of lines that are deleted; ``last`` is the last one's digest."""
    return f"{count} lines before {before}" + (f", the last of them {last}" if count else "")


def find_breaks(rows: Iterable[Row[Any]], told: Iterable[str]) -> Iterator[str]:
    """Yield for every line what is wrong with it, or nothing.

    Args:
        rows: All lines, the first one first.
        told: What the lines that tell of pruning say.
    """
    pruned = [found[1] for words in told if (found := _PRUNED.search(words))]
    formers = ["", *pruned]
    for row in rows:
        line = row._mapping
        if any(digest_of(former, row.at, line) == row.digest for former in formers):
            yield ""
        else:
            yield (
                f"line {row.id} of the trail: is not as it was written, or lines before it are "
                "gone. Compare it with a backup."
            )
        formers = [row.digest]
