"""Every sentence that a person reads, Chinese beside English, from the files beside this one.

What the index says of files and of labels stands in ``index/messages.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from index.errors import MESSAGES

# By theme (a file's name), key and language; no key stands in two themes.
THEMES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted(Path(__file__).parent.glob("*.toml"))
}
WORDING = dict(MESSAGES) | {
    key: entry for entries in THEMES.values() for key, entry in entries.items()
}
EXAMPLES = {
    language: tuple(entry[language] for key, entry in WORDING.items() if key.startswith("example_"))
    for language in ("zh", "en")
}


def say(key: str, language: str, **values: object) -> str:
    """Return one sentence in ``language`` with its blanks filled in."""
    return WORDING[key][language].format(**values)


def read_words(language: str, *starts: str) -> dict[str, str]:
    """Return the sentences of some themes, by key, for a script; ``starts`` begin their names."""
    return {
        key: entry[language]
        for theme, entries in THEMES.items()
        if theme.startswith(starts)
        for key, entry in entries.items()
    }
