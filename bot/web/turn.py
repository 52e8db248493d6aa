"""One question of a conversation with its answer, and the addresses that lead back to it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.answer import Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and its answer.

    Attributes:
        question: As asked.
        agreement: Id of the one chosen to look in; None for all.
        answer: None when answering failed.
        after: The question before it, where this one leans on it; else empty.
        answer_id: Under which the answer is kept; empty where it is not.
        key: Names the turn on its page, and in what its reader thinks of it.
    """

    question: str
    agreement: str | None
    answer: Answer | None
    after: str = ""
    answer_id: str = ""
    key: str = ""

    def link(self, language: str, clause: str = "") -> str:
        """Return the address that asks again, in a page of that language."""
        query = {
            "q": self.question,
            "agreement": self.agreement,
            "lang": language,
            "clause": clause,
            "after": self.after,
        }
        given = {key: value for key, value in query.items() if value}
        return "/?" + urlencode(given, errors="replace")

    def shared(self, language: str) -> str:
        """Return the address to give to others: of the kept answer, or one that asks again."""
        return f"/a/{self.answer_id}" if self.answer_id else self.link(language)
