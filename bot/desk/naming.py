"""A question of a message in, the one agreement that it is about out, where it can be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Answer
from bot.desk.aside import PartKind
from bot.desk.asked import Asked
from bot.desk.hanging import is_hanging, points_inside
from bot.desk.ticket import Ticket
from bot.question import find_named
from index.agreement import Agreement
from index.text import normalise

_STOP = re.compile(r"[。！？!?\n]|\.\s")


def find_agreement(
    ticket: Ticket, asked: Asked, agreements: Sequence[Agreement], former: Answer | None
) -> str | None:
    """Return the id of the agreement to answer a question from; None to leave it to its words.

    That is the one which the message names; of several, the one named last before the question;
    of none, the one that alone decided the question before, where this one hangs on it. Quoted
    mail counts only where the rest names none.

    Args:
        ticket: The message, read.
        asked: One of its questions.
        agreements: All there are.
        former: What was answered to the question before; None for the first one.
    """
    own = find_named(normalise(asked.words), agreements)
    if own:
        is_searched = own == find_named(normalise(asked.text), agreements)
        return None if is_searched or len(own) > 1 else own[0]
    named = find_named(normalise(_without_quotes(ticket)), agreements)
    if len(named) > 1:
        return _last_named(ticket.message[: asked.start], agreements)
    if not named:
        named = find_named(normalise(ticket.message), agreements)
    if not named and former is not None and _hangs(asked):
        named = tuple({citation.agreement for citation in former.citations})
    return named[0] if len(named) == 1 else None


def _hangs(asked: Asked) -> bool:
    words = normalise(asked.words)
    return is_hanging(words) or points_inside(words)


def _without_quotes(ticket: Ticket) -> str:
    own = ticket.message
    for part in reversed(ticket.parts):
        if part.kind is PartKind.QUOTED:
            own = own[: part.start] + own[part.end :]
    return own


def _last_named(before: str, agreements: Sequence[Agreement]) -> str | None:
    """Return the agreement that the last naming sentence names; None for several or none."""
    for sentence in reversed(_STOP.split(before)):
        named = find_named(normalise(sentence), agreements)
        if named:
            return named[0] if len(named) == 1 else None
    return None
