"""Whether a language model answers, in what form, how fast, and what a question costs."""

from __future__ import annotations

from bot.settings import Settings
from bot.writing.gate import Evidence, check_statement
from bot.writing.prompts import PROMPTS, to_messages
from bot.writing.writer import demand_writer

_CLAUSE = "除法定及本协议另行约定外，本公司自本协议终止之日起7日后，将不再为您保留数据。"


def check_writer(settings: Settings) -> str:
    """Ask a model one question in each language and say what came of it, a line for each.

    Raises:
        SettingsError: None is set, or it cannot be set up.
        ModelError: It does not answer.
    """
    writer = demand_writer(settings)
    clause = Evidence("1", "example/1", "example", _CLAUSE, "", ("数据的保存",), None)
    lines = [f"{writer.model.name} answers"]
    for language in ("zh", "en"):
        question = PROMPTS["check"][language]
        reply = writer.model.ask(to_messages(language, question, "", [("", clause, 1.0)]))
        passed = sum(
            each is not None
            and check_statement(each, {"1": clause}, question, entailment=writer.entailment) is None
            for each in reply.statements
        )
        lines.append(
            f"{language}: {passed} of {len(reply.statements)} statements pass the gate, "
            f"as {reply.form}; "
            f"first word after {reply.first_word:.1f} s, done after {reply.seconds:.1f} s; "
            f"tokens: {reply.asked} for the question, {reply.written} for the reply"
        )
    return "\n".join(lines)
