"""What of a message is no part of its matter: greeting, thanks, signature, quoted mail, footers.

Everything here reads lines of ``to_reading``; patterns are bounded, so that time is linear.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.desk.header import count_header, find_stamps
from bot.desk.lines import (
    ANGLE,
    CLOSING,
    DEVICE,
    FOOTER,
    FOOTER_WORDS,
    FORWARDED,
    GREETING,
    HEADER,
    HEADER_NEXT,
    POSTSCRIPT,
    RULE,
    WROTE,
    is_sentence,
)
from bot.desk.phrases import asks, demands
from bot.desk.sentences import ENUMERATOR


class PartKind(StrEnum):
    """Why a part is set aside."""

    HEADER = "header"
    GREETING = "greeting"
    THANKS = "thanks"
    SIGNATURE = "signature"
    QUOTED = "quoted"
    DEVICE = "device"
    FOOTER = "footer"
    UNREAD = "unread"  # it looks like a request, and was not read as a question


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message that is set aside, ``message[start:end]``."""

    kind: PartKind
    start: int
    end: int


Line = tuple[int, int]
_SIGNATURE_LINES = 10  # of a signature, at most


def set_aside(reading: str) -> list[Part]:
    """Return the lines of a message that are set aside, in order, and its greeting."""
    lines = split_lines(reading)
    header = count_header(reading, lines)
    kinds = dict.fromkeys(range(header), PartKind.HEADER)
    _mark_quoted(reading, lines, kinds)
    _mark_lines(reading, lines, kinds)
    _mark_closing(reading, lines, kinds)
    parts = [
        Part(kind, *lines[at])
        for at, kind in sorted(kinds.items())
        if reading[slice(*lines[at])].strip()
    ]
    stamps = [
        Part(PartKind.HEADER, *stamp)
        for stamp in find_stamps(reading)
        if not any(part.start < stamp[1] and stamp[0] < part.end for part in parts)
    ]
    stamped = {stamp.start for stamp in stamps}
    left = [line for at, line in enumerate(lines) if at not in kinds and line[0] not in stamped]
    return _join(reading, [*_greeting(reading, left), *parts, *stamps])


def _mark_quoted(reading: str, lines: list[Line], kinds: dict[int, PartKind]) -> None:
    """Mark what is quoted, unless nothing else is there: then it is the message."""
    below = [at for at, line in enumerate(lines) if at not in kinds and _text(reading, line)]
    is_all_angled = all(ANGLE.match(reading[slice(*lines[at])]) for at in below)
    for at in () if is_all_angled else range(len(kinds), len(lines)):
        line = reading[slice(*lines[at])]
        follow = [reading[slice(*other)] for other in lines[at + 1 : at + 4]]
        is_header = HEADER.match(line) and any(map(HEADER_NEXT.match, follow))
        is_wrote = WROTE.match(line) is not None
        is_angled = any(map(ANGLE.match, follow))
        if FORWARDED.match(line) or is_header or (is_wrote and not is_angled and at):
            kinds.update(dict.fromkeys(range(at, len(lines)), PartKind.QUOTED))
            return
        if ANGLE.match(line) or (is_wrote and is_angled):
            kinds[at] = PartKind.QUOTED


def _mark_lines(reading: str, lines: list[Line], kinds: dict[int, PartKind]) -> None:
    """Mark what its own words tell: devices, and legal footers to the end of the paragraph."""
    in_footer = False
    for at, (start, end) in enumerate(lines):
        line = reading[start:end]
        in_footer = in_footer and bool(line.strip())
        if at not in kinds:
            paragraph = reading[start : start + 400].partition("\n\n")[0]
            in_footer |= bool(FOOTER.match(line) and FOOTER_WORDS.search(paragraph))
            if in_footer:
                kinds[at] = PartKind.FOOTER
            elif DEVICE.match(line):
                kinds[at] = PartKind.DEVICE


def _mark_closing(reading: str, lines: list[Line], kinds: dict[int, PartKind]) -> None:
    """Mark closing words with the lines after them, and the last lines that name the sender."""
    left = [at for at in range(len(lines)) if at not in kinds and _text(reading, lines[at])]
    for place, at in enumerate(left):
        line, after = reading[slice(*lines[at])], left[place + 1 : place + 2 + _SIGNATURE_LINES]
        is_dashes = line.strip() == "--"
        if is_dashes or (RULE.match(line) and _is_signature(reading, lines, after)):
            below = itertools.takewhile(
                lambda other: not POSTSCRIPT.match(reading[slice(*lines[other])]), left[place:]
            )
            kinds.update(dict.fromkeys(below, PartKind.SIGNATURE))
            break
        if CLOSING.match(line):
            kinds[at] = PartKind.SIGNATURE
            for other in after[:_SIGNATURE_LINES]:
                if is_sentence(_text(reading, lines[other])):
                    break
                kinds[other] = PartKind.SIGNATURE
    _mark_sender(reading, lines, [at for at in left if at not in kinds], kinds)


def _is_signature(reading: str, lines: list[Line], below: Sequence[int]) -> bool:
    """Tell whether the lines below a rule are few and hold no sentence before a postscript."""
    words = [_text(reading, lines[at]) for at in below]
    rest = list(itertools.takewhile(lambda line: not POSTSCRIPT.match(line), words))
    return len(rest) <= _SIGNATURE_LINES and not any(map(is_sentence, rest))


def _mark_sender(
    reading: str, lines: list[Line], left: list[int], kinds: dict[int, PartKind]
) -> None:
    """Mark the last lines, behind a blank one or short, that hold neither stop nor question."""
    for at in reversed(left[1:]):
        words = _text(reading, lines[at])
        is_apart = at > 0 and not _text(reading, lines[at - 1])
        is_named = re.match(r"[\w&.'/| -]{2,40}$", words, re.ASCII) and len(words.split()) <= 4
        is_named_zh = len(words) <= 14 and not re.search(r"[么了不没能会要吗,?]", words)
        is_contact = re.search(r"\d{4}", words) and len(words) <= 60
        is_sender = is_contact or (is_apart and (is_named or is_named_zh))
        is_matter = (
            is_sentence(words)
            or ENUMERATOR.match(words)
            or asks(words, is_marked=False, is_requested=False)
            or demands(words)
        )
        if is_matter or not is_sender:
            return
        kinds[at] = PartKind.SIGNATURE


def _greeting(reading: str, lines: list[Line]) -> list[Part]:
    """Return the greeting at the beginning of what is left, however many words greet."""
    first = next((line for line in lines if _text(reading, line)), None)
    if first is None:
        return []
    start = at = first[0]
    while (match := GREETING.match(reading, at)) and match.end() > at:
        at = match.end()
    return [Part(PartKind.GREETING, start, at)] if at > start else []


def _join(reading: str, parts: Iterable[Part]) -> list[Part]:
    """Join parts of one kind that only blanks divide; leave their outer blanks out."""
    joined: list[Part] = []
    for part in sorted(parts, key=lambda part: part.start):
        words = reading[part.start : part.end]
        start = part.start + len(words) - len(words.lstrip())
        end = start + len(words.strip())
        last = joined[-1] if joined else None
        if last and last.kind is part.kind and not reading[last.end : start].strip():
            joined[-1] = Part(part.kind, last.start, end)
        else:
            joined.append(Part(part.kind, start, end))
    return joined


def split_lines(reading: str) -> list[Line]:
    """Return where the lines of a reading stand."""
    lines, start = [], 0
    for line in reading.split("\n"):
        lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines


def _text(reading: str, line: Line) -> str:
    return reading[slice(*line)].strip()
