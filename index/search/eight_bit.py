"""A SentenceTransformer in, the same as one 8-bit graph out: a third of the time a text.

The weights of its linear layers are rounded to 8 bits, one scale a column; what comes into a
layer is rounded anew for every text. Its layers then run as one frozen graph, since Python
between them took longer than the layers. Texts are read one at a time: padded into a batch
they would be rounded together, and a vector would depend on its neighbours.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
        transformer = model[0].model.eval()
        with torch.inference_mode(), _quiet():
            columns = {torch.nn.Linear: per_channel_dynamic_qconfig}
            quantize_dynamic(  # type: ignore[no-untyped-call]
                transformer, columns, dtype=torch.qint8, inplace=True
            )
            graph = torch.jit.trace(  # type: ignore[no-untyped-call]
                _Layers(transformer), self._pieces("a text"), check_trace=False
            )
            self._graph = torch.jit.freeze(graph.eval())
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
            vectors: NDArray[np.float32] = self._graph(*self._pieces(text)).numpy()
        return vectors

    def _pieces(self, text: str) -> tuple[torch.Tensor, torch.Tensor]:
        pieces = torch.tensor([self._tokenizer.encode(text).ids])
        return pieces, torch.ones_like(pieces)


class _Layers(torch.nn.Module):
    """A transformer as a function of tensors, which is what a graph can be made of."""

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
