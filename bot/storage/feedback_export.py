"""Feedback out, with the answers it was given on, for whoever mends what was wrong.

What people wrote is disarmed, since such files are opened in spreadsheets.
"""

from __future__ import annotations

from pathlib import Path

from bot.desk.sheet import disarm
from bot.storage.database import Database
from bot.storage.feedback import Given
from index.command import to_line


def write_feedback(database: Database, target: Path) -> int:
    """Write all feedback, oldest first, one JSON object a line; return how many lines.

    Raises:
        OSError: The file cannot be written; what stood there stays.
        StorageError: The database cannot be read, or an answer was changed in it.
    """
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    try:
        with part.open("w", encoding="utf-8") as out:
            for given in database.given():
                out.write(to_line(_to_row(given)) + "\n")
                count += 1
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _to_row(given: Given) -> dict[str, object]:
    feedback, record = given.feedback, given.record
    return {
        "id": given.feedback_id,
        "given_at": given.given_at.isoformat(timespec="seconds"),
        "verdict": feedback.verdict,
        "reason": feedback.reason,
        "note": disarm(feedback.note),
        "surface": feedback.surface,
        "site": disarm(feedback.site),
        "answer_id": record.answer_id,
        "asked_at": record.asked_at.isoformat(timespec="seconds"),
        "question": disarm(record.question),
        "history": [disarm(text) for text in record.history],
        "chosen": record.chosen,
        "language": record.language,
        "outcome": record.outcome,
        "abstained_because": record.reason,
        "answer": disarm(record.text),
        "clauses": [citation.clause_id for citation in record.citations],
        "quotes": [disarm(citation.quote) for citation in record.citations],
        "generation": record.generation,
        "digest": record.digest,
    }
