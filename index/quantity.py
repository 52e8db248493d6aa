"""Durations, amounts, shares and dates: stated by a text, or asked for by a question."""

from __future__ import annotations

import re

_NUMBER = r"(?:\d{1,9}(?:[,.]\d{1,9}){0,4}|[〇零一二两三四五六七八九十百千万半]{1,8})"
_NOT_WITHIN = r"(?<![第\d〇零一二两三四五六七八九十百千万])(?<!第\s)(?<!\d[.,])"  # 第七条 is none
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|sixty"
    "|ninety"
)
_STATED = re.compile(
    r"(?:\d{4}\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?)?)"
    rf"|(?:{_NOT_WITHIN}{_NUMBER}\s?(?:个?\s?(?:工作日|自然日|小时|分钟|星期|月份?|周|季度)"
    r"|日|天|年|元|万元|倍|次|条|%|％|岁|周岁))"
    rf"|(?:[$€£¥]\s?\d[\d,.]{{0,12}})"
    rf"|(?:\b(?:{_NUMBER}|{_WORDS})(?:\s|-)(?:(?:business|working|calendar|consecutive)(?:\s|-))?"
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


def find_quantities(text: str) -> list[tuple[int, int]]:
    """Return where durations, amounts, shares and dates stand in ``text``, as offsets."""
    return [match.span() for match in _STATED.finditer(text)]


def asks_quantity(question: str) -> bool:
    """Tell whether a question may be answered by a number."""
    return _ASKED.search(question) is not None


def asks_period(question: str) -> bool:
    """Tell whether only a length of time answers a question."""
    return _PERIOD.search(question) is not None
