"""The steps in the life of an approved reply.

A reply is changed by people alone, save twice: when a clause that it cites is no longer what it
was, it turns pending by itself and says why; and when every clause reads again word for word as it
was approved, such as after a step back, it turns back by itself, unless a person edited it since.
Otherwise only a person approves it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.desk.approved import (
    Approved,
    Changed,
    Content,
    Deed,
    Edit,
    ReplyError,
    State,
    check_content,
)
from bot.record import Cited, Source, hash_text, writable
from bot.standing import Change, check_cited
from index.clause import Clause
from index.errors import QueryError
from index.search.clause_index import ClauseIndex


def cite_clauses(
    index: ClauseIndex, language: str, quotes: Sequence[tuple[str, str]]
) -> tuple[tuple[Cited, ...], tuple[Source, ...]]:
    """Return citations of clauses as they are now, and the agreements they are of.

    Args:
        index: The agreements of today.
        language: Of the reply, for the titles.
        quotes: For each clause its id and the words quoted of it.

    Raises:
        ReplyError: There is no such clause, or a quote does not stand in it word for word.
    """
    citations = tuple(_cite(index, clause_id, quote) for clause_id, quote in quotes)
    agreements = map(index.agreement, dict.fromkeys(cited.agreement for cited in citations))
    sources = (
        Source(found.id, writable(found.title_in(language)), found.version, found.sha256)
        for found in agreements
    )
    return citations, tuple(sources)


def save(reply_id: str, content: Content, who: str, index: ClauseIndex) -> Approved:
    """Return a new reply, approved by who saves it.

    Raises:
        ReplyError: It is no reply, nobody approves it, or a clause is not as it is cited.
    """
    _refuse_changed(content, index)
    now = datetime.now(UTC)
    first = Edit(now, _named(who), Deed.SAVED, "", (), ())
    return Approved(reply_id, content, State.APPROVED, first.who, now, (), (first,))


def edit(reply: Approved, content: Content, who: str, index: ClauseIndex) -> Approved:
    """Return the reply with other content; its state stays, who edits it stands for it.

    Raises:
        ReplyError: As ``save``, where the reply is approved; or the text still quotes what was
            cited before and no cited clause says any more.
    """
    check_content(content)
    _refuse_former_words(reply.content, content)
    if reply.state is State.APPROVED:
        _refuse_changed(content, index)
    step = _step(reply, Deed.EDITED, _named(who))
    if reply.state is State.APPROVED:
        reply = replace(reply, approved_by=step.who, approved_at=step.at)
    return replace(reply, content=content, history=(*reply.history, step))


def approve(reply: Approved, who: str, index: ClauseIndex) -> Approved:
    """Return the reply approved again, pending or retired before.

    Raises:
        ReplyError: A clause is still not as it is cited; cite it anew first.
    """
    _refuse_changed(reply.content, index)
    step = _step(reply, Deed.APPROVED, _named(who))
    return replace(
        reply,
        state=State.APPROVED,
        approved_by=step.who,
        approved_at=step.at,
        changes=(),
        history=(*reply.history, step),
    )


def retire(reply: Approved, who: str) -> Approved:
    """Return the reply, no longer offered."""
    step = _step(reply, Deed.RETIRED, _named(who))
    return replace(reply, state=State.RETIRED, changes=(), history=(*reply.history, step))


def review(reply: Approved, index: ClauseIndex) -> Approved:
    """Return the reply as the agreements of today leave it; the same where nothing changed."""
    if reply.state is State.RETIRED:
        return reply
    changes = tuple(find_changes(reply.content, index))
    if reply.state is State.PENDING:
        if changes:
            return reply if changes == reply.changes else replace(reply, changes=changes)
        if reply.history[-1].deed != Deed.TURNED_PENDING:  # as it reads, nobody approved it
            return reply
        step = _step(reply, Deed.TURNED_BACK, "")
        return replace(reply, state=State.APPROVED, changes=(), history=(*reply.history, step))
    if not changes:
        return reply
    step = _step(reply, Deed.TURNED_PENDING, "")
    return replace(reply, state=State.PENDING, changes=changes, history=(*reply.history, step))


def find_changes(content: Content, index: ClauseIndex) -> Iterator[Changed]:
    """Yield the cited clauses that are not as they were cited.

    One that moved counts when its number or agreement is another: the reply may name them.
    """
    sources = {source.agreement: source for source in content.sources}
    for cited in content.citations:
        standing = check_cited(cited, sources[cited.agreement], index)
        now = standing.now
        if now is None:
            yield Changed(cited.clause_id, str(standing.change), None, None)
        elif _is_other(cited, standing.change, now):
            yield Changed(cited.clause_id, str(standing.change), now.clause_id, writable(now.text))


def _is_other(cited: Cited, change: Change, now: Clause) -> bool:
    is_moved = (now.agreement, now.label) != (cited.agreement, cited.label)
    return change is Change.CHANGED or (change is Change.MOVED and is_moved)


def _refuse_changed(content: Content, index: ClauseIndex) -> None:
    check_content(content)
    changed = tuple(change.clause_id for change in find_changes(content, index))
    if changed:
        raise ReplyError(
            f"{', '.join(changed)}: is no longer as it is cited. Cite it as it is now, or drop it.",
            "reply_changed",
            changed,
        )


def _refuse_former_words(former: Content, content: Content) -> None:
    """Refuse a text that promises in a clause's name what the clause said before."""
    said, text = _bare(" ".join(cited.text for cited in content.citations)), _bare(content.text)
    for cited in former.citations:
        quote = _bare(cited.quote)
        if quote in text and quote not in said:
            raise ReplyError(
                f"the text still says “{cited.quote}”, which no cited clause says now. "
                "Write what it says now.",
                "reply_former",
                (cited.clause_id,),
            )


def _bare(text: str) -> str:
    return "".join(text.split())


def _named(who: str) -> str:
    if not who.strip():
        raise ReplyError("nobody is named. A reply is approved by a person.", "reply_person")
    return writable(who)


def _step(reply: Approved, deed: Deed, who: str) -> Edit:
    clauses = tuple(cited.clause_id for cited in reply.content.citations)
    content = reply.content
    return Edit(datetime.now(UTC), who, deed, content.text, content.questions, clauses)


def _cite(index: ClauseIndex, clause_id: str, quote: str) -> Cited:
    try:
        position = index.position(clause_id)
    except QueryError as error:
        raise ReplyError(str(error), "reply_clause", (clause_id,)) from error
    clause = index.corpus.clauses[position]
    text, quote = writable(clause.text), writable(quote)
    start = text.find(quote)
    if not quote or start < 0:
        raise ReplyError(
            f"{clause_id}: the words quoted do not stand in it. Quote it as it is.",
            "reply_quote",
            (clause_id,),
        )
    return Cited(
        clause_id=clause.clause_id,
        agreement=clause.agreement,
        label=clause.label,
        path=tuple(writable(title) for title in clause.path),
        text=text,
        text_sha256=hash_text(text),
        quote=quote,
        start=start,
        end=start + len(quote),
        translation=index.views(position).rendering or None,
    )
