"""What can go wrong below the bot.

    ClauseBotError
    ├── CorpusError      an agreement, its metadata or its views cannot be used
    ├── StoreError       a stored index is missing, damaged, or of another model
    └── QueryError       a search was asked with words that make no sense

Every message says what happened, where, and what to do. Catch the root where
a person is to read one line::

    try:
        index = ClauseIndex.load(folder, embedder)
    except ClauseBotError as error:
        print(error, file=sys.stderr)
"""

from __future__ import annotations

from pathlib import Path

from index.fault import Fault


class ClauseBotError(Exception):
    """Root of every error that a person is meant to read.

    Attributes:
        code: By which a page finds words for it in other languages; empty where it has none.
    """

    code = ""


class CorpusError(ClauseBotError):
    """An agreement, its metadata or its views cannot be used.

    Attributes:
        fault: What is wrong, to be told in any language; None where English alone says it.
        path: Of the file, if it is one file's fault.
        line: Of it, from 1.
    """

    def __init__(
        self, message: str | Fault, path: Path | None = None, line: int | None = None
    ) -> None:
        """Name the place before the message, as ``file:line: message``."""
        self.fault = message if isinstance(message, Fault) else None
        self.path = path
        self.line = line
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(f"{place}{message}")


class StoreError(ClauseBotError):
    """A stored index is missing, damaged, or made by another model."""


class QueryError(ClauseBotError):
    """A search was asked with words that make no sense, such as ``k`` of 0."""
