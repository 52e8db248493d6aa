"""The catalogue: each sentence in both languages, each said somewhere, none elsewhere."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.answer import Reason
from bot.desk.shell.pages import PLACES
from bot.words.catalogue import EXAMPLES, THEMES, WORDING, say
from index.errors import MESSAGES
from tests.conftest import ROOT

BOT = ROOT / "bot"
WIDGET = BOT / "web" / "widget" / "widget.js"
SAY_NOTHING = ("answering", "records", "evaluation", "people", "storage", "outbox")  # themselves
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"[\"']([a-z][a-z_0-9]*)[\"']")
# A key is put together of a beginning and what is in a blank: f"a_{b}", "a_" ~ b, `a_${b}_c`.
_BEGUN = (
    re.compile(r"f\"([a-z_]+_)\{()"),
    re.compile(r"\"([a-z_]+_)\" ~()"),
    re.compile(r"`([a-z_]+_)\$\{[^}]*\}([a-z_]*)`"),
)


def _blanks(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _files(*places: Path) -> Iterator[Path]:
    for place in places:
        found = [place] if place.is_file() else place.rglob("*")
        yield from (path for path in found if path.suffix in (".py", ".js", ".html"))


def _speakers(theme: str) -> Iterator[Path]:
    """Yield the files that say what a theme holds."""
    if theme.startswith("desk_"):
        return _files(*PLACES, BOT / "desk" / "gaps" / "sheet.py")
    if theme == "widget":
        return _files(WIDGET)
    if theme == "asking":
        return _files(WIDGET, BOT)
    others = (path for path in _files(BOT) if path.suffix != ".js")
    return (path for path in others if path.name != "catalogue.py")


@pytest.mark.parametrize("key", WORDING)
def test_every_sentence_stands_in_both_languages_with_the_same_blanks(key: str) -> None:
    sentence = WORDING[key]
    assert set(sentence) == {"zh", "en"}
    assert _blanks(sentence["zh"]) == _blanks(sentence["en"])
    assert all(words.strip() for words in sentence.values())
    assert not _HAN.search(sentence["en"])
    assert _HAN.search(sentence["zh"]) or not re.search(r"[a-z]{3}", _plain(sentence["zh"]))


def _plain(text: str) -> str:
    """Return what a sentence says apart from its blanks, and from names that are no words."""
    return re.sub(r"\{[^}]*\}|Markdown", "", text)


def test_a_key_stands_in_one_theme() -> None:
    assert sum(map(len, (MESSAGES, *THEMES.values()))) == len(WORDING)


@pytest.mark.parametrize("theme", THEMES)
def test_every_sentence_is_said(theme: str) -> None:
    written = "".join(path.read_text("utf-8") for path in _speakers(theme))
    begun = {found for pattern in _BEGUN for found in pattern.findall(written)}
    made = re.compile("|".join(f"{begin}.+{end}" for begin, end in begun))
    unsaid = set(THEMES[theme]) - set(_QUOTED.findall(written))
    unsaid = {key for key in unsaid if not made.fullmatch(key) and not key.startswith("example_")}
    assert unsaid <= set(Reason)  # an answer's reason is a key itself


@pytest.mark.parametrize(
    ("says", "places", "themes"),
    [
        (r"\bsay\(\s*\"(\w+)\"[,)]", [BOT], ""),
        (r"\b(?:t|has)\(\s*\"(\w+)\"[,)]", PLACES, "desk_"),
        (r"#say\(\"(\w+)\"[,)]", [WIDGET], ("asking", "widget")),
    ],
    ids=["server", "desk", "widget"],
)
def test_what_is_said_stands_in_the_catalogue(
    says: str, places: list[Path], themes: str | tuple[str, ...]
) -> None:
    known = {key for name, theme in THEMES.items() if name.startswith(themes) for key in theme}
    said = {key for path in _files(*places) for key in re.findall(says, path.read_text("utf-8"))}
    assert len(said) > 20
    assert said - known == set()


def test_there_are_as_many_examples_in_each_language() -> None:
    assert len(EXAMPLES["zh"]) == len(EXAMPLES["en"]) > 0


def test_every_reason_has_its_tag() -> None:
    assert all(
        f"{kind}_{reason}" in WORDING
        for reason in Reason
        for kind in ("abstained", "draft")
        if (kind, reason) != ("abstained", Reason.INVALID)  # what is no question needs none
    )


def test_no_chinese_sentence_stands_elsewhere_in_the_bot() -> None:
    files = [path for name in SAY_NOTHING for path in _files(BOT / name)]
    for path in [*files, WIDGET, *_files(*PLACES)]:
        is_pattern = path.parent.name == "masking"
        if is_pattern or path.name in (
            "question.py",
            "talk.py",
            "foreign.py",
            "names.py",
            "__main__.py",
        ):
            continue  # what its patterns look for, and a name that is an example
        assert not re.search(r"[\u3400-\u9fff]{2}", path.read_text("utf-8")), path.name


def test_blanks_are_filled_in() -> None:
    assert say("clause", "zh", agreement="协议", label="5（3）") == "《协议》5（3）"
    assert say("clause", "en", agreement="Terms", label="5（3）") == "Terms, 5（3）"
