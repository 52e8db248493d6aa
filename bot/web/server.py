"""How the site is served: connections that nobody keeps for nothing, and whom to believe."""

from __future__ import annotations

import asyncio
import itertools
import resource
import sys
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import uvicorn
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.people.client_address import network_of
from bot.web.http import busy, problem
from bot.web.middleware import MAX_HEADERS

_MOST = 4 * MAX_HEADERS  # bytes without the end of the headers; the guard says smaller excesses
_TOO_LARGE = problem(431, f"The headers are larger than {MAX_HEADERS} bytes. Send fewer.")
_TOO_MANY = busy("Too many are connected. Try again in a moment.", 5, code="busy")
_TURNS = itertools.count(1)  # a clock would give the same to many
_SPARE = 0.75  # of the files that may be open, for connections; the rest is for what they ask for


class Connection(HttpToolsProtocol):
    """Bounds what a connection may take; see the module.

    Attributes:
        SECONDS: In which headers have to be here, from the connection or the last answer on.
        UNREAD_SECONDS: In which whoever asked has to go on reading the answer.
        PER_NETWORK: Connections that one network may hold; a trusted proxy may hold any number.
        IN_ALL: Connections at the same time.
    """

    SECONDS = 10.0
    UNREAD_SECONDS = 60.0
    PER_NETWORK = 256
    IN_ALL = 4096

    _in_headers = False
    _pending = 0  # bytes of headers that have not ended
    _turn: int | None = None  # in which it began to wait for headers; None while it is answered
    _deadline: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _network = ""  # which it comes from; empty for a proxy's
    _is_gone = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection, and end another one where there are too many."""
        super().connection_made(transport)
        self._wait()
        if self.client is not None and not self._is_trusted(self.client[0]):
            self._network = network_of(self.client[0])
            self._make_room(self.PER_NETWORK, self._network)
        self._make_room(min(self.IN_ALL, most_connections()))

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._is_gone = True
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin what follows the headers."""
        self._in_headers = False
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is here already."""
        super().on_response_complete()
        if self.cycle.response_complete and not self._is_gone:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came over the connection."""
        super().data_received(data)
        self._pending = self._pending + len(data) if self._in_headers else 0
        if self._pending > _MOST and not self.transport.is_closing():
            self._refuse(_TOO_LARGE)

    def pause_writing(self) -> None:
        """Wait until what was sent is read."""
        super().pause_writing()
        self._reading = self.loop.call_later(self.UNREAD_SECONDS, self._abandon)

    def resume_writing(self) -> None:
        """Send on."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    def _is_trusted(self, host: str) -> bool:
        return isinstance(self.app, ProxyHeadersMiddleware) and host in self.app.trusted_hosts

    def _make_room(self, most: int, network: str = "") -> None:
        """End the connection that has waited longest, where there are more than so many."""
        if self._is_gone:
            return
        held = [
            one
            for one in self.connections
            if isinstance(one, Connection)
            and not one._is_gone
            and (not network or one._network == network)
        ]
        if len(held) <= most:
            return
        oldest = min(
            (one for one in held if one._turn is not None),
            key=lambda one: one._turn or 0,
        )
        if oldest is self:
            self._is_gone = True
            self._refuse(_TOO_MANY)
        else:
            oldest._abandon()

    def _wait(self) -> None:
        self._stop_waiting()
        self._turn = next(_TURNS)
        self._deadline = self.loop.call_later(self.SECONDS, self._end)

    def _stop_waiting(self) -> None:
        self._turn = None
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self) -> None:
        """End what has sent no whole headers in time; say so to whoever has begun to."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self._abandon()  # it does not even read what it was sent
        elif self._in_headers:
            words = f"The headers were not here within {self.SECONDS:.0f} seconds. Ask again."
            self._refuse(problem(408, words))
        else:
            self.transport.close()

    def _abandon(self) -> None:
        self._is_gone = True
        self.transport.abort()

    def _refuse(self, refusal: Response) -> None:
        """Answer without a request, and end."""
        status = HTTPStatus(refusal.status_code)
        head = [f"HTTP/1.1 {status} {status.phrase}", "connection: close"]
        head += [f"{name.decode()}: {value.decode()}" for name, value in refusal.raw_headers]
        head += ["x-content-type-options: nosniff", "", ""]
        self.transport.write("\r\n".join(head).encode() + bytes(refusal.body))
        self.transport.close()


def most_connections() -> int:
    """Return how many connections leave this program files enough to answer them."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else int(soft * _SPARE)


_FILES = 65_536  # that may be open; a connection is one of them


def server_config(site: Callable[..., Any], proxies: Sequence[str] = ()) -> uvicorn.Config:
    """Return how a site is served.

    ``proxies`` are networks of those that say whom they ask for, and by which scheme; nobody else
    is believed, be they on this machine.
    """
    return uvicorn.Config(
        site,
        http=Connection,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )


def widen() -> None:
    """Let this program open as many files and connections as it may, up to what it has use for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if resource.RLIM_INFINITY != soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
