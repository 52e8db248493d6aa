"""Rows in, a spreadsheet out whose cells cannot run: CSV for any program, or XLSX.

What customers write is opened on an owner's desk, so that each text is written as a text. Where
a program might begin a formula, an apostrophe stands before it: at the beginning, and after
every sign at which a program may divide a line otherwise than we do. The apostrophe is in XLSX
as well, since a sheet may be saved as CSV and opened again.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

MAX_CELL = 32_767  # characters, as Excel limits it
Cell = str | int | float
_STARTS = frozenset("=+-@|\t\r\n")  # as NFKC reads them
_DIVIDES = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029;,\t|\"'`")  # and what may be quoted
_NEVER_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)", re.IGNORECASE)  # Excel reads _x003D_ as =
_DDE = re.compile(r"\|.{0,200}!", re.DOTALL)
_CUT = "…"


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8 with a mark, every cell quoted)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([disarm(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def to_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return an Excel file of one sheet; each text is a cell of type string."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("ClauseBot")
    sheet.freeze_panes = "A2"
    for row in (headings, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value if not isinstance(value, str) else None)
            if isinstance(value, str):
                cell.value = disarm(value)
                cell.data_type = "s"  # whatever it looks like
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def disarm(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, however it divides lines.

    Characters that no file may hold become U+FFFD; what Excel would cut is cut, and says so.
    """
    clean = _ESCAPE.sub("_x005F_", _NEVER_IN_XML.sub("\ufffd", text))
    pieces = ["'"] if _DDE.search(clean) else []
    is_start = True
    for char in clean:
        if is_start and _reads_as(char) & _STARTS and not (pieces and pieces[-1] == "'"):
            pieces.append("'")
        is_start = bool(_reads_as(char) & _DIVIDES) or (is_start and _prints_nothing(char))
        pieces.append(char)
    safe = "".join(pieces)
    return safe if len(safe) <= MAX_CELL else safe[: MAX_CELL - 1] + _CUT


def _reads_as(char: str) -> set[str]:
    return {char, *unicodedata.normalize("NFKC", char)}


def _prints_nothing(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] in "CZM" or char == "\ufffd"
