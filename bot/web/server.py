"""How the site is served: by which connections, and whom they are believed to be from."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn

from bot.web.connection import Connection

_FILES = 65_536  # that may be open; a connection is one of them


def server_config(site: Callable[..., Any], proxies: Sequence[str] = ()) -> uvicorn.Config:
    """Return how a site is served.

    Args:
        site: The application.
        proxies: Networks of the proxies that say whom they ask for, and by which scheme; nobody
            else is believed, be they on this machine.
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
