"""How tests ask outside an event loop: the site with a real MCP client, a service, a coroutine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from mcp import Client

from bot.web.service import Served, Service

T = TypeVar("T")
MODES = ("2026-07-28", "legacy")  # one request alone, and with the handshake of before


def with_client(url: str, use: Callable[[Client], Awaitable[T]], mode: str = MODES[0]) -> T:
    """Connect an MCP client to a site, and return what ``use`` makes of it."""

    async def connect() -> T:
        async with Client(f"{url}/mcp", mode=mode) as client:
            return await use(client)

    return run_aside(connect())


def ask(service: Service, text: str, **given: Any) -> Served:
    """Ask a service as ``Service.ask_soon`` does, and wait for its answer."""
    return run_aside(service.ask_soon(text, **given))


def run_aside(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own.

    Playwright keeps an event loop in the thread of the tests, beside which none may run.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
