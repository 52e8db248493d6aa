"""The one door to Jinja2: HTML from templates, in which every word is escaped.

A template stands in the folder ``templates`` of the feature that it shows, and is named by its
path below ``bot``. It may call ``say`` as programs do, and ``emphasise`` and ``highlight``.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.words.catalogue import say
from index.numerals import find_quantities

# Control characters, lone surrogates, and marks that turn the direction of the words after them.
_UNPRINTABLE = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_STRANGE = re.compile(f"[{_UNPRINTABLE}]")
_SPECIAL = re.compile(f"[&<>\"'{_UNPRINTABLE}]")


def escape(text: str) -> str:
    """Return text as HTML that shows it and does nothing else.

    What no page can carry (lone surrogates, control characters) or should obey (marks that
    turn the direction of words) becomes U+FFFD.
    """
    return html.escape(show_all(text)) if _SPECIAL.search(text) else text


def show_all(text: str) -> str:
    """Return text in which U+FFFD stands for what no page can carry or should obey."""
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _STRANGE.sub("\ufffd", paired)


def emphasise(text: str) -> Markup:
    """Return text as HTML in which durations, amounts and dates stand out."""
    parts: list[str] = []
    at = 0
    for start, end in find_quantities(text):
        parts += [escape(text[at:start]), f'<strong class="qty">{escape(text[start:end])}</strong>']
        at = end
    return _html("".join([*parts, escape(text[at:])]))


def highlight(text: str, start: int, end: int) -> Markup:
    """Return text as HTML in which ``text[start:end]`` is marked."""
    if not 0 <= start < end <= len(text):
        return _html(escape(text))
    marked = f"<mark>{emphasise(text[start:end])}</mark>"
    return _html(escape(text[:start]) + marked + escape(text[end:]))


def _html(escaped: str) -> Markup:
    """Return what is HTML already as such: no template escapes it again."""
    return Markup(escaped)  # noqa: S704 - its callers have escaped every word in it


def render(name: str, **values: Any) -> str:
    """Return what a template makes of some values."""
    return _environment().get_template(name).render(values)


def read_macros(name: str, **values: Any) -> Any:
    """Return the macros of a template, each a function that gives HTML; all see the values."""
    return _environment().get_template(name).make_module(values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_escape_text,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"say": _say, "emphasise": emphasise, "highlight": highlight}
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return made


def _say(key: str, language: str, **values: object) -> Markup:
    return _html(escape(say(key, language, **values))) if values else _said(key, language)


@cache
def _said(key: str, language: str) -> Markup:
    """Return a sentence without blanks, escaped once: pages say the same ones over and over."""
    return _html(escape(say(key, language)))


def _escape_text(value: object) -> object:
    """Escape what an expression gives, in our own way before Jinja2 does in its."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _html(escape(value))
