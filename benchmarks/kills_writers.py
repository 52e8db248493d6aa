"""The writers of ``benchmarks.kills``: they send until they are acknowledged, and remember what."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.killed import CLAUSE, QUOTE
from bot.storage.feedback import digest_key

ACCEPTED = (201, 202)
_TRIED_AGAIN = 0.02  # seconds after a failure
_TIMEOUT = 30.0


@dataclass
class Ledger:
    """What the writers were told, shared by all of them.

    Attributes:
        wanted: How many acknowledged writes there are to be.
        words: The last acknowledged word under each key of feedback, as its digest.
        notes: Notes of acknowledged feedback that was sent without a key, and once.
        replies: The acknowledged text of each saved reply.
        answers: Ids of the answers that were given with one.
        statuses: How often each status came back; 0 for a connection that broke.
        strange: Answers that nobody expects.
    """

    wanted: int
    words: dict[str, str] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    replies: dict[str, str] = field(default_factory=dict)
    answers: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Share it."""
        self._told = threading.Condition()
        self._numbers = itertools.count()

    @property
    def acknowledged(self) -> int:
        """How many writes were acknowledged so far."""
        return sum(self.statuses[status] for status in ACCEPTED) + len(self.answers)

    def next(self) -> int | None:
        """Return the number of the next write; None where there are enough."""
        with self._told:
            is_enough = self.acknowledged >= self.wanted or bool(self.strange)
            return None if is_enough else next(self._numbers)

    def tell(self, status: int, answer: str = "") -> None:
        """Count what came back."""
        with self._told:
            self.statuses[status] += 1
            if status not in (*ACCEPTED, 0, 200, 429, 503):
                self.strange.append(f"{status} {answer}")
            self._told.notify_all()

    def wait(self, status: int | None, count: int, seconds: float) -> bool:
        """Wait until a status, or any acknowledgement, came so often; not longer than told."""

        def is_so() -> bool:
            seen = self.acknowledged if status is None else self.statuses[status]
            return seen >= count or self.acknowledged >= self.wanted or bool(self.strange)

        with self._told:
            return self._told.wait_for(is_so, seconds)


class Writer(threading.Thread):
    """Sends one write after another over a connection of its own."""

    def __init__(self, port: int, cookie: str, ledger: Ledger) -> None:
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
        self._cookie = cookie
        self._ledger = ledger
        self._pause = threading.Event()

    def run(self) -> None:
        """Write until there is enough."""
        while (number := self._ledger.next()) is not None:
            kinds = (self._reply, self._word, self._two_words, self._note, self._word)
            kinds[number % len(kinds)](number)
        self._connection.close()

    def _ask(self, number: int) -> str:
        """Ask until there is an answer, and return its id, by which it is kept from now on."""
        while not self._ledger.strange:
            status, answer = self._send("/api/ask", {"question": f"How long are backups {number}?"})
            if status == 200:
                answer_id = str(json.loads(answer)["answer_id"])
                self._ledger.answers.add(answer_id)
                return answer_id
            self._pause.wait(_TRIED_AGAIN)
        return ""

    def _word(self, number: int) -> None:
        self._feedback(self._ask(number), f"k-{number}", f"word {number}")

    def _two_words(self, number: int) -> None:
        answer_id = self._ask(number)
        for word in ("first", "second"):
            self._feedback(answer_id, f"k-{number}", f"{word} {number}")

    def _feedback(self, answer_id: str, key: str, note: str) -> None:
        """Send feedback again and again until it is acknowledged; the key makes it one."""
        body = {"answer_id": answer_id, "verdict": "helpful"}
        self._insist("/api/feedback", body | {"key": key, "note": note})
        self._ledger.words[digest_key(answer_id, key)] = note

    def _note(self, number: int) -> None:
        """Send feedback without a key, once: whether it is kept is not known unless it is said."""
        body = {"answer_id": self._ask(number), "verdict": "unhelpful"}
        note = f"note {number}"
        if self._send("/api/feedback", body | {"note": note})[0] in ACCEPTED:
            self._ledger.notes.add(note)

    def _reply(self, number: int) -> None:
        reply_id, text = f"r-{number}", f"reply {number}"
        clauses = [{"clause_id": CLAUSE, "quote": QUOTE}]
        body = {"reply_id": reply_id, "language": "en", "text": text, "clauses": clauses}
        self._insist("/api/desk/replies", body | {"questions": [f"How long, {number}?"]})
        self._ledger.replies[reply_id] = text

    def _insist(self, path: str, body: Mapping[str, object]) -> None:
        while self._send(path, body)[0] not in ACCEPTED and not self._ledger.strange:
            self._pause.wait(_TRIED_AGAIN)

    def _send(self, path: str, body: Mapping[str, object]) -> tuple[int, str]:
        """Send once and return status and body; 0 where nothing came back."""
        headers = {"content-type": "application/json", "cookie": self._cookie}
        try:
            self._connection.request("POST", path, json.dumps(body), headers)
            response = self._connection.getresponse()
            answer = response.read().decode("utf-8", "replace")
            status = response.status
        except (OSError, http.client.HTTPException):
            self._connection.close()
            status, answer = 0, ""
        self._ledger.tell(status, answer)
        return status, answer
