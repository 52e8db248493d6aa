"""A tiny folder of made-up data and a tiny teacher, so that the whole recipe runs in seconds."""

from __future__ import annotations

import gzip
import json
from itertools import product
from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from training.data import Collection, read_collection

WHO = {"我们": "we", "用户": "users", "公司": "companies", "开发者": "developers"}
DOES = {"保存": "keep", "删除": "delete", "发送": "send", "购买": "buy"}
WHAT = {"全部数据": "all data", "短信验证码": "message codes", "账户余额": "account balances"}
SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def sentences() -> list[tuple[str, str]]:
    """Return every sentence of the made-up language pair, Chinese and English."""
    return [
        (f"{who[0]}每天{does[0]}{what[0]}。", f"{who[1]} {does[1]} {what[1]} every day.")
        for who, does, what in product(WHO.items(), DOES.items(), WHAT.items())
    ]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write the folder of data files."""
    folder = tmp_path / "data"
    folder.mkdir()
    with gzip.open(folder / "parallel-tatoeba.tsv.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{zh}\t{en}\tmade-up\n" for zh, en in sentences())
    with gzip.open(folder / "dict-cedict.tsv.gz", "wt", encoding="utf-8") as file:
        words = {**WHO, **DOES, **WHAT}
        file.writelines(f"{zh}\t{en}; {en} indeed\tmade-up\n" for zh, en in words.items())
    with gzip.open(folder / "pairs-faq.jsonl.gz", "wt", encoding="utf-8") as file:
        for zh, _ in sentences():
            row = {"q": f"{zh[:2]}会{zh[4:6]}什么东西？", "d": f"一般来说，{zh}这是规定。"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    with gzip.open(folder / "nc-parallel-secret.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("不得使用\tnot to be used\tmade-up\n")
    return folder


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Write the folder of written clauses: three agreements, one of them for validation."""
    folder = tmp_path / "written"
    folder.mkdir()
    rows = [
        {
            "id": f"t-{number}",
            "domain": "test",
            "agreement": ("alpha", "beta", "gamma-val")[number % 3],
            "clause_zh": zh,
            "clause_en": en,
            "questions_zh": [f"{zh[:-1]}吗？", f"{zh[:2]}干什么"],
            "questions_en": [f"do {en[:-1]}?", f"what do {en.split()[0]} do"],
        }
        for number, (zh, en) in enumerate(sentences()[:24])
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "synthetic-t.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def collection(data: Path, written: Path) -> Collection:
    """Read both folders."""
    return read_collection(data, written)


@pytest.fixture
def teacher(tmp_path: Path) -> str:
    """Write an English teacher of one small layer with weights set by chance."""
    torch.manual_seed(1)
    words = {word for _, en in sentences() for word in en[:-1].split()}
    pieces = [*SPECIALS, ".", "?", *sorted(words), *"abcdefghijklmnopqrstuvwxyz", "##s", "##e"]
    vocabulary = {piece: row for row, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token=SPECIALS[1]))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=64,
        **dict(
            zip(
                ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"),
                SPECIALS,
                strict=True,
            )
        ),
    )
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=300,
    )
    parts = tmp_path / "teacher-parts"
    BertModel(config).save_pretrained(parts)
    fast.save_pretrained(parts)
    modules = [Transformer(str(parts)), Pooling(32, pooling_mode="mean"), Normalize()]
    folder = tmp_path / "teacher"
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder))
    return str(folder)
