"""Texts → a vocabulary of Chinese words, Chinese characters and English words, and its tokenizer.

One tokenizer form serves both models: a unigram model over a vocabulary that we choose, which
cuts a run of Chinese characters into its likeliest words and a rare English word into parts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import jieba
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIALS = (PAD, UNK, CLS, SEP, MASK)
HAN_RUN = r"\p{Han}+"

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_WORD = re.compile(r"[a-z]+|[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each Chinese word, Chinese character and English word was seen."""

    zh_words: Counter[str]
    zh_letters: Counter[str]
    en_words: Counter[str]


def count_words(texts: Iterable[str]) -> Counts:
    """Count the words of mixed texts, Chinese ones as jieba cuts them without guessing."""
    counts = Counts(Counter(), Counter(), Counter())
    jieba.setLogLevel(60)
    for text in texts:
        lowered = text.lower()
        for run in _HAN.findall(lowered):
            words = list(jieba.cut(run, HMM=False))
            counts.zh_words.update(word for word in words if len(word) > 1)
            counts.zh_letters.update(dict.fromkeys(run, 0))
            counts.zh_letters.update(word for word in words if len(word) == 1)
        counts.en_words.update(_WORD.findall(lowered))
    return counts


def choose_pieces(counts: Counts, zh_words: int, en_words: int, least: int = 3) -> dict[str, int]:
    """Return the pieces to learn and how often each was seen.

    Args:
        counts: What was seen.
        zh_words: Most Chinese words of two letters or more.
        en_words: Most English words and numbers.
        least: Fewest times a word must have been seen; a Chinese character, once.

    Returns:
        Letters of the keyboard, Chinese characters, Chinese words, then English words.
    """
    pieces = dict.fromkeys(basic_letters(), 1)
    pieces.update(counts.zh_letters.most_common())
    for seen_words, most in ((counts.zh_words, zh_words), (counts.en_words, en_words)):
        pieces.update((w, seen) for w, seen in seen_words.most_common(most) if seen >= least)
    return pieces


def basic_letters() -> list[str]:
    """Return the letters without which a text could not be cut at all: ASCII and punctuation."""
    ascii_letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    return [*ascii_letters, *"，。、；：？！“”‘’（）《》【】—…·～￥€£§©®™°×"]


def build_tokenizer(pieces: Mapping[str, float], *, max_length: int) -> Tokenizer:
    """Return a tokenizer over the pieces, which keep their order after the special ones.

    Args:
        pieces: The vocabulary without the special pieces, and how often each was seen.
        max_length: Most pieces of a text that are kept, special ones included.
    """
    total = sum(pieces.values())
    rows = [(special, 0.0) for special in SPECIALS]
    rows += [(piece, math.log((seen + 0.1) / total)) for piece, seen in pieces.items()]
    tokenizer = Tokenizer(Unigram(rows, unk_id=SPECIALS.index(UNK)))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=True
            ),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Split(Regex(HAN_RUN), "isolated")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{CLS} $A {SEP}",
        pair=f"{CLS} $A {SEP} $B {SEP}",
        special_tokens=[(CLS, SPECIALS.index(CLS)), (SEP, SPECIALS.index(SEP))],
    )
    tokenizer.enable_truncation(max_length)
    tokenizer.enable_padding(pad_id=SPECIALS.index(PAD), pad_token=PAD)
    return tokenizer
