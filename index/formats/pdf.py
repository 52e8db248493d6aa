"""A PDF with text → its paragraphs, page by page; the one door to PDFium."""

from __future__ import annotations

import re

import pypdfium2
import pypdfium2.raw as pdfium

from index.fault import FaultKind
from index.formats.limits import MAX_PAGES, RefusedError
from index.formats.pdf_lines import PrintedLine, drop_margins, join_lines

_FEWEST_LETTERS = 20  # a page of a scanned document shows fewer
_BREAK = re.compile(r"\r\n|[\r\n]")
_SOFT_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\xad": "-"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_pdf(data: bytes) -> str:
    """Return the text of a PDF without running headers, feet and page numbers."""
    document = _open(data)
    if len(document) > MAX_PAGES:
        raise RefusedError(FaultKind.PAGES, most=MAX_PAGES)
    pages = [_read_page(document[number]) for number in range(len(document))]
    letters = sum(len(line.words) for page in pages for line in page)
    if letters < _FEWEST_LETTERS * min(len(pages), 5):
        raise RefusedError(FaultKind.SCANNED)
    return join_lines(drop_margins(pages))


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
