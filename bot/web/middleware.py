"""Before the whole site: small bodies read whole and in time, not too many, safe headers."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.people.client_address import network_of
from bot.web.http import problem
from bot.web.sites import Site


def content_policy(nonce: str | None = None, frames: str = "'self'") -> str:
    """Return the Content-Security-Policy; ``frames`` are origins that may show a page in a frame.

    The nonce lets the page's own scripts run. Gradio evaluates its templates (``unsafe-eval``)
    and styles elements in place.
    """
    scripts = f" 'nonce-{nonce}' 'unsafe-eval'" if nonce else ""
    return (
        f"default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
        f"base-uri 'self'; form-action 'self'; frame-ancestors {frames}"
    )


def frame_policy(site: Site | None) -> str:
    """Return the policy of a page that the pages of one site may show in a frame.

    Only this header keeps other sites from showing it: a request from inside a frame
    carries the frame's origin, not that of the page around it.
    """
    origins = site.origins if site else ()
    return content_policy(frames=" ".join(("'self'", *origins)))


_HEADERS = {
    b"content-security-policy": content_policy().encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
_PRIVATE = {b"cache-control": b"no-store"}  # what is for those who signed in alone


class SafeHeaders:
    """Wraps an application; a header that it sets itself stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        extra = _HEADERS | (_PRIVATE if scope.get("path", "").startswith("/api/desk/") else {})

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in extra.items() if pair[0] not in present]
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


logger = logging.getLogger(__name__)
MAX_BODY = 256 * 1024  # bytes; a question and its history need far less
MAX_HEADERS = 32 * 1024  # bytes
MAX_OF_NETWORK = 4 * 1024 * 1024  # bytes of bodies that one network may send at a time
MAX_OF_ALL = 32 * 1024 * 1024
BODY_SECONDS = 10.0  # in which a body has to be here
UPLOADS = frozenset({"/api/desk/corpus/uploads", "/api/desk/replies/import"})
FILE_TYPE = "application/octet-stream"


class _RefusedError(Exception):
    """A request that is not let through, with the status and the reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class BodyLimit:
    """Wraps an application; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._held: Counter[str] = Counter()  # bytes, by network

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
            with self._room(scope) as take:
                body = await _read(scope, receive, take)
                await self.app(scope, replay(body, receive), send_noting)
        except _RefusedError as refusal:
            # What was not read of the body must not be taken for the next request.
            told = {"connection": "close"} | ({"retry-after": "1"} if refusal.status == 503 else {})
            refused = problem(refusal.status, str(refusal), told)
            await refused(scope, receive, send)
        except Exception:
            logger.exception("a request failed")
            if began:
                raise
            failed = problem(500, "The request failed. The log of the server says why.")
            await failed(scope, receive, send)

    @contextmanager
    def _room(self, scope: Scope) -> Iterator[Callable[[int], None]]:
        """Return what takes room for so many bytes of a body; all of it is given back at the end.

        It raises _RefusedError where there is none.
        """
        network = network_of(scope["client"][0]) if scope.get("client") else ""
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            taken += size
            self._held[network] += size
            if self._held[network] > MAX_OF_NETWORK or self._held.total() > MAX_OF_ALL:
                raise _RefusedError(503, "Too much is being sent. Send it again in a second.")

        try:
            yield take
        finally:
            self._held[network] -= taken
            if not self._held[network]:
                del self._held[network]


async def _read(scope: Scope, receive: Receive, take: Callable[[int], None]) -> bytes | None:
    """Return the whole body, or None where there is none; ``take`` gives it room.

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
            return await _collect(receive, take)
    except TimeoutError:
        raise _RefusedError(
            408, f"The body was not here within {BODY_SECONDS:.0f} seconds. Send it again."
        ) from None


async def _collect(receive: Receive, take: Callable[[int], None]) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        piece = message.get("body", b"")
        take(len(piece))
        body += piece
        if len(body) > MAX_BODY:
            raise _RefusedError(413, f"The body is larger than {MAX_BODY} bytes. Ask one question.")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def kind_of(headers: Headers) -> str:
    """Return the media type that a body is said to be of, in lower case; empty for none."""
    return headers.get("content-type", "").split(";")[0].strip().lower()


def replay(body: bytes | None, receive: Receive) -> Receive:
    """Return what gives the application the body again, and then what comes after it."""
    if body is None:
        return receive
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
