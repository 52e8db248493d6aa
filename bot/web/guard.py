"""Before the whole site: small JSON bodies only, read whole and in time; no naked failure.

A file for the desk is let through as it comes: its route reads it, once it is known who sends it.
"""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problem import problem

logger = logging.getLogger(__name__)
MAX_BODY = 256 * 1024  # bytes; a question and its history need far less
MAX_HEADERS = 32 * 1024  # bytes
BODY_SECONDS = 10.0  # in which a body has to be here
UPLOADS = frozenset({"/api/desk/corpus/uploads", "/api/desk/replies/import"})
FILE_TYPE = "application/octet-stream"


class _RefusedError(Exception):
    """A request that is not let through, with the status and the reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Guard:
    """Wraps an application; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = False

        async def send_noting(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            body = await _read(scope, receive)
            await self.app(scope, _replay(body, receive), send_noting)
        except _RefusedError as refusal:
            # What was not read of the body must not be taken for the next request.
            refused = problem(refusal.status, str(refusal), {"connection": "close"})
            await refused(scope, receive, send)
        except Exception:
            logger.exception("a request failed")
            if began:
                raise
            failed = problem(500, "The request failed. The log of the server says why.")
            await failed(scope, receive, send)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """Return the whole body, or None where there is none.

    Raises:
        _RefusedError: It is too large, too slow or no JSON, or its headers make no sense.
    """
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        raise _RefusedError(431, f"The headers are larger than {MAX_HEADERS} bytes. Send fewer.")
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        raise _RefusedError(400, "Content-Length is no number.")
    kind = kind_of(headers)
    is_upload = kind == FILE_TYPE and scope["path"] in UPLOADS
    if len(length) > 12 or (int(length) > MAX_BODY and not is_upload):
        raise _RefusedError(413, f"The body is larger than {MAX_BODY} bytes. Ask one question.")
    if is_upload or (length.strip("0") == "" and "transfer-encoding" not in headers):
        return None
    if kind != "application/json":
        raise _RefusedError(
            415, "The body must be JSON. Send it with Content-Type: application/json."
        )
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _collect(receive)
    except TimeoutError:
        raise _RefusedError(
            408, f"The body was not here within {BODY_SECONDS:.0f} seconds. Send it again."
        ) from None


async def _collect(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise _RefusedError(413, f"The body is larger than {MAX_BODY} bytes. Ask one question.")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def kind_of(headers: Headers) -> str:
    """Return the media type that a body is said to be of, in lower case; empty for none."""
    return headers.get("content-type", "").split(";")[0].strip().lower()


def _replay(body: bytes | None, receive: Receive) -> Receive:
    """Return what gives the application the body again, and then what comes after it."""
    if body is None:
        return receive
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
