"""Uploads, their reviews, publication, removal, and one step back, over a corpus and its index."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.desk.agreements.annotations import Files
from bot.desk.agreements.edits import Held, new_change, removing, restating, unknown
from bot.desk.agreements.journal import Published, Publisher
from bot.desk.agreements.library_errors import (
    CorpusChangedError,
    NameRefusedError,
    NoFormerError,
    NothingNewError,
)
from bot.desk.agreements.review import Plan, Planner, Review, read_upload, refuse_orphans
from bot.desk.agreements.staging import sweep
from bot.desk.agreements.uploads import (
    Metadata,
    Upload,
    Uploads,
    cleaned,
    new_upload,
    read_ending,
    read_name,
)
from index.agreement import find_agreements, read_metadata
from index.builder import stored_corpus
from index.corpus import find_unused
from index.errors import CorpusError, FaultKind
from index.files import checksum_of
from index.report import FileReading
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder

_NOTHING = Metadata()


class Library:
    """The agreements as the desk changes them; for several threads and processes at once.

    What is published is what was reviewed: ``publish`` and ``step_back`` are told what was seen,
    and refuse when the corpus or the index is another by now.

    Attributes:
        index: Folder of the stored index.
    """

    def __init__(self, corpus: Path, index: Path, folder: Path, embedder: Embedder) -> None:
        """Work on a corpus folder, and on the stored index that a running program takes over.

        ``folder`` is for uploads and for what a publication replaced; made where it is missing.
        """
        self._corpus, self.index = corpus, index
        self._folder = folder / "library"
        self._uploads = Uploads(self._folder / "uploads")
        self._publisher = Publisher(corpus, index, self._folder, self._uploads.remove)
        self._journal = self._publisher.journal
        self._planner = Planner(corpus, index, self._folder, embedder)
        self._planning = threading.Lock()
        self._plan: Plan | None = None  # the last one, since a review is soon published
        self._recovered: list[Published] = []

    def recover(self) -> Published | None:
        """Finish what a killed program began; to be called before the index is loaded.

        Returns:
            The publication or the step back that was finished, None where nothing was begun;
            ``take_recovered`` returns it too. The index may still be the former one:
            ``ensure_index`` makes it anew where it is.

        Raises:
            LibraryError: The disk refuses; nothing is lost, and the next call tries again.
        """
        if not self._folder.is_dir():
            return None
        with self._publisher.alone():
            done = self._finish_earlier()
            self._journal.sweep()
            self._uploads.sweep()
            sweep(self._folder)
            return done

    def take_recovered(self) -> list[Published]:
        """Return, once, what was finished for somebody who had no answer, the oldest first.

        Whoever tells of what is done tells of these too: who asked for them could not.
        """
        found, self._recovered = self._recovered, []
        return found

    def upload(
        self, name: str, data: bytes, by: str, *, agreement: str = "", metadata: Metadata = _NOTHING
    ) -> Upload:
        """Keep a file that is to be reviewed.

        Its name is as a browser gives it; the ending says which format it is. Without the id of an
        agreement that it is a new version of, the id is taken from the name, which may be that of
        an agreement too.

        Raises:
            NameRefusedError: The name or what is stated cannot be used.
            CorpusError: The file is empty, binary, damaged, too large, or without a clause.
            LibraryError: Too many uploads wait, or the disk refuses.
        """
        stated = cleaned(metadata)
        known = self._known()
        for named in filter(None, (agreement, stated.edition_of)):
            _refuse_unknown(named, known)
        found, ending = (agreement, read_ending(name)) if agreement else read_name(name, known)
        if stated.edition_of == found:
            raise NameRefusedError(FaultKind.CIRCLE, name=found, other=found)
        file = found + ending
        if found in known and known[found].name.lower() == file.lower():
            file = known[found].name
        read_upload(Path(file), data)
        made = new_upload(name, data, agreement=found, file=file, by=by, metadata=stated)
        self._uploads.add(made, data)
        return made

    def uploads(self) -> list[Upload]:
        """Return the uploads that wait, the oldest first."""
        return self._uploads.all()

    def find(self, upload_id: str) -> Upload:
        """Return one upload.

        Raises:
            UnknownUploadError: There is none of that id.
        """
        return self._uploads.find(upload_id)

    def review(self, upload_id: str) -> Review:
        """Return what publishing an upload would do to the corpus of today.

        Raises:
            UnknownUploadError: There is none of that id.
            CorpusError: The file, or one beside it in the corpus, cannot be used.
            LibraryError: The disk refuses.
        """
        return self._plan_now(upload_id).review

    def candidate(self, upload_id: str) -> ClauseIndex:
        """Return the index as it would be, stored nowhere; raises as ``review``."""
        return self._plan_now(upload_id).index

    def candidate_back(self, published_id: str) -> ClauseIndex:
        """Return the index as a step back would make it, stored nowhere.

        Raises:
            NoFormerError: There is nothing to go back to, or another publication is the last.
            CorpusError: The former files cannot be read.
            LibraryError: The disk refuses.
        """
        step = self._journal.former()
        if step is None or step.published.published_id != published_id:
            raise NoFormerError("that publication is no longer the last. Look again.")
        files = self._journal.bytes_before(step)
        return self._planner.assemble(lambda _: files)[1]

    def candidate_without(self, agreement: str) -> ClauseIndex:
        """Return the index as removing an agreement would make it, stored nowhere.

        Raises:
            UnknownAgreementError: There is none of that id.
            LastAgreementError: It is the only one.
            CorpusError: The corpus cannot be read.
            LibraryError: The disk refuses.
        """
        return self._planner.assemble(removing(agreement))[1]

    def publish(self, upload_id: str, by: str, base: str) -> Published:
        """Put an upload into the corpus and store the index with it; the upload is gone afterwards.

        ``base`` is that of the review that was looked at.

        Raises:
            UnknownUploadError: There is none of that id.
            CorpusChangedError: The corpus is no longer what was reviewed.
            NothingNewError: The corpus holds just this already.
            CorpusError: As ``review``.
            StoreError: The index cannot be stored; corpus and index stay as they were.
            LibraryError: The disk refuses; corpus and index stay as they were, or if it fails
                in the middle, the next call of anything here or of ``recover`` finishes it.
        """
        with self._publisher.alone():
            self._finish_earlier()
            upload = self.find(upload_id)
            refuse_orphans(self._corpus, upload.agreement)
            _expect(self._planner.base(upload_id), base)
            plan = self._plan_now(upload_id)
            _expect(plan.review.base, base)
            if not plan.files:
                raise NothingNewError(
                    f"{plan.agreement.id!r} is in the corpus just so. Discard the upload."
                )
            former = "" if plan.former is None else plan.former.sha256
            published = Published(
                upload_id,
                plan.agreement.id,
                plan.agreement.title,
                plan.agreement.sha256,
                former,
                by,
                datetime.now(UTC),
            )
            return self._made(published, plan.files, plan.index)

    def discard(self, upload_id: str) -> None:
        """Forget an upload.

        Raises:
            UnknownUploadError: There is none of that id.
        """
        with self._publisher.alone():
            self.find(upload_id)
            self._uploads.remove(upload_id)
            with self._planning:
                self._plan = None  # which holds a whole index

    def unused(self) -> list[FileReading]:
        """Return the files of the corpus folder that are passed over, as far as names tell."""
        try:
            return find_unused(self._corpus)
        except CorpusError:  # there is no agreement yet
            return []

    def former(self) -> Published | None:
        """Return the publication that ``step_back`` would take back; None if there is none."""
        step = self._journal.former()
        return None if step is None else step.published

    def step_back(self, by: str, published_id: str) -> Published:
        """Take the last publication back: every file is what it was before it, to the byte.

        There is one step: after it there is nothing to go back to until the next publication. It
        is told which publication was looked at.

        Returns:
            The publication that was taken back, with ``by``, ``at`` and ``is_back`` of this step.

        Raises:
            NoFormerError: There is nothing to go back to.
            CorpusChangedError: Another publication is the last by now, or a file that would be
                put back was changed by hand since.
            CorpusError: The former files cannot be read.
            StoreError: As ``publish``.
            LibraryError: As ``publish``.
        """
        with self._publisher.alone():
            self._finish_earlier()
            step = self._journal.former()
            if step is None:
                raise NoFormerError(
                    "there is nothing to go back to: no publication was made since the last step "
                    "back. Upload the former file instead."
                )
            if step.published.published_id != published_id:
                raise CorpusChangedError(
                    f"{step.published.by} has published {step.published.title} since. Look again."
                )
            changed = [
                name for name, sha in step.after.items() if self._publisher.sha256_of(name) != sha
            ]
            if changed:
                raise CorpusChangedError(
                    f"{', '.join(sorted(changed))} in {self._corpus} changed since the publication "
                    "and would be lost. Put it back, or upload the former file instead."
                )
            files = self._journal.bytes_before(step)
            taken = replace(step.published, by=by, at=datetime.now(UTC), is_back=True)
            return self._made(taken, *self._planner.assemble(lambda _: files))

    def look(self, agreement: str) -> Held:
        """Return what is stated of an agreement that is there.

        Raises:
            UnknownAgreementError: There is none of that id.
            CorpusError: What is stated cannot be read.
        """
        files = self._known()
        if agreement not in files:
            raise unknown(agreement)
        stated = read_metadata(files[agreement].with_suffix(".toml"))
        return Held(agreement, self._planner.base(agreement), stated)

    def restate(
        self, agreement: str, by: str, base: str, metadata: Metadata, edition_of: str | None
    ) -> Published:
        """State other things of an agreement, which are its name and what it is an edition of.

        See ``restating`` for what is no longer stated. ``base`` is that of what was looked at.

        Raises:
            UnknownAgreementError: There is none of that id.
            NameRefusedError: What is stated cannot be used.
            CorpusChangedError: The corpus is no longer what was looked at.
            NothingNewError: Just this is stated already.
            CorpusError, StoreError, LibraryError: As ``publish``.
        """
        stated = cleaned(metadata)
        if edition_of:
            _refuse_unknown(edition_of, self._known())
        with self._publisher.alone():
            self._finish_earlier()
            _expect(self.look(agreement).base, base)
            files, index = self._planner.assemble(restating(agreement, stated, edition_of))
            if not files:
                raise NothingNewError(f"just this is stated of {agreement!r} already.")
            now = index.agreement(agreement)
            if edition_of and not now.edition_of:
                raise NameRefusedError(FaultKind.CIRCLE, name=agreement, other=edition_of)
            sha = now.sha256
            return self._made(new_change(now.title, agreement, sha, sha, by), files, index)

    def remove(self, agreement: str, by: str, base: str) -> Published:
        """Remove an agreement with all that stands beside it; one step back brings it again.

        Raises:
            UnknownAgreementError: There is none of that id.
            LastAgreementError: It is the only one.
            CorpusChangedError: The corpus is no longer what was looked at.
            CorpusError, StoreError, LibraryError: As ``publish``.
        """
        with self._publisher.alone():
            self._finish_earlier()
            _expect(self.look(agreement).base, base)
            title, former = self._served(agreement)
            files, index = self._planner.assemble(removing(agreement))
            return self._made(new_change(title, agreement, "", former, by), files, index)

    def changes(self, agreement: str = "") -> list[Published]:
        """Return publications and steps back, the newest first; of one agreement if named."""
        rows = reversed(self._journal.history())
        return [row for row in rows if agreement in ("", row.agreement)]

    def history(self) -> list[Published]:
        """Return every publication, the oldest first, those that were taken back too."""
        return [row for row in self._journal.history() if not row.is_back]

    def last(self) -> Published | None:
        """Return the last publication or step back; None where there was none."""
        return next(reversed(self._journal.history()), None)

    def _known(self) -> dict[str, Path]:
        """Return the file of each agreement, by its id."""
        return {path.stem: path for path in find_agreements(self._corpus)}

    def _served(self, agreement: str) -> tuple[str, str]:
        """Return an agreement's title and checksum as they are in the index, or in its file."""
        served = stored_corpus(self.index, self._corpus)
        for known in served.agreements if served else ():
            if known.id == agreement:
                return known.title, known.sha256
        return agreement, checksum_of(self._known()[agreement])

    def _finish_earlier(self) -> Published | None:
        """Finish what somebody else began, or a call that failed, and remember it."""
        done = self._publisher.finish()
        if done is not None:
            self._plan = None
            self._recovered.append(done)
        return done

    def _made(self, published: Published, files: Files, index: ClauseIndex) -> Published:
        """Carry a change out; the plan that it was made of holds a whole index, and goes."""
        done = self._publisher.make(published, files, index)
        self._plan = None
        return done

    def _plan_now(self, upload_id: str) -> Plan:
        upload = self._uploads.find(upload_id)
        with self._planning:
            plan = self._plan
            if plan is None or plan.review.base != self._planner.base(upload_id):
                plan = self._plan = self._planner.plan(upload, self._uploads.read(upload))
            return plan


def _refuse_unknown(agreement: str, known: Iterable[str]) -> None:
    if agreement not in known:
        raise NameRefusedError(FaultKind.UNKNOWN, name=agreement, known=", ".join(known))


def _expect(now: str, seen: str) -> None:
    if now != seen:
        raise CorpusChangedError(
            "the agreements have changed since this was looked at. Review it again, then repeat it."
        )
