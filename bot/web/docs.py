"""The API's description for people: Swagger UI, served from this machine alone."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ClauseBot API</title>
<link rel="icon" href="/page/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/files/swagger-ui.css">
<link rel="stylesheet" href="/page/docs.css">
<script src="/docs/files/swagger-ui-bundle.js" defer></script>
<script src="/page/docs.js" defer></script>
</head>
<body><main id="docs"></main></body>
</html>
"""


def docs_routes() -> APIRouter:
    """Return the page and the files that it loads."""
    # The package is only the bundle of files; nothing of it is imported.
    files = StaticFiles(packages=[("fastapi_offline", "static")])
    routes = APIRouter(routes=[Mount("/docs/files", files)])

    @routes.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """Show every route, what it takes and gives, and let it be tried."""
        return HTMLResponse(_PAGE)

    return routes
