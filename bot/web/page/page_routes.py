"""The door of the page: Gradio's routes narrowed to those it needs, its HTML made our own."""

from __future__ import annotations

import logging
import re
import secrets
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.http import busy, problem
from bot.web.middleware import content_policy
from bot.words.templates import render
from index.files import checksum

logger = logging.getLogger(__name__)
_JOIN = "/gradio_api/queue/join"
_OPEN = frozenset(
    {
        ("HEAD", "/"),
        ("GET", "/theme.css"),
        ("POST", _JOIN),
        ("GET", "/gradio_api/queue/data"),
        ("GET", "/gradio_api/app_id"),  # asked for to learn whether a lost server is back
    }
)
_OPEN_FOLDERS = ("/assets/", "/static/", "/gradio_api/heartbeat/")
_STRANGE_META = re.compile(
    r'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>'
)
FILES = Path(__file__).parent / "static"  # served under /page
# In the addresses, so that a new version is fetched whatever a browser has kept.
_VERSION = checksum(b"".join(path.read_bytes() for path in sorted(FILES.iterdir())))[:12]
_HEAD = render("web/page/templates/head.html", version=_VERSION)


class RouteWhitelist:
    """Lets the page's own requests through to Gradio and nothing else.

    Uploads, files, proxying, API listings, monitoring and the like answer 404. Scripts
    of the page carry a nonce, so that a script which got into the text would not run.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before ``app``, which holds the Gradio page at its root."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        path = scope["path"]
        if (scope["method"], path) == ("GET", "/"):
            await self._serve_page(scope, receive, send)
        elif (scope["method"], path) in _OPEN or path.startswith(_OPEN_FOLDERS):
            await self._relay(scope, receive, send)
        else:
            await problem(404, "There is no such page.")(scope, receive, send)

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
            logger.warning("an event that the page does not have was refused: %r", error)
            status = 422
        if status == 503:
            await busy("Too many questions are waiting. Ask again in a second.", 1)(
                scope, receive, send
            )
        elif status >= 400:
            detail = "The page does not have this. Load it again."
            await problem(status, detail)(scope, receive, send)

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
