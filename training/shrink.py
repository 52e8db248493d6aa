"""A bag-of-tokens model in fewer dimensions, and a transformer in fewer pieces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding


def shrink_bag(model: SentenceTransformer, dimensions: int) -> SentenceTransformer:
    """Keep the directions in which the pieces' vectors differ most.

    The mean of pieces is linear, so turning all vectors onto their principal axes changes
    no inner product, and leaving out the weakest axes changes it least (principal
    component analysis without centring).

    Args:
        model: A ``StaticEmbedding``, then a ``Normalize``.
        dimensions: How many axes are kept, at most as many as there are.
    """
    embedding = cast(StaticEmbedding, model[0])
    weights = embedding.embedding.weight.detach().float().numpy()  # (pieces, dimensions before)
    _, axes = np.linalg.eigh(weights.T @ weights)  # by rising strength
    kept = np.ascontiguousarray(weights @ axes[:, ::-1][:, :dimensions], dtype=np.float32)
    small = StaticEmbedding(embedding.tokenizer, embedding_weights=kept)
    return SentenceTransformer(modules=[small, Normalize()], device="cpu")


def shrink_transformer(model: SentenceTransformer, pieces: int, folder: Path) -> None:
    """Leave out the rarest pieces of several letters and save the model.

    A text in which one of them stood is cut into smaller pieces instead; single letters
    and the marks of the tokenizer all stay.

    Args:
        model: A transformer with a Unigram tokenizer, in any precision.
        pieces: How many stay, at least the single ones.
        folder: Where the smaller model is written.
    """
    model.save_pretrained(str(folder), create_model_card=False)
    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text("utf-8"))
    vocabulary = tokenizer["model"]["vocab"]  # (piece, log-probability), in the order of ids
    marks = {token["content"] for token in tokenizer["added_tokens"]}
    single = [at for at, (piece, _) in enumerate(vocabulary) if len(piece) == 1 or piece in marks]
    several = sorted(set(range(len(vocabulary))) - set(single), key=lambda at: -vocabulary[at][1])
    kept = sorted(single + several[: max(pieces - len(single), 0)])
    tokenizer["model"]["vocab"] = [vocabulary[at] for at in kept]
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    weights = load_file(folder / "model.safetensors")
    name = next(name for name in weights if name.endswith("word_embeddings.weight"))
    weights[name] = weights[name][kept].contiguous()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    settings = folder / "config.json"
    config = json.loads(settings.read_text("utf-8")) | {"vocab_size": len(kept)}
    settings.write_text(json.dumps(config, indent=2) + "\n", "utf-8")
