"""Files that were uploaded, what is stated of them, and the id that their name makes."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from bot.desk.agreements.library_errors import (
    LibraryError,
    NameRefusedError,
    UnknownUploadError,
    naming_the_path,
)
from index.agreement import LANGUAGES, Agreement, detect_language
from index.errors import FaultKind
from index.files import checksum, sync_folder, write_whole
from index.formats.document import SUFFIXES
from index.jsonl import parse_object, read_value

MAX_LENGTH = 200  # characters of one value
MAX_ALIASES = 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """What may be stated of an agreement; what is empty stays as it is known.

    Attributes:
        title: In the agreement's own language.
        title_en: English title.
        party: Who offers it, in its own language.
        party_en: The same in English.
        aliases: Words by which a question names it.
        language: ``zh`` or ``en``.
        version: Of these words.
        source: Where they are from.
        edition_of: Id of the agreement that it is a former edition of.
    """

    title: str = ""
    title_en: str = ""
    party: str = ""
    party_en: str = ""
    aliases: tuple[str, ...] = ()
    language: str = ""
    version: str = ""
    source: str = ""
    edition_of: str = ""


def cleaned(given: Metadata) -> Metadata:
    """Return what was stated without blanks around it.

    Raises:
        NameRefusedError: A value is too long, cannot be seen, or is no language; names which.
    """
    rows: dict[str, Any] = {
        name: tuple(filter(None, map(str.strip, value)))
        if isinstance(value, tuple)
        else value.strip()
        for name, value in asdict(given).items()
    }
    for name, value in rows.items():
        texts = value if isinstance(value, tuple) else (value,)
        if len(texts) > MAX_ALIASES or any(len(text) > MAX_LENGTH for text in texts):
            raise NameRefusedError(
                FaultKind.LONG_VALUE, name=name, most=MAX_LENGTH, names=MAX_ALIASES
            )
        if any(unicodedata.category(mark).startswith("C") for text in texts for mark in text):
            raise NameRefusedError(FaultKind.UNSEEN_VALUE, name=name)
    if rows["language"] not in ("", *LANGUAGES):
        raise NameRefusedError(FaultKind.OTHER_LANGUAGE, known=", ".join(LANGUAGES))
    return Metadata(**rows)


def merge(
    known: Mapping[str, object], given: Metadata, former: Agreement | None, now: Agreement
) -> dict[str, object]:
    """Return the metadata of an agreement's new words: what was given over what was known.

    Version and source were said of the former words, and are left out unless given anew; so is
    the language where the words look to be in another one now.
    """
    left_out: set[str] = set()
    if former is None or former.sha256 != now.sha256:
        left_out |= {"version", "source"}
    if former is None or detect_language(former.text) != detect_language(now.text):
        left_out |= {"language"}
    kept = {key: value for key, value in known.items() if key not in left_out}
    stated = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(given).items()
        if value
    }
    return kept | stated | {"sha256": now.sha256}


def to_toml(metadata: Mapping[str, object]) -> bytes:
    """Return metadata as TOML, in the order of ``Metadata``."""
    order = [field.name for field in fields(Metadata)]
    keys = sorted(metadata, key=lambda key: order.index(key) if key in order else len(order))
    lines = ["# What is known of the agreement beside its words; written when it was published."]
    lines += [f"{key} = {_value(metadata[key])}" for key in keys]
    return ("\n".join(lines) + "\n").encode()


def _value(value: object) -> str:
    """Return a text or a list of texts as TOML, whose strings are those of JSON but for one."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


MAX_NAME = 255  # characters that a file's name may have
MAX_BYTES = 200  # of an id, so that the names beside it fit into any folder
# Windows keeps these for itself, with any ending; a README is no agreement, see index/agreement.
_KEPT = re.compile(r"(?:con|prn|aux|nul|readme|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_ENDINGS = ", ".join(SUFFIXES)


def read_name(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the id and the ending that a file's name, as a browser gives it, stands for.

    Full-width characters count as their plain ones; what is no letter, digit or underscore
    becomes a hyphen. The id may be one of those that are known.

    Raises:
        NameRefusedError: It names a folder, holds what cannot be seen, has no ending of a format
            that is read, leaves no id, or differs from a known id in case alone.
    """
    ending = read_ending(name)
    stem = _plain(name)[: -len(ending)]
    agreement_id = "".join(mark if _is_kept(mark) else "-" for mark in stem)
    agreement_id = re.sub("-+", "-", agreement_id).strip("-")
    if not any(mark.isalnum() for mark in agreement_id):
        raise NameRefusedError(FaultKind.NO_LETTER, name=name, ending=ending)
    if _KEPT.fullmatch(stem) or _KEPT.fullmatch(agreement_id):
        raise NameRefusedError(FaultKind.KEPT_NAME, name=name)
    if len(agreement_id.encode()) > MAX_BYTES:
        raise NameRefusedError(FaultKind.LONG_NAME, name=name[:20])
    for other in known:
        if other != agreement_id and _folded(other) == _folded(agreement_id):
            raise NameRefusedError(FaultKind.ALIKE, name=name, found=agreement_id, other=other)
    return agreement_id, ending


def read_ending(name: str) -> str:
    """Return the ending of a file's name, in lower case.

    Raises:
        NameRefusedError: The name is unsafe, or the ending is of no format that is read.
    """
    if not name.strip() or len(name) > MAX_NAME:
        raise NameRefusedError(FaultKind.NO_NAME, most=MAX_NAME)
    if any(unicodedata.category(mark).startswith("C") for mark in name):
        raise NameRefusedError(FaultKind.UNSEEN_NAME, name=name)
    plain = _plain(name)
    if "/" in plain or "\\" in plain:
        raise NameRefusedError(FaultKind.FOLDER, name=name)
    ending = PurePath(plain).suffix.lower()
    if ending not in SUFFIXES:
        raise NameRefusedError(FaultKind.OTHER_ENDING, name=name, known=_ENDINGS)
    return ending


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def _is_kept(mark: str) -> bool:
    return mark in "-_" or unicodedata.category(mark)[0] in "LMN"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


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
            with naming_the_path(place):
                place.mkdir(parents=True)
                write_whole(place / _DOCUMENT, data)
                row = json.dumps(asdict(upload), indent=2, default=datetime.isoformat)
                write_whole(place / _RECORD, row.encode())
                sync_folder(self._folder)
        except LibraryError:
            shutil.rmtree(place, ignore_errors=True)
            raise

    def all(self) -> list[Upload]:
        """Return every upload that waits, the oldest first."""
        with naming_the_path(self._folder):
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
        with naming_the_path(path):
            return _read(path)

    def read(self, upload: Upload) -> bytes:
        """Return the bytes of an upload.

        Raises:
            LibraryError: They are not what was uploaded.
        """
        path = self._folder / upload.upload_id / _DOCUMENT
        with naming_the_path(path):
            data = path.read_bytes()
        if checksum(data) != upload.sha256:
            raise LibraryError(f"{path}: is damaged. Discard the upload and make it again.")
        return data

    def remove(self, upload_id: str) -> None:
        """Forget an upload; nothing where there is none."""
        place = self._folder / upload_id
        leaving = place.with_suffix(_LEAVING)
        with naming_the_path(place):
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
    name: str, data: bytes, *, agreement: str, file: str, by: str, metadata: Metadata
) -> Upload:
    """Return an upload made now; ``file`` is its name among the agreements."""
    sha256 = checksum(data)
    now = datetime.now(UTC)
    return Upload(secrets.token_hex(8), agreement, file, name, sha256, len(data), by, now, metadata)


def _read(path: Path) -> Upload:
    try:
        return read_value(Upload, parse_object(path.read_bytes()))
    except ValueError as error:
        raise LibraryError(f"{path}: is damaged ({error!r}). Remove its folder.") from error
