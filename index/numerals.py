"""Numbers as agreements write them: read, printed, and found as amounts, periods and dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

FORMAL = "壹贰貳叁叄參参肆伍陆陸柒捌玖拾佰仟"  # as on cheques: 壹、费用 stands above 一、…
HAN = "零〇○一二三四五六七八九两兩十百千" + FORMAL  # what labels count with
STEMS = "甲乙丙丁戊己庚辛壬癸"
_HAN_VALUE = {mark: int(unicodedata.numeric(mark, 0)) for mark in HAN + "万萬亿億"} | {"两": 2}
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = {word: value for value, word in enumerate(_ONES.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), start=2)
}
_ENGLISH_UNIT = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
ENGLISH_WORDS = "|".join(sorted((*ENGLISH, *_ENGLISH_UNIT), key=len, reverse=True))
_DIGITS = re.compile(r"(\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?)\s?([百千万亿k]?)")
_TWICE = re.compile(r"([^()]+?)\s?\(([^()]+)\)")
_ROMAN_VALUE = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN_PARTS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def read_number(words: str) -> float | None:
    """Return the value of a number in any script and width, or None for words that are none.

    Digits (12, １２, 1,000.5, 2万, 5k), a sign that encloses some (⑫), Chinese (十二, 二〇, 壹佰),
    English (twelve, one hundred and five) and Roman numerals (xii); and any of them with the
    same number in brackets behind: thirty (30), 三十（30）.
    """
    plain = unicodedata.normalize("NFKC", words).strip().lower()
    twice = _TWICE.fullmatch(plain)
    if twice:
        value = read_number(twice[1])
        return value if value == read_number(twice[2]) else None
    plain = plain.strip("(). ")
    digits = _DIGITS.fullmatch(plain)
    if digits:
        unit = 1000 if digits[2] == "k" else _HAN_VALUE.get(digits[2], 1)
        return float(digits[1].replace(",", "")) * unit
    if plain and not set(plain) - _HAN_VALUE.keys():
        han = read_han(plain)
        return han if han or not set(plain) - set("零〇○") else None
    english = _read_english(plain)
    return english if english is not None else read_roman(plain) or None


def read_han(numeral: str) -> int:
    """Return the value of a Chinese numeral, positional (二〇) or with units (二十, 两万三千).

    0 also where the signs make no number, such as 万一.
    """
    values = [_HAN_VALUE[mark] for mark in numeral]
    if max(values) < 10:
        return int("".join(map(str, values)))
    if numeral[0] in "万亿":
        return 0
    total, part = 0, 0
    digit: int | None = None  # a unit without one, such as a leading 十, stands for one of it
    for value in values:
        if value < 10:
            digit = value
        elif value < 10_000:
            part += (1 if digit is None else digit) * value
            digit = None
        else:
            total += (part + (digit or 0)) * value
            part, digit = 0, None
    return total + part + (digit or 0)


def _read_english(plain: str) -> int | None:
    words = [word for word in re.split(r"[\s-]+", plain) if word != "and"]
    if not words or any(word not in ENGLISH and word not in _ENGLISH_UNIT for word in words):
        return None
    total, part = 0, 0
    for word in words:
        if word in ENGLISH:
            part += ENGLISH[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        else:
            total, part = total + max(part, 1) * _ENGLISH_UNIT[word], 0
    return total + part


def read_roman(numeral: str) -> int:
    """Return the value of a Roman numeral in canonical form, or 0 if it is none."""
    lower = numeral.lower()
    values = [_ROMAN_VALUE.get(mark, 0) for mark in lower]
    if not values or 0 in values:
        return 0
    total = 0
    for here, after in zip(values, [*values[1:], 0], strict=True):
        total += -here if here < after else here
    return total if write_roman(total) == lower else 0


def write_roman(value: int) -> str:
    """Return the canonical lower-case Roman numeral, to refuse such as iiii."""
    numeral = ""
    for size, mark in _ROMAN_PARTS:
        while value >= size and len(numeral) < 16:
            numeral += mark
            value -= size
    return numeral


def read_letter(letters: str) -> int:
    """Return the place of a list letter: a is 1, z is 26, aa is 27; 0 for other words."""
    lower = letters.lower()
    if len(set(lower)) != 1 or not "a" <= lower[0] <= "z":
        return 0
    return (len(lower) - 1) * 26 + ord(lower[0]) - 96


def read_any(numeral: str) -> int:
    """Return the value of a label's numeral: 12, １２, ⑫, ㈤, 十二, 甲, Ⅳ, XII; A counts as 1."""
    if numeral[0] in HAN:
        return read_han(numeral)
    if numeral[0] in STEMS:
        return STEMS.index(numeral[0]) + 1
    if numeral[0].isdecimal():
        return int(numeral)
    if not numeral[0].isascii():
        is_roman = unicodedata.category(numeral[0]) == "Nl"
        plain = unicodedata.normalize("NFKC", numeral)
        return read_roman(plain) if is_roman else int(unicodedata.numeric(numeral))
    is_letter = len(numeral) == 1 and numeral not in "IVXivx"
    return (0 if is_letter else read_roman(numeral)) or read_letter(numeral)


_HAN = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_FULL_WIDTH = {48 + digit: 0xFF10 + digit for digit in range(10)}
_LARGEST = 32767  # Word's own; a number beyond it is printed as digits


def write_letters(value: int) -> str:
    """Return a, b … z, aa, bb … as Word and browsers count lists in letters."""
    return chr(97 + (value - 1) % 26) * min((value - 1) // 26 + 1, 9) if value > 0 else "0"


def write_han(value: int, digits: str = _HAN, units: str = "十百千万") -> str:
    """Return a number in Chinese: 十二, 一百零五."""
    if value >= 10_000 or value <= 0:
        return str(value) if value else digits[0]
    numeral, gap = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            numeral += (digits[0] if gap else "") + digits[digit]
            numeral += units[power - 1] if power else ""
        gap = bool(numeral) and not digit
    return numeral[1:] if digits == _HAN and 10 <= value < 20 else numeral


def write_positional(value: int) -> str:
    """Return a number digit by digit: 一〇五."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))


def write_enclosed(value: int, first: str, count: int) -> str:
    """Return one sign of a row such as ① to ⑳, or digits where the row has ended."""
    return chr(ord(first) + value - 1) if 0 < value <= count else str(value)


def write_ordinal(value: int) -> str:
    """Return 1st, 2nd, 3rd, 4th."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10)
    return f"{value}{ending or 'th'}"


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "lowerLetter": write_letters,
    "upperLetter": lambda value: write_letters(value).upper(),
    "lowerRoman": write_roman,
    "upperRoman": lambda value: write_roman(value).upper(),
    "chineseCounting": write_han,
    "chineseCountingThousand": write_han,
    "japaneseCounting": write_han,
    "taiwaneseCounting": write_han,
    "taiwaneseCountingThousand": write_han,
    "ideographDigital": write_positional,
    "japaneseDigitalTenThousand": write_positional,
    "taiwaneseDigital": write_positional,
    "chineseLegalSimplified": lambda value: write_han(value, _LEGAL, "拾佰仟万"),
    "ideographLegalTraditional": lambda value: write_han(value, _LEGAL, "拾佰仟万"),
    "ideographTraditional": lambda value: STEMS[value - 1] if value <= 10 else str(value),
    "decimalEnclosedCircle": lambda value: write_enclosed(value, "①", 20),
    "decimalEnclosedCircleChinese": lambda value: write_enclosed(value, "①", 20),
    "decimalEnclosedParen": lambda value: write_enclosed(value, "⑴", 20),
    "decimalEnclosedFullstop": lambda value: write_enclosed(value, "⒈", 20),
    "ideographEnclosedCircle": lambda value: write_enclosed(value, "㊀", 10),
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "ordinal": write_ordinal,
    "none": lambda value: "",
}  # fmt: skip


def write_number(value: int, style: str) -> str:
    """Return a number in one of Word's number formats; digits in those it does not know."""
    if style != "none" and not 0 < value <= _LARGEST:
        return str(value)
    return _WRITERS.get(style, str)(value)


_NUMBER = r"(?:\d{1,9}(?:[,.]\d{1,9}){0,4}|[〇零一二两三四五六七八九十百千万半]{1,8})"
_NOT_WITHIN = r"(?<![第\d〇零一二两三四五六七八九十百千万])(?<!第\s)(?<!\d[.,])"  # 第七条 is none
_AGAIN = rf"(?:\s?[(（]\s?{_NUMBER}\s?[)）])?"  # thirty (30) days, 三十（30）日
_STATED = re.compile(
    r"(?:\d{4}\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?)?)"
    rf"|(?:{_NOT_WITHIN}{_NUMBER}{_AGAIN}\s?(?:个?\s?(?:工作日|自然日|小时|分钟|星期|月份?|周|季度)"
    r"|日|天|年|元|万元|倍|次|条|%|％|岁|周岁))"
    rf"|(?:[$€£¥]\s?\d[\d,.]{{0,12}})"
    rf"|(?:\b(?:{_NUMBER}|(?:{ENGLISH_WORDS})(?:-(?:{ENGLISH_WORDS}))?){_AGAIN}(?:\s|-)"
    r"(?:(?:business|working|calendar|consecutive)(?:\s|-))?"
    r"(?:day|week|month|year|hour|minute|time|percent|dollar)s?\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"多久|多长时间|多少|几[天日个年月周小次条]|期限|时限|何时|什么时候|哪天|几号|上限|下限"
    r"|\bhow\s(?:long|many|much|soon|often|far|quick|quickly|fast|old)\b|\bwhen\b"
    r"|\b(?:what|which)(?:'s|\sis)?\s(?:\w+\s){0,3}?(?:period|deadline|limit|percentage|fee|price"
    r"|cap|rate|date|notice)\b|\b(?:number|amount)\sof\b|\bdays?\b|\bmonths?\b|\bhours?\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"多久|多长时间|几[天日年月周小]|几个(?:工作日|月|小时|星期)|\bhow\s(?:long|soon|quickly|fast)\b"
    r"|\bhow\smany\s(?:business\s|working\s)?(?:days?|weeks?|months?|years?|hours?|minutes?)\b",
    re.IGNORECASE,
)


_UNCOUNTED = re.compile(
    r"立即|立刻|即时|即刻|马上|当[日天月年]|次[日月年]|[月年季周]末|[月年]底|直至|直到|为止|用完|耗尽"
    r"|(?:所需|必要|合理|法定|规定)的?(?:时间|期限|期间)|永久|无限期|随时|长期"
    r"|\b(?:immediate(?:ly)?|instant(?:ly)?|at\sonce|promptly|at\sany\stime|indefinitely|perpetual(?:ly)?"
    r"|permanent(?:ly)?|(?:as|so)\slong\sas|until|without\s(?:undue\s|any\s)?(?:delay|notice)"
    r"|(?:end|start|beginning)\sof\s(?:the|each|your|its)\s|as\ssoon\sas|right\saway"
    r"|required\sby\s(?:applicable\s)?law)",
    re.IGNORECASE,
)


def find_quantities(text: str) -> list[tuple[int, int]]:
    """Return where durations, amounts, shares and dates stand in ``text``, as offsets."""
    return [match.span() for match in _STATED.finditer(text)]


def states_period(text: str) -> bool:
    """Tell whether a text says how long or how soon, be it without a number."""
    return bool(find_quantities(text)) or _UNCOUNTED.search(text) is not None


def asks_quantity(question: str) -> bool:
    """Tell whether a question may be answered by a number."""
    return _ASKED.search(question) is not None


def asks_period(question: str) -> bool:
    """Tell whether only a length of time answers a question."""
    return _PERIOD.search(question) is not None
