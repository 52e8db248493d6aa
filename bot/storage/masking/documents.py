"""Numbers with letters in them: passports, permits, plates, IBANs, names on other networks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import iban
from stdnum.us import ssn

from bot.storage.masking.kinds import Kind, Span
from bot.storage.masking.names import Name, Names, Other

_ALONE = r"(?<![A-Za-z0-9_-])"
_ENDS = r"(?![A-Za-z0-9_]|[-.][0-9])"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ON_PLATE = "A-HJ-NP-Z0-9"  # no I, no O
_PLATE = re.compile(
    rf"[{_PROVINCE}] ?[A-HJ-NP-Za-hj-np-z] ?[.-]? ?"
    rf"(?:[{_ON_PLATE}]{{4,5}} ?[{_ON_PLATE}]|[a-hj-np-z0-9]{{5,6}}"
    rf"|[{_ON_PLATE}]{{4}} ?[学警挂领港澳])"
    r"[港澳]?(?![A-Za-z0-9]|-[0-9]| ?元)"
)
_EMBASSY = re.compile(rf"使[0-9]{{6}}{_ENDS}")
_PASSPORT = re.compile(rf"{_ALONE}(?:[EeGg][0-9]{{8}}|E[A-HJ-NP-Z][0-9]{{7}}){_ENDS}")
_OF_HONG_KONG = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9]{6} ?\([0-9A]\)")
_OF_TAIWAN = re.compile(rf"{_ALONE}[A-Z][12][0-9]{{8}}{_ENDS}")
_OF_AMERICA = re.compile(rf"{_ALONE}[0-9]{{3}}-[0-9]{{2}}-[0-9]{{4}}{_ENDS}")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9_])[A-Za-z]{2}[0-9]{2}"
    rf"(?:[A-Za-z0-9]{{11,30}}|(?:[ -][A-Za-z0-9]{{4}}){{2,7}}(?:[ -][A-Za-z0-9]{{1,4}})?){_ENDS}"
)
_CALLED_IBAN = re.compile(r"iban\W{0,3}(?:is|no|number|是|为|号码?)?\W{0,3}\Z", re.IGNORECASE)
_GROUPED_LAST = re.compile(r"[ -][A-Za-z0-9]+\Z")
_LETTERED = re.compile(  # what may be the number of a document: every group of it holds digits
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,3}|(?!NO|ID|IS)[A-Z]{1,2} )?"
    rf"[0-9][A-Za-z0-9]{{0,20}}(?:[ -][A-Za-z]?[0-9][A-Za-z0-9]{{0,20}}){{0,5}}(?: ?[A-Z])?{_ENDS}"
)
_CALLED = {  # without blanks and hyphens, in capitals
    Kind.PASSPORT: re.compile(r"(?=(?:[A-Z]*[0-9]){5})[A-Z0-9]{6,12}"),
    Kind.PERMIT: re.compile(r"[A-Z]{0,2}[0-9]{7,10}"),
    Kind.IDENTITY: re.compile(r"[A-Z]{1,3}[0-9]{6,12}[A-Z]?|[0-9]{6,12}[A-Z]"),
}
_DATE = re.compile(r"(?:19|20)[0-9]{2}[ -][0-9]{1,2}[ -]")
_WECHAT = re.compile(
    r"(?:(?P<mark>微信(?:号码?|账号|id)|[威薇]信号?)|加我?微信|我的?微信|微信(?=[:=])|"
    r"(?:加|我的?)v信?|(?<![a-z])(?:wei ?xin|we ?chat|[vw]x)(?: ?(?:id|account|no\.?))?)"
    r" ?(?:是|为|is|at|:|=)? ?(?P<name>[a-z][a-z0-9_-]{5,19}(?![a-z0-9_-])|[0-9]{5,11}(?![0-9]))",
    re.IGNORECASE,
)


_LETTERS_OF_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def _is_of_taiwan(number: str) -> bool:
    """Return whether a letter and nine digits are an identity number of Taiwan."""
    place = _LETTERS_OF_TAIWAN.index(number[0]) + 10
    digits = [place // 10, place % 10, *map(int, number[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 10 == 0


_SHAPES: tuple[tuple[re.Pattern[str], Kind, Callable[[str, Name | None], bool]], ...] = (
    (_PLATE, Kind.PLATE, lambda text, _: sum(map(str.isdigit, text)) >= 3),
    (_EMBASSY, Kind.PLATE, lambda _, name: name is Kind.PLATE),
    (_PASSPORT, Kind.PASSPORT, lambda _, name: name is not Other.NOTHING),
    (_OF_HONG_KONG, Kind.IDENTITY, lambda _, name: name is not Other.NOTHING),
    (_OF_TAIWAN, Kind.IDENTITY, lambda text, _: _is_of_taiwan(text)),
    (
        _OF_AMERICA,
        Kind.IDENTITY,
        lambda text, name: name is not Other.NOTHING and ssn.is_valid(text),
    ),
)


def find_documents(plain: str, names: Names) -> Iterator[Span]:
    """Yield what is told by its shape, and what is told by what it is called; they may overlap."""
    for pattern, kind, is_one in _SHAPES:
        for match in pattern.finditer(plain):
            if is_one(match[0], names.before(match.start())):
                yield Span(*match.span(), kind)
    for match in _LETTERED.finditer(plain):
        yield from _called(names, match)


def find_accounts(plain: str) -> Iterator[Span]:
    """Yield IBANs and the names of WeChat; they may overlap."""
    yield from filter(None, (_iban(plain, match) for match in _IBAN.finditer(plain)))
    for match in _WECHAT.finditer(plain):
        if match["mark"] or re.search(r"[0-9_-]", match["name"]):
            yield Span(*match.span("name"), Kind.ACCOUNT)


def _iban(plain: str, match: re.Match[str]) -> Span | None:
    """Return an account that its check digits confirm, or that is called an IBAN."""
    written = match[0]
    while len(written) >= 15:  # the shortest; a word may stand behind it
        if iban.is_valid(written, check_country=False):
            return Span(match.start(), match.start() + len(written), Kind.ACCOUNT)
        shorter = _GROUPED_LAST.sub("", written)
        if shorter == written:
            break
        written = shorter
    start = match.start()
    is_called = _CALLED_IBAN.search(plain[max(0, start - 20) : start])
    return Span(*match.span(), Kind.ACCOUNT) if is_called else None


def _called(names: Names, match: re.Match[str]) -> Iterator[Span]:
    name = names.before(match.start())
    if not isinstance(name, Kind) or name not in _CALLED or _DATE.match(match[0]):
        return
    number = re.sub(r"[ -]", "", match[0]).upper()
    if _CALLED[name].fullmatch(number):
        yield Span(*match.span(), name)
