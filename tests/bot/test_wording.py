from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import bot.words.catalogue
from bot.answering.answer import Reason
from bot.words.catalogue import EXAMPLES, WORDING, say

HERE = Path(bot.words.catalogue.__file__)
SAY_NOTHING = ("answering", "records", "evaluation", "people", "storage", "outbox")  # themselves
_HAN = re.compile(r"[\u3400-\u9fff]")


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", WORDING)
def test_every_sentence_stands_in_both_languages_with_the_same_blanks(key: str) -> None:
    assert set(WORDING[key]) == {"zh", "en"}
    assert _blanks(WORDING[key]["zh"]) == _blanks(WORDING[key]["en"])
    assert all(sentence.strip() for sentence in WORDING[key].values())
    assert not _HAN.search(WORDING[key]["en"])


def test_there_are_as_many_examples_in_each_language() -> None:
    assert set(EXAMPLES) == {"zh", "en"}
    assert len(EXAMPLES["zh"]) == len(EXAMPLES["en"]) > 0


def test_every_reason_has_its_tag() -> None:
    assert all(f"{kind}_{reason}" in WORDING for reason in Reason for kind in ("abstained", "desk"))


def test_no_sentence_is_left_unused() -> None:
    files = [path for path in HERE.parents[1].rglob("*.py") if path != HERE]
    written = "".join(path.read_text("utf-8") for path in files)
    unused = {key for key in WORDING if not re.search(rf"[\"']{key}[\"']", written)}
    chosen = tuple(set(re.findall(r"f[\"']([a-z_]+_)\{", written)))  # by what comes after
    assert {key for key in unused if not key.startswith(chosen)} <= set(Reason)


def test_no_chinese_sentence_stands_elsewhere_in_the_bot() -> None:
    files = (path for name in SAY_NOTHING for path in (HERE.parents[1] / name).rglob("*.py"))
    for path in files:
        if path.name in ("question.py", "masking.py"):
            continue  # what its patterns look for
        assert not re.search(r"[\u3400-\u9fff]{2}", path.read_text("utf-8")), path.name


def test_blanks_are_filled_in() -> None:
    assert say("clause", "zh", agreement="协议", label="5（3）") == "《协议》5（3）"
    assert say("clause", "en", agreement="Terms", label="5（3）") == "Terms, 5（3）"
