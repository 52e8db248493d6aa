"""The ways in which a model over HTTP fails, and what each is told as."""

from __future__ import annotations

import gzip
from itertools import cycle

from bot.writing.limits import Patience
from bot.writing.reply import Trouble
from tests.bot.writing import endpoint as script
from tests.bot.writing.endpoint import HEAD, Call, Script, error, event, stream

_QUICK = Patience(first_word=0.3, whole=0.6, pause=0.0, longest_pause=0.5)
CALM = Patience(first_word=60, whole=120, pause=0.0, longest_pause=0.5)
MOST_BYTES = 20_000  # for `bot.writing.model._MOST_BYTES`: else a slow machine is late
_HTML = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<h1>Welcome</h1>"
_BEGUN = HEAD + event(role="assistant", content='{"statements": [{"text": "7 ')
_TOOL = {"index": 0, "id": "t", "type": "function", "function": {"name": "pay", "arguments": "{}"}}


def send(data: bytes) -> Script:
    """Return a script that sends bytes and hangs up."""
    return lambda call: call.send(data)


def _send_and_hold(data: bytes) -> Script:
    def run(call: Call) -> None:
        call.send(data)
        call.hold()

    return run


def _send_endlessly(first: bytes, *pieces: bytes) -> Script:
    def run(call: Call) -> None:
        call.send(first)
        for piece in cycle(pieces):
            if call.over.is_set():
                return
            call.send(piece)

    return run


def _drip(call: Call) -> None:
    """Send a letter at a time, for longer than anybody waits."""
    call.send(_BEGUN)
    while not call.over.wait(0.02):
        call.send(event(content="7"))


def _say_twice(call: Call) -> None:
    """Send every piece of an honest reply twice."""
    told = script.statements(("We keep them.", "1", "We keep backups"))
    pieces = [event(content=told[at : at + 7]) for at in range(0, len(told), 7)]
    call.send(HEAD + b"".join(piece * 2 for piece in pieces) + script.end())


def _refuse(status: str, *headers: str) -> Script:
    return send(error(status, *headers))


def _refuse_for(seconds: str) -> Script:
    return _refuse("429 Too Many Requests", f"retry-after: {seconds}")


_COMPRESSED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
    b"connection: close\r\n\r\n" + gzip.compress(event(content=" " * 4_000_000))
)
_OPEN = HEAD + event(role="assistant", content="{")
FAULTS: dict[str, tuple[Script, Trouble, int]] = {  # what it is told as, and how often it is asked
    "silent": (Call.hold, Trouble.SILENT, 1),
    "head and no word": (_send_and_hold(HEAD), Trouble.SILENT, 1),
    "half a head": (_send_and_hold(b"HTTP/1.1 200 OK\r\ncontent-ty"), Trouble.SILENT, 1),
    "role and no word": (_send_and_hold(HEAD + event(role="assistant")), Trouble.SILENT, 1),
    "begun and silent": (_send_and_hold(_BEGUN), Trouble.SLOW, 1),
    "a letter at a time": (_drip, Trouble.SLOW, 1),
    "comments without an end": (_send_endlessly(_OPEN, b": ping\n\n" * 99), Trouble.LONG, 1),
    "words without an end": (_send_endlessly(_OPEN, event(content=" 7") * 99), Trouble.LONG, 1),
    "a line without an end": (_send_endlessly(_OPEN, b"x" * 65536), Trouble.LONG, 1),
    "a page without an end": (_send_endlessly(_HTML, b"<p>" * 9999), Trouble.LONG, 1),
    "a head without an end": (
        _send_endlessly(b"HTTP/1.1 200 OK\r\n", b"x-more: 1\r\n" * 999),
        Trouble.REFUSED,
        2,
    ),
    "compressed unasked": (send(_COMPRESSED), Trouble.REFUSED, 2),
    "hung up on": (lambda _: None, Trouble.REFUSED, 2),
    "no HTTP": (send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), Trouble.REFUSED, 2),
    "cut within JSON": (send(_BEGUN), Trouble.MALFORMED, 2),
    "cut within a character": (send(_BEGUN + b'data: {"x": "\xe4\xbd'), Trouble.MALFORMED, 2),
    "an empty body": (send(HEAD), Trouble.MALFORMED, 2),
    "a page of HTML": (send(_HTML), Trouble.MALFORMED, 2),
    "a body that is no stream": (
        send(error("200 OK", words="overloaded")),
        Trouble.MALFORMED,
        2,
    ),
    "events that are none": (send(HEAD + b"data: {{{\n\n"), Trouble.MALFORMED, 2),
    "zeros": (send(stream("\0" * 99)), Trouble.MALFORMED, 2),
    "every piece twice": (_say_twice, Trouble.MALFORMED, 2),
    "prose": (send(stream("Backups are kept for 90 days.")), Trouble.MALFORMED, 2),
    "another object": (send(stream('{"answer": "90 days"}')), Trouble.MALFORMED, 2),
    "a tool call": (
        send(HEAD + event(role="assistant", tool_calls=[_TOOL]) + script.end()),
        Trouble.MALFORMED,
        2,
    ),
    "an error within the stream": (
        send(_BEGUN + b'data: {"error": {"message": "overloaded", "code": 1}}\n\n'),
        Trouble.BROKEN,
        2,
    ),
    "500": (_refuse("500 Internal Server Error"), Trouble.BROKEN, 2),
    "503": (_refuse("503 Service Unavailable", "retry-after: 0"), Trouble.BROKEN, 2),
    "401": (_refuse("401 Unauthorized"), Trouble.REJECTED, 1),
    "another model": (_refuse("404 Not Found"), Trouble.REJECTED, 1),
    "429": (_refuse("429 Too Many Requests"), Trouble.LIMITED, 2),
    "429 for a moment": (_refuse_for("0"), Trouble.LIMITED, 2),
    "429 for long": (_refuse_for("90"), Trouble.LIMITED, 1),
    "429 without sense": (_refuse_for("soon"), Trouble.LIMITED, 2),
    "sent elsewhere": (
        _refuse("307 Temporary Redirect", "location: http://127.0.0.1:9/v1"),
        Trouble.REDIRECTED,
        1,
    ),
}


def patience_of(trouble: Trouble) -> Patience:
    """Return how long to wait: soon over where nothing else ends it, else not."""
    return _QUICK if trouble in (Trouble.SILENT, Trouble.SLOW) else CALM
