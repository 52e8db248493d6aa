"""An upload and the corpus of today in; what publishing it would do out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.agreement import Agreement, find_agreements, make_agreement, read_metadata
from index.builder import stored_index
from index.corpus import BESIDE, Corpus, sources_of, take_apart
from index.errors import CorpusError, Fault, FaultKind, StoreError
from index.library.carrying import Files, Loss, carry, without_open
from index.library.comparing import ClauseChange, Fate, compare
from index.library.metadata import merge, to_toml
from index.library.staging import Staged, staged
from index.library.uploads import Upload
from index.outline import Entry, outline
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder
from index.segmentation.segment import Doubt, Segmentation
from index.store import read_manifest

MAX_CLAUSES = 5_000  # of an upload; somebody waits while they are embedded
MAX_TEXT = 2_000_000  # characters of an upload; beside it questions are answered
MAX_CLAUSE = 100_000  # characters of one clause; a longer one was not taken apart


@dataclass(frozen=True, slots=True)
class Review:
    """What publishing an upload would do.

    Attributes:
        upload: The upload.
        base: Of the corpus and the index that it was reviewed against; publishing asks for it.
        is_new: Whether the agreement is not in the corpus yet.
        same_as: Id of an agreement there whose file has the same bytes; empty if there is none.
        title: Title that the agreement would have.
        outline: Headings, clauses, what is set aside and doubts, in the order of the text.
        doubts: What the segmenter is unsure of.
        changes: The clauses that are no longer what is served, other agreements' too where their
            files were changed by hand; in the order of the text.
        unchanged: How many clauses of the agreement stay as they are.
        losses: What is left out of what was written of clauses, by clause.
        reopened: Questions that count as left open by the agreement no longer, since the clause
            nearest to them has words that nobody read with the question in mind.
        files: Names of the corpus files that change; empty if nothing does.
        problems: What is wrong with other files, which stay as they are served.
    """

    upload: Upload
    base: str
    is_new: bool
    same_as: str
    title: str
    outline: tuple[Entry, ...]
    doubts: tuple[Doubt, ...]
    changes: tuple[ClauseChange, ...]
    unchanged: int
    losses: tuple[Loss, ...]
    reopened: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A review, with what is written when it is published.

    Attributes:
        review: What people see.
        files: The corpus files that change; None for one that is to go.
        index: The index as it would be, stored nowhere.
        former: The agreement as it is; None for a new one.
        agreement: The agreement as it would be.
    """

    review: Review
    files: Files
    index: ClauseIndex
    former: Agreement | None
    agreement: Agreement


class Planner:
    """Works out what a change of the corpus would do; touches neither corpus nor index."""

    def __init__(self, corpus: Path, index: Path, folder: Path, embedder: Embedder) -> None:
        self._corpus, self._index, self._folder = corpus, index, folder
        self._embedder = embedder

    def base(self, upload_id: str) -> str:
        """Return sixteen digits of what an upload is reviewed against now."""
        return self._base(upload_id, sources_of(self._corpus))

    def plan(self, upload: Upload, data: bytes) -> Plan:
        """Return what publishing an upload would do.

        Raises:
            CorpusError: The file, or one beside it, cannot be used.
            LibraryError: The disk refuses.
        """
        file, name = Path(upload.file), upload.agreement
        refuse_orphans(self._corpus, name)
        with staged(self._corpus, self._index, self._folder) as here:
            base = self._base(upload.upload_id, here.sources)
            former = _find(here.before, name)
            plain, found = read_upload(file, data, former)
            known = read_metadata(here.path / f"{name}.toml")
            metadata = merge(known, upload.metadata, former, plain)
            files: dict[str, bytes | None] = {
                path.name: None for path in find_agreements(here.path) if path.stem == name
            }
            files[file.name] = data
            if metadata != {"sha256": plain.sha256} | known:
                files[f"{name}.toml"] = to_toml(metadata)
            is_same = former is not None and former.sha256 == plain.sha256
            losses: tuple[Loss, ...] = ()
            if not is_same:
                before = [clause for clause in here.before.clauses if clause.agreement == name]
                beside, losses = carry(here.path, name, before, found.clauses)
                files |= beside
            here.write(files)
            corpus, problems = _read(here, plain, found)
            served = stored_index(self._index, self._embedder)
            index = ClauseIndex.build(corpus, self._embedder, served)
            changes = compare(here.stored or here.before, corpus)
            reopened = _reopened(index, name, changes)
            if reopened:
                files |= without_open(here.path, name, reopened)
                here.write(files)
                corpus, problems = _read(here, plain, found)
                index = ClauseIndex.build(corpus, self._embedder, index)
        files = {key: value for key, value in files.items() if _is_new(key, value, here.sources)}
        agreement = index.agreement(name)
        after = [change.after for change in changes if change.after is not None]
        same = (a.id for a in here.before.agreements if a.sha256 == plain.sha256)
        review = Review(
            upload=upload,
            base=base,
            is_new=former is None,
            same_as=next(same, ""),
            title=agreement.title,
            outline=outline(agreement.text, found),
            doubts=found.doubts,
            changes=changes,
            unchanged=len(found.clauses) - sum(clause.agreement == name for clause in after),
            losses=losses,
            reopened=reopened,
            files=tuple(sorted(files)),
            problems=problems,
        )
        return Plan(review, files, index, former, agreement)

    def assemble(self, files: Files) -> ClauseIndex:
        """Return the index of the corpus with some files changed.

        Raises:
            CorpusError: It cannot be read.
            LibraryError: The disk refuses.
        """
        with staged(self._corpus, self._index, self._folder) as here:
            here.write(files)
            corpus, _ = here.read(here.before)
        served = stored_index(self._index, self._embedder)
        return ClauseIndex.build(corpus, self._embedder, served)

    def _base(self, upload_id: str, sources: Mapping[str, str]) -> str:
        try:
            generation = read_manifest(self._index).generation
        except StoreError:
            generation = ""
        words = json.dumps([upload_id, generation, sorted(sources.items())])
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def refuse_orphans(corpus: Path, agreement: str) -> None:
    """Refuse a new agreement whose id is that of files which lie in the corpus without one.

    They would be read with it once it is there, which nobody has reviewed, and a step back
    could not tell them from its own.

    Raises:
        CorpusError: There is such a file; names it.
    """
    if any(path.stem == agreement for path in find_agreements(corpus)):
        return
    for name in (agreement + end for end in BESIDE):
        if (corpus / name).exists():
            raise CorpusError(Fault.of(FaultKind.ORPHAN), Path(name))


def read_upload(
    file: Path, data: bytes, former: Agreement | None = None
) -> tuple[Agreement, Segmentation]:
    """Return the agreement that an uploaded file holds, with nothing stated of it, taken apart.

    Raises:
        CorpusError: The file cannot be used.
    """
    agreement = make_agreement(file, data, {}, former)
    if len(agreement.text) > MAX_TEXT:
        raise CorpusError(Fault.of(FaultKind.LONG, most=MAX_TEXT), file)
    found = take_apart(agreement, file)
    long = next((clause for clause in found.clauses if len(clause.text) > MAX_CLAUSE), None)
    if long is not None:
        line = agreement.text.count("\n", 0, long.start) + 1
        raise CorpusError(Fault.of(FaultKind.LONG_CLAUSE, most=MAX_CLAUSE), file, line)
    if len(found.clauses) > MAX_CLAUSES:
        raise CorpusError(Fault.of(FaultKind.CLAUSES, most=MAX_CLAUSES), file)
    return agreement, found


def _read(here: Staged, plain: Agreement, found: Segmentation) -> tuple[Corpus, tuple[str, ...]]:
    """Read the changed copy, the uploaded file not again."""
    others = tuple(known for known in here.before.agreements if known.id != plain.id)
    corpus, problems = here.read(replace(here.before, agreements=(*others, plain)))
    if tuple(clause for clause in corpus.clauses if clause.agreement == plain.id) != found.clauses:
        raise CorpusError("\n".join(problems))
    return corpus, problems


def _reopened(
    index: ClauseIndex, agreement: str, changes: tuple[ClauseChange, ...]
) -> tuple[str, ...]:
    kinds = (Fate.ADDED, Fate.CHANGED)
    unread = {row.after.clause_id for row in changes if row.after and row.change in kinds}
    nearest = index.nearest_to_open(agreement)
    return tuple(question for question, clause in nearest if clause.clause_id in unread)


def _find(corpus: Corpus, agreement_id: str) -> Agreement | None:
    return next((known for known in corpus.agreements if known.id == agreement_id), None)


def _is_new(name: str, data: bytes | None, sources: Mapping[str, str]) -> bool:
    sha256 = None if data is None else hashlib.sha256(data).hexdigest()
    return sources.get(name) != sha256
