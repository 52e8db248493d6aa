"""What is kept of a person's words: numbers that tell who asks masked, records stripped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult
from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from bot.records.record import Record, RecordError, record_from_json, writable
from bot.storage.storage_errors import StorageError

_CHINA, _AMERICA = 86, 1  # country codes
_MOBILE = {  # how the eleven digits of a mobile number are grouped
    (11,), (3, 4, 4), (3, 8), (3, 3, 5), (3, 5, 3), (4, 4, 3), (4, 3, 4), (7, 4), (6, 5), (5, 6),
    (3, 4, 2, 2), (1,) * 11,
}  # fmt: skip
_SUBSCRIBER = {(7,), (8,), (3, 4), (4, 4), (4, 3)}  # the same of a landline, without its area
_HOTLINE = {(10,), (3, 3, 4), (3, 4, 3), (4, 3, 3), (3, 7)}  # 400 and 800 numbers
_AMERICAN = {(3, 3, 4), (3, 7)}
_PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83,
}  # fmt: skip
_CARDS = ("3", "4", "5", "6", "22", "23", "24", "25", "26", "27", "9558")  # what issuers begin with
_CARD_GROUPS = {(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (4, 4, 4, 4, 3), (4, 4, 4, 4)}


def is_identity(digits: str) -> bool:
    """Return whether eighteen characters are a Chinese resident identity number.

    Of any county: a number of one that a list lacks is a person's all the same.
    """
    if len(digits) != 18 or int(digits[:2]) not in _PROVINCES:
        return False
    try:
        born = ric.get_birth_date(digits)
    except InvalidComponent:
        return False
    return born.year >= 1880 and digits[17].upper() == ric.calc_check_digit(digits)


def is_card(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether digits, grouped as they were written, are the number of a bank card."""
    is_grouped = len(groups) == 1 or groups in _CARD_GROUPS or set(groups) == {1}
    is_long = 14 <= len(digits) <= 19 and is_grouped and digits.startswith(_CARDS)
    return is_long and luhn.is_valid(digits)


def is_telephone(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether digits, grouped as they were written, are a telephone number.

    Those of China and of America need no country code, others do: see ``is_international``.
    """
    for code in ("0086", "86"):
        if digits.startswith(code) and groups[0] in (len(code), len(digits)):
            rest = groups[1:] or (len(digits) - len(code),)
            return _is_chinese(digits[len(code) :], rest, is_abroad=True)
    if groups in _AMERICAN and digits[0] in "23456789" and _is_valid(_AMERICA, digits):
        return True
    return _is_chinese(digits, groups, is_abroad=False)


def is_international(digits: str) -> bool:
    """Return whether digits after ``+`` or ``00`` are a telephone number."""
    if not 7 <= len(digits) <= 15:
        return False
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == ValidationResult.IS_POSSIBLE)


def is_subscriber(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether digits may be a landline without its area; so may many a number."""
    return groups in _SUBSCRIBER and digits[0] in "23456789"


def _is_chinese(digits: str, groups: tuple[int, ...], *, is_abroad: bool) -> bool:
    if groups in _MOBILE and digits[0] == "1":
        return _is_valid(_CHINA, digits)
    if groups in _HOTLINE and digits.startswith(("400", "800")):
        return _is_valid(_CHINA, digits)
    if digits[0] != "0" and not is_abroad:
        return False
    national = digits.removeprefix("0")
    has_area = groups[0] in (2, 3, 4) and groups[1:] in _SUBSCRIBER
    is_whole = len(groups) == 1 and 9 <= len(national) <= 11
    return (has_area or is_whole) and _is_valid(_CHINA, national)


def _is_valid(country: int, national: str) -> bool:
    number = PhoneNumber(country_code=country, national_number=int(national))
    return phonenumbers.is_valid_number(number)


EMAIL, PHONE, IDENTITY, CARD = "[email]", "[phone]", "[id number]", "[card]"
_FEWEST_DIGITS, _MOST_DIGITS, _MOST_GROUPS = 7, 21, 6  # of any number that is masked
_SPELT = {11, 16, 17, 18, 19}  # digits of numbers that may be written digit by digit

# What a number may be written with, character for character, so that offsets stay.
_PLAIN = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(
        map(ord, "\u00a0\u1680\u2007\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"), " "
    )
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\u30fc"), "-")
    | dict.fromkeys(map(ord, "\u00b7\u2022\u30fb"), ".")
)
_MAY_BE = re.compile(
    r"(?:\d\D{0,4}){7}|[@\uff20]|[\[(\uff08\u3010]\s?at\s?[\])\uff09\u3011]", re.IGNORECASE
)
_AT = r" ?(?:@|[\[(] ?at ?[\])]) ?"
_EMAILS = (
    re.compile(
        rf"[a-z0-9][a-z0-9._%+'-]{{0,63}}{_AT}(?:[a-z0-9-]{{1,63}}(?:\.| \. )){{1,8}}"
        r"[a-z]{2,24}(?![a-z0-9])",
        re.IGNORECASE | re.ASCII,
    ),
    re.compile(r"[\w.+-]{1,64} ?@ ?(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}"),  # in any script
)
_GROUPS = re.compile(r"[0-9]+(?:[ ]{0,2}[-./()]{0,2}[ ]{0,2}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_LAST_X = re.compile(r"[ -]?[Xx](?![A-Za-z])")
_EXTENSION = re.compile(r"(?: ?(?:-|转|ext\.?|x|#) ?)[0-9]{1,5}(?![0-9])", re.IGNORECASE)
_COUNTED = re.compile(
    r" ?(?:元(?!旦)|块钱|美元|万|亿|条(?!款)|[%]|(?:usd|rmb|cny|yuan|dollars|bytes)\b)",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:[$\u00a5\u20ac\uffe5]|usd|rmb|cny) ?$", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:电话|座机|固话|致电|拨打|手机|传真|\b(?:tel|telephone|phone|fax|mobile))"
    r"[ .:]*(?:号码|号|number|no)?[ .:]*(?:是|为|is)?[ :(]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    name: str


def mask(text: str) -> str:
    """Return text in which what tells who a person is became ``[phone]`` and the like."""
    if not _MAY_BE.search(text):
        return text
    plain = text.translate(_PLAIN)
    spans: list[_Span] = []
    for pattern in _EMAILS:
        found = [_Span(*match.span(), EMAIL) for match in pattern.finditer(plain)]
        plain = _blank(plain, found)
        spans += found
    for run in _GROUPS.finditer(plain):
        spans += _numbers(plain, [group.span() for group in _GROUP.finditer(plain, *run.span())])
    for span in sorted(spans, key=lambda found: -found.start):
        text = text[: span.start] + span.name + text[span.end :]
    return text


def _blank(plain: str, spans: Sequence[_Span]) -> str:
    for span in spans:
        plain = plain[: span.start] + "\0" * (span.end - span.start) + plain[span.end :]
    return plain


def _numbers(plain: str, groups: list[tuple[int, int]]) -> Iterator[_Span]:
    """Yield the numbers among groups of digits that stand together, the longest at each place."""
    at, masked_to = 0, -1
    while at < len(groups):
        for last in _windows(groups, at):
            span = _name(plain, groups[at : last + 1], is_cut=_is_cut(plain, groups, at, last))
            if span is not None and span.start >= masked_to:
                yield span
                at, masked_to = last, span.end
                break
        at += 1


def _windows(groups: list[tuple[int, int]], at: int) -> Iterator[int]:
    """Yield the last groups up to which digits from ``at`` on may be one number, longest first."""
    count, lasts = 0, []
    for last in range(at, len(groups)):
        count += groups[last][1] - groups[last][0]
        if count > _MOST_DIGITS:
            break
        size = last - at + 1
        if count >= _FEWEST_DIGITS and (size <= _MOST_GROUPS or count == size in _SPELT):
            lasts.append(last)
    yield from reversed(lasts)


def _is_cut(plain: str, groups: list[tuple[int, int]], at: int, last: int) -> bool:
    """Return whether digits go on behind a point before or after: a decimal, an address."""
    before = plain[groups[at - 1][1] : groups[at][0]] if at else ""
    after = plain[groups[last][1] : groups[last + 1][0]] if last + 1 < len(groups) else ""
    return "." in (before, after)


def _name(plain: str, groups: list[tuple[int, int]], *, is_cut: bool) -> _Span | None:
    """Return the number that groups of digits are, if they are one to mask."""
    start, end = groups[0][0], groups[-1][1]
    digits = "".join(plain[first:last] for first, last in groups)
    checked = _LAST_X.match(plain, end) if len(digits) == 17 else None
    if is_identity(digits + "X" if checked else digits):
        return _Span(start, checked.end() if checked else end, IDENTITY)
    if is_cut or _is_word(plain, start, end):
        return None
    before = plain[max(0, start - 24) : start]
    lengths = tuple(last - first for first, last in groups)
    if before.endswith("+") or digits.startswith("00"):
        is_phone = is_international(digits.removeprefix("00"))
        return _phone(plain, start - before.endswith("+"), end) if is_phone else None
    if _COUNTED.match(plain, end) or _CURRENCY.search(before):
        return None
    if is_card(digits, lengths):
        return _Span(start, end, CARD)
    is_called = is_subscriber(digits, lengths) and _CALLED.search(before)
    return _phone(plain, start, end) if is_called or is_telephone(digits, lengths) else None


def _phone(plain: str, start: int, end: int) -> _Span:
    """Return the span of a telephone number with the bracket before and extension behind it."""
    extension = _EXTENSION.match(plain, end)
    if plain[start - 1 : start] == "(" and ")" in plain[start:end]:
        start -= 1
    return _Span(start, extension.end() if extension else end, PHONE)


def _is_word(plain: str, start: int, end: int) -> bool:
    """Return whether letters stand on both sides, as in a hash or a serial number."""
    around = plain[start - 1 : start] + plain[end : end + 1]
    return len(around) == 2 and around.isascii() and around.isalpha()


MAX_LENGTH = 2_000  # characters; what is longer is no question, and no note
_CUT_WORD = re.compile(r"[\w@.+() -]{1,80}\Z", re.ASCII)


def strip_record(record: Record, *, keep_words: bool) -> Record:
    """Return the record as it is kept; its digest is of that.

    The question and those before it are kept masked, or not at all. Sentences of the answer that
    repeat a question which is not kept as asked are left out.
    """
    history = tuple(strip_text(text, keep_words=keep_words) for text in record.history)
    question = strip_text(record.question, keep_words=keep_words)
    if question == record.question:
        return replace(record, history=history)
    asked = record.question.strip()
    return replace(
        record,
        question=question,
        history=history,
        text=_unless_repeated(asked, record.text),
        remarks=tuple(_unless_repeated(asked, text) for text in record.remarks),
    )


def strip_text(text: str, *, keep_words: bool) -> str:
    """Return what a person wrote as it is kept: masked, or empty.

    What is longer than any question is cut, and so is half a number or address at its end.
    """
    if not keep_words:
        return ""
    if len(text) > MAX_LENGTH:
        text = _CUT_WORD.sub("", text[:MAX_LENGTH]) + "…"
    return mask(writable(text)).replace("\0", "\ufffd")


def verify_record(answer_id: str, text: str, digest: str) -> Record:
    """Return the record that was kept under an id.

    Raises:
        StorageError: It is not as it was kept.
    """
    try:
        record = record_from_json(text)
    except RecordError as error:
        raise StorageError(f"answer {answer_id}: {error}") from error
    if record.digest != digest or record.answer_id != answer_id:
        raise StorageError(
            f"answer {answer_id}: another record stands in its place. Do not rely on it; "
            "put back a copy of the database."
        )
    return record


def _unless_repeated(asked: str, text: str) -> str:
    return "" if asked and asked in text else text
