"""What the API of the agreements gives, built from uploads, reviews and publications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field

from bot.desk.agreements.annotations import AnnotationLoss
from bot.desk.agreements.edits import Held
from bot.desk.agreements.journal import Kind, Published
from bot.desk.agreements.review import ClauseChange, Fate
from bot.desk.agreements.work import Reviewed
from bot.desk.replies.rules import ApprovedReply, State
from bot.desk.shell.desk import Desk
from bot.records.citation_status import Change
from bot.web.bodies import Language, Object, Time
from bot.web.page.agreement_html import say_reason
from index.diff import Piece


class PublicationObject(Object):
    """What was published last, which one step back takes away."""

    published_id: str
    agreement: str
    title: str
    by: str
    at: Time
    is_new: bool = Field(description="The agreement was not there before; the step removes it.")
    kind: Kind = Field(description="What it did.")

    @classmethod
    def of(cls, published: Published) -> Self:
        """Return what was published."""
        return cls.made_of(published, is_new=not published.former_sha256)


class StatedObject(Object):
    """What is stated of an agreement beside its words; empty where nothing is."""

    title: str = ""
    title_en: str = ""
    party: str = ""
    party_en: str = ""
    aliases: tuple[str, ...] = ()
    language: str = ""
    version: str = ""
    source: str = ""


class ChangeObject(Object):
    """A publication, a change of what was published, or a step back."""

    published_id: str = Field(description="Of a step back, that of what it took back.")
    agreement: str
    title: str = Field(description="Since then, or the last that it had.")
    kind: Kind = Field(description="What it did, or what it took back had done.")
    is_back: bool
    sha256: str = Field(description="Of the file that was published; empty for a removal.")
    by: str
    at: Time


class HistoryObject(Object):
    """What became of the agreements over the desk."""

    changes: list[ChangeObject] = Field(description="The newest first.")

    @classmethod
    def of(cls, changes: Sequence[Published]) -> Self:
        """Return what was done."""
        return cls(changes=[ChangeObject.made_of(row) for row in changes])


class PublishedObject(Object):
    """An agreement as it is answered from."""

    agreement: str
    title: str = Field(description="In the language of Accept-Language.")
    version: str
    sha256: str
    clauses: int
    edition_of: str | None = Field(
        description="Id of the one in force, of a former edition; null for one that is in force."
    )
    published_by: str | None = Field(description="Null where it did not come over the desk.")
    published_at: Time | None


class UnusedObject(Object):
    """A file of the corpus folder that is passed over."""

    name: str
    why: str = Field(description="And what to do; in the language of Accept-Language.")


class UploadObject(Object):
    """A file that waits to be published or discarded."""

    upload_id: str
    agreement: str = Field(description="Id that it has, or is to have.")
    name: str = Field(description="Of the file, as whoever uploaded it called it.")
    size: int = Field(description="In bytes.")
    by: str
    at: Time


class CorpusObject(Object):
    """The agreements, and what waits to become one."""

    generation: str = Field(description="Of the index that is answered from.")
    agreements: list[PublishedObject]
    uploads: list[UploadObject]
    unused: list[UnusedObject]
    former: PublicationObject | None

    @classmethod
    def of(cls, desk: Desk, language: str) -> Self:
        """Return what is there now, told in a language."""
        index, former = desk.service.bot.index, desk.library.former()
        counts = Counter(clause.agreement for clause in index.corpus.clauses)
        history = {
            (row.agreement, row.sha256): row
            for row in desk.library.history()
            if row.kind is not Kind.RESTATED
        }
        agreements = []
        for agreement in index.corpus.agreements:
            published = history.get((agreement.id, agreement.sha256))
            row = PublishedObject.made_of(
                agreement,
                agreement=agreement.id,
                title=agreement.title_in(language),
                clauses=counts[agreement.id],
                edition_of=agreement.edition_of or None,
                published_by=published.by if published else None,
                published_at=published.at if published else None,
            )
            agreements.append(row)
        return cls(
            generation=index.generation,
            agreements=agreements,
            unused=[
                UnusedObject(name=one.file.name, why=one.say(language))
                for one in desk.library.unused()
            ],
            uploads=[UploadObject.made_of(upload) for upload in desk.library.uploads()],
            former=None if former is None else PublicationObject.of(former),
        )


class OutlineEntryObject(Object):
    """A line of the outline."""

    line: int = Field(description="In the text, from 1.")
    level: int = Field(description="Depth, 0 for a heading at the top.")
    kind: Literal["clause", "heading", "leftover"]
    label: str = Field(description="Of a clause; of what is set aside, why.")
    words: str = Field(description="The first.")


class DoubtObject(Object):
    """What the program is unsure of."""

    line: int
    message: str = Field(description="In the language of Accept-Language.")


class ClauseChangeObject(Object):
    """What becomes of one clause."""

    change: Fate
    agreement: str
    before_label: str | None = Field(description="Null for a new clause.")
    after_label: str | None = Field(description="Null for one that goes.")
    before: str | None
    after: str | None
    pieces: tuple[Piece, ...] = Field(description="Of a changed clause, before and after in one.")

    @classmethod
    def of(cls, found: ClauseChange) -> Self:
        """Return what becomes of a clause."""
        before, after = found.before, found.after
        return cls.made_of(
            found,
            agreement=found.clause.agreement,
            before_label=before and before.label,
            after_label=after and after.label,
            before=before and before.text,
            after=after and after.text,
        )


class TouchedClauseObject(Object):
    """A clause that a reply cites and that is no longer as it is cited."""

    clause_id: str
    label: str
    change: Change


class TurnedReplyObject(Object):
    """An approved reply that would turn pending."""

    reply_id: str
    beginning: str
    language: Language
    approved_by: str
    clauses: list[TouchedClauseObject]

    @classmethod
    def pending(cls, turned: Sequence[ApprovedReply]) -> list[Self]:
        """Return those of the replies that would be pending."""
        return [cls._of(reply) for reply in turned if reply.state is State.PENDING]

    @classmethod
    def _of(cls, reply: ApprovedReply) -> Self:
        content = reply.content
        labels = {cited.clause_id: cited.label for cited in content.citations}
        clauses = [
            TouchedClauseObject.made_of(changed, label=labels[changed.clause_id])
            for changed in reply.changes
        ]
        beginning, language = content.text[:_BEGINNING], content.language
        return cls.made_of(reply, beginning=beginning, language=language, clauses=clauses)


class EditionNoteObject(Object):
    """What is to be known of an agreement that would be, or may be, an edition of another."""

    agreement: str
    message: str = Field(description="In the language of Accept-Language.")


class ReviewObject(Object):
    """What publishing an upload would do."""

    upload: UploadObject
    base: str = Field(description="Of what it was held against; give it back to publish.")
    is_new: bool
    same_as: str = Field(description="Id of an agreement of the same bytes; empty for none.")
    title: str
    party: str = Field(description="Who offers it; empty where the text does not say.")
    aliases: tuple[str, ...] = Field(description="By which questions name it.")
    clauses: int = Field(description="That the agreement would have.")
    outline: list[OutlineEntryObject]
    doubts: list[DoubtObject]
    read: float = Field(description="Share of the file's letters, 0 to 1, that the outline holds.")
    changes: list[ClauseChangeObject]
    unchanged: int
    losses: tuple[AnnotationLoss, ...]
    reopened: tuple[str, ...] = Field(description="Questions that no longer count as left open.")
    files: tuple[str, ...] = Field(
        description="That change; none where publishing would do nothing."
    )
    problems: tuple[str, ...] = Field(
        description="Of other files, which stay as they are answered from."
    )
    notes: list[EditionNoteObject]
    replies: list[TurnedReplyObject]

    @classmethod
    def of(cls, reviewed: Reviewed, language: str) -> Self:
        """Return what publishing an upload would do, told in a language."""
        review = reviewed.review
        outline = []
        for row in review.outline:
            if row.kind != "doubt":
                label = say_reason(row, language) if row.kind == "leftover" else row.label
                outline.append(OutlineEntryObject.made_of(row, label=label))
        return cls.made_of(
            review,
            title=reviewed.agreement.title_in(language),
            party=reviewed.agreement.party,
            aliases=reviewed.agreement.aliases,
            clauses=sum(entry.kind == "clause" for entry in review.outline),
            outline=outline,
            doubts=[
                DoubtObject(line=doubt.line, message=doubt.oddity.say(language))
                for doubt in review.doubts
            ],
            changes=[ClauseChangeObject.of(change) for change in review.changes],
            notes=[
                EditionNoteObject(agreement=note.agreement, message=note.fault.say(language))
                for note in review.notes
            ],
            replies=TurnedReplyObject.pending(reviewed.turned),
        )


class BackObject(Object):
    """What a step back would do to the approved replies."""

    published_id: str | None = Field(description="Of what it would take back; null for nothing.")
    replies: list[TurnedReplyObject]
    returning: int = Field(description="Pending replies that would be approved again by itself.")

    @classmethod
    def of(cls, former: Published | None, turned: Sequence[ApprovedReply]) -> Self:
        """Return what taking back a publication would do."""
        pending = TurnedReplyObject.pending(turned)
        return cls(
            published_id=None if former is None else former.published_id,
            replies=pending,
            returning=len(turned) - len(pending),
        )


class HeldObject(Object):
    """An agreement that is there, with what is stated of it and what became of it."""

    agreement: str
    base: str = Field(description="Of what it was looked at in; give it back to change it.")
    title: str = Field(description="In the language of Accept-Language.")
    clauses: int
    stated: StatedObject
    edition_of: str | None = Field(
        description="Id of the one that it is stated to be a former edition of; empty where it is "
        "stated to be of none, null where nothing is stated."
    )
    taken_for_edition_of: str | None = Field(
        description="Id of the one in force, where it is a former edition as it is answered from."
    )
    changes: list[ChangeObject] = Field(description="Of this agreement, the newest first.")

    @classmethod
    def of(cls, desk: Desk, agreement: str, language: str) -> Self:
        """Return what is there now, told in a language."""
        held, corpus = desk.library.look(agreement), desk.service.bot.index.corpus
        served = next((one for one in corpus.agreements if one.id == agreement), None)
        edition_of = held.stated.get("edition_of")
        return cls(
            agreement=agreement,
            base=held.base,
            title=served.title_in(language) if served else agreement,
            clauses=sum(clause.agreement == agreement for clause in corpus.clauses),
            stated=StatedObject.model_validate(held.stated),
            edition_of=None if edition_of is None else str(edition_of),
            taken_for_edition_of=(served.edition_of or None) if served else None,
            changes=[ChangeObject.made_of(row) for row in desk.library.changes(agreement)],
        )


class RemovalObject(Object):
    """What removing an agreement would do to the approved replies."""

    base: str = Field(description="Give it back to remove it.")
    replies: list[TurnedReplyObject]

    @classmethod
    def of(cls, held: Held, turned: Sequence[ApprovedReply]) -> Self:
        """Return what removing an agreement would do."""
        return cls(base=held.base, replies=TurnedReplyObject.pending(turned))


class TakenObject(Object):
    """What a publication, or a step back, came to."""

    generation: str = Field(description="Of the index that was stored.")
    agreement: str
    title: str
    is_served: bool = Field(description="It is answered from already; else within a minute.")


_BEGINNING = 240  # characters of a reply
