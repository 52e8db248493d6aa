"""How long a rebuild takes after one of many agreements changed, as a share of a full build.

    python -m benchmarks.rebuild [--agreements 200] [--clauses 20]

The agreements are cut from the corpus, every clause made its own. Exits 1 above a tenth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from index.builder import ensure_index
from index.corpus import read_corpus
from index.search.embedder import SentenceEmbedder

CORPUS = Path(__file__).parents[1] / "corpus"
MOST = 0.1


def main() -> int:
    """Build, change one agreement, build again; print both times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, default=200)
    parser.add_argument("--clauses", type=int, default=20)
    options = parser.parse_args()
    embedder = SentenceEmbedder()
    embedder.embed(["warm"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "corpus", options.agreements, options.clauses)
        full = _seconds(folder, embedder)
        changed = folder / "corpus" / "a7.txt"
        changed.write_text(changed.read_text("utf-8") + "\n999. 新增一条。\n", "utf-8")
        again = _seconds(folder, embedder)
    print(
        f"{options.agreements} agreements of {options.clauses} clauses: full build {full:.1f} s, "
        f"one changed {again:.1f} s, {again / full:.1%} (at most {MOST:.0%})"
    )
    return int(again > MOST * full)


def _write(folder: Path, agreements: int, clauses: int) -> None:
    folder.mkdir()
    texts = [" ".join(clause.text.split()) for clause in read_corpus(CORPUS).clauses]
    for number in range(agreements):
        own = [texts[(number * 7 + at) % len(texts)] for at in range(clauses)]
        lines = [f"{at}. {text}（协议 {number}）\n" for at, text in enumerate(own, start=1)]
        (folder / f"a{number}.txt").write_text("".join(lines), "utf-8")


def _seconds(folder: Path, embedder: SentenceEmbedder) -> float:
    began = time.perf_counter()
    ensure_index(folder / "corpus", folder / "index", embedder)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
