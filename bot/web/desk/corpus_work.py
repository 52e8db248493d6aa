"""The agreements from the desk: a file uploaded, reviewed, published or discarded; one step back.

Reading a file and making an index of it takes seconds of the processor, so that one piece of such
work is done at a time, beside the questions of visitors, and who comes second is told to wait.

The agreements are files and the trail is a database: a deed is told to the trail once it is done,
and where the database is out of order then, the deed stands and the log says what the trail
misses. The library keeps who published what, and when, in any case.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.desk.approved import Approved
from bot.people.identity import Actor
from bot.storage import StorageError
from bot.storage.people.trail import Action, Deed
from bot.web.desk.desk import Desk
from index.agreement import Agreement
from index.errors import ClauseBotError
from index.library import Metadata, Published, Review, Upload

logger = logging.getLogger(__name__)
_DIGITS = 12  # of a checksum in the trail


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An upload as it was reviewed.

    Attributes:
        review: What publishing it would do to the agreements.
        agreement: The agreement as it would be.
        turned: The replies that would turn pending, as they would be.
    """

    review: Review
    agreement: Agreement
    turned: tuple[Approved, ...]


class WorkingError(ClauseBotError):
    """Another file is being read, compared or published.

    Attributes:
        seconds: After which to try again.
    """

    code = "corpus_working"
    seconds = 3

    def __init__(self) -> None:
        super().__init__("another file is being worked on. Try again in a few seconds.")


class CorpusWork:
    """Does what an admin asks for, one thing at a time, and tells the trail."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._library = desk, desk.library
        self._working = threading.Lock()

    def upload(
        self, name: str, data: bytes, by: Actor, *, agreement: str, metadata: Metadata
    ) -> Reviewed:
        """Keep a file, and return it reviewed; see ``Library.upload``.

        Raises:
            WorkingError: Other work is going on, as in every method here.
        """
        with self._alone():
            made = self._library.upload(name, data, by.name, agreement=agreement, metadata=metadata)
            self._tell(by, Deed(Action.CORPUS_UPLOADED, made.agreement, _told(made)))
            return self._review(made.upload_id)

    def review(self, upload_id: str) -> Reviewed:
        """Return what publishing would do, and the replies that would turn pending."""
        self._library.find(upload_id)
        with self._alone():
            return self._review(upload_id)

    def publish(self, upload_id: str, base: str, by: Actor) -> Published:
        """Publish what was reviewed, and answer from it at once."""
        with self._alone():
            done = self._library.publish(upload_id, by.name, base)
            before = done.former_sha256[:_DIGITS] or "-"
            detail = f"{done.title}: {before} > {done.sha256[:_DIGITS]}"
            self._tell(by, Deed(Action.CORPUS_PUBLISHED, done.agreement, detail))
            self._desk.takeover.look()
            return done

    def discard(self, upload_id: str, by: Actor) -> None:
        """Forget an upload."""
        with self._alone():
            gone = self._library.find(upload_id)
            self._library.discard(upload_id)
            self._tell(by, Deed(Action.CORPUS_DISCARDED, gone.agreement, _told(gone)))

    def step_back(self, published_id: str, by: Actor) -> Published:
        """Take the last publication back, and answer from what was before it at once."""
        with self._alone():
            gone = self._library.step_back(by.name, published_id)
            after = gone.former_sha256[:_DIGITS] or "-"
            detail = f"{gone.title}: {gone.sha256[:_DIGITS]} > {after}"
            self._tell(by, Deed(Action.CORPUS_RESTORED, gone.agreement, detail))
            self._desk.takeover.look()
            return gone

    def _review(self, upload_id: str) -> Reviewed:
        review, index = self._library.review(upload_id), self._library.candidate(upload_id)
        turned = self._desk.replies.would_turn(index)
        return Reviewed(review, index.agreement(review.upload.agreement), tuple(turned))

    def _tell(self, by: Actor, deed: Deed) -> None:
        try:
            self._desk.people.trail.add(by, deed)
        except StorageError as error:
            logger.warning("%s of %s by %s stands, but the trail misses it: %s",
                           deed.action, deed.subject, by.name, error)  # fmt: skip

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._working.acquire(blocking=False):
            raise WorkingError
        try:
            yield
        finally:
            self._working.release()


def _told(upload: Upload) -> str:
    return f"{upload.name}: {upload.sha256[:_DIGITS]}"
