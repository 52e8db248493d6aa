"""A small corpus with everything beside its agreements, and a library over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.desk.agreements.journal import Published
from bot.desk.agreements.library import Library
from index.builder import ensure_index
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

ACME = """# Terms of Acme

1. You pay within seven days of the invoice.
2. Data is kept for thirty days after the end.
3. Refunds are made by cheque alone.
4. The court of Springfield decides.
"""
# 2 has other words, 3 is gone, 4 is 3 now, and 4 and 5 are new.
ACME_NEXT = """# Terms of Acme

1. You pay within seven days of the invoice.
2. Data is kept for ninety days after the end.
3. The court of Springfield decides.
4. Unused credit expires with the year.
5. Complaints are sent to the office in Shelbyville.
"""
OTHER = """1. Calls are recorded.
2. Prices include tax.
"""
TOML = """# by hand
title = "Terms of Acme"
aliases = ["Acme"]
version = "2025-01-01"
source = "their site"
sha256 = "{sha}"
"""


class Shelf:
    """A corpus folder, its index and a library, all in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.corpus, self.index = root / "corpus", root / "index"
        self.embedder = WordEmbedder()
        self.library = self.open()

    def open(self) -> Library:
        """Return another library over the same folders, as another program has it."""
        return Library(self.corpus, self.index, self.root / "desk", self.embedder)

    def restart(self) -> ClauseIndex:
        """Start as the program does, and return what it would answer from."""
        self.library = self.open()
        self.library.recover()
        return ensure_index(self.corpus, self.index, self.embedder)

    def publish(self, name: str, text: str | bytes, by: str = "anna") -> Published:
        """Upload, review and publish at once."""
        data = text if isinstance(text, bytes) else text.encode()
        upload = self.library.upload(name, data, by)
        return self.library.publish(
            upload.upload_id, by, self.library.review(upload.upload_id).base
        )

    def files(self) -> dict[str, bytes]:
        """Return every file of the corpus folder, hidden ones too."""
        return {path.name: path.read_bytes() for path in self.corpus.iterdir()}

    def rows(self, name: str) -> list[dict[str, object]]:
        """Return the objects of a .jsonl file of the corpus."""
        return [json.loads(line) for line in (self.corpus / name).read_text("utf-8").splitlines()]

    def served(self) -> ClauseIndex:
        """Return the stored index."""
        return ClauseIndex.load(self.index, self.embedder)


def make_shelf(root: Path) -> Shelf:
    """Write the corpus and build its index."""
    corpus = root / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "acme.txt").write_text(ACME, "utf-8")
    sha = hashlib.sha256(ACME.encode()).hexdigest()
    (corpus / "acme.toml").write_text(TOML.format(sha=sha), "utf-8")
    (corpus / "other.txt").write_text(OTHER, "utf-8")
    fields = [
        {
            "clause_id": f"acme/{number}",
            "heading": f"标题{number}",
            "rendering": f"译文{number}",
            "questions_zh": [f"问题{number}吗"],
            "questions_en": [f"question {number}?", f"and {number}?"],
        }
        for number in (1, 2, 3, 4)
    ]
    write_rows(corpus / "acme.views.jsonl", fields)
    pairs = [("acme/1", "acme/2"), ("acme/1", "acme/4"), ("other/1", "acme/3"),
             ("acme/4", "other/2"), ("other/1", "other/2"), ("other/1", "acme/4")]  # fmt: skip
    relations = [
        {"clause_id": a, "other": b, "kind": "same", "zh": "同", "en": "Same."} for a, b in pairs
    ]
    relations[-1]["en"] = "Calls, and 4 the court."
    write_rows(corpus / "relations.jsonl", relations)
    write_rows(
        corpus / "unanswered.jsonl",
        [
            {"question": "When does unused credit expire?", "agreements": ["acme"]},
            {"question": "Does the credit expire unused?", "agreements": ["acme", "other"]},
            {"question": "Is there a court of appeal?", "agreements": ["acme"]},
            {"question": "Who won the cup?"},
        ],
    )
    shelf = Shelf(root)
    ensure_index(corpus, shelf.index, shelf.embedder)
    return shelf


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write one object a line."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), "utf-8")
