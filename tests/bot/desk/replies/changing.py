"""Agreements of which one clause is worded otherwise, for replies that turn pending."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.desk.replies.pending import reload_index
from bot.desk.shell.desk import Desk
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.conftest import ROOT
from tests.fakes import WordEmbedder

CLAUSE = "xunzhong/3(12)"
WORDS = "您保证注册时使用的手机号码长期有效"
LATER = "您保证注册时使用的手机号码三年内有效"
GONE = "dahan/8.3(5)"
GONE_WORDS = "其它非因云通讯的过错而引起的。"


def reword(folder: Path, former: str, later: str, agreement: str = "xunzhong") -> ClauseIndex:
    """Return the index of our agreements with other words in one of them."""
    shutil.copytree(
        ROOT / "corpus", folder, ignore=shutil.ignore_patterns("*.views.jsonl"), dirs_exist_ok=True
    )
    path = folder / f"{agreement}.txt"
    text = path.read_text("utf-8")
    assert former in text
    path.write_text(text.replace(former, later), "utf-8")
    about = path.with_suffix(".toml")
    lines = about.read_text("utf-8").splitlines()
    about.write_text("\n".join(line for line in lines if not line.startswith("sha256")), "utf-8")
    return ClauseIndex.build(read_corpus(folder), WordEmbedder())


@contextmanager
def answering_from(desk: Desk, index: ClauseIndex) -> Iterator[None]:
    """Let a desk answer from another index for a while."""
    former = desk.service.bot.index
    reload_index(desk, index)
    try:
        yield
    finally:
        reload_index(desk, former)
