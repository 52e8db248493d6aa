"""Keys of the database at the gate: known at once, forgotten in seconds, known while it is down."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.people.identity import Actor, Purpose, Terms
from bot.people.store.keys import Key, Keys
from bot.storage import Database, open_database
from bot.storage.tables import people, utc_now
from bot.web import sites as module
from bot.web.exposure import Exposure
from bot.web.key_check import KeyCheck, asked_on
from bot.web.service import Service, Surface
from bot.web.site import create_site
from bot.web.sites import FRESH, UNKNOWN_FRESH, Callers, KeptKeys, Site, Sites
from tests.servers import HELP_KEY, HELP_ORIGIN, SITES, ScriptedBot

BY = Actor("a test")
SHOP = "https://shop.example"
BODY = {"question": "怎么收费？"}
_names = itertools.count(1)


@dataclass
class SetSeconds:
    """Seconds that stand until they are moved."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return them."""
        return self.now


@dataclass
class Elsewhere:
    """What another program does to the same keys."""

    keys: Keys

    def make(self, purpose: Purpose = Purpose.WIDGET, *origins: str, limit: int = 600) -> str:
        """Make a key."""
        terms = Terms(origins, limit, limit)
        return self.keys.make(f"Shop {next(_names)}", purpose, BY, terms=terms).secret

    def revoke_all(self) -> None:
        """Revoke every key."""
        for key in self.keys.good().values():
            self.keys.revoke(key.key_id, BY, owner=None)

    def used(self) -> list[bool]:
        """Tell of each key whether it was used."""
        return [key.used_at is not None for key in self.keys.of(None)]


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('callers')}/clausebot.db")
    yield database
    database.close()


@pytest.fixture
def database(_kept: Database) -> Database:
    """Return a database without keys."""
    with _kept.transactions.writing() as connection:
        connection.exec_driver_sql("DELETE FROM api_keys")
    return _kept


@pytest.fixture
def person_id(database: Database) -> str:
    """Return the id of somebody who can own a key."""
    row = {
        "id": f"person-{next(_names)}",
        "name": "ben",
        "folded": f"ben-{next(_names)}",
        "role": "agent",
        "password": "",
        "is_disabled": False,
        "added_at": utc_now(),
    }
    with database.transactions.writing() as connection:
        connection.execute(insert(people), row)
    return str(row["id"])


@pytest.fixture
def elsewhere(database: Database) -> Elsewhere:
    """Return another program at the same database."""
    return Elsewhere(Keys(database.transactions, utc_now))


@pytest.fixture
def seconds() -> SetSeconds:
    """Return the clock of the callers."""
    return SetSeconds()


@pytest.fixture
def callers(database: Database, seconds: SetSeconds) -> Callers:
    """Return what knows the sites of the tests and the keys."""
    return Callers(SITES, KeptKeys(Keys(database.transactions, utc_now), seconds))


async def _say(request: Request) -> PlainTextResponse:
    surface, name = asked_on(request, Surface.API)
    return PlainTextResponse(f"{surface} {name}")


@pytest.fixture
def gate(callers: Callers) -> TestClient:
    """Ask an application behind the gate that says who asks."""
    paths = ("/api/ask", "/api/desk/session", "/")
    app = Starlette(routes=[Route(path, _say, methods=["GET", "POST"]) for path in paths])
    app.add_middleware(KeyCheck, callers=callers, exposure=Exposure())
    return TestClient(app, base_url="https://bot.example")


@pytest.fixture
def set_broken(database: Database) -> Iterator[Callable[[bool], None]]:
    """Return a function that makes the keys unreadable, or readable again; they end readable."""
    was_broken = False

    def set_broken_(is_broken: bool) -> None:
        nonlocal was_broken
        if is_broken != was_broken:
            names = ("api_keys", "hidden") if is_broken else ("hidden", "api_keys")
            with database.transactions.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE {} RENAME TO {}".format(*names))
        was_broken = is_broken

    yield set_broken_
    set_broken_(False)


# --- widgets


def test_a_widgets_key_lets_its_origins_in_and_no_others(
    gate: TestClient, elsewhere: Elsewhere
) -> None:
    key = elsewhere.make(Purpose.WIDGET, SHOP, "http://localhost:8080")
    for origin, status in (
        (SHOP, 200),
        ("http://localhost:8080", 200),
        ("https://bot.example", 200),  # our own frame
        (HELP_ORIGIN, 403),
        ("https://shop.example.evil.example", 403),
        ("null", 403),
    ):
        given = {"origin": origin, "x-clausebot-key": key}
        answer = gate.post("/api/ask", json=BODY, headers=given)
        assert answer.status_code == status, origin
        if status == 200:
            assert answer.text.startswith("widget Shop ")
            allowed = answer.headers.get("access-control-allow-origin")
            assert allowed == (None if "bot.example" in origin else origin)
    assert gate.get("/", headers={"origin": SHOP, "x-clausebot-key": key}).status_code == 403
    given = {"origin": SHOP, "x-clausebot-key": key}
    assert gate.post("/api/desk/session", json=BODY, headers=given).status_code == 403


def test_the_origins_of_a_key_get_their_preflight(
    gate: TestClient, elsewhere: Elsewhere, seconds: SetSeconds
) -> None:
    def ask(origin: str) -> int:
        given = {"origin": origin, "access-control-request-method": "POST"}
        return gate.options("/api/ask", headers=given).status_code

    assert ask(HELP_ORIGIN) == 204
    assert ask(SHOP) == 403
    elsewhere.make(Purpose.WIDGET, SHOP)
    seconds.now += UNKNOWN_FRESH
    assert ask(SHOP) == 204
    assert ask("https://evil.example") == 403


def test_limits_of_a_key_hold(gate: TestClient, elsewhere: Elsewhere) -> None:
    given = {"origin": SHOP, "x-clausebot-key": elsewhere.make(Purpose.WIDGET, SHOP, limit=2)}
    answers = [gate.post("/api/ask", json=BODY, headers=given) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["access-control-allow-origin"] == SHOP


# --- how soon what another program did is seen


def test_a_key_that_was_revoked_elsewhere_is_forgotten_in_seconds(
    callers: Callers, elsewhere: Elsewhere, seconds: SetSeconds
) -> None:
    assert FRESH <= 10
    key = elsewhere.make(Purpose.WIDGET, SHOP)
    assert callers.find(key) is not None
    assert callers.may_ask(SHOP)
    elsewhere.revoke_all()
    seconds.now += FRESH - 0.1
    assert callers.find(key) is not None  # the database is not asked at every request
    seconds.now += 0.1
    assert callers.find(key) is None
    assert not callers.may_ask(SHOP)


def test_a_key_that_was_made_elsewhere_is_known_in_a_second(
    callers: Callers, elsewhere: Elsewhere, seconds: SetSeconds
) -> None:
    assert callers.find("cb_widget_" + "x" * 43) is None
    key = elsewhere.make(Purpose.WIDGET, SHOP)
    assert callers.find(key) is None
    assert not callers.may_ask(SHOP)
    seconds.now += UNKNOWN_FRESH
    assert callers.may_ask(SHOP)
    site = callers.find(key)
    assert site is not None
    assert site.origins == (SHOP,)


def test_what_was_done_here_holds_at_once(database: Database, seconds: SetSeconds) -> None:
    keys = Keys(database.transactions, utc_now)
    callers = Callers(KeptKeys(keys, seconds))
    assert callers.find("cb_widget_" + "x" * 43) is None
    new = keys.make("Shop", Purpose.WIDGET, BY, terms=Terms((SHOP,)))
    assert callers.find(new.secret) is not None
    keys.revoke(new.key.key_id, BY, owner=None)
    assert callers.find(new.secret) is None


def test_a_key_of_somebody_who_was_disabled_stops(
    database: Database,
    callers: Callers,
    elsewhere: Elsewhere,
    seconds: SetSeconds,
    person_id: str,
) -> None:
    key = elsewhere.keys.make("script", Purpose.AGENT, BY, person_id=person_id).secret
    assert callers.find(key) is not None
    with database.transactions.writing() as connection:
        connection.exec_driver_sql("UPDATE people SET is_disabled = true")
    seconds.now += FRESH
    assert callers.find(key) is None


class CountingKeys(Keys):
    """Keys that count how often they are read, and wait for leave to answer."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.transactions, utc_now)
        self.reads = 0
        self.leave, self.hangs = threading.Event(), threading.Event()
        self.leave.set()

    def good(self) -> Mapping[str, Key]:
        """Return the good keys."""
        self.reads += 1
        if not self.leave.is_set():
            self.hangs.set()
        self.leave.wait(timeout=30)
        return super().good()


def test_the_database_is_asked_seldom(
    database: Database, elsewhere: Elsewhere, seconds: SetSeconds
) -> None:
    key, keys = elsewhere.make(Purpose.WIDGET, SHOP), CountingKeys(database)
    callers = Callers(SITES, KeptKeys(keys, seconds))
    for _ in range(100):
        assert callers.find(HELP_KEY) is not None
        assert callers.find("pk_unknown_one") is None
        assert callers.may_ask(HELP_ORIGIN)
    assert keys.reads == 0
    for number in range(100):
        assert callers.find(key) is not None
        assert callers.find(f"cb_widget_{number:043}") is None
        assert not callers.may_ask(f"https://evil-{number}.example")
    assert keys.reads == 1
    seconds.now += UNKNOWN_FRESH
    for number in range(100):
        assert callers.find(f"cb_widget_{number:043}") is None
    assert keys.reads == 2


# --- a database that is out of order


def test_known_keys_stay_known_while_the_database_is_out_of_order(
    gate: TestClient,
    callers: Callers,
    elsewhere: Elsewhere,
    seconds: SetSeconds,
    set_broken: Callable[[bool], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = elsewhere.make(Purpose.WIDGET, SHOP)
    given = {"origin": SHOP, "x-clausebot-key": key}
    assert gate.post("/api/ask", json=BODY, headers=given).status_code == 200
    set_broken(True)
    seconds.now += 10 * FRESH
    with caplog.at_level(logging.WARNING):
        assert gate.post("/api/ask", json=BODY, headers=given).status_code == 200
    assert "the keys were not read again" in caplog.text
    assert key not in caplog.text
    assert callers.may_ask(SHOP)
    assert callers.find(HELP_KEY) is not None
    set_broken(False)
    elsewhere.revoke_all()
    seconds.now += FRESH
    assert gate.post("/api/ask", json=BODY, headers=given).status_code == 403


def test_a_key_is_not_refused_before_anything_is_known(
    gate: TestClient, elsewhere: Elsewhere, seconds: SetSeconds, set_broken: Callable[[bool], None]
) -> None:
    given = {"x-clausebot-key": elsewhere.make(Purpose.WIDGET, SHOP)}
    set_broken(True)
    answer = gate.post("/api/ask", json=BODY, headers=given)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage")
    assert int(answer.headers["retry-after"]) >= 1
    assert gate.post("/api/ask", json=BODY).status_code == 200
    help_center = {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY}
    assert gate.post("/api/ask", json=BODY, headers=help_center).status_code == 200
    set_broken(False)
    seconds.now += UNKNOWN_FRESH
    assert gate.post("/api/ask", json=BODY, headers=given).status_code == 200


def test_a_database_that_hangs_holds_nobody_up(
    database: Database,
    elsewhere: Elsewhere,
    seconds: SetSeconds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, keys = elsewhere.make(Purpose.WIDGET, SHOP), CountingKeys(database)
    callers = Callers(SITES, KeptKeys(keys, seconds))
    assert callers.find(key) is not None
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    keys.leave.clear()
    for _ in range(10):
        seconds.now += FRESH
        assert callers.find(key) is not None
    assert keys.hangs.wait(30)  # a busy machine is late with it
    assert keys.reads == 2  # none begins while another hangs
    monkeypatch.setattr(module, "PATIENCE", 1000.0)
    keys.leave.set()
    assert callers.find(key) is not None
    assert keys.reads <= 3  # and none was waiting to


# --- programs


@pytest.mark.parametrize("purpose", [Purpose.PROGRAM, Purpose.AGENT])
def test_a_program_asks_under_its_name(
    gate: TestClient, elsewhere: Elsewhere, person_id: str, purpose: Purpose
) -> None:
    owner = person_id if purpose is Purpose.AGENT else ""
    key = elsewhere.keys.make("night report", purpose, BY, person_id=owner).secret
    for given in (
        {"authorization": f"Bearer {key}"},
        {"authorization": f"bearer  {key} "},
        {"x-clausebot-key": key},
    ):
        answer = gate.post("/api/ask", json=BODY, headers=given)
        assert (answer.status_code, answer.text) == (200, "api night report")


def test_a_widgets_key_works_for_a_program_too_within_its_limits(
    gate: TestClient, elsewhere: Elsewhere
) -> None:
    key = elsewhere.make(Purpose.WIDGET, SHOP, limit=1)
    given = {"authorization": f"Bearer {key}"}
    answers = [gate.post("/api/ask", json=BODY, headers=given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


@pytest.mark.parametrize(
    "given",
    [
        {"authorization": "Bearer cb_program_" + "x" * 43},
        {"authorization": "Bearer cb_widget_" + "x" * 43},
        {"authorization": "Bearer cb_program_cut"},
        {"authorization": "Bearer cb_"},
        {"x-clausebot-key": "cb_program_" + "x" * 43},
        {"x-clausebot-key": "cb_agent_" + "x" * 43},
    ],
)
def test_a_program_that_nobody_knows_is_not_taken_for_nobody(
    gate: TestClient, given: dict[str, str]
) -> None:
    answer = gate.post("/api/ask", json=BODY, headers=given)
    assert (answer.status_code, answer.json()["code"]) == (401, "key")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "unknown or revoked" in answer.json()["detail"]


def test_a_revoked_program_is_refused(
    gate: TestClient, elsewhere: Elsewhere, seconds: SetSeconds
) -> None:
    given = {"authorization": f"Bearer {elsewhere.make(Purpose.PROGRAM)}"}
    assert gate.post("/api/ask", json=BODY, headers=given).status_code == 200
    elsewhere.revoke_all()
    seconds.now += FRESH
    assert gate.post("/api/ask", json=BODY, headers=given).status_code == 401


def test_a_programs_key_is_of_no_use_in_a_foreign_page(
    gate: TestClient, elsewhere: Elsewhere
) -> None:
    key = elsewhere.make(Purpose.PROGRAM)
    for more in ({"origin": SHOP}, {"sec-fetch-site": "cross-site"}):
        for given in ({"authorization": f"Bearer {key}"}, {"x-clausebot-key": key}):
            assert gate.post("/api/ask", json=BODY, headers=given | more).status_code == 403


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer eyJhbGciOi.of.a-proxy"},
        {"authorization": "Bearer"},
        {"authorization": ""},
    ],
)
def test_without_a_key_of_ours_all_is_as_before(gate: TestClient, given: dict[str, str]) -> None:
    answer = gate.post("/api/ask", json=BODY, headers=given)
    assert (answer.status_code, answer.text) == (200, "api ")


def test_a_bearer_at_the_desk_is_for_the_desk_to_look_at(
    gate: TestClient, elsewhere: Elsewhere
) -> None:
    given = {"authorization": f"Bearer {elsewhere.make(Purpose.PROGRAM)}"}
    assert gate.get("/api/desk/session", headers=given).text == "api "
    given = {"authorization": "Bearer cb_program_" + "x" * 43}
    assert gate.get("/api/desk/session", headers=given).status_code == 200


def test_use_is_counted(database: Database, elsewhere: Elsewhere, seconds: SetSeconds) -> None:
    keys = CountingKeys(database)
    callers, key = Callers(KeptKeys(keys, seconds)), elsewhere.make(Purpose.PROGRAM)
    assert elsewhere.used() == [False]
    assert callers.find(key) is not None
    seconds.now += FRESH
    assert callers.find(key) is not None  # reads again, behind what was to be written
    assert elsewhere.used() == [True]


# --- in the whole site


def test_the_site_ends_with_its_reading_of_keys(
    quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def reading() -> bool:
        return any(thread.name.startswith("keys") for thread in mine())

    def mine() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in before]

    before = threading.enumerate()
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('end')}/clausebot.db")
    service, keys = Service(quick_bot, database), Keys(database.transactions, utc_now)
    given = {"authorization": f"Bearer {keys.make('night report', Purpose.PROGRAM, BY).secret}"}
    with TestClient(create_site(service)) as client:
        assert client.post("/api/ask", json=BODY, headers=given).status_code == 200
        assert reading()
    assert not reading()
    service.close()


def test_the_whole_site_knows_the_keys(
    quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('site')}/clausebot.db")
    service, keys = Service(quick_bot, database), Keys(database.transactions, utc_now)
    widget = keys.make("Shop", Purpose.WIDGET, BY, terms=Terms((SHOP,)))
    program = keys.make("night report", Purpose.PROGRAM, BY)
    client = TestClient(create_site(service, Sites([Site("pk_of_a_file", "File", (SHOP,))])))
    given = {"origin": SHOP, "x-clausebot-key": widget.secret}
    assert client.post("/api/ask", json=BODY, headers=given).status_code == 200
    bearer = {"authorization": f"Bearer {program.secret}"}
    assert client.post("/api/ask", json=BODY, headers=bearer).status_code == 200
    retrieval = {
        "knowledge_id": "all",
        "query": "怎么收费？",
        "retrieval_setting": {"top_k": 1, "score_threshold": 0.0},
    }
    assert client.post("/retrieval", json=retrieval, headers=bearer).status_code == 200
    wrong = {"authorization": "Bearer cb_program_cut"}
    assert client.post("/retrieval", json=retrieval, headers=wrong).status_code == 403
    with database.transactions.reading() as connection:
        asked = connection.exec_driver_sql("SELECT surface, site FROM answers ORDER BY asked_at")
        assert list(map(tuple, asked)) == [
            ("widget", "Shop"),
            ("api", "night report"),
            ("dify", "night report"),
        ]
    frame = client.get("/widget/frame", params={"key": widget.secret})
    assert frame.headers["content-security-policy"].endswith(f"frame-ancestors 'self' {SHOP}")
    assert f'key="{widget.secret}"' in frame.text
    stranger = client.get("/widget/frame", params={"key": "cb_widget_" + "x" * 43})
    assert stranger.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    service.close()
