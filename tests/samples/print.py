"""An agreement as a PDF: wrapped lines, a running header, page numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from tests.samples.parts import Part

_FONT = "STSong-Light"


def write_print(parts: list[Part], title: str, **options: Any) -> bytes:
    """Return the bytes of the PDF; ``options`` go to reportlab, ``encrypt`` among them."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=10.5, leading=16, spaceAfter=6,
                          wordWrap="CJK")  # fmt: skip
    heading = ParagraphStyle("heading", body, fontSize=14, leading=20, spaceBefore=10)

    def edges(canvas: Any, document: Any) -> None:
        canvas.setFont(_FONT, 9)
        canvas.drawString(72, A4[1] - 40, title)
        canvas.drawCentredString(A4[0] / 2, 36, f"第 {document.page} 页")

    buffer = io.BytesIO()
    document = SimpleDocTemplate(buffer, pagesize=A4, invariant=1, **options)
    story = [Paragraph(escape(part.line), heading if part.heading else body) for part in parts]
    document.build(story, onFirstPage=edges, onLaterPages=edges)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at a place of a page.

    Attributes:
        left: Where they begin, in points.
        top: Height of their line, in points from the top of the page.
        words: What they say.
        size: Of the type, in points.
        bold: Whether it is bold.
        mode: 0 for ink, 3 for none.
        grey: 0 for black, 1 for white.
        turn: Degrees by which the line is turned to the left.
    """

    left: float
    top: float
    words: str
    size: float = 10
    bold: bool = False
    mode: int = 0
    grey: float = 0
    turn: float = 0


def column(left: float, top: float, *lines: str, step: float = 14, **options: Any) -> list[Mark]:
    """Return lines one below the other; one that is empty leaves its place free."""
    return [Mark(left, top + at * step, words, **options)
            for at, words in enumerate(lines) if words]  # fmt: skip


def rows(lefts: Sequence[float], top: float, *cells: Sequence[str], step: float = 14) -> list[Mark]:
    """Return the cells of a table, drawn row by row; one that is empty stays so."""
    return [Mark(left, top + at * step, words) for at, row in enumerate(cells)
            for left, words in zip(lefts, row, strict=True) if words]  # fmt: skip


def draw(
    *pages: Iterable[Mark],
    rules: Sequence[tuple[float, float, float]] = (),
    boxes: Sequence[tuple[float, float, float, float, float]] = (),
    turned: int = 0,
    scanned: bool = False,
) -> bytes:
    """Return a PDF.

    Args:
        pages: Words at their places.
        rules: Height, left and right end of lines on every page.
        boxes: Left, top, right, bottom and grey; a black one lies under the words, others over.
        turned: Degrees by which every page is turned to the right.
        scanned: Whether a picture fills every page.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    buffer = io.BytesIO()
    height = A4[0] if turned % 180 else A4[1]
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for page in pages:
        for top, left, right in rules:
            canvas.line(left, height - top, right, height - top)
        if scanned:
            canvas.drawImage(ImageReader(Image.new("L", (8, 8), 255)), 0, 0, *A4)
        _draw_boxes(canvas, [box for box in boxes if not box[4]], height)
        for mark in page:
            _draw_words(canvas, mark, height)
        _draw_boxes(canvas, [box for box in boxes if box[4]], height)
        canvas.setPageRotation(turned)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_boxes(
    canvas: Any, boxes: Iterable[tuple[float, float, float, float, float]], height: float
) -> None:
    for left, top, right, bottom, grey in boxes:
        canvas.setFillGray(grey)
        canvas.rect(left, height - bottom, right - left, bottom - top, stroke=0, fill=1)


def _draw_words(canvas: Any, mark: Mark, height: float) -> None:
    font = "Helvetica-Bold" if mark.bold else "Helvetica"
    canvas.saveState()
    canvas.translate(mark.left, height - mark.top)
    canvas.rotate(mark.turn)
    text = canvas.beginText(0, 0)
    text.setFont(font if mark.words.isascii() else _FONT, mark.size)
    text.setTextRenderMode(mark.mode)
    text.setFillGray(mark.grey)
    text.textOut(mark.words)
    canvas.drawText(text)
    canvas.restoreState()
