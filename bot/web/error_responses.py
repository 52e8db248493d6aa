"""Which error has which status, and its words; plain outward, place and cause to the log."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.desk.agreements.api import UploadError
from bot.desk.agreements.library_errors import (
    CorpusChangedError,
    LastAgreementError,
    LibraryError,
    NameRefusedError,
    NoFormerError,
    NothingNewError,
    UnknownAgreementError,
    UnknownUploadError,
)
from bot.desk.agreements.work import WorkingError
from bot.desk.gaps.store import UnknownGapError
from bot.desk.replies.rules import ReplyError
from bot.desk.replies.store import ReplyFileError
from bot.desk.replies.store_rows import UnknownReplyError
from bot.desk.shell.access import AccessError
from bot.outbox.writer import AnswerWaitsError
from bot.people.identity import (
    PeopleError,
    SecondFactorError,
    SignInError,
    UnknownError,
    WaitError,
    WrongCodeError,
)
from bot.people.second_factor import SealError
from bot.storage import ConflictError, StorageError, UnknownAnswerError
from bot.storage.storage_errors import TakenError
from bot.web.dify import DifyRefusedError, refuse_dify
from bot.web.http import busy, choose_language, database_away, library_away, problem
from bot.web.service import Busy
from bot.words.catalogue import say
from index.errors import CorpusError, QueryError, StoreError

logger = logging.getLogger(__name__)
_WAITING_SECONDS = 2  # after which the database may have an answer
_SEAL_SECONDS = 60  # after which somebody may have read the log
_MOST_LINES, _LONGEST = 100, 1000  # wrong lines of a file that are told, characters of each


Refusal = Callable[..., Response]  # of a request and the error that it came to


def refuse(_: Request, error: HTTPException) -> Response:
    """Say what the routes of the framework refuse, such as a method."""
    return problem(error.status_code, str(error.detail), error.headers)


def refuse_body(_: Request, error: RequestValidationError) -> Response:
    """Say what is wrong with a body or a query, without repeating it."""
    problems = [
        ".".join(str(part) for part in fault["loc"][1:]) + ": " + fault["msg"]
        for fault in error.errors()
    ]
    return problem(422, "; ".join(problems) or "The body is not a question as JSON.")


def refuse_by(status: int, code: str | None = None) -> Refusal:
    """Return what says an error by its own words; without a code for pages, its own counts."""
    return lambda _, error: problem(status, str(error), code=error.code if code is None else code)


def refuse_storage(_: Request, error: StorageError) -> Response:
    """Say that the database cannot be used, or what it knows better.

    Why is for the log alone: it names files, servers and statements.
    """
    if isinstance(error, TakenError):
        return problem(409, "Another reply has that id. Choose another id.", code="id_taken")
    if isinstance(error, ConflictError):
        logger.info("a request was refused: %s", error)
        return problem(409, "It was changed meanwhile. Load it again.", code="conflict")
    return database_away(error)


def refuse_seal(_: Request, error: SealError) -> Response:
    """Say that secrets cannot be kept; where the file is, is for the log alone."""
    logger.error("%s", error)
    words = "Two-factor sign-in cannot be set up right now. The log of the server says why."
    return busy(words, _SEAL_SECONDS, code="seal")


def refuse_waiting(request: Request, error: AnswerWaitsError) -> Response:
    """Say that an answer is kept, and can be shown soon."""
    more = {"words": say("answer_waits", _accepted(request))}
    wait = {"retry-after": str(_WAITING_SECONDS)}
    return problem(503, str(error), wait, code="waits", more=more)


def refuse_reply(_: Request, error: ReplyError) -> Response:
    """Say why a reply is none, or may not be approved."""
    more = {"clauses": list(error.clauses)} if error.clauses else None
    return problem(422, str(error), code=error.code, more=more)


def refuse_reply_file(_: Request, error: ReplyFileError) -> Response:
    """Say which lines of a file of replies are wrong, the first of them at least."""
    lines = [{"line": number, "problem": text[:_LONGEST]} for number, text in error.problems]
    more = {"lines": lines[:_MOST_LINES], "wrong": len(lines)}
    return problem(422, str(error)[:_LONGEST], code=error.code, more=more)


def refuse_upload(_: Request, error: UploadError) -> Response:
    """Say why a file cannot be taken; what was not read of it is no request of its own."""
    return problem(error.status, str(error), {"connection": "close"}, code=error.code)


def refuse_name(request: Request, error: NameRefusedError) -> Response:
    """Say what is wrong with a file's name, or with what is stated of it."""
    more = {"words": error.fault.say(_accepted(request))}
    return problem(422, str(error), code=error.code, more=more)


def refuse_file(request: Request, error: CorpusError) -> Response:
    """Say why a file becomes no agreement."""
    more = {"words": error.say(_accepted(request))}
    return problem(422, str(error), code="corpus_file", more=more)


def _accepted(request: Request) -> str:
    return choose_language(None, request.headers.get("accept-language", ""))


REFUSALS: dict[type[Exception], Refusal] = {  # the nearest class of an error counts
    RequestValidationError: refuse_body,
    HTTPException: refuse,
    QueryError: refuse_by(404),
    Busy: lambda _, error: busy(str(error), error.retry_after, code="busy"),
    StorageError: refuse_storage,
    AnswerWaitsError: refuse_waiting,
    UnknownAnswerError: refuse_by(404, "unknown"),
    UnknownReplyError: refuse_by(404, "unknown"),
    UnknownGapError: refuse_by(404, "unknown"),
    AccessError: lambda _, error: problem(error.status, str(error), code="access"),
    PeopleError: refuse_by(422),
    WaitError: lambda _, error: busy(str(error), error.seconds, 429, code="wait"),
    SignInError: refuse_by(401, "sign_in"),
    SecondFactorError: refuse_by(401),
    WrongCodeError: refuse_by(401),
    SealError: refuse_seal,
    UnknownError: refuse_by(404, "unknown"),
    ReplyError: refuse_reply,
    ReplyFileError: refuse_reply_file,
    DifyRefusedError: refuse_dify,
    UploadError: refuse_upload,
    WorkingError: lambda _, error: busy(str(error), error.seconds, code=error.code),
    UnknownUploadError: refuse_by(404),
    CorpusChangedError: refuse_by(409),
    NothingNewError: refuse_by(409),
    NoFormerError: refuse_by(409),
    LastAgreementError: refuse_by(409),
    UnknownAgreementError: refuse_by(404),
    NameRefusedError: refuse_name,
    CorpusError: refuse_file,
    LibraryError: lambda _, error: library_away(error),
    StoreError: lambda _, error: library_away(error),
}
