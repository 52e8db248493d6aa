"""The queue before the bot, and the record after it."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.answering.answer import Answer
from bot.answering.bot import Bot
from bot.desk.replies.store import Replies
from bot.outbox.outbox import Outbox
from bot.outbox.writer import OutboxWriter
from bot.records.record import Record
from bot.storage import Database, Feedback, StorageError, UnknownAnswerError, open_database
from bot.web.api import answers
from bot.web.service import AT_ONCE, WAITING, Busy, Service, Surface
from index.errors import QueryError
from index.search.clause_index import ClauseIndex
from tests.bot.records.making import make_record
from tests.bot.web.asking import ask, run_aside
from tests.servers import FAILING, ScriptedBot

QUESTION = "协议终止后数据保留多久？"


class HeldBot(Bot):
    """Waits with every answer until it is let go."""

    def __init__(self, index: ClauseIndex) -> None:
        super().__init__(index, answer_above=0.0)
        self.go = threading.Event()
        self.asked: list[str] = []

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Answer one question, in time."""
        self.asked.append(text)
        assert self.go.wait(30)
        return super().ask(text, agreement=agreement, history=history, is_asked=is_asked)


class DeadDatabase:
    """Fails as a database does that cannot be written."""

    transactions = SimpleNamespace(trouble="clausebot.db: cannot be written.")

    def strip_answer(self, record: Record) -> Record:
        """Return it as it is."""
        return record

    def keep_answer(
        self,
        record: Record,
        *,
        surface: str,
        site: str = "",
        probability: float | None = None,
        patience: float | None = None,
    ) -> None:
        """Fail."""
        raise StorageError("clausebot.db: cannot be written.")

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    yield database
    database.close()


@pytest.fixture
def held(quick_bot: ScriptedBot) -> HeldBot:
    return HeldBot(quick_bot.index)


@pytest.fixture
def serve(database: Database) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def serve_(bot: Bot, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> Service:
        made.append(Service(bot, database, at_once=at_once, waiting=waiting))
        return made[-1]

    yield serve_
    for service in made:
        service.close()


def counted(service: Service, line: str) -> float:
    text = service.metrics.to_text(service.bot.index).decode()
    found = [row for row in text.splitlines() if row.startswith(line + " ")]
    return float(found[0].split(" ")[-1]) if found else 0.0


def test_an_answer_is_kept_as_it_was_given(
    serve: Callable[..., Service], quick_bot: ScriptedBot, database: Database
) -> None:
    service = serve(quick_bot)
    served = ask(
        service,
        QUESTION,
        agreement="xunzhong",
        history=["怎么收费？"],
        surface=Surface.API,
        site="Help",
    )
    record = database.answer(served.answer_id)
    assert record is not None
    assert (record.question, record.chosen) == (QUESTION, "xunzhong")
    assert record.history == ("怎么收费？",)
    assert record.text == served.answer.text
    assert [cited.quote for cited in record.citations] == [
        citation.quote for citation in served.answer.citations
    ]


@pytest.mark.parametrize("text", ["", "😀", "字" * 50_000])
def test_what_is_no_question_is_not_kept(
    serve: Callable[..., Service], quick_bot: ScriptedBot, text: str
) -> None:
    assert ask(serve(quick_bot), text, surface=Surface.API).answer_id == ""


def test_history_is_kept_in_part(
    serve: Callable[..., Service], quick_bot: ScriptedBot, database: Database
) -> None:
    former = [f"{number} " + "字" * 50_000 for number in range(50)]
    served = ask(serve(quick_bot), QUESTION, history=former, surface=Surface.API)
    record = database.answer(served.answer_id)
    assert record is not None
    assert record.history[-1].startswith("49 ")
    assert sum(map(len, record.history)) <= 40_000


def test_a_full_queue_refuses_at_once(serve: Callable[..., Service], held: HeldBot) -> None:
    service = serve(held, at_once=2, waiting=3)

    async def ask_all() -> None:
        asked = [
            asyncio.ensure_future(service.ask_soon(f"{QUESTION} {n}", surface=Surface.API))
            for n in range(5)
        ]
        await asyncio.sleep(0)  # each goes to its place
        assert counted(service, "clausebot_waiting") == 3
        with pytest.raises(Busy) as refused:
            await service.ask_soon(QUESTION, surface=Surface.API)
        assert refused.value.retry_after >= 1
        with pytest.raises(Busy):
            await service.search_soon(QUESTION)
        held.go.set()
        assert all(served.answer_id for served in await asyncio.gather(*asked))
        assert (await service.ask_soon(QUESTION, surface=Surface.API)).answer_id

    run_aside(ask_all())
    assert counted(service, "clausebot_refused_total") == 2
    assert counted(service, "clausebot_waiting") == 0


def test_who_leaves_gives_up_the_place(serve: Callable[..., Service], held: HeldBot) -> None:
    service = serve(held, at_once=1, waiting=1)

    async def leave() -> None:
        first = asyncio.ensure_future(service.ask_soon("一", surface=Surface.API))
        second = asyncio.ensure_future(service.ask_soon("二", surface=Surface.API))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait({second})
        third = asyncio.ensure_future(service.ask_soon("三", surface=Surface.API))
        await asyncio.sleep(0)
        held.go.set()
        await asyncio.gather(first, third)

    run_aside(leave())
    assert held.asked == ["一", "三"]


def test_a_listener_who_leaves_takes_the_question_along(
    serve: Callable[..., Service], held: HeldBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "HEARTBEAT", 0.0)
    service = serve(held, at_once=1, waiting=2)

    async def listen() -> None:
        first = asyncio.ensure_future(service.ask_soon("一", surface=Surface.API))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(service.ask_soon("二", surface=Surface.STREAM))
        await asyncio.sleep(0)
        assert counted(service, "clausebot_waiting") == 1
        events = answers._stream(second, None)
        assert await anext(events) == b": ping\n\n"
        await events.aclose()
        await asyncio.wait({second})
        assert counted(service, "clausebot_waiting") == 0
        held.go.set()
        await first

    run_aside(listen())
    assert held.asked == ["一"]


def test_an_unknown_agreement_takes_no_place(
    serve: Callable[..., Service], quick_bot: ScriptedBot
) -> None:
    service = serve(quick_bot, at_once=1, waiting=-1)
    with pytest.raises(QueryError, match="acme"):
        ask(service, QUESTION, agreement="acme", surface=Surface.API)
    with pytest.raises(QueryError, match="acme"):
        run_aside(service.search_soon(QUESTION, agreement="acme"))
    with pytest.raises(Busy):
        ask(service, QUESTION, agreement="dahan", surface=Surface.API)


def test_failed_and_answered_questions_are_counted_apart(
    serve: Callable[..., Service], quick_bot: ScriptedBot
) -> None:
    service = serve(quick_bot)
    with pytest.raises(RuntimeError):
        ask(service, FAILING, surface=Surface.MCP)
    ask(service, QUESTION, surface=Surface.MCP)
    name = "clausebot_questions_total"
    assert counted(service, f'{name}{{outcome="failed",reason="",surface="mcp"}}') == 1
    assert counted(service, f'{name}{{outcome="answered",reason="",surface="mcp"}}') == 1


def test_answers_come_without_the_database(
    quick_bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    database = DeadDatabase()
    service = Service(quick_bot, database)  # type: ignore[arg-type]  # fails as one
    served = ask(service, QUESTION, surface=Surface.API)
    assert served.answer.citations
    assert served.answer_id == ""
    assert "cannot be written" in caplog.text
    assert QUESTION not in caplog.text
    assert counted(service, 'clausebot_records_total{kept="no"}') == 1
    assert counted(service, 'clausebot_lost_total{kind="answer",reason="unwritable"}') == 1
    service.close()


def test_beyond_the_budget_answers_come_without_a_record_and_are_counted(
    quick_bot: ScriptedBot, database: Database
) -> None:
    database.keep_answer(make_record(), surface="api")  # before the start
    writer = OutboxWriter(database, Replies(database), records_a_day=2)
    writer.budget.recount()
    service = Service(quick_bot, database, writer=writer)
    ids = [ask(service, QUESTION, surface=Surface.API).answer_id for _ in range(3)]
    assert [bool(answer_id) for answer_id in ids] == [True, False, False]
    assert counted(service, 'clausebot_lost_total{kind="answer",reason="over_budget"}') == 2
    assert counted(service, 'clausebot_lost_total{kind="answer",reason="dropped"}') == 0
    assert writer.budget.is_used_up
    service.close()


def test_feedback_is_counted_and_of_known_answers_alone(
    serve: Callable[..., Service], quick_bot: ScriptedBot
) -> None:
    service = serve(quick_bot)
    answer_id = ask(service, QUESTION, surface=Surface.API).answer_id
    first = service.keep_feedback(Feedback(answer_id, "helpful", key="once"))
    assert service.keep_feedback(Feedback(answer_id, "helpful", key="once")) == first
    with pytest.raises(UnknownAnswerError):
        service.keep_feedback(Feedback("nothing", "helpful"))
    assert counted(service, 'clausebot_feedback_total{verdict="helpful"}') >= 1


def test_metrics_name_nobody(serve: Callable[..., Service], quick_bot: ScriptedBot) -> None:
    service = serve(quick_bot)
    served = ask(service, "13800138000 " + QUESTION, surface=Surface.WIDGET, site="Help center")
    text = service.metrics.to_text(service.bot.index).decode()
    for word in ("13800138000", "Help center", served.answer_id):
        assert word not in text


def test_two_services_count_apart(serve: Callable[..., Service], quick_bot: ScriptedBot) -> None:
    one, other = serve(quick_bot), serve(quick_bot)
    ask(one, QUESTION, surface=Surface.PAGE)
    count = 'clausebot_questions_total{outcome="answered",reason="",surface="page"}'
    assert (counted(one, count), counted(other, count)) == (1, 0)


def test_an_outbox_that_cannot_be_read_is_not_counted(
    quick_bot: ScriptedBot, database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = OutboxWriter(database, Replies(database), Outbox(tmp_path / "spool"))
    service = Service(quick_bot, database, writer=writer)
    line = 'clausebot_spool_entries{state="waiting"}'
    assert f"{line} 0.0" in service.metrics.to_text(service.bot.index).decode()
    shutil.rmtree(tmp_path / "spool")
    assert line not in service.metrics.to_text(service.bot.index).decode()
    assert "the spool cannot be counted" in caplog.text
    service.close()
