"""The child: a document on standard input, what it holds or a fault as JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module

from index.errors import Fault, FaultKind
from index.formats.blocks import Blocks
from index.formats.document import (
    MAX_TEXT,
    MEMORY_BYTES,
    Document,
    Format,
    RefusedError,
    limit,
)


def main(kind: str) -> None:
    """Read one document of a kind and write its text."""
    limit()
    data = sys.stdin.buffer.read()
    found = read(kind, data)
    row = asdict(found)
    sys.stdout.buffer.write(json.dumps(row).encode())


def read(kind: str, data: bytes) -> Document | Fault:
    """Return what a document holds, or what is wrong with it."""
    try:
        blocks = _reader(kind)(data)
        return Document(_checked(blocks.text()), blocks.notes(), blocks.count_source())
    except RefusedError as error:
        return error.fault
    except MemoryError:
        return Fault.of(FaultKind.MEMORY, megabytes=MEMORY_BYTES >> 20)
    except RecursionError:
        return Fault.of(FaultKind.NESTED)
    except Exception as error:  # noqa: BLE001 - the edge: whatever a parser makes of a damaged file
        return Fault.of(FaultKind.DAMAGED, how=type(error).__name__)


def _checked(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise RefusedError(FaultKind.LONG, most=MAX_TEXT)
    if not text.strip():
        raise RefusedError(FaultKind.NO_TEXT)
    return text


READERS = {  # module and function, imported where a document of the format is read
    Format.HTML: ("index.formats.html", "read_html"),
    Format.DOCX: ("index.formats.docx", "read_docx"),
    Format.PDF: ("index.formats.pdf", "read_pdf"),
}


def _reader(kind: str) -> Callable[[bytes], Blocks]:
    module, name = READERS[Format[kind]]
    reader: Callable[[bytes], Blocks] = getattr(import_module(module), name)
    return reader


if __name__ == "__main__":
    main(sys.argv[1])
