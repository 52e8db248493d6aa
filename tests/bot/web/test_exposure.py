"""To whom the site is open: names, limits by network, who reads the counts; over real sockets."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing

import pytest

from bot.settings import Settings
from bot.web.exposure import Exposure, Hosts
from bot.web.server import server_config
from bot.web.service import Service
from bot.web.site import create_site
from tests.servers import HELP_KEY, HELP_ORIGIN, SITES, _Server

QUESTION = {"question": "怎么收费？"}
Asked = tuple[int, http.client.HTTPMessage, bytes]
Ask = Callable[..., Asked]


@pytest.fixture
def serve(quick_service: Service) -> Iterator[Callable[..., Ask]]:
    """Return what serves the site by settings and returns what asks it, from an address."""
    with ExitStack() as stack:

        def serve_(**environ: str) -> Ask:
            settings = Settings.from_environ(
                {f"CLAUSEBOT_{name.upper()}": value for name, value in environ.items()}
            )
            site = create_site(quick_service, SITES, exposure=Exposure.of(settings))
            config = server_config(site, settings.proxies)
            config.port, config.timeout_graceful_shutdown, config.log_level = 0, 1, "error"
            server = _Server(config)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            assert server.up.wait(60)
            port = server.servers[0].sockets[0].getsockname()[1]

            def stop() -> None:
                server.should_exit = True
                thread.join(10)

            stack.callback(stop)

            def ask(
                path: str = "/api/ask",
                headers: Mapping[str, str] | None = None,
                *,
                source: str = "127.0.0.1",
            ) -> Asked:
                made = http.client.HTTPConnection("127.0.0.1", port, 30, (source, 0))
                given = {"content-type": "application/json"} | dict(headers or {})
                body = json.dumps(QUESTION) if path == "/api/ask" else None
                with closing(made):
                    made.request("POST" if body else "GET", path, body, given)
                    answer = made.getresponse()
                    return answer.status, answer.headers, answer.read()

            return ask

        yield serve_


@pytest.mark.parametrize(
    ("host", "served"),
    [
        *((host, "127.0.0.1") for host in ("localhost", "LOCALHOST:7860", "127.0.0.1", "[::1]:1")),
        *((host, "127.0.0.1") for host in ("bot.example", "Bot.Example.:80", "127.9.9.9")),
        *((host, "::") for host in ("192.0.2.7:80", "[2001:db8::1]", "bot.example")),
        ("192.0.2.7", "192.0.2.7"),
        ("desk.example", "desk.example"),
    ],
)
def test_hosts_that_are_served(host: str, served: str) -> None:
    settings = Settings(host=served, hosts=("bot.EXAMPLE",))
    assert Hosts.of(settings).allow(host)


@pytest.mark.parametrize(
    ("host", "served"),
    [
        *(
            (host, "127.0.0.1")
            for host in ("evil.example", "bot.example.evil.example", "192.0.2.7")
        ),
        *((host, "127.0.0.1") for host in ("", "localhost.evil.example", "127.0.0.1.evil.example")),
        *((host, "127.0.0.1") for host in ("bot.example@evil.example", "[::1", "2130706433")),
        ("evil.example", "::"),
    ],
)
def test_hosts_that_are_not(host: str, served: str) -> None:
    assert not Hosts.of(Settings(host=served, hosts=("bot.example",))).allow(host)


def test_a_bent_name_is_refused_everywhere_with_what_to_set(serve: Callable[..., Ask]) -> None:
    ask = serve(hosts="bot.example")
    for path in ("/", "/api/ask", "/api/desk/session", "/widget.js", "/mcp", "/page/theme.css"):
        bent = {"host": "rebound.example:7860", "origin": "http://rebound.example:7860"}
        status, headers, body = ask(path, bent)
        assert (status, headers["content-type"]) == (421, "application/problem+json"), path
        assert "CLAUSEBOT_HOSTS" in json.loads(body)["detail"]
    assert ask(headers={"host": "bot.example", "origin": "http://bot.example"})[0] == 200


def test_every_network_has_its_limit_with_a_key_or_without(serve: Callable[..., Ask]) -> None:
    ask = serve(limit="3/minute", proxies="127.0.0.1")
    key = {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY}

    def ask_from(address: str, more: dict[str, str]) -> int:
        status, headers, body = ask(headers={"x-forwarded-for": address} | more)
        if status == 429:
            assert headers["content-type"] == "application/problem+json"
            assert 1 <= int(headers["retry-after"]) <= 60
            assert (json.loads(body)["code"], json.loads(body)["status"]) == ("busy", 429)
            assert headers["access-control-allow-origin"] == more.get("origin")
        return status

    assert [ask_from("192.0.2.1", more) for more in ({}, key, {}, {}, key)] == [200] * 3 + [429] * 2
    assert [ask_from(f"2001:db8::{n}", {}) for n in range(4)] == [200, 200, 200, 429]
    assert ask_from("2001:db8:0:1::", {}) == 200
    assert ask("/api/health", {"x-forwarded-for": "192.0.2.1"})[0] == 200  # to read costs nothing
    assert ask("/api/search?q=x", {"x-forwarded-for": "192.0.2.1"})[0] == 429


def test_by_default_this_machine_is_not_counted_and_others_are() -> None:
    usual, proxied = Settings(), Settings(proxies=("127.0.0.0/8",))
    assert (Exposure.of(usual).limit, Exposure.of(usual).spares_loopback) == ("120/minute", True)
    assert not Exposure.of(proxied).spares_loopback
    assert not Exposure.of(Settings(limit="5/minute")).spares_loopback
    assert Exposure.of(Settings(limit="none")).limit == ""


def test_a_clock_that_is_set_back_blocks_nobody(
    serve: Callable[..., Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = serve(limit="1/second")
    assert ask()[0] == 200
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() - 3600)
    until = time.monotonic() + 20
    while (asked := ask())[0] != 200:
        assert int(asked[1]["retry-after"]) == 1
        assert time.monotonic() < until


@pytest.mark.parametrize(
    ("metrics", "source", "told", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "127.0.0.1", {"x-forwarded-for": "192.0.2.1"}, 403),  # of a proxy that is not known
        ("192.0.2.0/24", "127.0.0.1", {}, 403),
        ("127.0.0.2", "127.0.0.2", {}, 200),
        ("127.0.0.2", "127.0.0.3", {}, 403),
    ],
)
def test_counts_are_for_those_who_watch(
    serve: Callable[..., Ask], metrics: str, source: str, told: Mapping[str, str], status: int
) -> None:
    found, headers, body = serve(metrics=metrics)("/metrics", told, source=source)
    assert found == status
    if status == 403:
        assert headers["content-type"] == "application/problem+json"
        assert "CLAUSEBOT_METRICS" in json.loads(body)["detail"]
