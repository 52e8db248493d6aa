"""A desk with a database of its own, for tests that count what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.desk.shell.desk import Desk
from bot.records.record import Near
from bot.storage import Database
from bot.web.service import Service
from bot.web.site import create_site
from tests.bot.records.making import make_cited, make_record
from tests.desks import PASSWORD, make_desk
from tests.servers import SITES, ScriptedBot

NOW = datetime.now(UTC)
KEPT_CLAUSE = "xunzhong/5(3)"
SignIn = Callable[[str], TestClient]


@dataclass(frozen=True, slots=True)
class Office:
    """A desk of its own, with its database empty, and who may ask it."""

    desk: Desk
    site: FastAPI
    sign_in: SignIn

    @property
    def database(self) -> Database:
        """What it keeps everything in."""
        return self.desk.service.database

    def miss(
        self,
        question: str,
        *,
        days: float = 0,
        near: str = KEPT_CLAUSE,
        chosen: str | None = None,
    ) -> str:
        """Keep a question that was abstained on, and return the id of its answer."""
        record = make_record(
            question,
            asked_at=NOW - timedelta(days=days),
            language="en" if question.isascii() else "zh",
        )
        nearest = (Near(near, near.partition("/")[0], "5（3）"),)
        about = dict.fromkeys([nearest[0].agreement, *([chosen] if chosen else [])])
        missed = replace(
            record,
            sources=tuple(replace(record.sources[0], agreement=name) for name in about),
            chosen=chosen,
            outcome="abstained",
            reason="silent",
            citations=(),
            nearest=nearest,
        )
        self.database.keep_answer(missed, surface="page")
        return record.answer_id

    def answer(self, topic: str, *, days: float) -> None:
        """Keep a question that was answered, some days ago, from a clause on a topic."""
        cited = replace(make_cited(), agreement="xunzhong", clause_id=KEPT_CLAUSE, path=(topic,))
        record = make_record(cited=cited, asked_at=NOW - timedelta(days=days))
        source = replace(record.sources[0], agreement="xunzhong")
        self.database.keep_answer(replace(record, sources=(source,)), surface="page")

    def close(self) -> None:
        """End what runs beside, and let go of the database."""
        self.desk.close()
        self.desk.service.close()


def make_office(bot: ScriptedBot, database: Database) -> Office:
    """Return a desk over a database, and what signs somebody in at it."""
    desk = make_desk(Service(bot, database))
    site = create_site(desk.service, SITES, desk)

    def sign_in(name: str) -> TestClient:
        client = TestClient(site, raise_server_exceptions=False)
        body = {"name": name, "password": PASSWORD}
        assert not name or client.post("/api/desk/session", json=body).status_code == 201
        return client

    return Office(desk, site, sign_in)
