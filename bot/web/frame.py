"""What stands around the conversation: header, welcome, examples, notice and footer."""

from __future__ import annotations

from bot.markup import escape
from bot.wording import EXAMPLES, say

LANGUAGES = {"zh": "中文", "en": "English"}


def choose_language(wanted: str | None, accepted: str) -> str:
    """Choose the language of the page.

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


def render_header(language: str) -> str:
    """Show the name and the switch of languages."""
    switches = "".join(
        f'<button type="button" lang="{code}" data-lang="{code}" '
        f'aria-pressed="{"true" if code == language else "false"}">{name}</button>'
        for code, name in LANGUAGES.items()
    )
    return (
        f'<div class="masthead" data-language="{language}">'
        f'<button type="button" class="skip" data-skip>{_say("skip", language)}</button>'
        f'<h1 class="brand"><span class="brand-mark" aria-hidden="true"></span>ClauseBot '
        f'<span class="tagline">{_say("tagline", language)}</span></h1>'
        f'<div class="switch" role="group" aria-label="{_say("language_label", language)}">'
        f"{switches}</div></div>"
    )


def render_welcome(language: str) -> str:
    """Say what the page does; shown until something is asked."""
    return (
        f'<section class="welcome"><h2>{_say("hero", language)}</h2>'
        f'<p class="promise">{_say("promise", language)}</p></section>'
    )


def render_examples(language: str) -> str:
    """Offer questions to begin with."""
    entries = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in EXAMPLES[language]
    )
    return (
        f'<section class="examples"><h3 class="eyebrow">{_say("examples", language)}</h3>'
        f"<ul>{entries}</ul></section>"
    )


def render_notice(text: str, language: str, *, may_retry: bool = False) -> str:
    """Show that work goes on, where it does, and why the last question was not answered."""
    state = "" if text and may_retry else " hidden"
    return (
        f'<p class="busy"><span class="busy-mark" aria-hidden="true"></span>'
        f"<span>{_say('busy', language)}</span></p>"
        f'<div class="notice" data-lost="{_say("lost", language)}">'
        f'<p role="alert">{escape(text)}</p><button type="button" class="quiet" data-retry{state}>'
        f"{_say('try_again', language)}</button></div>"
    )


def render_footer(language: str) -> str:
    """Say what no answer is and which wording counts; lead to the API and the widget."""
    return (
        f'<div class="fine"><p>{_say("not_advice", language)} '
        f"{_say('original_prevails', language)}</p>"
        f'<nav aria-label="{_say("more_links", language)}"><a class="quiet" href="/docs">'
        f'{_say("api_link", language)}</a><a class="quiet" href="/widget">'
        f"{_say('widget_link', language)}</a></nav></div>"
    )


def _say(key: str, language: str) -> str:
    return escape(say(key, language))
