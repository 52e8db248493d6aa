"""Texts that stand side by side, in two languages or two editions, and are read one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from index.formats.html.elements import heading_depth, own_words, words_of
from index.formats.html.sight import Sight
from index.segmentation.labels import read_label

_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_SHARE = 0.3
_SENTENCE = 20  # letters of what says something, a Chinese one counting for three
_SAID = 3  # one in so many rows says something in a text; in a list of words, none does
_LISTS = frozenset({"dl", "ol", "table", "ul"})


def stand_side_by_side(texts: Sequence[Sequence[str]]) -> bool:
    """Return whether each of two columns of cells is a text that goes on downwards."""
    if len(texts) != 2:
        return False
    said = min(sum(map(says_something, column)) for column in texts)
    return _are_two_languages(texts) and _SAID * said >= max(map(len, texts))


def find_sides(element: HtmlElement, sight: Sight) -> list[list[HtmlElement]]:
    """Return the left and the right column of rows that stand below each other; none if not so."""
    rows = _lettered(element, sight)
    if len(rows) < 2 or element.tag in _LISTS or any(own_words(element)):
        return []
    cells = [_lettered(row, sight) for row in rows]
    if all(_is_row(row, sight) for row in cells):
        sides = [list(side) for side in zip(*cells, strict=True)]
    elif "grid" in sight.style.of(element).get("display", "") and len(rows) % 2 == 0:
        sides = [rows[::2], rows[1::2]]
    else:
        return []
    texts = [[words_of(cell) for cell in side] for side in sides]
    return sides if stand_side_by_side(texts) else []


def _is_row(cells: list[HtmlElement], sight: Sight) -> bool:
    """Return whether two elements can stand side by side, all that their parent holds."""
    if len(cells) != 2 or any(map(sight.verdict, cells)):
        return False
    is_pair = bool(heading_depth(cells[0])) == bool(heading_depth(cells[1]))
    return is_pair and not any(own_words(cells[0].getparent()))


def says_something(words: str) -> bool:
    """Return whether a cell holds a sentence, or nearly."""
    return len(words) + 2 * len(_HAN.findall(words)) >= _SENTENCE


def are_clauses(column: Sequence[str]) -> bool:
    """Return whether most cells of a column begin with a number and say something."""
    cells = [words for words in column if words]
    numbered = sum(bool(_label(words)) for words in cells)
    return 2 * numbered > len(cells) and 2 * sum(map(says_something, cells)) >= len(cells)


def share_numbers(left: Sequence[str], right: Sequence[str]) -> bool:
    """Return whether most cells have the number of the cell beside them."""
    same = sum(_label(one) == _label(other) != "" for one, other in zip(left, right, strict=True))
    return 2 * same > len(left)


def _lettered(element: HtmlElement, sight: Sight) -> list[HtmlElement]:
    return [one for one in element if sight.of(one).letters]


def _label(words: str) -> str:
    label = read_label(words, 0, len(words))
    return "" if label is None or label.weak else label.number


def _are_two_languages(texts: Sequence[Sequence[str]]) -> bool:
    joined = ["".join("".join(column).split()) for column in texts]
    shares = sorted(len(_HAN.findall(text)) / max(len(text), 1) for text in joined)
    return shares[0] < _HAN_SHARE / 4 and shares[-1] >= _HAN_SHARE
