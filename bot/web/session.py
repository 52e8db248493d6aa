"""What one reader's page shows, and what each event makes of it; knows nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answer import Answer, Reason
from bot.bot import Bot
from bot.question import MAX_LENGTH, is_leaning
from bot.web.agreement_view import Place
from bot.web.frame import choose_language
from bot.web.render import Turn
from index.corpus import Corpus
from index.errors import QueryError
from index.text import normalise

logger = logging.getLogger(__name__)
ALL = "*"  # the agreement chooser's word for all; no file is named so
MAX_TURNS = 20  # kept in a conversation; older ones leave the page


@dataclass(frozen=True, slots=True)
class Session:
    """All that one reader's page shows.

    Attributes:
        language: ``zh`` or ``en``, that of the page.
        turns: The conversation, oldest first.
        place: The agreement and clause opened; None shows the list of agreements.
        notice: What was wrong with the last question; empty when nothing was.
    """

    language: str = "en"
    turns: tuple[Turn, ...] = ()
    place: Place | None = None
    notice: str = ""


class PageEvents:
    """What each event makes of a session."""

    def __init__(self, bot: Bot) -> None:
        """Answer from ``bot``."""
        self.bot = bot

    @property
    def corpus(self) -> Corpus:
        """What is answered from now; a new index may be taken over between two events."""
        return self.bot.index.corpus

    def settle(self, session: Session) -> tuple[Corpus, Session]:
        """Return the corpus to draw from, and what of a session it still bears out.

        A turn that names a clause whose words have changed leaves the page with the old index.
        """
        corpus = self.corpus
        texts = {clause.clause_id: clause.text for clause in corpus.clauses}
        known = {agreement.id for agreement in corpus.agreements}
        turns = tuple(turn for turn in session.turns if _stands(turn, texts, known))
        place = session.place
        if place is not None and place.agreement not in known:
            place = None
        elif place is not None and place.clause_id not in texts:
            place = Place(place.agreement)
        return corpus, replace(session, turns=turns, place=place)

    def start(self, query: Mapping[str, str], accepted: str, cookie: str | None) -> Session:
        """Open the page; an address with a question asks it."""
        session = Session(choose_language(query.get("lang") or cookie, accepted))
        question = query.get("q", "")
        if not question:
            return session
        chosen = query.get("agreement", ALL)
        for asked in (query.get("after", ""), question):
            session = self.ask(session, asked, chosen) if asked else session
        clause = query.get("clause")
        return self.open(session, {"clause": clause}) if clause else session

    def ask(self, session: Session, question: str, chosen: str) -> Session:
        """Ask, and open the deciding clause beside the answer."""
        agreement = chosen if self._is_agreement(chosen) else None
        answer = self._answer(session, question, agreement)
        if answer is not None and answer.reason is Reason.INVALID:
            return replace(session, notice=answer.text)
        former = session.turns[-1].question if session.turns else ""
        after = former if is_leaning(normalise(question[:MAX_LENGTH])) else ""
        turns = (*session.turns, Turn(question, agreement, answer, after))[-MAX_TURNS:]
        place = session.place
        if answer is not None and answer.citations:
            first = answer.citations[0]
            place = Place(first.agreement, first.clause_id, first.start, first.end)
        return replace(session, turns=turns, place=place, notice="")

    def open(self, session: Session, wanted: Mapping[str, object]) -> Session:
        """Open a clause, or an agreement at its beginning; what is unknown opens nothing."""
        if self._is_agreement(wanted.get("agreement")):
            return replace(session, place=Place(str(wanted["agreement"])))
        index = self.bot.index
        try:
            clause = index.corpus.clauses[index.position(str(wanted.get("clause")))]
        except QueryError:
            return session
        start, end = self._quoted(session, clause.clause_id, wanted)
        return replace(session, place=Place(clause.agreement, clause.clause_id, start, end))

    def _quoted(
        self, session: Session, clause_id: str, wanted: Mapping[str, object]
    ) -> tuple[int, int]:
        """Return the offsets asked for, else those of the last citation of the clause."""
        start, end = wanted.get("start"), wanted.get("end")
        if isinstance(start, int) and isinstance(end, int):
            return start, end
        for turn in reversed(session.turns):
            for citation in turn.answer.citations if turn.answer else ():
                if citation.clause_id == clause_id:
                    return citation.start, citation.end
        return 0, 0

    def _answer(self, session: Session, question: str, agreement: str | None) -> Answer | None:
        history = [turn.question for turn in session.turns]
        try:
            return self.bot.ask(question, agreement=agreement, history=history)
        except Exception:  # the edge: the reader gets words, the log the reason
            logger.exception("a question on the page failed")
            return None

    def _is_agreement(self, wanted: object) -> bool:
        return any(agreement.id == wanted for agreement in self.corpus.agreements)


def _stands(turn: Turn, texts: Mapping[str, str], known: set[str]) -> bool:
    """Return whether all that a turn names is still there, word for word."""
    if turn.agreement is not None and turn.agreement not in known:
        return False
    if turn.answer is None:
        return True
    named = [(clause.clause_id, clause.text) for clause in turn.answer.retrieved]
    named += [(clause.clause_id, clause.text) for clause in turn.answer.citations]
    return known >= set(turn.answer.silent) and all(texts.get(id_) == text for id_, text in named)
