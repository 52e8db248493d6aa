"""The agreements on the web: listed, uploaded, reviewed, published, changed, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.desk.agreements.journal import Published
from bot.desk.agreements.objects import (
    BackObject,
    CorpusObject,
    HeldObject,
    HistoryObject,
    RemovalObject,
    ReviewObject,
    TakenObject,
)
from bot.desk.agreements.uploads import Metadata
from bot.desk.agreements.work import AgreementWork
from bot.desk.shell.access import actor_of, allow, operation
from bot.desk.shell.desk import Desk
from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.web.bodies import Body, Text
from bot.web.http import Accepted, choose_language
from bot.web.middleware import FILE_TYPE, kind_of
from index.agreement import MAX_BYTES
from index.errors import ClauseBotError

SECONDS = 120.0  # in which a file has to be here
UPLOADED = {  # what the description of a route says of its body
    "requestBody": {"required": True, "content": {FILE_TYPE: {"schema": {"type": "string"}}}}
}


class UploadError(ClauseBotError):
    """A file cannot be taken.

    Attributes:
        status: 408, 413 or 415.
    """

    code = "upload"

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


async def receive_file(
    request: Request, most: int, check: Callable[[Request], Viewer]
) -> tuple[bytes, Viewer]:
    """Return the body of a request, at most so many bytes sent as ``FILE_TYPE``, and who sends it.

    That is asked once more, by ``check`` as ``allow`` makes it, when the last byte is here: until
    then they may have been disabled, signed out or given another role, and a file may take as long
    as ``SECONDS``.

    Raises:
        UploadError: It is larger, not here in time, or sent as something else.
        AccessError: Whoever sends it may not, by now.
    """
    if kind_of(request.headers) != FILE_TYPE:
        raise UploadError(415, f"Send the file itself, with Content-Type: {FILE_TYPE}.")
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise UploadError(413, f"The file is larger than {most} bytes. Send a smaller.")
    except TimeoutError:
        raise UploadError(408, f"The file was not here within {SECONDS:.0f} seconds.") from None
    return bytes(body), await run_in_threadpool(check, request)


UploadId = Annotated[str, Path(max_length=64)]
AgreementId = Annotated[str, Path(max_length=255)]
Stated = Annotated[Text, Field(max_length=300)]  # the library says which is too long


class StatedBody(Body):
    """What may be stated of an agreement."""

    title: Stated = Field("", description="In the agreement's own language.")
    title_en: Stated = ""
    party: Stated = Field("", description="Who offers it, in its own language.")
    party_en: Stated = ""
    aliases: list[Stated] = Field([], max_length=50, description="By which questions name it.")
    language: Stated = Field("", description="zh or en.")
    version: Stated = ""
    source: Stated = Field("", description="Where the words are from.")

    @property
    def metadata(self) -> Metadata:
        """What is stated."""
        stated = {name: getattr(self, name) for name in StatedBody.model_fields}
        return Metadata(**stated | {"aliases": tuple(self.aliases)})


class UploadQuery(StatedBody):
    """What a file is, and what is stated of it; what is empty stays as it is known."""

    name: Stated = Field(description="Of the file; its ending says which format it is.")
    agreement: Stated = Field(
        "", description="Id of the one that it is a new version of; empty to go by the name."
    )
    edition_of: Stated = Field("", description="Id of the one that it is a former edition of.")

    @property
    def metadata(self) -> Metadata:
        """What is stated."""
        return replace(super().metadata, edition_of=self.edition_of)


class RestateBody(StatedBody):
    """What is stated of an agreement from now; what is empty is read from its words."""

    base: Text = Field(max_length=64, description="As the agreement says it.")
    edition_of: Stated | None = Field(
        None,
        description="Id of the one that it is a former edition of; empty where it is of none, null "
        "to go by names and words.",
    )


class PublishBody(Body):
    """What was looked at."""

    base: Text = Field(max_length=64, description="As the review, or the agreement, says it.")


class BackBody(Body):
    """Which publication is to be taken back."""

    published_id: Text = Field(max_length=64, description="As the list of agreements says it.")


def corpus_routes(desk: Desk) -> APIRouter:
    """Return the routes of the agreements."""
    routes = APIRouter(prefix="/api/desk/corpus")
    work = AgreementWork(desk)
    _add_looks(routes, desk, work)
    _add_actions(routes, desk, work)
    _add_changes(routes, desk, work)
    return routes


def _add_looks(routes: APIRouter, desk: Desk, work: AgreementWork) -> None:
    see = [Depends(allow(desk, Operation.SEE_CORPUS))]

    @routes.get("", dependencies=see, **operation(Operation.SEE_CORPUS))
    def list_agreements(accepted: Accepted = "") -> CorpusObject:
        """Return the agreements that are answered from, and the uploads that wait."""
        return CorpusObject.of(desk, choose_language(None, accepted))

    @routes.get(
        "/uploads/{upload_id}", dependencies=see, **operation(Operation.SEE_CORPUS, 404, 422)
    )
    def review(upload_id: UploadId, accepted: Accepted = "") -> ReviewObject:
        """Say what publishing an upload would do to the agreements of today."""
        return ReviewObject.of(work.review(upload_id), choose_language(None, accepted))

    @routes.get("/back", dependencies=see, **operation(Operation.SEE_CORPUS, 409))
    def look_back() -> BackObject:
        """Say what a step back would do to the approved replies."""
        return BackObject.of(*work.look_back())

    @routes.get("/history", dependencies=see, **operation(Operation.SEE_CORPUS))
    def show_history() -> HistoryObject:
        """Return what was published, changed, removed and taken back, the newest first."""
        return HistoryObject.of(desk.library.changes())

    @routes.get(
        "/agreements/{agreement}", dependencies=see, **operation(Operation.SEE_CORPUS, 404, 422)
    )
    def look(agreement: AgreementId, accepted: Accepted = "") -> HeldObject:
        """Return what is stated of an agreement, and its history."""
        return HeldObject.of(desk, agreement, choose_language(None, accepted))

    @routes.get(
        "/agreements/{agreement}/removal",
        dependencies=see,
        **operation(Operation.SEE_CORPUS, 404, 409, 422),
    )
    def look_without(agreement: AgreementId) -> RemovalObject:
        """Say what removing an agreement would do to the approved replies."""
        return RemovalObject.of(*work.look_without(agreement))


def _add_actions(routes: APIRouter, desk: Desk, work: AgreementWork) -> None:
    check = allow(desk, Operation.CHANGE_CORPUS)
    change = Depends(check)
    described = operation(Operation.CHANGE_CORPUS, 408, 413, 415, 422)
    described["openapi_extra"] |= UPLOADED

    @routes.post("/uploads", status_code=201, dependencies=[change], **described)
    async def upload(
        request: Request, stated: Annotated[UploadQuery, Query()], accepted: Accepted = ""
    ) -> ReviewObject:
        """Keep an agreement or a new version of one, and say what publishing it would do."""
        data, viewer = await receive_file(request, MAX_BYTES, check)

        def keep() -> ReviewObject:
            reviewed = work.upload(
                stated.name,
                data,
                actor_of(request, viewer),
                agreement=stated.agreement,
                metadata=stated.metadata,
            )
            return ReviewObject.of(reviewed, choose_language(None, accepted))

        return await run_in_threadpool(keep)

    @routes.delete(
        "/uploads/{upload_id}", status_code=204, **operation(Operation.CHANGE_CORPUS, 404)
    )
    def discard(upload_id: UploadId, request: Request, viewer: Viewer = change) -> Response:
        """Forget an upload."""
        work.discard(upload_id, actor_of(request, viewer))
        return Response(status_code=204)

    @routes.post(
        "/uploads/{upload_id}/publish",
        **operation(Operation.CHANGE_CORPUS, 404, 409, posted=True),
    )
    def publish(
        upload_id: UploadId, body: PublishBody, request: Request, viewer: Viewer = change
    ) -> TakenObject:
        """Make an upload an agreement that is answered from, just as it was reviewed."""
        return _taken(desk, work.publish(upload_id, body.base, actor_of(request, viewer)))

    @routes.post("/back", **operation(Operation.CHANGE_CORPUS, 409, posted=True))
    def step_back(body: BackBody, request: Request, viewer: Viewer = change) -> TakenObject:
        """Take the last publication back; every file is then what it was before it."""
        return _taken(desk, work.step_back(body.published_id, actor_of(request, viewer)))


def _add_changes(routes: APIRouter, desk: Desk, work: AgreementWork) -> None:
    change = Depends(allow(desk, Operation.CHANGE_CORPUS))
    described = operation(Operation.CHANGE_CORPUS, 404, 409, 422, posted=True)

    @routes.put("/agreements/{agreement}", **described)
    def restate(
        agreement: AgreementId, body: RestateBody, request: Request, viewer: Viewer = change
    ) -> TakenObject:
        """State other names of an agreement, or what it is a former edition of."""
        by = actor_of(request, viewer)
        done = work.restate(
            agreement, body.base, by, metadata=body.metadata, edition_of=body.edition_of
        )
        return _taken(desk, done)

    @routes.post("/agreements/{agreement}/remove", **described)
    def remove(
        agreement: AgreementId, body: PublishBody, request: Request, viewer: Viewer = change
    ) -> TakenObject:
        """Remove an agreement; one step back brings it again."""
        return _taken(desk, work.remove(agreement, body.base, actor_of(request, viewer)))


def _taken(desk: Desk, done: Published) -> TakenObject:
    is_served = desk.service.bot.index.generation == done.generation
    return TakenObject.made_of(done, is_served=is_served)
