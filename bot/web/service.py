"""What every face asks through: a bounded queue before the bot, and the record after it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar

from bot.answering.answer import Answer, Reason
from bot.answering.bot import Bot
from bot.answering.question import MAX_LENGTH
from bot.desk.replies.store import Replies
from bot.desk.ticket.draft import Draft
from bot.outbox.writer import Kept, OutboxWriter
from bot.people.client_address import Voters
from bot.records.record import make_record
from bot.storage import Database, Feedback
from bot.web.metrics import Metrics
from bot.writing.writer import Writer
from index.errors import ClauseBotError
from index.search.clause_index import ClauseIndex, Hit

T = TypeVar("T")


class Busy(ClauseBotError):  # noqa: N818 — nothing failed
    """As many pieces wait as may; ask again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int, what: str = "questions") -> None:
        super().__init__(
            f"too many {what} are waiting. Ask again in {retry_after} "
            f"{'second' if retry_after == 1 else 'seconds'}."
        )
        self.retry_after = retry_after


class Queue:
    """A few threads that work, and the places before them."""

    def __init__(self, at_once: int, waiting: int, what: str = "questions") -> None:
        """Work on ``at_once`` pieces at the same time, while at most ``waiting`` wait.

        ``what`` they are is said to whoever finds no place.
        """
        self._what = what
        self._at_once = at_once
        self._places = at_once + waiting
        self._taken = 0
        self._lock = threading.Lock()
        self._seconds = 0.1  # that one piece takes, of late
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=what)

    def enter(self, work: Callable[[], T]) -> Future[T]:
        """Put work into the queue; cancelled before its turn, it gives its place back.

        Raises:
            Busy: There is no place; it is known at once.
        """
        with self._lock:
            if self._taken >= self._places:
                raise Busy(
                    max(1, math.ceil(self._taken / self._at_once * self._seconds)), self._what
                )
            self._taken += 1
        future = self._pool.submit(self._work, work)
        future.add_done_callback(self._leave)
        return future

    def waiting(self) -> int:
        """Return how many pieces wait for their turn."""
        return max(0, self._taken - self._at_once)

    def close(self) -> None:
        """Finish what is being worked on; what waits is cancelled."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return work()
        finally:
            self._seconds += (time.perf_counter() - began - self._seconds) / 16

    def _leave(self, _: Future[T]) -> None:
        with self._lock:
            self._taken -= 1


_KEPT_HISTORY = 20  # earlier questions written down with an answer


class Recorder:
    """Keeps records of answers; may be used from several threads at once."""

    def __init__(self, writer: OutboxWriter, metrics: Metrics) -> None:
        """Keep them through ``writer``, and count in ``metrics`` whether they are."""
        self._writer = writer
        self._metrics = metrics

    def keep(
        self,
        answer: Answer,
        index: ClauseIndex,
        *,
        agreement: str | None,
        history: tuple[str, ...],
        surface: str,
        site: str,
    ) -> str:
        """Keep the record of an answer; return its id, or nothing where it is not kept.

        Args:
            answer: The answer.
            index: That it is from.
            agreement: Id of the one that was chosen; None for all.
            history: Earlier questions of the same asker, oldest first.
            surface: Where it was asked.
            site: Name of the site that it was asked on; empty for our own.
        """
        if answer.reason is Reason.INVALID:
            return ""
        answer_id = secrets.token_urlsafe(16)
        record = make_record(
            answer,
            index,
            answer_id=answer_id,
            asked_at=datetime.now(UTC),
            chosen=agreement,
            history=tuple(former[:MAX_LENGTH] for former in history[-_KEPT_HISTORY:]),
        )
        sure = max((cited.confidence for cited in answer.citations), default=None)
        is_kept = self._writer.keep_answer(record, surface=surface, site=site, probability=sure)
        self._metrics.count_record(kept=is_kept)
        return answer_id if is_kept else ""


AT_ONCE = 2  # questions answered at the same time
WRITING = 16  # answers that a language model writes at the same time; others do without it
WAITING = 64  # questions that may wait for their turn


class Surface(StrEnum):
    """Where a question was asked."""

    PAGE = "page"
    API = "api"
    STREAM = "stream"
    WIDGET = "widget"
    MCP = "mcp"
    DIFY = "dify"
    DESK = "desk"


_UNWRITTEN = {Surface.DIFY}  # it takes clauses alone; a model of its own writes


@dataclass(frozen=True, slots=True)
class Served:
    """An answer as it is given out.

    Attributes:
        answer: The answer.
        answer_id: Under which its record is kept, or waits for the database; empty where it is
            not: the text was no question, enough are kept of this day, or neither the database nor
            the outbox took it, which the log then says.
        index: That it is from. Whatever is shown with it comes from this one alone: the
            service may answer from another by then.
    """

    answer: Answer
    answer_id: str
    index: ClauseIndex


@dataclass(frozen=True, slots=True)
class Found:
    """The clauses that fit a text, best first, and the index that they are from."""

    index: ClauseIndex
    hits: list[Hit]


class Service:
    """Answers questions in turn and keeps a record of each answer.

    Attributes:
        bot: Whose answers they are from now on; take it once for one piece of work.
        database: Where records and feedback are kept.
        writer: Through which records, feedback and replies are kept.
        metrics: What was counted so far.
        has_failed: Whether the last question failed for a fault of ours.
        author: The language model that writes answers; None for none.
    """

    def __init__(
        self,
        bot: Bot,
        database: Database,
        *,
        writer: OutboxWriter | None = None,
        voters: Voters | None = None,
        author: Writer | None = None,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
    ) -> None:
        """Answer from ``bot`` and keep records in ``database``.

        Args:
            bot: Whose answers they are.
            database: Where records and feedback are kept.
            writer: Keeps records, feedback and replies while ``database`` is out of order;
                without one they are not acknowledged then.
            voters: Tells voters from one another; without one, those before a restart are new.
            author: The language model that writes answers; without one they are in the clauses'
                own words.
            at_once: How many questions are answered at the same time.
            waiting: How many may wait; one more is refused at once.
        """
        self.bot = bot
        self.database = database
        self.writer = writer or OutboxWriter(database, Replies(database))
        self.has_failed = False
        self.author = author
        self._voters = voters or Voters(secrets.token_bytes())
        self._queue = Queue(at_once, waiting)
        self._writing = Queue(WRITING, 0, "answers to be written")
        self.metrics = Metrics(
            self._queue.waiting,
            self.writer.spooled,
            lambda: not database.transactions.trouble,
            self.writer.losses.counts,
        )
        self._recorder = Recorder(self.writer, self.metrics)

    def swap(self, index: ClauseIndex) -> None:
        """Answer from another index; whatever is being answered goes on with the former one."""
        self.bot = replace(self.bot, index=index)

    async def ask_soon(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        surface: Surface,
        site: str = "",
    ) -> Served:
        """Answer one question when its turn comes.

        A question whose asker has left, so that this is cancelled, leaves the queue.

        Args:
            text: As asked, in Chinese or English.
            agreement: Id of the one agreement to answer from; None for all.
            history: Earlier questions of the same asker, oldest first.
            surface: Where it was asked.
            site: Name of the site that it was asked on; empty for our own.

        Raises:
            Busy: Too many questions are waiting.
            QueryError: There is no such agreement.
        """
        self._check(agreement)
        work = partial(self._answer, text, agreement, tuple(history), surface, site)
        found = await asyncio.wrap_future(self._enter(work))
        return found if isinstance(found, Served) else await asyncio.wrap_future(found)

    async def search_soon(self, text: str, *, agreement: str | None = None, k: int = 10) -> Found:
        """Return the clauses that fit a text when its turn comes; see ``ClauseIndex.search``.

        Raises:
            Busy: Too many questions are waiting.
            QueryError: ``text``, ``agreement`` or ``k`` makes no sense.
        """
        self._check(agreement)
        work = partial(self._search, text, agreement, k)
        return await asyncio.wrap_future(self._enter(work))

    def take_turn(self, work: Callable[[Bot], T]) -> T:
        """Do other work with the bot when its turn comes; not to be called in an event loop.

        Args:
            work: Gets the bot of that moment; it keeps its index, whatever is taken over meanwhile.

        Raises:
            Busy: Too many questions are waiting.
        """
        return self._enter(lambda: work(self.bot)).result()

    def keep_draft(self, draft: Draft, index: ClauseIndex) -> None:
        """Keep a record of each question of a ticket, as of one that was asked by itself."""
        former = ""
        for reply in draft.replies:
            history = (former,) if former and reply.asked.leans else ()
            self._recorder.keep(
                reply.answer,
                index,
                agreement=reply.agreement,
                history=history,
                surface=Surface.DESK,
                site="",
            )
            seconds = reply.answer.milliseconds / 1000
            self.metrics.count_question(Surface.DESK, reply.answer, seconds)
            former = reply.asked.text

    def keep_feedback(self, feedback: Feedback, *, address: str = "") -> Kept:
        """Keep what an asker thinks of an answer; see ``OutboxWriter.keep_feedback``.

        All of one ``address`` are one voter, who has one verdict on an answer; empty for whoever
        is told by the key of the feedback alone.

        Raises:
            UnknownAnswerError: There is no such answer.
            StorageError: It could not be kept.
        """
        voter = self._voters.name(feedback.answer_id, address) if address else ""
        kept = self.writer.keep_feedback(replace(feedback, voter=voter), address=address)
        self.metrics.count_feedback(feedback.verdict)
        return kept

    def close(self) -> None:
        """Answer what waits no more, and let go of the database."""
        self._queue.close()
        self._writing.close()
        self.writer.stop()
        self.database.close()

    def _check(self, agreement: str | None) -> None:
        """Refuse an unknown agreement before a place is taken for it."""
        if agreement is not None:
            self.bot.index.agreement(agreement)

    def _enter(self, work: Callable[[], T]) -> Future[T]:
        try:
            return self._queue.enter(work)
        except Busy:
            self.metrics.count_refused()
            raise

    def _search(self, text: str, agreement: str | None, k: int) -> Found:
        index = self.bot.index
        return Found(index, index.search(text, agreement=agreement, k=k))

    def _answer(
        self,
        text: str,
        agreement: str | None,
        history: tuple[str, ...],
        surface: Surface,
        site: str,
    ) -> Served | Future[Served]:
        """Answer a question; one that is still to be written leaves its place to the next."""
        began = time.perf_counter()
        bot = self.bot  # the next may be of another index; answer and record are from one alone
        try:
            answer = bot.ask(text, agreement=agreement, history=history)
        except ClauseBotError:
            raise
        except Exception:
            self.has_failed = True
            self.metrics.count_failed(surface)
            raise
        self.has_failed = False

        def keep(answer: Answer) -> Served:
            answer_id = self._recorder.keep(
                answer, bot.index, agreement=agreement, history=history, surface=surface, site=site
            )
            self.metrics.count_question(surface, answer, time.perf_counter() - began)
            return Served(answer, answer_id, bot.index)

        author = self.author if surface not in _UNWRITTEN else None
        if author is not None and author.may_write(answer):
            with contextlib.suppress(Busy):  # then it stays as it is
                return self._writing.enter(lambda: keep(author.write(answer, bot.index)))
        return keep(answer)
