"""A corpus folder, or one file of ready passages, in; agreements, clauses and views out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.agreement import Agreement, detect_language, find_agreements, read_agreement
from index.clause import Clause, ClauseKind
from index.errors import ClauseBotError, CorpusError
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
    """Read ``{"id", "text", "title"?, "agreement"?, "lang"?}`` lines as clauses."""
    clauses: list[Clause] = []
    texts: dict[str, list[str]] = {}
    seen: dict[str, int] = {}
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"cannot be read ({error}). Save it as UTF-8.", path) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _parse_passage(line, path, number)
        clause_id, text, name = row["id"], row["text"], row.get("agreement") or path.stem
        if clause_id in seen:
            raise CorpusError(
                f"the id {clause_id!r} stands in line {seen[clause_id]} already. "
                "Give each passage its own.",
                path,
                number,
            )
        seen[clause_id] = number
        start = sum(len(part) + 1 for part in texts.setdefault(name, []))
        texts[name].append(text)
        title = row.get("title", "")
        clauses.append(
            Clause(
                clause_id,
                name,
                clause_id,
                (title,) if title else (),
                ClauseKind.PASSAGE,
                1,
                text,
                start,
                start + len(text),
                start,
            )
        )
    if not clauses:
        raise CorpusError("holds no passage. Give one JSON object a line.", path)
    agreements = tuple(_passages_as_agreement(name, "\n".join(texts[name])) for name in texts)
    return Corpus(path, agreements, tuple(clauses), {}, (), sources_of(path))


def _parse_passage(line: str, path: Path, number: int) -> dict[str, str]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CorpusError(f"is not JSON ({error}).", path, number) from error
    if not isinstance(row, dict) or not {"id", "text"} <= set(row):
        raise CorpusError('is no object with "id" and "text".', path, number)
    kept = {key: str(row[key]) for key in ("id", "text", "title", "agreement") if row.get(key)}
    if not {"id", "text"} <= set(kept) or not kept["text"].strip():
        raise CorpusError('"id" and "text" must not be empty.', path, number)
    return kept


def _passages_as_agreement(name: str, text: str) -> Agreement:
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
