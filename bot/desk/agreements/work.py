"""The agreements from the desk: uploaded, reviewed, published, renamed, removed; one step back.

Reading a file and making an index of it takes seconds of the processor, so that one piece of such
work is done at a time, beside the questions of visitors, and who comes second is told to wait.

The agreements are files and the audit log is a database: an event is recorded once it is done,
and where the database is out of order then, the event stands and the log says what the audit log
misses. The library keeps who published what, and when, in any case: what a program was killed over
before it told the audit log is told when the desk is opened again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from bot.desk.agreements.edits import Held
from bot.desk.agreements.journal import Kind, Published
from bot.desk.agreements.review import Review
from bot.desk.agreements.uploads import Metadata, Upload
from bot.desk.replies.rules import ApprovedReply
from bot.desk.shell.desk import Desk
from bot.people.identity import Actor
from bot.people.store.audit_log import Action, AuditEvent
from bot.storage import StorageError
from index.agreement import Agreement
from index.errors import ClauseBotError

logger = logging.getLogger(__name__)
_DIGITS = 12  # of a checksum in the audit log
_ACTIONS = {Kind.RESTATED: Action.CORPUS_RESTATED, Kind.REMOVED: Action.CORPUS_REMOVED}
_MOST_LINES = 1_000  # among which one before the last publication is looked for


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An upload as it was reviewed.

    Attributes:
        review: What publishing it would do to the agreements.
        agreement: The agreement as it would be.
        turned: The replies that would turn pending, or back, as they would be.
    """

    review: Review
    agreement: Agreement
    turned: tuple[ApprovedReply, ...]


class WorkingError(ClauseBotError):
    """Another file is being read, compared or published.

    Attributes:
        seconds: After which to try again.
    """

    code = "corpus_working"
    seconds = 3

    def __init__(self) -> None:
        super().__init__("another file is being worked on. Try again in a few seconds.")


class AgreementWork:
    """Does what an admin asks for, one thing at a time, and tells the audit log."""

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
            try:
                reviewed = self._review(made.upload_id)
            except Exception:  # whoever is refused tries again, and would leave two that wait
                with suppress(ClauseBotError):
                    self._library.discard(made.upload_id)
                raise
            _log(self._desk, by, _upload_event(Action.CORPUS_UPLOADED, made))
            return reviewed

    def review(self, upload_id: str) -> Reviewed:
        """Return what publishing would do, and the replies that would turn pending, or back."""
        self._library.find(upload_id)
        with self._alone():
            return self._review(upload_id)

    def publish(self, upload_id: str, base: str, by: Actor) -> Published:
        """Publish what was reviewed, and answer from it at once."""
        with self._alone():
            with self._logging_recovered():
                done = self._library.publish(upload_id, by.name, base)
            return self._taken_over(done, by)

    def discard(self, upload_id: str, by: Actor) -> None:
        """Forget an upload."""
        with self._alone():
            gone = self._library.find(upload_id)
            self._library.discard(upload_id)
            _log(self._desk, by, _upload_event(Action.CORPUS_DISCARDED, gone))

    def step_back(self, published_id: str, by: Actor) -> Published:
        """Take the last publication back, and answer from what was before it at once."""
        with self._alone():
            with self._logging_recovered():
                gone = self._library.step_back(by.name, published_id)
            return self._taken_over(gone, by)

    def restate(
        self, agreement: str, base: str, by: Actor, *, metadata: Metadata, edition_of: str | None
    ) -> Published:
        """State other things of an agreement, and answer by them at once."""
        with self._alone():
            with self._logging_recovered():
                done = self._library.restate(agreement, by.name, base, metadata, edition_of)
            return self._taken_over(done, by)

    def remove(self, agreement: str, base: str, by: Actor) -> Published:
        """Remove an agreement, and answer from the others at once."""
        with self._alone():
            with self._logging_recovered():
                done = self._library.remove(agreement, by.name, base)
            return self._taken_over(done, by)

    def look_without(self, agreement: str) -> tuple[Held, tuple[ApprovedReply, ...]]:
        """Return an agreement, and the replies that would turn if it were removed."""
        with self._alone():
            held = self._library.look(agreement)
            index = self._library.candidate_without(agreement)
            return held, tuple(self._desk.replies.would_turn(index))

    def look_back(self) -> tuple[Published | None, tuple[ApprovedReply, ...]]:
        """Return what a step back would take away, and the replies that would turn."""
        with self._alone():
            former = self._library.former()
            if former is None:
                return None, ()
            index = self._library.candidate_back(former.published_id)
            return former, tuple(self._desk.replies.would_turn(index))

    def _taken_over(self, done: Published, by: Actor) -> Published:
        """Tell the audit log what was done, and answer from it."""
        _log(self._desk, by, _event(done))
        self._desk.reloader.look()
        return done

    def _review(self, upload_id: str) -> Reviewed:
        review, index = self._library.review(upload_id), self._library.candidate(upload_id)
        turned = self._desk.replies.would_turn(index)
        return Reviewed(review, index.agreement(review.upload.agreement), tuple(turned))

    @contextmanager
    def _logging_recovered(self) -> Iterator[None]:
        """Tell what the library finishes before it does as it is asked, or refuses to."""
        try:
            yield
        finally:
            for done in self._library.take_recovered():
                _log_late(self._desk, done)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._working.acquire(blocking=False):
            raise WorkingError
        try:
            yield
        finally:
            self._working.release()


def log_recovered(desk: Desk) -> None:
    """Tell the audit log what was done before a program was killed, which could not tell it."""
    for done in desk.library.take_recovered():
        _log_late(desk, done)
    try:
        last = desk.library.last()
        if last is not None and _is_missed(desk, last):
            _log_late(desk, last)
    except (ClauseBotError, ValueError) as error:  # no reason not to serve
        logger.warning("whether the trail misses a publication cannot be told: %s", error)


def _is_missed(desk: Desk, last: Published) -> bool:
    """Tell whether the audit log misses the last publication, though it reaches back to before it.

    One that was pruned, or is that of a new database, says nothing of what is not in it: it
    misses the publication only where the upload before it is there, and a change that is of no
    upload where any line before it is.
    """
    audit_log = desk.people.audit_log
    if any(row.at >= last.at for row in audit_log.entries(most=1, action=_event(last).action)):
        return False
    is_uploaded = last.is_back or last.kind not in _ACTIONS
    action = Action.CORPUS_UPLOADED if is_uploaded else None
    rows = audit_log.entries(most=_MOST_LINES, action=action)
    return any(
        row.at < last.at and (not is_uploaded or row.subject == last.agreement) for row in rows
    )


def _log_late(desk: Desk, done: Published) -> None:
    """Log a publication after its time, which the detail says."""
    event = _event(done)
    when = done.at.isoformat(timespec="seconds")
    _log(desk, Actor(done.by), replace(event, detail=f"{event.detail} ({when})"))


def _log(desk: Desk, by: Actor, event: AuditEvent) -> None:
    try:
        desk.people.audit_log.add(by, event)
    except StorageError as error:
        logger.warning("%s of %s by %s stands, but the trail misses it: %s",
                       event.action, event.subject, by.name, error)  # fmt: skip


def _event(done: Published) -> AuditEvent:
    """Return a publication or a step back as the audit log tells it."""
    former, now = done.former_sha256[:_DIGITS] or "-", done.sha256[:_DIGITS] or "-"
    if done.is_back:
        return AuditEvent(Action.CORPUS_RESTORED, done.agreement, f"{done.title}: {now} > {former}")
    action = _ACTIONS.get(done.kind, Action.CORPUS_PUBLISHED)
    return AuditEvent(action, done.agreement, f"{done.title}: {former} > {now}")


def _upload_event(action: Action, upload: Upload) -> AuditEvent:
    return AuditEvent(action, upload.agreement, f"{upload.name}: {upload.sha256[:_DIGITS]}")
