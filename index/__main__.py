"""The command line of the index; ``python -m index --help``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.command import (
    DONE,
    INDEX,
    BadWordError,
    answer_lines,
    flag,
    option,
    program,
    run,
    to_line,
)
from index.environ import read_name, read_path

if TYPE_CHECKING:
    from index.search.clause_index import ClauseIndex, Hit

COMMANDS = program(
    "python -m index",
    "Turn agreements into clauses that can be searched.",
    "search 'how long is data kept after termination?'",
)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise BadWordError(f"{text!r} is no number of clauses; ask for at least 1.")
    return int(text)


_CORPUS = option(
    "--corpus",
    type=Path,
    metavar="PATH",
    help="folder of agreements, or one .jsonl of passages (CLAUSEBOT_CORPUS, or corpus)",
)
_K = option("--k", type=_count, default=10, metavar="N", help="how many clauses (%(default)s)")
_FILE = option("file", type=Path, metavar="FILE")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run(COMMANDS.parse(arguments))


@COMMANDS.command(
    "build --corpus corpus --index var/index", "read the corpus, write the index", _CORPUS, INDEX
)
def _build(corpus: Path | None, index: Path | None) -> int:
    from index.builder import build_index

    corpus = corpus or read_path(os.environ, "CLAUSEBOT_CORPUS", Path("corpus"))
    build_index(corpus, _folder(index), _model(), progress=True)
    return DONE


@COMMANDS.command("segment corpus/dahan.txt", "print the clauses of one file", _FILE)
def _segment(file: Path) -> int:
    from index.agreement import read_text
    from index.segmentation.segment import segment

    shown = ("clause_id", "label", "path", "kind", "level", "text", "start", "end")
    for clause in segment(read_text(file), file.stem).clauses:
        print(to_line({name: getattr(clause, name) for name in shown}))
    return DONE


@COMMANDS.command(
    "outline corpus/dahan.txt",
    "show how one file was understood, or each file of a folder",
    option("file", type=Path, metavar="PATH"),
    flag("--summary", "of a folder: a line a file, the most doubtful first"),
)
def _outline(file: Path, *, summary: bool) -> int:
    from index.agreement import read_agreement
    from index.outline import header_lines, outline_lines
    from index.segmentation.segment import segment

    if summary:
        return _summarise(file)
    agreement = read_agreement(file)
    found = segment(agreement.text, agreement.id, agreement.notes)
    for line in (
        *header_lines(agreement),
        *outline_lines(agreement.text, found, agreement.letters),
    ):
        print(line)
    return DONE


def _summarise(folder: Path) -> int:
    from tqdm import tqdm

    from index.summary import list_files, summarise, summary_lines

    with tqdm(total=len(list_files(folder)), desc="reading", unit="", disable=None) as bar:
        found = summarise(folder, lambda _: bar.update())
    for line in summary_lines(found):
        print(line)
    return DONE


@COMMANDS.command(
    "search 余额不足会怎样 --agreement dahan --k 3",
    "print the clauses that fit a question",
    option("question", metavar="QUESTION"),
    _K,
    option("--agreement", metavar="ID", help="search this agreement alone"),
    flag("--json", "one JSON object a line"),
    INDEX,
)
def _search(question: str, k: int, agreement: str | None, index: Path | None, *, json: bool) -> int:
    hits = _load(index).search(question, k=k, agreement=agreement)
    for rank, hit in enumerate(hits, start=1):
        clause = hit.clause
        if json:
            print(to_line(_to_row(hit)))
        else:
            title = f"  {clause.path[-1]}" if clause.path else ""
            print(f"{rank:>2}  {hit.score:.3f}  {clause.clause_id}{title}\n    {clause.text[:160]}")
    return DONE


@COMMANDS.command(
    "search-batch questions.jsonl hits.jsonl --k 5",
    "search for many questions",
    option("source", type=Path, metavar="IN.jsonl"),
    option("target", type=Path, metavar="OUT.jsonl"),
    _K,
    INDEX,
)
def _search_batch(source: Path, target: Path, k: int, index: Path | None) -> int:
    loaded = _load(index)

    def answer(row: dict[str, Any]) -> dict[str, object]:
        hits = loaded.search(row["text"], k=k, agreement=row.get("agreement"))
        return {"id": row["id"], "hits": [_to_row(hit) for hit in hits]}

    return answer_lines(source, target, answer, required=("id", "text"), label="searching")


@COMMANDS.command("check --index var/index", "verify a stored index", INDEX)
def _check(index: Path | None) -> int:
    from index.builder import check_index

    folder = _folder(index)
    manifest = check_index(folder, _model())
    print(f"{folder}: generation {manifest.generation} is whole and up to date.")
    return DONE


def _to_row(hit: Hit) -> dict[str, object]:
    return {
        "clause_id": hit.clause.clause_id,
        "agreement": hit.clause.agreement,
        "label": hit.clause.label,
        "score": round(hit.score, 6),
        "text": hit.clause.text,
    }


def _load(index: Path | None) -> ClauseIndex:
    from index.builder import load_index

    return load_index(_folder(index), _model())


def _folder(index: Path | None) -> Path:
    return index or read_path(os.environ, "CLAUSEBOT_INDEX", Path("var/index"))


def _model() -> str:
    return read_name(os.environ, "CLAUSEBOT_MODEL")


if __name__ == "__main__":
    sys.exit(main())
