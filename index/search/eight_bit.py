"""Transformers as one 8-bit graph: a third of the time a text; the door to torch.

The weights of its linear layers are rounded to 8 bits, one scale a column; what comes into a
layer is rounded anew for every text. Its layers then run as one frozen graph, since Python
between them took longer than the layers. Texts are read one at a time: padded into a batch
they would be rounded together, and a vector would depend on its neighbours.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
from tqdm import tqdm

_WARMING = ("短", "a text of some length " * 8)  # the first runs of a graph settle its memory


class EightBitReader:
    """Reads texts as a model that pools by the mean did, to a cosine of about .98."""

    def __init__(self, model: Any) -> None:
        """Take over a SentenceTransformer whose first module is a transformer.

        Args:
            model: In single precision; it is rounded in place and belongs to this reader.
        """
        torch.set_num_threads(1)  # two texts on two cores are read faster than each on both
        self._tokenizer = model.tokenizer.backend_tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_seq_length)
        pieces = torch.tensor([[2, 5, 3, 6]])
        self._graph = _to_graph(_Mean(model[0].model.eval()), pieces, torch.ones_like(pieces))
        for text in _WARMING * 2:
            self.read([text])

    def read(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Return vectors, shape ``(len(texts), dimension)``."""
        if len(texts) == 1:
            return self._read(texts[0])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            each = pool.map(self._read, texts)
            total, quiet = len(texts), None if progress else True
            return np.concatenate(list(tqdm(each, "reading clauses", total, disable=quiet)))

    def _read(self, text: str) -> NDArray[np.float32]:
        with torch.inference_mode():
            pieces = torch.tensor([self._tokenizer.encode(text).ids])
            vectors: NDArray[np.float32] = self._graph(pieces, torch.ones_like(pieces)).numpy()
        return vectors


CrossEncoderGraph = Callable[[Sequence[int], int], tuple[NDArray[np.float32], NDArray[np.float32]]]


def load_cross_encoder(folder: Path, reader: Path, lower: Path | None = None) -> CrossEncoderGraph:
    """Return a cross-encoder as a function.

    It takes the pieces of one passage and how many of them are of its first text, the question;
    it gives the logits of the whole passage, and one of every piece.

    Args:
        folder: With ``model.safetensors``. A matrix ``NAME`` may be rounded to int8, with the
            scale of each row in ``NAME.scale``; ``head`` makes the logits of the first piece,
            ``tag`` the one of every piece. The embeddings of pieces are not in it.
        reader: Folder of the BERT model that has the sizes and the embeddings of pieces.
        lower: Folder of another cross-encoder, for the layers that ``folder`` does not have.
    """
    from safetensors import safe_open
    from transformers import BertConfig, BertModel

    torch.set_num_threads(1)
    weights = (_read_weights(lower) if lower else {}) | _read_weights(folder)
    with safe_open(reader / "model.safetensors", framework="pt") as shared:
        weights[f"transformer.{_PIECES}"] = shared.get_tensor(_PIECES).float()
    sizes = BertConfig.from_pretrained(reader, attn_implementation="sdpa")
    model = _Tagging(BertModel(sizes, add_pooling_layer=False), len(weights["head.bias"]))
    model.load_state_dict(weights, assign=True)
    pieces = torch.tensor([[2, 5, 3, 6]])
    graph = _to_graph(model.eval(), pieces, torch.ones_like(pieces), torch.zeros_like(pieces))

    def read(
        passage: Sequence[int], question: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with torch.inference_mode():
            ids = torch.tensor([passage])
            kinds = torch.ones_like(ids)
            kinds[0, :question] = 0
            verdict, each = graph(ids, torch.ones_like(ids), kinds)
        return verdict.numpy(), each.numpy()

    for length in (16, 96) * 2:  # the first runs of a graph settle its memory
        read([1] * length, 8)
    return read


def _read_weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    kept = load_file(folder / "model.safetensors")
    return {
        name: tensor.float() * kept[f"{name}.scale"].float()[:, None]
        if tensor.dtype == torch.int8
        else tensor.float()
        for name, tensor in kept.items()
        if not name.endswith(".scale")
    }


_PIECES = "embeddings.word_embeddings.weight"


def _to_graph(model: torch.nn.Module, *example: torch.Tensor) -> Any:
    """Round the layers of a model's transformer to 8 bits, in place; freeze all as one graph."""
    with torch.inference_mode(), _quiet():
        columns = {torch.nn.Linear: per_channel_dynamic_qconfig}
        quantize_dynamic(model.transformer, columns, dtype=torch.qint8, inplace=True)  # type: ignore[no-untyped-call]
        graph = torch.jit.trace(model, example, check_trace=False)  # type: ignore[no-untyped-call]
        return torch.jit.freeze(graph.eval())


class _Tagging(torch.nn.Module):
    """A cross-encoder as a function of tensors."""

    def __init__(self, transformer: Any, verdicts: int) -> None:
        super().__init__()
        self.transformer = transformer
        self.head = torch.nn.Linear(transformer.config.hidden_size, verdicts)
        self.tag = torch.nn.Linear(transformer.config.hidden_size, 1)

    def forward(
        self, pieces: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.transformer(input_ids=pieces, attention_mask=mask, token_type_ids=kinds)
        hidden = found.last_hidden_state[0]
        return self.head(hidden[0]), self.tag(hidden)[:, 0]


class _Mean(torch.nn.Module):
    """A transformer that pools by the mean, as a function of tensors."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.transformer(input_ids=pieces, attention_mask=mask).last_hidden_state
        mean: torch.Tensor = hidden.mean(dim=1)
        return mean


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what is known and does no harm.

    torch would rather have its graphs from ``torch.compile``, which needs a C++ compiler where
    the program runs; and it warns of branches in the layers, none of which turns on a text.
    """
    library = logging.getLogger("transformers")
    level = library.level
    library.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        library.setLevel(level)
