"""Whether a name in a question is understood: whose agreement it asks about, or of nobody here.

    python -m benchmarks.names --agreements DIR [--agreements DIR …]

Questions are ours, in ``benchmarks/names.jsonl``: those with an ``agreement`` (a file below a
DIR) name its service, and are asked of all agreements named there at once. The others name
companies that nobody holds, and are asked of the bundled agreements, whose clauses mention few.
``training/data/judged.jsonl`` are questions about one agreement each, below the first DIR, of which
none may be turned away. Prints, by language, the share that cites the named agreement alone, that
says that no agreement is held, and that is turned away.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from bot.answering.bot import Bot
from bot.answering.question import frame_question
from index.agreement import Agreement, read_agreement
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder
from training.judged import find_agreement, read_judged

QUESTIONS = Path(__file__).with_suffix(".jsonl")
CORPUS = Path("corpus")
JUDGED = Path("training/data/judged.jsonl")
Share = tuple[int, int]  # of how many


def main(arguments: list[str] | None = None) -> int:
    """Print every share, and the questions that went wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names", description=__doc__)
    parser.add_argument("--agreements", type=Path, action="append", required=True)
    folders = parser.parse_args(arguments).agreements
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as corpus:
        ids: dict[str, str] = {}
        for name in {row["agreement"] for row in rows if "agreement" in row}:
            (file,) = (path for folder in folders for path in folder.rglob(name))
            ids[name] = read_agreement(Path(shutil.copy(file, corpus))).id
        index = ClauseIndex.build(read_corpus(Path(corpus)), SentenceEmbedder())
    _print("cites the named one alone", _ask_named(Bot(index), rows, ids))
    _print("says that nobody holds it", _ask_unheld(read_corpus(CORPUS).agreements, rows))
    _print("turned away", _ask_judged(folders[0]))
    return 0


def _ask_named(
    bot: Bot, rows: Sequence[dict[str, str]], ids: Mapping[str, str]
) -> dict[str, Share]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in tqdm([row for row in rows if "agreement" in row], "named"):
        cited = {citation.agreement for citation in bot.ask(row["question"]).citations}
        found[row["lang"]].append(cited == {ids[row["agreement"]]})
        if not found[row["lang"]][-1]:
            print(f"  {row['question']!r} cites {sorted(cited)}", file=sys.stderr)
    return _shares(found)


def _ask_unheld(
    agreements: Sequence[Agreement], rows: Sequence[dict[str, str]]
) -> dict[str, Share]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if "agreement" not in row:
            found[row["lang"]].append(bool(frame_question(row["question"], agreements).unheld))
            if not found[row["lang"]][-1]:
                print(f"  {row['question']!r} is looked for", file=sys.stderr)
    return _shares(found)


def _ask_judged(folder: Path) -> dict[str, Share]:
    found: dict[str, list[bool]] = defaultdict(list)
    read: dict[str, Agreement] = {}
    for row in tqdm(read_judged(JUDGED), "judged"):
        if row.agreement not in read:
            read[row.agreement] = read_agreement(find_agreement(row.agreement, folder))
        framed = frame_question(row.question, [read[row.agreement]])
        found[row.lang].append(bool(framed.unheld))
    return _shares(found)


def _shares(found: dict[str, list[bool]]) -> dict[str, Share]:
    return {language: (sum(own), len(own)) for language, own in sorted(found.items())}


def _print(name: str, shares: dict[str, Share]) -> None:
    right, count = (sum(part) for part in zip(*shares.values(), strict=True))
    parts = "  ".join(f"{key} {own}/{of}" for key, (own, of) in shares.items())
    print(f"{name:28} {right / count:.3f}  {parts}")


if __name__ == "__main__":
    sys.exit(main())
