"""What became of each file of a corpus folder: indexed, left as before, or passed over, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.errors import MESSAGES, CorpusError, Fault, FaultKind
from index.formats.document import SUFFIXES

COLUMNS = 80
_NAME, _WHAT = 24, 22  # columns of the names of files, and of what became of them
_MOST_FINE = 40  # files told of one by one that nothing is to be said of
_SILENT = (".toml", ".views.jsonl", ".part", ".lock")
_SILENT_NAMES = ("relations.jsonl", "unanswered.jsonl", "manifest.json", "thumbs.db", "desktop.ini")
_STORED = re.compile(r".+-[0-9a-f]{16}\.(?:jsonl|faiss)")  # of an index in the same folder
_KINDS = {
    FaultKind.UNREAD_PICTURE: "png jpg jpeg gif bmp tif tiff webp heic heif svg",
    FaultKind.UNREAD_ARCHIVE: "zip rar 7z gz tgz bz2 xz tar",
    FaultKind.UNREAD_PASSAGES: "jsonl",
}
_UNREAD = {f".{ending}": kind for kind, endings in _KINDS.items() for ending in endings.split()}


class Outcome(StrEnum):
    """What became of a file."""

    INDEXED = "indexed"
    FORMER = "former"  # it is indexed, as a former edition of another
    KEPT = "kept"  # it cannot be used, and its agreement stands as it was before
    LEFT_OUT = "left_out"  # it cannot be used
    UNREAD = "unread"  # it is of a kind that is not read


@dataclass(frozen=True, slots=True)
class FileReading:
    """What became of one file.

    Attributes:
        file: The file.
        outcome: What became of it.
        clauses: How many it has.
        doubts: How many of what was read is in doubt.
        notes: What is wrong with it, or to be known of it.
    """

    file: Path
    outcome: Outcome
    clauses: int = 0
    doubts: int = 0
    notes: tuple[CorpusError | Fault, ...] = ()

    @property
    def is_problem(self) -> bool:
        """Whether it ought to be an agreement and cannot be used."""
        return self.outcome in (Outcome.KEPT, Outcome.LEFT_OUT)

    def say(self, language: str) -> str:
        """Say what is to be known of it; the file is not named."""
        notes = [_without_place(note.say(language), self.file) for note in self.notes]
        if self.doubts:
            words = MESSAGES["file_in_doubt"][language]
            notes.append(words.format(count=self.doubts, file=self.file))
        return " ".join(notes)


def is_agreement(path: Path) -> bool:
    """Return whether a file is one to read; READMEs, hidden files and Word's locks are not."""
    return path.suffix.lower() in SUFFIXES and not is_silent(path) and path.is_file()


def find_unread(corpus: Path) -> list[FileReading]:
    """Return the files of a corpus folder that are passed over, each with what to do about it."""
    return [
        FileReading(path, Outcome.UNREAD, notes=(why_unread(path),))
        for path in sorted(corpus.iterdir())
        if not (is_silent(path) or is_agreement(path))
    ]


def is_silent(path: Path) -> bool:
    """Tell whether nothing is to be said of a file; of the pictures of a saved page neither."""
    name = path.name.lower()
    is_ours = name in _SILENT_NAMES or name.endswith(_SILENT) or _STORED.fullmatch(name) is not None
    is_of_page = path.is_dir() and any(
        path.with_name(path.name.removesuffix(end) + page).exists()
        for end in ("_files", ".files")
        for page in (".html", ".htm")
    )
    is_readme = path.stem.upper() == "README"
    return is_ours or is_of_page or is_readme or name.startswith((".", "~$"))


def why_unread(path: Path) -> Fault:
    """Return why a file that is no agreement is not read, and what to do about it."""
    if path.is_dir():
        return Fault.of(FaultKind.UNREAD_FOLDER)
    if path.suffix.lower() in SUFFIXES:  # and no file: a link to nothing, a pipe
        return Fault.of(FaultKind.UNREAD_LINK)
    kind = _UNREAD.get(path.suffix.lower(), FaultKind.UNREAD_KIND)
    return Fault.of(kind, ending=path.suffix or "-", known=" ".join(SUFFIXES))


def _without_place(words: str, file: Path) -> str:
    """Return what is said of a file without its path; of a line of it, with the line."""
    rest = words.removeprefix(str(file)).replace(f"{file.parent}/", "")
    line = re.match(r":(\d+): ", rest)
    return f"line {line[1]} {rest[line.end() :]}" if line else rest.removeprefix(":").strip()


def to_table(readings: Sequence[FileReading]) -> Iterator[str]:
    """Yield a table of what became of each file, at most ``COLUMNS`` wide.

    What is to be acted on comes first; of many files that are fine the rest is counted.
    """
    told = sorted(readings, key=lambda one: (not one.is_problem, not one.say("en"), one.file.name))
    fine = [one for one in told if not one.say("en")]
    rest = fine[_MOST_FINE:]
    rows = [(one.file.name, _what(one), one.say("en")) for one in told if one not in rest]
    yield from _lay_out("file", "what", "why")
    yield from _lay_out("-" * _NAME, "-" * _WHAT, "-" * (COLUMNS - _NAME - _WHAT - 2))
    for row in rows:
        yield from _lay_out(*row)
    if rest:
        yield MESSAGES["more_fine"]["en"].format(count=len(rest))


def _what(reading: FileReading) -> str:
    return MESSAGES[f"outcome_{reading.outcome}"]["en"].format(count=reading.clauses)


def _lay_out(name: str, what: str, why: str) -> Iterator[str]:
    """Yield one row in as many lines as its longest column takes."""
    columns = [
        list(_wrap(words, width))
        for words, width in ((name, _NAME), (what, _WHAT), (why, COLUMNS - _NAME - _WHAT - 2))
    ]
    for at in range(max(map(len, columns))):
        name, what, why = (lines[at] if at < len(lines) else "" for lines in columns)
        yield f"{_pad(name, _NAME)} {_pad(what, _WHAT)} {why}".rstrip()


def _wrap(words: str, width: int) -> Iterator[str]:
    """Yield words in lines of at most a width in columns, broken at blanks where there are any."""
    line = ""
    for word in re.findall(r"\S+", words):
        if line and _width(f"{line} {word}") <= width:
            line = f"{line} {word}"
            continue
        if line:
            yield line
        line = ""
        for mark in word:
            if _width(line + mark) > width:
                yield line
                line = ""
            line += mark
    yield line


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in words)


def _pad(words: str, width: int) -> str:
    return words + " " * (width - _width(words))
