"""A file's name as a browser gives it → the id of an agreement."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath

from index.errors import FaultKind
from index.formats.document import SUFFIXES
from index.library.errors import NameRefusedError

MAX_NAME = 255  # characters that a file's name may have
MAX_BYTES = 200  # of an id, so that the names beside it fit into any folder
# Windows keeps these for itself, with any ending; a README is no agreement, see index/agreement.
_KEPT = re.compile(r"(?:con|prn|aux|nul|readme|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_ENDINGS = ", ".join(SUFFIXES)


def read_name(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the id and the ending that a file's name stands for.

    Full-width characters count as their plain ones; what is no letter, digit or underscore
    becomes a hyphen.

    Args:
        name: As a browser gives it.
        known: Ids of the agreements that there are; the id may be one of them.

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
