"""Print what the program reaches on sets of questions, side by side, and why.

    python -m benchmarks.agreements SET [SET …] [--corpus corpus] [--out ANSWERS.jsonl]

A set is a file of questions (``*.jsonl``, as ``python -m bot eval`` reads them), asked of the
whole corpus, or a folder of such files with the agreements that nobody prepared in
``SET/agreements/<id>.*``, each of which is indexed and asked alone.

First comes a table of all sets; then of each its scores by language of the question and by
direction, what each channel finds alone and all do joined, with the judge and without, what each
bar for answering would do, whether the confidence of a citation keeps its word, and how often
"says nothing" is true.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bot.answering.answer import Outcome, Reason
from bot.answering.bot import Bot
from bot.answering.question import frame_question
from bot.evaluation.measures import mean_of
from bot.evaluation.scores import (
    Answered,
    Gold,
    ask_all,
    matches,
    read_questions,
    score,
    score_groups,
    to_table,
)
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex, SearchResult
from index.search.embedder import Embedder, SentenceEmbedder
from index.search.ranking import Channel

ALONE = (Channel.TEXT_VECTOR, Channel.TEXT_CONTEXT, Channel.TEXT_WORDS)
SHOWN = (
    *("questions", "hit@1", "recall@5", "citation precision", "evidence cited"),
    *("abstention recall", "over-refusal", "median ms"),
)
BARS = (0.02, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Seen:
    """One question with its answer and what the search made of it.

    Attributes:
        pair: The question and its answer.
        spoken: Language of the agreement.
        surest: Highest probability, 0..1, that a clause decides it.
        orders: By name of a ranking, its first five clauses: text of each.
    """

    pair: Answered
    spoken: str
    surest: float
    orders: dict[str, list[str]]


def main(arguments: list[str] | None = None) -> int:
    """Print every figure of every set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreements", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", metavar="SET")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--out", type=Path, help="write every answer, one a line")
    options = parser.parse_args(arguments)
    embedder = SentenceEmbedder()
    sets = {
        str(path): list(look(path, embedder))
        if path.is_dir()
        else list(
            _ask(ClauseIndex.build(read_corpus(options.corpus), embedder), read_questions(path))
        )
        for path in options.sets
    }
    _print_side_by_side(sets)
    for name, seen in sets.items():
        print(f"\n== {name}")
        _print_details(seen)
    if options.out:
        rows = (
            json.dumps(_to_row(one), ensure_ascii=False) for own in sets.values() for one in own
        )
        options.out.write_text("\n".join(rows) + "\n", "utf-8")
    return 0


def look(folder: Path, embedder: Embedder) -> Iterator[Seen]:
    """Index each agreement of a folder alone and ask it its questions."""
    by_name: dict[str, list[Gold]] = defaultdict(list)
    for questions in sorted(folder.glob("*.jsonl")):
        for gold in read_questions(questions):
            by_name[gold.agreement or ""].append(gold)
    for name, own in tqdm(sorted(by_name.items()), "agreements"):
        (file,) = (folder / "agreements").glob(f"{name}.*")
        with tempfile.TemporaryDirectory() as corpus:
            shutil.copy(file, corpus)
            index = ClauseIndex.build(read_corpus(Path(corpus)), embedder)
        yield from _ask(index, own)


def _ask(index: ClauseIndex, questions: Sequence[Gold]) -> Iterator[Seen]:
    for pair in ask_all(Bot(index), questions):
        yield _look(index, pair)


def _print_side_by_side(sets: Mapping[str, Sequence[Seen]]) -> None:
    print(f"{'':34}" + "".join(f"{name:>20}" for name in SHOWN))
    for name, seen in sets.items():
        for group, found in score_groups([one.pair for one in seen]).items():
            if found:
                cells = "".join(f"{found[measure]:>20}" for measure in SHOWN)
                print(f"{Path(name).name[:28]:28} {group:5}{cells}")


def _print_details(seen: Sequence[Seen]) -> None:
    pairs = [one.pair for one in seen]
    print(to_table(score_groups(pairs)))
    print("\nby direction (question of agreement): right first, in five, abstains, refused")
    for asked in ("zh", "en"):
        for spoken in ("zh", "en"):
            own = [o.pair for o in seen if (o.pair[0].language, o.spoken) == (asked, spoken)]
            if own:
                found = score(own)
                shown = ("questions", "hit@1", "recall@5", "abstention recall", "over-refusal")
                print(f"  {asked} of {spoken}", *(found[name] for name in shown))
    _print_orders(seen)
    _print_bars(seen)
    _print_confidence(pairs)


def _look(index: ClauseIndex, pair: Answered) -> Seen:
    gold, answer = pair
    framed = frame_question(
        gold.question, index.corpus.agreements, chosen=gold.agreement, history=gold.history
    )
    found = index.find(framed.searches)
    orders = {"judged": [clause.text for clause in answer.retrieved[:5]]}
    orders["joined"] = [hit.clause.text for hit in found.best(5)]
    for channel in ALONE:
        orders[channel.name.lower()] = _first_five(found, channel)
    is_ruled_out = answer.reason is Reason.INVALID or framed.is_foreign
    surest = 0.0 if is_ruled_out else answer.retrieved[0].score
    return Seen(pair, index.corpus.agreements[0].language, surest, orders)


def _first_five(found: SearchResult, channel: Channel) -> list[str]:
    order = np.argsort(-found.channels[:, channel], kind="stable")[:5]
    return [found.index.corpus.clauses[at].text for at in order]


def _print_orders(seen: Sequence[Seen]) -> None:
    print("\nright clause first / in five: all, zh, en")
    for name in seen[0].orders:
        cells = []
        for group in ("all", "zh", "en"):
            own = [o for o in seen if o.pair[0].evidence and group in ("all", o.pair[0].language)]
            first, five = (mean_of([_right(one, name, most) for one in own]) for most in (1, 5))
            cells.append(f"{first:.3f} / {five:.3f}")
        print(f"  {name:14}", *cells, sep="   ")


def _right(one: Seen, name: str, most: int) -> bool:
    gold, _ = one.pair
    texts = one.orders[name][:most]
    return any(matches(e[0], text, e) for e in gold.evidence for text in texts)


def _print_bars(seen: Sequence[Seen]) -> None:
    print("\nbar for answering: silent ones abstained on, answerable ones refused: all, zh, en")
    for bar in BARS:
        cells = []
        for group in ("all", "zh", "en"):
            own = [one for one in seen if group in ("all", one.pair[0].language)]
            below = [
                mean_of([one.surest < bar for one in own if bool(one.pair[0].evidence) is has])
                for has in (False, True)
            ]
            cells.append("{:.3f} {:.3f}".format(*below))
        print(f"  {bar:5.2f}", *cells, sep="   ")


def _print_confidence(pairs: Sequence[Answered]) -> None:
    print("\nconfidence of a citation, and the share of such citations that are right")
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for gold, answer in pairs:
        for cited in answer.citations:
            right = any(matches(cited.agreement, cited.text, entry) for entry in gold.evidence)
            bins[min(int(cited.confidence * 5), 4)].append((cited.confidence, right))
    for at, own in sorted(bins.items()):
        said, true = (sum(values) / len(own) for values in zip(*own, strict=True))
        print(f"  {at / 5:.1f}..{(at + 1) / 5:.1f}: {len(own):4} said {said:.2f}, right {true:.2f}")
    for reason in Reason:
        own_pairs = [gold for gold, answer in pairs if answer.reason is reason]
        true = sum(not gold.evidence for gold in own_pairs)
        print(f"  abstained as {reason}: {len(own_pairs)}, {true} of them truly")


def _to_row(one: Seen) -> dict[str, object]:
    gold, answer = one.pair
    return {
        "id": gold.id,
        "outcome": str(answer.outcome),
        "is_answerable": bool(gold.evidence),
        "reason": answer.reason,
        "surest": round(one.surest, 4),
        "cited": [(cited.clause_id, round(cited.confidence, 4)) for cited in answer.citations],
        "is_right": answer.outcome is Outcome.ANSWERED and _right(one, "judged", 1),
    }


if __name__ == "__main__":
    sys.exit(main())
