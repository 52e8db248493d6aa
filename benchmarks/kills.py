"""Whether anything that was acknowledged is lost or doubled when the server is killed.

    python -m benchmarks.kills [--writes 5000] [--kills 50] [--database URL]

Writers ask, judge their answers and save replies on a server over HTTP, again and again until each
is acknowledged; an answer is, once it comes with its id. Meanwhile the server is killed with
SIGKILL, at any moment of its work or of its start, and started again; in some rounds the database
is locked for a while. Then the database is compared with what was acknowledged. Without
``--database`` a file of SQLite is written, with ``--database postgresql`` a server of PostgreSQL of
its own, which waits for the disk (``fsync=on``), else the database at that address, which must be
empty. Exits 1 when anything is lost, doubled, or overwritten by an older word.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import psycopg

from benchmarks.killed import start_server
from benchmarks.kills_writers import ACCEPTED, Ledger, Writer
from bot.desk.replies.store import Replies
from bot.outbox.outbox import Outbox
from bot.people.identity import Actor, Role
from bot.people.store.audit_log import Action
from bot.people.store.people import open_people
from bot.storage import Database, open_database

_WRITERS = 6
_START = 60.0  # seconds within which a server is up
_SPOOLED = 25  # writes that a lock sends into the outbox before it is let go
_NAME, _PASSWORD = "kills", "lantern otter sixty violin"


@dataclass
class Outcome:
    """What a run came to.

    Attributes:
        acknowledged: How many writes were acknowledged.
        spooled: How many of them before the database had them.
        kills: How often the server was killed.
        locks: In how many rounds the database was locked.
        lost: What is not there.
        doubled: What is there more than once.
        stale: Keys under which an older word stands than was acknowledged.
        strange: What nobody expected, such as another status or a refused file.
        seconds: How long it took.
    """

    acknowledged: int = 0
    spooled: int = 0
    kills: int = 0
    locks: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether all is there, once."""
        return not (self.lost or self.doubled or self.stale or self.strange)

    def __str__(self) -> str:
        """Say it in one line."""
        found = [*self.lost, *self.doubled, *self.stale, *self.strange][:10]
        return (
            f"{self.acknowledged} acknowledged writes, {self.spooled} of them spooled first, "
            f"through {self.kills} kills and {self.locks} locks in {self.seconds:.0f} s: "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.stale)} overwritten "
            f"by an older word, {len(self.strange)} strange{': ' if found else ''}"
        ) + "; ".join(found)


def main() -> int:
    """Print what was lost and doubled."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--writes", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", default="", metavar="URL")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(options.database, folder) as address:
        run = Run(address, Path(folder), options.writes, options.kills, options.seed)
        outcome = run()
    print(outcome)
    return int(not outcome.is_good)


@contextmanager
def _database(wanted: str, folder: str) -> Iterator[str]:
    if wanted != "postgresql":
        yield wanted or f"sqlite:///{folder}/clausebot.db"
        return
    from tests.postgresql import new_database, private_postgresql

    with private_postgresql(is_durable=True) as socket_folder:
        address = new_database(socket_folder)
        with psycopg.connect(address) as asked:
            print("PostgreSQL with fsync =", *(asked.execute("SHOW fsync").fetchone() or ()))
        yield address


class Run:
    """One run over an empty database."""

    def __init__(self, address: str, folder: Path, writes: int, kills: int, seed: int) -> None:
        """Prepare a run.

        Args:
            address: Of the database.
            folder: For the outbox and the server's log.
            writes: How many are to be acknowledged.
            kills: How often the server is killed meanwhile.
            seed: Of the moments; what the machine does between them is its own.
        """
        self._address = address
        self._outbox = Outbox(folder / "spool")
        self._kills = kills
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._ledger = Ledger(writes)
        self._outcome = Outcome()
        with socket.create_server(("127.0.0.1", 0)) as held:
            self._port = held.getsockname()[1]

    def __call__(self) -> Outcome:
        """Write, kill, compare."""
        began = time.perf_counter()
        self._prepare()
        server = self._start()
        cookie = self._sign_in()
        writers = [Writer(self._port, cookie, self._ledger) for _ in range(_WRITERS)]
        for writer in writers:
            writer.start()
        marks = sorted(self._chance.sample(range(self._ledger.wanted), self._kills))
        for number, mark in enumerate(marks):
            self._ledger.wait(None, mark, _START)
            server = self._kill(server, number)
        for writer in writers:
            writer.join()
        self._wait_for_replay()
        server.kill()
        server.join()
        self._compare()
        self._outcome.acknowledged = self._ledger.acknowledged
        self._outcome.spooled = self._ledger.statuses[ACCEPTED[1]]
        self._outcome.strange += self._ledger.strange
        self._outcome.seconds = time.perf_counter() - began
        return self._outcome

    def _prepare(self) -> None:
        """Add somebody who saves the replies."""
        database = open_database(self._address)
        people = open_people(database).accounts
        people.add(_NAME, Role.AGENT, _PASSWORD, by=Actor("benchmark"))
        database.close()

    def _kill(self, server: ForkServerProcess, number: int) -> ForkServerProcess:
        """Kill the server at some moment and start it again; in every other round after a lock."""
        is_locked = number % 4 in (1, 2)
        with self._locked() if is_locked else nullcontext():
            if is_locked:
                self._outcome.locks += 1
                before = self._ledger.statuses[ACCEPTED[1]]
                self._ledger.wait(ACCEPTED[1], before + _SPOOLED, 5.0)
            if number % 4 == 1:
                self._end(server)
        if number % 4 != 1:  # after a lock: while it relays
            time.sleep(self._chance.uniform(0, 0.3))
            self._end(server)
        if number % 4 == 3:  # once more, while it starts
            early = start_server(self._port, self._address, self._outbox.folder)
            time.sleep(self._chance.uniform(0, 1.0))
            early.kill()
            early.join()
        return self._start()

    def _end(self, server: ForkServerProcess) -> None:
        server.kill()
        server.join()
        self._outcome.kills += 1

    def _start(self) -> ForkServerProcess:
        """Start the server and wait until it answers; again where it could not open a database."""
        until = time.monotonic() + _START
        while time.monotonic() < until:
            server = start_server(self._port, self._address, self._outbox.folder)
            while server.is_alive() and time.monotonic() < until:
                with closing(http.client.HTTPConnection("127.0.0.1", self._port)) as connection:
                    try:
                        connection.request("GET", "/api/health")
                        connection.getresponse().read()
                    except (OSError, http.client.HTTPException):
                        time.sleep(0.02)
                    else:
                        return server
        raise TimeoutError(f"the server did not start; see {self._outbox.folder}.log")

    def _sign_in(self) -> str:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port)) as connection:
            body = json.dumps({"name": _NAME, "password": _PASSWORD})
            headers = {"content-type": "application/json"}
            connection.request("POST", "/api/desk/session", body, headers)
            return (connection.getresponse().getheader("set-cookie") or "").split(";")[0]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold what the server writes, as another program may."""
        if self._address.startswith("sqlite"):
            path = self._address.removeprefix("sqlite:///")
            other = sqlite3.connect(path, isolation_level=None, timeout=30)
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.close()
        else:
            with psycopg.connect(self._address) as locker:
                locker.execute("LOCK TABLE answers, feedback, replies, trail")
                yield
                locker.rollback()

    def _wait_for_replay(self) -> None:
        until = time.monotonic() + _START
        while self._outbox.waiting() and time.monotonic() < until:
            threading.Event().wait(0.05)
        self._outcome.lost += [f"{path.name} waits" for path in self._outbox.waiting()]

    def _compare(self) -> None:
        """Compare what was acknowledged with what the database holds."""
        database, outcome, ledger = open_database(self._address), self._outcome, self._ledger
        kept: dict[str, list[str]] = {}
        notes: Counter[str] = Counter()
        for row in database.given():
            if row.feedback.key:
                kept.setdefault(row.feedback.key, []).append(row.feedback.note)
            else:
                notes[row.feedback.note] += 1
        outcome.lost += [key for key in ledger.words if key not in kept]
        outcome.stale += [
            key for key, word in ledger.words.items() if kept.get(key, [word])[-1] != word
        ]
        outcome.doubled += [key for key, words in kept.items() if len(words) > 1]
        outcome.lost += sorted(ledger.notes - notes.keys())
        outcome.doubled += [note for note, count in notes.items() if count > 1]
        outcome.lost += [
            f"answer {answer_id!r}" for answer_id in ledger.answers if not database.holds(answer_id)
        ]
        outcome.strange += [problem for problem in database.verify() if problem]
        self._compare_replies(database)
        outcome.strange += [path.name for path in self._outbox.refused.iterdir()]
        database.close()

    def _compare_replies(self, database: Database) -> None:
        texts = {known.reply_id: known.content.text for known in Replies(database).find()}
        lines = open_people(database).audit_log.entries(most=10**6)
        told = Counter(line.subject for line in lines if line.action is Action.REPLY_APPROVED)
        for reply_id, text in self._ledger.replies.items():
            if texts.get(reply_id) != text or not told[reply_id]:
                self._outcome.lost.append(reply_id)
        self._outcome.doubled += [reply_id for reply_id, count in told.items() if count > 1]


if __name__ == "__main__":
    sys.exit(main())
