"""Records as tests need them, made by hand."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from bot.records.record import Cited, Record, Source, hash_text

CLAUSE = "账单在每月月底发出。您应在收到账单后15日内付款。"
QUOTE = "您应在收到账单后15日内付款。"
RENDERING = "The bill is sent at the end of each month. You shall pay within 15 days."


def make_cited(text: str = CLAUSE, quote: str = QUOTE, *, label: str = "1（1）") -> Cited:
    """Return a citation of a clause of an invented agreement."""
    start = text.index(quote)
    return Cited(
        clause_id="acme/1(1)",
        agreement="acme",
        label=label,
        path=("付款",),
        text=text,
        text_sha256=hash_text(text),
        quote=quote,
        start=start,
        end=start + len(quote),
        translation=RENDERING,
    )


def make_record(
    question: str = "账单几天内要付清？",
    *,
    history: tuple[str, ...] = (),
    language: str = "zh",
    cited: Cited | None = None,
    title: str = "云梯短信服务协议",
    asked_at: datetime | None = None,
) -> Record:
    """Return the record of an answer that cites one clause."""
    cited = cited or make_cited()
    return Record(
        answer_id=secrets.token_urlsafe(16),
        asked_at=asked_at or datetime.now(UTC),
        question=question,
        history=history,
        chosen=None,
        language=language,
        outcome="answered",
        reason=None,
        text=f"《{title}》{cited.label}：\n“{cited.quote}”",
        remarks=(),
        citations=(cited,),
        nearest=(),
        sources=(Source("acme", title, "2024-05", "ab" * 32),),
        generation="g1",
        model="m1",
    )
