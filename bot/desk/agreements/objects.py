"""What the API of the agreements gives, built from uploads, reviews and publications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.desk.agreements.journal import Published
from bot.desk.agreements.review import ClauseChange, Fate
from bot.desk.agreements.uploads import Upload
from bot.desk.agreements.work import Reviewed
from bot.desk.replies.rules import ApprovedReply, State
from bot.desk.shell.desk import Desk
from bot.records.citation_status import Change
from bot.web.page.agreement_html import say_oddity, say_reason
from index.diff import PieceKind
from index.outline import OutlineEntry
from index.segmentation.segment import Doubt


class PieceObject(BaseModel):
    """A run of words: in both texts, in the former (dropped) or in the later alone (added)."""

    kind: PieceKind
    text: str


class PublicationObject(BaseModel):
    """What was published last, which one step back takes away."""

    published_id: str
    agreement: str
    title: str
    by: str
    at: str
    is_new: bool = Field(description="The agreement was not there before; the step removes it.")


class PublishedObject(BaseModel):
    """An agreement as it is answered from."""

    agreement: str
    title: str = Field(description="In the language of Accept-Language.")
    version: str
    sha256: str
    clauses: int
    published_by: str | None = Field(description="Null where it did not come over the desk.")
    published_at: str | None


class UploadObject(BaseModel):
    """A file that waits to be published or discarded."""

    upload_id: str
    agreement: str = Field(description="Id that it has, or is to have.")
    name: str = Field(description="Of the file, as whoever uploaded it called it.")
    size: int = Field(description="In bytes.")
    by: str
    at: str


class CorpusObject(BaseModel):
    """The agreements, and what waits to become one."""

    generation: str = Field(description="Of the index that is answered from.")
    agreements: list[PublishedObject]
    uploads: list[UploadObject]
    former: PublicationObject | None


class OutlineEntryObject(BaseModel):
    """A line of the outline."""

    line: int = Field(description="In the text, from 1.")
    level: int = Field(description="Depth, 0 for a heading at the top.")
    kind: Literal["clause", "heading", "leftover"]
    label: str = Field(description="Of a clause; of what is set aside, why.")
    words: str = Field(description="The first.")


class DoubtObject(BaseModel):
    """What the program is unsure of."""

    line: int
    message: str = Field(description="In the language of Accept-Language.")


class ClauseChangeObject(BaseModel):
    """What becomes of one clause."""

    change: Fate
    agreement: str
    before_label: str | None = Field(description="Null for a new clause.")
    after_label: str | None = Field(description="Null for one that goes.")
    before: str | None
    after: str | None
    pieces: list[PieceObject] = Field(description="Of a changed clause, before and after in one.")


class LossObject(BaseModel):
    """What is left out of what was written of a clause, since its words are others."""

    clause_id: str
    has_rendering: bool
    questions: int = Field(description="Expected ones.")
    relations: int = Field(description="To other clauses.")


class TouchedClauseObject(BaseModel):
    """A clause that a reply cites and that is no longer as it is cited."""

    clause_id: str
    label: str
    change: Change


class TurnedReplyObject(BaseModel):
    """An approved reply that would turn pending."""

    reply_id: str
    beginning: str
    language: Literal["zh", "en"]
    approved_by: str
    clauses: list[TouchedClauseObject]


class ReviewObject(BaseModel):
    """What publishing an upload would do."""

    upload: UploadObject
    base: str = Field(description="Of what it was held against; give it back to publish.")
    is_new: bool
    same_as: str = Field(description="Id of an agreement of the same bytes; empty for none.")
    title: str
    clauses: int = Field(description="That the agreement would have.")
    outline: list[OutlineEntryObject]
    doubts: list[DoubtObject]
    changes: list[ClauseChangeObject]
    unchanged: int
    losses: list[LossObject]
    reopened: list[str] = Field(description="Questions that no longer count as left open.")
    files: list[str] = Field(description="That change; none where publishing would do nothing.")
    problems: list[str] = Field(description="Of other files, which stay as they are answered from.")
    replies: list[TurnedReplyObject]


class BackObject(BaseModel):
    """What a step back would do to the approved replies."""

    published_id: str | None = Field(description="Of what it would take back; null for nothing.")
    replies: list[TurnedReplyObject]
    returning: int = Field(description="Pending replies that would be approved again by itself.")


class TakenObject(BaseModel):
    """What a publication, or a step back, came to."""

    generation: str = Field(description="Of the index that was stored.")
    agreement: str
    title: str
    is_served: bool = Field(description="It is answered from already; else within a minute.")


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


def back_object(former: Published | None, turned: Sequence[ApprovedReply]) -> dict[str, Any]:
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


def _entry(entry: OutlineEntry, language: str) -> dict[str, Any]:
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


def _pending(turned: Sequence[ApprovedReply]) -> list[dict[str, Any]]:
    return [_turned(reply) for reply in turned if reply.state is State.PENDING]


def _turned(reply: ApprovedReply) -> dict[str, Any]:
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
