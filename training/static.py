"""Pairs → a bag-of-tokens model: each piece has a vector, a text is the mean of its pieces."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer
from torch import Tensor, nn
from tqdm import tqdm

from training.data import Collection, Pair, WrittenClause
from training.loop import Pace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Last:
    """The short last stage: the written clauses, and a little of what questions look like.

    Attributes:
        files: Data files that are sampled beside the written clauses.
        rows: Rows taken of each.
        epochs: Passes over these.
        batch: Pairs compared with each other at once.
        rate: Highest learning rate.
    """

    files: tuple[str, ...] = (
        "pairs-crosslingual",
        "pairs-faq",
        "pairs-heading-section",
        "pairs-zh-law-articles",
        "parallel-ms-intune",
        "parallel-tatoeba",
    )
    rows: int = 2500
    epochs: int = 3
    batch: int = 128
    rate: float = 0.002


@dataclass(frozen=True, slots=True)
class StaticRecipe:
    """How the bag-of-tokens model is trained.

    Attributes:
        dimensions: Length of a vector.
        epochs: Passes over the pairs.
        batch: Pairs compared with each other at once.
        rate: Highest learning rate.
        scale: What a cosine is multiplied by before the softmax.
        seed: Sets every random choice.
        last: The short last stage.
    """

    dimensions: int = 256
    epochs: int = 4
    batch: int = 1024
    rate: float = 0.02
    scale: float = 20.0
    seed: int = 7
    last: Last = field(default_factory=Last)


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as piece numbers, one after the other."""

    pieces: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str], tokenizer: Tokenizer) -> Rows:
        """Cut the texts into pieces."""
        tokenizer.no_padding()
        ids: list[NDArray[np.int32]] = []
        for start in range(0, len(texts), 20_000):
            batch = list(texts[start : start + 20_000])
            encoded = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            ids.extend(np.asarray(e.ids or [1], dtype=np.int32) for e in encoded)
        ends = np.cumsum([len(row) for row in ids])
        return cls(np.concatenate(ids), np.concatenate([[0], ends]))

    def bags(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return the piece numbers of some rows and where each row starts among them."""
        parts = [self.pieces[self.starts[row] : self.starts[row + 1]] for row in rows]
        offsets = np.cumsum([0] + [len(part) for part in parts[:-1]])
        return torch.from_numpy(np.concatenate(parts).astype(np.int64)), torch.from_numpy(offsets)


def train_static(
    collection: Collection, tokenizer: Tokenizer, recipe: StaticRecipe
) -> SentenceTransformer:
    """Train the bag-of-tokens model with every other right side of a batch as a wrong answer."""
    torch.manual_seed(recipe.seed)
    groups = [
        Group.of(file.sample(file.source.bag_rows, recipe.seed), tokenizer)
        for file in collection.files
    ]
    bag = nn.EmbeddingBag(tokenizer.get_vocab_size(), recipe.dimensions, mode="mean")
    nn.init.normal_(bag.weight, std=0.1)
    _fit(bag, groups, recipe)
    last = recipe.last
    chosen = [file for file in collection.files if file.source.name in last.files]
    groups = [Group.of(file.sample(last.rows, recipe.seed), tokenizer) for file in chosen]
    if collection.clauses:
        groups.append(Group.of(written_pairs(collection.clauses), tokenizer))
    _fit(bag, groups, replace(recipe, epochs=last.epochs, batch=last.batch, rate=last.rate))
    embedding = StaticEmbedding(tokenizer, embedding_weights=bag.weight.detach().numpy())
    return SentenceTransformer(modules=[embedding, Normalize()], device="cpu")


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one file, cut into pieces."""

    left: Rows
    right: Rows
    size: int

    @classmethod
    def of(cls, pairs: Sequence[Pair], tokenizer: Tokenizer) -> Group:
        """Cut both sides of the pairs into pieces."""
        left = Rows.of([pair.left for pair in pairs], tokenizer)
        return cls(left, Rows.of([pair.right for pair in pairs], tokenizer), len(pairs))


def written_pairs(clauses: Sequence[WrittenClause]) -> list[Pair]:
    """Return question → clause in the four directions, and clause ↔ clause, question ↔ question."""
    pairs: list[Pair] = []
    for clause in clauses:
        pairs.append(Pair(clause.zh, clause.en))
        for question in clause.questions_zh + clause.questions_en:
            pairs += [Pair(question, clause.zh), Pair(question, clause.en)]
        pairs += [
            Pair(zh, en) for zh, en in zip(clause.questions_zh, clause.questions_en, strict=False)
        ]
    return pairs


def _fit(bag: nn.EmbeddingBag, groups: Sequence[Group], recipe: StaticRecipe) -> None:
    optimiser = torch.optim.Adam(bag.parameters(), lr=recipe.rate)
    dice = random.Random(recipe.seed)  # noqa: S311 (no secret)
    steps = recipe.epochs * sum(group.size // recipe.batch or 1 for group in groups)
    pace = Pace(layers=recipe.rate, vectors=recipe.rate, warm_up=0.1, last=0.0)
    bar = tqdm(total=steps, desc="bag of tokens", unit="step")
    shown, started = 0.0, time.monotonic()
    for _ in range(recipe.epochs):
        for group, rows in _shuffled(groups, recipe.batch, dice):
            left = nn.functional.normalize(bag(*group.left.bags(rows)))
            right = nn.functional.normalize(bag(*group.right.bags(rows)))
            scores = left @ right.T * recipe.scale
            target = torch.arange(len(rows))
            loss = nn.functional.cross_entropy(scores, target)
            loss = (loss + nn.functional.cross_entropy(scores.T, target)) / 2
            optimiser.param_groups[0]["lr"] = recipe.rate * pace.share(int(bar.n), steps)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            shown = 0.98 * shown + 0.02 * loss.item()
            bar.update()
            bar.set_postfix(loss=f"{shown:.3f}")
    bar.close()
    logger.info("bag of tokens: %d steps in %.0f s", steps, time.monotonic() - started)


def _shuffled(
    groups: Sequence[Group], batch: int, dice: random.Random
) -> list[tuple[Group, NDArray[np.int64]]]:
    """Return the batches of one pass, each from one group, in random order."""
    batches: list[tuple[Group, NDArray[np.int64]]] = []
    for group in groups:
        order = np.random.default_rng(dice.randrange(2**32)).permutation(group.size)
        whole = max(1, group.size // batch)
        batches += [(group, rows.astype(np.int64)) for rows in np.array_split(order, whole)]
    dice.shuffle(batches)
    return batches
