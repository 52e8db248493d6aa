"""The server that ``benchmarks.kills`` kills: the real site, with an index that is made at once."""

from __future__ import annotations

import multiprocessing
import socket
import sys
import tempfile
import threading
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import uvicorn
from tqdm import tqdm

from bot.answering.bot import Bot
from bot.desk.agreements.library import Library
from bot.desk.replies.store import Replies
from bot.desk.shell.opening import open_desk
from bot.outbox.outbox import Outbox
from bot.outbox.writer import OutboxWriter
from bot.people.second_factor import Seal
from bot.storage import connection, open_database, transactions
from bot.web.server import server_config
from bot.web.service import Service
from bot.web.site import create_site
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

CLAUSE, QUOTE = "globex/1.1", "We keep backups of your site for 90 days."
_AGREEMENT = f"Globex Hosting Terms\n\n1. Backups\n1.1 {QUOTE}\n1.2 You may download one.\n"
_PATIENCE = 0.3  # seconds that a write waits for a lock, so that many rounds take not too long
_REPLAYS = 0.3  # seconds from replay to replay


def make_bot() -> Bot:
    """Return a bot over one small agreement, without a model."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "globex.txt").write_text(_AGREEMENT, "utf-8")
        return Bot(ClauseIndex.build(read_corpus(Path(folder)), WordEmbedder()), 0.0)


def start_server(port: int, address: str, outbox: Path) -> ForkServerProcess:
    """Start a server in a process of its own.

    It is forked from a process that has imported everything and done nothing: what is killed and
    started again is all that the program does after its imports.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_serve, args=(port, address, outbox), daemon=True)
    process.start()
    return process


def _serve(port: int, address: str, outbox: Path) -> None:
    tqdm.set_lock(threading.RLock())  # its own is one for processes, which a kill leaves behind
    sys.stderr = sys.stdout = Path(f"{outbox}.log").open("a", encoding="utf-8")  # noqa: SIM115
    for module in (connection, transactions):
        vars(module)["WAIT_SECONDS"] = _PATIENCE
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    database = open_database(address)
    writer = OutboxWriter(database, Replies(database), Outbox(outbox))
    writer.start(_REPLAYS)
    service = Service(make_bot(), database, writer=writer)
    home = outbox.parent
    library = Library(home / "corpus", home / "index", home, service.bot.index.embedder)
    site = create_site(service, desk=open_desk(service, library, Seal()))
    uvicorn.Server(server_config(site)).run(sockets=[listener])
