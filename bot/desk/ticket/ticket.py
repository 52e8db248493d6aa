"""A customer's message → its questions, the agreement each is about, identifiers, the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answering.answer import Answer
from bot.answering.names import find_named
from bot.answering.talk import read_talk
from bot.desk.ticket.identifiers import Identifier, find_identifiers
from bot.desk.ticket.message import (
    MessageSegment,
    SegmentKind,
    find_subject,
    is_thanks,
    segment_message,
)
from bot.desk.ticket.phrases import LETTERS, asks
from bot.desk.ticket.questions import (
    Asking,
    Found,
    TicketQuestion,
    find_questions,
    is_context_dependent_part,
    make_ticket_question,
    points_inside,
)
from bot.desk.ticket.sentences import Span, split, to_reading
from index.agreement import Agreement
from index.errors import QueryError
from index.text import normalise

MAX_LENGTH = 20_000  # characters of a message
MAX_QUESTIONS = 30  # of one message; what lies beyond is told in ``Ticket.left_out``
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A customer's message, read.

    Attributes:
        message: As it came in.
        language: ``zh`` or ``en``, that of its matter; the language to reply in.
        parts: What is set aside, in order.
        identifiers: In order; those in parts that are set aside among them, save quoted mail.
        questions: In order, none overlapping.
        left_out: Number of questions beyond ``MAX_QUESTIONS``.
    """

    message: str
    language: str
    segments: tuple[MessageSegment, ...]
    identifiers: tuple[Identifier, ...]
    questions: tuple[TicketQuestion, ...]
    left_out: int = 0


def read_ticket(message: str) -> Ticket:
    """Read a customer's message in Chinese, English or both.

    Raises:
        QueryError: It is longer than ``MAX_LENGTH``.
    """
    if len(message) > MAX_LENGTH:
        raise QueryError(
            f"the message has {len(message)} characters; at most {MAX_LENGTH} are read. "
            "Leave out what is quoted."
        )
    reading = to_reading(message)
    segments = segment_message(reading)
    blocks = _between(segments, len(message))
    thanks = [
        (sentence.start, sentence.end)
        for block in blocks
        for sentence in split(reading, block)
        if not sentence.is_lead and is_thanks(reading[sentence.start : sentence.end])
    ]
    asking = find_questions(reading, blocks, thanks)
    if not asking.found:
        in_subjects = find_questions(reading, _asking_subjects(reading, segments), ())
        asking = Asking(in_subjects.found, asking.unread)
    asking = _without_small_talk(reading, asking)
    segments += [MessageSegment(SegmentKind.THANKS, *span) for span in thanks]
    segments += [MessageSegment(SegmentKind.UNREAD, *span) for span in asking.unread]
    quoted = [segment for segment in segments if segment.kind is SegmentKind.QUOTED]
    identifiers = tuple(
        identifier
        for identifier in find_identifiers(message, reading)
        if not any(segment.start <= identifier.start < segment.end for segment in quoted)
    )
    return Ticket(
        message=message,
        language=_language(reading, blocks, quoted),
        segments=tuple(sorted(segments, key=lambda segment: segment.start)),
        identifiers=identifiers,
        questions=_ask(message, asking.found[:MAX_QUESTIONS], identifiers),
        left_out=max(0, len(asking.found) - MAX_QUESTIONS),
    )


def read_file(path: Path) -> Ticket:
    """Read a customer's message from a file.

    Raises:
        QueryError: The file cannot be read, is not UTF-8, or is too long.
    """
    try:
        message = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise QueryError(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path}: is not UTF-8. Save it as UTF-8.") from error
    return read_ticket(message)


def _between(segments: Sequence[MessageSegment], length: int) -> list[Span]:
    """Return the spans that no part covers."""
    edges = [0, *(edge for segment in segments for edge in (segment.start, segment.end)), length]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if start < end]


def _without_small_talk(reading: str, asking: Asking) -> Asking:
    """Leave to the agent who is asked for, or what: “Can I talk to a person?”."""
    small = [one for one in asking.found if _is_small_talk(reading[one.start : one.end])]
    found = tuple(one for one in asking.found if one not in small)
    unread = sorted([*asking.unread, *((one.start, one.end) for one in small)])
    return Asking(found, tuple(unread))


def _is_small_talk(words: str) -> bool:
    talk = read_talk(words)
    return talk is not None and talk.is_small


def _asking_subjects(reading: str, segments: Sequence[MessageSegment]) -> list[Span]:
    """Return the subjects of pasted headers that ask something."""
    headers = (segment for segment in segments if segment.kind is SegmentKind.HEADER)
    subjects = (find_subject(reading, segment.start, segment.end) for segment in headers)
    return [
        subject
        for subject in subjects
        if subject and asks(reading[slice(*subject)], is_marked=False, is_requested=False)
    ]


def _language(reading: str, blocks: Sequence[Span], quoted: Sequence[MessageSegment]) -> str:
    """Return the language of most words; one and a half Chinese characters count as one.

    Where the matter has no word, that of what is not quoted, or else of the whole message.
    """
    texts = [
        " ".join(reading[start:end] for start, end in spans)
        for spans in (blocks, _between(quoted, len(reading)), [(0, len(reading))])
    ]
    text = next((text for text in texts if LETTERS.search(text)), "")
    return "zh" if 2 * len(_CJK.findall(text)) > 3 * len(_WORD.findall(text)) else "en"


def _ask(
    message: str, found: Sequence[Found], identifiers: Sequence[Identifier]
) -> tuple[TicketQuestion, ...]:
    """Return the questions that are more than an identifier."""
    questions: list[TicketQuestion] = []
    for item in found:
        asked = make_ticket_question(
            message, item, identifiers, questions[-1] if questions else None
        )
        if asked.text:
            questions.append(asked)
    return tuple(questions)


_STOP = re.compile(r"[。！？!?\n]|\.\s")


def find_agreement(
    ticket: Ticket, asked: TicketQuestion, agreements: Sequence[Agreement], former: Answer | None
) -> str | None:
    """Return the id of the agreement to answer a question from; None to leave it to its words.

    That is the one which the message names; of several, the one named last before the question;
    of none, the one that alone decided the question before, where this one hangs on it. Quoted
    mail counts only where the rest names none.
    """
    own = find_named(asked.words, agreements)
    if own:
        is_searched = own == find_named(asked.text, agreements)
        return None if is_searched or len(own) > 1 else own[0]
    named = find_named(_without_quotes(ticket), agreements)
    if len(named) > 1:
        return _last_named(ticket.message[: asked.start], agreements)
    if not named:
        named = find_named(ticket.message, agreements)
    if not named and former is not None and _is_context_dependent(asked):
        named = tuple({citation.agreement for citation in former.citations})
    return named[0] if len(named) == 1 else None


def _is_context_dependent(asked: TicketQuestion) -> bool:
    words = normalise(asked.words)
    return is_context_dependent_part(words) or points_inside(words)


def _without_quotes(ticket: Ticket) -> str:
    own = ticket.message
    for segment in reversed(ticket.segments):
        if segment.kind is SegmentKind.QUOTED:
            own = own[: segment.start] + own[segment.end :]
    return own


def _last_named(before: str, agreements: Sequence[Agreement]) -> str | None:
    """Return the agreement that the last naming sentence names; None for several or none."""
    for sentence in reversed(_STOP.split(before)):
        named = find_named(sentence, agreements)
        if named:
            return named[0] if len(named) == 1 else None
    return None
