"""What most tests stand on: the shipped agreements and model, indexed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bot import Bot
from index.clause_index import ClauseIndex
from index.corpus import read_corpus
from index.embedder import SentenceEmbedder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def bot() -> Bot:
    """Return the bot over both agreements, with the bundled model."""
    return Bot(ClauseIndex.build(read_corpus(ROOT / "corpus"), SentenceEmbedder()))
