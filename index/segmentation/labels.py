"""Families of labels: what may open a clause at the start of a line.

A label is only a *candidate* here; ``outline`` decides by sequence whether it opens a clause,
because ``5.2`` at the start of a line is as often a reference as a number.
"""

from __future__ import annotations

from index.segmentation.label import Label, Reading
from index.segmentation.label_patterns import (
    ANNEXES,
    BARE,
    BRACKETED,
    CLOSED,
    DECIMAL,
    DOTTED,
    ENCLOSED,
    HAN_KEYWORD,
    HAN_RANKS,
    MARKED,
    MIXED,
    QUANTITY,
    REFERENCE_HAN,
    REFERENCE_WORD,
    WORD_KEYWORD,
    WORD_RANKS,
)
from index.segmentation.numerals import (
    HAN,
    read_any,
    read_digits,
    read_han,
    read_letter,
    read_roman,
)


def read_label(text: str, start: int, end: int) -> Label | None:
    """Return the candidate label at an offset, or nothing.

    Args:
        text: The agreement.
        start: Where a label may begin, blanks and markers already skipped.
        end: End of the line.
    """
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
    found = BRACKETED.match(text, start, end)
    readings = _list_readings(found[1], "()") if found else ()
    if not found or not readings:
        return None
    printed = "".join(found[0].replace("\\", "").split())
    return Label(printed, printed, readings, start, found.end())


def _read_closed(text: str, start: int, end: int) -> Label | None:
    found = CLOSED.match(text, start, end)
    readings = _list_readings(found[1], ")") if found else ()
    if not found or not readings:
        return None
    printed = found[0].replace("\\", "")
    return Label(printed, printed, readings, start, found.end())


def _read_dotted(text: str, start: int, end: int) -> Label | None:
    found = DOTTED.match(text, start, end)
    readings = _list_readings(found[1], ".") if found else ()
    if not found or not readings:
        return None
    after = text[found.end() : found.end() + 1] if found.end() < end else ""
    mark = found[2][-1]
    if mark in ".．" and after.isdecimal():
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
    value = _enclosed_value(found[0])
    reading = Reading("enclosed", value, (value,))
    return Label(found[0], found[0], (reading,), start, found.end())


def _enclosed_value(mark: str) -> int:
    for first, last in (("❶", "❿"), ("➀", "➉"), ("➊", "➓")):
        if first <= mark <= last:
            return ord(mark) - ord(first) + 1
    return read_digits(mark)


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
        values = [("1", read_digits(numeral))]
    elif numeral[0] in HAN:
        values = [("一", read_han(numeral))]
    else:
        case = "A" if numeral[0].isupper() else "a"
        values = [(case, read_letter(numeral)), ("I" if case == "A" else "i", read_roman(numeral))]
    return tuple(
        Reading(f"{family}{wrapper}", value, (value,)) for family, value in values if value
    )
