"""Segments every agreement in a folder and measures it against the fixtures labelled by hand.

    python benchmarks/segmentation.py PATH [--verbose]

PATH holds agreements as text or Markdown, in folders of any depth. For each file with a fixture
in ``tests/index/wild`` (labels and first words only) it prints boundaries found, false openings
and labels that are right, by their letters and digits. Exits 1 if a file crashes, loses a
character, or a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from index.clause import Clause
from index.segmentation.outline_builder import SIGN
from index.segmentation.segment import Segmentation, segment

FIXTURES = Path(__file__).parents[1] / "tests" / "index" / "wild"
MIN_FOUND, MAX_FALSE, MIN_LABELS = 0.95, 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one file, or of several.

    Attributes:
        wanted: Clauses labelled by hand.
        found: Of these, clauses the program begins on the same line.
        cut: Clauses of the program.
        false: Of these, clauses nobody labelled.
        numbered: Found clauses with a number.
        right: Of these, clauses with the label labelled by hand.
    """

    wanted: int = 0
    found: int = 0
    cut: int = 0
    false: int = 0
    numbered: int = 0
    right: int = 0

    def __add__(self, other: Score) -> Score:
        """Return the counts of both."""
        return Score(
            self.wanted + other.wanted,
            self.found + other.found,
            self.cut + other.cut,
            self.false + other.false,
            self.numbered + other.numbered,
            self.right + other.right,
        )

    def __str__(self) -> str:
        """Return the counts as a line of a table."""
        return (
            f"found {self.found}/{self.wanted}  false {self.false}/{self.cut}"
            f"  labels {self.right}/{self.numbered}"
        )


def count_uncovered(text: str, segmentation: Segmentation) -> int:
    """Return how many characters that are no white space lie in no piece or in two."""
    pieces = [(clause.label_start, clause.end) for clause in segmentation.clauses]
    pieces += [(span.start, span.end) for span in segmentation.headings]
    pieces += [(span.start, span.end) for span in segmentation.leftovers]
    lost, at = 0, 0
    for start, end in [*sorted(pieces), (len(text), len(text))]:
        lost += len("".join(text[at:start].split())) + max(0, at - start)
        at = max(at, end)
    return lost


def score(text: str, clauses: tuple[Clause, ...], fixture: Path, *, verbose: bool) -> Score:
    """Return how the clauses of a text compare with its fixture."""
    rows = [cast("dict[str, object]", json.loads(line)) for line in fixture.open(encoding="utf-8")]
    by_line: dict[int, Clause] = {}
    for clause in clauses:
        by_line.setdefault(text.count("\n", 0, clause.label_start) + 1, clause)
        by_line[text.count("\n", 0, clause.start) + 1] = clause
    found: dict[str, Clause] = {}
    free: set[str] = set()
    numbered = right = wanted = 0
    for row in rows:
        clause_here = by_line.get(cast("int", row["line"]))
        if row.get("optional"):
            free |= {clause_here.clause_id} if clause_here else set()
            continue
        wanted += 1
        if clause_here is None:
            _tell(verbose, f"    missed line {row['line']} {row['label']} {row['words']}")
            continue
        found[clause_here.clause_id] = clause_here
        if row["label"]:
            numbered += 1
            is_right = _plain(str(row["label"])) == _plain(clause_here.label)
            right += is_right
            _tell(verbose and not is_right, f"    label {row['label']} read as {clause_here.label}")
    false = [one for one in clauses if one.clause_id not in found and one.clause_id not in free]
    for one in false:
        _tell(verbose, f"    false {one.label} {one.text[:40]!r}")
    return Score(wanted, len(found), len(clauses), len(false), numbered, right)


def _plain(label: str) -> str:
    """Return the letters and digits of a label, without the part that tells it from its likes."""
    words = unicodedata.normalize("NFKC", label.rpartition(SIGN)[2]).lower()
    return "".join(mark for mark in words if mark.isalnum())


def _tell(wanted: bool, message: str) -> None:
    if wanted:
        print(message)


def main() -> int:
    """Measure every file and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("path", type=Path)
    parser.add_argument("--verbose", action="store_true", help="show every miss")
    options = parser.parse_args()
    total, lost, crashes, files = Score(), 0, 0, 0
    begun = time.perf_counter()
    for path in sorted([*options.path.rglob("*.md"), *options.path.rglob("*.txt")]):
        if path.name == "README.md":
            continue
        text = path.read_text(encoding="utf-8")
        files += 1
        try:
            segmentation = segment(text, path.stem)
        except Exception as error:  # noqa: BLE001 - a crash is a figure here
            crashes += 1
            print(f"CRASH {path.name}: {error!r}")
            continue
        lost += count_uncovered(text, segmentation)
        fixture = FIXTURES / f"{path.stem}.jsonl"
        if fixture.exists():
            one = score(text, segmentation.clauses, fixture, verbose=options.verbose)
            print(f"{path.stem[:44]:44} {one}")
            total += one
    seconds = time.perf_counter() - begun
    print(f"{files} files in {seconds:.1f} s, {crashes} crashes, {lost} characters uncovered")
    if not total.wanted:
        return int(bool(crashes or lost))
    figures = (total.found / total.wanted, total.false / total.cut, total.right / total.numbered)
    print("boundaries {:.3f}  false openings {:.3f}  labels {:.3f}".format(*figures))
    is_reached = figures[0] >= MIN_FOUND and figures[1] <= MAX_FALSE and figures[2] >= MIN_LABELS
    return int(bool(crashes or lost) or not is_reached)


if __name__ == "__main__":
    sys.exit(main())
