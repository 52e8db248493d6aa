"""A corpus as the bytes that are stored, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.address import Moved
from index.agreement import Agreement
from index.clause import Clause, ClauseKind
from index.corpus import Corpus
from index.errors import StoreError
from index.relations import Relation, RelationKind
from index.store import REBUILD, Manifest
from index.unanswered import Unanswered
from index.views import ClauseViews


def encode_corpus(corpus: Corpus) -> dict[str, bytes]:
    """Return the JSON Lines files that hold a corpus, by name."""
    return {
        "agreements.jsonl": _to_lines(asdict(agreement) for agreement in corpus.agreements),
        "clauses.jsonl": _to_lines(asdict(clause) for clause in corpus.clauses),
        "views.jsonl": _to_lines(
            {"clause_id": clause_id} | asdict(views) for clause_id, views in corpus.views.items()
        ),
        "unanswered.jsonl": _to_lines(asdict(row) for row in corpus.unanswered),
        "moved.jsonl": _to_lines(asdict(row) for row in corpus.moved),
        "relations.jsonl": _to_lines(asdict(row) for row in corpus.relations),
    }


def decode_corpus(files: Mapping[str, bytes], manifest: Manifest) -> Corpus:
    """Return the corpus that ``encode_corpus`` wrote.

    Raises:
        StoreError: The files hold something else.
    """
    try:
        views = {
            row.pop("clause_id"): ClauseViews(**row | {"questions": tuple(row["questions"])})
            for row in _from_lines(files["views.jsonl"])
        }
        return Corpus(
            path=Path(manifest.corpus),
            agreements=tuple(
                Agreement(**row | {"aliases": tuple(row["aliases"])})
                for row in _from_lines(files["agreements.jsonl"])
            ),
            clauses=tuple(
                Clause(**row | {"path": tuple(row["path"]), "kind": ClauseKind(row["kind"])})
                for row in _from_lines(files["clauses.jsonl"])
            ),
            views=views,
            unanswered=tuple(
                Unanswered(row["question"], tuple(row["agreements"]))
                for row in _from_lines(files["unanswered.jsonl"])
            ),
            sources=manifest.sources,
            moved=tuple(Moved(**row) for row in _from_lines(files.get("moved.jsonl", b""))),
            relations=tuple(
                Relation(**row | {"kind": RelationKind(row["kind"])})
                for row in _from_lines(files.get("relations.jsonl", b""))
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"the stored index does not hold what this program stores ({error!r}). {REBUILD}"
        ) from error


def _to_lines(rows: Iterable[dict[str, Any]]) -> bytes:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return text.encode("utf-8", "surrogatepass")


def _from_lines(data: bytes) -> list[dict[str, Any]]:
    lines = data.decode("utf-8", "surrogatepass").split("\n")
    return [json.loads(line) for line in lines if line]
