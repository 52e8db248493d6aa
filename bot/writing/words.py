"""The words by which the gate reads numbers, names and labels: ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def table() -> dict[str, Any]:
    """Return ``words.toml``."""
    path = Path(__file__).with_suffix(".toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """Return a pattern of ``words.toml`` by the keys that lead to it."""
    found: Any = table()
    for key in path:
        found = found[key]
    return re.compile(found)
