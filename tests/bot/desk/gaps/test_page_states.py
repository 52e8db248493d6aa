"""The page of the gaps over other desks: hostile words, no question kept, questions to group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bot.desk.gaps.rules import GapState
from bot.people.identity import Actor
from bot.storage import open_database
from index.search.embedder import Vectors
from tests.bot.desk.gaps.grouped import group
from tests.bot.desk.shell.office import Office, make_office
from tests.bot.web.payloads import PAYLOADS
from tests.bot.web.test_accessibility import expect_accessible
from tests.bot.web.test_payloads import TRACES
from tests.bot.web.widget.conftest import served
from tests.desks import OpenDesk
from tests.fakes import SlowEmbedder, WordEmbedder
from tests.servers import ScriptedBot

HELD = "Where is the office?"


@pytest.fixture
def keeps_words() -> bool:
    """Tell whether the desk keeps questions; a test may say otherwise."""
    return True


@pytest.fixture
def office(quick_bot: ScriptedBot, tmp_path: Path, keeps_words: bool) -> Iterator[Office]:
    """Return a desk that nobody asked anything."""
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db", keep_words=keeps_words)
    made = make_office(quick_bot, database)
    yield made
    made.close()


@pytest.fixture
def desk_url(office: Office) -> Iterator[str]:
    """Serve that desk."""
    with served(office.site) as port:
        yield f"http://127.0.0.1:{port}"


class EachItsOwn(WordEmbedder):
    """Finds no two texts alike."""

    def embed_whole(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors in directions of chance, shape ``(len(texts), dimension)``."""
        chosen = (np.random.default_rng(list(text.encode())) for text in texts)
        vectors = np.stack([dice.normal(size=self.dimension) for dice in chosen])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)


def test_hostile_questions_and_notes_are_texts(office: Office, open_desk: OpenDesk) -> None:
    for payload in PAYLOADS:
        office.miss(payload, near=f"evil/{payload}")
    group(office.desk.gaps, EachItsOwn())
    gaps = office.desk.gaps.find()
    assert len(gaps) > 180, "some differ by what is read alike"
    for gap in gaps:
        words = gap.examples[0]
        office.desk.gaps.mark(gap.gap_id, GapState.IGNORED, words, by=Actor(words))
    page = open_desk("/desk/gaps")
    shown: list[str] = []
    for at in range(0, len(gaps), 20):
        to = min(at + 20, len(gaps))
        expect(page.locator(".gap-pages")).to_contain_text(f"{at + 1}–{to} of {len(gaps)}")
        shown += page.locator(".gap h3").all_text_contents()
        page.locator(".gap h3").first.hover()
        assert page.evaluate(TRACES) == []
        if to < len(gaps):
            page.get_by_role("button", name="Next").click()
    assert len(set(shown)) == len(gaps)


@pytest.mark.parametrize("keeps_words", [False])
@pytest.mark.parametrize(("locale", "said"), [("en-US", "keeps no questions"), ("zh-CN", "不保存")])
def test_a_desk_without_questions_says_why(
    office: Office, open_desk: OpenDesk, locale: str, said: str
) -> None:
    office.miss(HELD)
    page = open_desk("/desk/gaps", locale=locale)
    expect(page.locator(".gap-list .notice")).to_contain_text(said)
    expect(page.locator("figure.chart svg").first).to_be_visible()


def test_an_empty_list_says_what_will_stand_there(
    open_desk: OpenDesk, keep: Callable[[Page, str], None]
) -> None:
    page = open_desk("/desk/gaps")
    expect(page.locator(".empty")).to_contain_text("Nothing went badly so far")
    expect_accessible(page, "empty")
    keep(page, "desk-gaps-empty-en")
    page.get_by_role("button", name="Ignored").click()
    expect(page.locator(".empty")).to_contain_text("none of what is chosen")


def test_the_page_shows_how_far_the_grouping_is_and_then_the_groups(
    office: Office,
    open_desk: OpenDesk,
    keep: Callable[[Page, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = SlowEmbedder()
    monkeypatch.setattr(office.desk.service.bot.index, "embedder", slow)
    office.miss(HELD)
    page = open_desk("/desk/gaps")
    expect(page.get_by_role("progressbar", name="being grouped: 0 of 1")).to_be_visible()
    expect(page.locator(".empty")).to_contain_text("will stand here soon")
    expect_accessible(page, "grouping")
    keep(page, "desk-gaps-grouping-en")
    slow.may_go_on.set()
    expect(page.locator(".gap h3")).to_have_text([HELD])
    expect(page.get_by_role("progressbar")).to_have_count(0)
