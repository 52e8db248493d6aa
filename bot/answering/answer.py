"""What the bot gives back: an answer with citations, or an abstention with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.answering.question import Question
from index.relations.relations import RelationKind

NEAREST = 3  # clauses named in an abstention
SPEAKING = 3  # agreements that an answer speaks for at most, the surest ones


class Outcome(StrEnum):
    """Whether the agreements decided the question."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


class Reason(StrEnum):
    """Why the bot abstained."""

    SILENT = "silent"  # the agreements say nothing on it, as a reviewer found
    NOT_FOUND = "not_found"  # no clause was found; that there is none is not proven
    OUT_OF_SCOPE = "out_of_scope"  # no question about these agreements
    WEAK_EVIDENCE = "weak_evidence"  # clauses are on its topic, none decides it
    INVALID = "invalid"  # no question: empty, too long, without words or of unknown ones


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause that decides the question, word for word.

    Attributes:
        clause_id: Id of the clause.
        agreement: Id of its agreement.
        label: Its number as printed.
        path: Titles above it, outermost first.
        quote: The deciding words; ``text[start:end]``.
        start: Offset of the quote in ``text``.
        end: Offset after the quote.
        text: The clause word for word.
        translation: Unofficial rendering of the clause, if there is one.
        quote_translation: The part of the rendering that renders the quote, or None.
        confidence: Calibrated probability, 0..1, that the clause decides the question.
        lead_in: What the list says before its items, where the clause is one of them; else empty.
        gist: The clause in one line, unofficial, in the language of the answer; empty where none
            is written.
    """

    clause_id: str
    agreement: str
    label: str
    path: tuple[str, ...]
    quote: str
    start: int
    end: int
    text: str
    translation: str | None
    quote_translation: str | None
    confidence: float
    lead_in: str = ""
    gist: str = ""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A clause that the search brought up, cited or not; higher scores are nearer."""

    clause_id: str
    agreement: str
    label: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """A clause to be read beside a citation; it does not decide the question.

    Attributes:
        clause_id: Id of the clause.
        agreement: Id of its agreement.
        label: Its number as printed.
        path: Titles above it, outermost first.
        text: The clause word for word.
        kind: What it is to the citation.
        note: What that means here, one sentence in the language of the answer.
        of: Id of the citation's clause.
    """

    clause_id: str
    agreement: str
    label: str
    path: tuple[str, ...]
    text: str
    kind: RelationKind
    note: str
    of: str


@dataclass(frozen=True, slots=True)
class Writing:
    """That a language model wrote, and what became of it.

    Attributes:
        model: Provider and model, as they are set.
        prompt: Version of what it was told.
        kept: How many of its statements stand in the answer; 0 where the answer is in the clauses'
            own words after all.
        dropped: How many do not, for the clauses do not say so.
    """

    model: str
    prompt: str
    kept: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    Attributes:
        question: As asked.
        language: ``zh`` or ``en``, that of the question and of ``text``.
        outcome: Answered or abstained.
        reason: Why it was abstained; None when answered.
        text: What a person reads.
        citations: The deciding one first; empty exactly when abstained.
        retrieved: Up to 10 clauses, best first, whatever the outcome.
        without: Ids of agreements in scope that no clause was found in to decide the question;
            of many, those that were not read but may decide it are left out.
        opening: What holds for all citations together, the first sentence of ``text``; mostly
            empty.
        remarks: The sentences of ``text`` beside the citations: in which agreements nothing was
            found, how many more decide it and which is meant, or why it was abstained.
        milliseconds: How long it took.
        generation: Of the stored index that it is from; empty for one that is not stored.
        related: Clauses to be read beside the citations, those that disagree with one first.
        framed: The question as it was understood and searched for; None where that is not known.
        prose: What of ``text`` a language model wrote: sentences that were held against the
            citations, with their numbers behind them; empty where none did.
        writer: The language model that was asked to write; None where none was, or it failed.
    """

    question: str
    language: str
    outcome: Outcome
    reason: Reason | None
    text: str
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    without: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    milliseconds: float = 0.0
    generation: str = ""
    related: tuple[Related, ...] = ()
    framed: Question | None = None
    opening: str = ""
    prose: str = ""
    writer: Writing | None = None

    def __post_init__(self) -> None:
        """Refuse what no answer may be: the last gate before anyone reads it."""
        answered = self.outcome is Outcome.ANSWERED
        if answered != bool(self.citations) or answered != (self.reason is None):
            raise ValueError("an answer has citations and no reason, an abstention the reverse")
        for citation in self.citations:
            is_inside = 0 <= citation.start < citation.end <= len(citation.text)
            if not is_inside or citation.text[citation.start : citation.end] != citation.quote:
                raise ValueError(f"the quote of {citation.clause_id} is not in its clause")
