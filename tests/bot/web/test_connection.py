"""Connections that are held for nothing, on a real server that allows few of them."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.web.server import Connection, server_config, widen
from tests.servers import _Server

HALF = b"GET /who HTTP/1.1\r\nHost: x\r\nX-A: "
WHOLE = b"GET /who HTTP/1.1\r\nHost: x\r\n\r\n"
HELD = b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n"
STREAM = b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
BODILESS = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
Connect = Callable[..., socket.socket]


class Held:
    """Requests that are answered when the test says so."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.end = threading.Event()

    def answer(self, _: Request) -> Response:
        """Answer at the end."""
        self.begun.release()
        self.end.wait(30)
        return Response("held")


def _who(request: Request) -> Response:
    assert request.client is not None
    return JSONResponse([request.client.host, request.url.scheme])


def _large(_: Request) -> Response:
    return StreamingResponse(iter([b" " * 1_000_000] * 50))


async def _read_body(request: Request) -> Response:
    return JSONResponse([(await request.body()).decode(), list(request.headers)])


async def _stream(_: Request) -> Response:
    async def beat() -> AsyncIterator[bytes]:
        while True:
            yield b"data: ALIVE\n\n"
            await asyncio.sleep(3600)

    return StreamingResponse(beat(), media_type="text/event-stream")


class Serve:
    """Serves a small site, with other bounds than the program's."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self.held = stack, Held()

    def __call__(self, *proxies: str, **bounds: object) -> Connect:
        """Serve, and return what connects."""
        routes = [Route(path, end, methods=["GET", "POST"]) for path, end in self._ends().items()]
        config = server_config(Starlette(routes=routes), proxies)
        config.http = type("Bounded", (Connection,), bounds)
        config.port, config.timeout_graceful_shutdown, config.log_level = 0, 1, "error"
        server = _Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert server.up.wait(30)
        address = server.servers[0].sockets[0].getsockname()[:2]
        self._stack.callback(lambda: self._stop(server, thread))

        def connect(sent: bytes = b"", *, room: int = 0, source: str = "") -> socket.socket:
            made = socket.socket()
            if source:
                made.bind((source, 0))
            if room:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            made.settimeout(30)
            made.connect(address)
            made.sendall(sent)
            return self._stack.enter_context(closing(made))

        return connect

    def _ends(self) -> dict[str, Callable[[Request], Any]]:
        ends = {"/who": _who, "/held": self.held.answer, "/large": _large}
        return ends | {"/read": _read_body, "/stream": _stream}

    def _stop(self, server: uvicorn.Server, thread: threading.Thread) -> None:
        self.held.end.set()
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return what serves a small site until the test ends."""
    with ExitStack() as stack:
        yield Serve(stack)


def _read(connection: socket.socket) -> bytes:
    """Return what comes until the server closes; a reset is an end as well."""
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


def _who_is(connection: socket.socket) -> list[str]:
    """Read one answer of ``/who``."""
    data = b""
    while not data.endswith(b"]"):
        data += connection.recv(65536) or pytest.fail(f"closed after {data!r}")
    return list(json.loads(data.partition(b"\r\n\r\n")[2]))


def test_who_says_nothing_is_not_kept(serve: Serve) -> None:
    assert _read(serve(SECONDS=0.1)()) == b""


@pytest.mark.parametrize("sent", [b"G", b"GET / HT", HALF])
def test_headers_that_do_not_end_are_refused(serve: Serve, sent: bytes) -> None:
    told = _read(serve(SECONDS=0.1)(sent))
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\nconnection: close")
    assert json.loads(body)["status"] == 408


def test_headers_that_trickle_in_get_no_more_time(serve: Serve) -> None:
    connection = serve(SECONDS=0.3)(HALF)
    connection.settimeout(0.02)
    told = b""
    for _ in range(500):  # ten seconds at most, were nobody to end it
        try:
            connection.sendall(b"a")
            told += connection.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            break
        if told:
            break
    assert told.startswith(b"HTTP/1.1 408")


def test_a_second_request_has_as_little_time(serve: Serve) -> None:
    connection = serve(SECONDS=0.3)(WHOLE)
    assert _who_is(connection)[0] == "127.0.0.1"
    connection.sendall(HALF)
    assert _read(connection).startswith(b"HTTP/1.1 408")


def test_an_answer_may_take_longer_than_headers(serve: Serve) -> None:
    connect = serve(SECONDS=0.1)
    slow, silent = connect(HELD), connect()
    assert serve.held.begun.acquire(timeout=30)
    assert _read(silent) == b""  # its time is over, and so would be the other's
    serve.held.end.set()
    assert b"held" in slow.recv(65536)


def test_what_is_asked_ahead_is_answered_in_turn(serve: Serve) -> None:
    connect = serve(SECONDS=0.2)
    ahead = connect(WHOLE + HELD)
    assert serve.held.begun.acquire(timeout=30)
    assert _read(connect()) == b""
    serve.held.end.set()
    told = b""
    while not told.endswith(b"held"):
        told += ahead.recv(65536) or pytest.fail(f"closed after {told!r}")


@pytest.mark.parametrize("bound", ["PER_NETWORK", "IN_ALL"])
def test_whoever_asks_is_served_while_others_hold_connections(serve: Serve, bound: str) -> None:
    connect = serve(**{bound: 3})
    holding = [connect(HALF) for _ in range(3)]
    for _ in range(5):
        assert _who_is(connect(WHOLE))[0] == "127.0.0.1"
    assert [_read(one) for one in holding] == [b""] * 3


def test_where_all_are_busy_one_more_is_refused(serve: Serve) -> None:
    connect = serve(PER_NETWORK=2)
    busy = [connect(HELD) for _ in range(2)]
    for _ in busy:
        assert serve.held.begun.acquire(timeout=30)
    told = _read(connect())
    assert told.startswith(b"HTTP/1.1 503 Service Unavailable")
    assert b"retry-after: 5" in told.lower()
    serve.held.end.set()
    assert all(b"held" in one.recv(65536) for one in busy)


@pytest.mark.parametrize("sent", [STREAM, BODILESS, LARGE])
def test_whoever_holds_most_gives_way_to_a_third(serve: Serve, sent: bytes) -> None:
    connect = serve(IN_ALL=6)
    for source in ["127.0.0.2", "127.0.0.3"] * 6:
        connect(sent, source=source, room=4096)
    for _ in range(9):
        assert _who_is(connect(WHOLE))[0] == "127.0.0.1"


@pytest.mark.parametrize("sent", [STREAM, LARGE])
def test_whoever_asks_is_served_while_their_network_holds_streams(
    serve: Serve, sent: bytes
) -> None:
    connect = serve(PER_NETWORK=3)
    for _ in range(9):
        assert connect(sent, room=4096).recv(8) == b"HTTP/1.1"
        assert _who_is(connect(WHOLE))[0] == "127.0.0.1"


def test_nobody_loses_a_question_to_who_holds_as_many_connections(serve: Serve) -> None:
    connect = serve(IN_ALL=4)
    held = [connect(HELD, source=f"127.0.0.{host}") for host in (2, 2, 3, 3)]
    for _ in held:
        assert serve.held.begun.acquire(timeout=30)
    assert _read(connect(WHOLE, source="127.0.0.3")).startswith(b"HTTP/1.1 503")
    serve.held.end.set()
    assert all(b"held" in one.recv(65536) for one in held)


def test_trailers_are_no_headers(serve: Serve) -> None:
    asked = serve()(CHUNKED + b"Authorization: Bearer cb_key\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
    data = b""
    while not data.endswith(b"]]"):
        data += asked.recv(65536) or pytest.fail(f"closed after {data!r}")
    assert json.loads(data.partition(b"\r\n\r\n")[2]) == ["{}", ["host", "transfer-encoding"]]


@pytest.mark.parametrize("begun", [CHUNKED, WHOLE[:-2], CHUNKED[:-3] + b"2;"])
@pytest.mark.parametrize("piece", [b"X-A: " + b"a" * 1000 + b"\r\n", b"a" * 1000])
def test_headers_trailers_and_sizes_without_end_are_refused(
    serve: Serve, begun: bytes, piece: bytes
) -> None:
    connection = serve()(begun)
    sent = 0
    try:
        for _ in range(64_000):  # 64 MB, were nobody to end it
            connection.sendall(piece)
            sent += len(piece)
    except OSError:
        pass
    assert sent < 32_000_000  # what a socket takes before it is told


def test_what_is_no_request_is_refused_as_every_error_is(serve: Serve) -> None:
    head, _, body = _read(serve()(b"GET\r\n\r\n")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert json.loads(body)["status"] == 400


def test_a_trusted_proxy_may_hold_more(serve: Serve) -> None:
    connect = serve("127.0.0.1", PER_NETWORK=2)
    held = [connect(HELD) for _ in range(5)]
    for _ in held:
        assert serve.held.begun.acquire(timeout=30)
    serve.held.end.set()
    assert all(b"held" in one.recv(65536) for one in held)


def test_files_that_may_be_open_bound_the_connections(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.most_connections", lambda: 2)
    connect = serve()
    holding = [connect(HALF) for _ in range(2)]
    assert _who_is(connect(WHOLE))[0] == "127.0.0.1"
    assert _read(holding[0]) == b""


def test_as_many_files_may_be_open_as_there_is_use_for() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    try:
        for former, wanted in ((most - 1, most), (hard, hard)):
            resource.setrlimit(resource.RLIMIT_NOFILE, (former, hard))
            widen()
            assert resource.getrlimit(resource.RLIMIT_NOFILE) == (wanted, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_an_answer_that_nobody_reads_is_not_kept(serve: Serve) -> None:
    ended = threading.Event()

    def lose(self: Connection, error: Exception | None) -> None:
        Connection.connection_lost(self, error)
        ended.set()

    connect = serve(UNREAD_SECONDS=0.2, connection_lost=lose)
    connect(LARGE, room=4096)
    assert ended.wait(20)


def test_of_what_nobody_reads_only_so_much_is_kept(serve: Serve) -> None:
    lost: list[str] = []
    ended = threading.Event()

    def lose(self: Connection, error: Exception | None) -> None:
        assert self.client is not None
        lost.append(self.client[0])
        ended.set()
        Connection.connection_lost(self, error)

    def pause(self: Connection) -> None:
        # What is left in our hands of such an answer is for the kernel to say.
        type(self).UNREAD = int(2.5 * self.transport.get_write_buffer_size())
        Connection.pause_writing(self)

    # Of one network two wait, of the other one: the older of the two is ended.
    connect = serve(connection_lost=lose, pause_writing=pause)
    for host in (3, 2, 2):
        assert connect(LARGE, room=4096, source=f"127.0.0.{host}").recv(8) == b"HTTP/1.1"
    assert ended.wait(20)
    assert lost == ["127.0.0.2"]


@pytest.mark.parametrize(
    ("proxies", "told", "known"),
    [
        ((), "203.0.113.9", ["127.0.0.1", "http"]),
        (("192.0.2.0/24",), "203.0.113.9", ["127.0.0.1", "http"]),
        (("127.0.0.0/8",), "203.0.113.9", ["203.0.113.9", "https"]),
        (
            ("127.0.0.1", "10.0.0.0/8"),
            "198.51.100.1, 203.0.113.9, 10.1.2.3",
            ["203.0.113.9", "https"],
        ),
    ],
)
def test_a_proxy_is_believed_where_it_is_named_alone(
    serve: Serve, proxies: tuple[str, ...], told: str, known: list[str]
) -> None:
    headers = f"X-Forwarded-For: {told}\r\nX-Forwarded-Proto: https\r\n\r\n"
    assert _who_is(serve(*proxies)(WHOLE[:-2] + headers.encode())) == known
