"""The widget's pages: HTML files with blanks, filled in with escaped words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from bot.markup import escape
from index.agreement import Agreement

_FOLDER = Path(__file__).with_name("templates")
_FRAME = Template(
    """<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>ClauseBot</title>
<link rel="stylesheet" href="/widget/files/frame.css">
<script src="/widget.js" defer></script>
</head>
<body><main><clause-bot inline$attributes></clause-bot></main></body>
</html>
"""
)


def frame_page(language: str, agreement: str, key: str) -> str:
    """Return the widget filling a page.

    Args:
        language: ``zh`` or ``en``.
        agreement: Id of the one agreement to ask; empty for all.
        key: Of the site around the frame; empty for our own.
    """
    given = {"lang": language, "agreement": agreement, "key": key}
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value)
    return _FRAME.substitute(language=language, attributes=attributes)


def documentation_page(language: str, agreements: Sequence[Agreement], server: str) -> str:
    """Return the documentation, its snippets with the address of this very server."""
    options = "".join(
        f'<option value="{escape(agreement.id)}">{escape(agreement.title_in(language))}</option>'
        for agreement in agreements
    )
    first = agreements[0].id if agreements else ""
    page = _read(f"documentation.{language}.html")
    return page.substitute(server=escape(server), agreement=escape(first), options=options)


def demo_page(language: str) -> str:
    """Return the mock help center."""
    return _read(f"demo.{language}.html").substitute()


def _read(name: str) -> Template:
    return Template((_FOLDER / name).read_text("utf-8"))
