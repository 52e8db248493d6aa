"""How tests ask the site as a program does: with a real MCP client, and what runs in a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from mcp import Client

T = TypeVar("T")
MODES = ("2026-07-28", "legacy")  # one request alone, and with the handshake of before


def with_client(url: str, use: Callable[[Client], Awaitable[T]], mode: str = MODES[0]) -> T:
    """Connect an MCP client to a site, and return what ``use`` makes of it."""

    async def connect() -> T:
        async with Client(f"{url}/mcp", mode=mode) as client:
            return await use(client)

    return run_aside(connect())


def run_aside(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own.

    Playwright keeps an event loop in the thread of the tests, beside which none may run.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
