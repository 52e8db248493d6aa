"""What can go wrong below the bot: the errors, and faults of a file as values of any language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class FaultKind(StrEnum):
    """What can be wrong with a file, or with its name."""

    # of any file
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    BINARY = "binary"
    LINES = "lines"
    EMPTY = "empty"
    CHECKSUM = "checksum"
    TITLES_ALONE = "titles_alone"
    OLD_WORD = "old_word"
    NO_OFFICE = "no_office"
    OTHER_FORMAT = "other_format"
    # of one that is parsed
    SLOW = "slow"
    HEAVY = "heavy"
    MEMORY = "memory"
    NESTED = "nested"
    DAMAGED = "damaged"
    LONG = "long"
    NO_TEXT = "no_text"
    REACHES_OUT = "reaches_out"
    ENCRYPTED = "encrypted"
    ENTITIES = "entities"
    NOT_WORD = "not_word"
    NOT_ODT = "not_odt"
    DAMAGED_OLE = "damaged_ole"
    DAMAGED_ARCHIVE = "damaged_archive"
    UNPACKS = "unpacks"
    DAMAGED_XML = "damaged_xml"
    PAGES = "pages"
    SCANNED = "scanned"
    NO_PAGES = "no_pages"
    DAMAGED_PDF = "damaged_pdf"
    # of one that is uploaded
    LONG_LINE = "long_line"
    LONG_CLAUSE = "long_clause"
    CLAUSES = "clauses"
    ORPHAN = "orphan"
    # of one among others in a folder
    SAME_ID = "same_id"
    UNREAD_KIND = "unread_kind"
    UNREAD_PICTURE = "unread_picture"
    UNREAD_ARCHIVE = "unread_archive"
    UNREAD_PASSAGES = "unread_passages"
    UNREAD_FOLDER = "unread_folder"
    UNREAD_LINK = "unread_link"
    EDITION = "edition"
    NO_EDITION = "no_edition"
    WHICH_EDITION = "which_edition"
    MAYBE_EDITION = "maybe_edition"
    # of its name, and of what is stated of it
    NO_LETTER = "no_letter"
    KEPT_NAME = "kept_name"
    LONG_NAME = "long_name"
    ALIKE = "alike"
    NO_NAME = "no_name"
    UNSEEN_NAME = "unseen_name"
    FOLDER = "folder"
    OTHER_ENDING = "other_ending"
    LONG_VALUE = "long_value"
    UNSEEN_VALUE = "unseen_value"
    OTHER_LANGUAGE = "other_language"
    UNKNOWN = "unknown"
    CIRCLE = "circle"


# What is said of files and of labels, by key and language.
MESSAGES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("messages.toml").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one file.

    Attributes:
        kind: What it is.
        values: What the kind speaks of, such as the limit that was passed, by name; a member of
            an enumeration is a format of files.
    """

    kind: FaultKind
    values: Mapping[str, str | int]

    @classmethod
    def of(cls, kind: FaultKind, **values: str | int) -> Fault:
        """Return a fault with its values by name."""
        return cls(kind, values)

    def say(self, language: str) -> str:
        """Say it, and what to do; the file itself is not named."""
        values = {
            name: MESSAGES[f"format_{value}"][language] if isinstance(value, StrEnum) else value
            for name, value in self.values.items()
        }
        return MESSAGES[f"fault_{self.kind}"][language].format(**values)

    def __str__(self) -> str:
        """Say it in English."""
        return self.say("en")


class ClauseBotError(Exception):
    """Root of every error that a person is meant to read.

    Attributes:
        code: By which a page finds words for it in other languages; empty where it has none.
    """

    code = ""


class CorpusError(ClauseBotError):
    """An agreement, its metadata or its written fields cannot be used.

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
        super().__init__(self._placed(str(message), "en"))

    def say(self, language: str) -> str:
        """Say what is wrong with which file, and where in it; in English where it has no fault."""
        return str(self) if self.fault is None else self._placed(self.fault.say(language), language)

    def _placed(self, message: str, language: str) -> str:
        if self.path is None:
            return message
        key = "in_file" if self.line is None else "in_line"
        place = MESSAGES[key][language]
        return place.format(path=self.path, line=self.line, message=message)


class StoreError(ClauseBotError):
    """A stored index is missing, damaged, or made by another model."""


class QueryError(ClauseBotError):
    """A search was asked with words that make no sense, such as ``k`` of 0."""
