"""The headers that every answer of the site carries, and what a page may load and be shown in."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.sites import Site


def content_policy(nonce: str | None = None, frames: str = "'self'") -> str:
    """Return the Content-Security-Policy.

    Args:
        nonce: Lets the page's own scripts run. Gradio evaluates its templates
            (``unsafe-eval``) and styles elements in place.
        frames: Origins whose pages may show this one in a frame.
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
        """Stand before ``app``."""
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
