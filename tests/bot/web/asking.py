"""How tests ask the site as a program does: with a real MCP client, from a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from mcp import Client

T = TypeVar("T")
MODES = ("2026-07-28", "legacy")  # one request alone, and with the handshake of before


def with_client(url: str, use: Callable[[Client], Awaitable[T]], mode: str = MODES[0]) -> T:
    """Connect an MCP client to a site, and return what ``use`` makes of it."""

    async def connect() -> T:
        async with Client(f"{url}/mcp", mode=mode) as client:
            return await use(client)

    # Playwright keeps an event loop in the thread of the tests, beside which none may run.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, connect()).result()
