"""How many questions a second the API answers, and how long the askers wait.

    python -m benchmarks.load [--seconds 20] [--askers 16] [QUESTIONS.jsonl]

Starts the program as it is served, in a process of its own on a free port with an empty
database, and lets a number of askers post to ``/api/ask``, each its next question as soon as it
has an answer: first questions that are new to the server, then a few that come again and again.
The processor time of both processes is printed, since they share the machine. The questions are
those that the corpus expects, or the ``question`` of each line of a file.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from index.corpus import read_corpus
from index.jsonl import read_objects

CORPUS = Path("corpus")
WARM_UP = 2.0  # seconds that are not counted
FEW = 50  # questions that come again and again
START_SECONDS = 120.0


@dataclass(slots=True)
class Tally:
    """What the askers saw.

    Attributes:
        seconds: How long each question took, in the order of the answers.
        statuses: How often each status came back; 0 for a lost connection.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which that share of the questions was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def main() -> int:
    """Print the figures; 1 when a question was not answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_AS_WRITTEN)
    parser.add_argument("questions", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--askers", type=int, default=16)
    options = parser.parse_args()
    questions = _read(options.questions)
    questions.sort(key=lambda text: zlib.crc32(text.encode()))  # mixed, each time alike
    failed = 0
    with _served() as (port, pid):
        for name, asked in (
            (f"{len(questions)} questions, every one new", _endless(questions)),
            (f"{FEW} questions again and again", itertools.cycle(questions[:FEW])),
        ):
            asyncio.run(_drive(port, asked, options.askers, WARM_UP))
            before, own = _processor_seconds(pid), time.process_time()
            began = time.perf_counter()
            tally = asyncio.run(_drive(port, asked, options.askers, options.seconds))
            took = time.perf_counter() - began
            served, driven = _processor_seconds(pid) - before, time.process_time() - own
            good = tally.statuses[200]
            failed += tally.statuses.total() - good
            print(
                f"{name}: {good / took:.0f} questions/s from {options.askers} askers; "
                f"p50 {tally.percentile(0.5):.0f} ms, p95 {tally.percentile(0.95):.0f} ms, "
                f"p99 {tally.percentile(0.99):.0f} ms; errors {_errors(tally)}; processor time "
                f"in {took:.1f} s: server {served:.1f} s ({served / max(good, 1) * 1000:.1f} ms "
                f"a question), load generator {driven:.1f} s",
                flush=True,
            )
    return int(failed > 0)


_AS_WRITTEN = argparse.RawDescriptionHelpFormatter


def _read(path: Path | None) -> list[str]:
    if path is not None:
        found = [str(row["question"]) for _, row in read_objects(path)]
    else:
        fields = read_corpus(CORPUS).fields.values()
        found = [question for field in fields for question in field.questions]
    return list(dict.fromkeys(question for question in found if question.strip()))


def _endless(questions: list[str]) -> Iterator[str]:
    """Yield every question once, and after the last one each again with a number to it."""
    yield from questions
    for number in itertools.count(2):
        yield from (f"{question} ({number})" for question in questions)


def _errors(tally: Tally) -> str:
    bad = {status: count for status, count in tally.statuses.items() if status != 200}
    return ", ".join(f"{count} x {status}" for status, count in bad.items()) or "none"


@contextmanager
def _served() -> Iterator[tuple[int, int]]:
    """Serve the program with an index and a database of its own; yield port and process id."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        held.close()
        environ = os.environ | {
            "CLAUSEBOT_CORPUS": str(CORPUS),
            "CLAUSEBOT_INDEX": f"{folder}/index",
            "CLAUSEBOT_DATABASE": f"sqlite:///{folder}/clausebot.db",
            "CLAUSEBOT_PORT": str(port),
            "CLAUSEBOT_LIMIT": "none",
            "OMP_NUM_THREADS": "1",
        }
        log = Path(folder) / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [sys.executable, "app.py"], env=environ, stdout=out, stderr=out
            )
        try:
            _wait(f"http://127.0.0.1:{port}/api/ready", server, log)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"the program did not start:\n{log.read_text('utf-8', 'replace')}")


async def _drive(port: int, questions: Iterator[str], askers: int, seconds: float) -> Tally:
    tally = Tally()
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(askers):
            group.create_task(_ask(port, questions, until, tally))
    return tally


async def _ask(port: int, questions: Iterator[str], until: float, tally: Tally) -> None:
    """Ask one question after another over one connection.

    Written on the bare connection: an HTTP client would take as much of the machine as the
    server's own handling does.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (began := time.perf_counter()) < until:
            body = json.dumps({"question": next(questions)}).encode()
            writer.write(
                b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
            tally.statuses[await _status(reader)] += 1
            tally.seconds.append(time.perf_counter() - began)
    except (OSError, EOFError):
        tally.statuses[0] += 1
    finally:
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end and return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.split(b"content-length:")[1].split(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(head[9:12])


def _processor_seconds(pid: int) -> float:
    """Return the processor time that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
