"""A corpus folder, or one file of ready passages, in; agreements, clauses and fields out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.address import Moved
from index.agreement import Agreement, detect_language, find_agreements, read_agreement
from index.clause import Clause, ClauseKind
from index.editions import join_editions
from index.errors import CorpusError, Fault, FaultKind
from index.files import checksum, checksum_of
from index.jsonl import needed_text, read_objects, text_in
from index.relations.relations import NAME as RELATIONS
from index.relations.relations import Relation, read_relations
from index.report import FileReading, Outcome, find_unread
from index.search.fields import ClauseFields, read_fields
from index.search.open_questions import NAME as UNANSWERED
from index.search.open_questions import OpenQuestion, read_open_questions
from index.segmentation.segment import Segmentation, segment

BESIDE = (".toml", ".views.jsonl")  # endings of the files that may stand beside an agreement


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that is to be indexed.

    Attributes:
        path: The folder or file it was read from.
        agreements: In the order of their ids; for ready passages, what they name.
        clauses: In the order of the agreements and of their text; ids are unique.
        fields: Written fields by clause id.
        open_questions: Those that the agreements are known to leave open.
        sources: SHA-256 of each file read, by name.
        moved: Where the clauses of former versions have gone.
        relations: How clauses stand to each other, as a reader has seen.
    """

    path: Path
    agreements: tuple[Agreement, ...]
    clauses: tuple[Clause, ...]
    fields: Mapping[str, ClauseFields]
    open_questions: tuple[OpenQuestion, ...]
    sources: Mapping[str, str]
    moved: tuple[Moved, ...] = ()
    relations: tuple[Relation, ...] = ()


def read_corpus(
    path: Path,
    on_agreement: Callable[[str], object] = lambda name: None,
    *,
    former: Corpus | None = None,
    report: Callable[[FileReading], object] | None = None,
) -> Corpus:
    """Read every agreement under ``path``, or the passages of one ``.jsonl``.

    After each agreement ``on_agreement`` is called with the file's name. Over a former corpus, a
    file that is now bad stays as it was in it. With ``report``, that is called with what became
    of each file, and a bad one stops no other; without it a bad file is an error.

    Raises:
        CorpusError: Something cannot be used. Every bad file of a folder is named,
            one a line, so that one run shows all there is to mend. With ``report``:
            no file at all can be used.
    """
    if path.suffix == ".jsonl" and path.is_file():
        passages = _read_passages(path)
        if report is not None:
            report(FileReading(path, Outcome.INDEXED, len(passages.clauses)))
        return passages
    reading = _Reading(former)
    files = find_agreements(path)
    for file in files:
        clash = find_clash(file, files)
        if clash is None:
            reading.read(file)
        else:
            reading.refuse(file, CorpusError(clash, file))
        on_agreement(file.name)
    reading.read_beside(path)
    problems = [one for one in reading.readings if one.is_problem]
    if problems and (report is None or not reading.read_well):
        raise CorpusError("\n".join(str(note) for one in problems for note in one.notes))
    corpus, notes = reading.to_corpus(path)
    if report is not None:
        for one in [*reading.readings, *find_unread(path)]:
            report(_with_notes(one, notes.get(one.file.stem, ())))
    return corpus


def find_clash(file: Path, files: Sequence[Path]) -> Fault | None:
    """Return what is wrong with a file where another one has its id."""
    same = next((one for one in files if one.stem == file.stem and one != file), None)
    return None if same is None else Fault.of(FaultKind.SAME_ID, other=same.name)


def find_unused(path: Path) -> list[FileReading]:
    """Return the files of a corpus folder that are passed over, as far as their names tell."""
    files = find_agreements(path)
    clashes = [(file, find_clash(file, files)) for file in files]
    left_out = (
        FileReading(file, Outcome.LEFT_OUT, notes=(why,))
        for file, why in clashes
        if why is not None
    )
    return [*left_out, *find_unread(path)]


def _with_notes(reading: FileReading, notes: Sequence[Fault]) -> FileReading:
    """Return what became of a file with what is to be said of its agreement among the others."""
    if reading.outcome is not Outcome.INDEXED:
        return reading
    is_former = any(note.kind is FaultKind.EDITION for note in notes)
    outcome = Outcome.FORMER if is_former else reading.outcome
    return replace(reading, outcome=outcome, notes=(*reading.notes, *notes))


class _Reading:
    """A corpus while its files are read; a bad one stays as it was in the former corpus.

    Attributes:
        readings: What became of each file.
        read_well: How many agreements were read.
    """

    def __init__(self, former: Corpus | None) -> None:
        self.readings: list[FileReading] = []
        self.read_well = 0
        self._unread: set[str] = set()  # ids of the agreements that are left out
        self._open_questions: tuple[OpenQuestion, ...] = ()
        self._relations: tuple[Relation, ...] = ()
        self._former = former
        self._known = {known.id: known for known in former.agreements} if former else {}
        self._agreements: list[Agreement] = []
        self._clauses: list[Clause] = []
        self._views: dict[str, ClauseFields] = {}
        self._stale: set[str] = set()  # names of files whose former content stands

    def read(self, file: Path) -> None:
        """Read one agreement with its fields."""
        try:
            agreement = read_agreement(file, self._known.get(file.stem))
            found = take_apart(agreement, file)
            fields = read_fields(file.with_suffix(".views.jsonl"), found.clauses)
        except CorpusError as error:
            self.refuse(file, error)
            return
        self.read_well += 1
        self._add(agreement, found.clauses, fields)
        row = FileReading(file, Outcome.INDEXED, len(found.clauses), len(found.doubts))
        self.readings.append(row)

    def refuse(self, file: Path, error: CorpusError) -> None:
        """Take note of a file that cannot be used; its agreement stays as it was."""
        self._stale |= {beside.name for beside in _files_of(file)}
        self._note(file, error, file.stem in self._known)
        self._keep(file.stem)

    def read_beside(self, path: Path) -> None:
        """Read the unanswered questions and the relations; bad ones stay as they were."""
        former = self._former
        try:
            self._open_questions = read_open_questions(path)
        except CorpusError as error:
            self._note(path / UNANSWERED, error, former is not None)
            self._open_questions = former.open_questions if former else ()
        try:
            clause_ids = {clause.clause_id for clause in self._clauses}
            self._relations = read_relations(path, clause_ids, self._unread)
        except CorpusError as error:
            self._note(path / RELATIONS, error, former is not None)
            self._relations = former.relations if former else ()

    def to_corpus(self, path: Path) -> tuple[Corpus, Mapping[str, list[Fault]]]:
        """Return what was read, its editions joined, and what is to be said of some agreements.

        A stale file has its former checksum, so that it is tried again.
        """
        sources = {name: sha for name, sha in sources_of(path).items() if name not in self._stale}
        if self._former is not None:
            old = self._former.sources
            sources |= {name: old[name] for name in self._stale & old.keys()}
        agreements, notes = join_editions(self._agreements)
        corpus = Corpus(path, agreements, tuple(self._clauses), self._views,
                        self._open_questions, sources, relations=self._relations)  # fmt: skip
        return corpus, notes

    def _note(self, file: Path, error: CorpusError, is_kept: bool) -> None:
        outcome = Outcome.KEPT if is_kept else Outcome.LEFT_OUT
        self.readings.append(FileReading(file, outcome, notes=(error,)))
        self._stale.add(file.name)

    def _keep(self, agreement_id: str) -> None:
        former = self._former
        if agreement_id not in self._known:
            self._unread.add(agreement_id)
        if any(agreement.id == agreement_id for agreement in self._agreements):
            return  # of two files of one id, the former is kept once
        for agreement in former.agreements if former else ():
            if former is not None and agreement.id == agreement_id:
                clauses = tuple(c for c in former.clauses if c.agreement == agreement_id)
                ids = {clause.clause_id for clause in clauses}
                unjoined = replace(agreement, edition_of=agreement.edition_of and None, edition="")
                self._add(unjoined, clauses, {k: v for k, v in former.fields.items() if k in ids})

    def _add(
        self, agreement: Agreement, clauses: tuple[Clause, ...], fields: Mapping[str, ClauseFields]
    ) -> None:
        self._agreements.append(agreement)
        self._clauses += clauses
        self._views |= fields


def take_apart(agreement: Agreement, file: Path) -> Segmentation:
    """Return the clauses of an agreement, and what else its text holds.

    Raises:
        CorpusError: There is no clause in it.
    """
    found = segment(agreement.text, agreement.id, agreement.notes)
    if not found.clauses:
        raise CorpusError(Fault.of(FaultKind.TITLES_ALONE), file)
    return found


def find_files(path: Path) -> list[Path]:
    """List every file that a corpus is read from.

    Raises:
        CorpusError: There is no corpus at ``path``.
    """
    files = [path]
    if not path.is_file():
        files = [path / UNANSWERED, path / RELATIONS]
        for agreement in find_agreements(path):
            files += _files_of(agreement)
    return [file for file in files if file.exists()]


def sources_of(path: Path) -> dict[str, str]:
    """Return the SHA-256 of every corpus file under ``path``, by name.

    Raises:
        CorpusError: There is no corpus at ``path``.
    """
    return {file.name: checksum_of(file) for file in find_files(path)}


def _files_of(agreement: Path) -> list[Path]:
    """Return the file of an agreement and those that may stand beside it."""
    return [agreement, *(agreement.with_suffix(end) for end in BESIDE)]


def _read_passages(path: Path) -> Corpus:
    """Read ``{"id", "text", "title"?, "agreement"?, "lang"?}`` lines as clauses.

    An agreement's language is seen from its text; ``lang`` is for other programs.
    """
    clauses: list[Clause] = []
    seen: dict[str, int] = {}
    ends: dict[str, int] = {}
    for number, row in read_objects(path):
        try:
            passage = _to_passage(row, path.stem, ends)
        except ValueError as error:
            raise CorpusError(str(error), path, number) from error
        if passage.clause_id in seen:
            raise CorpusError(
                f"the id {passage.clause_id!r} stands in line {seen[passage.clause_id]} already. "
                "Give each passage its own.",
                path,
                number,
            )
        seen[passage.clause_id] = number
        ends[passage.agreement] = passage.end
        clauses.append(passage)
    if not clauses:
        raise CorpusError("holds no passage. Give one JSON object a line.", path)
    texts: dict[str, list[str]] = {}
    for clause in clauses:
        texts.setdefault(clause.agreement, []).append(clause.text)
    agreements = tuple(_to_agreement(name, "\n".join(texts[name])) for name in texts)
    return Corpus(path, agreements, tuple(clauses), {}, (), sources_of(path))


def _to_passage(row: dict[str, Any], default: str, ends: Mapping[str, int]) -> Clause:
    """Return a row as a clause, one line below the last of its agreement."""
    clause_id, text = row.get("id"), needed_text(row, "text")
    if isinstance(clause_id, bool) or not isinstance(clause_id, str | int) or clause_id == "":
        raise ValueError("has no 'id'. Give it a text or a number.")
    title, agreement = text_in(row, "title"), text_in(row, "agreement") or default
    start = ends.get(agreement, -1) + 1
    return Clause(
        clause_id=str(clause_id),
        agreement=agreement,
        label=str(clause_id),
        path=(title,) if title else (),
        kind=ClauseKind.PASSAGE,
        level=1,
        text=text,
        start=start,
        end=start + len(text),
        label_start=start,
    )


def _to_agreement(name: str, text: str) -> Agreement:
    return Agreement(
        id=name,
        title=name,
        title_en=name,
        party="",
        party_en="",
        aliases=(),
        language=detect_language(text),
        version="",
        source="",
        sha256=checksum(text.encode("utf-8", "surrogatepass")),
        text=text,
    )
