"""Figures and sources → the model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data import Collection
from training.evaluate import Ranking
from training.sources import SOURCES

TRIED = Path(__file__).with_name("tried.md")
"""What was tried, with what each cost and gave; written by hand, shown in every card."""


@dataclass(frozen=True, slots=True)
class Making:
    """What the card tells of how a model was made.

    Attributes:
        form: ``bag`` or ``transformer``.
        seed: What set every random choice.
        seconds: How long the training took, 0 where it was made in several runs.
        speed: Milliseconds to embed one question on one core, the median.
        rows: Data file → rows that were learnt from.
    """

    form: str
    seed: int
    seconds: float
    speed: float
    rows: Mapping[str, int]


FOLDERS = {"bag": "clause-embedder", "transformer": "clause-reader"}
"""Form of a model → the name of its folder."""
FORMS = {
    "bag": (
        "A bag-of-tokens model (`StaticEmbedding`): each piece has a vector, a text is the mean of "
        "its pieces. Trained with an in-batch contrastive loss, then shortened to the dimensions "
        "in which the pieces differ most."
    ),
    "transformer": (
        "A small BERT. Its layers start from sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0); "
        "its vocabulary is Chinese characters and words beside the English pieces that the "
        "training texts use. It was taught to put a Chinese sentence where that English teacher "
        "puts the English one, then to put a question where the clause is that answers it. The "
        "rows below are what a stage draws from: the vectors of Chinese pieces begin from up to "
        "25,000 rows of every parallel file and the whole dictionary, the first stage takes 300 "
        "batches of the parallel rows, the second 100 batches of the passages."
    ),
}


def write_card(
    folder: Path, collection: Collection, figures: Mapping[str, Ranking], making: Making
) -> None:
    """Write the card of a model into its folder."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    parts = [
        _front(),
        f"# {FOLDERS[making.form]}\n",
        "Puts questions and clauses of agreements, Chinese and English, into one space, so that a "
        "question lies near the clause that answers it in either language.\n",
        FORMS[making.form] + "\n",
        _facts(folder, making, size),
        "## Figures\n",
        "On rows that were not trained on. Clauses: invented agreements kept for validation, "
        "whole; each question is ranked over all their clauses. Sentences: the translation among "
        "all held out. Passages: the section below a held-out heading or question.\n",
        figure_table(figures),
        "## What was tried\n",
        TRIED.read_text(encoding="utf-8"),
        "## Data\n",
        _sources(making.rows),
        _written(collection),
        LICENCE,
        LIMITS,
    ]
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def figure_table(figures: Mapping[str, Ranking]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        (name, str(f.questions), f"{f.hit_1:.3f}", f"{f.recall_5:.3f}", f"{f.recall_10:.3f}")
        for name, f in figures.items()
    ]
    return _table(("asked → found", "questions", "first", "in first 5", "in first 10"), rows)


def _front() -> str:
    return (
        "---\nlanguage: [zh, en]\nlibrary_name: sentence-transformers\n"
        "pipeline_tag: sentence-similarity\nlicense: cc-by-sa-4.0\n---\n"
    )


def _facts(folder: Path, making: Making, size: float) -> str:
    weights = (folder / "model.safetensors").stat().st_size / 1e6
    facts = [
        f"- Size: {size:.1f} MB, of which weights {weights:.1f} MB (half precision, safetensors).",
        f"- Speed: {making.speed:.1f} ms for one question on one core, the median.",
        f"- Seed: {making.seed}.",
        "- Use: `SentenceTransformer(folder)`; no code of its own, nothing is downloaded.",
        "- Made by: `python -m training --data DIR`; `training/README.md` tells how.",
    ]
    if making.seconds:
        facts.insert(3, f"- Training time: {making.seconds / 60:.0f} minutes.")
    return "\n".join(facts) + "\n"


def _sources(learnt: Mapping[str, int]) -> str:
    total = sum(learnt.values()) or 1
    rows = [
        (s.name, f"{learnt[s.name]:,}", f"{learnt[s.name] / total:.1%}", s.licence, s.origin)
        for s in SOURCES
        if learnt.get(s.name)
    ]
    return _table(("file", "rows in one pass", "share", "licence", "from"), rows)


def _written(collection: Collection) -> str:
    agreements = len({clause.agreement for clause in collection.clauses})
    kept = len({clause.agreement for clause in collection.val_clauses})
    return (
        f"Beside these, {len(collection.clauses)} clauses of {agreements} invented agreements with "
        f"questions in both languages, written for this model (`training/data`); the "
        f"{len(collection.val_clauses)} clauses of {kept} more agreements were kept for "
        "validation.\n"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


LICENCE = """\
## Licence and attribution

The weights are derived from all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers) and from the texts
above. Some of these are under share-alike licences (CC BY-SA 3.0 and 4.0: CC-CEDICT, Mozilla legal
documents, NTREX, TiDB documentation, Python Packaging Guide), so we share the weights under
CC BY-SA 4.0. Thanks to the authors of every file named in the table. No text of a source can be
read from the folder except single words, in the tokenizer's vocabulary.
"""

LIMITS = """\
## Limits

- Made for clauses and short questions; a text is cut after 256 pieces.
- Trained on technical, business and legal prose in simplified Chinese; traditional characters are
  to be turned into simplified ones first.
- It does not weigh numbers and negations: 30 days and 60 days, may and may not lie close together.
- Most of the prose it learnt from is documentation, a part of it translated by machine.
- A nearest clause is not an answer: whether it answers must be decided apart from this model.
"""
