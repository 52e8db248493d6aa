"""A small bot that needs no model to find the clauses, and patience that is soon at its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.answering.bot import Bot
from bot.writing.limits import Patience
from bot.writing.model import ChatModel
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.bot.conftest import ACME, ACME_VIEWS, GLOBEX, GLOBEX_VIEWS
from tests.bot.writing.endpoint import Endpoint, Script, serve, statements
from tests.bot.writing.endpoint import say as says
from tests.fakes import WordEmbedder

SHORT = Patience(first_word=0.4, whole=0.8, pause=0.0, longest_pause=0.5)
Serve = Callable[[Script], Endpoint]


def make_bot(
    folder: Path, agreements: Mapping[str, tuple[str, Sequence[Mapping[str, object]]]]
) -> Bot:
    """Return a bot over agreements, each with its text and what is written on its clauses."""
    for name, (text, fields) in agreements.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
        lines = "".join(json.dumps(row) + "\n" for row in fields)
        (folder / f"{name}.views.jsonl").write_text(lines, "utf-8")
    return Bot(ClauseIndex.build(read_corpus(folder), WordEmbedder()))


@pytest.fixture(scope="session")
def small_bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot over two small agreements."""
    texts = {"acme": (ACME, ACME_VIEWS), "globex": (GLOBEX, GLOBEX_VIEWS)}
    return make_bot(tmp_path_factory.mktemp("written"), texts)


@pytest.fixture
def serving() -> Iterator[Serve]:
    """Return what serves a script until the test is over."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(serve(script))


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    """Ask once, so that what packages load with a first question takes no time of a deadline."""
    with serve(says(statements())) as endpoint:
        patience = Patience.of(240)
        ChatModel("openai:scripted", endpoint.url, patience=patience).ask([("human", "{}")])
