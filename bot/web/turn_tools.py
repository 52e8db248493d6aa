"""What a reader does with an answer: say whether it helped, hand it on, take it along."""

from __future__ import annotations

from bot.markup import escape
from bot.storage.feedback import REASONS, VERDICTS
from bot.web.markup import said
from bot.web.turn import Turn

MAX_NOTE = 2_000  # characters
_FORMATS = ("markdown", "html", "json")
_THUMB = (
    '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M7 10.5v9.5H4'
    "v-9.5zm0 0 4.2-7.4c1.5.2 2.4 1.3 2.2 2.8L12.9 9.500h5.600c1.300 0 2.200 1.200 1.900 "
    '2.400l-1.600 6.600c-.2.9-1 1.500-1.900 1.500H7"/></svg>'
)


def render_tools(turn: Turn, language: str, *, may_restart: bool) -> str:
    """Show the line under an answer; what was not kept cannot be rated or downloaded."""
    rating = _rating(turn, language) if turn.answer_id else "<span></span>"
    sharing = _sharing(turn, language) if turn.answer else ""
    restart = (
        f'<button type="button" class="quiet" data-restart>{said("restart", language)}</button>'
        if may_restart
        else ""
    )
    return f'<div class="turn-tools">{rating}<div class="onward">{sharing}{restart}</div></div>'


def _rating(turn: Turn, language: str) -> str:
    key = escape(turn.key)
    thumbs = "".join(
        f'<button type="button" class="thumb {verdict}" data-rate="{verdict}" '
        f'aria-pressed="false" aria-label="{said(f"rate_{verdict}", language)}" '
        f'title="{said(f"rate_{verdict}", language)}"{more}>{_THUMB}</button>'
        for verdict, more in zip(
            VERDICTS, ("", f' aria-expanded="false" aria-controls="why-{key}"'), strict=True
        )
    )
    return (
        f'<form class="rating" data-turn="{key}" data-saved="{said("rate_saved", language)}" '
        f'data-failed="{said("rate_failed", language)}"><div class="thumbs" role="group" '
        f'aria-labelledby="rate-{key}"><span id="rate-{key}" class="rate-label">'
        f"{said('rate', language)}</span>{thumbs}</div>"
        f'<p class="rating-said" role="status"></p>'
        f'<button type="button" class="quiet" data-rate-again hidden>'
        f"{said('try_again', language)}</button>{_why(key, language)}</form>"
    )


def _why(key: str, language: str) -> str:
    reasons = "".join(
        f'<label class="chip"><input type="radio" name="reason" value="{reason}">'
        f"<span>{said(f'reason_{reason}', language)}</span></label>"
        for reason in REASONS
    )
    return (
        f'<div class="why" id="why-{key}" hidden><fieldset><legend>{said("rate_why", language)}'
        f'</legend><div class="chips">{reasons}</div></fieldset>'
        f'<label class="note"><span>{said("rate_note", language)}</span>'
        f'<textarea name="note" rows="2" maxlength="{MAX_NOTE}"></textarea></label>'
        f'<p class="why-tools"><button type="submit" class="solid" data-rate-send>'
        f"{said('rate_send', language)}</button>"
        f'<button type="button" class="quiet" data-rate-close>{said("rate_close", language)}'
        f"</button></p></div>"
    )


def _sharing(turn: Turn, language: str) -> str:
    downloads = "".join(
        f'<li><a class="menu-item" download href="/api/answers/{escape(turn.answer_id)}/export'
        f'?format={name}">{said(f"download_{name}", language)}</a></li>'
        for name in _FORMATS
        if turn.answer_id
    )
    if downloads:
        downloads = (
            f'<p class="menu-head" id="download-{escape(turn.key)}">{said("download", language)}'
            f'</p><ul aria-labelledby="download-{escape(turn.key)}">{downloads}</ul>'
        )
    text = f"{turn.question}\n\n{turn.answer.text}\n" if turn.answer else ""
    return (
        f'<details class="menu sharing"><summary class="quiet">{said("share", language)}</summary>'
        f'<div class="menu-list" data-failed="{said("copy_failed", language)}">'
        f'<button type="button" class="menu-item" data-copy-link="'
        f'{escape(turn.shared(language))}" data-copied="{said("link_copied", language)}">'
        f"{said('copy_link', language)}</button>"
        f'<button type="button" class="menu-item" data-copy-text="{escape(text)}" '
        f'data-copied="{said("text_copied", language)}">{said("copy_text", language)}</button>'
        f"{downloads}</div></details>"
    )
