"""Approved replies: what a person let stand, as long as the clauses under it stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.question import MAX_LENGTH as MAX_QUESTION
from bot.record import Cited, Source
from index.errors import ClauseBotError
from index.text import normalise

MAX_TEXT = 20_000  # characters of a reply
MAX_QUESTIONS = 50
MAX_CITATIONS = 20
LANGUAGES = ("zh", "en")


class ReplyError(ClauseBotError):
    """A reply is none, or may not be approved; the message says why.

    Attributes:
        clauses: Ids of the clauses that are to blame.
    """

    def __init__(self, message: str, code: str, clauses: tuple[str, ...] = ()) -> None:
        """Say it; ``code`` is as in ``ClauseBotError``."""
        super().__init__(message)
        self.code = code
        self.clauses = clauses


class State(StrEnum):
    """What may be done with a reply."""

    APPROVED = "approved"  # it comes first for like questions
    PENDING = "pending"  # a clause under it changed; a person must look
    RETIRED = "retired"  # it is kept, and no longer offered


class Deed(StrEnum):
    """What happened to a reply."""

    SAVED = "saved"
    EDITED = "edited"
    APPROVED = "approved"
    TURNED_PENDING = "turned_pending"  # by itself
    TURNED_BACK = "turned_back"  # by itself: every clause reads again as it was approved
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Changed:
    """Why a reply is pending: one clause that is not as it was cited.

    Attributes:
        clause_id: As it was cited.
        change: A ``bot.standing.Change``: ``changed``, ``moved`` or ``gone``.
        now_id: Id of the clause at its place, or where its words went; None when gone.
        now: The words of that clause; None when gone.
    """

    clause_id: str
    change: str
    now_id: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """One step in the life of a reply, and how it read until then.

    Attributes:
        at: In UTC.
        who: Name of the person; empty where the program did it.
        deed: A ``Deed``.
        text: The reply before; empty for the first step.
        questions: The questions before.
        clauses: Ids of the clauses cited before.
    """

    at: datetime
    who: str
    deed: str
    text: str
    questions: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a person writes of a reply.

    Attributes:
        language: ``zh`` or ``en``, that of ``text``.
        text: What is sent.
        questions: What it answers, in either language; at least one.
        citations: What it rests on; at least one.
        sources: The agreements of the citations, as they were.
    """

    language: str
    text: str
    questions: tuple[str, ...]
    citations: tuple[Cited, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """A reply that was approved once.

    Attributes:
        reply_id: Cannot be guessed.
        content: What it says and rests on.
        state: What may be done with it.
        approved_by: Who approved it last.
        approved_at: When, in UTC.
        changes: When pending, the clauses that are not as they were cited.
        history: Every step, oldest first.
        owner: Id of the person who saved it at this desk; empty for nobody's. No file tells it.
    """

    reply_id: str
    content: Content
    state: State
    approved_by: str
    approved_at: datetime
    changes: tuple[Changed, ...]
    history: tuple[Edit, ...]
    owner: str = ""

    @property
    def revision(self) -> int:
        """Rises with every step; tells whether someone else was there first."""
        return len(self.history)


def check_content(content: Content) -> None:
    """Refuse what no reply may be.

    Raises:
        ReplyError: Says what to write instead.
    """
    if content.language not in LANGUAGES:
        raise ReplyError(f"the language is {content.language!r}; write zh or en.", "reply_language")
    if not content.text.strip() or len(content.text) > MAX_TEXT:
        raise ReplyError(f"the reply is empty or longer than {MAX_TEXT} characters.", "reply_text")
    if not 1 <= len(content.questions) <= MAX_QUESTIONS:
        raise ReplyError(f"a reply answers 1 to {MAX_QUESTIONS} questions.", "reply_questions")
    for question in content.questions:
        is_worded = any(char.isalnum() for char in normalise(question[: MAX_QUESTION + 1]))
        if not is_worded or len(question) > MAX_QUESTION:
            raise ReplyError(
                f"a question holds no word, or over {MAX_QUESTION} characters.", "reply_question"
            )
    if not 1 <= len(content.citations) <= MAX_CITATIONS:
        raise ReplyError(f"a reply cites 1 to {MAX_CITATIONS} clauses.", "reply_clauses")
    if {cited.agreement for cited in content.citations} != {
        source.agreement for source in content.sources
    }:
        raise ReplyError("the agreements cited are not those described.", "reply_clauses")
