"""Bodies that are too large, too slow or no JSON, on a real connection."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from bot.web import middleware as guard
from bot.web.middleware import MAX_BODY, MAX_HEADERS

POST = "POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture
def connection(site_url: str) -> Iterator[socket.socket]:
    address = urlsplit(site_url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        yield connection


def _answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Read one answer until the server closes or it is whole."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536) or pytest.fail(f"closed after {data[:200]!r}")
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65536)
    status = int(lines[0].split()[1])
    if status >= 400:
        assert headers["content-type"] == "application/problem+json"
        assert headers["x-content-type-options"] == "nosniff"
    return status, json.loads(body)


def test_a_large_body_is_refused_before_it_is_sent(connection: socket.socket) -> None:
    connection.sendall((POST + "Content-Length: 10000000\r\n\r\n{").encode())
    status, said = _answer(connection)
    assert status == 413
    assert str(MAX_BODY) in str(said["detail"])
    assert connection.recv(1) == b""  # what would come is not taken for another request


def test_a_large_body_of_unknown_length_is_refused_on_the_way(connection: socket.socket) -> None:
    chunk = b"%x\r\n%b\r\n" % (MAX_BODY, b" " * MAX_BODY) + b"1\r\n \r\n"
    connection.sendall((POST + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunk)
    assert _answer(connection)[0] == 413  # without the end of the body


def test_a_small_body_of_unknown_length_is_answered(connection: socket.socket) -> None:
    body = b'{"question": "hi"}'
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    connection.sendall((POST + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunks)
    assert _answer(connection)[0] == 200


def test_a_slow_body_times_out(connection: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    connection.sendall((POST + "Content-Length: 50\r\n\r\n{").encode())
    assert _answer(connection)[0] == 408


@pytest.mark.parametrize("bound", ["MAX_OF_NETWORK", "MAX_OF_ALL"])
def test_all_bodies_together_are_bounded(
    site_url: str, connection: socket.socket, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(guard, bound, 100)
    body = b"{}" + b" " * 48  # no question, so that nothing is worked on
    whole = f"{POST}Content-Length: {len(body)}\r\n\r\n".encode() + body
    begun = POST + "Content-Length: 90\r\n\r\n{" + " " * 79
    monkeypatch.setattr(guard, "BODY_SECONDS", 60)
    url = urlsplit(site_url)

    def connect() -> socket.socket:
        return socket.create_connection((url.hostname, url.port), timeout=30)

    until = time.monotonic() + 60
    with ExitStack() as holding:
        while (status := _ask(connection, whole)) == 422:  # where that one came first
            holding.enter_context(connect()).sendall(begun.encode())
            assert time.monotonic() < until
        assert status == 503
    while status == 503:  # until those are gone
        with connect() as again:
            status = _ask(again, whole)
        assert time.monotonic() < until


def _ask(connection: socket.socket, sent: bytes) -> int:
    connection.sendall(sent)
    return _answer(connection)[0]


def test_large_headers_are_refused(connection: socket.socket) -> None:
    connection.sendall((POST + f"X-Filler: {'a' * MAX_HEADERS}\r\n\r\n").encode())
    assert _answer(connection)[0] == 431


def test_headers_without_an_end_are_refused(connection: socket.socket) -> None:
    connection.sendall(POST.encode() + b"X-Filler: " + b"a" * 4 * MAX_HEADERS)
    assert _answer(connection)[0] == 431


@pytest.mark.parametrize("length", ["x", "-1", "1" * 5000, "²", "1e3", ""])
def test_a_length_that_makes_no_sense_is_refused(connection: socket.socket, length: str) -> None:
    connection.sendall(f"{POST}Content-Length: {length}\r\n\r\n".encode())
    assert connection.recv(65536).startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"],
)
def test_only_json_is_taken(connection: socket.socket, kind: str) -> None:
    body = '{"question": "hi"}'
    head = f"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    assert _answer(connection)[0] == 415
