"""How the site is served: connections that nobody keeps for nothing, and whom to believe."""

from __future__ import annotations

import asyncio
import itertools
import resource
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from enum import IntEnum
from http import HTTPStatus
from typing import Any

import uvicorn
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.people.client_address import network_of
from bot.web.http import busy, problem
from bot.web.middleware import MAX_HEADERS

_TOO_LARGE = problem(431, f"The headers are larger than {MAX_HEADERS} bytes. Send fewer.")
_NO_REQUEST = problem(400, "This is no request of HTTP/1.1. Ask with a client that speaks it.")
_TOO_MANY = busy("Too many are connected. Try again in a moment.", 5, code="busy")
_TURNS = itertools.count(1)  # a clock would give the same to many
_SPARE = 0.75  # of the files that may be open, for connections; the rest is for what they ask for


class _Stage(IntEnum):
    """What a connection is held for; where there are too many, the first kind ends first."""

    WAITING = 0  # for headers
    ANSWERED = 1  # it is sent an answer, which may be a stream that never ends
    ASKING = 2  # it sends its body, or waits for the answer


class Connection(H11Protocol):
    """Bounds what a connection may take; see the module.

    Attributes:
        SECONDS: In which headers have to be here, from the connection or the last answer on.
        UNREAD_SECONDS: In which whoever asked has to go on reading the answer.
        UNREAD: Bytes of answers that wait to be read, of all connections together.
        PER_NETWORK: Connections that one network may hold; a trusted proxy may hold any number.
        IN_ALL: Connections at the same time.
    """

    SECONDS = 10.0
    UNREAD_SECONDS = 60.0
    UNREAD = 32 * 1024 * 1024
    PER_NETWORK = 256
    IN_ALL = 2048

    _turn = 0  # in which it began to wait for headers
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
            self._make_room(
                self.PER_NETWORK, [one for one in self._held() if one._network == self._network]
            )
        self._make_room(min(self.IN_ALL, most_connections()), self._held())

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._is_gone = True
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came over the connection."""
        super().data_received(data)
        if self._stage is not _Stage.WAITING:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is here already."""
        super().on_response_complete()
        if self._stage is _Stage.WAITING and not self._is_gone:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, in the form that every error has."""
        if self._stage is _Stage.ANSWERED:
            self._abandon()
        else:
            is_large = len(self.conn.trailing_data[0]) > MAX_HEADERS
            self._refuse(_TOO_LARGE if is_large else _NO_REQUEST)

    def pause_writing(self) -> None:
        """Wait until what was sent is read."""
        super().pause_writing()
        self._reading = self.loop.call_later(self.UNREAD_SECONDS, self._abandon)
        self._drop_unread()

    def resume_writing(self) -> None:
        """Send on."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    @property
    def _stage(self) -> _Stage:
        if self.cycle is None or self.cycle.response_complete:
            return _Stage.WAITING
        return _Stage.ANSWERED if self.cycle.response_started else _Stage.ASKING

    def _is_trusted(self, host: str) -> bool:
        return isinstance(self.app, ProxyHeadersMiddleware) and host in self.app.trusted_hosts

    def _held(self) -> list[Connection]:
        return [one for one in self.connections if isinstance(one, Connection) and not one._is_gone]

    def _make_room(self, most: int, held: list[Connection]) -> None:
        """End another connection, or this one, where there are more than so many.

        It is one of the network that holds most, so that whoever comes from elsewhere gets in.
        Nobody's question is lost to somebody who holds as many connections.
        """
        if self._is_gone or len(held) <= most:
            return
        holds = Counter(one._network for one in held)
        holds[""] = 0  # behind a proxy there are many
        own = holds[self._network]
        ended = min(
            (
                one
                for one in held
                if one is not self and holds[one._network] >= own + (one._stage is _Stage.ASKING)
            ),
            key=lambda one: (-holds[one._network], one._stage, one._turn),
            default=None,
        )
        if ended is None:
            self._is_gone = True
            self._refuse(_TOO_MANY)
        else:
            ended._abandon()

    def _drop_unread(self) -> None:
        """End those whose answers wait to be read, the oldest of the network that holds most."""
        unread = sorted(
            (one for one in self._held() if one._reading is not None), key=lambda one: one._turn
        )
        sizes = {one: one.transport.get_write_buffer_size() for one in unread}
        while sum(sizes.values()) > self.UNREAD:
            holds: Counter[str] = Counter()
            for one, size in sizes.items():
                holds[one._network] += size
            most = holds.most_common(1)[0][0]
            ended = next(one for one in sizes if one._network == most)
            del sizes[ended]
            ended._abandon()

    def _wait(self) -> None:
        self._stop_waiting()
        self._turn = next(_TURNS)
        self._deadline = self.loop.call_later(self.SECONDS, self._end)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self) -> None:
        """End what has sent no whole headers in time; say so to whoever has begun to."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self._abandon()  # it does not even read what it was sent
        elif self.conn.trailing_data[0]:
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

    The parser is h11: it drops trailers, which are no headers, and keeps no more of headers,
    trailers or sizes of chunks than it is told to. That takes 0.05 ms a request more than the
    parser in C, which bounds none of them.
    """
    return uvicorn.Config(
        site,
        http=Connection,
        h11_max_incomplete_event_size=MAX_HEADERS,
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
