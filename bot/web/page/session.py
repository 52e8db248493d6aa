"""What one reader's page shows, question by question, and what each event makes of it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answering.answer import Reason
from bot.storage import Feedback
from bot.storage.feedback import REASONS, VERDICTS
from bot.web.http import choose_language
from bot.web.page.agreement_html import OpenedAt
from bot.web.page.answer_html import MAX_NOTE, Turn
from bot.web.service import Busy, Served, Service, Surface
from bot.words.catalogue import say
from index.corpus import Corpus
from index.errors import QueryError

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
        notice: Why the last question was not answered; empty when it was.
        draft: That question, to be mended or asked again.
        may_retry: Whether it may be answered as it stands, a little later.
    """

    language: str = "en"
    turns: tuple[Turn, ...] = ()
    place: OpenedAt | None = None
    notice: str = ""
    draft: str = ""
    may_retry: bool = False


class PageEvents:
    """What each event makes of a session."""

    def __init__(self, service: Service) -> None:
        self.service = service

    @property
    def corpus(self) -> Corpus:
        """What is answered from now; a new index may be taken over between two events."""
        return self.service.bot.index.corpus

    def settle(self, session: Session) -> tuple[Corpus, Session]:
        """Return the corpus to draw from, and what of a session it still bears out.

        A turn that names a clause whose words have changed leaves the page with the old index;
        the clause stays open, without the words that the turn had marked in it.
        """
        corpus = self.corpus
        texts = {clause.clause_id: clause.text for clause in corpus.clauses}
        known = {agreement.id for agreement in corpus.agreements}
        turns = tuple(turn for turn in session.turns if _stands(turn, texts, known))
        changed = {
            id_ for turn in session.turns for id_, text in _named(turn) if texts.get(id_) != text
        }
        place = session.place
        if place is not None and place.agreement not in known:
            place = None
        elif place is not None and place.clause_id not in texts:
            place = OpenedAt(place.agreement)
        elif place is not None and place.clause_id in changed:
            place = OpenedAt(place.agreement, place.clause_id)
        return corpus, replace(session, turns=turns, place=place)

    async def start(self, query: Mapping[str, str], accepted: str, cookie: str | None) -> Session:
        """Open the page; an address with a question asks it, one with a clause shows that."""
        session = Session(choose_language(query.get("lang") or cookie, accepted))
        question = query.get("q", "")
        chosen = query.get("agreement", ALL)
        for asked in (query.get("after", ""), question) if question else ():
            session = await self.ask(session, asked, chosen) if asked else session
        clause = query.get("clause")
        return self.open(session, {"clause": clause}) if clause else session

    async def ask(self, session: Session, question: str, chosen: str) -> Session:
        """Ask, and open the deciding clause beside the answer."""
        agreement = chosen if self._is_agreement(chosen) else None
        turns = session.turns
        if turns and turns[-1].answer is None and turns[-1].question == question:
            turns = turns[:-1]  # it failed and is asked again
        try:
            served = await self._ask(turns, question, agreement)
        except Busy as busy:
            notice = say("too_busy", session.language, seconds=busy.retry_after)
            return replace(session, notice=notice, draft=question, may_retry=True)
        answer = served.answer if served else None
        is_talk = bool(answer and answer.framed and answer.framed.talk)
        if answer is not None and answer.reason is Reason.INVALID and not is_talk:
            return replace(session, notice=answer.text, draft=question, may_retry=False)
        former = turns[-1].question if turns else ""
        turn = Turn(
            question,
            agreement,
            answer,
            after=former if answer and answer.framed and answer.framed.former else "",
            answer_id=served.answer_id if served else "",
            key=secrets.token_urlsafe(9),
        )
        place = session.place
        if answer is not None and answer.citations:
            first = answer.citations[0]
            place = OpenedAt(first.agreement, first.clause_id, first.start, first.end)
        return replace(session, turns=(*turns, turn)[-MAX_TURNS:], place=place, notice="", draft="")

    def rate(self, session: Session, given: Mapping[str, object]) -> bool:
        """Keep what a reader thinks of an answer on their page, and tell whether that went well.

        A later word replaces it. ``given`` holds ``turn`` (its key), ``verdict``, and perhaps
        ``reason`` and ``note``.
        """
        turn = next((turn for turn in session.turns if turn.key == given.get("turn")), None)
        verdict, reason = given.get("verdict"), given.get("reason")
        if turn is None or not turn.answer_id or verdict not in VERDICTS:
            return False
        try:
            self.service.keep_feedback(
                Feedback(
                    answer_id=turn.answer_id,
                    verdict=str(verdict),
                    reason=str(reason) if reason in REASONS else None,
                    note=str(given.get("note") or "")[:MAX_NOTE],
                    surface=Surface.PAGE,
                    site="",
                    key=turn.key,
                )
            )
        except Exception:  # the edge: the reader is asked to try again, the log has the reason
            logger.exception("feedback on the page was not kept")
            return False
        return True

    def open(self, session: Session, wanted: Mapping[str, object]) -> Session:
        """Open a clause, or an agreement at its beginning; what is unknown opens nothing."""
        if self._is_agreement(wanted.get("agreement")):
            return replace(session, place=OpenedAt(str(wanted["agreement"])))
        index = self.service.bot.index
        try:
            clause = index.corpus.clauses[index.locate(str(wanted.get("clause")))]
        except QueryError:
            return session
        start, end = self._quoted(session, clause.clause_id, wanted)
        return replace(session, place=OpenedAt(clause.agreement, clause.clause_id, start, end))

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

    async def _ask(
        self, turns: tuple[Turn, ...], question: str, agreement: str | None
    ) -> Served | None:
        history = [turn.question for turn in turns]
        try:
            return await self.service.ask_soon(
                question, agreement=agreement, history=history, surface=Surface.PAGE
            )
        except Busy:
            raise
        except Exception:  # the edge: the reader gets words, the log the reason
            logger.exception("a question on the page failed")
            return None

    def _is_agreement(self, wanted: object) -> bool:
        return any(agreement.id == wanted for agreement in self.corpus.agreements)


def _stands(turn: Turn, texts: Mapping[str, str], known: set[str]) -> bool:
    """Return whether all that a turn names is still there, word for word."""
    if turn.agreement is not None and turn.agreement not in known:
        return False
    without = turn.answer.without if turn.answer else ()
    return known.issuperset(without) and all(texts.get(id_) == text for id_, text in _named(turn))


def _named(turn: Turn) -> list[tuple[str, str]]:
    """Return the clauses that a turn names, the id and the words of each."""
    if turn.answer is None:
        return []
    named = [(clause.clause_id, clause.text) for clause in turn.answer.retrieved]
    named += [(clause.clause_id, clause.text) for clause in turn.answer.citations]
    named += [(clause.clause_id, clause.text) for clause in turn.answer.related]
    return named
