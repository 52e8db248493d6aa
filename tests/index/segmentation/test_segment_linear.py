"""The work for a text grows with its size and no faster, whatever it says."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from index.segmentation.segment import segment

pytestmark = pytest.mark.slow  # counts the steps of long texts

FOLDER = Path(__file__).parents[3] / "index" / "segmentation"
USES = ("match", "fullmatch", "search", "sub", "subn", "findall", "finditer", "split")
PIECES = (
    " ", "\t", "a", "A", "1", "1.", "1-", "(", "[", "]", "[](", "![", "[a](b", "\\", "*", "_", "#",
    "-", "=", ". ", "。", "…", "·", "§", "一", "十", "第", "第一", "附件", "x ", "<!--", "{:",
    "<a id=",
    "article ", "IV", "cookies ", "follow us", "last updated", "2020", "January", "年", "|", "：",
)  # fmt: skip
BOUND = 600  # no pattern sees a longer line unless it is anchored at its start

TEXTS: dict[str, Callable[[int], str]] = {
    "the same label on every line": lambda size: "(a) x\n" * (size // 6),
    "numbers that run on": lambda size: "".join(f"{n}. word\n" for n in range(1, size // 9)),
    "three levels over and over": lambda size: "1. x\n(a) y\n(i) z\n" * (size // 17),
    "lists that open again": lambda size: "x:\n(a) y;\n" * (size // 10),
    "bullets": lambda size: "- x\n" * (size // 4),
    "headings": lambda size: "# T\n\nx\n" * (size // 7),
    "bold lines": lambda size: "**A B**\n\n" * (size // 9),
    "capitals": lambda size: "TITLE ONE\n\nbody of it\n\n" * (size // 23),
    "articles": lambda size: "第一条 甲\n" * (size // 6),
    "contents": lambda size: "Intro ........ 3\n" * (size // 17),
    "links": lambda size: "[a](#b)\n" * (size // 8),
    "a long lead-in": lambda size: "word " * (size // 10) + ":\n" + "(a) x\n" * (size // 12),
    "one line": lambda size: "word " * (size // 5),
    "open brackets": lambda size: "[" * size,
    "dates": lambda size: "1 January 2020\n\n" * (size // 16),
    "deep numbers": lambda size: "".join(f"1.{n % 99}.{n % 9}.1 x\n" for n in range(size // 12)),
    "indented deeper and deeper": lambda size: "".join(
        " " * (n % 90) + f"{n % 7}. x\n" for n in range(size // 50)
    ),
}  # fmt: skip


def _patterns() -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Yield every compiled pattern of the segmenter with each way in which it is used."""
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"index.segmentation.{path.stem}")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                pattern = getattr(module, node.value.id, None)
                if isinstance(pattern, re.Pattern) and node.attr in USES:
                    yield f"{path.stem}.{node.value.id}.{node.attr}", pattern, node.attr


def _apply(pattern: re.Pattern[str], use: str, text: str) -> None:
    if use in ("sub", "subn"):
        getattr(pattern, use)("", text)
    else:
        getattr(pattern, use)(text)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _growth(pattern: re.Pattern[str], use: str, piece: str) -> float:
    """Return how much longer the pattern takes for twice the text; 2 is linear, 4 is not."""
    size = 4_000 if use in ("match", "fullmatch") else 4 * BOUND
    once, twice = ((piece * (n // len(piece)))[:n] + "\0" for n in (size, 2 * size))
    return _seconds(lambda: _apply(pattern, use, twice)) / max(
        _seconds(lambda: _apply(pattern, use, once)), 1e-3
    )


def test_every_pattern_is_linear_in_its_input() -> None:
    found = {(name, use): pattern for name, pattern, use in _patterns()}
    assert len(found) > 25
    slow = [
        (name, piece)
        for (name, use), pattern in found.items()
        for piece in PIECES
        if all(_growth(pattern, use, piece) > 3 for _ in range(4))
    ]
    assert not slow


@pytest.mark.parametrize(("planted", "piece"), [(r"\s*x", " "), (r"(?:={3,})[ \t]*\Z", "=")])
def test_the_probe_sees_a_pattern_that_is_not(planted: str, piece: str) -> None:
    assert max(_growth(re.compile(planted), "search", piece) for _ in range(4)) > 3


def test_no_pattern_is_made_where_it_is_used() -> None:
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                is_use = node.value.id == "re" and node.attr in USES
                assert not is_use, f"{path.name}:{node.lineno}"


def _calls(text: str) -> int:
    """Return how many functions run while a text is segmented."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += int(event in ("call", "c_call"))

    sys.setprofile(count)
    try:
        segment(text, "x")
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", TEXTS)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    once, twice = (_calls(TEXTS[name](size)) for size in (3_000, 6_000))
    assert twice <= 3 * once


@pytest.mark.parametrize("name", TEXTS)
def test_the_clauses_of_a_text_are_no_larger_than_a_few_of_it(name: str) -> None:
    once, twice = (
        sum(
            len(clause.text) + len(clause.lead_in) + sum(map(len, clause.path))
            for clause in segment(TEXTS[name](size), "x").clauses
        )
        for size in (4_000, 8_000)
    )
    assert twice <= 3 * once
