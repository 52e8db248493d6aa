"""References in Chinese words: 第十条第2款, 第（一）至（三）项, 5.2条, 前款, 本条, 附件一.

A number after the name of a law or of another agreement refers to that: 《…法》第五条.
Every repeat in a pattern is bounded, so that the work grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.numerals import HAN, read_han
from index.relations.mention import Base, Mention, Step, Tokens, read_number

_NUMBER = (
    rf"(?:[(]\s?(?:[0-9]{{1,3}}|[{HAN}]{{1,4}}|[a-z])\s?[)]|[{HAN}]{{1,6}}"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){0,5})"
)
_DOTTED = r"[0-9]{1,3}(?:\.[0-9]{1,3}){1,5}"
_UNIT = (
    r"(?:条(?!件|例|形|码|目|短信|消息)|款(?!项|待|式|额)|项(?!目)|章(?!程)|节(?!点|日|目|假)"
    r"|编(?!号)|篇|部分)"
)
_START = re.compile(
    r"(?P<back>前[二两三]?[条款项](?!件)|本条(?!款|例|件|约)|(?:上述|前述|上列)(?=\s?第))"
    rf"|第(?=\s?[(0-9{HAN}])|(?<![0-9.第]){_DOTTED}(?=\s?{_UNIT})"
    rf"|(?P<annex>附件|附录|附表)\s?(?P<letter>[0-9]{{1,2}}|[A-Z](?![A-Za-z])|[{HAN}]{{1,3}}(?![个份]))"
)
_GROUP = re.compile(
    rf"第\s?(?P<many>{_NUMBER}(?:\s?[、,和及与或至到~-]\s?(?:第\s?)?{_NUMBER}){{0,9}})"
    rf"\s?(?P<unit>{_UNIT})(?P<inserted>之[一二三四五六七八九十]{{1,2}})?"
    rf"|第?\s?(?P<dotted>{_DOTTED})(?![0-9.]|\s?[%元年月日版])\s?(?P<after>{_UNIT})?"
)
_PIECE = re.compile(rf"(?P<to>[至到~-]\s?)?(?:第\s?)?(?P<number>{_NUMBER})")
_BETWEEN = re.compile(r"\s?(?:以及|或者|[、,;和及与或至到~-])\s?(?=第|[0-9])")
_ADJACENT = re.compile(r"\s?的?\s?(?=第)")
_OF_ANOTHER = re.compile(
    r"(?:》\s?(?:[(][^()]{0,40}[)])?|法典|法律|法|条例|规定|办法|解释|细则|准则|公约|规则|决定|章程|政策"
    r"|(?:该|原|主|其他|框架|另[^,。;]{1,6})(?:协议|合同|条款))\s?[的中之]?\s?\Z"
)
_OF_THIS = re.compile(r"[本此][^,。;:》\s]{0,10}\Z")
_LEADS = re.compile(
    r"(?:[本此][^,。;:]{1,10}|[依按照据反见用除与及和或至在由于合行出、(述条款])\s?\Z"
)
_FOLLOWS = re.compile(
    r"\s?(?:规定|约定|所|情形|事项|要求|载|列|之|的|中|内|项下|[、,。;:)和或及与至]|第|\Z)"
)
_EXCEPT = re.compile(r"除(?:非|了)?[^,。;]{0,24}\Z")
_OUTSIDE = re.compile(r"[^。;]{0,40}?外|[^。;,]{0,24}除外")
_ADDS = re.compile(r",?[^。;,]{0,30}?(?:还|也|亦)")
_DIVISIONS = ("编", "篇", "部分", "章", "节", "条", "款", "项")  # from the widest
_WINDOW = 60  # characters that are looked at before a reference


def find_chinese(text: str) -> Iterator[Mention]:
    """Yield the references in ``text``, which must be plain; see ``to_plain``."""
    at = 0
    while match := _START.search(text, at):
        if match["annex"]:
            at = match.end()
            step = Step(match["annex"], read_number(match["letter"])[1])
            yield Mention(match.start(), at, Base.AGREEMENT, (step,))
            continue
        base = _base(match["back"] or "")
        first = match.end() if match["back"] else match.start()
        found, at = _read_chain(text, first, base)
        if not found and base not in (Base.AGREEMENT, Base.BESIDE):
            count = read_han(match[0][1]) if match[0][1] in HAN else 1  # 前款, 前两款
            found = [Mention(match.start(), match.end(), base, count=count)]
        at = max(at, match.end())
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        if _is_of_this(before) and (match["back"] or _is_meant(text, found, before)):
            is_exception = _is_exception(text, before, at)
            for mention in found:
                yield replace(mention, start=match.start(), is_exception=is_exception)


def _base(back: str) -> Base:
    if back == "本条":
        return Base.ARTICLE
    if back in ("上述", "前述", "上列"):
        return Base.BESIDE
    if back:
        return Base.ARTICLE_BEFORE if back.endswith("条") else Base.BEFORE
    return Base.AGREEMENT


def _read_chain(text: str, at: int, base: Base) -> tuple[list[Mention], int]:
    """Read what hangs together, 第二十二条第一款、第二款和第四十八条, from its first number.

    Returns:
        The references and the offset after them.
    """
    found: list[Mention] = []
    steps: list[Step] = []
    to_here = False
    adjacent = _ADJACENT.match(text, at)
    group = _GROUP.match(text, adjacent.end() if adjacent else at)
    while group:
        at = group.end()
        unit = group["unit"] or group["after"] or "条"
        steps = [step for step in steps if _is_wider(step.keyword, unit)]
        numbers = _numbers(group)
        if to_here and found and found[-1].steps[-1].keyword == unit:
            found[-1] = replace(found[-1], through=numbers[0][0], end=at)
        else:
            for tokens, through in numbers:
                path = (*steps, Step(unit, tokens))
                where = _where(base, path[0])
                found.append(Mention(group.start(), at, where, path, through))
        steps.append(Step(unit, numbers[-1][1] or numbers[-1][0]))
        group, to_here, is_part = _next_group(text, at, unit)
        if is_part:
            found.pop()
    return found, at


def _where(base: Base, first: Step) -> Base:
    """Return from where a path is counted: 第十条 and 5.2款 in the agreement, 第二项 from here."""
    if first.keyword not in ("款", "项") or len(first.tokens) > 1:
        return Base.AGREEMENT
    return Base.BESIDE if base is Base.AGREEMENT else base


def _next_group(text: str, at: int, unit: str) -> tuple[re.Match[str] | None, bool, bool]:
    """Return the group that follows, whether it ends a range, and whether it is a part."""
    adjacent = _ADJACENT.match(text, at)
    if adjacent and (group := _GROUP.match(text, adjacent.end())):
        return group, False, _is_wider(unit, group["unit"] or group["after"] or "条")
    between = _BETWEEN.match(text, at)
    if between is None:
        return None, False, False
    return _GROUP.match(text, between.end()), between[0].strip()[:1] in "至到~-", False


def _numbers(group: re.Match[str]) -> list[tuple[Tokens, Tokens]]:
    """Return each number of a group, with the last one of its range or nothing."""
    if group["dotted"]:
        return [(read_number(group["dotted"])[1], ())]
    found: list[tuple[Tokens, Tokens]] = []
    for piece in _PIECE.finditer(group["many"]):
        tokens = read_number(piece["number"])[1]
        if piece["to"] and found:
            found[-1] = (found[-1][0], tokens)
        else:
            found.append((tokens, ()))
    if group["inserted"]:
        found[-1] = (found[-1][0] + read_number(group["inserted"])[1], ())
    return found


def _is_wider(unit: str, other: str) -> bool:
    return _DIVISIONS.index(unit) < _DIVISIONS.index(other)


def _is_of_this(before: str) -> bool:
    """Tell whether what stands before names no law and no other agreement."""
    return _OF_ANOTHER.search(before) is None or _OF_THIS.search(before) is not None


def _is_exception(text: str, before: str, at: int) -> bool:
    """Tell 除第五条另有约定外 from 除第五条外，还应当, which adds."""
    outside = _OUTSIDE.match(text, at)
    return bool(_EXCEPT.search(before) and outside and not _ADDS.match(text, outside.end()))


def _is_meant(text: str, found: list[Mention], before: str) -> bool:
    """Tell 第一条约定 from 第一条消息: what stands before or after speaks of a clause."""
    return bool(found) and bool(_LEADS.search(before) or _FOLLOWS.match(text, found[-1].end))
