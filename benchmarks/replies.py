"""How long the desk waits for many approved replies.

    python -m benchmarks.replies [--replies 10000]

A new database is given so many replies, each to a question of its own and citing a clause of the
agreements. Then are timed, as the desk does them: taking them over from a file, the list of them,
one of them by words and by its id, a draft's matcher when nothing has changed and when one reply
was retired or saved, and how long after the import and after a start the matcher has every reply.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.desk.replies.file_format import to_line
from bot.desk.replies.rules import ApprovedReply, Content, cite_clauses, save
from bot.desk.replies.store import Replies
from bot.people.identity import Actor
from bot.storage import open_database
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder

CORPUS = Path(__file__).parents[1] / "corpus"
BY = Actor("anna")
T = TypeVar("T")


def main() -> int:
    """Print every time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replies")
    parser.add_argument("--replies", type=int, default=10_000)
    count = parser.parse_args().replies
    index = ClauseIndex.build(read_corpus(CORPUS), SentenceEmbedder())
    data = "".join(f"{to_line(_reply(index, number))}\n" for number in range(count)).encode()
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/clausebot.db"
        database = open_database(address)
        replies = Replies(database)
        print(f"{count} replies, {len(data) / 1e6:.1f} MB as a file")
        _timed("taking them over", lambda: replies.take_over(data, by=BY, index=index))
        _wait_for_all(replies, index, "after the import, until all are on the shelf")
        _steps(replies, index)
        replies.close()
        again = Replies(database)
        _timed("at a start: reading them", lambda: again.review(index))
        _timed("at a start: the first draft's shelf", lambda: again.matcher_of_now(index))
        _wait_for_all(again, index, "at a start, until all are on the shelf")
        again.close()
        database.close()
    return 0


def _steps(replies: Replies, index: ClauseIndex) -> None:
    _timed("the list, first", lambda: _list(replies, index))
    _timed("the list, again", lambda: _list(replies, index))
    _timed("the list by words, first", lambda: replies.find("第77条"))
    _timed("the list by words, again", lambda: replies.find("第78条"))
    _timed("one by its id", lambda: (replies.review(index), replies.get("r-7")))
    _timed("a draft's shelf, nothing changed", lambda: replies.matcher_of_now(index))
    _timed("retiring one", lambda: replies.retire("r-7", by=BY, revision=1))
    _timed("a draft's shelf after it", lambda: replies.matcher_of_now(index))
    _timed("the list after it", lambda: _list(replies, index))
    replies.add(_reply(index, 1_000_000), by=BY)
    _timed("a draft's shelf after one was saved", lambda: replies.matcher_of_now(index))


def _list(replies: Replies, index: ClauseIndex) -> list[ApprovedReply]:
    replies.review(index)
    return replies.find()[:20]


def _reply(index: ClauseIndex, number: int) -> ApprovedReply:
    clause = index.corpus.clauses[number % len(index.corpus.clauses)]
    cited = cite_clauses(index, "zh", [(clause.clause_id, clause.text[:40])])
    text = f"您好，请见第{number}条：{clause.text[:300]}"
    content = Content("zh", text, (f"第{number}条：{clause.text[:30]}是怎么规定的？",), *cited)
    return save(f"r-{number}", content, BY.name, index)


def _wait_for_all(replies: Replies, index: ClauseIndex, what: str) -> None:
    began = time.perf_counter()
    while replies.matcher_of_now(index).count < len(replies.find()):
        time.sleep(0.5)
    print(f"{what}: {time.perf_counter() - began:.1f} s")


def _timed(what: str, call: Callable[[], T]) -> T:
    began = time.perf_counter()
    value = call()
    print(f"{what}: {time.perf_counter() - began:.3f} s")
    return value


if __name__ == "__main__":
    sys.exit(main())
