"""Print what the program reaches: quality, speed and memory.

    python -m benchmarks [QUESTIONS.jsonl]

Without a file the quality is that on ``training/data/known.jsonl``, on which the ranker was
fitted, and so flatters it. Times are of one core beside the same work done by a plain
baseline in the same run, so that a busy machine shows.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
KNOWN = Path("training/data/known.jsonl")
PORT = "7899"


def main() -> int:
    """Print every figure."""
    questions = Path(sys.argv[1]) if len(sys.argv) > 1 else KNOWN
    os.environ.update(OMP_NUM_THREADS="1")
    _answering(questions)
    _commands()
    _serving()
    return 0


def _answering(questions: Path) -> None:
    import torch

    from bot.answering.bot import Bot
    from bot.evaluation.scores import evaluate, read_questions, to_table
    from index.corpus import read_corpus
    from index.search.clause_index import ClauseIndex
    from index.search.embedder import SentenceEmbedder

    torch.set_num_threads(1)
    gold = read_questions(questions)
    embedder, loading = _timed(SentenceEmbedder)
    corpus = read_corpus(Path("corpus"))
    index, building = _timed(lambda: ClauseIndex.build(corpus, embedder))
    print(
        f"model loaded in {loading:.1f} s; both agreements indexed in {building:.1f} s on one core"
    )
    bot = Bot(index)
    bot.ask(gold[0].question)
    print(f"\nquality on {questions}, every view:")
    print(to_table(evaluate(bot, gold)))
    bot = Bot(index.without_written_fields())
    print("\nthe clauses' own words alone (what a newly added agreement has):")
    print(to_table(evaluate(bot, gold)))
    _against_scan(bot, [row.question for row in gold])


def _against_scan(bot: object, questions: list[str]) -> None:
    """Time questions beside a plain substring scan of every clause."""
    from bot.answering.bot import Bot

    if not isinstance(bot, Bot):
        raise TypeError("the benchmark asks a Bot")
    texts = [clause.text for clause in bot.index.corpus.clauses]
    asked, scanned = [], []
    for at, question in enumerate(questions):  # a number makes it new to every cache
        asked.append(_timed(partial(bot.ask, f"{question} {at}"))[1])
        scanned.append(_timed(partial(_scan, question, texts))[1])
    ratio = statistics.median(asked) / statistics.median(scanned)
    print(
        f"\none question: median {statistics.median(asked) * 1000:.1f} ms, "
        f"p95 {sorted(asked)[int(len(asked) * 0.95)] * 1000:.1f} ms on one core; "
        f"{ratio:.1f} times a substring scan of every clause in the same run"
    )


def _scan(question: str, texts: list[str]) -> list[str]:
    pairs = {question[at : at + 2] for at in range(len(question) - 1)}
    return [text for text in texts if any(pair in text for pair in pairs)]


def _commands() -> None:
    bare = [sys.executable, "-c", "pass"]
    shown = [sys.executable, "-m", "index", "--help"]
    floor = min(_timed(lambda: subprocess.run(bare, check=True))[1] for _ in range(5))
    quick = min(
        _timed(lambda: subprocess.run(shown, check=True, stdout=subprocess.DEVNULL))[1]
        for _ in range(5)
    )
    print(f"index --help: {quick:.2f} s ({quick / floor:.1f} times an empty Python)")


def _serving() -> None:
    """Start the program twice, as ``make run`` does, and look at the second start."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "CLAUSEBOT_INDEX": folder,
            "CLAUSEBOT_PORT": PORT,
            "OMP_NUM_THREADS": "2",
        }
        for name in ("first", "second"):
            began = time.perf_counter()
            server = subprocess.Popen(
                [sys.executable, "app.py"],
                env=environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                _wait(f"http://127.0.0.1:{PORT}/api/health")
                took = time.perf_counter() - began
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/") as page:
                    page.read()
                memory = _resident_megabytes(server.pid)
            finally:
                server.terminate()
                server.wait()
            print(f"{name} start: up in {took:.1f} s, {memory:.0f} MB resident")


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within a minute")


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    value = call()
    return value, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
