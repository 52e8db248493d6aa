"""An upload and the corpus of today → what publishing it would change, clause by clause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.desk.agreements.annotations import AnnotationLoss, Files, migrate_annotations, without_open
from bot.desk.agreements.staging import Staged, staged
from bot.desk.agreements.uploads import Upload, merge, to_toml
from index.address import follow
from index.agreement import Agreement, find_agreements, make_agreement, read_metadata
from index.builder import stored_index
from index.clause import Clause
from index.corpus import BESIDE, Corpus, sources_of, take_apart
from index.diff import MOST_WORK, Piece, diff_words, work_of
from index.errors import CorpusError, Fault, FaultKind, StoreError
from index.files import checksum
from index.formats.document import is_parsed
from index.outline import OutlineEntry, outline, sum_up
from index.report import FileReading
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder
from index.segmentation.doubts import Doubt
from index.segmentation.segment import Segmentation
from index.store import read_manifest


class Fate(StrEnum):
    """What becomes of a clause."""

    ADDED = "added"  # its words stood nowhere in the agreement
    DROPPED = "dropped"  # neither its words nor its place are there
    CHANGED = "changed"  # other words stand at its place, and its own nowhere
    MOVED = "moved"  # the same words stand at another place


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What becomes of one clause.

    Attributes:
        change: What.
        before: As it was; None when added.
        after: As it is; None when dropped.
        pieces: Of a changed clause, its words before and after.
    """

    change: Fate
    before: Clause | None
    after: Clause | None
    pieces: tuple[Piece, ...] = ()

    @property
    def clause(self) -> Clause:
        """The clause that it is shown at."""
        clause = self.after or self.before
        if clause is None:
            raise AssertionError("a change is of a clause")
        return clause


def compare(former: Corpus, now: Corpus) -> tuple[ClauseChange, ...]:
    """Return the clauses that are no longer what they were, in the order of the text."""
    left = MOST_WORK  # for all clauses together
    found = []
    names = dict.fromkeys(agreement.id for agreement in (*now.agreements, *former.agreements))
    for name in names:
        before = [clause for clause in former.clauses if clause.agreement == name]
        after = [clause for clause in now.clauses if clause.agreement == name]
        changes = sorted(_changes(before, after), key=lambda change: change.clause.start)
        for change in changes:
            pieces: tuple[Piece, ...] = ()
            if change.before and change.after and change.change is Fate.CHANGED:
                pieces = diff_words(change.before.text, change.after.text, most=left)
                left = max(0, left - work_of(change.before.text, change.after.text))
            found.append(replace(change, pieces=pieces))
    return tuple(found)


def _changes(before: Sequence[Clause], after: Sequence[Clause]) -> Iterator[ClauseChange]:
    new = {clause.clause_id: clause for clause in after}
    steps = follow(before, after)
    left = new.keys() - set(steps.values())  # words that nobody knows
    for clause in before:
        place = steps[clause.clause_id]
        if not place and clause.clause_id in left:
            yield ClauseChange(Fate.CHANGED, clause, new[clause.clause_id])
        elif not place:
            yield ClauseChange(Fate.DROPPED, clause, None)
        elif place != clause.clause_id:
            yield ClauseChange(Fate.MOVED, clause, new[place])
    changed = {clause.clause_id for clause in before if not steps[clause.clause_id]}
    for clause_id in left - changed:
        yield ClauseChange(Fate.ADDED, None, new[clause_id])


MAX_CLAUSES = 5_000  # of an upload; somebody waits while they are embedded
MAX_TEXT = 2_000_000  # characters of an upload; beside it questions are answered
_MOST_BYTES = 4  # of one character, in the encodings that are read
MAX_CLAUSE = 100_000  # characters of one clause or line; a longer one was not taken apart


@dataclass(frozen=True, slots=True)
class EditionNote:
    """What is to be known of an agreement that is, or may be, an edition of another.

    Attributes:
        agreement: Its id.
        fault: What.
    """

    agreement: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Review:
    """What publishing an upload would do.

    Attributes:
        upload: The upload.
        base: Of the corpus and the index that it was reviewed against; publishing asks for it.
        is_new: Whether the agreement is not in the corpus yet.
        same_as: Id of an agreement there whose file has the same bytes; empty if there is none.
        outline: Headings, clauses, what is set aside and doubts, in the order of the text.
        doubts: What the reader of the file and the segmenter are unsure of.
        read: Share of the file's letters, 0 to 1, that stand in the outline.
        changes: The clauses that are no longer what is served, other agreements' too where their
            files were changed by hand; in the order of the text.
        unchanged: How many clauses of the agreement stay as they are.
        losses: What is left out of what was written of clauses, by clause.
        reopened: Questions that count as left open by the agreement no longer, since the clause
            nearest to them has words that nobody read with the question in mind.
        files: Names of the corpus files that change; empty if nothing does.
        problems: What is wrong with other files, which stay as they are served.
        notes: Which agreements are former editions, or may be: the upload, or one beside it.
    """

    upload: Upload
    base: str
    is_new: bool
    same_as: str
    outline: tuple[OutlineEntry, ...]
    doubts: tuple[Doubt, ...]
    read: float
    changes: tuple[ClauseChange, ...]
    unchanged: int
    losses: tuple[AnnotationLoss, ...]
    reopened: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[str, ...]
    notes: tuple[EditionNote, ...]


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

    def base(self, what: str) -> str:
        """Return sixteen digits of what an upload, or an agreement, is looked at against now."""
        return self._base(what, sources_of(self._corpus))

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
            former = next((known for known in here.before.agreements if known.id == name), None)
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
            losses: tuple[AnnotationLoss, ...] = ()
            if not is_same:
                before = [clause for clause in here.before.clauses if clause.agreement == name]
                beside, losses = migrate_annotations(here.path, name, before, found.clauses)
                files |= beside
            here.write(files)
            corpus, readings = _read(here, plain, found)
            served = stored_index(self._index, self._embedder)
            index = ClauseIndex.build(corpus, self._embedder, served)
            changes = compare(here.stored or here.before, corpus)
            reopened = _reopened(index, name, changes)
            if reopened:
                files |= without_open(here.path, name, reopened)
                here.write(files)
                corpus, readings = _read(here, plain, found)
                index = ClauseIndex.build(corpus, self._embedder, index)
            problems = here.problems(readings)
        files = {key: value for key, value in files.items() if _is_new(key, value, here.sources)}
        agreement = index.agreement(name)
        after = [change.after for change in changes if change.after is not None]
        same = (a.id for a in here.before.agreements if a.sha256 == plain.sha256)
        review = Review(
            upload=upload,
            base=base,
            is_new=former is None,
            same_as=next(same, ""),
            outline=outline(agreement.text, found),
            doubts=found.doubts,
            read=sum_up(agreement.text, found, agreement.letters).read,
            changes=changes,
            unchanged=len(found.clauses) - sum(clause.agreement == name for clause in after),
            losses=losses,
            reopened=reopened,
            files=tuple(sorted(files)),
            problems=problems,
            notes=tuple(_find_notes(name, readings)),
        )
        return Plan(review, files, index, former, agreement)

    def assemble(self, make: Callable[[Staged], Files]) -> tuple[Files, ClauseIndex]:
        """Return the files that are to change, as they are made of a copy, and the index then.

        Raises:
            CorpusError: The corpus cannot be read, as it is or as it would be.
            LibraryError: The disk refuses.
        """
        with staged(self._corpus, self._index, self._folder) as here:
            files = make(here)
            here.write(files)
            corpus, _ = here.read(here.before)
            files = {
                key: value for key, value in files.items() if _is_new(key, value, here.sources)
            }
        served = stored_index(self._index, self._embedder)
        return files, ClauseIndex.build(corpus, self._embedder, served)

    def _base(self, upload_id: str, sources: Mapping[str, str]) -> str:
        try:
            generation = read_manifest(self._index).generation
        except StoreError:
            generation = ""
        words = json.dumps([upload_id, generation, sorted(sources.items())])
        return checksum(words.encode())[:16]


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
    if not is_parsed(file) and len(data) > MAX_TEXT * _MOST_BYTES:  # of text, before it is read
        raise CorpusError(Fault.of(FaultKind.LONG, most=MAX_TEXT), file)
    agreement = make_agreement(file, data, {}, former)
    if len(agreement.text) > MAX_TEXT:
        raise CorpusError(Fault.of(FaultKind.LONG, most=MAX_TEXT), file)
    for number, words in enumerate(agreement.text.split("\n"), 1):
        if len(words) > MAX_CLAUSE:  # refused before it is taken apart, which takes seconds
            raise CorpusError(Fault.of(FaultKind.LONG_LINE, most=MAX_CLAUSE), file, number)
    found = take_apart(agreement, file)
    long = next((clause for clause in found.clauses if len(clause.text) > MAX_CLAUSE), None)
    if long is not None:
        line = agreement.text.count("\n", 0, long.start) + 1
        raise CorpusError(Fault.of(FaultKind.LONG_CLAUSE, most=MAX_CLAUSE), file, line)
    if len(found.clauses) > MAX_CLAUSES:
        raise CorpusError(Fault.of(FaultKind.CLAUSES, most=MAX_CLAUSES), file)
    return agreement, found


def _read(
    here: Staged, plain: Agreement, found: Segmentation
) -> tuple[Corpus, tuple[FileReading, ...]]:
    """Read the changed copy, the uploaded file not again."""
    others = tuple(known for known in here.before.agreements if known.id != plain.id)
    corpus, readings = here.read(replace(here.before, agreements=(*others, plain)))
    if tuple(clause for clause in corpus.clauses if clause.agreement == plain.id) != found.clauses:
        raise CorpusError("\n".join(here.problems(readings)))
    return corpus, readings


def _find_notes(name: str, readings: Iterable[FileReading]) -> Iterator[EditionNote]:
    """Yield what is to be known of an agreement among the others, or of another beside it."""
    for one in readings:
        for note in one.notes:
            is_own = one.file.stem == name
            if isinstance(note, Fault) and (is_own or note.values.get("other") == name):
                yield EditionNote(one.file.stem, note)


def _reopened(
    index: ClauseIndex, agreement: str, changes: tuple[ClauseChange, ...]
) -> tuple[str, ...]:
    kinds = (Fate.ADDED, Fate.CHANGED)
    unread = {row.after.clause_id for row in changes if row.after and row.change in kinds}
    nearest = index.nearest_to_open(agreement)
    return tuple(question for question, clause in nearest if clause.clause_id in unread)


def _is_new(name: str, data: bytes | None, sources: Mapping[str, str]) -> bool:
    return sources.get(name) != (None if data is None else checksum(data))
