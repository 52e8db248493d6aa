"""The door: settings, index, bot and site, then serve."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from index.command import run
from index.errors import ClauseBotError

if TYPE_CHECKING:
    from bot.desk.agreements.library import Library
    from bot.desk.shell.desk import Desk
    from bot.storage.database import Database
    from bot.web.service import Service
    from index.search.clause_index import ClauseIndex


def main() -> int:
    """Serve the page until stopped."""
    began = time.perf_counter()

    def say(done: str) -> None:
        print(f"[{time.perf_counter() - began:5.1f} s] {done}", flush=True)

    settings = Settings.from_environ(os.environ)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for ours in ("bot", "index"):
        logging.getLogger(ours).setLevel(logging.INFO)
    listener = _listen(settings.host, settings.port)

    from bot.storage import open_database
    from bot.web.sites import Sites, read_sites

    sites = read_sites(settings.sites) if settings.sites else Sites()
    database = open_database(
        settings.database, keep_words=settings.keep_questions, may_be_away=True
    )

    library, index = _read_agreements(settings, say)

    from bot.desk.shell.opening import catch_up, open_desk
    from bot.people.second_factor import Seal
    from bot.storage.database import Opener
    from bot.web.exposure import Exposure
    from bot.web.site import create_site

    service = _open_service(settings, index, database)
    desk = open_desk(service, library, Seal(settings.desk / "two-factor.secret"))
    opener = Opener(database, lambda: catch_up(desk))
    if database.transactions.is_open and not desk.people.accounts.has_admin():
        say("nobody looks after the desk yet: python -m bot.people add NAME --role admin")
    _tell_unsafe(settings, desk, say)
    opener.start()
    service.writer.start()
    desk.reloader.start()
    say(f"serving http://{settings.host}:{settings.port}  (stop with Ctrl+C)")
    try:
        site = create_site(service, sites, desk, Exposure.of(settings))
        _serve(site, listener, settings.proxies)
    finally:
        opener.stop()
        desk.close()
        service.close()
    return 0


def _tell_unsafe(settings: Settings, desk: Desk, say: Callable[[str], None]) -> None:
    """Say what of weight is unsafe about the settings; ``python -m bot check`` says all."""
    from bot.web.settings_check import Machine, Severity, find_unsafe

    is_open = desk.service.database.transactions.is_open
    people = desk.people.accounts.of(None) if is_open else None
    for finding in find_unsafe(settings, Machine.here(), people):
        if finding.severity is not Severity.NOTE:
            say(f"{finding.severity} {finding.name}: {finding.say('en')}")


def _read_agreements(settings: Settings, say: Callable[[str], None]) -> tuple[Library, ClauseIndex]:
    """Return the agreements as the desk works on them, and the index that is answered from."""
    from bot.desk.agreements.library import Library
    from index.builder import ensure_index
    from index.search.embedder import SentenceEmbedder

    embedder = SentenceEmbedder(settings.model)
    say(f"loaded the embedding model {embedder.name}")
    library = Library(settings.corpus, settings.index, settings.desk, embedder)
    library.recover()  # what was being published when the program was killed
    index = ensure_index(settings.corpus, settings.index, embedder)
    say(
        f"index ready: {len(index.corpus.agreements)} agreements, "
        f"{len(index.corpus.clauses)} clauses"
    )
    return library, index


def _open_service(settings: Settings, index: ClauseIndex, database: Database) -> Service:
    """Return what answers from an index and keeps its records in a database, or in the outbox."""
    from bot.answering.bot import Bot
    from bot.desk.replies.store import Replies
    from bot.outbox.outbox import Outbox
    from bot.outbox.writer import OutboxWriter
    from bot.people.client_address import open_voters
    from bot.web.service import Service
    from bot.writing.writer import open_writer

    return Service(
        Bot(index, settings.answer_above),
        database,
        writer=OutboxWriter(
            database,
            Replies(database),
            Outbox(settings.desk / "spool"),
            records_a_day=settings.records_a_day,
        ),
        voters=open_voters(settings.desk / "voters.secret"),
        author=open_writer(settings),
    )


def _serve(site: Callable[..., Any], listener: socket.socket, proxies: tuple[str, ...]) -> None:
    import uvicorn

    from bot.web.server import server_config, widen

    widen()
    # The server raises a signal again once it has ended by it; this one would end us on the spot.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.Server(server_config(site, proxies)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Take the port first: a taken one is said before seconds go into the model."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        is_host = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        raise ClauseBotError(
            f"cannot listen on {host}:{port} ({error.strerror}). "
            + (
                "Set CLAUSEBOT_HOST to an address of this machine, such as 127.0.0.1 or 0.0.0.0."
                if is_host
                else "Stop what uses it, or choose another: CLAUSEBOT_PORT=7861 make run"
            )
        ) from error
    return listener


if __name__ == "__main__":
    sys.exit(run(main))
