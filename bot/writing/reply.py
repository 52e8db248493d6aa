"""What a language model gives back: statements, or how it failed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeGuard

from bot.writing.gate import Quote, Statement
from index.errors import ClauseBotError

MOST_CHARACTERS = 600  # of a statement
MOST_WORDS = 12_000  # characters of a quote: no clause is longer
_QUOTES = 8  # of one statement
_TRIES = 24  # places of a reply where its object may begin


class Trouble(StrEnum):
    """How a model fails."""

    REFUSED = "refused"  # no connection, or one that broke
    SILENT = "silent"  # not one word within its time
    SLOW = "slow"  # begun, but not done within its time
    MALFORMED = "malformed"  # a reply that is none, cut off or of another form
    LONG = "long"  # a reply without an end
    LIMITED = "limited"  # 429: too many questions for the provider
    REDIRECTED = "redirected"  # 3xx: it sends us elsewhere, where no key of ours goes
    REJECTED = "rejected"  # any other 4xx
    BROKEN = "broken"  # 5xx, or an error within the stream


_FASTER = "Set CLAUSEBOT_WRITER_SECONDS higher, or choose a faster one."
_ADVICE = {
    Trouble.REFUSED: "does not take the connection, or broke it. Check CLAUSEBOT_WRITER_URL.",
    Trouble.SILENT: f"said nothing within {{seconds:.3g}} s. {_FASTER}",
    Trouble.SLOW: f"was not done within {{seconds:.3g}} s. {_FASTER}",
    Trouble.MALFORMED: "gave a reply that cannot be read. Choose one that writes JSON, and "
    "check CLAUSEBOT_WRITER_URL.",
    Trouble.LONG: "gave a reply without an end. Choose another.",
    Trouble.LIMITED: "takes no more questions now ({status}). Wait, or ask its provider for more.",
    Trouble.REDIRECTED: "is elsewhere ({status}), and nothing is sent there. Set "
    "CLAUSEBOT_WRITER_URL to its own address.",
    Trouble.REJECTED: "refused the question ({status}). Check CLAUSEBOT_WRITER, "
    "CLAUSEBOT_WRITER_URL and CLAUSEBOT_WRITER_KEY.",
    Trouble.BROKEN: "failed on its side ({status}). Try again later.",
}


class ModelError(ClauseBotError):
    """A model failed; the words are ours, for what a provider says may repeat a key.

    Attributes:
        trouble: How.
        status: Of its HTTP response; 0 where it gave none.
        retry_after: Seconds that it asks to be left alone; None where it names none.
    """

    def __init__(
        self,
        trouble: Trouble,
        *,
        status: int = 0,
        retry_after: float | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Say it; ``seconds`` is how long was waited."""
        advice = _ADVICE[trouble].format(status=status or "no status", seconds=seconds)
        super().__init__(f"the language model {advice}")
        self.trouble, self.status, self.retry_after = trouble, status, retry_after


class Form(StrEnum):
    """In what form a model answers."""

    STRUCTURED = "structured output"  # the provider's own
    PLAIN = "plain text"  # with JSON in it


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote.

    Attributes:
        statements: In its order; None for each that is of no usable form.
        form: In what form.
        asked: Tokens of the question, as the provider counts them; estimated where it does not.
        written: Tokens of the reply, likewise.
        first_word: Seconds until it began to answer.
        seconds: Until it was done.
    """

    statements: tuple[Statement | None, ...]
    form: Form
    asked: int
    written: int
    first_word: float
    seconds: float


class Model(Protocol):
    """What the writing asks of a model; for several threads at once."""

    @property
    def name(self) -> str:
        """As it is set: provider and model."""
        ...

    def ask(self, messages: Sequence[tuple[str, str]]) -> Reply:
        """Return its reply to messages, pairs of role and words.

        Raises:
            ModelError: It gave none in time that can be read.
        """
        ...


def read_statements(row: object) -> tuple[Statement | None, ...]:
    """Return the statements of a reply's object; None for each that is of no usable form.

    Raises:
        ValueError: There are none in it.
    """
    statements = row.get("statements") if isinstance(row, dict) else None
    if not isinstance(statements, list):
        raise ValueError("the reply holds no statements")  # noqa: TRY004
    return tuple(_statement(entry) for entry in statements)


def read_text(text: str) -> tuple[Statement | None, ...]:
    """Return the statements of a reply that is text.

    Its object may stand alone, in a block of Markdown, or behind what a model thought aloud.

    Raises:
        ValueError: There are none in it.
    """
    rows = _objects(text.rpartition("</think>")[2])
    return read_statements(next((row for row in rows if "statements" in row), None))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a text, outermost ones, in their order."""
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(_TRIES):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            row, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield row


def _statement(entry: object) -> Statement | None:
    if not isinstance(entry, dict):
        return None
    text, quotes = entry.get("text"), entry.get("quotes")
    if not isinstance(quotes, list) or len(quotes) > _QUOTES or not _is_line(text):
        return None
    read = [_quote(quote) for quote in quotes]
    found = tuple(quote for quote in read if quote is not None)
    return Statement(text.strip(), found) if len(found) == len(read) else None


def _quote(entry: object) -> Quote | None:
    if not isinstance(entry, dict):
        return None
    clause, words = entry.get("clause"), entry.get("words")
    if isinstance(clause, int) and not isinstance(clause, bool):
        clause = str(clause)
    if not isinstance(clause, str) or not isinstance(words, str):
        return None
    clause = clause.strip(" []［］【】()（）")  # as numbers of notes are printed
    return Quote(clause, words) if len(words) <= MOST_WORDS else None


def _is_line(text: object) -> TypeGuard[str]:
    """Tell whether a value is one line of visible text."""
    return (
        isinstance(text, str)
        and 0 < len(text.strip()) <= MOST_CHARACTERS
        and not any(unicodedata.category(mark)[0] in "CZ" and mark != " " for mark in text.strip())
    )
