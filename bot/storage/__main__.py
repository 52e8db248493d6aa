"""Feedback out, with the answers it was given on, for whoever mends what was wrong.

What people wrote is disarmed, since such files are opened in spreadsheets.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.outbox.purge import OutboxPurge, Wanted, settled
from bot.people.store.audit_log import AuditLog
from bot.settings import Settings
from bot.spreadsheet import disarm
from bot.storage.database import Database, open_database
from bot.storage.erasure import Matches, match_key
from bot.storage.errors import StorageError
from bot.storage.feedback import Given
from bot.storage.tables import utc_now
from index.command import DONE, FAILED, add_command, run, to_line


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


_ELSEWHERE = (
    "Backups and exports that were made before still hold them: delete those, or make them anew."
)
_HOURS = {"h": 1, "d": 24, "w": 168}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(_join(sys.argv[1:] if arguments is None else arguments))
    return run(lambda: _run(options))


def _join(arguments: list[str]) -> list[str]:
    """Write ``--answer -x`` as ``--answer=-x``: an id, or a text, may begin with a hyphen."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in ("--answer", "--matching", "--reply"):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _run(options: argparse.Namespace) -> int:
    address = os.environ.get("CLAUSEBOT_DATABASE", "")
    if options.run is _restore:  # the database need not be there yet
        return int(options.run(address, options))
    database = open_database(address)
    try:
        return int(options.run(database, options))
    finally:
        database.close()


def _check(database: Database, _: argparse.Namespace) -> int:
    database.check()
    count, wrong = 0, 0
    for problem in database.verify():
        count += 1
        if problem:
            wrong += 1
            print(f"error: {problem}", file=sys.stderr)
    print(f"{database.place}: {count} answers, {wrong} of them not as they were kept.")
    return FAILED if _check_trail(database) + wrong else DONE


def _check_trail(database: Database) -> int:
    """Tell what is wrong with the audit log; return of how many lines."""
    audit_log = AuditLog(database.transactions, utc_now)
    count, wrong = 0, 0
    for problem in audit_log.verify():
        count += 1
        if problem:
            wrong += 1
            print(f"error: {problem}", file=sys.stderr)
    last = f" The last one has the digest {audit_log.last_digest()}." if count else ""
    print(
        f"{database.place}: {count} lines of the trail, {wrong} of them not as they were written."
        + last
    )
    return wrong


def _prune(database: Database, options: argparse.Namespace) -> int:
    before, dropped = datetime.now(UTC) - options.older_than, 0
    with _settled(database) as leftovers:
        try:
            deleted = database.prune(before)
        finally:  # the rows may be gone although it failed
            dropped = leftovers.erase(Wanted(refused_before=before))
    refused = f", and {dropped} entries that were refused" if dropped else ""
    print(f"{database.place}: {deleted} answers deleted, with their feedback{refused}.")
    return DONE


def _erase(database: Database, options: argparse.Namespace) -> int:
    if options.reply is not None:
        return _erase_reply(database, options)
    with _settled(database) as leftovers:
        if options.answer is None:
            matches = database.find(options.matching)
            wanted = Wanted(options.matching, matches.answers)
        else:
            matches = Matches((options.answer,) if database.holds(options.answer) else ())
            wanted = Wanted(answers=(options.answer,))
        spooled = leftovers.replies_holding(options.matching or "")
        notes = len(matches.feedback) + len(matches.gaps) + len(leftovers.find(wanted))
        if options.yes:
            _erase_all(database, leftovers, matches, wanted)
    found = f"{len(matches.answers)} answers and {notes} notes"
    if options.yes:
        print(f"{database.place}: {found} erased. {_ELSEWHERE}")
    else:
        print(f"{database.place}: {found} match. Nothing is erased yet; repeat it with --yes.")
    if options.matching is not None:
        _tell_of_replies(database, options.matching, spooled)
    return DONE if options.yes else FAILED


def _erase_reply(database: Database, options: argparse.Namespace) -> int:
    if not options.yes:
        print(f"{database.place}: nothing is erased yet; repeat it with --yes.")
        return FAILED
    with _settled(database) as leftovers:
        matches = Matches(replies=(options.reply,))
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
    return settled(database, Path(os.environ.get("CLAUSEBOT_DESK") or Settings().desk) / "spool")


def _export(database: Database, options: argparse.Namespace) -> int:
    count = write_feedback(database, options.target)
    print(f"{count} lines of feedback in {options.target}", file=sys.stderr)
    return DONE


def _backup(database: Database, options: argparse.Namespace) -> int:
    from bot.storage.backup import write_backup

    if options.target.exists() and not options.force:
        raise StorageError(
            f"{options.target}: is there already, and is left. Name another file, or repeat it "
            "with --force to replace this one."
        )
    counts = write_backup(database, options.target)
    print(f"{options.target}: {_told(counts)}, of {database.place}.")
    return DONE


def _restore(address: str, options: argparse.Namespace) -> int:
    from bot.storage.restore import restore_backup

    counts = restore_backup(options.source, address)
    print(f"{options.source}: {_told(counts)} restored.")
    return DONE


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())


def _age(text: str) -> timedelta:
    if not re.fullmatch(r"[0-9]{1,4}[hdw]", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no age; write 90d, 12w or 36h.")
    return timedelta(hours=int(text[:-1]) * _HOURS[text[-1]])


def _words(text: str) -> str:
    if not match_key(text):
        raise argparse.ArgumentTypeError("is empty, and would match everything.")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.storage",
        description="Look after the answers and the feedback that are kept "
        "(CLAUSEBOT_DATABASE, or sqlite:///var/clausebot.db).",
        epilog="example: python -m bot.storage prune --older-than 90d",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_command(
        commands,
        "check",
        _check,
        "verify that the database can be written and that no record or trail was changed",
        "python -m bot.storage check",
    )
    prune = add_command(
        commands,
        "prune",
        _prune,
        "delete answers of a certain age, with their feedback",
        "python -m bot.storage prune --older-than 90d",
    )
    prune.add_argument(
        "--older-than", type=_age, required=True, metavar="AGE", help="such as 90d, 12w or 36h"
    )
    erase = add_command(
        commands,
        "erase",
        _erase,
        "erase what someone asked or noted, beyond recovery",
        "python -m bot.storage erase --matching '张三' --yes",
    )
    which = erase.add_mutually_exclusive_group(required=True)
    which.add_argument("--answer", metavar="ID", help="this answer, with its feedback")
    which.add_argument(
        "--matching",
        type=_words,
        metavar="TEXT",
        help="every answer to a question, and every note, that holds these words; approved "
        "replies that hold them are named",
    )
    which.add_argument("--reply", metavar="ID", help="this approved reply, with its history")
    erase.add_argument("--yes", action="store_true", help="erase; without it they are counted")
    export = add_command(
        commands,
        "export",
        _export,
        "write all feedback with its answers, one JSON object a line",
        "python -m bot.storage export feedback.jsonl",
    )
    export.add_argument("target", type=Path, metavar="FILE.jsonl")
    backup = add_command(
        commands,
        "backup",
        _backup,
        "write all that is kept into one file, as it is at this moment",
        "python -m bot.storage backup clausebot.backup.gz",
    )
    backup.add_argument("target", type=Path, metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace a file that is there")
    restore = add_command(
        commands,
        "restore",
        _restore,
        "fill an empty database, SQLite or PostgreSQL, from such a file",
        "CLAUSEBOT_DATABASE=sqlite:///new.db python -m bot.storage restore clausebot.backup.gz",
    )
    restore.add_argument("source", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
