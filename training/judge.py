"""Make the judge: a cross-encoder that begins as the bundled reader.

    python -m training.judge --judged FILE [--judged FILE] --agreements DIR [--steps 2600]
                             [--begin models/clause-judge]

Every judged question becomes a group of pairs: the clause that decides it against clauses that
the search finds near (``NEAR``, sampled anew each time), the related clause that does not, or
the clauses of an agreement that is silent. Four losses are added: "decides" of each pair, "on
the topic" where that is known, the deciding clause against its rivals (softmax over the group),
and of every piece of a deciding clause whether it is among the deciding words.

A tenth of the agreements of the first file is held out; the ranker is fitted on it. Questions
are worn a little: letters dropped, courtesies before and after. The newest hands are drawn more
often (``_NEW``), for they come nearest to what people ask. The embeddings of pieces stay
as the reader has them, so that both share one matrix; a judge that goes on from a former one
(``--begin``) keeps its lowest layers, too, and is the mean of the weights before and after
("model soups", Wortsman et al. 2022), since further steps alone forget. A step runs in bfloat16
where the CPU has AMX, twice as fast there, and slower than single precision without; dropout
would take a third of it. State is saved every three minutes to
``var/training/judge.safetensors`` and taken up again; a CUDA device is used if there is one.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm
from transformers import BertModel

from bot.answering.question import frame_question
from index.clause import Clause
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder, SentenceEmbedder
from index.search.judge import LEAD_IN, LONGEST, QUESTION, TITLES, TITLES_ABOVE
from index.search.models import BUNDLED_JUDGE, BUNDLED_READER, seal_models
from index.search.passages import BEGIN, END
from index.text import normalise, split_sentences
from training.judged import JudgedQuestion, find_agreement, hold_out, read_judged
from training.loop import SAVE_SECONDS, resume_run, save_run

STATE = Path("var/training/judge.safetensors")
NEAR = 20  # clauses that the search finds for a question, from which rivals are drawn
GROUPS = 10  # questions a step; some 33 pairs
RATE, WARM_UP, LAST = 8e-5, 200, 0.02
_FROM_HAND, _NEW = 22, 3.0  # how much more often a question of a newer hand is drawn
_KEPT_LAYERS = 2  # lowest ones that a judge that goes on keeps as they are
_LENGTHS = 3  # parts by length that the pairs of a step are read in, so that less is padding
_SMOOTH = 0.02  # of the labels: a twentieth of the judged pairs would be judged otherwise
_WORN = 0.42  # share of the questions that are worn
_BEFORE = {
    "en": (
        "Hi,",
        "Hello team,",
        "Sorry if this was asked before.",
        "I am on the paid plan.",
        "ok so",
    ),
    "zh": ("你好，", "请问一下，", "打扰了，想问个事。", "提了工单一直没人理。", "如题，"),
}
_AFTER = {"en": ("thanks", "please advise", "?"), "zh": ("谢谢", "求解答", "？？")}


@dataclass(frozen=True, slots=True)
class Pieces:
    """A clause in the reader's pieces.

    Attributes:
        head: Its titles, and what leads into it.
        body: Its text.
        marks: Places in ``body`` of the words that decide the question; empty if not known.
    """

    head: tuple[int, ...]
    body: tuple[int, ...]
    marks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """One judged question with the clauses it is judged against."""

    row: JudgedQuestion
    own: tuple[Pieces, ...]
    near: tuple[Pieces, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One passage: its pieces, how many are the question's, and what it should say.

    Attributes:
        pieces: As the judge reads them.
        question: How many of them are the question's.
        decides: 1 or 0.
        topic: 1, 0, or None where it is not known.
        marks: Of each piece of the text, whether it decides; None where that is not known.
        text: Where the text begins in ``pieces``.
    """

    pieces: list[int]
    question: int
    decides: float
    topic: float | None
    marks: list[float] | None
    text: int


class CrossEncoder(nn.Module):
    """The reader's layers with a head for a passage and one for every piece."""

    def __init__(self, reader: Path, verdicts: int = 2) -> None:
        super().__init__()
        self.transformer: Any = BertModel.from_pretrained(
            reader,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            dtype=torch.float32,
        )
        self.transformer.embeddings.word_embeddings.weight.requires_grad_(False)
        width = self.transformer.config.hidden_size
        self.head, self.tag = nn.Linear(width, verdicts), nn.Linear(width, 1)

    def forward(self, pieces: Tensor, mask: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits, shape ``(pairs, verdicts)``, and one of every piece, both float32."""
        lengths = mask.sum(1)
        parts = torch.argsort(lengths).chunk(_LENGTHS)
        logits, each = [], []
        for part in parts:
            end = int(lengths[part].max())
            first, one = self._read(pieces[part, :end], mask[part, :end], kinds[part, :end])
            logits.append(first)
            each.append(functional.pad(one, (0, pieces.shape[1] - end)))
        back = torch.argsort(torch.cat(parts))
        return torch.cat(logits)[back], torch.cat(each)[back]

    def _read(self, pieces: Tensor, mask: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        device = pieces.device.type
        is_fast = device != "cpu" or torch.cpu._is_amx_tile_supported()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=is_fast):
            found = self.transformer(input_ids=pieces, attention_mask=mask, token_type_ids=kinds)
            hidden = found.last_hidden_state
            logits, each = self.head(hidden[:, 0]), self.tag(hidden).squeeze(-1)
        return logits.float(), each.float()

    def go_on_from(self, former: Mapping[str, Tensor]) -> None:
        """Take the weights of a former judge, and keep the lowest layers as they are."""
        self.load_state_dict(former, strict=False)
        for layer in self.transformer.encoder.layer[:_KEPT_LAYERS]:
            layer.requires_grad_(False)

    def mix_with(self, former: Mapping[str, Tensor]) -> None:
        """Take the mean of the own weights and of those of a former judge."""
        own = self.cpu().state_dict()
        self.load_state_dict(
            {name: (own[name] + weights) / 2 for name, weights in former.items()}, strict=False
        )


class Reader:
    """Cuts questions and clauses into pieces, as the judge does when it answers."""

    def __init__(self, folder: Path = BUNDLED_READER) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def pieces(self, text: str) -> list[int]:
        """Return the pieces of any text."""
        ids: list[int] = self._tokenizer.encode(normalise(text), add_special_tokens=False).ids
        return ids

    def clause(self, clause: Clause, deciding: tuple[int, int] | None = None) -> Pieces:
        """Return a clause in pieces, those of its deciding words marked."""
        titles = self.pieces(" › ".join(clause.path[-TITLES_ABOVE:]))[-TITLES:]
        lead_in = self.pieces(clause.lead_in)[-LEAD_IN:]
        body: list[int] = []
        marks: set[int] = set()
        for start, end in split_sentences(clause.text):
            encoded = self._tokenizer.encode(
                normalise(clause.text[start:end]), add_special_tokens=False
            )
            for piece, (first, last) in zip(encoded.ids, encoded.offsets, strict=True):
                if deciding and start + last > deciding[0] and start + first < deciding[1]:
                    marks.add(len(body))
                body.append(piece)
        head = [*titles, *([END] if titles else []), *lead_in]
        return Pieces(tuple(head), tuple(body), frozenset(marks))


def make_groups(
    rows: Sequence[JudgedQuestion], agreements: Path, embedder: Embedder, reader: Reader
) -> list[Group]:
    """Return the groups of questions, agreement by agreement."""
    by_name: dict[str, list[JudgedQuestion]] = defaultdict(list)
    for row in rows:
        by_name[row.agreement].append(row)
    groups: list[Group] = []
    for name, own in tqdm(sorted(by_name.items()), "agreements"):
        groups += _groups_of(find_agreement(name, agreements), own, embedder, reader)
    return groups


def _groups_of(
    file: Path, rows: Sequence[JudgedQuestion], embedder: Embedder, reader: Reader
) -> Iterable[Group]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, Path(folder, f"a{file.suffix}"))
        index = ClauseIndex.build(read_corpus(Path(folder)), embedder)
    clauses = index.corpus.clauses
    for row in rows:
        own = [clause for clause in clauses if row.is_about(clause.start, clause.end)]
        if not own and row.clauses:
            continue
        found = index.find(frame_question(row.question, index.corpus.agreements).searches)
        best = [hit.clause for hit in found.best(NEAR)]
        own = own or best[:1]
        near = [clause for clause in best if clause not in own]
        first = reader.clause(own[0], row.deciding)
        yield Group(row, (first, *map(reader.clause, own[1:2])), tuple(map(reader.clause, near)))


def make_pairs(group: Group, reader: Reader, chance: random.Random) -> list[Pair]:
    """Return the pairs of one group, its question worn anew and its rivals drawn anew."""
    asked = reader.pieces(_wear(group.row, chance))[-QUESTION:]
    near = group.near
    if group.row.verdict == "decides":
        rivals = [*_draw(near[:5], 2, chance), *_draw(near[5:], 2, chance)]
        return [
            _pair(asked, group.own[0], 1, 1, chance),
            *(_pair(asked, one, 0, 0, chance) for one in rivals),
        ]
    if group.row.verdict == "related":
        return [_pair(asked, group.own[0], 0, 1, chance)]
    tempting = [*group.own, *_draw(near[:8], 2, chance)]
    return [_pair(asked, one, 0, None, chance) for one in tempting]


def _draw(clauses: Sequence[Pieces], count: int, chance: random.Random) -> list[Pieces]:
    return chance.sample(clauses, min(count, len(clauses)))


def _pair(
    asked: list[int], clause: Pieces, decides: float, topic: float | None, chance: random.Random
) -> Pair:
    first = [BEGIN, *asked, END]
    room = LONGEST - len(first) - len(clause.head) - 1
    begin = _window(asked, clause, room, chance)
    body = clause.body[begin : begin + room]
    marks = None
    if decides and clause.marks:
        marks = [float(begin + at in clause.marks) for at in range(len(body))]
    pieces = [*first, *clause.head, *body, END]
    return Pair(pieces, len(first), decides, topic, marks, len(first) + len(clause.head))


def _window(asked: Sequence[int], clause: Pieces, room: int, chance: random.Random) -> int:
    """Return where the passage of a long clause begins: at its deciding words, or the likeliest."""
    spare = len(clause.body) - room
    if spare <= 0:
        return 0
    if clause.marks:
        low = min(max(0, max(clause.marks) - room + 1), spare)
        return chance.randint(low, max(low, min(min(clause.marks), spare)))  # noqa: PLW3301
    wanted = set(asked)
    begins: list[int] = [*range(0, spare, max(1, room // 4)), spare]
    shared = [len(wanted.intersection(clause.body[at : at + room])) for at in begins]
    return begins[shared.index(max(shared))]


def _wear(row: JudgedQuestion, chance: random.Random) -> str:
    if chance.random() > _WORN:
        return row.question
    words = list(row.question)
    for _ in range(max(1, len(words) // 30)):
        if len(words) > 4 and chance.random() < 0.3:
            words.pop(chance.randrange(len(words)))
    before = f"{chance.choice(_BEFORE[row.lang])} " if chance.random() < 0.5 else ""
    after = f" {chance.choice(_AFTER[row.lang])}" if chance.random() < 0.3 else ""
    return before + "".join(words) + after


def measure_loss(model: CrossEncoder, groups: Sequence[Sequence[Pair]], device: str) -> Tensor:
    """Return the four losses of a step, added."""
    pairs = [pair for group in groups for pair in group]
    longest = max(len(pair.pieces) for pair in pairs)
    ids = torch.zeros(len(pairs), longest, dtype=torch.long)
    mask, kinds = torch.zeros_like(ids), torch.zeros_like(ids)
    for at, pair in enumerate(pairs):
        count = len(pair.pieces)
        ids[at, :count] = torch.tensor(pair.pieces)
        mask[at, :count] = 1
        kinds[at, pair.question : count] = 1
    logits, each = model(ids.to(device), mask.to(device), kinds.to(device))
    logits, each = logits.cpu(), each.cpu()
    decides = torch.tensor([float(pair.decides) for pair in pairs])
    topic = torch.tensor([pair.topic or 0.0 for pair in pairs])
    is_known = torch.tensor([float(pair.topic is not None) for pair in pairs])
    entropy = functional.binary_cross_entropy_with_logits
    smooth = decides * (1 - 2 * _SMOOTH) + _SMOOTH
    total = entropy(logits[:, 0], smooth) + 0.3 * entropy(logits[:, 1], topic, weight=is_known)
    starts = torch.tensor([0, *(len(group) for group in groups)]).cumsum(0).tolist()
    first = torch.tensor([0])
    rivals = [
        functional.cross_entropy(logits[None, start:end, 0], first)
        for start, end, group in zip(starts, starts[1:], groups, strict=False)
        if group[0].decides and len(group) > 1
    ]
    if rivals:
        total = total + 0.5 * torch.stack(rivals).mean()
    marked = [
        entropy(row[pair.text : pair.text + len(pair.marks)], torch.tensor(pair.marks))
        for row, pair in zip(each, pairs, strict=True)
        if pair.marks
    ]
    return total + 0.3 * torch.stack(marked).mean() if marked else total


def train(
    model: CrossEncoder,
    groups: Sequence[Group],
    reader: Reader,
    *,
    steps: int,
    seed: int = 7,
    state: Path = STATE,
) -> None:
    """Train a model in place; go on where a run that was interrupted stopped."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).train()
    moved = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = torch.optim.AdamW(moved, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    step = resume_run(model, optimiser, state)
    often = [_NEW if group.row.hand >= _FROM_HAND else 1.0 for group in groups]
    chance = random.Random(seed * 1000 + step)  # noqa: S311 - draws pairs, keeps no secret
    saved = time.monotonic()
    for at in tqdm(range(step, steps), "training", initial=step, total=steps):
        share = min(1.0, (at + 1) / WARM_UP) * max(LAST, 1 - at / steps)
        for part in optimiser.param_groups:
            part["lr"] = RATE * share
        drawn = chance.choices(groups, often, k=GROUPS)
        loss = measure_loss(model, [make_pairs(one, reader, chance) for one in drawn], device)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(moved, 1.0)
        optimiser.step()
        if time.monotonic() - saved > SAVE_SECONDS or at + 1 == steps:
            state.parent.mkdir(parents=True, exist_ok=True)
            save_run(model, optimiser, state, at + 1)
            saved = time.monotonic()


def write_judge(model: CrossEncoder, folder: Path, *, shared: int = 0) -> None:
    """Write what a model adds to the reader: its matrices in 8 bits, one scale a row.

    Args:
        model: The model.
        folder: Where ``model.safetensors`` is written.
        shared: How many of its lowest layers are another's and left out.
    """
    left_out = ("word_embeddings.weight", *(f"encoder.layer.{at}." for at in range(shared)))
    kept: dict[str, Tensor] = {}
    for name, weights in model.cpu().state_dict().items():
        if any(part in name for part in left_out):
            continue
        if weights.ndim == 2 and ".layer." in name:
            scale = weights.abs().amax(1).clamp(min=1e-8) / 127
            kept[name] = (weights / scale[:, None]).round().to(torch.int8)
            kept[f"{name}.scale"] = scale.half()
        else:
            kept[name] = weights.half() if weights.numel() > 1000 else weights.float()
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: weights.contiguous() for name, weights in kept.items()}
    save_file(tensors, folder / "model.safetensors")


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Return the weights that ``write_judge`` wrote, by name, float32."""
    kept = load_file(folder / "model.safetensors")
    return {
        name: weights.float() * kept[f"{name}.scale"].float()[:, None]
        if weights.dtype == torch.int8
        else weights.float()
        for name, weights in kept.items()
        if not name.endswith(".scale")
    }


def main(arguments: list[str] | None = None) -> int:
    """Train the judge and write it."""
    parser = argparse.ArgumentParser(prog="python -m training.judge", description=__doc__)
    parser.add_argument("--judged", type=Path, action="append", required=True)
    parser.add_argument("--agreements", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--begin", type=Path, help="a former judge to go on from")
    parser.add_argument("--out", type=Path, default=BUNDLED_JUDGE)
    options = parser.parse_args(arguments)
    torch.manual_seed(7)
    reader = Reader()
    files = [read_judged(file) for file in options.judged]
    held = hold_out(files[0])
    rows = [row for file in files for row in file if row.agreement not in held]
    groups = make_groups(rows, options.agreements, SentenceEmbedder(), reader)
    model = CrossEncoder(BUNDLED_READER)
    former = read_weights(options.begin) if options.begin else {}
    if former:
        model.go_on_from(former)
    train(model, groups, reader, steps=options.steps)
    model.mix_with(former)
    write_judge(model, options.out)
    seal_models(options.out)
    print(f"wrote {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
