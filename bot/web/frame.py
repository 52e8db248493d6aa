"""What stands around the conversation: header, welcome, examples, notice and footer."""

from __future__ import annotations

from bot.markup import escape
from bot.web.language import LANGUAGES
from bot.web.markup import said
from bot.wording import EXAMPLES


def render_header(language: str) -> str:
    """Show the name and the switch of languages."""
    switches = "".join(
        f'<button type="button" lang="{code}" data-lang="{code}" '
        f'aria-pressed="{"true" if code == language else "false"}">{name}</button>'
        for code, name in LANGUAGES.items()
    )
    return (
        f'<div class="masthead" data-language="{language}">'
        f'<button type="button" class="skip" data-skip>{said("skip", language)}</button>'
        f'<h1 class="brand"><span class="brand-mark" aria-hidden="true"></span>ClauseBot '
        f'<span class="tagline">{said("tagline", language)}</span></h1>'
        f'<div class="switch" role="group" aria-label="{said("language_label", language)}">'
        f"{switches}</div></div>"
    )


def render_welcome(language: str) -> str:
    """Say what the page does; shown until something is asked."""
    return (
        f'<section class="welcome"><h2>{said("hero", language)}</h2>'
        f'<p class="promise">{said("promise", language)}</p></section>'
    )


def render_examples(language: str) -> str:
    """Offer questions to begin with."""
    entries = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in EXAMPLES[language]
    )
    return (
        f'<section class="examples"><h3 class="eyebrow">{said("examples", language)}</h3>'
        f"<ul>{entries}</ul></section>"
    )


def render_notice(text: str, language: str, *, may_retry: bool = False) -> str:
    """Show that work goes on, where it does, and why the last question was not answered."""
    state = "" if text and may_retry else " hidden"
    return (
        f'<p class="busy"><span class="busy-mark" aria-hidden="true"></span>'
        f"<span>{said('busy', language)}</span></p>"
        f'<div class="notice" data-lost="{said("lost", language)}">'
        f'<p role="alert">{escape(text)}</p><button type="button" class="quiet" data-retry{state}>'
        f"{said('try_again', language)}</button></div>"
    )


def render_footer(language: str) -> str:
    """Say what no answer is and which wording counts; lead to the API and the widget."""
    return (
        f'<div class="fine"><p>{said("not_advice", language)} '
        f"{said('original_prevails', language)}</p>"
        f'<nav aria-label="{said("more_links", language)}"><a class="quiet" href="/docs">'
        f'{said("api_link", language)}</a><a class="quiet" href="/widget">'
        f"{said('widget_link', language)}</a></nav></div>"
    )
