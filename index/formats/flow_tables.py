"""How a table is read: as data, as clauses that it only arranges, or as texts side by side.

Clauses have their numbers in a column of their own, or a cell each; of texts side by side one is
the translation of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.formats.flow import Cell, Item, LeftOut, Paragraph, Table, flat, left_out_in
from index.segmentation.labels import Label, read_label


def _label_of(words: str) -> Label | None:
    return read_label(words, 0, len(words))


def _is_bare(words: str) -> bool:
    """Return whether words are a number of a clause and nothing else."""
    label = _label_of(words) or _label_of(f"{words} ")
    return label is not None and label.end >= len(words)


def _is_of_clause(number: str) -> bool:
    """Return whether a number is one that clauses have and data do not, as 1.1, (a), 第二条."""
    label = _label_of(number)
    if label is None:
        return False
    return len(label.readings[0].path) > 1 or label.rank > 0 or label.printed[0] in "(（"


def _begins_labelled(words: str) -> bool:
    label = _label_of(words)
    return label is not None and not label.weak and label.end < len(words)


def _columns(table: Table) -> dict[int, list[str]]:
    """Return the words of each column that has any; cells over the whole width are of none."""
    width = max(cell.column + cell.span for row in table.rows for cell in row)
    found: dict[int, list[str]] = {}
    for row in table.rows:
        for cell in row:
            if cell.words and (cell.span < width or width == 1):
                found.setdefault(cell.column, []).append(cell.words)
    return dict(sorted(found.items()))


def _label_columns(columns: dict[int, list[str]]) -> list[int]:
    """Return the columns that hold numbers of clauses alone, each left of the words it numbers."""
    found: list[int] = []
    for at, cells in columns.items():
        bare = [words for words in cells if _is_bare(words)]
        is_number = len(bare) * 10 >= 6 * len(cells) and at != max(columns)
        if is_number and (at == min(columns) or _goes_with(columns, found, bare)):
            found.append(at)
    return found


def _goes_with(columns: dict[int, list[str]], labels: Sequence[int], bare: Sequence[str]) -> bool:
    """Return whether numbers repeat or continue those of the first column, as prices do not."""
    first = columns[labels[0]] if labels else []
    return any(words in first or any(words.startswith(one) for one in first) for words in bare)


def is_layout(table: Table) -> bool:
    """Return whether a table only arranges numbered clauses, or holds a single column."""
    columns = _columns(table)
    if len(columns) <= 1:
        return True
    labels = _label_columns(columns)
    if not labels:
        cells = [words for row in table.rows for cell in row for words in flat(cell.content)]
        labelled = sum(map(_begins_labelled, cells))
        return len(columns) == 2 and labelled >= 2 and labelled * 2 >= len(cells)
    rows = [_apart(row) for row in table.rows if any(cell.words for cell in row)]
    numbers = [number for found, _ in rows for number in found]
    is_deep = any(map(_is_of_clause, numbers))
    content = [at for at in columns if at not in labels]
    if len(content) == 1:
        is_headed = not all(map(_is_bare, columns[labels[0]]))
        is_list = not is_headed and any(map(_label_of, numbers))
        return is_deep or is_list or _is_prose(columns[content[0]])
    alone = sum(bool(found) and len(others) == 1 for found, others in rows)
    return is_deep and (alone * 10 >= 6 * len(rows) or _is_prose(columns[content[-1]]))


def _apart(row: Sequence[Cell]) -> tuple[list[str], list[Cell]]:
    """Return the numbers that begin a row, and the cells with words after them."""
    cells = [cell for cell in row if cell.words]
    numbers: list[str] = []
    while len(cells) > 1 and _is_bare(cells[0].words):
        numbers.append(cells.pop(0).words)
    return numbers, cells


def row_by_row(table: Table) -> Iterator[Item]:
    """Yield what stands in the rows, the number of a row before its first words."""
    for row in table.rows:
        numbers, cells = _apart(row)
        items = [item for cell in row for item in cell.content
                 if any(cell is one for one in cells) or isinstance(item, LeftOut)]  # fmt: skip
        yield from _labelled(" ".join(numbers), items)


def _labelled(number: str, content: Sequence[Item]) -> Iterator[Item]:
    """Yield items, a number from another column before the first words."""
    for item in content:
        if number and isinstance(item, Paragraph) and item.words.strip():
            yield replace(item, label=f"{number} {item.label}".strip())
            number = ""
        else:
            yield item
    if number:
        yield Paragraph(number)


def _is_prose(cells: Sequence[str]) -> bool:
    """Return whether cells hold sentences rather than names and numbers."""
    sizes = [len(words) + 2 * len(_HAN.findall(words)) for words in cells]
    ended = sum(words[-1] in ".;。；:：" for words in cells)
    return sum(sizes) >= 60 * len(cells) or ended * 2 >= len(cells)


_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_STOPS = "the of and to in or by is be shall may this that for with any not"
_ENGLISH = frozenset(_STOPS.split())
_SCRIPTS = (
    ("kana", re.compile(r"[\u3040-\u30ff]")),
    ("han", _HAN),
    ("hangul", re.compile(r"[\uac00-\ud7af]")),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("arabic", re.compile(r"[\u0590-\u06ff]")),
    ("greek", re.compile(r"[\u0370-\u03ff]")),
)


def _language(cells: Sequence[str]) -> str:
    """Return the script of a column, or, of Latin letters, whether it is English; or nothing."""
    words = _WORD.findall(" ".join(cells).lower())
    letters = sum(map(len, words))
    for name, pattern in _SCRIPTS:
        if sum(len(pattern.findall(word)) for word in words) * 10 > letters * 3:
            return name
    english = sum(word in _ENGLISH for word in words)
    if english * 8 >= len(words):
        return "english"
    return "other" if len(words) >= 30 and english * 30 <= len(words) else "latin"


def texts_side_by_side(table: Table) -> list[list[Item]]:
    """Return the texts of a table that holds one beside its translation, or nothing."""
    columns = _columns(table)
    labels = _label_columns(columns)
    content = [at for at in columns if at not in labels]
    if not 2 <= len(content) <= 4:
        return []
    languages = [_language(columns[at]) for at in content]
    is_text = any(_is_prose(columns[at]) for at in content)
    is_numbered = bool(labels) or any(map(_begins_labelled, columns[content[0]]))
    is_translated = _all_differ(languages) and (is_text or is_numbered)
    if not (is_translated or _is_twice_numbered(table, labels, content)):
        return []
    texts: list[list[Item]] = [[] for _ in content]
    for row in table.rows:
        _add_row(row, labels, content, languages, texts)
    return texts


def _all_differ(languages: Sequence[str]) -> bool:
    if "latin" in languages:  # of too few words to tell English from others
        languages = ["latin" if name in ("english", "other") else name for name in languages]
    return len(set(languages)) == len(languages)


def _is_twice_numbered(table: Table, labels: Sequence[int], content: Sequence[int]) -> bool:
    """Return whether most rows print one number in front of each of their texts."""
    same = several = 0
    for row in table.rows:
        printed = []
        for cell in row:
            if cell.column in labels or cell.column in content:
                found = _label_of(cell.words) or _label_of(f"{cell.words} ")
                printed.append(found.number if found and cell.words else "")
        numbers = [number for number in printed if number]
        several += len(printed) > 1 and any(printed)
        same += len(numbers) == len(content) and len(set(numbers)) == 1
    return same >= 1 and same * 10 >= several * 6


def _add_row(
    row: Sequence[Cell],
    labels: Sequence[int],
    content: Sequence[int],
    languages: Sequence[str],
    texts: Sequence[list[Item]],
) -> None:
    """Add the cells of a row to the texts of their columns, each behind its number."""
    numbers = {cell.column: cell.words for cell in row if cell.column in labels and cell.words}
    for cell in row:
        if cell.column in numbers and cell.column not in content:
            texts[0] += left_out_in(cell.content)
            continue
        at = max((n for n, column in enumerate(content) if column <= cell.column), default=0)
        if cell.span > 1 and len(content) > 1 and cell.column + cell.span > content[-1]:
            language = _language([cell.words])
            at = languages.index(language) if language in languages else 0
        before = [words for column, words in numbers.items() if column < cell.column]
        texts[at] += _labelled(before[-1] if before and cell.words else "", cell.content)
