"""The stored index: a folder that describes and verifies itself, and a corpus as its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.address import Moved
from index.agreement import Agreement
from index.clause import Clause, ClauseKind
from index.corpus import Corpus
from index.errors import StoreError
from index.files import PART, checksum, write_whole
from index.formats.document import notes_of
from index.relations.relations import Relation, RelationKind
from index.search.fields import ClauseFields
from index.search.open_questions import OpenQuestion

FORMAT = 5
MANIFEST = "manifest.json"
REBUILD = "Rebuild with: python -m index build"
_SHA_SHOWN = 16  # digits of the checksum in a file's name


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a stored index says of itself.

    Attributes:
        model: Name of the embedding model.
        fingerprint: Its fingerprint, see ``Embedder``.
        corpus: The folder or file that was indexed.
        sources: SHA-256 of each file read there, by name.
        files: SHA-256 of each stored file, by name.
    """

    model: str
    fingerprint: str
    corpus: str
    sources: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def generation(self) -> str:
        """Twelve hexadecimal digits that differ whenever the content does."""
        words = json.dumps([self.fingerprint, sorted(self.files.items())])
        return checksum(words.encode())[:12]


def write_store(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Store ``files`` under ``manifest``, whose ``files`` must be their checksums.

    Raises:
        StoreError: Another build holds the folder, or it cannot be written; what
            stood there before still stands.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "build.lock", timeout=0):
            for name, data in files.items():
                path = folder / stored_name(name, manifest.files[name])
                if not path.exists() or checksum(path.read_bytes()) != manifest.files[name]:
                    write_whole(path, data)
            write_whole(folder / MANIFEST, _to_json(manifest))
            _sweep(folder, manifest)
    except Timeout as error:
        raise StoreError(f"{folder}: another build is running. Wait for it.") from error
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be written ({error.strerror or error}). "
            f"Free space or name another folder with --index.{_left_of(folder)}"
        ) from error


def _left_of(folder: Path) -> str:
    try:
        has_former = (folder / MANIFEST).exists()
    except OSError:
        has_former = False
    return " The former index still stands." if has_former else ""


def read_store(folder: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Read a stored index and verify every byte of it.

    Raises:
        StoreError: It is missing, of another format, damaged or mixed.
    """
    for attempt in (1, 2):  # a build that finishes between two reads takes files away
        manifest = read_manifest(folder)
        try:
            return manifest, {
                name: _read(folder, name, sha) for name, sha in manifest.files.items()
            }
        except StoreError:
            if attempt == 2 or read_manifest(folder) == manifest:
                raise
    raise AssertionError("unreachable")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest alone.

    Raises:
        StoreError: It is missing, damaged, or of another format.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise StoreError(f"{folder}: there is no index. Make one with: python -m index build")
    try:
        found = json.loads(path.read_bytes())
        manifest = Manifest(
            model=str(found["model"]),
            fingerprint=str(found["fingerprint"]),
            corpus=str(found["corpus"]),
            sources=dict(found["sources"]),
            files=dict(found["files"]),
        )
        stated, generation = found["format"], found["generation"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: cannot be read ({error!r}). {REBUILD}") from error
    if stated != FORMAT:
        raise StoreError(f"{path}: has format {stated}, this program reads {FORMAT}. {REBUILD}")
    if generation != manifest.generation:
        raise StoreError(f"{path}: was changed by hand or is damaged. {REBUILD}")
    return manifest


def stored_name(name: str, sha256: str) -> str:
    """Return the file name under which ``name`` with that checksum is stored."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{sha256[:_SHA_SHOWN]}{dot}{ending}"


def checksums(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file, by name."""
    return {name: checksum(data) for name, data in files.items()}


def _read(folder: Path, name: str, sha256: str) -> bytes:
    path = folder / stored_name(name, sha256)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}). {REBUILD}") from error
    if checksum(data) != sha256:
        raise StoreError(f"{path}: is damaged, its checksum differs. {REBUILD}")
    return data


def _sweep(folder: Path, manifest: Manifest) -> None:
    """Remove what an older or a killed build left; foreign files are not ours to remove."""
    kept = {stored_name(name, sha) for name, sha in manifest.files.items()}
    for path in folder.iterdir():
        name, _, rest = path.name.removesuffix(PART).partition("-")
        sha, dot, ending = rest.partition(".")
        is_ours = len(sha) == _SHA_SHOWN and f"{name}{dot}{ending}" in manifest.files
        if is_ours and path.name not in kept:
            path.unlink(missing_ok=True)


def _to_json(manifest: Manifest) -> bytes:
    row = {"format": FORMAT, "generation": manifest.generation} | asdict(manifest)
    return json.dumps(row, ensure_ascii=False, indent=2).encode()


def encode_corpus(corpus: Corpus) -> dict[str, bytes]:
    """Return the JSON Lines files that hold a corpus, by name."""
    return {
        "agreements.jsonl": _to_lines(asdict(agreement) for agreement in corpus.agreements),
        "clauses.jsonl": _to_lines(asdict(clause) for clause in corpus.clauses),
        "views.jsonl": _to_lines(
            {"clause_id": clause_id} | asdict(fields) for clause_id, fields in corpus.fields.items()
        ),
        "unanswered.jsonl": _to_lines(asdict(row) for row in corpus.open_questions),
        "moved.jsonl": _to_lines(asdict(row) for row in corpus.moved),
        "relations.jsonl": _to_lines(asdict(row) for row in corpus.relations),
    }


def decode_corpus(files: Mapping[str, bytes], manifest: Manifest) -> Corpus:
    """Return the corpus that ``encode_corpus`` wrote.

    Raises:
        StoreError: The files hold something else.
    """
    try:
        fields = {
            row.pop("clause_id"): ClauseFields(**row | {"questions": tuple(row["questions"])})
            for row in _from_lines(files["views.jsonl"])
        }
        return Corpus(
            path=Path(manifest.corpus),
            agreements=tuple(
                Agreement(
                    **row | {"aliases": tuple(row["aliases"]), "notes": notes_of(row["notes"])}
                )
                for row in _from_lines(files["agreements.jsonl"])
            ),
            clauses=tuple(
                Clause(**row | {"path": tuple(row["path"]), "kind": ClauseKind(row["kind"])})
                for row in _from_lines(files["clauses.jsonl"])
            ),
            fields=fields,
            open_questions=tuple(
                OpenQuestion(row["question"], tuple(row["agreements"]))
                for row in _from_lines(files["unanswered.jsonl"])
            ),
            sources=manifest.sources,
            moved=tuple(Moved(**row) for row in _from_lines(files.get("moved.jsonl", b""))),
            relations=tuple(
                Relation(**row | {"kind": RelationKind(row["kind"])})
                for row in _from_lines(files.get("relations.jsonl", b""))
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"the stored index does not hold what this program stores ({error!r}). {REBUILD}"
        ) from error


def _to_lines(rows: Iterable[dict[str, Any]]) -> bytes:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return text.encode("utf-8", "surrogatepass")


def _from_lines(data: bytes) -> list[dict[str, Any]]:
    lines = data.decode("utf-8", "surrogatepass").split("\n")
    return [json.loads(line) for line in lines if line]
