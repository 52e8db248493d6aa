"""The command line of the bot; ``python -m bot --help``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from index.command import DONE, FAILED, INDEX, answer_lines, flag, option, program, run, to_line

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.answering.bot import Bot
    from bot.people.store.accounts import Person

COMMANDS = program(
    "python -m bot",
    "Answer questions from the agreements, citing the clause or abstaining.",
    "ask 'how long is data kept after termination?'",
)
_AGREEMENT = option("--agreement", metavar="ID", help="answer from this agreement alone")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run(COMMANDS.parse(arguments))


@COMMANDS.command(
    "ask 余额不足会怎样？ --agreement dahan --json",
    "answer one question",
    option("question", metavar="QUESTION"),
    _AGREEMENT,
    option(
        "--history",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question, oldest first; may be repeated",
    ),
    flag("--json", "the answer as one JSON object"),
    INDEX,
)
def _ask(
    question: str, agreement: str | None, history: list[str], index: Path | None, *, json: bool
) -> int:
    ask = _asker(_load(index))
    answer = ask(question, agreement=agreement, history=history)
    print(to_line(_to_row(answer)) if json else answer.text)
    return DONE


@COMMANDS.command(
    "batch questions.jsonl answers.jsonl",
    "answer many questions",
    option("source", type=Path, metavar="IN.jsonl"),
    option("target", type=Path, metavar="OUT.jsonl"),
    INDEX,
)
def _batch(source: Path, target: Path, index: Path | None) -> int:
    ask = _asker(_load(index))

    def answer(row: dict[str, Any]) -> dict[str, object]:
        found = ask(
            row["question"], agreement=row.get("agreement"), history=row.get("history") or ()
        )
        return {"id": row.get("id")} | _to_row(found)

    return answer_lines(source, target, answer, required=("question",), label="answering")


@COMMANDS.command(
    "eval questions.jsonl --json",
    "score the answers to questions with evidence",
    option("questions", type=Path, metavar="QUESTIONS.jsonl"),
    option(
        "--views",
        choices=("all", "text"),
        default="all",
        help="text: search the clauses' own words alone (%(default)s)",
    ),
    option(
        "--report", type=Path, metavar="DIR", help="write report.md and its plots there as well"
    ),
    flag("--writer", "score the words of the language model that CLAUSEBOT_WRITER names"),
    flag("--json", "the scores as one JSON object"),
    INDEX,
)
def _eval(
    questions: Path,
    views: str,
    report: Path | None,
    index: Path | None,
    *,
    writer: bool,
    json: bool,
) -> int:
    from bot.evaluation.report import write_report
    from bot.evaluation.scores import evaluate, read_questions, to_table

    rows = read_questions(questions)
    bot = _load(index)
    if views == "text":
        bot = replace(bot, index=bot.index.without_written_fields())
    if writer:
        from bot.evaluation.written import evaluate_written
        from bot.writing.writer import demand_writer

        scores = evaluate_written(bot, demand_writer(_settings()), rows, progress=True)
    elif report is None:
        scores = evaluate(bot, rows, progress=True)
    else:
        scores = write_report(bot, rows, report, progress=True)
    print(to_line(scores) if json else to_table(scores))
    return DONE


@COMMANDS.command(
    "ticket message.txt --agreement xunzhong --json",
    "draft a reply to a customer's message",
    option("file", type=Path, metavar="FILE", help="the message, as text in UTF-8"),
    _AGREEMENT,
    flag("--json", "ticket and draft as one JSON object"),
    INDEX,
)
def _ticket(file: Path, agreement: str | None, index: Path | None, *, json: bool) -> int:
    from bot.desk.ticket.draft import make_draft
    from bot.desk.ticket.message import SegmentKind
    from bot.desk.ticket.render import to_text
    from bot.desk.ticket.ticket import read_file

    ticket = read_file(file)
    for segment in ticket.segments:
        if segment.kind is SegmentKind.UNREAD:
            words = " ".join(ticket.message[segment.start : segment.end].split())
            print(f"not read as a question, please look: {words}", file=sys.stderr)
    draft = make_draft(_load(index), ticket, agreement=agreement)
    if json:
        from bot.desk.ticket.api import DraftObject

        own = {"replies": {"__all__": {"approved"}}}  # which the desk alone knows
        print(to_line(DraftObject.of(draft).model_dump(exclude=own)))
    else:
        print(to_text(draft).rstrip("\n"))
    return DONE


@COMMANDS.command(
    "check --language zh",
    "say what is unsafe about the settings in use, and what to do; fails on errors",
    option("--language", choices=("en", "zh"), default="en", help="of the words; default en"),
    flag("--json", "one JSON object a finding, in both languages"),
)
def _check(language: str, *, json: bool) -> int:
    from bot.web.settings_check import Machine, Severity, find_unsafe

    settings = Settings.from_environ(os.environ)
    found = find_unsafe(settings, Machine.here(), _people_of(settings))
    for finding in found:
        words = {each: finding.say(each) for each in ("zh", "en")}
        row = {"id": finding.name, "severity": finding.severity, **words}
        print(to_line(row) if json else f"{finding.severity} {finding.name}: {words[language]}")
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    print(f"{len(found)} findings, {errors} of them errors", file=sys.stderr)
    return FAILED if errors else DONE


def _people_of(settings: Settings) -> list[Person] | None:
    """Return the people of the desk; None where there is no database yet."""
    from bot.people.store.people import open_people
    from bot.storage import open_database
    from bot.storage.connection import parse_address

    url = parse_address(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    with closing(open_database(settings.database)) as database:
        return open_people(database).accounts.of(None)


WRITER = COMMANDS.group("writer", "the language model that writes answers")


@WRITER.command("check", "ask the language model one question: form, speed, tokens")
def _check_writer() -> int:
    from bot.writing.check import check_writer

    print(check_writer(_settings()))
    return DONE


def _to_row(answer: Answer) -> dict[str, object]:
    from bot.web.bodies import AnswerObject

    return AnswerObject.of(answer).model_dump(exclude={"answer_id"})


def _settings() -> Settings:
    return Settings.from_environ(os.environ)


def _load(folder: Path | None) -> Bot:
    from bot.answering.bot import Bot
    from index.builder import load_index

    settings = _settings()
    return Bot(load_index(folder or settings.index, settings.model), settings.answer_above)


def _asker(bot: Bot) -> Callable[..., Answer]:
    """Return what answers as the bot does, in the words of a language model where one is set."""
    from bot.writing.writer import open_writer

    writer = open_writer(_settings())
    if writer is None:
        return bot.ask
    return lambda *asked, **given: writer.write(bot.ask(*asked, **given), bot.index)


if __name__ == "__main__":
    sys.exit(main())
