"""What can go wrong between an upload and its publication.

    LibraryError
    ├── NameRefusedError     a file's name, or what is stated of it, cannot be used
    ├── UnknownUploadError   there is no such upload, or none any more
    ├── UnknownAgreementError  there is no such agreement, or none any more
    ├── LastAgreementError   the only agreement cannot be removed
    ├── CorpusChangedError   the corpus is no longer what was reviewed
    ├── NothingNewError      publishing would change nothing
    └── NoFormerError        there is nothing to go back to

A file that cannot be read is a CorpusError, an index that cannot be stored a StoreError.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ClauseBotError, Fault, FaultKind


class LibraryError(ClauseBotError):
    """An upload cannot be kept, published or taken back."""

    code = "library"


class NameRefusedError(LibraryError):
    """The name of a file, or what is stated of an agreement, cannot be used.

    Attributes:
        fault: Why.
    """

    code = "name_refused"

    def __init__(self, kind: FaultKind, **values: str | int) -> None:
        self.fault = Fault.of(kind, **values)
        super().__init__(str(self.fault))


class UnknownUploadError(LibraryError):
    """There is no upload of that id; it may have been published or discarded."""

    code = "unknown_upload"


class UnknownAgreementError(LibraryError):
    """There is no agreement of that id; it may have been removed."""

    code = "unknown_agreement"


class LastAgreementError(LibraryError):
    """The only agreement cannot be removed, since nothing would be left to answer from."""

    code = "last_agreement"


class CorpusChangedError(LibraryError):
    """The corpus is no longer what was reviewed; look at it again."""

    code = "corpus_changed"


class NothingNewError(LibraryError):
    """Publishing would change nothing."""

    code = "nothing_new"


class NoFormerError(LibraryError):
    """There is nothing to go back to."""

    code = "no_former"


@contextmanager
def naming_the_path(folder: Path) -> Iterator[None]:
    """Tell a disk that does not do as it should as a LibraryError.

    Raises:
        LibraryError: Something in ``folder`` cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{error.filename or folder}: cannot be read or written ({error.strerror or error}). "
            "Free space, or give the program leave to write there, and try again."
        ) from error
