"""The bundled models: where they lie, and whether they are as they were released.

``models/SHA256SUMS`` names every file of them with its SHA-256, in the form of the command of
that name. A model with a few damaged bytes loads and answers, only worse, so nothing else would
tell.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.errors import StoreError
from index.files import checksum_of, write_whole

FOLDER = Path(__file__).resolve().parents[2] / "models"
BUNDLED, BUNDLED_READER = FOLDER / "clause-embedder", FOLDER / "clause-reader"
BUNDLED_JUDGE, FITTED = FOLDER / "clause-judge", FOLDER / "clause-ranker.json"
BUNDLED_ENTAILMENT = FOLDER / "clause-entailment"
_SUMS = "SHA256SUMS"
_NOT_READ = (".md", _SUMS)  # endings of files that no program reads


@cache
def verify_models(folder: Path = FOLDER) -> None:
    """Hold the files of the bundled models against their checksums, once in a process.

    Raises:
        StoreError: One is missing or changed, or nothing says what they were.
    """
    sums = folder / _SUMS
    try:
        rows = [row.split("  ", 1) for row in sums.read_text("utf-8").splitlines()]
        faults = [name for stated, name in rows if checksum_of(folder / name) != stated]
    except (OSError, ValueError) as error:
        raise StoreError(f"{sums}: cannot be read ({error}). {_restore(folder)}") from error
    if faults or not rows:
        what = ", ".join(faults) or _SUMS
        raise StoreError(
            f"the models in {folder} are not as they were released: {what}. {_restore(folder)}"
        )


def seal_models(written: Path, folder: Path = FOLDER) -> None:
    """Write the checksums anew where a file or folder that was written is of the bundled models.

    Raises:
        OSError: A file cannot be read or written.
    """
    if not written.resolve().is_relative_to(folder):
        return
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    rows = [f"{checksum_of(path)}  {path.relative_to(folder).as_posix()}\n"
            for path in files if not path.name.endswith(_NOT_READ)]  # fmt: skip
    write_whole(folder / _SUMS, "".join(rows).encode())


def _restore(folder: Path) -> str:
    return f"Restore them: git checkout -- {folder}"
