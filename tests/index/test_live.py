from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from bot.answering.answer import Answer
from bot.answering.bot import Bot
from index.builder import IndexReloader, ensure_index
from index.search.clause_index import ClauseIndex
from index.store import MANIFEST, read_manifest
from tests.fakes import WordEmbedder

TAKEOVERS = 50
ASKERS = 4


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return the folder of a corpus of two agreements, generation 0."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    write(folder, 0)
    return folder


def write(folder: Path, generation: int) -> None:
    """Write a corpus in which every clause names its generation."""
    for name in ("a", "b"):
        lines = [f"{n}. Data is kept {n} days in {name}, round {generation}." for n in range(1, 6)]
        (folder / f"{name}.txt").write_text("\n".join(lines), "utf-8")


def test_takes_over_a_new_generation_and_no_other(corpus: Path, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    bot = Bot(ensure_index(corpus, tmp_path / "i", embedder))
    takeover = IndexReloader(tmp_path / "i", bot.index, embedder, bot.take)
    assert not takeover.look()
    write(corpus, 1)
    ensure_index(corpus, tmp_path / "i", embedder)
    assert takeover.look()
    assert bot.index.generation == read_manifest(tmp_path / "i").generation
    assert "round 1" in bot.index.corpus.clauses[0].text
    assert not takeover.look()


def test_an_index_that_is_damaged_is_not_taken_over(
    corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = WordEmbedder()
    bot = Bot(ensure_index(corpus, tmp_path / "i", embedder))
    takeover = IndexReloader(tmp_path / "i", bot.index, embedder, bot.take)
    before = bot.index
    (tmp_path / "i" / MANIFEST).write_text("{}")
    assert not takeover.look()
    assert not takeover.look()
    assert bot.index is before
    assert caplog.text.count("is not taken over") == 1
    write(corpus, 1)
    ensure_index(corpus, tmp_path / "i", embedder)
    assert takeover.look()


def test_an_index_of_another_model_is_not_taken_over(corpus: Path, tmp_path: Path) -> None:
    bot = Bot(ensure_index(corpus, tmp_path / "i", WordEmbedder("one")))
    takeover = IndexReloader(tmp_path / "i", bot.index, WordEmbedder("one"), bot.take)
    ensure_index(corpus, tmp_path / "i", WordEmbedder("two"))
    before = bot.index
    assert not takeover.look()
    assert bot.index is before


def test_looks_by_itself_until_it_is_stopped(corpus: Path, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    index = ensure_index(corpus, tmp_path / "i", embedder)
    taken = threading.Event()
    takeover = IndexReloader(tmp_path / "i", index, embedder, lambda _: taken.set())
    takeover.start(0.01)
    write(corpus, 1)
    ensure_index(corpus, tmp_path / "i", embedder)
    assert taken.wait(30)
    takeover.stop()


def test_every_answer_is_of_one_generation_through_fifty_takeovers(
    corpus: Path, tmp_path: Path
) -> None:
    embedder = WordEmbedder()
    bot = Bot(ensure_index(corpus, tmp_path / "i", embedder))
    takeover = IndexReloader(tmp_path / "i", bot.index, embedder, bot.take)
    texts = {bot.index.generation: digests(bot.index)}
    answers: list[Answer] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answers.append(bot.ask("How many days is data kept?"))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is tested for
                errors.append(error)

    askers = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for asker in askers:
        asker.start()
    for generation in range(1, TAKEOVERS + 1):
        write(corpus, generation)
        index = ensure_index(corpus, tmp_path / "i", embedder)
        texts[index.generation] = digests(index)
        assert takeover.look()
    done.set()
    for asker in askers:
        asker.join()
    assert not errors
    assert len(texts) == TAKEOVERS + 1
    assert len(answers) > TAKEOVERS
    for answer in answers:
        shown = {digest(clause.text) for clause in answer.retrieved}
        shown |= {digest(citation.text) for citation in answer.citations}
        assert shown
        assert shown <= texts[answer.generation]


def digests(index: ClauseIndex) -> set[str]:
    return {digest(clause.text) for clause in index.corpus.clauses}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
