"""Which language a reader is shown a page in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "clausebot_lang"  # set by the scripts that switch, page.js and shell.js
Accepted = Annotated[str, Header(alias="accept-language", description="Of what is told.")]


def choose_language(wanted: str | None, accepted: str) -> str:
    """Choose the language of a page.

    Args:
        wanted: What the reader chose, if anything.
        accepted: The browser's ``Accept-Language``, its favourite first.
    """
    if wanted in LANGUAGES:
        return wanted
    for entry in accepted.split(","):
        language = entry.strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return "en"


def language_of(request: Request) -> str:
    """Choose the language by the address, else by the reader's last choice, else the browser's."""
    wanted = request.query_params.get("lang") or request.cookies.get(COOKIE)
    return choose_language(wanted, request.headers.get("accept-language", ""))
