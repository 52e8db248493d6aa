"""The command line of the index; ``python -m index --help``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.command import DONE, add_command, answer_lines, run, to_line

if TYPE_CHECKING:
    from index.search.clause_index import ClauseIndex, Hit


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    return run(lambda: int(options.run(options)))


def _build(options: argparse.Namespace) -> int:
    from index.builder import build_index

    build_index(options.corpus, options.index, _model(), progress=True)
    return DONE


def _segment(options: argparse.Namespace) -> int:
    from index.agreement import read_text
    from index.segmentation.segment import segment

    for clause in segment(read_text(options.file), options.file.stem).clauses:
        row = {
            "clause_id": clause.clause_id,
            "label": clause.label,
            "path": list(clause.path),
            "kind": clause.kind.value,
            "level": clause.level,
            "text": clause.text,
            "start": clause.start,
            "end": clause.end,
        }
        print(to_line(row))
    return DONE


def _outline(options: argparse.Namespace) -> int:
    from index.agreement import read_text
    from index.outline import outline_lines
    from index.segmentation.segment import segment

    text = read_text(options.file)
    for line in outline_lines(text, segment(text, options.file.stem)):
        print(line)
    return DONE


def _search(options: argparse.Namespace) -> int:
    index = _load(options.index)
    hits = index.search(options.question, k=options.k, agreement=options.agreement)
    for rank, hit in enumerate(hits, start=1):
        clause = hit.clause
        if options.json:
            print(to_line(_to_row(hit)))
        else:
            title = f"  {clause.path[-1]}" if clause.path else ""
            print(f"{rank:>2}  {hit.score:.3f}  {clause.clause_id}{title}\n    {clause.text[:160]}")
    return DONE


def _search_batch(options: argparse.Namespace) -> int:
    index = _load(options.index)

    def answer(row: dict[str, Any]) -> dict[str, object]:
        hits = index.search(row["text"], k=options.k, agreement=row.get("agreement"))
        return {"id": row["id"], "hits": [_to_row(hit) for hit in hits]}

    return answer_lines(
        options.source, options.target, answer, required=("id", "text"), label="searching"
    )


def _check(options: argparse.Namespace) -> int:
    from index.builder import check_index

    manifest = check_index(options.index, _model())
    print(f"{options.index}: generation {manifest.generation} is whole and up to date.")
    return DONE


def _to_row(hit: Hit) -> dict[str, object]:
    return {
        "clause_id": hit.clause.clause_id,
        "agreement": hit.clause.agreement,
        "label": hit.clause.label,
        "score": round(hit.score, 6),
        "text": hit.clause.text,
    }


def _load(folder: Path) -> ClauseIndex:
    from index.builder import load_index

    return load_index(folder, _model())


def _model() -> str:
    return os.environ.get("CLAUSEBOT_MODEL", "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Turn agreements into clauses that can be searched.",
        epilog="example: python -m index search 'how long is data kept after termination?'",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = add_command(
        commands,
        "build",
        _build,
        "read the corpus, write the index",
        "python -m index build --corpus corpus --index var/index",
    )
    build.add_argument(
        "--corpus",
        type=Path,
        default=Path(os.environ.get("CLAUSEBOT_CORPUS") or "corpus"),
        metavar="PATH",
        help="folder of agreements, or one .jsonl of passages (CLAUSEBOT_CORPUS, or corpus)",
    )
    _index_option(build)

    segment = add_command(
        commands,
        "segment",
        _segment,
        "print the clauses of one file",
        "python -m index segment corpus/dahan.txt",
    )
    segment.add_argument("file", type=Path, metavar="FILE")

    outline = add_command(
        commands,
        "outline",
        _outline,
        "show how one file was understood",
        "python -m index outline corpus/dahan.txt",
    )
    outline.add_argument("file", type=Path, metavar="FILE")

    search = add_command(
        commands,
        "search",
        _search,
        "print the clauses that fit a question",
        "python -m index search 余额不足会怎样 --agreement dahan --k 3",
    )
    search.add_argument("question", metavar="QUESTION")
    _k_option(search)
    search.add_argument("--agreement", metavar="ID", help="search this agreement alone")
    search.add_argument("--json", action="store_true", help="one JSON object a line")
    _index_option(search)

    batch = add_command(
        commands,
        "search-batch",
        _search_batch,
        "search for many questions",
        "python -m index search-batch questions.jsonl hits.jsonl --k 5",
    )
    batch.add_argument("source", type=Path, metavar="IN.jsonl")
    batch.add_argument("target", type=Path, metavar="OUT.jsonl")
    _k_option(batch)
    _index_option(batch)

    check = add_command(
        commands,
        "check",
        _check,
        "verify a stored index",
        "python -m index check --index var/index",
    )
    _index_option(check)
    return parser


def _k_option(command: Any) -> None:
    command.add_argument(
        "--k", type=_count, default=10, metavar="N", help="how many clauses (%(default)s)"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of clauses; ask for at least 1.")
    return int(text)


def _index_option(command: Any) -> None:
    command.add_argument(
        "--index",
        type=Path,
        default=Path(os.environ.get("CLAUSEBOT_INDEX") or "var/index"),
        metavar="DIR",
        help="folder of the index (CLAUSEBOT_INDEX, or var/index)",
    )


if __name__ == "__main__":
    sys.exit(main())
