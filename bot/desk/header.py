"""The header that a pasted mail begins with, and the stamps of a pasted chat.

Who copies a mail whole pastes its header before its matter: only a mail below others is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.desk.lines import FORWARDED, WROTE

Line = tuple[int, int]
_FIELD = re.compile(
    r"\s{0,4}\*{0,2}(?:from|sender|sent|date|to|cc|bcc|subject|reply-to|importance|priority"
    r"|attachments?|发件人|发信人|寄件者|寄件人|发送时间|发送日期|发件时间|日期|时间|收件人|收件者"
    r"|抄送|副本|密送|主题|主旨|附件|重要性)\s?\*{0,2}\s?:"
)
_SUBJECT = re.compile(
    r"^\s{0,4}\*{0,2}(?:subject|主题|主旨)\s?\*{0,2}\s?:[*\s]{0,3}"
    r"(?:(?:re|fwd?|aw|回复|答复|转发)\s?:\s?){0,4}(?P<subject>\S.*)$",
    re.MULTILINE,
)
_FOLDED = re.compile(r"(?:\t|\s{2,})\S|.{0,200}<[^<>\s]{1,64}@[^<>\s]{1,64}>[;,]?\s*$")
_HANDED_ON = re.compile(  # what people and mail programs write above a mail that they hand on
    r"\s{0,4}\W{0,3}(?:(?:fyi|fwd?\b|see below|forwarded|转发|转自|见下|请看|请处理|客户来信)"
    r"[^?吗]{0,40}|(?:external|caution|外部邮件).{0,200})$"
)
_FEWEST_FIELDS = 2
_DAY = r"(?:\d{2,4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:[-/.]\d{2,4})?"
_TIME = r"(?:[上下]午|[早晚]上|[ap]m)?\s?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?"
_STAMP = re.compile(
    rf"^[^\d\n:?!。,\[(]{{0,24}}\s?[\[(]?(?:{_DAY},?\s{_TIME}|{_TIME},\s{_DAY})[\])]?"
    rf"(?:\s{{0,4}}$|\s?[^\d\n:?!。,]{{1,24}}:\s)",
    re.MULTILINE,
)


def count_header(reading: str, lines: Sequence[Line]) -> int:
    """Return how many lines at the beginning are the header of a pasted mail; 0 for none."""
    fields = last = 0
    is_announced = False
    for at, (start, end) in enumerate(lines):
        line = reading[start:end]
        if _FIELD.match(line):
            fields += 1
        elif not line.strip():
            if fields:
                break
            continue
        elif fields == 0 and _is_announcement(line):
            is_announced = True
        elif not (_FOLDED.match(line) if fields else _HANDED_ON.match(line)):
            break
        last = at + 1
    is_subject = fields == 1 and _SUBJECT.match(reading, *lines[last - 1]) is not None
    is_alone = last < len(lines) and not reading[slice(*lines[last])].strip()
    is_header = fields >= _FEWEST_FIELDS or is_announced or (is_subject and is_alone)
    return last if is_header else 0


def _is_announcement(line: str) -> bool:
    return bool(FORWARDED.match(line) or (WROTE.match(line) and line.rstrip().endswith(":")))


def find_subject(reading: str, start: int, end: int) -> Line | None:
    """Return where the subject in a header stands; None where it gives none."""
    match = _SUBJECT.search(reading, start, end)
    return None if match is None else match.span("subject")


def find_stamps(reading: str) -> Iterator[Line]:
    """Yield where the lines of a pasted chat say who wrote, and when."""
    for match in _STAMP.finditer(reading):
        yield match.span()
