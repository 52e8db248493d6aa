"""Feedback out, with the answers it was given on, for whoever mends what was wrong.

What people wrote is disarmed, since such files are opened in spreadsheets.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec

from bot.outbox.purge import OutboxPurge, Wanted, settled
from bot.people.store.audit_log import AuditLog
from bot.settings import Settings
from bot.spreadsheet import disarm
from bot.storage.database import Database, open_database
from bot.storage.erasure import Matches, match_key
from bot.storage.feedback import Given
from bot.storage.storage_errors import StorageError
from bot.storage.tables import utc_now
from index.command import DONE, FAILED, BadWordError, flag, one_of, option, program, run, to_line
from index.environ import read_path
from index.files import whole_file

P = ParamSpec("P")
COMMANDS = program(
    "python -m bot.storage",
    "Look after the answers and the feedback that are kept "
    "(CLAUSEBOT_DATABASE, or sqlite:///var/clausebot.db).",
    "prune --older-than 90d",
)


def write_feedback(database: Database, target: Path) -> int:
    """Write all feedback, oldest first, one JSON object a line; return how many lines.

    Raises:
        OSError: The file cannot be written; what stood there stays.
        StorageError: The database cannot be read, or an answer was changed in it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with whole_file(target) as out:
        for given in database.given():
            out.write(f"{to_line(_to_row(given))}\n".encode())
            count += 1
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


_ELSEWHERE = (
    "Backups and exports that were made before still hold them: delete those, or make them anew."
)
_HOURS = {"h": 1, "d": 24, "w": 168}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run(COMMANDS.parse(_join(sys.argv[1:] if arguments is None else arguments)))


def _join(arguments: list[str]) -> list[str]:
    """Write ``--answer -x`` as ``--answer=-x``: an id, or a text, may begin with a hyphen."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in ("--answer", "--matching", "--reply"):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _address() -> str:
    return os.environ.get("CLAUSEBOT_DATABASE", "")


def _opened(work: Callable[Concatenate[Database, P], int]) -> Callable[P, int]:
    """Return a command that opens the database for its work, and closes it."""

    @functools.wraps(work)
    def command(*args: P.args, **options: P.kwargs) -> int:
        with closing(open_database(_address())) as database:
            return work(database, *args, **options)

    return command


@COMMANDS.command(
    "check", "verify that the database can be written and that no record or trail was changed"
)
@_opened
def _check(database: Database) -> int:
    database.check()
    count, wrong = _tell_problems(database.verify())
    print(f"{database.place}: {count} answers, {wrong} of them not as they were kept.")
    audit_log = AuditLog(database.transactions, utc_now)
    lines, changed = _tell_problems(audit_log.verify())
    last = f" The last one has the digest {audit_log.last_digest()}." if lines else ""
    print(
        f"{database.place}: {lines} lines of the trail, {changed} of them not as they were "
        f"written.{last}"
    )
    return FAILED if wrong + changed else DONE


def _tell_problems(verified: Iterable[str]) -> tuple[int, int]:
    """Tell what is wrong with rows; return how many there are, and how many of them are wrong."""
    count, wrong = 0, 0
    for problem in verified:
        count += 1
        if problem:
            wrong += 1
            print(f"error: {problem}", file=sys.stderr)
    return count, wrong


def _age(text: str) -> timedelta:
    if not re.fullmatch(r"[0-9]{1,4}[hdw]", text):
        raise BadWordError(f"{text!r} is no age; write 90d, 12w or 36h.")
    return timedelta(hours=int(text[:-1]) * _HOURS[text[-1]])


def _words(text: str) -> str:
    if not match_key(text):
        raise BadWordError("is empty, and would match everything.")
    return text


@COMMANDS.command(
    "prune --older-than 90d",
    "delete answers of a certain age, with their feedback",
    option("--older-than", type=_age, required=True, metavar="AGE", help="such as 90d, 12w or 36h"),
)
@_opened
def _prune(database: Database, older_than: timedelta) -> int:
    before, dropped = datetime.now(UTC) - older_than, 0
    with _settled(database) as leftovers:
        try:
            deleted = database.prune(before)
        finally:  # the rows may be gone although it failed
            dropped = leftovers.erase(Wanted(refused_before=before))
    refused = f", and {dropped} entries that were refused" if dropped else ""
    print(f"{database.place}: {deleted} answers deleted, with their feedback{refused}.")
    return DONE


@COMMANDS.command(
    "erase --matching '张三' --yes",
    "erase what someone asked or noted, beyond recovery",
    one_of(
        option("--answer", metavar="ID", help="this answer, with its feedback"),
        option(
            "--matching",
            type=_words,
            metavar="TEXT",
            help="every answer to a question, and every note, that holds these words; approved "
            "replies that hold them are named",
        ),
        option("--reply", metavar="ID", help="this approved reply, with its history"),
    ),
    flag("--yes", "erase; without it they are counted"),
)
@_opened
def _erase(
    database: Database, answer: str | None, matching: str | None, reply: str | None, *, yes: bool
) -> int:
    if reply is not None:
        return _erase_reply(database, reply, yes=yes)
    words = matching or ""
    with _settled(database) as leftovers:
        if answer is not None:
            matches = Matches((answer,) if database.holds(answer) else ())
            wanted = Wanted(answers=(answer,))
        else:
            matches = database.find(words)
            wanted = Wanted(words, matches.answers)
        spooled = leftovers.replies_holding(words)
        notes = len(matches.feedback) + len(matches.gaps) + len(leftovers.find(wanted))
        if yes:
            _erase_all(database, leftovers, matches, wanted)
    found = f"{len(matches.answers)} answers and {notes} notes"
    if yes:
        print(f"{database.place}: {found} erased. {_ELSEWHERE}")
    else:
        print(f"{database.place}: {found} match. Nothing is erased yet; repeat it with --yes.")
    if matching is not None:
        _tell_of_replies(database, matching, spooled)
    return DONE if yes else FAILED


def _erase_reply(database: Database, reply_id: str, *, yes: bool) -> int:
    if not yes:
        print(f"{database.place}: nothing is erased yet; repeat it with --yes.")
        return FAILED
    with _settled(database) as leftovers:
        matches = Matches(replies=(reply_id,))
        deleted = _erase_all(database, leftovers, matches, Wanted(replies=matches.replies))
    print(f"{database.place}: {deleted} approved replies erased, with their history. {_ELSEWHERE}")
    return DONE


def _erase_all(database: Database, leftovers: OutboxPurge, matches: Matches, wanted: Wanted) -> int:
    """Erase in the database and in the outbox; return how many rows were."""
    try:
        return database.erase(matches)
    finally:  # last, for what came meanwhile; and the rows may be gone although it failed
        leftovers.erase(wanted)


def _tell_of_replies(database: Database, words: str, spooled: list[str]) -> None:
    """Name the approved replies that are left: they are in use, and a person has to decide."""
    if held := [*database.replies_holding(words), *spooled]:
        print(
            f"Approved replies that hold the words, now or in their history, are left: "
            f"{', '.join(held)}. Save each anew without the words, then erase it with --reply ID."
        )


def _settled(database: Database) -> AbstractContextManager[OutboxPurge]:
    """Relay the outbox, and hold it; see ``settled``."""
    folder = read_path(os.environ, "CLAUSEBOT_DESK", Settings().desk)
    return settled(database, folder / "spool")


@COMMANDS.command(
    "export feedback.jsonl",
    "write all feedback with its answers, one JSON object a line",
    option("target", type=Path, metavar="FILE.jsonl"),
)
@_opened
def _export(database: Database, target: Path) -> int:
    count = write_feedback(database, target)
    print(f"{count} lines of feedback in {target}", file=sys.stderr)
    return DONE


@COMMANDS.command(
    "backup clausebot.backup.gz",
    "write all that is kept into one file, as it is at this moment",
    option("target", type=Path, metavar="FILE"),
    flag("--force", "replace a file that is there"),
)
@_opened
def _backup(database: Database, target: Path, *, force: bool) -> int:
    from bot.storage.backup import write_backup

    if target.exists() and not force:
        raise StorageError(
            f"{target}: is there already, and is left. Name another file, or repeat it "
            "with --force to replace this one."
        )
    counts = write_backup(database, target)
    print(f"{target}: {_told(counts)}, of {database.place}.")
    return DONE


@COMMANDS.command(
    "restore clausebot.backup.gz",
    "fill an empty database, SQLite or PostgreSQL, from such a file",
    option("source", type=Path, metavar="FILE"),
    before="CLAUSEBOT_DATABASE=sqlite:///new.db ",
)
def _restore(source: Path) -> int:
    from bot.storage.restore import restore_backup

    counts = restore_backup(source, _address())  # a database that need not be there yet
    print(f"{source}: {_told(counts)} restored.")
    return DONE


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())


if __name__ == "__main__":
    sys.exit(main())
