"""A real endpoint that is compatible with OpenAI's, with a script where others have a model.

It speaks HTTP over raw sockets, so that it may break every rule of it.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Script = Callable[["Call"], None]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and the line to whoever sent it.

    Attributes:
        number: From 0, of this endpoint.
        line: To write to; it is closed when the script is done.
        path: Of the request.
        headers: Its headers, names in small letters.
        body: Its JSON.
        over: Set when the test is over.
    """

    number: int
    line: socket.socket
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    over: threading.Event

    @property
    def given(self) -> dict[str, Any]:
        """The question and its clauses."""
        found: dict[str, Any] = json.loads(self.body["messages"][-1]["content"])
        return found

    def send(self, data: bytes) -> None:
        """Write bytes."""
        self.line.sendall(data)

    def hold(self) -> None:
        """Do nothing until the other side leaves, or the test is over."""
        self.line.settimeout(0.05)
        while not self.over.is_set():
            try:
                if not self.line.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return


@dataclass(slots=True)
class Endpoint:
    """Where it is reached, what it does when it is asked, and what it was asked."""

    url: str
    script: Script
    calls: list[Call] = field(default_factory=list)


@contextmanager
def serve(script: Script) -> Iterator[Endpoint]:
    """Serve a script: it is called with every request, and writes the response."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            call = _read(self.request, len(endpoint.calls), over)
            if call is not None:
                endpoint.calls.append(call)
                try:
                    endpoint.script(call)
                except OSError:
                    return  # whoever asked has left

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        endpoint = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1", script)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            over.set()
            server.shutdown()


def _read(line: socket.socket, number: int, over: threading.Event) -> Call | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = (each.split(": ", 1) for each in lines)
    headers = {name.lower(): value for name, value in pairs}
    while len(body) < int(headers.get("content-length", "0")):
        body += line.recv(65536)
    return Call(number, line, first.split()[1], headers, json.loads(body or b"{}"), over)


def event(**delta: Any) -> bytes:
    """Return one event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return _event({"choices": [choice]})


def _event(row: Mapping[str, Any]) -> bytes:
    base: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
    }
    return b"data: " + json.dumps({**base, **row}).encode() + b"\n\n"


def end(*, asked: int = 900, written: int = 60) -> bytes:
    """Return the end of a stream, with the tokens that it says it took."""
    usage = {
        "prompt_tokens": asked,
        "completion_tokens": written,
        "total_tokens": asked + written,
    }
    stop = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return _event(stop) + _event({"choices": [], "usage": usage}) + b"data: [DONE]\n\n"


def stream(text: str) -> bytes:
    """Return the whole response of a model that says ``text``."""
    pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
    told = [event(role="assistant", content=""), *(event(content=piece) for piece in pieces)]
    return HEAD + b"".join(told) + end()


def error(status: str, *headers: str, words: str = "no") -> bytes:
    """Return a response that refuses: its status, further headers, and what it says."""
    body = json.dumps({"error": {"message": words, "type": "t", "code": "c"}}).encode()
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", *headers]
    lines += [f"content-length: {len(body)}", "connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def statements(*given: tuple[str, str, str]) -> str:
    """Return the JSON that a model should write: of each statement text, clause and words."""
    rows = [
        {"text": text, "quotes": [{"clause": clause, "words": words}] if clause else []}
        for text, clause, words in given
    ]
    return json.dumps({"statements": rows}, ensure_ascii=False)


def say(text: str) -> Script:
    """Return the script of a model that always says the same."""
    return lambda call: call.send(stream(text))


def quote_first(call: Call) -> None:
    """Say of each clause its own words: the script of an honest model."""
    clauses = call.given["clauses"]
    told = [(row["text"].strip(), row["reference"], row["text"].strip()) for row in clauses[:1]]
    call.send(stream(statements(*told)))
