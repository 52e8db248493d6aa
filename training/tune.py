"""Second stage: put a question where the passage is that answers it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.align import AlignRecipe, Lesson, align_loss, cut, plan_batches
from training.data import Collection, WrittenClause
from training.loop import Pace, Student, run_steps
from training.sources import Kind


@dataclass(frozen=True, slots=True)
class TuneRecipe:
    """How the second stage runs.

    Attributes:
        rounds: How often each written clause is seen.
        clauses: Written clauses compared with each other at once, of one agreement if it has them.
        questions: Questions of each language taken for a clause at once.
        passages: Question and passage pairs compared with each other at once.
        longest: Most pieces of a clause or passage.
        turns: Steps of each sort in one turn: written clauses, passages, first-stage batches.
        scale: What a cosine is multiplied by before the softmax.
        seed: Sets every random choice.
    """

    rounds: int = 6
    clauses: int = 20
    questions: int = 2
    passages: int = 24
    longest: int = 112
    turns: tuple[int, int, int] = (3, 2, 1)
    scale: float = 20.0
    seed: int = 7
    pace: Pace = field(default_factory=lambda: Pace(layers=1.5e-4, vectors=4e-4))


@dataclass(frozen=True, slots=True)
class CutClause:
    """A written clause and its questions as piece numbers."""

    agreement: str
    zh: list[int]
    en: list[int]
    questions_zh: list[list[int]]
    questions_en: list[list[int]]


@dataclass(frozen=True, slots=True)
class Passages:
    """Questions and their passages of one file as piece numbers."""

    questions: list[list[int]]
    passages: list[list[int]]


def cut_clauses(
    clauses: Sequence[WrittenClause], tokenizer: Tokenizer, longest: int
) -> list[CutClause]:
    """Cut written clauses into pieces."""
    return [
        CutClause(
            clause.agreement,
            cut(tokenizer, [clause.zh], longest)[0],
            cut(tokenizer, [clause.en], longest)[0],
            cut(tokenizer, clause.questions_zh, longest),
            cut(tokenizer, clause.questions_en, longest),
        )
        for clause in clauses
    ]


def cut_passages(
    collection: Collection, tokenizer: Tokenizer, recipe: TuneRecipe
) -> list[Passages]:
    """Cut the question and passage pairs of each file into pieces."""
    found: list[Passages] = []
    for file in collection.of_kind(Kind.PASSAGES):
        pairs = file.sample(file.source.student_rows, recipe.seed)
        questions = cut(tokenizer, [pair.left for pair in pairs], 40)
        found.append(Passages(questions, cut(tokenizer, [p.right for p in pairs], recipe.longest)))
    return found


def plan_clauses(
    clauses: Sequence[CutClause], recipe: TuneRecipe, dice: random.Random
) -> list[list[CutClause]]:
    """Return groups of clauses: neighbours of one agreement together, small rests joined."""
    groups: list[list[CutClause]] = []
    for _ in range(recipe.rounds):
        ordered = sorted(clauses, key=lambda clause: (clause.agreement, dice.random()))
        rest: list[CutClause] = []
        for _, members in groupby(ordered, key=lambda clause: clause.agreement):
            agreement = list(members)
            while len(agreement) >= recipe.clauses:
                groups.append(agreement[: recipe.clauses])
                del agreement[: recipe.clauses]
            rest += agreement
        groups += [
            rest[start : start + recipe.clauses] for start in range(0, len(rest), recipe.clauses)
        ]
    dice.shuffle(groups)
    return [group for group in groups if len(group) > 1]


def plan_passages(
    files: Sequence[Passages], batch: int, dice: random.Random
) -> list[tuple[Passages, list[int]]]:
    """Return batches of rows of one file each, in random order."""
    batches: list[tuple[Passages, list[int]]] = []
    for file in files:
        rows = list(range(len(file.questions)))
        batches += [(file, rows[at : at + batch]) for at in range(0, len(rows), batch)]
    dice.shuffle(batches)
    return [(file, rows) for file, rows in batches if len(rows) > 1]


@dataclass(frozen=True, slots=True)
class Review:
    """What is repeated of the first stage, so that it is not forgotten."""

    lesson: Lesson
    taught: NDArray[np.float16]
    recipe: AlignRecipe


def tune(
    student: Student,
    collection: Collection,
    review: Review,
    *,
    recipe: TuneRecipe,
    tokenizer: Tokenizer,
    checkpoint: Path,
) -> None:
    """Train on questions and passages, with batches of the first stage in between.

    Args:
        student: What is trained.
        collection: Written clauses and passages.
        review: Sentences of both languages of the first stage.
        recipe: How the stage runs.
        tokenizer: The student's.
        checkpoint: File that holds the state of the run.
    """
    dice = random.Random(recipe.seed)  # noqa: S311 (no secret)
    clauses = plan_clauses(cut_clauses(collection.clauses, tokenizer, recipe.longest), recipe, dice)
    passages = plan_passages(cut_passages(collection, tokenizer, recipe), recipe.passages, dice)
    sentences = plan_batches(review.lesson, review.recipe, dice)
    turns = max(1, len(clauses) // recipe.turns[0]) if clauses else len(passages)
    plan = [
        kind for _ in range(turns) for kind, times in enumerate(recipe.turns) for _ in range(times)
    ]

    def loss_of(step: int) -> Tensor:
        kind, place = plan[step], plan[:step].count(plan[step])
        if kind == 0 and clauses:
            return clause_loss(student, clauses[place % len(clauses)], recipe, step)
        if kind == 1 and passages:
            return passage_loss(student, *passages[place % len(passages)], recipe.scale)
        batch = sentences[place % len(sentences)]
        return align_loss(student, review.lesson, batch, review.taught, review.recipe)

    def losses(first: int) -> Iterator[Tensor]:
        for step in range(first, len(plan)):
            yield loss_of(step)

    run_steps(student, len(plan), losses, pace=recipe.pace, checkpoint=checkpoint, name="tune")


def clause_loss(
    student: Student, group: Sequence[CutClause], recipe: TuneRecipe, step: int
) -> Tensor:
    """Return how often questions of both languages take another clause for their own."""
    dice = random.Random(f"{recipe.seed}/{step}")  # noqa: S311 (no secret)
    asked: list[list[int]] = []
    owner: list[int] = []
    for place, clause in enumerate(group):
        for questions in (clause.questions_zh, clause.questions_en):
            chosen = dice.sample(questions, min(recipe.questions, len(questions)))
            asked += chosen
            owner += [place] * len(chosen)
    questioning = student.vectors(asked)
    zh = student.vectors([clause.zh for clause in group])
    en = student.vectors([clause.en for clause in group])
    right = torch.tensor(owner, device=student.device)
    same = torch.arange(len(group), device=student.device)
    loss = torch.zeros((), device=student.device)
    for clauses in (zh, en):
        scores = questioning @ clauses.T * recipe.scale
        loss = loss + nn.functional.cross_entropy(scores, right)
        own = right[None, :] == same[:, None]
        found = torch.logsumexp(scores.T.masked_fill(~own, -1e4), 1) - scores.T.logsumexp(1)
        loss = loss - 0.3 * found.mean()
    both = zh @ en.T * recipe.scale
    loss = loss + 0.5 * nn.functional.cross_entropy(both, same)
    return loss + 0.5 * nn.functional.cross_entropy(both.T, same)


def passage_loss(student: Student, file: Passages, rows: Sequence[int], scale: float) -> Tensor:
    """Return how often questions take another passage of the batch for their own."""
    questions = student.vectors([file.questions[row] for row in rows])
    passages = student.vectors([file.passages[row] for row in rows])
    scores = questions @ passages.T * scale
    twins = [[file.passages[a] == file.passages[b] and a != b for b in rows] for a in rows]
    scores = scores.masked_fill(torch.tensor(twins, device=student.device), -1e4)
    right = torch.arange(len(rows), device=student.device)
    loss = nn.functional.cross_entropy(scores, right)
    return (loss + nn.functional.cross_entropy(scores.T, right)) / 2
