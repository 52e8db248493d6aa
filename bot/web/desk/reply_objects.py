"""Approved replies as the objects of the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.desk.approval import find_changes
from bot.desk.approved import Approved, Changed
from bot.desk.requote import find_quote
from bot.desk.shelf import Match
from bot.people.identity import Viewer
from bot.people.permissions import Operation, may
from bot.record import Cited
from bot.standing import Change
from index.diff import tell_apart
from index.search.clause_index import ClauseIndex

_BEGINNING = 240  # characters


def listed_object(reply: Approved, viewer: Viewer) -> dict[str, Any]:
    """Return a reply as a list shows it."""
    citations = reply.content.citations
    return {
        **_known(reply, viewer),
        "beginning": reply.content.text[:_BEGINNING],
        "clauses": [{"clause_id": cited.clause_id, "label": cited.label} for cited in citations],
    }


def standing_object(match: Match, viewer: Viewer) -> dict[str, Any]:
    """Return a reply that stands already to a like question."""
    return {
        **listed_object(match.reply, viewer),
        "question": match.question,
        "text": match.reply.content.text,
    }


def reply_object(reply: Approved, viewer: Viewer, index: ClauseIndex) -> dict[str, Any]:
    """Return a reply, its clauses held against the agreements of today."""
    titles = {source.agreement: source.title for source in reply.content.sources}
    changes = {found.clause_id: found for found in find_changes(reply.content, index)}
    return {
        **_known(reply, viewer),
        "text": reply.content.text,
        "clauses": [
            _cited(cited, titles[cited.agreement], changes.get(cited.clause_id))
            for cited in reply.content.citations
        ],
        "history": [asdict(step) | {"at": step.at.isoformat()} for step in reply.history],
    }


def _known(reply: Approved, viewer: Viewer) -> dict[str, Any]:
    return {
        "reply_id": reply.reply_id,
        "revision": reply.revision,
        "state": reply.state.value,
        "language": reply.content.language,
        "questions": list(reply.content.questions),
        "owner": reply.owner,
        "owner_name": reply.history[0].who if reply.owner else "",
        "may_change": may(viewer, Operation.CHANGE_REPLY, reply.owner),
        "approved_by": reply.approved_by,
        "approved_at": reply.approved_at.isoformat(),
    }


def _cited(cited: Cited, title: str, changed: Changed | None) -> dict[str, Any]:
    now_id, now = (
        (cited.clause_id, cited.text) if changed is None else (changed.now_id, changed.now)
    )
    is_changed = changed is not None and changed.change == Change.CHANGED
    return {
        "clause_id": cited.clause_id,
        "label": cited.label,
        "title": title,
        "path": list(cited.path),
        "quote": cited.quote,
        "text": cited.text,
        "translation": cited.translation,
        "change": Change.UNCHANGED.value if changed is None else changed.change,
        "now_id": now_id,
        "now": now,
        "now_quote": None if now is None else find_quote(cited.quote, now),
        "difference": [asdict(piece) for piece in tell_apart(cited.text, now or "")]
        if is_changed
        else None,
    }
