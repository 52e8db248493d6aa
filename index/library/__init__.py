"""Agreements that come over the desk: uploaded, reviewed, published, and taken back.

``library`` is the door. ``naming`` makes an id of a file's name, ``uploads`` keeps what was
uploaded, ``plan`` works out what publishing it would do (``carrying`` what becomes of the files
beside it, ``comparing`` which clauses change), and ``journal`` writes it, whole or not at all.
"""

from index.library.comparing import ClauseChange, Fate
from index.library.errors import (
    CorpusChangedError,
    LibraryError,
    NameRefusedError,
    NoFormerError,
    NothingNewError,
    UnknownUploadError,
)
from index.library.journal import Published
from index.library.library import Library
from index.library.metadata import Metadata
from index.library.plan import Review
from index.library.uploads import Upload

__all__ = [
    "ClauseChange",
    "CorpusChangedError",
    "Fate",
    "Library",
    "LibraryError",
    "Metadata",
    "NameRefusedError",
    "NoFormerError",
    "NothingNewError",
    "Published",
    "Review",
    "UnknownUploadError",
    "Upload",
]
