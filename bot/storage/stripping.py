"""What is kept of a person's words: masked, cut to length, or not at all; records verified."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.records.record import Record, RecordError, record_from_json, writable
from bot.storage.masking import mask
from bot.storage.storage_errors import StorageError

MAX_LENGTH = 2_000  # characters; what is longer is no question, and no note
_CUT_WORD = re.compile(r"[\w@.+() -]{1,80}\Z", re.ASCII)


def strip_record(record: Record, *, keep_words: bool) -> Record:
    """Return the record as it is kept; its digest is of that.

    The question and those before it are kept masked, or not at all. Sentences of the answer that
    repeat a question which is not kept as asked are left out.
    """
    history = tuple(strip_text(text, keep_words=keep_words) for text in record.history)
    question = strip_text(record.question, keep_words=keep_words)
    if question == record.question:
        return replace(record, history=history)
    asked = record.question.strip()
    return replace(
        record,
        question=question,
        history=history,
        text=_unless_repeated(asked, record.text),
        remarks=tuple(_unless_repeated(asked, text) for text in record.remarks),
    )


def strip_text(text: str, *, keep_words: bool) -> str:
    """Return what a person wrote as it is kept: masked, or empty.

    What is longer than any question is cut, and so is half a number or address at its end.
    """
    if not keep_words:
        return ""
    if len(text) > MAX_LENGTH:
        text = _CUT_WORD.sub("", text[: MAX_LENGTH - 1]) + "…"
    return mask(writable(text)).replace("\0", "\ufffd")


def verify_record(answer_id: str, text: str, digest: str) -> Record:
    """Return the record that was kept under an id.

    Raises:
        StorageError: It is not as it was kept.
    """
    try:
        record = record_from_json(text)
    except RecordError as error:
        raise StorageError(f"answer {answer_id}: {error}") from error
    if record.digest != digest or record.answer_id != answer_id:
        raise StorageError(
            f"answer {answer_id}: another record stands in its place. Do not rely on it; "
            "put back a copy of the database."
        )
    return record


def _unless_repeated(asked: str, text: str) -> str:
    return "" if asked and asked in text else text
