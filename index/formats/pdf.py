"""Printed lines → paragraphs: what is on every page goes, what was wrapped is joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import MAX_PAGES, RefusedError
from index.segmentation.lines import read_opening

_MARGIN_LINES = 3  # how many lines from the edge a header or footer may reach
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—·\s]*(?:(?:page|p\.|第)\s?)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s?页)?"
    r"(?:\s?(?:/|of|共|，共|, 共|\|)\s?(?:第\s?)?\d{1,4}(?:\s?页)?)?[-–—·\s]*",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_ENDS = '。；;！!？?.:：”"'
_EDGE = 0.12  # of the page's height, where headers and feet stand
_FULL = 0.86  # of the widest lines; a shorter one ends its paragraph
_GAP = 1.45  # of the usual distance; a wider one parts paragraphs


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of a page, its place in points from the top left corner.

    Attributes:
        words: What it says.
        left: Where it begins.
        right: Where it ends.
        top: Its upper edge.
        bottom: Its lower edge.
        page_height: Height of its page.
    """

    words: str
    left: float
    right: float
    top: float
    bottom: float
    page_height: float


def drop_margins(pages: Sequence[Sequence[PrintedLine]]) -> list[list[PrintedLine]]:
    """Return the pages without running headers, feet and page numbers."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_key(line) for line in _edges(page)})
    often = max(2, len([page for page in pages if page]) // 2)
    kept = []
    for page in pages:
        margins = {id(line) for line in _edges(page)
                   if seen[_key(line)] >= often or _is_page_number(line)}  # fmt: skip
        kept.append([line for line in page if id(line) not in margins])
    return kept


def _edges(page: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return the lines near the upper and lower edge of a page."""
    ordered = sorted(page, key=lambda line: line.top)
    outer = [*ordered[:_MARGIN_LINES], *ordered[max(_MARGIN_LINES, len(ordered) - _MARGIN_LINES) :]]
    return [line for line in outer if _is_at_edge(line)]


def _is_at_edge(line: PrintedLine) -> bool:
    height = line.page_height
    return line.bottom < _EDGE * height or line.top > (1 - _EDGE) * height


def _is_page_number(line: PrintedLine) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.words))


def _key(line: PrintedLine) -> str:
    return _DIGITS.sub("0", "".join(line.words.split()))[:200]


def join_lines(pages: Iterable[Sequence[PrintedLine]]) -> str:
    """Return paragraphs, a blank line between them; wrapped lines are one again."""
    pages = [page for page in pages if page]
    lines = [line for page in pages for line in page]
    if not lines:
        return ""
    usual = _usual_distance(pages)
    rights = sorted(line.right for line in lines)
    edge = rights[int(len(rights) * 0.95)]
    paragraphs: list[list[PrintedLine]] = []
    former: PrintedLine | None = None
    for line in lines:
        if former is None or _begins(former, line, usual, edge):
            paragraphs.append([])
        paragraphs[-1].append(line)
        former = line
    return "\n\n".join(_join(paragraph) for paragraph in paragraphs) + "\n"


def _usual_distance(pages: Sequence[Sequence[PrintedLine]]) -> float:
    """Return the distance from line to line within a paragraph."""
    steps = [
        below.top - above.top
        for page in pages
        for above, below in pairwise(page)
        if 0 < below.top - above.top < 60
    ]
    if not steps:
        return 20.0
    return float(median(sorted(steps)[: max(1, len(steps) // 2)]))


def _begins(above: PrintedLine, line: PrintedLine, usual: float, edge: float) -> bool:
    """Return whether a line begins a paragraph, not goes on with the one above."""
    step = line.top - above.top
    size = above.bottom - above.top
    is_same_row = abs(step) < 0.5 * size and line.left >= above.right - 1
    if is_same_row:
        return False
    is_new_page = step < 0
    width = edge - min(above.left, line.left)
    fills = above.right >= edge - (1 - _FULL) * width
    if not fills or (not is_new_page and step > _GAP * usual):
        return True
    if abs((line.bottom - line.top) - size) > 0.2 * size:
        return True  # another size of type: a heading
    is_finished = above.words[-1] in _ENDS
    has_label = _has_label(line.words)
    if is_finished and (has_label or is_new_page):
        return True
    return is_finished and line.left > above.left + 1.5 * size


def _has_label(words: str) -> bool:
    return read_opening(words, 0, len(words)).label is not None


def _join(paragraph: Sequence[PrintedLine]) -> str:
    """Return the words of a paragraph: Chinese without blanks, words broken by a hyphen whole."""
    words = paragraph[0].words
    for line in paragraph[1:]:
        last, first = words[-1], line.words[0]
        if last == "-" and words[-2:-1].isalpha() and first.islower():
            words = words[:-1] + line.words
        elif _HAN.match(last) or _HAN.match(first):
            words += line.words
        else:
            words += " " + line.words
    return words


_FEWEST_LETTERS = 20  # a page of a scanned document shows fewer
_BREAK = re.compile(r"\r\n|[\r\n]")
_SOFT_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\xad": "-"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_pdf(data: bytes) -> Blocks:
    """Return the paragraphs of a PDF without running headers, feet and page numbers."""
    document = _open(data)
    if len(document) > MAX_PAGES:
        raise RefusedError(FaultKind.PAGES, most=MAX_PAGES)
    pages = [_read_page(document[number]) for number in range(len(document))]
    letters = sum(len(line.words) for page in pages for line in page)
    if letters < _FEWEST_LETTERS * min(len(pages), 5):
        raise RefusedError(FaultKind.SCANNED)
    source = "\n".join(line.words for page in pages for line in page)
    return Blocks(join_lines(drop_margins(pages)).strip("\n").split("\n\n"), source)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
        if not len(document):
            raise RefusedError(FaultKind.NO_PAGES)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise RefusedError(FaultKind.ENCRYPTED) from error
        raise RefusedError(FaultKind.DAMAGED_PDF) from error
    return document


def _read_page(page: pypdfium2.PdfPage) -> list[PrintedLine]:
    """Return the lines of a page, in the order in which they are read."""
    height = page.get_height()
    text_page = page.get_textpage()
    text = _characters(text_page)
    lines = []
    start = 0
    for found in [*_BREAK.finditer(text), None]:
        end = found.start() if found else len(text)
        words = _CONTROL.sub("", text[start:end].translate(_SOFT_HYPHENS)).strip()
        if words:
            lines.append(_line(text_page, text, start, end, words, height))
        start = found.end() if found else end
    text_page.close()
    page.close()
    return [line for line in lines if line.bottom > 0 and line.top < height]


def _characters(text_page: pypdfium2.PdfTextPage) -> str:
    """Return one character for each place on the page, so that places and characters agree."""
    count = text_page.count_chars()
    text = str(text_page.get_text_range()) if count else ""
    if len(text) == count:
        return text
    # Signs beyond the first 65,536 take two places each.
    return "".join(chr(pdfium.FPDFText_GetUnicode(text_page, at) or 32) for at in range(count))


def _line(
    text_page: pypdfium2.PdfTextPage, text: str, start: int, end: int, words: str, height: float
) -> PrintedLine:
    """Return a line with its place, measured from the top left corner."""
    seen = [at for at in range(start, end) if not text[at].isspace()]
    left, _, _, _ = text_page.get_charbox(seen[0], loose=True)
    _, _, right, _ = text_page.get_charbox(seen[-1], loose=True)
    middle = seen[len(seen) // 2]
    _, bottom, _, top = text_page.get_charbox(middle, loose=True)
    return PrintedLine(words, left, right, height - top, height - bottom, height)
