"""The command line of the bot; ``python -m bot --help``."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from index.command import DONE, add_command, answer_lines, run, to_line

if TYPE_CHECKING:
    from bot.answering.bot import Bot


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    return run(lambda: int(options.run(options)))


def _ask(options: argparse.Namespace) -> int:
    from bot.answering.answer import to_json

    bot = _load(options.index)
    answer = bot.ask(options.question, agreement=options.agreement, history=options.history)
    print(to_line(to_json(answer)) if options.json else answer.text)
    return DONE


def _ticket(options: argparse.Namespace) -> int:
    from bot.desk.ticket.draft import make_draft
    from bot.desk.ticket.message import SegmentKind
    from bot.desk.ticket.render import to_row, to_text
    from bot.desk.ticket.ticket import read_file

    ticket = read_file(options.file)
    for segment in ticket.segments:
        if segment.kind is SegmentKind.UNREAD:
            words = " ".join(ticket.message[segment.start : segment.end].split())
            print(f"not read as a question, please look: {words}", file=sys.stderr)
    draft = make_draft(_load(options.index), ticket, agreement=options.agreement)
    print(to_line(to_row(draft)) if options.json else to_text(draft).rstrip("\n"))
    return DONE


def _batch(options: argparse.Namespace) -> int:
    from bot.answering.answer import to_json

    bot = _load(options.index)

    def answer(row: dict[str, Any]) -> dict[str, object]:
        found = bot.ask(
            row["question"], agreement=row.get("agreement"), history=row.get("history") or ()
        )
        return {"id": row.get("id")} | to_json(found)

    return answer_lines(
        options.source, options.target, answer, required=("question",), label="answering"
    )


def _eval(options: argparse.Namespace) -> int:
    from bot.evaluation.report import write_report
    from bot.evaluation.scores import evaluate, read_questions, to_table

    questions = read_questions(options.questions)
    bot = _load(options.index)
    if options.fields == "text":
        bot = replace(bot, index=bot.index.without_written_fields())
    if options.report is None:
        scores = evaluate(bot, questions, progress=True)
    else:
        scores = write_report(bot, questions, options.report, progress=True)
    print(to_line(scores) if options.json else to_table(scores))
    return DONE


def _load(folder: Path | None) -> Bot:
    from bot.answering.bot import Bot
    from index.builder import load_index

    settings = Settings.from_environ(os.environ)
    return Bot(load_index(folder or settings.index, settings.model), settings.answer_above)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Answer questions from the agreements, citing the clause or abstaining.",
        epilog="example: python -m bot ask 'how long is data kept after termination?'",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = add_command(
        commands,
        "ask",
        _ask,
        "answer one question",
        "python -m bot ask 余额不足会怎样？ --agreement dahan --json",
    )
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--agreement", metavar="ID", help="answer from this agreement alone")
    ask.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question, oldest first; may be repeated",
    )
    ask.add_argument("--json", action="store_true", help="the answer as one JSON object")

    batch = add_command(
        commands,
        "batch",
        _batch,
        "answer many questions",
        "python -m bot batch questions.jsonl answers.jsonl",
    )
    batch.add_argument("source", type=Path, metavar="IN.jsonl")
    batch.add_argument("target", type=Path, metavar="OUT.jsonl")

    evaluation = add_command(
        commands,
        "eval",
        _eval,
        "score the answers to questions with evidence",
        "python -m bot eval questions.jsonl --json",
    )
    evaluation.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    evaluation.add_argument(
        "--views",
        dest="fields",
        choices=("all", "text"),
        default="all",
        help="text: search the clauses' own words alone (%(default)s)",
    )
    evaluation.add_argument(
        "--report", type=Path, metavar="DIR", help="write report.md and its plots there as well"
    )
    evaluation.add_argument("--json", action="store_true", help="the scores as one JSON object")

    ticket = add_command(
        commands,
        "ticket",
        _ticket,
        "draft a reply to a customer's message",
        "python -m bot ticket message.txt --agreement xunzhong --json",
    )
    ticket.add_argument("file", type=Path, metavar="FILE", help="the message, as text in UTF-8")
    ticket.add_argument("--agreement", metavar="ID", help="answer from this agreement alone")
    ticket.add_argument("--json", action="store_true", help="ticket and draft as one JSON object")

    for command in (ask, batch, evaluation, ticket):
        command.add_argument(
            "--index",
            type=Path,
            metavar="DIR",
            help="folder of the index (CLAUSEBOT_INDEX, or var/index)",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
