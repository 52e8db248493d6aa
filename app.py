"""The door: settings, index, bot and site, then serve."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time

from bot.settings import Settings
from index.command import run
from index.errors import ClauseBotError


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
    database = open_database(settings.database, keep_words=settings.keep_questions)

    from index.builder import ensure_index
    from index.embedder import SentenceEmbedder
    from index.live import Takeover

    embedder = SentenceEmbedder(settings.model)
    say(f"loaded the embedding model {embedder.name}")
    index = ensure_index(settings.corpus, settings.index, embedder)
    say(
        f"index ready: {len(index.corpus.agreements)} agreements, "
        f"{len(index.corpus.clauses)} clauses"
    )

    import uvicorn

    from bot.bot import Bot
    from bot.web.connection import Connection
    from bot.web.desk import open_desk
    from bot.web.service import Service
    from bot.web.site import create_site

    bot = Bot(index, settings.answer_above)
    Takeover(settings.index, index, embedder, bot.take).start()
    service = Service(bot, database)
    site = create_site(service, sites, open_desk(service))
    say(f"serving http://{settings.host}:{settings.port}  (stop with Ctrl+C)")
    config = uvicorn.Config(
        site, http=Connection, log_level="warning", access_log=False, server_header=False
    )
    uvicorn.Server(config).run(sockets=[listener])
    service.close()
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Take the port first: a taken one is said before seconds go into the model."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        raise ClauseBotError(
            f"cannot listen on {host}:{port} ({error.strerror}). "
            "Stop what uses it, or choose another: CLAUSEBOT_PORT=7861 make run"
        ) from error
    return listener


if __name__ == "__main__":
    sys.exit(run(main))
