"""What every face asks through: a bounded queue before the bot, and the record after it."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar

from bot.answer import Answer
from bot.bot import Bot
from bot.desk.draft import Draft
from bot.storage import Database, Feedback
from bot.storage.keeper import Keeper, Kept
from bot.storage.replies import Replies
from bot.web.metrics import Metrics
from bot.web.queue import Busy, Queue
from bot.web.recording import Recorder
from index.errors import ClauseBotError
from index.search.clause_index import ClauseIndex, Hit

__all__ = ["AT_ONCE", "WAITING", "Busy", "Served", "Service", "Surface"]

AT_ONCE = 2  # questions answered at the same time
WAITING = 64  # questions that may wait for their turn
T = TypeVar("T")


class Surface(StrEnum):
    """Where a question was asked."""

    PAGE = "page"
    API = "api"
    STREAM = "stream"
    WIDGET = "widget"
    MCP = "mcp"
    DIFY = "dify"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Served:
    """An answer as it is given out.

    Attributes:
        answer: The answer.
        answer_id: Under which its record is kept; empty where it is not: the text was no
            question, or the database failed, which the log then says.
    """

    answer: Answer
    answer_id: str


class Service:
    """Answers questions in turn and keeps a record of each answer.

    Attributes:
        bot: Whose answers they are.
        database: Where records and feedback are kept.
        keeper: Through which feedback and replies are kept.
        metrics: What was counted so far.
    """

    def __init__(
        self,
        bot: Bot,
        database: Database,
        *,
        keeper: Keeper | None = None,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
    ) -> None:
        """Answer from ``bot`` and keep records in ``database``.

        Args:
            bot: Whose answers they are.
            database: Where records and feedback are kept.
            keeper: Keeps feedback and replies while ``database`` is out of order; without one
                they are not acknowledged then.
            at_once: How many questions are answered at the same time.
            waiting: How many may wait; one more is refused at once.
        """
        self.bot = bot
        self.database = database
        self.keeper = keeper or Keeper(database, Replies(database))
        self._queue = Queue(at_once, waiting)
        self.metrics = Metrics(
            self._queue.waiting, self.keeper.spooled, lambda: not database.transactions.trouble
        )
        self._recorder = Recorder(database, self.metrics)

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        surface: Surface,
        site: str = "",
    ) -> Served:
        """Answer one question and wait for it; not to be called in an event loop.

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
        return self._enter(work).result()

    async def ask_soon(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        surface: Surface,
        site: str = "",
    ) -> Served:
        """Answer one question without blocking the event loop; see ``ask``.

        A question whose asker has left, so that this is cancelled, leaves the queue.
        """
        self._check(agreement)
        work = partial(self._answer, text, agreement, tuple(history), surface, site)
        return await asyncio.wrap_future(self._enter(work))

    def search(self, text: str, *, agreement: str | None = None, k: int = 10) -> list[Hit]:
        """Return the clauses that fit a text, best first; see ``ClauseIndex.search``.

        Raises:
            Busy: Too many questions are waiting.
            QueryError: ``text``, ``agreement`` or ``k`` makes no sense.
        """
        self._check(agreement)
        return self._enter(partial(self._search, text, agreement, k)).result()

    async def search_soon(
        self, text: str, *, agreement: str | None = None, k: int = 10
    ) -> list[Hit]:
        """Search without blocking the event loop; see ``search``."""
        self._check(agreement)
        work = partial(self._search, text, agreement, k)
        return await asyncio.wrap_future(self._enter(work))

    def take_turn(self, work: Callable[[Bot], T]) -> T:
        """Do other work with the bot when its turn comes; not to be called in an event loop.

        Args:
            work: Gets a bot that answers from one index, whatever is taken over meanwhile.

        Raises:
            Busy: Too many questions are waiting.
        """
        return self._enter(lambda: work(copy.copy(self.bot))).result()

    def keep_draft(self, draft: Draft, index: ClauseIndex) -> None:
        """Keep a record of each question of a ticket, as of one that was asked by itself."""
        former = ""
        for reply in draft.replies:
            history = (former,) if former and reply.asked.leans else ()
            self._recorder.keep(reply.answer, index, reply.agreement, history, (Surface.DESK, ""))
            seconds = reply.answer.milliseconds / 1000
            self.metrics.count_question(Surface.DESK, reply.answer, seconds)
            former = reply.asked.text

    def keep_feedback(self, feedback: Feedback, *, address: str = "") -> Kept:
        """Keep what an asker thinks of an answer; see ``Keeper.keep_feedback``.

        Raises:
            UnknownAnswerError: There is no such answer.
            StorageError: It could not be kept.
        """
        kept = self.keeper.keep_feedback(feedback, address=address)
        self.metrics.count_feedback(feedback.verdict)
        return kept

    def close(self) -> None:
        """Answer what waits no more, and let go of the database."""
        self._queue.close()
        self.keeper.stop()
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

    def _search(self, text: str, agreement: str | None, k: int) -> list[Hit]:
        return self.bot.index.search(text, agreement=agreement, k=k)

    def _answer(
        self,
        text: str,
        agreement: str | None,
        history: tuple[str, ...],
        surface: Surface,
        site: str,
    ) -> Served:
        began = time.perf_counter()
        # A new index may be taken over meanwhile; answer and record are from one alone.
        bot = copy.copy(self.bot)
        try:
            answer = bot.ask(text, agreement=agreement, history=history)
        except ClauseBotError:
            raise
        except Exception:
            self.metrics.count_failed(surface)
            raise
        answer_id = self._recorder.keep(answer, bot.index, agreement, history, (surface, site))
        self.metrics.count_question(surface, answer, time.perf_counter() - began)
        return Served(answer, answer_id)
