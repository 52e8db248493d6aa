"""Files that were uploaded and wait to be published or discarded."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.library.errors import LibraryError, UnknownUploadError, told
from index.library.metadata import Metadata
from index.store import sync_folder, write_whole

MAX_WAITING = 100  # uploads; each may be as large as an agreement
_ID = re.compile(r"[0-9a-f]{16}")
_RECORD, _DOCUMENT, _LEAVING = "upload.json", "document", ".leaving"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits.

    Attributes:
        upload_id: Sixteen hexadecimal digits.
        agreement: Id of the agreement that it is, or is to become.
        file: What it is called in the corpus.
        name: What it was called by whoever uploaded it.
        sha256: Of its bytes, hexadecimal.
        size: How many bytes.
        by: Name of who uploaded it.
        at: When, in UTC.
        metadata: What was stated of it.
    """

    upload_id: str
    agreement: str
    file: str
    name: str
    sha256: str
    size: int
    by: str
    at: datetime
    metadata: Metadata


class Uploads:
    """Keeps uploads in a folder, each in its own; the record is written last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, upload: Upload, data: bytes) -> None:
        """Keep an upload with its bytes.

        Raises:
            LibraryError: Too many wait, or the disk refuses; then nothing is kept.
        """
        if len(self.all()) >= MAX_WAITING:
            raise LibraryError(f"{MAX_WAITING} uploads wait. Publish or discard some first.")
        place = self._folder / upload.upload_id
        try:
            with told(place):
                place.mkdir(parents=True)
                write_whole(place / _DOCUMENT, data)
                write_whole(place / _RECORD, _to_json(upload))
                sync_folder(self._folder)
        except LibraryError:
            shutil.rmtree(place, ignore_errors=True)
            raise

    def all(self) -> list[Upload]:
        """Return every upload that waits, the oldest first."""
        with told(self._folder):
            places = list(self._folder.iterdir()) if self._folder.is_dir() else []
            found = [
                _read(place / _RECORD)
                for place in places
                if _ID.fullmatch(place.name) and (place / _RECORD).is_file()
            ]
        return sorted(found, key=lambda upload: (upload.at, upload.upload_id))

    def find(self, upload_id: str) -> Upload:
        """Return one upload.

        Raises:
            UnknownUploadError: There is none of that id.
        """
        path = self._folder / upload_id / _RECORD
        if not (_ID.fullmatch(upload_id) and path.is_file()):
            raise UnknownUploadError(
                f"there is no upload {upload_id!r}. It may have been published or discarded."
            )
        with told(path):
            return _read(path)

    def read(self, upload: Upload) -> bytes:
        """Return the bytes of an upload.

        Raises:
            LibraryError: They are not what was uploaded.
        """
        path = self._folder / upload.upload_id / _DOCUMENT
        with told(path):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != upload.sha256:
            raise LibraryError(f"{path}: is damaged. Discard the upload and make it again.")
        return data

    def remove(self, upload_id: str) -> None:
        """Forget an upload; nothing where there is none."""
        place = self._folder / upload_id
        leaving = place.with_suffix(_LEAVING)
        with told(place):
            if place.is_dir():
                place.replace(leaving)
            shutil.rmtree(leaving, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what was uploaded or discarded by halves."""
        for place in self._folder.iterdir() if self._folder.is_dir() else ():
            is_half = _ID.fullmatch(place.name) and not (place / _RECORD).is_file()
            if is_half or (place.suffix == _LEAVING and _ID.fullmatch(place.stem)):
                shutil.rmtree(place, ignore_errors=True)


def new_upload(
    place: tuple[str, str], name: str, data: bytes, by: str, metadata: Metadata
) -> Upload:
    """Return an upload made now; ``place`` is the agreement's id and the file's name there."""
    sha256 = hashlib.sha256(data).hexdigest()
    now = datetime.now(UTC)
    return Upload(secrets.token_hex(8), *place, name, sha256, len(data), by, now, metadata)


def _to_json(upload: Upload) -> bytes:
    row = asdict(upload) | {"at": upload.at.isoformat()}
    return json.dumps(row, indent=2).encode()


def _read(path: Path) -> Upload:
    try:
        row: dict[str, Any] = json.loads(path.read_bytes())
        stated = row["metadata"]
        metadata = Metadata(**stated | {"aliases": tuple(stated["aliases"])})
        return Upload(**row | {"at": datetime.fromisoformat(row["at"]), "metadata": metadata})
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{path}: is damaged ({error!r}). Remove its folder.") from error
