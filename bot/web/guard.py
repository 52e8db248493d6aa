"""Around the whole site: headers on every answer, small bodies only, no naked failure."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problem import problem
from bot.web.shell import content_policy

logger = logging.getLogger(__name__)
MAX_BODY = 256 * 1024  # bytes; a question and its history need far less
_HEADERS = {
    "content-security-policy": content_policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


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

        async def send_guarded(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = refuse_body(Headers(scope=scope))
        if refusal is not None:
            await problem(*refusal)(scope, receive, send_guarded)
            return
        try:
            await self.app(scope, receive, send_guarded)
        except Exception:
            logger.exception("a request failed")
            if began:
                raise
            failed = problem(500, "The request failed. The log of the server says why.")
            await failed(scope, receive, send_guarded)


def refuse_body(headers: Headers) -> tuple[int, str] | None:
    """Return the status and reason to refuse a request's body for, or None."""
    if "transfer-encoding" in headers:
        return 411, "State the length of the body (Content-Length)."
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        return 400, "Content-Length is no number."
    if int(length) > MAX_BODY:
        return 413, f"The body is larger than {MAX_BODY} bytes. Ask one question."
    return None
