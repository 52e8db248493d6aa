"""The language model: any that LangChain knows, asked with a deadline. The one door to chat models.

Whatever a provider says when it fails may repeat a key: none of it is logged, raised or shown.
"""

from __future__ import annotations

import asyncio
import email.utils
import re
import threading
import time
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import httpx2
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage

from bot.writing.gate import Statement
from bot.writing.limits import Patience
from bot.writing.prompts import SCHEMA
from bot.writing.reply import Form, ModelError, Reply, Trouble, read_statements, read_text
from bot.writing.tracing import untraced
from index.environ import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

_OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"  # for a server that wants none: else the package sends what the environment holds
_MOST_BYTES = 2_000_000  # of a reply on its way; a streamed token takes 200, and some think long
_BYTES_A_TOKEN = 3  # of Chinese and English, where a provider does not count
_TAKES_NO_TEMPERATURE = re.compile(r"o\d")
_WHOLE = {"stop", "tool_calls", "tool_use", "tool_call", "complete", "end_turn"}
_RETRIED = {Trouble.REFUSED, Trouble.MALFORMED, Trouble.BROKEN, Trouble.LIMITED}


class ChatModel:
    """A chat model of LangChain.

    It is asked in an event loop of its own, in a thread that ends with the program: a deadline
    there ends a call wherever it is, and a connection lasts for the next one.
    """

    def __init__(
        self,
        name: str,
        url: str = "",
        key: str = "",
        *,
        patience: Patience | None = None,
        keep_questions: bool = True,
    ) -> None:
        """Prepare to ask; nothing is sent yet.

        Args:
            name: Provider and model, ``openai:qwen-plus``.
            url: Of an endpoint; empty for the provider's own.
            key: For it; empty where it wants none.
            patience: How long is waited for it.
            keep_questions: Whether LangChain's traces may hold what it is asked.

        Raises:
            SettingsError: There is no such provider, its package is not installed, or it does
                not take these settings.
        """
        self.name = name
        self._patience = patience or Patience()
        self._tracing = nullcontext if keep_questions else untraced
        chat = _connect(name, url, key, self._patience)
        self._chains: dict[Form, Runnable[Any, Any]] = {
            Form.STRUCTURED: chat.with_structured_output(SCHEMA, include_raw=True),
            Form.PLAIN: chat,
        }
        self._form = Form.STRUCTURED
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="language model", daemon=True).start()

    def ask(self, messages: Sequence[tuple[str, str]]) -> Reply:
        """Return the reply to messages, pairs of role and words.

        A failure that may pass is tried again, once and within the same time; so is one that may
        be of structured output, in plain text. What went well is the form from there on.

        Raises:
            ModelError: It gave none in time that can be read.
        """
        return asyncio.run_coroutine_threadsafe(self._ask(messages), self._loop).result()

    async def _ask(self, messages: Sequence[tuple[str, str]]) -> Reply:
        until = time.monotonic() + self._patience.whole
        form = self._form
        try:
            return await self._try(messages, form, until)
        except ModelError as error:
            is_of_form = error.trouble is Trouble.MALFORMED or error.status in (400, 422)
            if form is Form.STRUCTURED and is_of_form:
                form, pause = Form.PLAIN, 0.0
            else:
                pause = self._pause(error)
            if time.monotonic() + pause >= until:
                raise
        await asyncio.sleep(pause)
        reply = await self._try(messages, form, until)
        self._form = form
        return reply

    def _pause(self, error: ModelError) -> float:
        """Return the seconds before a second try; endless where there is none."""
        if error.trouble not in _RETRIED:
            return float("inf")
        pause = self._patience.pause if error.retry_after is None else error.retry_after
        return pause if pause <= self._patience.longest_pause else float("inf")

    async def _try(self, messages: Sequence[tuple[str, str]], form: Form, until: float) -> Reply:
        began = time.monotonic()
        listener = _Listener()
        with self._tracing():
            call = asyncio.ensure_future(
                self._chains[form].ainvoke(list(messages), config={"callbacks": [listener]})
            )
        call.add_done_callback(_take_error)
        try:
            await self._wait(call, listener, until)
            found = call.result()
            message = found["raw"] if isinstance(found, dict) else found
            statements = _read(message, found["parsed"] if isinstance(found, dict) else None)
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - each provider's package has errors of its own
            raise _to_error(error) from None
        finally:
            call.cancel()
        done = time.monotonic()
        asked, written = _count_tokens(messages, message)
        spoke = (listener.spoke_at or done) - began
        return Reply(statements, form, asked, written, spoke, done - began)

    async def _wait(self, call: asyncio.Future[Any], listener: _Listener, until: float) -> None:
        """Wait until a call is done.

        Raises:
            ModelError: It says nothing in time, or is not done in time.
        """
        wait = min(self._patience.first_word, until - time.monotonic())
        word = asyncio.ensure_future(listener.spoke.wait())
        done, _ = await asyncio.wait({call, word}, timeout=wait, return_when=FIRST_COMPLETED)
        word.cancel()
        if not done:
            raise ModelError(Trouble.SILENT, seconds=wait)
        await asyncio.wait({call}, timeout=until - time.monotonic())
        if not call.done():
            raise ModelError(Trouble.SLOW, seconds=self._patience.whole)


def _read(message: AIMessage, parsed: object) -> tuple[Statement | None, ...]:
    """Return the statements of a reply, one that came to its end.

    LangChain completes JSON that was cut off, so that its text is read here; what it parsed is
    taken of a tool call, where the provider says that it is whole.

    Raises:
        ValueError: There are none in it.
    """
    if not message.tool_calls:
        return read_text(message.text)
    reasons = (message.response_metadata.get(key) for key in ("finish_reason", "stop_reason"))
    if not any(str(reason).lower() in _WHOLE for reason in reasons):
        raise ValueError("the reply was cut off")
    return read_statements(parsed)


def _take_error(call: asyncio.Future[Any]) -> None:
    """Take the error of a call that was given up, so that asyncio does not log what it says."""
    if not call.cancelled():
        call.exception()


class _Listener(AsyncCallbackHandler):
    """Hears the first word of a reply.

    Attributes:
        spoke: Set when it comes.
        spoke_at: When that was, in monotonic seconds; None before.
    """

    def __init__(self) -> None:
        self.spoke = asyncio.Event()
        self.spoke_at: float | None = None

    async def on_llm_new_token(
        self, token: str | list[str | dict[str, Any]], *, chunk: Any = None, **_: Any
    ) -> None:
        """Hear a piece of the reply; an empty one is none, unless it belongs to a tool call."""
        if self.spoke_at is None and (
            token or getattr(getattr(chunk, "message", None), "tool_call_chunks", None)
        ):
            self.spoke_at = time.monotonic()
            self.spoke.set()


class _LongError(Exception):
    """A reply has more bytes than any that is one."""


class _Bounded(httpx2.AsyncByteStream):
    """The body of a response, up to so many bytes."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._body:
            size += len(piece)
            if size > _MOST_BYTES:
                raise _LongError
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


class _OneHost(httpx2.AsyncHTTPTransport):
    """Speaks to the host of one address alone, and takes no response that is or grows endless."""

    def __init__(self, address: str) -> None:
        super().__init__()
        url = httpx2.URL(address)
        self._place = (url.scheme, url.host, url.port)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if (url.scheme, url.host, url.port) != self._place:
            raise httpx2.ConnectError("another host than the one that is set")
        request.headers["accept-encoding"] = "identity"
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.RemoteProtocolError("compressed, and so without a bound")
        response.stream = _Bounded(cast("httpx2.AsyncByteStream", response.stream))
        return response


def _connect(name: str, url: str, key: str, patience: Patience) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    given: dict[str, Any] = {"streaming": True, "max_retries": 0, "timeout": patience.whole}
    given |= {"base_url": url} if url else {}
    given |= {"api_key": key} if key else {}
    if not _TAKES_NO_TEMPERATURE.match(model):
        given["temperature"] = 0
    if provider == "openai":
        given |= _openai_settings(url, key)
    try:
        found: BaseChatModel = init_chat_model(model, model_provider=provider, **given)
    except ImportError as error:
        module = getattr(error.__cause__ or error, "name", None) or f"langchain_{provider}"
        package = module.partition(".")[0].replace("_", "-")
        raise SettingsError(
            f"CLAUSEBOT_WRITER is {name!r}, whose provider needs the package {package}. "
            f"Install it: .venv/bin/pip install {package}"
        ) from None
    except Exception:  # noqa: BLE001 - each provider's package refuses in its own words
        raise SettingsError(
            f"CLAUSEBOT_WRITER is {name!r}, which LangChain cannot set up. Check the provider's "
            "name, CLAUSEBOT_WRITER_URL and CLAUSEBOT_WRITER_KEY."
        ) from None
    return found


def _openai_settings(url: str, key: str) -> dict[str, Any]:
    """Return the settings of OpenAI's package for an endpoint: no redirects, no other host.

    The package would take what the environment holds for whatever it is not given.
    """
    client = httpx2.AsyncClient(
        transport=_OneHost(url or _OPENAI), follow_redirects=False, trust_env=False
    )
    own_key = {} if key or not url else {"api_key": _NO_KEY}
    return own_key | {
        "base_url": url or _OPENAI,
        "http_async_client": client,
        "stream_usage": True,
        "use_responses_api": False,  # compatible endpoints have none
    }


def _to_error(error: Exception) -> ModelError:
    """Return what an error of a provider's package means."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return ModelError(_of_status(status), status=status, retry_after=_retry_after(error))
    chain = [error, *(each for each in (error.__cause__, error.__context__) if each)]
    if any(isinstance(each, _LongError) for each in chain):
        return ModelError(Trouble.LONG)
    kinds = {kind.__name__ for each in chain for kind in type(each).__mro__}
    if kinds & {"TransportError", "APIConnectionError", "ConnectionError", "TimeoutError"}:
        return ModelError(Trouble.REFUSED)
    return ModelError(Trouble.BROKEN if "APIError" in kinds else Trouble.MALFORMED)


def _of_status(status: int) -> Trouble:
    if status == 429:
        return Trouble.LIMITED
    if status < 400:
        return Trouble.REDIRECTED
    return Trouble.REJECTED if status < 500 else Trouble.BROKEN


def _retry_after(error: Exception) -> float | None:
    """Return for how many seconds a response asks to be left alone, if it does: number or date."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after", "")).strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _count_tokens(messages: Sequence[tuple[str, str]], message: AIMessage) -> tuple[int, int]:
    usage = message.usage_metadata
    if usage and usage["input_tokens"] > 0:
        return usage["input_tokens"], max(0, usage["output_tokens"])
    asked = sum(len(words.encode("utf-8", "replace")) for _, words in messages)
    written = len(message.text.encode("utf-8", "replace"))
    return asked // _BYTES_A_TOKEN, written // _BYTES_A_TOKEN
