"""A connection to the server whose headers cannot fill the memory."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.web.guard import MAX_HEADERS
from bot.web.problem import problem

_MOST = 4 * MAX_HEADERS  # bytes without the end of the headers; the guard says smaller excesses
_REFUSAL = problem(431, f"The headers are larger than {MAX_HEADERS} bytes. Send fewer.")


class Connection(HttpToolsProtocol):
    """Refuses headers that do not end, which its parser would gather for ever."""

    _in_headers = False
    _pending = 0  # bytes of headers that have not ended

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin what follows the headers."""
        self._in_headers = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take what came over the connection."""
        super().data_received(data)
        self._pending = self._pending + len(data) if self._in_headers else 0
        if self._pending > _MOST and not self.transport.is_closing():
            body = bytes(_REFUSAL.body)
            head = (
                "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
                f"content-type: {_REFUSAL.media_type}\r\nx-content-type-options: nosniff\r\n"
                f"content-length: {len(body)}\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()
