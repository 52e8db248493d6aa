"""The English teacher and translations → a small transformer with a Chinese vocabulary."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer, BertModel, PreTrainedTokenizerFast

from training.alignment import align_pieces
from training.data import Collection, Pair
from training.sources import Kind
from training.tokenizer import CLS, MASK, PAD, SEP, SPECIALS, UNK, Counts, build_tokenizer

logger = logging.getLogger(__name__)

LONGEST = (90, 200)
"""Most letters of a Chinese and of an English sentence that the first stage takes."""
WHOLE_WORD = (-8.0, -4.5)
"""Least and greatest logarithmic weight of an English piece: two pieces never beat a whole word."""
LOOKALIKES = {"。": ".", "、": ",", "《": '"', "》": '"', "【": "[", "】": "]", "“": '"', "”": '"'}
LOOKALIKES |= {"‘": "'", "’": "'", "—": "-", "·": ".", "…": ".", "「": '"', "」": '"'}


@dataclass(frozen=True, slots=True)
class StudentShape:
    """Size of the transformer.

    Attributes:
        zh_words: Most Chinese words of two letters or more in its vocabulary.
        en_least: Fewest times an English piece must have been seen to stay.
        zh_least: Fewest times a Chinese word must have been seen.
        layers: Layers kept of the teacher, from the first.
        longest: Most pieces of a text that it reads.
    """

    zh_words: int = 15_000
    en_least: int = 3
    zh_least: int = 4
    layers: int = 6
    longest: int = 256


def parallel_rows(collection: Collection, seed: int) -> list[Pair]:
    """Return the translations and dictionary glosses the transformer learns from, in file order."""
    files = collection.of_kind(Kind.PARALLEL) + collection.of_kind(Kind.DICTIONARY)
    chosen = (pair for file in files for pair in file.sample(file.source.student_rows, seed))
    return [p for p in chosen if len(p.left) <= LONGEST[0] and len(p.right) <= LONGEST[1]]


def word_rows(collection: Collection, most: int, seed: int) -> list[Pair]:
    """Return the translations and glosses that the first vectors of Chinese pieces are made of."""
    parallel = collection.of_kind(Kind.PARALLEL)
    glosses = collection.of_kind(Kind.DICTIONARY)
    rows = [pair for file in parallel for pair in file.sample(most, seed)]
    return rows + [pair for file in glosses for pair in file.pairs]


def begin_student(
    teacher: str, counts: Counts, pairs: Sequence[Pair], shape: StudentShape, scratch: Path
) -> SentenceTransformer:
    """Return the untrained student: the teacher's layers under a Chinese and English vocabulary.

    An English piece keeps its vector. A Chinese piece begins as the mean of the English pieces
    that translate it, weighted by how often they do.

    Args:
        teacher: Path or name of the English teacher, a BERT model.
        counts: Words seen in the training texts.
        pairs: Translations and dictionary glosses.
        shape: Size of the student.
        scratch: Folder for the untrained parts.
    """
    bert = AutoModel.from_pretrained(teacher, attn_implementation="eager")
    english = _EnglishPieces.of(teacher, [pair.right for pair in pairs])
    pieces = _choose_pieces(counts, english, shape)
    tokenizer = build_tokenizer(pieces, max_length=shape.longest)
    vectors = _first_vectors(bert, english, tokenizer, pairs)
    return assemble(_shrink(bert, vectors, shape.layers), tokenizer, shape.longest, scratch)


def assemble(
    bert: BertModel, tokenizer: Tokenizer, longest: int, scratch: Path
) -> SentenceTransformer:
    """Return an ordinary SentenceTransformer of a BERT model and a tokenizer."""
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=longest,
        unk_token=UNK,
        pad_token=PAD,
        cls_token=CLS,
        sep_token=SEP,
        mask_token=MASK,
    )
    bert.save_pretrained(scratch)
    fast.save_pretrained(scratch)
    transformer = Transformer(
        str(scratch), max_seq_length=longest, model_kwargs={"attn_implementation": "eager"}
    )
    pooling = Pooling(bert.config.hidden_size, pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()])


@dataclass(frozen=True, slots=True)
class _EnglishPieces:
    """The teacher's pieces that are worth keeping.

    Attributes:
        seen: Piece without its continuation mark → how often it was seen.
        rows: Piece → the teacher's rows it stands for, and how often each was seen.
    """

    seen: Counter[str]
    rows: dict[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, teacher: str, texts: Sequence[str]) -> _EnglishPieces:
        """Count the pieces of English texts as the teacher cuts them."""
        tokenizer = AutoTokenizer.from_pretrained(teacher).backend_tokenizer
        tokenizer.no_padding()
        tokenizer.no_truncation()
        counts: Counter[int] = Counter()
        for start in range(0, len(texts), 10_000):
            batch = list(texts[start : start + 10_000])
            for encoded in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                counts.update(encoded.ids)
        found = cls(Counter(), {})
        for piece, row in tokenizer.get_vocab().items():
            plain = piece.removeprefix("##")
            if plain.isascii() or plain in LOOKALIKES:
                found.seen[plain] += counts[row]
                found.rows.setdefault(plain, []).append((row, counts[row] + 1))
        return found

    def vector(self, piece: str, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean of the teacher's rows of a piece, the frequent ones counting more."""
        rows = self.rows[piece]
        weights = np.array([seen for _, seen in rows], dtype=np.float32)
        mean: NDArray[np.float32] = weights @ table[[row for row, _ in rows]] / weights.sum()
        return mean


def _choose_pieces(
    counts: Counts, english: _EnglishPieces, shape: StudentShape
) -> dict[str, float]:
    """Return the student's pieces with their weights, English ones after Chinese ones."""
    pieces: dict[str, float] = dict(counts.zh_letters)
    words = counts.zh_words.most_common(shape.zh_words)
    pieces.update((word, seen) for word, seen in words if seen >= shape.zh_least)
    total = sum(pieces.values())
    low, high = (math.exp(bound) * total for bound in WHOLE_WORD)
    for piece, seen in english.seen.items():
        if piece not in SPECIALS and (seen >= shape.en_least or len(piece) == 1):
            pieces[piece] = min(max(seen, low), high)
    return pieces


def _first_vectors(
    bert: BertModel, english: _EnglishPieces, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> NDArray[np.float32]:
    """Return the first vector of each piece, shape ``(pieces, dim)``."""
    table = bert.embeddings.word_embeddings.weight.detach().numpy()
    vocabulary = tokenizer.get_vocab()
    teacher_rows = {special: english.rows[special][0][0] for special in SPECIALS}
    vectors = np.tile(table.mean(axis=0), (len(vocabulary), 1))
    for piece, row in vocabulary.items():
        if piece in teacher_rows:
            vectors[row] = table[teacher_rows[piece]]
        elif piece in english.rows:
            vectors[row] = english.vector(LOOKALIKES.get(piece, piece), table)
    new = np.array([not piece.isascii() for piece in tokenizer_pieces(tokenizer)])
    left, right = _short_ids(tokenizer, pairs)
    shares = align_pieces(left, right, (len(vocabulary), len(vocabulary)))
    explained = np.asarray(shares.sum(axis=1)).ravel()
    use = new & (explained > 0)
    mixed = shares @ vectors
    length = np.linalg.norm(vectors[~new], axis=1).mean()
    norms = np.linalg.norm(mixed, axis=1, keepdims=True)
    vectors[use] = (mixed / np.maximum(norms, 1e-6) * length)[use]
    logger.info("%d of %d new pieces begin from their translations", use.sum(), new.sum())
    return vectors


def tokenizer_pieces(tokenizer: Tokenizer) -> list[str]:
    """Return the pieces of a tokenizer in the order of their numbers."""
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def _short_ids(
    tokenizer: Tokenizer, pairs: Sequence[Pair], most: int = 20
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the piece numbers of both sides of the pairs that are short on both sides."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    left: list[list[int]] = []
    right: list[list[int]] = []
    for start in range(0, len(pairs), 20_000):
        batch = pairs[start : start + 20_000]
        ours = tokenizer.encode_batch_fast([p.left for p in batch], add_special_tokens=False)
        theirs = tokenizer.encode_batch_fast([p.right for p in batch], add_special_tokens=False)
        for one, other in zip(ours, theirs, strict=True):
            if len(one.ids) <= most and len(other.ids) <= most:
                left.append(one.ids)
                right.append(other.ids)
    return left, right


def _shrink(bert: BertModel, vectors: NDArray[np.float32], layers: int) -> BertModel:
    """Give the model its new vocabulary and keep only its first layers."""
    table = torch.nn.Embedding(len(vectors), vectors.shape[1], padding_idx=0)
    table.weight.data.copy_(torch.from_numpy(vectors))
    bert.embeddings.word_embeddings = table
    bert.encoder.layer = bert.encoder.layer[:layers]
    bert.config.vocab_size = len(vectors)
    bert.config.num_hidden_layers = layers
    bert.config.hidden_dropout_prob = 0.0
    bert.config.attention_probs_dropout_prob = 0.0
    bert.config.pad_token_id = 0
    return bert
