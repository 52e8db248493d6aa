"""Approved replies on the web: found, saved, edited, approved again, retired, taken out and in."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.answering.question import MAX_LENGTH
from bot.desk.agreements.api import UPLOADED, receive_file
from bot.desk.replies.matcher import Match
from bot.desk.replies.pending import turn_pending
from bot.desk.replies.rules import (
    MAX_CITATIONS,
    MAX_QUESTIONS,
    MAX_TEXT,
    ApprovedReply,
    Changed,
    Content,
    State,
    StepKind,
    check_content,
    cite_clauses,
    find_changes,
)
from bot.desk.shell.access import actor_of, allow, operation
from bot.desk.shell.desk import Desk
from bot.desk.ticket.requote import find_quote
from bot.people.identity import Viewer
from bot.people.permissions import Operation, may, owner_for
from bot.records.citation_status import Change
from bot.records.record import Cited
from bot.storage import StorageError
from bot.web.bodies import ANSWER_ID, Body, Language, Object, Text, Time
from bot.web.http import json_response, problem
from index.diff import Piece, diff_words
from index.search.clause_index import ClauseIndex

Words = Annotated[Text, Field(max_length=MAX_LENGTH)]
ReplyId = Annotated[str, Field(pattern=ANSWER_ID)]
MAX_BESIDE = 100  # replies that stand already and are told


class QuoteBody(Body):
    """A clause and the words of it that are quoted, as they stand there now."""

    clause_id: Text = Field(max_length=200, examples=["xunzhong/5(3)"])
    quote: Text = Field(max_length=MAX_TEXT, examples=["自本协议终止之日起7日后"])


class ContentBody(Body):
    """What a person writes of a reply."""

    language: Language = Field(description="Of the text.")
    text: Text = Field(max_length=MAX_TEXT, description="What is sent.")
    questions: list[Words] = Field(
        max_length=MAX_QUESTIONS, description="What it answers, in either language."
    )
    clauses: list[QuoteBody] = Field(max_length=MAX_CITATIONS, description="What it rests on.")


class NewReplyBody(ContentBody):
    """A reply to be kept; sent twice under one id, it is kept once."""

    reply_id: str = Field(pattern=ANSWER_ID, description="Made by the caller, not to be guessed.")
    beside: list[ReplyId] = Field(
        [],
        max_length=MAX_BESIDE,
        description="Ids of the replies to like questions beside which it is meant to stand; it "
        "is refused where another one stands.",
    )


class EditBody(ContentBody):
    """A reply with other content."""

    revision: int = Field(ge=1, description="The one that it was made from.")


class StepBody(Body):
    """A step upon a revision."""

    revision: int = Field(ge=1, description="The one that was looked at.")


class KnownObject(Object):
    """What every surface tells of a reply."""

    reply_id: str
    revision: int = Field(description="Rises with every step.")
    state: State
    language: Language
    questions: tuple[str, ...]
    owner: str = Field(description="Id of the person who saved it here; empty for nobody's.")
    owner_name: str
    may_change: bool = Field(description="Whether whoever asks may edit and retire it.")
    approved_by: str
    approved_at: Time

    @classmethod
    def known(cls, reply: ApprovedReply, viewer: Viewer, **given: object) -> Self:
        """Return what is told of a reply to whoever asks, and the fields given beside it."""
        return cls.made_of(
            reply,
            language=reply.content.language,
            questions=reply.content.questions,
            owner_name=reply.history[0].who if reply.owner else "",
            may_change=may(viewer, Operation.CHANGE_REPLY, reply.owner),
            **given,
        )


class CitedLabelObject(Object):
    """A clause that a reply cites."""

    clause_id: str
    label: str


class ListedObject(KnownObject):
    """A reply in a list."""

    beginning: str = Field(description="Of its text.")
    clauses: list[CitedLabelObject]

    @classmethod
    def of(cls, reply: ApprovedReply, viewer: Viewer, **given: object) -> Self:
        """Return a reply as a list shows it to whoever asks."""
        content = reply.content
        given |= {"beginning": content.text[:_BEGINNING], "clauses": content.citations}
        return cls.known(reply, viewer, **given)


class StandingObject(ListedObject):
    """A reply that stands already to a like question."""

    question: str
    text: str


class ListObject(Object):
    """A page of replies, those changed last first."""

    replies: list[ListedObject]
    total: int
    counts: dict[State, int] = Field(description="How many hold the words, by state.")


class ReplyClauseObject(CitedLabelObject):
    """A clause as it was cited, and what has become of it."""

    title: str = Field(description="Of the agreement.")
    path: tuple[str, ...]
    quote: str
    text: str
    translation: str | None
    change: Change
    now_id: str | None = Field(description="Of the clause at its place, or where its words went.")
    now: str | None = Field(description="Its words now; null when it is gone.")
    now_quote: str | None = Field(description="What to quote of it now.")
    difference: tuple[Piece, ...] | None = Field(description="When changed, word by word.")

    @classmethod
    def of(cls, cited: Cited, title: str, changed: Changed | None) -> Self:
        """Return a clause of the agreement of this title; ``changed`` where it is as cited."""
        known = changed or Changed(cited.clause_id, Change.UNCHANGED, cited.clause_id, cited.text)
        is_changed = known.change is Change.CHANGED
        return cls.made_of(
            cited,
            title=title,
            change=known.change,
            now_id=known.now_id,
            now=known.now,
            now_quote=None if known.now is None else find_quote(cited.quote, known.now),
            difference=diff_words(cited.text, known.now or "") if is_changed else None,
        )


class StepObject(Object):
    """One step in the life of a reply, and how it read until then."""

    at: Time
    who: str = Field(description="Empty where the program did it.")
    deed: StepKind
    text: str
    questions: tuple[str, ...]
    clauses: tuple[str, ...]


class ReplyObject(KnownObject):
    """A reply with all that is known of it."""

    text: str
    clauses: list[ReplyClauseObject]
    history: list[StepObject] = Field(description="Oldest first.")

    @classmethod
    def of(cls, reply: ApprovedReply, viewer: Viewer, index: ClauseIndex) -> Self:
        """Return a reply, its clauses held against the agreements of today."""
        titles = {source.agreement: source.title for source in reply.content.sources}
        changes = {found.clause_id: found for found in find_changes(reply.content, index)}
        clauses = [
            ReplyClauseObject.of(cited, titles[cited.agreement], changes.get(cited.clause_id))
            for cited in reply.content.citations
        ]
        return cls.known(reply, viewer, text=reply.content.text, clauses=clauses)


class SpooledObject(Object):
    """A reply that is kept, and in the list as soon as the database is in order again."""

    reply_id: str
    state: Literal["spooled"]


class ImportedObject(Object):
    """What became of a file: how many replies are new, and how many were there already."""

    new: int
    known: int


_BEGINNING = 240  # characters
MAX_FILE = 20_000_000  # bytes of a file of replies


def add_file_routes(routes: APIRouter, desk: Desk) -> None:
    """Add the routes that take replies out to a file and in from one."""

    @routes.get("/export", response_class=Response, **operation(Operation.EXPORT_REPLIES))
    def export(_: Viewer = Depends(allow(desk, Operation.EXPORT_REPLIES))) -> Response:  # noqa: B008
        """Return every reply as a file of JSON Lines."""
        turn_pending(desk)
        disposition = 'attachment; filename="clausebot-replies.jsonl"'
        headers = {"content-disposition": disposition}
        return Response(desk.replies.export(), 200, headers, "application/jsonl")

    check = allow(desk, Operation.IMPORT_REPLIES)
    described = operation(Operation.IMPORT_REPLIES, 408, 413, 415, 422)
    described["openapi_extra"] |= UPLOADED

    @routes.post("/import", dependencies=[Depends(check)], **described)
    async def take_over(request: Request) -> ImportedObject:
        """Keep the replies of such a file, all of them or, if a line is wrong, none.

        A reply is approved by whom the file names, and the audit log says who imported it.
        """
        data, viewer = await receive_file(request, MAX_FILE, check)
        by, index = actor_of(request, viewer), desk.service.bot.index
        taken = await run_in_threadpool(desk.replies.take_over, data, by=by, index=index)
        return ImportedObject.made_of(taken)


logger = logging.getLogger(__name__)
_MOST = 100  # replies in one page of the list
ReplyPath = Annotated[str, Path(pattern=ANSWER_ID)]


def reply_routes(desk: Desk) -> APIRouter:
    """Return the routes of approved replies."""
    routes = APIRouter(prefix="/api/desk/replies")
    add_file_routes(routes, desk)  # before those of an id, which “export” might be
    _add_lists(routes, desk)
    _add_steps(routes, desk)
    return routes


def _add_lists(routes: APIRouter, desk: Desk) -> None:
    see = Depends(allow(desk, Operation.SEE_REPLY))

    @routes.get("", **operation(Operation.SEE_REPLY, 422))
    def find(
        words: Annotated[Text, Query(description="All of which it holds.", max_length=500)] = "",
        state: State | None = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 20,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        viewer: Viewer = see,
    ) -> ListObject:
        """List the replies that hold every word, those changed last first."""
        turn_pending(desk)
        found = desk.replies.find(words)
        counts = Counter(known.state for known in found)
        wanted = [known for known in found if state in (None, known.state)]
        page = wanted[offset : offset + limit]
        return ListObject(
            replies=[ListedObject.of(known, viewer) for known in page],
            total=len(wanted),
            counts={kind: counts[kind] for kind in State},
        )

    @routes.get("/{reply_id}", **operation(Operation.SEE_REPLY, 404, 422))
    def get(reply_id: ReplyPath, viewer: Viewer = see) -> ReplyObject:
        """Return one reply, its history, and what has become of its clauses."""
        turn_pending(desk)
        known = desk.replies.get(reply_id)
        return ReplyObject.of(known, viewer, desk.service.bot.index)


def _add_steps(routes: APIRouter, desk: Desk) -> None:
    may_save = Depends(allow(desk, Operation.APPROVE_REPLY))
    may_change = Depends(allow(desk, Operation.CHANGE_REPLY))
    may_retire = Depends(allow(desk, Operation.RETIRE_REPLY))

    described = operation(Operation.APPROVE_REPLY, 409, posted=True)
    described["responses"] |= {202: {"model": SpooledObject, "description": "It is kept."}}

    @routes.post("", status_code=201, response_model=ReplyObject, **described)
    def save(body: NewReplyBody, request: Request, viewer: Viewer = may_save) -> Response:
        """Keep a new reply, approved by who saves it, unless one to a like question stands.

        Then it is refused by 409 and ``code`` ``reply_stands``, and ``standing`` tells which do.
        """
        index, by = desk.service.bot.index, actor_of(request, viewer)
        content = _content(body, index)
        standing = _standing(desk, content, index)
        ids = {match.reply.reply_id for match in standing}
        if body.reply_id not in ids and ids - set(body.beside):
            told = [
                StandingObject.of(
                    match.reply, viewer, question=match.question, text=match.reply.content.text
                )
                for match in standing[:MAX_BESIDE]
            ]
            detail = "A reply to a like question stands already. Change that one."
            return problem(409, detail, code="reply_stands", more={"standing": told})
        saved = desk.service.writer.save_reply(content, by=by, index=index, reply_id=body.reply_id)
        if saved.is_spooled:
            spooled = SpooledObject(reply_id=saved.reply.reply_id, state="spooled")
            return json_response(spooled, 202)
        return json_response(ReplyObject.of(saved.reply, viewer, index), 201)

    changed = operation(Operation.CHANGE_REPLY, 404, 409, posted=True)

    @routes.put("/{reply_id}", **changed)
    def edit(
        reply_id: ReplyPath, body: EditBody, request: Request, viewer: Viewer = may_change
    ) -> ReplyObject:
        """Write other content; an approved reply stays approved, by who edits it."""
        index = desk.service.bot.index
        done = desk.replies.edit(
            reply_id,
            _content(body, index),
            by=actor_of(request, viewer),
            revision=body.revision,
            index=index,
            owner=owner_for(viewer, Operation.CHANGE_REPLY),
        )
        return ReplyObject.of(done, viewer, index)

    @routes.post("/{reply_id}/approve", **changed)
    def approve(
        reply_id: ReplyPath, body: StepBody, request: Request, viewer: Viewer = may_change
    ) -> ReplyObject:
        """Approve a reply again, pending or retired before."""
        index = desk.service.bot.index
        done = desk.replies.approve(
            reply_id,
            by=actor_of(request, viewer),
            revision=body.revision,
            index=index,
            owner=owner_for(viewer, Operation.CHANGE_REPLY),
        )
        return ReplyObject.of(done, viewer, index)

    @routes.post("/{reply_id}/retire", **operation(Operation.RETIRE_REPLY, 404, 409, posted=True))
    def retire(
        reply_id: ReplyPath, body: StepBody, request: Request, viewer: Viewer = may_retire
    ) -> ReplyObject:
        """Offer a reply no longer; it is kept."""
        index = desk.service.bot.index
        done = desk.replies.retire(
            reply_id,
            by=actor_of(request, viewer),
            revision=body.revision,
            owner=owner_for(viewer, Operation.RETIRE_REPLY),
        )
        return ReplyObject.of(done, viewer, index)


def _standing(desk: Desk, content: Content, index: ClauseIndex) -> list[Match]:
    """Return the replies that stand already to like questions.

    Where the database is out of order nobody can tell, and the reply is kept all the same.
    """
    check_content(content)
    try:
        return desk.replies.matcher_of_now(index).find_standing(content, index)
    except StorageError as error:
        logger.warning("nobody knows whether a reply stands already: %s", error)
        return []


def _content(body: ContentBody, index: ClauseIndex) -> Content:
    quotes = [(clause.clause_id, clause.quote) for clause in body.clauses]
    citations, sources = cite_clauses(index, body.language, quotes)
    return Content(body.language, body.text, tuple(body.questions), citations, sources)
