"""Agreements, uploads and reviews as the objects of the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot.desk.approved import Approved, State
from bot.web.desk.corpus_work import Reviewed
from bot.web.desk.desk import Desk
from bot.web.understanding import say_oddity, say_reason
from index.library import ClauseChange, Published, Upload
from index.outline import Entry
from index.segmentation.segment import Doubt

_BEGINNING = 240  # characters of a reply


def corpus_object(desk: Desk, language: str) -> dict[str, Any]:
    """Return the agreements that are answered from, and the uploads that wait."""
    index, former = desk.service.bot.index, desk.library.former()
    counts = Counter(clause.agreement for clause in index.corpus.clauses)
    history = {(row.agreement, row.sha256): row for row in desk.library.history()}
    agreements = []
    for agreement in index.corpus.agreements:
        published = history.get((agreement.id, agreement.sha256))
        agreements.append(
            {
                "agreement": agreement.id,
                "title": agreement.title_in(language),
                "version": agreement.version,
                "sha256": agreement.sha256,
                "clauses": counts[agreement.id],
                "published_by": published.by if published else None,
                "published_at": published.at.isoformat() if published else None,
            }
        )
    return {
        "generation": index.generation,
        "agreements": agreements,
        "uploads": [upload_object(upload) for upload in desk.library.uploads()],
        "former": None if former is None else _publication(former),
    }


def upload_object(upload: Upload) -> dict[str, Any]:
    """Return an upload without its bytes."""
    return {
        "upload_id": upload.upload_id,
        "agreement": upload.agreement,
        "name": upload.name,
        "size": upload.size,
        "by": upload.by,
        "at": upload.at.isoformat(),
    }


def review_object(reviewed: Reviewed, language: str) -> dict[str, Any]:
    """Return what publishing an upload would do, told in a language."""
    review = reviewed.review
    return {
        "upload": upload_object(review.upload),
        "base": review.base,
        "is_new": review.is_new,
        "same_as": review.same_as,
        "title": reviewed.agreement.title_in(language),
        "clauses": sum(entry.kind == "clause" for entry in review.outline),
        "outline": [_entry(row, language) for row in review.outline if row.kind != "doubt"],
        "doubts": [_doubt(doubt, language) for doubt in review.doubts],
        "changes": [_change(change) for change in review.changes],
        "unchanged": review.unchanged,
        "losses": [asdict(loss) for loss in review.losses],
        "reopened": list(review.reopened),
        "files": list(review.files),
        "problems": list(review.problems),
        "replies": _pending(reviewed.turned),
    }


def back_object(former: Published | None, turned: Sequence[Approved]) -> dict[str, Any]:
    """Return what a step back would do to the approved replies."""
    pending = _pending(turned)
    return {
        "published_id": None if former is None else former.published_id,
        "replies": pending,
        "returning": len(turned) - len(pending),
    }


def taken_object(desk: Desk, done: Published) -> dict[str, Any]:
    """Return what a publication, or a step back, came to."""
    return {
        "generation": done.generation,
        "agreement": done.agreement,
        "title": done.title,
        "is_served": desk.service.bot.index.generation == done.generation,
    }


def _publication(published: Published) -> dict[str, Any]:
    return {
        "published_id": published.published_id,
        "agreement": published.agreement,
        "title": published.title,
        "by": published.by,
        "at": published.at.isoformat(),
        "is_new": not published.former_sha256,
    }


def _entry(entry: Entry, language: str) -> dict[str, Any]:
    label = say_reason(entry.label, language) if entry.kind == "leftover" else entry.label
    return {
        "line": entry.line,
        "level": entry.level,
        "kind": entry.kind,
        "label": label,
        "words": entry.words,
    }


def _doubt(doubt: Doubt, language: str) -> dict[str, Any]:
    return {"line": doubt.line, "message": say_oddity(doubt.oddity, language)}


def _change(found: ClauseChange) -> dict[str, Any]:
    clause = found.after or found.before
    return {
        "change": found.change,
        "agreement": clause.agreement if clause else "",
        "before_label": found.before.label if found.before else None,
        "after_label": found.after.label if found.after else None,
        "before": found.before.text if found.before else None,
        "after": found.after.text if found.after else None,
        "pieces": [asdict(piece) for piece in found.pieces],
    }


def _pending(turned: Sequence[Approved]) -> list[dict[str, Any]]:
    return [_turned(reply) for reply in turned if reply.state is State.PENDING]


def _turned(reply: Approved) -> dict[str, Any]:
    labels = {cited.clause_id: cited.label for cited in reply.content.citations}
    return {
        "reply_id": reply.reply_id,
        "beginning": reply.content.text[:_BEGINNING],
        "language": reply.content.language,
        "approved_by": reply.approved_by,
        "clauses": [
            {
                "clause_id": changed.clause_id,
                "label": labels[changed.clause_id],
                "change": changed.change,
            }
            for changed in reply.changes
        ],
    }
