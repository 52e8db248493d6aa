"""Fail where a question of ours is a near copy of one that is kept for measuring.

python scripts/near_copies.py HELD_OUT.jsonl: compares the corpus's expected and unanswered
questions, and those that ranker and judge are made with, with the held-out ones.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rapidfuzz import fuzz, process

from index.corpus import read_corpus
from index.text import normalise

ALIKE = 80  # of 100; by reading, from here on one is the other reworded by a word or two
MADE_WITH = (Path("training/data/known.jsonl"), Path("training/data/judged.jsonl"))


def main() -> int:
    """Compare, print each near copy, and return 1 if there is one."""
    held_out = _questions(Path(sys.argv[1]))
    corpus = read_corpus(Path("corpus"))
    ours = [question for fields in corpus.fields.values() for question in fields.questions]
    ours += [row.question for row in corpus.open_questions]
    ours += [question for file in MADE_WITH for question in _questions(file)]
    copies = 0
    for question in held_out:
        match = process.extractOne(
            normalise(question), ours, scorer=fuzz.ratio, processor=normalise, score_cutoff=ALIKE
        )
        if match is not None and len(normalise(question)) > 4:
            copies += 1
            print(f"{match[1]:.0f} of 100 alike: {match[0]!r} and {question!r}", file=sys.stderr)
    print(f"{len(ours)} questions of ours, {copies} near copies of {len(held_out)} held out")
    return 1 if copies else 0


def _questions(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
