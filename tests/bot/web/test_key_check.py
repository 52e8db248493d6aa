"""Who may ask from a browser, and how often: origins, keys, preflights and limits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.people.store.keys import Keys
from bot.storage import open_database
from bot.storage.tables import utc_now
from bot.web.exposure import Exposure
from bot.web.key_check import KeyCheck, site_of
from bot.web.middleware import SafeHeaders, frame_policy
from bot.web.sites import Callers, KeptKeys, Site, Sites
from tests.servers import HELP_KEY, HELP_ORIGIN

OTHER = Site("pk_other_shop_1", "Shop", ("https://shop.example",), 5, 3)
HELP = Site(HELP_KEY, "Help center", (HELP_ORIGIN, "http://localhost:8080"))
BODY = {"question": "怎么收费？"}


async def _say_site(request: Request) -> PlainTextResponse:
    site = site_of(request)
    return PlainTextResponse(site.name if site else "own")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    """Return the keys of a database that holds none."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('gate')}/clausebot.db")
    yield Keys(database.transactions, utc_now)
    database.close()


@pytest.fixture
def gate(keys: Keys) -> TestClient:
    """Ask an application behind the gate that says which site a request is from."""
    paths = ("/api/ask", "/gradio_api/queue/join", "/widget.js", "/")
    app = Starlette(routes=[Route(path, _say_site, methods=["GET", "POST"]) for path in paths])
    app.add_middleware(
        KeyCheck, callers=Callers(Sites([HELP, OTHER]), KeptKeys(keys)), exposure=Exposure()
    )
    app.add_middleware(SafeHeaders)
    return TestClient(app, base_url="https://bot.example")


def _given(origin: str | None, key: str | None, fetch_site: str | None = None) -> dict[str, str]:
    given = {"origin": origin, "x-clausebot-key": key, "sec-fetch-site": fetch_site}
    return {name: value for name, value in given.items() if value is not None}


@pytest.mark.parametrize(
    ("origin", "key", "fetch_site", "name"),
    [
        (None, None, None, "own"),  # a program
        (None, None, "none", "own"),  # typed in by a person
        ("https://bot.example", None, "same-origin", "own"),
        ("https://bot.example", None, None, "own"),
        ("http://bot.example", None, "same-origin", "own"),  # behind a proxy that ends TLS
        (HELP_ORIGIN, HELP_KEY, "cross-site", "Help center"),
        ("http://localhost:8080", HELP_KEY, None, "Help center"),
        ("https://bot.example", HELP_KEY, "same-origin", "Help center"),  # our frame on the site
        (None, HELP_KEY, None, "Help center"),
    ],
)
def test_lets_in(
    gate: TestClient, origin: str | None, key: str | None, fetch_site: str | None, name: str
) -> None:
    response = gate.post("/api/ask", json=BODY, headers=_given(origin, key, fetch_site))
    assert (response.status_code, response.text) == (200, name)
    assert "Origin" in response.headers["vary"]
    foreign = origin is not None and "bot.example" not in origin
    allowed = response.headers.get("access-control-allow-origin")
    assert allowed == (origin if foreign else None)
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    ("origin", "key", "fetch_site"),
    [
        ("https://evil.example", None, "cross-site"),
        ("https://evil.example", HELP_KEY, "cross-site"),
        (HELP_ORIGIN, None, "cross-site"),
        (HELP_ORIGIN, OTHER.key, "cross-site"),
        (HELP_ORIGIN, "pk_unknown_one", "cross-site"),
        (HELP_ORIGIN, HELP_KEY[:-1], "cross-site"),
        ("null", None, "cross-site"),
        ("null", HELP_KEY, "cross-site"),
        ("", HELP_KEY, "cross-site"),
        (HELP_ORIGIN + ".evil.example", HELP_KEY, "cross-site"),
        ("https://evilhelp.example.com", HELP_KEY, "cross-site"),
        ("https://help.example.com.", HELP_KEY, "cross-site"),
        ("https://help.example.com:8443", HELP_KEY, "cross-site"),
        ("http://help.example.com", HELP_KEY, "cross-site"),
        (HELP_ORIGIN.upper(), HELP_KEY, "cross-site"),
        (HELP_ORIGIN + "/", HELP_KEY, "cross-site"),
        ("https://evil.example?" + HELP_ORIGIN, HELP_KEY, None),
        ("https://bot.example.evil.example", None, None),
        ("https://bot.example:8443", None, "same-site"),
        (None, None, "cross-site"),  # a browser that hides the origin
        (None, None, "same-site"),
        (None, "pk_unknown_one", None),
    ],
)
def test_keeps_out(
    gate: TestClient, origin: str | None, key: str | None, fetch_site: str | None
) -> None:
    response = gate.post("/api/ask", json=BODY, headers=_given(origin, key, fetch_site))
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_a_site_may_ask_the_api_and_nothing_else(gate: TestClient) -> None:
    for path in ("/gradio_api/queue/join", "/"):
        response = gate.post(path, json=BODY, headers=_given(HELP_ORIGIN, HELP_KEY))
        assert response.status_code == 403, path


def test_every_page_may_load_the_widget(gate: TestClient) -> None:
    response = gate.get("/widget.js", headers={"origin": "https://evil.example"})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_link_from_elsewhere_may_be_followed(gate: TestClient) -> None:
    assert gate.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def _preflight(gate: TestClient, origin: str, path: str = "/api/ask") -> dict[str, str]:
    response = gate.options(
        path,
        headers={
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,x-clausebot-key",
        },
    )
    assert response.status_code == (
        204 if "access-control-allow-origin" in response.headers else 403
    )
    return dict(response.headers)


def test_preflight_of_a_listed_origin_is_answered(gate: TestClient) -> None:
    headers = _preflight(gate, HELP_ORIGIN)
    assert headers["access-control-allow-origin"] == HELP_ORIGIN
    assert "POST" in headers["access-control-allow-methods"]
    assert headers["access-control-allow-headers"] == "content-type, x-clausebot-key"
    assert "Origin" in headers["vary"]


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("https://evil.example", "/api/ask"),
        ("null", "/api/ask"),
        (HELP_ORIGIN + ".evil.example", "/api/ask"),
        (HELP_ORIGIN, "/gradio_api/queue/join"),
    ],
)
def test_other_preflights_are_refused(gate: TestClient, origin: str, path: str) -> None:
    headers = _preflight(gate, origin, path)
    assert not [name for name in headers if name.startswith("access-control-")]


def test_limits_hold_for_each_address_and_for_the_key(keys: Keys) -> None:
    app = Starlette(routes=[Route("/api/ask", _say_site, methods=["POST"])])
    app.add_middleware(
        KeyCheck, callers=Callers(Sites([HELP, OTHER]), KeptKeys(keys)), exposure=Exposure()
    )
    given = _given(OTHER.origins[0], OTHER.key)

    def ask(address: str, headers: dict[str, str] = given) -> int:
        client = TestClient(app, client=(address, 1))
        response = client.post("/api/ask", json=BODY, headers=headers)
        if response.status_code == 429:
            assert 1 <= int(response.headers["retry-after"]) <= 61
            assert response.headers["access-control-allow-origin"] == OTHER.origins[0]
        return response.status_code

    assert [ask("10.0.0.1") for _ in range(4)] == [200, 200, 200, 429]  # 3 an address
    assert [ask("10.0.0.2") for _ in range(3)] == [200, 200, 429]  # 5 for the whole site
    assert ask("10.0.0.1", _given(HELP_ORIGIN, HELP_KEY)) == 200
    assert ask("10.0.0.1", {}) == 200


def test_one_machine_has_one_limit_from_whatever_address(keys: Keys) -> None:
    app = Starlette(routes=[Route("/api/ask", _say_site, methods=["POST"])])
    app.add_middleware(
        KeyCheck, callers=Callers(Sites([OTHER]), KeptKeys(keys)), exposure=Exposure()
    )
    headers = _given(OTHER.origins[0], OTHER.key)
    asked = [
        TestClient(app, client=(f"2001:db8::{number}", 1)).post(
            "/api/ask", json=BODY, headers=headers
        )
        for number in range(4)
    ]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]


def test_the_frame_is_shown_by_our_own_pages_and_those_of_the_site() -> None:
    assert "frame-ancestors 'self'" in frame_policy(None)
    assert frame_policy(None).endswith("'self'")
    assert frame_policy(HELP).endswith(f"frame-ancestors 'self' {' '.join(HELP.origins)}")
