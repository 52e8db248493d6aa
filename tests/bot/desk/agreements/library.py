"""A desk whose agreements may be changed, and new versions of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from bot.desk.shell.desk import Desk
from bot.storage import open_database
from bot.web.service import Service
from index.builder import ensure_index
from tests.conftest import ROOT
from tests.desks import make_desk
from tests.fakes import WordEmbedder
from tests.servers import ScriptedBot

OCTETS = {"content-type": "application/octet-stream"}
KEPT = "自本协议终止之日起7日后"
TERMS = (ROOT / "corpus" / "xunzhong.txt").read_text("utf-8")
NEWER = TERMS.replace(KEPT, KEPT.replace("7日", "三十天"))
CHANGED_CLAUSE = "xunzhong/5(3)"
BRIEF = "# Sunrise Terms\n\n1. Use\n\n1.1 You may use Sunrise.\n\n1.2 Sunrise costs nothing.\n"


@contextmanager
def living_desk(folder: Path) -> Iterator[Desk]:
    """Make a desk over a copy of the agreements, its index stored beside."""
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    (folder / "corpus" / "dahan.views.jsonl").unlink()  # half of the work, and nothing asks for it
    index = ensure_index(folder / "corpus", folder / "index", WordEmbedder())
    database = open_database(f"sqlite:///{folder}/clausebot.db")
    service = Service(ScriptedBot(index, answer_above=0.0), database)
    desk = make_desk(service, folder)
    yield desk
    desk.close()
    service.close()


def send(client: TestClient, name: str, data: str | bytes, **stated: str) -> Any:
    """Upload a file."""
    content = data.encode() if isinstance(data, str) else data
    params = {"name": name} | stated
    return client.post("/api/desk/corpus/uploads", params=params, content=content, headers=OCTETS)


def publish(client: TestClient, review: dict[str, Any]) -> Any:
    """Publish an upload as it was reviewed."""
    path = f"/api/desk/corpus/uploads/{review['upload']['upload_id']}/publish"
    return client.post(path, json={"base": review["base"]})


def step_back(client: TestClient) -> Any:
    """Take the last publication back."""
    former = client.get("/api/desk/corpus").json()["former"]
    return client.post("/api/desk/corpus/back", json={"published_id": former["published_id"]})


def save_reply(client: TestClient, reply_id: str = "kept-after-the-end", quote: str = KEPT) -> str:
    """Approve a reply that rests on the clause that the newer version changes."""
    body = {
        "reply_id": reply_id,
        "beside": [
            "kept-after-the-end",
            "rests-on-new",
            "goes-with-it",
        ],  # they reply to the same question
        "language": "zh",
        "text": "终止之日起7日后，数据不再保留。",
        "questions": ["协议终止后数据保留多久？"],
        "clauses": [{"clause_id": CHANGED_CLAUSE, "quote": quote}],
    }
    assert client.post("/api/desk/replies", json=body).status_code == 201
    return reply_id


def restore(desk: Desk) -> None:
    """Make the agreements what they were, and forget what waits."""
    for upload in desk.library.uploads():
        desk.library.discard(upload.upload_id)
    former = desk.library.former()
    if former is not None:
        desk.library.step_back("a test", former.published_id)
        desk.reloader.look()
