"""The child: a document on standard input, ``{"text"}`` or ``{"error"}`` on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from index.formats.limits import MAX_TEXT, MEMORY_BYTES, RefusedError, limit


def main(kind: str) -> None:
    """Read one document of a kind and write its text."""
    limit()
    data = sys.stdin.buffer.read()
    try:
        found = {"text": _checked(_reader(kind)(data))}
    except RefusedError as error:
        found = {"error": str(error)}
    except MemoryError:
        found = {"error": f"needs more than {MEMORY_BYTES >> 20} MB to read. Split it."}
    except RecursionError:
        found = {"error": "is nested too deeply. Save it as plain text."}
    except Exception as error:  # noqa: BLE001 - the edge: whatever a parser makes of a damaged file
        found = {"error": f"is damaged ({type(error).__name__}). Save it anew, or as plain text."}
    sys.stdout.buffer.write(json.dumps(found).encode())


def _checked(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise RefusedError(f"holds more than {MAX_TEXT:,} characters. Split it.")
    if not text.strip():
        raise RefusedError("holds no text. Give a file with words in it.")
    return text


def _reader(kind: str) -> Callable[[bytes], str]:
    if kind == "HTML":
        from index.formats.html import read_html

        return read_html
    if kind == "DOCX":
        from index.formats.docx import read_docx

        return read_docx
    from index.formats.pdf import read_pdf

    return read_pdf


if __name__ == "__main__":
    main(sys.argv[1])
