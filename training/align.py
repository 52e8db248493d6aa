"""First stage: put the Chinese sentence where the teacher puts the English one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.loop import Pace, Student, run_steps

ENGLISH_EVERY = 7
"""One batch in so many is English: it must stay where the teacher puts it."""


@dataclass(frozen=True, slots=True)
class AlignRecipe:
    """How the first stage runs.

    Attributes:
        pieces: Pieces in a batch, filling included.
        longest: Most pieces of a sentence.
        most: Most sentences in a batch.
        scale: What a cosine is multiplied by before the softmax.
        pull: Weight of the cosine loss beside the contrastive one.
        steps: Most steps; the batches are in random order, so those left out are no choice.
        seed: Sets every random choice.
    """

    pieces: int = 2560
    longest: int = 72
    most: int = 192
    scale: float = 20.0
    pull: float = 4.0
    steps: int = 300
    seed: int = 7
    pace: Pace = field(default_factory=lambda: Pace(layers=3e-4, vectors=1e-3))


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts as piece numbers, and the row of the teacher's vector of each."""

    rows: Sequence[Sequence[int]]
    targets: Sequence[int]


def cut(tokenizer: Tokenizer, texts: Sequence[str], longest: int = 256) -> list[list[int]]:
    """Return the piece numbers of the texts, special pieces included."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    rows: list[list[int]] = []
    for start in range(0, len(texts), 20_000):
        batch = list(texts[start : start + 20_000])
        rows.extend(encoded.ids for encoded in tokenizer.encode_batch_fast(batch))
    return rows


def plan_batches(lesson: Lesson, recipe: AlignRecipe, dice: random.Random) -> list[list[int]]:
    """Return batches of rows of like length, in random order."""
    noisy = sorted(
        range(len(lesson.rows)), key=lambda row: len(lesson.rows[row]) * dice.uniform(0.9, 1.1)
    )
    batches: list[list[int]] = []
    batch: list[int] = []
    longest = 0
    for row in noisy:
        longest = max(longest, min(len(lesson.rows[row]), recipe.longest))
        if batch and (longest * (len(batch) + 1) > recipe.pieces or len(batch) >= recipe.most):
            batches.append(batch)
            batch, longest = [], min(len(lesson.rows[row]), recipe.longest)
        batch.append(row)
    batches.append(batch)
    dice.shuffle(batches)
    return batches


def align(
    student: Student,
    chinese: Lesson,
    english: Lesson,
    taught: NDArray[np.float16],
    *,
    recipe: AlignRecipe,
    checkpoint: Path,
) -> None:
    """Train on every Chinese batch once, with an English batch now and then.

    Args:
        student: What is trained.
        chinese: The texts that are aligned.
        english: The texts of which some come now and then.
        taught: The teacher's unit vectors, shape ``(sentences, dim)``.
        recipe: How the stage runs.
        checkpoint: File that holds the state of the run.
    """
    dice = random.Random(recipe.seed)  # noqa: S311 (no secret)
    main, beside = plan_batches(chinese, recipe, dice), plan_batches(english, recipe, dice)
    plan: list[tuple[Lesson, list[int]]] = []
    for place, batch in enumerate(main):
        plan.append((chinese, batch))
        if place % ENGLISH_EVERY == ENGLISH_EVERY - 1:
            plan.append((english, beside[place // ENGLISH_EVERY % len(beside)]))

    plan = plan[: recipe.steps]

    def losses(first: int) -> Iterator[Tensor]:
        for lesson, batch in plan[first:]:
            yield align_loss(student, lesson, batch, taught, recipe)

    run_steps(student, len(plan), losses, pace=recipe.pace, checkpoint=checkpoint, name="align")


def align_loss(
    student: Student,
    lesson: Lesson,
    batch: Sequence[int],
    taught: NDArray[np.float16],
    recipe: AlignRecipe,
) -> Tensor:
    """Return how far a batch is from the teacher, by angle and by mistaken neighbours."""
    rows = np.array([lesson.targets[row] for row in batch])
    goal = nn.functional.normalize(torch.from_numpy(taught[rows]).float().to(student.device))
    found = student.vectors([lesson.rows[row][: recipe.longest] for row in batch])
    scores = found @ goal.T * recipe.scale
    same = torch.from_numpy(rows[:, None] == rows[None, :]).to(student.device)
    same.fill_diagonal_(fill_value=False)
    scores = scores.masked_fill(same, -1e4)
    right = torch.arange(len(batch), device=student.device)
    neighbours = nn.functional.cross_entropy(scores, right)
    neighbours = (neighbours + nn.functional.cross_entropy(scores.T, right)) / 2
    return neighbours + recipe.pull * (1 - (found * goal).sum(1)).mean()
