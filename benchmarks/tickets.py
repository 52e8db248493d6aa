"""How well the support desk reads tickets, and whether its drafts say more than the clauses.

    python -m benchmarks.tickets [FILE.jsonl] [--index DIR] [--misses]

A line of the file is a message with the questions in it, each by words that lie inside it and
by what decides it (nothing where the agreements do not). The first twenty of the bundled forty
were tuned on; the second twenty and the ten of ``tickets-fresh.jsonl`` were not. The messages of
``tickets-rough.jsonl`` (pasted headers and chats, lists of all kinds, brackets, questions that hang
on others) are told apart: the first were tuned on; of the others only three misses were looked at.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answering.bot import Bot
from bot.desk.ticket.draft import Draft, DraftAnswer, make_draft
from bot.desk.ticket.render import BlockKind, to_blocks
from bot.desk.ticket.ticket import MAX_LENGTH, read_ticket
from bot.words.catalogue import read_words, say
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder

FOLDER = Path(__file__).parents[1] / "tests" / "bot" / "desk"
CORPUS = Path(__file__).parents[1] / "corpus"
TUNED = 20  # of the bundled forty
ROUGH_TUNED = 22  # of those pasted with headers, lists, asides and half sentences
_SPACES = re.compile(r"\s+")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十百千万]+(?=个|天|日|月|年|元|小时)")
_PROMISES = re.compile(
    r"\bwe (?:will|shall|guarantee|promise|undertake)\b|\bwill be\b|\bguarantee|\brefund|\bwithin\b"
    r"|我们(?:会|将|保证|承诺)|一定会|保证|退款|尽快",
    re.IGNORECASE,
)
_HOSTILE = (
    "a ", "?", "- ", "1", "1-", "(", "wrote:", "hi ", "你", "你好", "，", "我要", "please ", "要求",
    "i want ", "a@", "a.", "and is it ", "\n", "\n>", "from: a\n", "请问", "what ", "  ", "\n\n",
    "是不是还是", "regards ", "regards\n", "以上", "of ", "$", "order ", "order a1 ", "能退吗？",
    "--\n", "请问 a 数据 ", "多久 a 数据，", "- a\n", "1. a\n", "please confirm: ", "confirm: a, ",
    "confirm (i) a ", "说明：其一，a；", "10:02\n", "a 6/3 10:02\n", "a: ", "p.s. a\n",
    "---\na\n", "(a) ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts over some messages.

    Attributes:
        questions: Expected.
        found: Expected ones that lie inside one found question, which no other lies in.
        spurious: Found ones in which no expected one lies.
        decided: Expected ones that were found and that a clause decides.
        cited: Of these, those whose reply cites such a clause.
        quoted: Of these, those whose draft quotes the deciding words.
        undecided: Expected ones that were found and that no clause decides.
        unsettled: Of these, those whose reply says so.
        wrong: Expected ones that were found and whose reply cites clauses, all beside the point.
        doubted: Of these, those that an agent is told to look at twice.
        doubted_right: Of those cited, the same.
        unfounded: Paragraphs of the drafts that neither wording, message nor clause says.
    """

    questions: int = 0
    found: int = 0
    spurious: int = 0
    decided: int = 0
    cited: int = 0
    quoted: int = 0
    undecided: int = 0
    unsettled: int = 0
    wrong: int = 0
    doubted: int = 0
    doubted_right: int = 0
    unfounded: int = 0

    def __add__(self, other: Scores) -> Scores:
        """Return both together."""
        return Scores(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def main() -> int:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.jsonl")
    parser.add_argument("--index", type=Path, metavar="DIR", help="a stored index to answer from")
    parser.add_argument("--misses", action="store_true", help="print what went wrong as well")
    options = parser.parse_args()
    embedder = SentenceEmbedder()
    index = (
        ClauseIndex.load(options.index, embedder)
        if options.index
        else ClauseIndex.build(read_corpus(CORPUS), embedder)
    )
    for name, rows in _groups(options.file):
        print(f"{name}: {_to_line(score(Bot(index), rows, misses=options.misses))}")
    _print_growth()
    return 0


def _print_growth() -> None:
    """Print how long the slowest of some repeated pieces takes, at full length and at a half."""
    took: dict[str, tuple[float, float]] = {}
    for piece in _HOSTILE:
        whole = (piece * MAX_LENGTH)[:MAX_LENGTH]
        took[piece] = (_seconds(whole), _seconds(whole[: MAX_LENGTH // 2]))
    slowest = max(took, key=lambda piece: took[piece][0])
    whole_s, half_s = took[slowest]
    print(
        f"slowest of {len(took)} messages of {MAX_LENGTH} characters: {whole_s:.2f} s for "
        f"{slowest!r}, repeated; half of it {half_s:.2f} s"
    )


def _seconds(message: str) -> float:
    took = []
    for _ in range(2):
        began = time.process_time()
        read_ticket(message)
        took.append(time.process_time() - began)
    return min(took)


def _groups(path: Path | None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if path is not None:
        yield path.name, read_tickets(path)
        return
    bundled = read_tickets(FOLDER / "tickets.jsonl")
    yield "tuned on (first 20)", bundled[:TUNED]
    yield "untouched (second 20)", bundled[TUNED:]
    yield "all 40", bundled
    yield "fresh (10)", read_tickets(FOLDER / "tickets-fresh.jsonl")
    rough = read_tickets(FOLDER / "tickets-rough.jsonl")
    yield "rough, tuned on (22)", rough[:ROUGH_TUNED]
    yield "rough, untouched (36)", rough[ROUGH_TUNED:]


def read_tickets(path: Path) -> list[dict[str, Any]]:
    """Return the messages of a file with what is expected of them."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def score(bot: Bot, rows: Sequence[dict[str, Any]], *, misses: bool = False) -> Scores:
    """Return the counts over some messages."""
    total = Scores()
    for row in rows:
        draft = make_draft(bot, read_ticket(row["message"]), agreement=row["agreement"])
        total += _score_one(bot, row, draft, misses=misses)
    return total


def unfounded(bot: Bot, draft: Draft) -> list[str]:
    """Return the paragraphs of a draft that say what no wording, message or clause says."""
    language = draft.language
    fixed = set(read_words(language, "drafts").values())
    texts = {clause.clause_id: clause.text for clause in bot.index.corpus.clauses}
    passages = [passage for reply in draft.replies for passage in reply.passages]
    cited = [
        (passage.citation.clause_id, passage.citation.quote, passage.rendering)
        for passage in passages
    ]
    leading = [
        (led.clause_id, led.quote, led.rendering)
        for passage in passages
        for led in passage.lead_ins
    ]
    said = cited + leading
    quotes = {
        say("quote", language, quote=quote)
        for clause_id, quote, _ in said
        if quote in texts[clause_id]
    }
    mark = say("unofficial", language)
    fields = bot.index.corpus.fields
    renderings = {
        f"{rendering} {mark}"
        for clause_id, _, rendering in said
        if rendering and clause_id in fields and rendering in fields[clause_id].rendering
    }
    allowed = {BlockKind.FIXED: fixed, BlockKind.QUOTE: quotes, BlockKind.RENDERING: renderings}
    wrong = []
    for block in to_blocks(draft):
        is_known = block.text in allowed[block.kind] if block.kind in allowed else True
        is_promise = block.kind is BlockKind.FIXED and _PROMISES.search(block.text)
        if not is_known or is_promise:
            wrong.append(block.text)
    return wrong + _foreign_numbers(bot, draft)


def _foreign_numbers(bot: Bot, draft: Draft) -> list[str]:
    """Return the numbers of a draft that stand in no message, clause, label or rendering."""
    sources = [draft.ticket.message]
    for passage in (passage for reply in draft.replies for passage in reply.passages):
        citation = passage.citation
        sources += [citation.text, citation.label, *citation.path, citation.translation or ""]
        for led in passage.lead_ins:
            sources += [led.reference, led.quote, led.rendering or ""]
    known = set(_NUMBERS.findall(" ".join(sources)))
    written = _NUMBERS.findall(" ".join(block.text for block in to_blocks(draft)))
    return [number for number in written if number not in known]


def _score_one(bot: Bot, row: dict[str, Any], draft: Draft, *, misses: bool) -> Scores:
    used: set[int] = set()
    counts = dict.fromkeys(Scores.__slots__, 0)
    for question in row["questions"]:
        counts["questions"] += 1
        at = _holding(row["message"], question["words"], draft.replies)
        if at is None or at in used:
            _tell(misses, row, "not found", question["words"])
            continue
        used.add(at)
        reply = draft.replies[at]
        is_right = _is_right(reply, question["evidence"])
        counts["found"] += 1
        counts["decided" if question["evidence"] else "undecided"] += 1
        counts["cited" if question["evidence"] else "unsettled"] += is_right
        is_wrong = bool(reply.answer.citations) and not is_right
        counts["wrong"] += is_wrong
        counts["doubted"] += is_wrong and reply.is_doubtful
        counts["doubted_right"] += is_right and reply.is_doubtful
        counts["quoted"] += is_right and _is_quoted(reply, question["evidence"])
        if not is_right:
            cited = [citation.clause_id for citation in reply.answer.citations]
            _tell(misses, row, f"answered {cited or reply.answer.reason}", reply.asked.text)
    for at, reply in enumerate(draft.replies):
        if at not in used:
            counts["spurious"] += 1
            _tell(misses, row, "spurious", reply.asked.words)
    for text in unfounded(bot, draft):
        counts["unfounded"] += 1
        _tell(misses, row, "unfounded", text)
    return Scores(**counts)


def _holding(message: str, words: str, replies: Sequence[DraftAnswer]) -> int | None:
    start = message.index(words)
    for at, reply in enumerate(replies):
        if reply.asked.start <= start and start + len(words) <= reply.asked.end:
            return at
    return None


def _is_right(reply: DraftAnswer, evidence: Sequence[dict[str, str]]) -> bool:
    if not evidence:
        return not reply.answer.citations
    return any(
        citation.agreement == entry["agreement"]
        and _SPACES.sub("", entry["quote"]) in _SPACES.sub("", citation.text)
        for citation in reply.answer.citations
        for entry in evidence
    )


def _is_quoted(reply: DraftAnswer, evidence: Sequence[dict[str, str]]) -> bool:
    quotes = [_SPACES.sub("", passage.citation.quote) for passage in reply.passages]
    words = [_SPACES.sub("", entry["quote"]) for entry in evidence]
    return any(word in quote or quote in word for word in words for quote in quotes)


def _tell(misses: bool, row: dict[str, Any], what: str, words: str) -> None:
    if misses:
        print(f"  {row['id']} {what}: {words}")


def _to_line(scores: Scores) -> str:
    return (
        f"found {_share(scores.found, scores.questions)}, spurious {scores.spurious}, "
        f"right clause cited {_share(scores.cited, scores.decided)}, "
        f"with its deciding words {_share(scores.quoted, scores.decided)}, "
        f"said to be unsettled {_share(scores.unsettled, scores.undecided)}, "
        f"marked weak {_share(scores.doubted, scores.wrong)} of the wrong and "
        f"{_share(scores.doubted_right, scores.cited)} of the right, "
        f"promises that no clause says {scores.unfounded}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "none"


if __name__ == "__main__":
    sys.exit(main())
