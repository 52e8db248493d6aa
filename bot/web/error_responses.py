"""Which error has which status, and its words; plain outward, place and cause to the log."""

from __future__ import annotations

import logging

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.desk.agreements.api import UploadError
from bot.desk.agreements.errors import (
    CorpusChangedError,
    LibraryError,
    NameRefusedError,
    NoFormerError,
    NothingNewError,
    UnknownUploadError,
)
from bot.desk.agreements.work import WorkingError
from bot.desk.gaps.store import UnknownGapError
from bot.desk.replies.rules import ReplyError
from bot.desk.replies.store import ReplyFileError, UnknownReplyError
from bot.desk.shell.access import AccessError
from bot.people.identity import PeopleError, SignInError, UnknownError, WaitError
from bot.storage import ConflictError, StorageError, UnknownAnswerError
from bot.storage.errors import TakenError
from bot.web.http import busy, choose_language, database_away, library_away, problem
from bot.web.service import Busy
from index.errors import CorpusError, QueryError, StoreError

logger = logging.getLogger(__name__)
_MOST_LINES, _LONGEST = 100, 1000  # wrong lines of a file that are told, characters of each


def refuse(_: Request, error: Exception) -> Response:
    """Say what the routes of the framework refuse, such as a method."""
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, str(error.detail), error.headers)


def refuse_body(_: Request, error: Exception) -> Response:
    """Say what is wrong with a body or a query, without repeating it."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems = [
        ".".join(str(part) for part in fault["loc"][1:]) + ": " + fault["msg"]
        for fault in error.errors()
    ]
    return problem(422, "; ".join(problems) or "The body is not a question as JSON.")


def refuse_query(_: Request, error: Exception) -> Response:
    """Say that there is no such agreement or clause, and which there are."""
    if not isinstance(error, QueryError):
        raise error
    return problem(404, str(error))


def refuse_busy(_: Request, error: Exception) -> Response:
    """Say that too many questions wait, and when to ask again."""
    if not isinstance(error, Busy):
        raise error
    return busy(str(error), error.retry_after, code="busy")


def refuse_storage(_: Request, error: Exception) -> Response:
    """Say that there is no such answer, or that the database cannot be used.

    Why is for the log alone: it names files, servers and statements.
    """
    if isinstance(error, (UnknownAnswerError, UnknownReplyError, UnknownGapError)):
        return problem(404, str(error), code="unknown")
    if isinstance(error, TakenError):
        return problem(409, "Another reply has that id. Choose another id.", code="id_taken")
    if isinstance(error, ConflictError):
        logger.info("a request was refused: %s", error)
        return problem(409, "It was changed meanwhile. Load it again.", code="conflict")
    if not isinstance(error, StorageError):
        raise error
    return database_away(error)


def refuse_access(_: Request, error: Exception) -> Response:
    """Say that nobody known asks, or that whoever asks may not."""
    if not isinstance(error, AccessError):
        raise error
    return problem(error.status, str(error), code="access")


def refuse_people(_: Request, error: Exception) -> Response:
    """Say what is wrong with a name, a password, a role or a key."""
    if isinstance(error, WaitError):
        return busy(str(error), error.seconds, 429, code="wait")
    if isinstance(error, SignInError):
        return problem(401, str(error), code="sign_in")
    if isinstance(error, UnknownError):
        return problem(404, str(error), code="unknown")
    if not isinstance(error, PeopleError):
        raise error
    return problem(422, str(error), code=error.code)


def refuse_reply(_: Request, error: Exception) -> Response:
    """Say why a reply is none, or may not be approved."""
    if not isinstance(error, ReplyError):
        raise error
    more = {"clauses": list(error.clauses)} if error.clauses else None
    return problem(422, str(error), code=error.code, more=more)


def refuse_reply_file(_: Request, error: Exception) -> Response:
    """Say which lines of a file of replies are wrong, the first of them at least."""
    if not isinstance(error, ReplyFileError):
        raise error
    lines = [{"line": number, "problem": text[:_LONGEST]} for number, text in error.problems]
    more = {"lines": lines[:_MOST_LINES], "wrong": len(lines)}
    return problem(422, str(error)[:_LONGEST], code=error.code, more=more)


def refuse_upload(_: Request, error: Exception) -> Response:
    """Say why a file cannot be taken; what was not read of it is no request of its own."""
    if not isinstance(error, UploadError):
        raise error
    return problem(error.status, str(error), {"connection": "close"}, code=error.code)


def refuse_corpus(request: Request, error: Exception) -> Response:
    """Say why a file becomes no agreement, or why nothing can be published or taken back."""
    language = choose_language(None, request.headers.get("accept-language", ""))
    if isinstance(error, WorkingError):
        return busy(str(error), error.seconds, code=error.code)
    if isinstance(error, UnknownUploadError):
        return problem(404, str(error), code=error.code)
    if isinstance(error, (CorpusChangedError, NothingNewError, NoFormerError)):
        return problem(409, str(error), code=error.code)
    if isinstance(error, NameRefusedError):
        more = {"words": error.fault.say(language)}
        return problem(422, str(error), code=error.code, more=more)
    if isinstance(error, CorpusError):
        more = {"words": error.say(language)}
        return problem(422, str(error), code="corpus_file", more=more)
    if not isinstance(error, (LibraryError, StoreError)):
        raise error
    return library_away(error)
