"""A corpus folder, or one file of ready passages, in; agreements, clauses and views out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.agreement import Agreement, detect_language, find_agreements, read_agreement
from index.clause import Clause, ClauseKind
from index.errors import ClauseBotError, CorpusError
from index.jsonl import needed_text, read_objects, text_in
from index.segment import segment
from index.unanswered import NAME as UNANSWERED
from index.unanswered import Unanswered, read_unanswered
from index.views import ClauseViews, read_views


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that is to be indexed.

    Attributes:
        path: The folder or file it was read from.
        agreements: In the order of their ids; for ready passages, what they name.
        clauses: In the order of the agreements and of their text; ids are unique.
        views: Written views by clause id.
        unanswered: Questions that the agreements are known to leave open.
        sources: SHA-256 of each file read, by name.
    """

    path: Path
    agreements: tuple[Agreement, ...]
    clauses: tuple[Clause, ...]
    views: Mapping[str, ClauseViews]
    unanswered: tuple[Unanswered, ...]
    sources: Mapping[str, str]


def read_corpus(path: Path, on_agreement: Callable[[str], None] = lambda name: None) -> Corpus:
    """Read every agreement under ``path``, or the passages of one ``.jsonl``.

    Args:
        path: A corpus folder or a ``.jsonl`` file.
        on_agreement: Called with the file's name after each agreement.

    Raises:
        CorpusError: Something cannot be used. Every bad file of a folder is named,
            one a line, so that one run shows all there is to mend.
    """
    if path.suffix == ".jsonl" and path.is_file():
        return _read_passages(path)
    agreements: list[Agreement] = []
    clauses: list[Clause] = []
    views: dict[str, ClauseViews] = {}
    problems: list[str] = []
    for file in find_agreements(path):
        try:
            agreement = read_agreement(file)
            found = segment(agreement.text, agreement.id).clauses
            if not found:
                raise CorpusError("holds titles alone, no clause. Put its text in it.", file)
            views |= read_views(file.with_suffix(".views.jsonl"), found)
        except ClauseBotError as error:
            problems.append(str(error))
            continue
        agreements.append(agreement)
        clauses += found
        on_agreement(file.name)
    try:
        unanswered = read_unanswered(path)
    except CorpusError as error:
        problems.append(str(error))
    if problems:
        raise CorpusError("\n".join(problems))
    return Corpus(path, tuple(agreements), tuple(clauses), views, unanswered, sources_of(path))


def sources_of(path: Path) -> dict[str, str]:
    """Return the SHA-256 of every corpus file under ``path``, by name.

    Raises:
        CorpusError: There is no corpus at ``path``.
    """
    files = [path]
    if not path.is_file():
        files = [path / UNANSWERED]
        for agreement in find_agreements(path):
            files += [agreement, *(agreement.with_suffix(end) for end in (".toml", ".views.jsonl"))]
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.exists()
    }


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
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
    )
