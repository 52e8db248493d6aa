"""What can go wrong below the bot: the errors, and faults of a file as values of any language."""

from __future__ import annotations

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
    DAMAGED_ARCHIVE = "damaged_archive"
    UNPACKS = "unpacks"
    DAMAGED_XML = "damaged_xml"
    PAGES = "pages"
    SCANNED = "scanned"
    NO_PAGES = "no_pages"
    DAMAGED_PDF = "damaged_pdf"
    # of one that is uploaded
    LONG_CLAUSE = "long_clause"
    CLAUSES = "clauses"
    ORPHAN = "orphan"
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


_MESSAGES = {
    FaultKind.TOO_LARGE: "is larger than {most:,} bytes. Split it.",
    FaultKind.NOT_TEXT: "is not text in UTF-8, UTF-16 or GB18030. Save it as UTF-8.",
    FaultKind.BINARY: "holds binary data. Give the agreement as plain text.",
    FaultKind.LINES: "has more than {most:,} lines. Split it.",
    FaultKind.EMPTY: "is empty. Put the agreement's text in it, or remove it.",
    FaultKind.CHECKSUM: "its bytes have SHA-256 {found}, but {file} states {stated}. "
    "Restore the file, or correct the checksum if the change is meant.",
    FaultKind.TITLES_ALONE: "holds titles alone, no clause. Put its text in it.",
    FaultKind.OLD_WORD: "is encrypted, or in Word's format before 2007. "
    "Save it as .docx without a password.",
    FaultKind.OTHER_FORMAT: "is {found} but named {ending}. Give it its own ending.",
    FaultKind.SLOW: "takes too long to read. "
    "Save it anew or split it: {megabytes} MB and {seconds} s are the limits.",
    FaultKind.HEAVY: "cannot be read within the limits. "
    "Save it anew or split it: {megabytes} MB and {seconds} s are the limits.",
    FaultKind.MEMORY: "needs more than {megabytes} MB to read. Split it.",
    FaultKind.NESTED: "is nested too deeply. Save it as plain text.",
    FaultKind.DAMAGED: "is damaged ({how}). Save it anew, or as plain text.",
    FaultKind.LONG: "has more than {most:,} characters. Split it.",
    FaultKind.NO_TEXT: "holds no text. Give a file with words in it.",
    FaultKind.REACHES_OUT: "reaches for the network or a program. Give it as plain text.",
    FaultKind.ENCRYPTED: "is encrypted. Save it without a password.",
    FaultKind.ENTITIES: "defines entities of its own. Save it anew from the program it is of.",
    FaultKind.NOT_WORD: "is no Word document. Save it as .docx.",
    FaultKind.DAMAGED_ARCHIVE: "is a damaged archive. Save it anew from Word.",
    FaultKind.UNPACKS: "unpacks to more than any agreement. Save it anew from Word.",
    FaultKind.DAMAGED_XML: "holds damaged XML. Save it anew from Word.",
    FaultKind.PAGES: "has more than {most:,} pages. Split it.",
    FaultKind.SCANNED: "holds no text, only pictures of it. Run text recognition over it first.",
    FaultKind.NO_PAGES: "has no pages. Save it anew.",
    FaultKind.DAMAGED_PDF: "is a damaged PDF. Save it anew.",
    FaultKind.LONG_CLAUSE: "has a clause of more than {most:,} characters. Number its parts.",
    FaultKind.CLAUSES: "has more than {most:,} clauses, for which nobody waits at a desk. "
    "Split it, or put it into the corpus and run: python -m index build",
    FaultKind.ORPHAN: "lies in the corpus without an agreement, and would be read with this one. "
    "Remove or rename it, or upload the agreement under another name.",
    FaultKind.NO_LETTER: "{name!r} holds no letter or digit before {ending}. Name it.",
    FaultKind.KEPT_NAME: "{name!r} is a name that systems keep for themselves. Rename it.",
    FaultKind.LONG_NAME: "the name begins {name!r} and is too long. Shorten it.",
    FaultKind.ALIKE: "{name!r} would be {found!r} beside {other!r}, which some systems cannot "
    "tell apart. Upload it as a new version of {other!r}, or rename it.",
    FaultKind.NO_NAME: "a file needs a name of 1 to {most} characters.",
    FaultKind.UNSEEN_NAME: "{name!r} holds characters that cannot be seen. Rename it.",
    FaultKind.FOLDER: "{name!r} names a folder. Give the name of the file alone.",
    FaultKind.OTHER_ENDING: "{name!r} does not end in one of {known}. Save it as one.",
    FaultKind.LONG_VALUE: "{name!r} is too long; {most} characters and {names} names are most.",
    FaultKind.UNSEEN_VALUE: "{name!r} holds characters that cannot be seen. Type it anew.",
    FaultKind.OTHER_LANGUAGE: "'language' must be one of {known}, or empty.",
    FaultKind.UNKNOWN: "there is no agreement {name!r} to be a version of. There are: {known}.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one file.

    Attributes:
        kind: What it is.
        values: What the kind speaks of, such as the limit that was passed, by name.
    """

    kind: FaultKind
    values: Mapping[str, str | int]

    @classmethod
    def of(cls, kind: FaultKind, **values: str | int) -> Fault:
        """Return a fault with its values by name."""
        return cls(kind, values)

    def __str__(self) -> str:
        """Say it in English, and what to do."""
        return _MESSAGES[self.kind].format(**self.values)


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
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(f"{place}{message}")


class StoreError(ClauseBotError):
    """A stored index is missing, damaged, or made by another model."""


class QueryError(ClauseBotError):
    """A search was asked with words that make no sense, such as ``k`` of 0."""
