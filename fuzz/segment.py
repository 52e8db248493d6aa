"""Coverage-guided fuzzing of the segmenter; needs atheris, which nothing else does.

    .venv/bin/pip install atheris && .venv/bin/python fuzz/segment.py -max_total_time=600

Finds crashes, and texts that break a law of the segmenter: every clause is its piece of the
text, ids differ, and every character with words is in a clause, a heading or a leftover.
"""

from __future__ import annotations

import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["index"]):
    from index.segmentation.segment import segment


def test_one_input(data: bytes) -> None:
    """Segment one text and check its laws."""
    text = data.decode("utf-8", "replace")
    found = segment(text, "x")
    covered = bytearray(len(text))
    for clause in found.clauses:
        assert text[clause.start : clause.end] == clause.text == clause.text.strip()
        covered[clause.label_start : clause.end] = b"\1" * (clause.end - clause.label_start)
    for span in (*found.headings, *found.leftovers):
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    assert len({clause.clause_id for clause in found.clauses}) == len(found.clauses)
    lost = [at for at, mark in enumerate(text) if mark.isalnum() and not covered[at]]
    assert not lost, f"no one has the character at {lost[0]}"


def main(arguments: list[Any]) -> None:
    """Fuzz until told to stop."""
    atheris.Setup(arguments, test_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
