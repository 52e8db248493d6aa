"""A customer's message in; its questions, its identifiers and what is set aside out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.desk.aside import Part, PartKind, set_aside
from bot.desk.asking import Found, Span, find_questions, split
from bot.desk.identifiers import Identifier, IdentifierKind, find_identifiers
from bot.desk.lines import is_thanks
from bot.desk.phrases import without_request
from bot.desk.reading import to_reading
from bot.question import is_leaning
from index.errors import QueryError
from index.text import normalise

MAX_LENGTH = 20_000  # characters of a message
MAX_QUESTIONS = 30  # of one message; what lies beyond is told in ``Ticket.left_out``
_CONTEXT = 200  # characters of the sentence that a question leans on
_SHORT_ZH, _SHORT_EN = 8, 6  # characters, words: so short a question is none by itself
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_HOLLOW = re.compile(  # what is left of “(ID: …)” and “账号 …” without the identifier
    r"[(（]\s?(?:[\w.]{1,12}\s?){0,3}[:：#.]?\s?[)）]|(?:账号|订单号|编号)\s?(?=[，。,])",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")
_NAMELESS = (IdentifierKind.AMOUNT,)  # stays in what is looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a message.

    Attributes:
        words: As the customer wrote it; ``message[start:end]``.
        start: Offset of the first character.
        end: Offset after the last character.
        text: What to search for: the words, without polite ones and identifiers, after the
            sentence that they lean on.
        leans: Whether it leans on the question before it, if there is one.
        alone: ``text`` without the sentence that it leans on; None where that means nothing.
    """

    words: str
    start: int
    end: int
    text: str
    leans: bool
    alone: str | None


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
    parts: tuple[Part, ...]
    identifiers: tuple[Identifier, ...]
    questions: tuple[Asked, ...]
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
    parts = set_aside(reading)
    blocks = _between(parts, len(message))
    thanks = [
        (sentence.start, sentence.end)
        for block in blocks
        for sentence in split(reading, block)
        if not sentence.is_lead and is_thanks(reading[sentence.start : sentence.end])
    ]
    found = find_questions(reading, blocks, thanks)
    parts += [Part(PartKind.THANKS, *span) for span in thanks]
    quoted = [part for part in parts if part.kind is PartKind.QUOTED]
    identifiers = tuple(
        identifier
        for identifier in find_identifiers(message, reading)
        if not any(part.start <= identifier.start < part.end for part in quoted)
    )
    return Ticket(
        message=message,
        language=_language([message[start:end] for start, end in blocks]),
        parts=tuple(sorted(parts, key=lambda part: part.start)),
        identifiers=identifiers,
        questions=tuple(_to_asked(message, item, identifiers) for item in found[:MAX_QUESTIONS]),
        left_out=max(0, len(found) - MAX_QUESTIONS),
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


def _between(parts: Sequence[Part], length: int) -> list[Span]:
    """Return the spans that no part covers."""
    edges = [0, *(edge for part in parts for edge in (part.start, part.end)), length]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if start < end]


def _language(matter: Sequence[str]) -> str:
    """Return the language of most words; one and a half Chinese characters count as one."""
    text = " ".join(matter)
    return "zh" if 2 * len(_CJK.findall(text)) > 3 * len(_WORD.findall(text)) else "en"


def _to_asked(message: str, found: Found, identifiers: Sequence[Identifier]) -> Asked:
    own = without_request(_bare(message, (found.start, found.end), identifiers))
    words = message[found.start : found.end]
    is_short = len(_CJK.findall(own)) <= _SHORT_ZH and len(_WORD.findall(own)) <= _SHORT_EN
    is_leaning_on = is_leaning(normalise(own))
    if found.context is not None and (is_short or is_leaning_on):
        context = _bare(message, found.context, identifiers)[-_CONTEXT:]
        alone = None if is_leaning_on else own
        return Asked(words, found.start, found.end, f"{context} {own}", leans=False, alone=alone)
    leans = is_short and is_leaning_on
    return Asked(words, found.start, found.end, own, leans, None if leans else own)


def _bare(message: str, span: Span, identifiers: Sequence[Identifier]) -> str:
    """Return the words of a span without identifiers, each white space one blank."""
    start, end = span
    pieces, at = [], start
    for identifier in identifiers:
        is_inside = start <= identifier.start and identifier.end <= end
        if is_inside and identifier.kind not in _NAMELESS:
            pieces.append(message[at : identifier.start])
            at = identifier.end
    bare = _HOLLOW.sub(" ", " ".join([*pieces, message[at:end]]))
    return _BLANKS.sub(" ", bare).strip()
