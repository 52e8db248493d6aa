"""The door of the page: Gradio's routes narrowed to those it needs, its HTML made our own."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.people.client_address import network_of
from bot.web.http import busy, problem
from bot.web.middleware import content_policy, replay
from bot.web.page.page_sessions import PageSessions
from bot.words.templates import render
from index.files import checksum

logger = logging.getLogger(__name__)
_JOIN = "/gradio_api/queue/join"
_DATA = "/gradio_api/queue/data"
_OPEN = frozenset(
    {
        ("HEAD", "/"),
        ("GET", "/theme.css"),
        ("GET", "/gradio_api/app_id"),  # asked for to learn whether a lost server is back
    }
)
_OPEN_FOLDERS = ("/assets/", "/static/")
_MAX_EVENT = 32 * 1024  # bytes; a question or a note and its frame
_CROWDED = "Too many questions are waiting. Ask again in a second."
_STRANGE = "The page does not have this. Load it again."
_STRANGE_META = re.compile(
    r'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>'
)
FILES = Path(__file__).parent / "static"  # served under /page
# In the addresses, so that a new version is fetched whatever a browser has kept.
_VERSION = checksum(b"".join(path.read_bytes() for path in sorted(FILES.iterdir())))[:12]
_HEAD = render("web/page/templates/head.html", version=_VERSION)


class _Event(BaseModel):
    """What is looked at of an event before Gradio reads the rest."""

    session_hash: str = Field(min_length=1, max_length=64)


class RouteWhitelist:
    """Lets the page's own requests through to Gradio and nothing else.

    Uploads, files, proxying, API listings, monitoring and the like answer 404. Scripts
    of the page carry a nonce, so that a script which got into the text would not run.
    """

    def __init__(self, app: ASGIApp, sessions: PageSessions) -> None:
        """Stand before ``app``, which holds the Gradio page at its root."""
        self.app = app
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        path = scope["path"]
        if (scope["method"], path) == ("GET", "/"):
            await self._serve_page(scope, receive, send)
        elif (scope["method"], path) == ("POST", _JOIN):
            await self._join(scope, receive, send)
        elif (scope["method"], path) == ("GET", _DATA):
            await self._stream(scope, receive, send)
        elif (scope["method"], path) in _OPEN or path.startswith(_OPEN_FOLDERS):
            await self._relay(scope, receive, send)
        else:
            await problem(404, "There is no such page.")(scope, receive, send)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an event through where its session has room for one."""
        body = await Request(scope, receive).body()
        if len(body) > _MAX_EVENT:
            words = f"The event is larger than {_MAX_EVENT} bytes. Ask one question."
            await problem(413, words)(scope, receive, send)
            return
        try:
            session = _Event.model_validate_json(body).session_hash
        except ValidationError:
            await problem(422, _STRANGE)(scope, receive, send)
            return
        network = network_of(scope["client"][0]) if scope.get("client") else ""
        if await self.sessions.admit(session, network):
            await self._relay(scope, replay(body, receive), send)
        else:
            await busy(_CROWDED, 1)(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the outcome of a session's events be read, for so long."""
        session = Request(scope).query_params.get("session_hash", "")
        if not self.sessions.is_known(session):
            await problem(404, _STRANGE)(scope, receive, send)
            return
        has_left = asyncio.Event()

        async def watch() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.sessions.STREAM_SECONDS):
                    while (await receive())["type"] != "http.disconnect":
                        pass
            has_left.set()
            self.sessions.wake(session)

        async def receive_left() -> Message:
            await has_left.wait()
            return {"type": "http.disconnect"}

        # By this version a stream is asked to end instead of being cut off: what Gradio began
        # beside it would go on for ever.
        asgi = {**scope["asgi"], "spec_version": "2.4"}
        watching = asyncio.create_task(watch())
        try:
            await self._relay({**scope, "asgi": asgi}, receive_left, send)
        except Exception as error:
            if self.sessions.is_known(session):
                raise
            logger.info("a session ended while it was read: %s", type(error).__name__)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watching.cancel()
        if has_left.is_set():
            await self.sessions.forget_events(session)

    async def _relay(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through; what Gradio refuses is said as a problem of ours."""
        status = 0

        async def relay(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            if status < 400:
                await send(message)

        try:
            await self.app(scope, receive, relay)
        except Exception as error:
            if scope["path"] != _JOIN or status < 500:
                raise
            # Gradio looks up what the browser names without looking whether it is there.
            kind = type(error).__name__  # its words may be those that were sent
            logger.warning("an event that the page does not have was refused: %s", kind)
            status = 422
        if status == 503:
            await busy(_CROWDED, 1)(scope, receive, send)
        elif status >= 400:
            await problem(status, _STRANGE)(scope, receive, send)

    async def _serve_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Uncompressed: what is compressed could not be rewritten.
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        status, body = 500, bytearray()

        async def collect(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                body.extend(message.get("body", b""))

        await self.app({**scope, "headers": headers}, receive, collect)
        nonce = secrets.token_urlsafe(18)
        response = HTMLResponse(
            dress(body.decode(), nonce),
            status,
            {"content-security-policy": content_policy(nonce), "cache-control": "no-store"},
        )
        await response(scope, receive, send)


def dress(html: str, nonce: str) -> str:
    """Return Gradio's page with our style and script, no strangers' links, and a nonce."""
    html = _STRANGE_META.sub("", html)
    html = html.replace('<meta charset="utf-8" />', '<meta charset="utf-8" />' + _HEAD, 1)
    return html.replace("<script", f'<script nonce="{nonce}"')
