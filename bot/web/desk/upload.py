"""A file that is sent to the desk: read once it is known who sends it, not too large, in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bot.people.identity import Viewer
from bot.web.guard import FILE_TYPE, kind_of
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


async def read_upload(
    request: Request, most: int, check: Callable[[Request], Viewer]
) -> tuple[bytes, Viewer]:
    """Return the body of a request, and who sends it.

    That is asked once more when the last byte is here: until then they may have been disabled,
    signed out or given another role, and a file may take as long as ``SECONDS``.

    Args:
        request: Sent as ``FILE_TYPE``.
        most: Bytes that it may have.
        check: Returns who sends it, or raises; as ``allow`` makes it.

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
