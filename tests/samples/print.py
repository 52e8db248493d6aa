"""An agreement as a PDF: wrapped lines, a running header, page numbers."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
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
