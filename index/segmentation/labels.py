"""A candidate label and the ways to read it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from index.numerals import FORMAL, HAN, STEMS, read_any, read_letter, read_roman

BLANKS = (
    " \t\u3000\xa0\u200b\u200c\u200d\ufeff\r\v\f\x1c\x1d\x1e\x1f\x85\u1680\u2000\u2001\u2002\u2003"
    "\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
)
BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a label.

    Attributes:
        style: Family and wrapper; labels of one list share it.
        value: Position in its list, from 1.
        path: Every number of a multi-part label, ``(4, 3, 13)``; of others ``(value,)``.
    """

    style: str
    value: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A candidate label.

    Attributes:
        printed: As it stands in a citation, without closing dot or comma: ``（3）``, ``5``, ``a)``.
        number: What the labels below it begin with; ``1`` for ``Section 1``.
        readings: The ways to read it, likeliest first.
        start: Offset of its first character.
        end: Offset after its punctuation.
        rank: Fixed depth of a keyword (章 above 条), or 0.
        weak: Whether only a fitting sequence makes it a label (``5 `` or ``b `` without a mark).
    """

    printed: str
    number: str
    readings: tuple[Reading, ...]
    start: int
    end: int
    rank: int = 0
    weak: bool = False


HAN_RANKS = {"编": 1, "篇": 1, "分编": 2, "部分": 2, "章": 3, "节": 4, "条": 5, "款": 6, "项": 7}
HAN_RANKS |= {"編": 1, "節": 4, "條": 5, "項": 7}
WORD_RANKS = {"title": 1, "part": 1, "chapter": 3, "article": 4, "section": 5, "clause": 5}
ANNEXES = frozenset({"schedule", "annex", "appendix", "exhibit", "附件", "附录", "附表", "附錄"})

_ROMAN = "[Ⅰ-Ⅿⅰ-ⅿ]{1,5}"
HAN_KEYWORD = re.compile(
    rf"第[ \u3000]?([{HAN}]{{1,9}}|[0-9０-９]{{1,4}}|{_ROMAN})[ \u3000]?"
    r"(分编|部分|编|編|篇|章|节|節|条|條|款|项|項)(之[一二三四五六七八九十]{1,2})?"
)
WORD_KEYWORD = re.compile(
    r"(title|part|chapter|article|section|clause|schedule|annex|appendix|exhibit|art\.|sec\."
    r"|§{1,2}|附件|附录|附錄|附表)([ \xa0]{0,3})"
    rf"([0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{0,4}}|[ivxlc]{{1,7}}|[a-z]|[{HAN}]{{1,3}}|{_ROMAN})"
    r"(?![\w])[.:：、)]?",
    re.IGNORECASE,
)
DECIMAL = re.compile(
    r"([0-9]{1,3}|[A-Z]|[IVX]{1,5})((?:\\?[.．][0-9]{1,3}){1,6}"
    r"|-[0-9]{1,2}(?=[ \u3000\u3400-\u9fff]))(?![0-9])(?:\\?[.．、:：)）]|(?![.．,]?\w))?"
)
MIXED = re.compile(r"([0-9]{1,3})([A-Za-z])(?![A-Za-z0-9'’])(?:\\?[.)、:：])?")
_NUMERAL = rf"[0-9]{{1,3}}|[{HAN}]{{1,4}}|[{STEMS}]|{_ROMAN}|[ivxlcIVXLC]{{1,7}}|[A-Za-z]"
BRACKETED = re.compile(rf"\\?[(（\[【〔]\s?({_NUMERAL}|[A-Za-z]{{2}})\s?\\?[)）\]】〕](?!\()")
CLOSED = re.compile(rf"({_NUMERAL})\\?[)）]")
DOTTED = re.compile(rf"({_NUMERAL})(\\?[.．]|[、:：]|[ ]?[-–—](?=[ \t]*[A-Z]))")
ENCLOSED = re.compile("[①-⑳㉑-㉟㊱-㊿⑴-⒇⒈-⒛㈠-㈩⓪❶-❿➀-➓㊀-㊉]")
MARKED = re.compile(rf"(?:{_NUMERAL})(?!\w)")
BARE = re.compile(rf"([0-9]{{1,2}}|[a-z]|[{HAN}]{{1,3}}|{_ROMAN})(?=[ \t\xa0\u3000])")

# What follows a number that refers to a clause, counts, or dates instead of opening a clause.
REFERENCE_HAN = re.compile(
    r"(?:[所的和或及与與至到之后前中内內外]|规定|規定|约定|約定|项下|第|、第|（第|\(第|款|项|條"
    r"|条|以|均|适用|適用)"
)
_UNITS = "年月日号號天时時分秒元万萬亿億倍版次款条條项項节節章页頁个個名份种種位人周週岁歲家台"
# 个 and 版 also begin titles (1.2 个人信息), so that only what follows a unit makes it one.
QUANTITY = re.compile(
    r"[ \t\xa0]?(?:[%％‰°℃]|[个個](?:月|工作日|自然日|小时|小時|日|年|星期)"
    rf"|[{_UNITS}](?:(?=[内內以前后後起之的至每一])|(?![\u3400-\u9fff]))"
    r"|小时|小時|工作日|GB|MB|KB|USD|EUR|am\b|pm\b|AM\b|PM\b)"
)
REFERENCE_WORD = re.compile(
    r"[ \t\xa0]*(?:\(|(?:of|and|or|to|above|below|shall|hereof|herein|hereto|through|is|are"
    r"|will|in|by|under"
    r"|for|does|do|applies|apply|may|must|sets?|which|that|as|with|on|at|from|governs|hereunder"
    r"|days?|months?|years?|hours?|minutes?|weeks?|business|calendar|times|percent)\b)"
)


_LONGEST = 60  # characters; a label and what tells it from a reference stand in as many
_HALF_WIDTH = {
    code: code - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for code in range(ord(first), ord(last) + 1)
}


def read_label(text: str, start: int, end: int) -> Label | None:
    """Return the candidate label at an offset in a line, blanks and markers skipped; or nothing.

    Full-width digits and letters are read as half-width ones.
    """
    begin = text[start : min(end, start + _LONGEST)]
    plain = begin.translate(_HALF_WIDTH)
    if plain == begin:
        return _read_label(text, start, end)
    label = _read_label(plain, 0, len(plain))
    return label and replace(label, start=start, end=start + label.end)


def _read_label(text: str, start: int, end: int) -> Label | None:
    if start >= end:
        return None
    mark = text[start]
    if mark == "第":
        return _read_han_keyword(text, start, end)
    if mark in "附§" or mark.isalpha():
        label = _read_word_keyword(text, start, end)
        if label is not None:
            return label
    if not (mark.isalnum() or mark in "\\(（[【〔"):
        return None
    for reader in (_read_decimal, _read_mixed, _read_bracketed, _read_enclosed, _read_closed,
                   _read_dotted, _read_bare):  # fmt: skip
        label = reader(text, start, end)
        if label is not None:
            return label
    return None


def _read_han_keyword(text: str, start: int, end: int) -> Label | None:
    found = HAN_KEYWORD.match(text, start, end)
    if not found:
        return None
    after = found.end()
    if REFERENCE_HAN.match(text, after, end):
        return None
    unit = found[2]
    value = read_any(found[1])
    reading = Reading(f"第{unit}", value, (value,))
    printed = "".join(found[0].split())
    while after < end and text[after] in "、.．:：":
        after += 1
    begin = printed if HAN_RANKS[unit] >= HAN_RANKS["条"] else ""
    return Label(printed, begin, (reading,), start, after, HAN_RANKS[unit])


def _read_word_keyword(text: str, start: int, end: int) -> Label | None:
    found = WORD_KEYWORD.match(text, start, end)
    if not found or not (found[1][0].isupper() or found[1][0] in "§附"):
        return None
    word, number = found[1].lower(), found[3]
    if word[0] == "§":
        word = "section"
    if not found[2] and word.isascii() and found[1][0] != "§":
        return None
    if number.isalpha() and number.islower() and number.isascii():
        return None
    if text[found.end() - 1] not in ".:：、)" and REFERENCE_WORD.match(text, found.end(), end):
        return None
    word = {"art.": "article", "sec.": "section"}.get(word, word)
    path = tuple(read_any(part) for part in number.split("."))
    printed = found[0].rstrip(".:：、)").strip()
    reading = Reading(f"{word} {len(path)}", path[-1], path)
    if word in ANNEXES:
        return Label(printed, printed, (reading,), start, found.end(), 1)
    # Parts and chapters group clauses whose numbers usually run on.
    begin = "" if word in ("part", "title", "chapter") else number
    return Label(printed, begin, (reading,), start, found.end(), WORD_RANKS[word])


def _read_decimal(text: str, start: int, end: int) -> Label | None:
    found = DECIMAL.match(text, start, end)
    if not found or QUANTITY.match(text, found.end(), end):
        return None
    closed = text[found.end() - 1] in ".．、:：)）"
    if not closed and REFERENCE_WORD.match(text, found.end(), end):
        return None
    tail = found[2].replace("\\", "").replace("．", ".")
    path = (read_any(found[1]), *(int(part) for part in tail.replace("-", ".").split(".")[1:]))
    printed = found[1] + tail
    if path[1:] == (0,):  # 2.0 stands where others write 2.
        return Label(printed, found[1], (Reading("1.", path[0], path[:1]),), start, found.end())
    family = "decimal" if found[1].isdecimal() else "lettered"
    return Label(printed, printed, (Reading(family, path[-1], path),), start, found.end())


def _read_mixed(text: str, start: int, end: int) -> Label | None:
    found = MIXED.match(text, start, end)
    if not found:
        return None
    path = (int(found[1]), read_letter(found[2]))
    printed = found[1] + found[2]
    reading = Reading("decimal", path[-1], path)
    weak = not found[0].endswith((".", ")", "、", ":", "："))
    return Label(printed, printed, (reading,), start, found.end(), weak=weak)


def _read_bracketed(text: str, start: int, end: int) -> Label | None:
    return _to_label(BRACKETED.match(text, start, end), "()")


def _read_closed(text: str, start: int, end: int) -> Label | None:
    return _to_label(CLOSED.match(text, start, end), ")")


def _to_label(found: re.Match[str] | None, wrapper: str) -> Label | None:
    readings = _list_readings(found[1], wrapper) if found else ()
    if not found or not readings:
        return None
    printed = "".join(found[0].replace("\\", "").split())
    return Label(printed, printed, readings, found.start(), found.end())


def _read_dotted(text: str, start: int, end: int) -> Label | None:
    found = DOTTED.match(text, start, end)
    readings = _list_readings(found[1], ".") if found else ()
    if not found or not readings:
        return None
    after = text[found.end() : found.end() + 1] if found.end() < end else ""
    mark = found[2][-1]
    if found[1] in STEMS and after and after in STEMS:
        return None  # 甲、乙双方 are two parties.
    is_letter = found[1].isalpha() and mark == "．"
    if mark in ".．" and after.isdecimal() and not is_letter:
        return None  # Part of a longer number that was refused: 5.2 of, 0.5%.
    if mark in ":：" and (after.isdecimal() or (found[1].isascii() and not found[1].isdecimal())):
        return None
    if (
        mark == "."
        and found[1].isalpha()
        and found[1].isascii()
        and after.isascii()
        and after.isalnum()
    ):
        return None
    return Label(found[1], found[1], readings, start, found.end())


def read_marked_label(text: str, start: int, end: int, close: str) -> Label | None:
    """Return a numeral that stands alone in bold type, its dot outside: ``**c**. …``."""
    found = MARKED.match(text, start, end)
    if not found or not text.startswith(close, found.end()):
        return None
    readings = _list_readings(found[0], ".")
    if not readings:
        return None
    return Label(found[0], found[0], readings, start, found.end())


def _read_enclosed(text: str, start: int, end: int) -> Label | None:
    found = ENCLOSED.match(text, start, end)
    if not found:
        return None
    value = read_any(found[0])
    plain = unicodedata.normalize("NFKC", found[0])
    around = "".join(mark for mark in plain if not mark.isdecimal())  # ① 1, ⑴ (1), ⒈ 1., ㈠ (一)
    family = "".join("一" if mark in HAN else mark for mark in around)
    if plain == found[0]:
        family = chr(ord(plain) - value)
    reading = Reading(f"enclosed {family}", value, (value,))
    return Label(found[0], found[0], (reading,), start, found.end())


def _read_bare(text: str, start: int, end: int) -> Label | None:
    found = BARE.match(text, start, end)
    if not found or QUANTITY.match(text, found.end(), end):
        return None
    if REFERENCE_WORD.match(text, found.end(), end):
        return None
    readings = _list_readings(found[1], ".") + _list_readings(found[1], ")")
    return Label(found[1], found[1], readings, start, found.end(), weak=True)


def is_reference(text: str, label: Label, at: int, end: int) -> bool:
    """Return whether the words after a multi-part or keyword label make it a reference."""
    is_number = label.rank or len(label.readings[0].path) > 1
    return bool(is_number and REFERENCE_WORD.match(text, at, end))


def _list_readings(numeral: str, wrapper: str) -> tuple[Reading, ...]:
    """Return the readings of one numeral of a list; ``i`` is a letter and a Roman one."""
    if numeral.isdecimal():
        values = [("1", read_any(numeral))]
    elif numeral[0] in FORMAL + STEMS:
        values = [("壹" if numeral[0] in FORMAL else "甲", read_any(numeral))]
    elif numeral[0] in HAN:
        values = [("一", read_any(numeral))]
    elif not numeral.isascii():
        values = [("I" if numeral[0] <= "Ⅿ" else "i", read_any(numeral))]
    else:
        case = "A" if numeral[0].isupper() else "a"
        values = [(case, read_letter(numeral)), ("I" if case == "A" else "i", read_roman(numeral))]
    return tuple(
        Reading(f"{family}{wrapper}", value, (value,)) for family, value in values if value
    )
