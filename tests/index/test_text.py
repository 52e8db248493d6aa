from __future__ import annotations

import pytest

from index.text import normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("餘額不足會怎樣？", "余额不足会怎样?"),
        ("ＡＰＩ　密钥", "api 密钥"),
        ("簡訊", "短信"),
        ("  How\tLONG \n is it ", "how long is it"),
        ("数\u200b据\u202e保\u0000留", "数据保留"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_words_are_read_alike_however_they_are_written(written: str, read: str) -> None:
    assert normalise(written) == read
