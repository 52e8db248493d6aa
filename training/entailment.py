"""Make the entailment model: whether a statement is all said by the words that it rests on.

    python -m training.entailment --data DIR --agreements DIR --statements FILE [--statements FILE]

A cross-encoder that begins as the bundled judge and keeps the judge's lowest layers. It reads
question and statement against the quoted sentences, and says of ten classes which one it is:
true, or wrong in one of nine respects (``CLASSES``). Two stages. In the first it reads
translations and sentences of agreements, half of them changed by one rule (``mutants.py``), in
the statement, in the quote, or in both, so that a statement alone does not tell. In the second
it reads statements that were written about clauses, true and false ones of one quote together,
and mutants of the true ones; a part of the first stage goes on.

Of a mutant every piece that was changed is known, and a head of its own is taught to find it.
A tenth of the agreements is held out: on it ``ENTAILED`` of ``bot/writing/entailment.py`` was
chosen. State is saved as that of ``judge.py``, whose model and reader of pieces this uses.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from bot.writing.entailment import CLASSES, LONGEST, QUESTION, STATEMENT
from bot.writing.quotes import plain
from index.agreement import read_text
from index.search.models import BUNDLED_ENTAILMENT, BUNDLED_JUDGE, BUNDLED_READER, seal_models
from index.search.passages import BEGIN, END
from training.data import read_collection
from training.judge import CrossEncoder, Reader, read_weights, write_judge
from training.loop import SAVE_SECONDS, resume_run, save_run
from training.mutants import mutate, mutate_both
from training.statements import BLIND, TRUE, StatementRow, read_statements

STATE = Path("var/training/entailment.safetensors")
BATCH = 32  # pairs a step
RATE, WARM_UP, LAST = 1.5e-4, 40, 0.02
SHARED = 2  # lowest layers, which stay the judge's
_FIRST = 0.2  # share of the first stage that goes on in the second
_SMOOTH = 0.03
_ASKED = 0.5  # share of the statements that are read with their question
_MARKED = re.compile(
    r"\d|\b(?:may|must|shall|will|not|unless|except|if|only|before|after|entitled|required)\b"
    r"|不|应|须|可以|有权|除|如|未|仅|之前|之后"
)
_LENGTHS = {"en": (40, 330), "zh": (14, 120)}  # characters of a sentence that is learnt from


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement and what it is held against.

    Attributes:
        question: What was asked, or empty.
        statement: What is said.
        quote: The words that it rests on.
        kind: One of ``CLASSES``.
        marks: (start, end) of what is wrong in the statement; None where that is not known.
    """

    question: str
    statement: str
    quote: str
    kind: str
    marks: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Couple:
    """Two texts that say the same, in one language or two."""

    texts: tuple[str, str]
    langs: tuple[str, str]


def vary(couple: Couple, other: Couple, chance: random.Random) -> list[Pair]:
    """Return a true pair of a couple and a false one, or two that were changed alike.

    Args:
        couple: Two texts that say the same.
        other: One that stands near it, for a statement that is beside the point.
        chance: Draws what is done.
    """
    turn = chance.random() < 0.5
    said, quote = couple.texts[::-1] if turn else couple.texts
    lang, quoted = couple.langs[::-1] if turn else couple.langs
    near = other.texts[1 if turn else 0]
    true, dice = Pair("", said, quote, TRUE), chance.random()
    if dice < 0.12 and near != said:
        more = f"{said} {near}"
        return [true, chance.choice((
            Pair("", near, quote, "topic", (0, len(near))),
            Pair("", more, quote, "added", (len(said), len(more))),
        ))]  # fmt: skip
    if dice < 0.3:
        both = mutate_both((said, lang), (quote, quoted), chance)
        return [true, Pair("", *both, TRUE)] if both else [true]
    mutant = mutate(quote, quoted, chance) if dice < 0.55 else mutate(said, lang, chance)
    if mutant is None:
        return [true]
    if dice < 0.55:
        return [true, Pair("", said, mutant.text, mutant.kind)]
    return [true, Pair("", mutant.text, quote, mutant.kind, (mutant.start, mutant.end))]


def _lang(text: str) -> str:
    return "zh" if re.search(r"[一-鿿]", text) else "en"


class FirstStage:
    """Couples of translations and of sentences of agreements, drawn with what stands near."""

    def __init__(self, data: Path, agreements: Sequence[Path]) -> None:
        collection = read_collection(data)
        self._files: list[list[Couple]] = []
        self._weights: list[float] = []
        clauses = [(clause.zh, clause.en) for clause in collection.clauses]
        self._add(clauses, 3.0)
        for file in collection.files:
            weight = _FILES.get(file.source.name)
            if weight:
                self._add([(pair.left, pair.right) for pair in file.pairs], weight)
        for lang, weight in (("en", 4.0), ("zh", 4.0)):
            texts = [
                text for path in agreements for text in _sentences(path) if _lang(text) == lang
            ]
            self._add([(text, text) for text in texts], weight)

    def _add(self, texts: Sequence[tuple[str, str]], weight: float) -> None:
        couples = [
            Couple((one, other), (_lang(one), _lang(other)))
            for one, other in texts
            if all(_MARKED.search(text.lower()) for text in (one, other))
            and all(
                _LENGTHS[_lang(t)][0] <= len(t) <= 2 * _LENGTHS[_lang(t)][1] for t in (one, other)
            )
        ]
        if couples:
            self._files.append(couples)
            self._weights.append(weight)

    def draw(self, chance: random.Random) -> list[Pair]:
        """Return the pairs of a couple."""
        file = chance.choices(self._files, self._weights)[0]
        at = chance.randrange(len(file))
        near = file[(at + chance.choice((1, 2, 3))) % len(file)]
        return vary(file[at], near, chance)


# How often couples of a file are drawn, against one another.
_FILES = {
    "parallel-mozilla-legal": 4.0,
    "parallel-cc-i18n": 0.5,
    "parallel-ms-intune": 3.0,
    "parallel-alicloud": 2.5,
    "parallel-ms-azure-rms": 1.0,
    "parallel-webdocs": 1.0,
    "parallel-tatoeba": 1.5,
    "parallel-kubernetes": 1.0,
    "parallel-tico19": 0.5,
    "parallel-ntrex": 0.5,
    "parallel-gnome-help": 0.5,
    "parallel-mozilla-www": 0.7,
}


def _sentences(path: Path) -> Iterator[str]:
    for line in read_text(path).splitlines():
        for piece in re.split(r"(?<=[。；])|(?<=[.;])\s+(?=[A-Z])", line):
            text = piece.strip(" #*-·•\t")
            if text and _LENGTHS[_lang(text)][0] <= len(text) <= _LENGTHS[_lang(text)][1]:
                yield text


class SecondStage:
    """Statements that were written, by their quote, with mutants of the true ones."""

    def __init__(self, rows: Sequence[StatementRow]) -> None:
        by_quote: dict[tuple[str, str], list[StatementRow]] = defaultdict(list)
        for row in rows:
            by_quote[row.agreement, row.quote].append(row)
        self._groups = list(by_quote.values())
        self._quotes: dict[str, list[str]] = defaultdict(list)
        for _, quote in by_quote:
            self._quotes[_lang(quote)].append(quote)
        self._sizes = [len(group) for group in self._groups]

    def draw(self, chance: random.Random) -> list[Pair]:
        """Return pairs of one quote: some of its rows, and what is made of them."""
        group = chance.choices(self._groups, self._sizes)[0]
        rows = chance.sample(group, min(4, len(group)))
        pairs = [Pair(_asked(row, chance), row.statement, row.quote, row.kind) for row in rows]
        for row in [row for row in rows if row.kind == TRUE][:1]:
            pairs += self._made(row, chance)
        return pairs

    def _made(self, row: StatementRow, chance: random.Random) -> list[Pair]:
        """Return a pair that is made of a true row: a mutant, its own quote, or another quote."""
        asked, dice = _asked(row, chance), chance.random()
        if dice < 0.75:
            mutant = mutate(row.statement, _lang(row.statement), chance)
            if mutant:
                marks = (mutant.start, mutant.end)
                return [Pair(asked, mutant.text, row.quote, mutant.kind, marks)]
        elif dice < 0.9:
            other = chance.choice(self._quotes[_lang(row.quote)])
            if other != row.quote:
                return [Pair(asked, row.statement, other, "topic")]
        return [Pair("", row.quote, row.quote, TRUE)] if len(row.quote) < 200 else []


def _asked(row: StatementRow, chance: random.Random) -> str:
    return row.question if chance.random() < _ASKED else ""


class Passages:
    """Pairs as pieces."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def of(self, pair: Pair) -> tuple[list[int], int, list[float] | None]:
        """Return the pieces of a pair, how many are the statement's side, and what is wrong.

        The last has a number for each piece of question and statement: 1 where it is wrong.
        """
        asked = self._pieces(pair.question)[-QUESTION:]
        if pair.marks is None:
            cut = [self._pieces(pair.statement)]
        else:
            start, end = pair.marks
            parts = (pair.statement[:start], pair.statement[start:end], pair.statement[end:])
            cut = [self._pieces(part) for part in parts]
            if not cut[1]:  # something was left out: what stands there now is where one sees it
                cut[1], cut[2] = cut[2][:1], cut[2][1:]
        said = [piece for part in cut for piece in part][:STATEMENT]
        wrong = [float(at == 1) for at, part in enumerate(cut) for _ in part][:STATEMENT]
        first = [BEGIN, *asked, *([END] if asked else []), *said, END]
        is_known = pair.kind == TRUE or pair.marks is not None
        marks = [0.0] * (len(first) - len(said) - 1) + wrong if is_known else None
        room = LONGEST - len(first) - 1
        return [*first, *self._pieces(pair.quote)[:room], END], len(first), marks

    def _pieces(self, text: str) -> list[int]:
        return self._reader.pieces(plain(text)) if text else []


def measure_loss(model: CrossEncoder, pairs: Sequence[Pair], passages: Passages) -> Tensor:
    """Return the three losses of a step, added: true or not, in what respect, at which pieces."""
    read = [passages.of(pair) for pair in pairs]
    logits, each = run(model, [(pieces, first) for pieces, first, _ in read])
    kinds = torch.tensor([CLASSES.index(pair.kind) for pair in pairs])
    is_true = (kinds == 0).float()
    entropy = functional.binary_cross_entropy_with_logits
    total = entropy(entailed(logits), is_true * (1 - 2 * _SMOOTH) + _SMOOTH)
    wrong = kinds > 0
    if wrong.any():
        total = total + 0.3 * functional.cross_entropy(logits[wrong, 1:], kinds[wrong] - 1)
    found, marks = [], []
    for row, (_, _, known) in zip(each, read, strict=True):
        if known is not None:
            found.append(row[: len(known)])
            marks += known
    weight = torch.tensor(_MARK_WEIGHT)
    return total + 0.4 * entropy(torch.cat(found), torch.tensor(marks), pos_weight=weight)


_MARK_WEIGHT = 3.0  # of a wrong piece, for most are not


def entailed(logits: Tensor) -> Tensor:
    """Return the logit of "true" against all other classes, shape ``(pairs,)``."""
    return logits[:, 0] - logits[:, 1:].logsumexp(1)


def run(model: CrossEncoder, passages: Sequence[tuple[list[int], int]]) -> tuple[Tensor, Tensor]:
    """Return logits of passages, shape ``(passages, 10)``, and one of every piece."""
    longest = max(len(pieces) for pieces, _ in passages)
    ids = torch.zeros(len(passages), longest, dtype=torch.long)
    mask, kinds = torch.zeros_like(ids), torch.zeros_like(ids)
    for at, (pieces, first) in enumerate(passages):
        ids[at, : len(pieces)] = torch.tensor(pieces)
        mask[at, : len(pieces)] = 1
        kinds[at, first : len(pieces)] = 1
    device = next(model.parameters()).device
    logits, each = model(ids.to(device), mask.to(device), kinds.to(device))
    return logits.cpu(), each.cpu()


def batch(draw: Callable[[], list[Pair]]) -> list[Pair]:
    """Return the pairs of a step."""
    pairs: list[Pair] = []
    while len(pairs) < BATCH:
        pairs += draw()
    return pairs


def train(
    model: CrossEncoder,
    first: FirstStage,
    second: SecondStage,
    passages: Passages,
    *,
    steps: tuple[int, int],
    seed: int = 7,
    state: Path = STATE,
) -> None:
    """Train a model in place; go on where a run that was interrupted stopped."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).train()
    moved = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = torch.optim.AdamW(moved, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    step = resume_run(model, optimiser, state)
    chance = random.Random(seed * 1000 + step)  # noqa: S311 - draws pairs, keeps no secret
    saved = time.monotonic()

    def draw() -> list[Pair]:
        is_first = step < steps[0] or chance.random() < _FIRST
        return first.draw(chance) if is_first else second.draw(chance)

    bar = tqdm(range(step, sum(steps)), "training", initial=step, total=sum(steps))
    for step in bar:
        for part in optimiser.param_groups:
            part["lr"] = RATE * _share(step, steps)
        loss = measure_loss(model, batch(draw), passages)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(moved, 1.0)
        optimiser.step()
        if time.monotonic() - saved > SAVE_SECONDS or step + 1 == sum(steps):
            state.parent.mkdir(parents=True, exist_ok=True)
            save_run(model, optimiser, state, step + 1)
            saved = time.monotonic()


def _share(step: int, steps: tuple[int, int]) -> float:
    """Return the share of the rate: warmed up, and falling over the second stage alone."""
    fall = (step - steps[0]) / max(steps[1], 1)
    return min(1.0, (step + 1) / WARM_UP) * max(LAST, 1 - max(0.0, fall))


def hold_out(rows: Sequence[StatementRow]) -> frozenset[str]:
    """Return the tenth of the agreements that the model is not trained on."""
    return frozenset(sorted({row.agreement for row in rows if row.hand})[5::10])


def measure(
    model: CrossEncoder, rows: Sequence[StatementRow], passages: Passages
) -> list[tuple[float, StatementRow]]:
    """Return of every row the logit of "the quote says so", the highest first."""
    read: list[tuple[float, StatementRow]] = []
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(rows), BATCH):
            part = rows[at : at + BATCH]
            pairs = [Pair(row.question, row.statement, row.quote, row.kind) for row in part]
            logits, _ = run(model, [passages.of(pair)[:2] for pair in pairs])
            read += zip(entailed(logits).tolist(), part, strict=True)
    return sorted(read, key=lambda one: -one[0])


def tell_curve(read: Sequence[tuple[float, StatementRow]]) -> Iterator[str]:
    """Yield, for shares of false statements stopped, the threshold and the true ones accepted."""
    true = [logit for logit, row in read if row.kind == TRUE]
    false = sorted((logit for logit, row in read if row.kind != TRUE), reverse=True)
    for stopped in (0.8, 0.9, 0.95, 0.97, 0.99, 1.0):
        least = false[min(round((1 - stopped) * len(false)), len(false) - 1)]
        accepted = sum(logit > least for logit in true) / max(len(true), 1)
        yield f"stopped {stopped:.2f}: threshold {least:+.2f}, accepted {accepted:.3f}"


def main(arguments: list[str] | None = None) -> int:
    """Train the entailment model, write it, and tell how it does on what was held out."""
    parser = argparse.ArgumentParser(prog="python -m training.entailment", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data files")
    parser.add_argument("--agreements", type=Path, required=True)
    parser.add_argument("--statements", type=Path, action="append", required=True)
    parser.add_argument("--steps", type=int, nargs=2, default=(30, 420), help="of each stage")
    parser.add_argument("--out", type=Path, default=BUNDLED_ENTAILMENT)
    options = parser.parse_args(arguments)
    torch.manual_seed(7)
    rows = [row for file in options.statements for row in read_statements(file, options.agreements)]
    held, blind = hold_out(rows), [row for row in rows if row.hand in BLIND]
    own = [row for row in rows if row.hand not in BLIND and row.agreement not in held]
    first = FirstStage(options.data, _files(options.agreements, {row.agreement for row in blind}))
    passages, model = Passages(Reader()), CrossEncoder(BUNDLED_READER, len(CLASSES))
    judge = read_weights(BUNDLED_JUDGE)
    model.go_on_from({name: kept for name, kept in judge.items() if not name.startswith("head.")})
    train(model, first, SecondStage(own), passages, steps=tuple(options.steps))
    for name, part in (
        ("held out", [row for row in rows if row.hand not in BLIND and row.agreement in held]),
        ("blind", blind),
    ):
        print(name, *tell_curve(measure(model, part, passages)), sep="\n  ", file=sys.stderr)
    write_judge(model, options.out, shared=SHARED)
    seal_models(options.out)
    return 0


def _files(agreements: Path, without: Collection[str]) -> list[Path]:
    files = sorted(path for path in agreements.glob("*/*") if path.is_file())
    return [path for path in files if f"{path.parent.name}/{path.name}" not in without]


if __name__ == "__main__":
    sys.exit(main())
