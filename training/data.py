"""Data files → training pairs, our own written clauses, and the rows held out for validation."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.errors import TrainingError
from training.sources import SOURCES, Kind, Source

HELD_OUT_SENTENCES = 1000
HELD_OUT_PASSAGES = 1000
WRITTEN = Path(__file__).with_name("data")
"""Folder of the clauses and questions that were written for this model."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together: translation of each other, or question and passage."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class PairFile:
    """The pairs of one data file, those held out left away."""

    source: Source
    pairs: tuple[Pair, ...]

    def sample(self, rows: int, seed: int) -> list[Pair]:
        """Return at most ``rows`` pairs, times the file's repeats, in an order set by the seed."""
        dice = random.Random(f"{seed}/{self.source.name}")  # noqa: S311 (no secret)
        chosen = list(self.pairs)
        if len(chosen) > rows:
            chosen = dice.sample(chosen, rows)
        chosen = chosen * self.source.repeats
        dice.shuffle(chosen)
        return chosen


@dataclass(frozen=True, slots=True)
class WrittenClause:
    """A clause of an invented agreement with questions that it answers, in both languages."""

    id: str
    agreement: str
    zh: str
    en: str
    questions_zh: tuple[str, ...]
    questions_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """All that training reads.

    Attributes:
        files: Pairs to train on, by file.
        clauses: Written clauses to train on.
        val_clauses: Written clauses of whole agreements never trained on.
        val_sentences: Held-out (Chinese, English) translations.
        val_passages: Held-out (Chinese question, Chinese passage) pairs.
    """

    files: tuple[PairFile, ...]
    clauses: tuple[WrittenClause, ...]
    val_clauses: tuple[WrittenClause, ...]
    val_sentences: tuple[Pair, ...]
    val_passages: tuple[Pair, ...]

    def of_kind(self, kind: Kind) -> tuple[PairFile, ...]:
        """Return the files of one kind."""
        return tuple(file for file in self.files if file.source.kind is kind)


def read_collection(folder: Path, written: Path = WRITTEN) -> Collection:
    """Read every known file of a folder and set the validation rows aside.

    Args:
        folder: Folder with ``<name>.tsv.gz`` and ``<name>.jsonl.gz`` files; some may be missing.
        written: Folder of ``synthetic-*.jsonl`` files of written clauses.

    Raises:
        TrainingError: The folder has none of the known files, or a row cannot be read.
    """
    files = [PairFile(source, tuple(_read(folder, source))) for source in SOURCES]
    files = [file for file in files if file.pairs]
    if not files:
        raise TrainingError(f"{folder} holds none of the known data files. Give --data a folder.")
    sentences = _hold_out(files, Kind.PARALLEL, HELD_OUT_SENTENCES)
    passages = _hold_out(files, Kind.PASSAGES, HELD_OUT_PASSAGES)
    taken = {_key(text) for pair in sentences + passages for text in (pair.left, pair.right)}
    clauses = tuple(read_clauses(written))
    return Collection(
        files=tuple(_without(file, taken) for file in files),
        clauses=tuple(c for c in clauses if not c.agreement.endswith("-val")),
        val_clauses=tuple(c for c in clauses if c.agreement.endswith("-val")),
        val_sentences=tuple(sentences),
        val_passages=tuple(passages),
    )


def read_clauses(folder: Path) -> Iterator[WrittenClause]:
    """Yield the written clauses of ``synthetic-*.jsonl``, files in the order of their names.

    Raises:
        TrainingError: A line is not a clause; the message names file and line.
    """
    for path in sorted(folder.glob("synthetic-*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield WrittenClause(
                    id=str(row["id"]),
                    agreement=str(row["agreement"]),
                    zh=str(row["clause_zh"]).strip(),
                    en=str(row["clause_en"]).strip(),
                    questions_zh=tuple(str(q).strip() for q in row["questions_zh"]),
                    questions_en=tuple(str(q).strip() for q in row["questions_en"]),
                )
            except (ValueError, KeyError, TypeError) as error:
                raise TrainingError(
                    f"{path}:{number}: not a written clause ({error!r})."
                ) from error


def _read(folder: Path, source: Source) -> Iterator[Pair]:
    ending = "jsonl" if source.kind is Kind.PASSAGES else "tsv"
    path = folder / f"{source.name}.{ending}.gz"
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield from _parse(line, source.kind)
            except (ValueError, KeyError) as error:
                raise TrainingError(f"{path}:{number}: cannot be read ({error!r}).") from error


def _parse(line: str, kind: Kind) -> Iterator[Pair]:
    """Yield the pairs of one line: one, or one for each gloss of a dictionary entry."""
    if kind is Kind.PASSAGES:
        row = json.loads(line)
        yield Pair(str(row["q"]).strip(), str(row["d"]).strip()[:1200])
        return
    zh, en = line.rstrip("\n").split("\t")[:2]
    if kind is Kind.PARALLEL:
        yield Pair(zh.strip(), en.strip())
        return
    for gloss in en.split(";")[:3]:
        if gloss.strip():
            yield Pair(zh.strip(), gloss.strip())


def _hold_out(files: list[PairFile], kind: Kind, total: int) -> list[Pair]:
    """Choose validation pairs by the hash of their text, evenly over the files that offer some."""
    offering = [f for f in files if f.source.kind is kind and f.source.held_out]
    chosen: list[Pair] = []
    seen: set[str] = set()
    for position, file in enumerate(offering):
        quota = (total - len(chosen)) // (len(offering) - position)
        quota = min(quota, len(file.pairs) // 8)
        for pair in sorted(filter(_is_plain, file.pairs), key=lambda p: _key(p.left + p.right)):
            if quota == 0:
                break
            if _key(pair.left) in seen or _key(pair.right) in seen:
                continue
            seen.update((_key(pair.left), _key(pair.right)))
            chosen.append(pair)
            quota -= 1
    return chosen


def _is_plain(pair: Pair) -> bool:
    """Tell whether the left side is Chinese and both sides are long enough to tell apart."""
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in pair.left)
    return han >= max(5, len(pair.left) // 3) and len(pair.right) >= 16


def _without(file: PairFile, taken: set[str]) -> PairFile:
    if file.source.kind is Kind.DICTIONARY:
        return file
    kept = (p for p in file.pairs if _key(p.left) not in taken and _key(p.right) not in taken)
    return PairFile(file.source, tuple(kept))


def _key(text: str) -> str:
    plain = "".join(text.lower().split())
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).hexdigest()
