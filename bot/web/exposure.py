"""To whom the site is open: names it is asked under, how often, and who may read its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.people.client_address import clean_address
from bot.settings import DEFAULT_LIMIT, Settings
from bot.web.http import problem

_FORWARDED = ("x-forwarded-for", "forwarded")
_ELSEWHERE = (
    "The site is not served under this name. Ask for it by localhost or by its address, or let "
    "whoever runs it put the name into CLAUSEBOT_HOSTS."
)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names and addresses that the site is served under, beside those of this machine alone.

    A page of somebody's name can have the name point at our address (DNS rebinding) and then
    asks as if it were our own. An address cannot be bent so, nor can ``localhost``.

    Attributes:
        named: Each in lower case, without a port.
        any_address: Whether every address will do, since all of them are listened on.
    """

    named: frozenset[str] = frozenset()
    any_address: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Hosts:
        """Return those that the settings name."""
        named = (settings.host, *settings.hosts)
        is_everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 - looked for, not bound
        return cls(frozenset(map(_plain, named)), is_everywhere)

    def allow(self, host: str) -> bool:
        """Tell whether a ``Host`` header names one, whatever the port."""
        try:
            name = _plain(urlsplit(f"//{host}").hostname or "")
        except ValueError:  # such as a bracket that does not end
            return False
        if name in self.named or name == "localhost":
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return self.any_address or address.is_loopback


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")


@dataclass(frozen=True, slots=True)
class Exposure:
    """To whom the site is open, and how far; by itself to whoever reaches it.

    Attributes:
        hosts: It is served under; None for whatever it is called.
        limit: How many questions one network may send, such as ``120/minute``; empty for any.
        spares_loopback: Whether this machine's own questions are not counted.
        watchers: Networks that may read what was counted; None for all.
    """

    hosts: Hosts | None = None
    limit: str = ""
    spares_loopback: bool = False
    watchers: tuple[str, ...] | None = None

    @classmethod
    def of(cls, settings: Settings) -> Exposure:
        """Return what the settings say.

        Whoever sets a limit means it. By default this machine's own programs are not counted,
        but visitors of a proxy are told from one another by it alone.
        """
        return cls(
            Hosts.of(settings),
            "" if settings.limit == "none" else settings.limit or DEFAULT_LIMIT,
            not settings.limit and not settings.proxies,
            settings.metrics,
        )

    def may_watch(self, request: Request) -> bool:
        """Tell whether whoever asks may read what was counted.

        What a proxy says it asks for somebody is nobody's of this machine, though the proxy is.
        """
        if self.watchers is None:
            return True
        host = request.client.host if request.client else ""
        if is_loopback(host) and any(name in request.headers for name in _FORWARDED):
            return False
        return is_within(host, self.watchers)


def is_within(host: str, networks: Sequence[str]) -> bool:
    """Tell whether an address is of one of the networks; not for what is none."""
    address = clean_address(host)
    return bool(address) and any(ip_address(address) in ip_network(network) for network in networks)


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine's own."""
    address = clean_address(host)
    return bool(address) and ip_address(address).is_loopback


class HostCheck:
    """Wraps an application; requests for a host that it is not served under are refused.

    One without a Host comes from no browser, so that nobody was lured into it.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self.app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        host = Headers(scope=scope).get("host") if scope["type"] == "http" else None
        is_ours = host is None or self._hosts.allow(host)
        answer = self.app if is_ours else problem(421, _ELSEWHERE, {"connection": "close"})
        await answer(scope, receive, send)
