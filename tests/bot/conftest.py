"""A small corpus whose every answer is known by heart, and the shipped index on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder

ACME = """云梯短信服务协议

1、 付款
（1）您应当预先充值。账单在每月月底发出。您应在收到账单后15日内付款。
（2）已支付的费用不予退还。
（3）发票由云梯公司开具。
2、 管辖
（1）争议由深圳市南山区人民法院管辖。
"""
ACME_VIEWS = [
    {
        "clause_id": "acme/1(1)",
        "rendering": "You shall top up in advance. The bill is sent at the end of each month. "
        "You shall pay within 15 days of receiving the bill.",
        "questions_zh": ["账单几天内要付清？", "账单什么时候发？"],
        "questions_en": ["How many days do I have to pay a bill?", "When is the bill sent?"],
    },
    {
        "clause_id": "acme/1(2)",
        "rendering": "Fees are not refunded. This holds for every fee already paid.",
        "questions_zh": ["交了的钱能退吗？"],
        "questions_en": ["Can I get a refund of fees I paid?"],
    },
]
GLOBEX = """Globex Hosting Terms

1. Backups
1.1 We keep backups of your site for 90 days.
1.2 You may download a backup at any time.

2. Support
2.1 Support answers by email on working days.
"""
GLOBEX_VIEWS = [
    {
        "clause_id": "globex/1.1",
        "rendering": "我们将您网站的备份保存90天。",
        "questions_zh": ["备份保存多久？"],
        "questions_en": ["How long are backups kept?"],
    },
]


@pytest.fixture(scope="session")
def small_index(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder
) -> ClauseIndex:
    """Return the index of a Chinese and an English agreement, some clauses with written fields."""
    folder = tmp_path_factory.mktemp("small")
    for name, text, fields in (("acme", ACME, ACME_VIEWS), ("globex", GLOBEX, GLOBEX_VIEWS)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
        lines = "".join(json.dumps(row) + "\n" for row in fields)
        (folder / f"{name}.views.jsonl").write_text(lines, "utf-8")
    return ClauseIndex.build(read_corpus(folder), embedder)


@pytest.fixture(scope="session")
def stored_index(tmp_path_factory: pytest.TempPathFactory, index: ClauseIndex) -> Path:
    """Return the folder of the index of both agreements."""
    folder = tmp_path_factory.mktemp("stored")
    index.save(folder)
    return folder
