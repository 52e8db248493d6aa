"""Fit the ranker: which clause fits, whether an agreement answers at all, which clause decides.

    python -m training.ranker --judged FILE [--judged FILE] --agreements DIR [--out FILE]

Three steps, each for agreements with written fields and for bare ones. First the weights of
the channels and of a clause's length, by the likelihood of the deciding clause among all (a
softmax over the clauses), scaled by a logistic regression so that a clause's fit is a logit.
Then a logistic regression over the features of each agreement. Last one over what the judge
says of the clauses that it reads.

For written fields, questions come from ``training/data/known.jsonl``, whose author saw neither
the expected questions nor any test; those of kind ``swapped`` are asked of the other agreement,
which answers them or does not. Those that nothing answers come from the corpus, each fifth of
them judged by an index that holds the other four. For bare agreements they are judged pairs
over real agreements (``--judged``, see ``training/judged.py`` for the form): those on the tenth
of the first file's agreements that the judge was not trained on.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from bot.answering.question import frame_question
from bot.evaluation.scores import Gold, matches, read_questions
from index.corpus import Corpus, read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder, SentenceEmbedder
from index.search.models import FITTED, seal_models
from index.search.open_questions import OpenQuestion
from index.search.ranking import AnswerFeatures, Channel, ClauseFeatures, Model, Ranker
from training.judged import JudgedQuestion, find_agreement, hold_out, read_judged

KNOWN = Path(__file__).parent / "data" / "known.jsonl"
FOLDS = 5
NEGATIVE_WEIGHT = 0.35  # there are more unanswered questions here than people ask
# By how much, in logits, a clause decides what people ask less often than what our hands asked;
# chosen on 260 questions of people about 70 agreements.
_BESIDE = 0.54
READ = 400  # questions that the judge reads for the last step, drawn at random
_PENALTY = 1e-3
_ABSENT = -1e4  # a logit that no softmax notices
_START = Ranker(*2 * (Model((5.0,) * len(Channel)),))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the index sees it.

    Attributes:
        searches: What is looked for.
        scope: Agreements that are looked in.
        channels: Shape ``(clauses, len(Channel))``.
        right: Which clauses decide it, shape ``(clauses,)``; none for an unanswered one.
        known: Of which clauses it is known whether they decide it, shape ``(clauses,)``.
        index: The index that was asked.
        weight: How much it counts.
    """

    searches: tuple[str, ...]
    scope: tuple[str, ...]
    channels: NDArray[np.float32]
    right: NDArray[np.bool_]
    known: NDArray[np.bool_]
    index: ClauseIndex
    weight: float


def main(arguments: list[str] | None = None) -> int:
    """Fit both models and write them."""
    parser = argparse.ArgumentParser(prog="python -m training.ranker", description=__doc__)
    parser.add_argument("--judged", type=Path, action="append", required=True)
    parser.add_argument("--agreements", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--model", default="")
    parser.add_argument("--out", type=Path, default=FITTED)
    options = parser.parse_args(arguments)
    embedder = SentenceEmbedder(options.model)
    known = read_questions(KNOWN)
    files = [read_judged(file) for file in options.judged]
    written = ask_written(read_corpus(options.corpus), embedder, known)
    held = hold_out(files[0])
    judged = [row for file in files for row in file if row.agreement in held]
    bare = list(ask_bare(options.agreements, embedder, judged))
    fitted = {"written": fit(written), "bare": fit(bare, beside=_BESIDE)}
    options.out.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    seal_models(options.out)
    print(f"wrote {options.out}", file=sys.stderr)
    return 0


def ask_written(corpus: Corpus, embedder: Embedder, known: Sequence[Gold]) -> list[Asked]:
    """Ask an index with written fields what is known to be answered, and what is left open."""
    index = ClauseIndex.build(corpus, embedder, ranker=_START)
    return _ask_known(index, known) + _ask_unanswered(index, corpus.open_questions)


def ask_bare(
    agreements: Path, embedder: Embedder, judged: Sequence[JudgedQuestion]
) -> Iterator[Asked]:
    """Ask each agreement the questions that were judged on it."""
    for name in tqdm(sorted({row.agreement for row in judged}), "agreements"):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(find_agreement(name, agreements), Path(folder, f"a{Path(name).suffix}"))
            index = ClauseIndex.build(read_corpus(Path(folder)), embedder, ranker=_START)
        for row in judged:
            if row.agreement == name:
                yield _ask_judged(index, row)


def _ask_judged(index: ClauseIndex, row: JudgedQuestion) -> Asked:
    own = np.array([row.is_about(clause.start, clause.end) for clause in index.corpus.clauses])
    right = own & (row.verdict == "decides")
    asked = _ask(index, row.question, None, (), right)
    return replace(asked, known=own) if row.verdict == "related" else asked


def fit(asked: Sequence[Asked], *, beside: float = 0.0) -> dict[str, object]:
    """Return the numbers of one model, as ``Ranker.load`` reads them.

    ``beside`` lowers the logit that a clause decides, for questions that are asked beside the
    point more often than those that it is fitted on.
    """
    channels, length, bias = fit_channels([one for one in asked if one.right.any()])
    model = Model(channels, length, bias)
    features, features_bias = _fit_features([one for one in asked if one.known.all()], model)
    model = replace(model, features=features, features_bias=features_bias)
    judged, judged_bias = _fit_judged(asked, model)
    return {
        "channels": {channel.name.lower(): round(channels[channel], 4) for channel in Channel},
        "length": round(length, 4),
        "channels_bias": round(bias, 4),
        "features": dict(zip(AnswerFeatures.__dataclass_fields__, features, strict=True)),
        "features_bias": features_bias,
        "judged": dict(zip(ClauseFeatures.__dataclass_fields__, judged, strict=True)),
        "judged_bias": round(judged_bias - beside, 4),
    }


def _ask_known(index: ClauseIndex, known: Sequence[Gold]) -> list[Asked]:
    return [
        _ask(
            index,
            gold.question,
            gold.agreement,
            gold.history,
            np.array(
                [
                    any(matches(clause.agreement, clause.text, entry) for entry in gold.evidence)
                    for clause in index.corpus.clauses
                ]
            ),
        )
        for gold in known
    ]


def _ask_unanswered(index: ClauseIndex, rows: Sequence[OpenQuestion]) -> list[Asked]:
    """Ask each fifth of the unanswered questions of an index that holds the others, or none."""
    nothing = np.zeros(len(index.corpus.clauses), dtype=bool)
    asked = []
    for fold in range(FOLDS):
        held = index.corpus.open_questions
        others = tuple(row for at, row in enumerate(held) if at % FOLDS != fold)
        part = ClauseIndex.build(
            replace(index.corpus, open_questions=others), index.embedder, index, ranker=_START
        )
        for row in rows[fold::FOLDS]:
            chosen = row.agreements[0] if len(row.agreements) == 1 else None
            asked.append(_ask(part, row.question, chosen, (), nothing, NEGATIVE_WEIGHT))
    return asked


def _ask(
    index: ClauseIndex,
    text: str,
    chosen: str | None,
    history: Sequence[str],
    right: NDArray[np.bool_],
    weight: float = 1.0,
) -> Asked:
    question = frame_question(text, index.corpus.agreements, chosen=chosen, history=history)
    channels = index.find(question.searches).channels
    known = np.ones(len(right), dtype=bool)
    return Asked(question.searches, question.scope, channels, right, known, index, weight)


def fit_channels(asked: Sequence[Asked]) -> tuple[tuple[float, ...], float, float]:
    """Return the weight of each channel, that of the length, and a bias: their sum is a logit."""
    values = [np.column_stack([one.channels, one.index.lengths]) for one in asked]
    most = max(map(len, values))
    rows = torch.zeros(len(asked), most, len(Channel) + 1)  # (questions, clauses, weights)
    right, scope = (torch.zeros(len(asked), most, dtype=torch.bool) for _ in range(2))
    for at, (one, value) in enumerate(zip(asked, values, strict=True)):
        rows[at, : len(value)] = torch.tensor(value)
        right[at, : len(value)] = torch.tensor(one.right)
        scope[at, : len(value)] = torch.tensor(_in_scope(one))
    used = rows.abs().sum(dim=(0, 1)) > 0  # a bare agreement has no rendering to weigh
    weights = torch.tensor([5.0] * len(Channel) + [0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        fits = (rows @ (weights * used)).masked_fill(~scope, _ABSENT)
        likely = torch.log_softmax(fits, dim=1).masked_fill(~right, _ABSENT)
        value = -torch.logsumexp(likely, dim=1).mean() + _PENALTY * (weights**2).mean()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    found = (weights * used).detach().numpy()
    slope, bias = _scale(asked, found)
    scaled = [float(weight) * slope for weight in found]
    return tuple(scaled[:-1]), scaled[-1], bias


def _scale(asked: Sequence[Asked], weights: NDArray[np.float32]) -> tuple[float, float]:
    """Return (slope, bias) that make logits of fits, by what share of the first three is right."""
    fits, labels = [], []
    for one in asked:
        values = np.column_stack([one.channels, one.index.lengths])
        scores = np.where(_in_scope(one), values @ weights, _ABSENT)
        best = np.argsort(-scores)[:3]
        fits += scores[best].tolist()
        labels += one.right[best].tolist()
    line = LogisticRegression(C=1e3).fit(np.array(fits)[:, None], labels)
    return float(line.coef_[0, 0]), round(float(line.intercept_[0]), 4)


def _fit_features(asked: Sequence[Asked], model: Model) -> tuple[tuple[float, ...], float]:
    rows, labels, weights = [], [], []
    for one in asked:
        one.index.ranker = Ranker(model, model)
        found = one.index.find(one.searches)
        for agreement in one.scope:
            own = np.array([c.agreement == agreement for c in one.index.corpus.clauses])
            rows.append(astuple(found.features(agreement)))
            labels.append(bool((one.right & own).any()))
            weights.append(one.weight)
    return _regress(rows, labels, weights)


def _fit_judged(asked: Sequence[Asked], model: Model) -> tuple[tuple[float, ...], float]:
    """Weigh what is known of every clause that is read, each alike: so it is calibrated."""
    rows, labels = [], []
    chance = random.Random(7)  # noqa: S311 - draws questions, keeps no secret
    for one in tqdm(chance.sample(asked, min(len(asked), READ)), "judging"):
        one.index.ranker = Ranker(model, model)
        decided = one.index.find(one.searches).decide(one.scope)
        for hit, features in decided:
            if one.known[hit.position]:
                rows.append(astuple(features))
                labels.append(bool(one.right[hit.position]))
    return _regress(rows, labels, [1.0] * len(rows))


def _regress(
    rows: Sequence[Sequence[float]], labels: Sequence[bool], weights: Sequence[float]
) -> tuple[tuple[float, ...], float]:
    """Return the weights of features, and a bias, that make the logit of a label."""
    scaler = StandardScaler().fit(rows)
    line = LogisticRegression(C=1.0).fit(scaler.transform(rows), labels, sample_weight=weights)
    found = line.coef_[0] / scaler.scale_
    bias = float(line.intercept_[0] - found @ scaler.mean_)
    return tuple(round(float(weight), 4) for weight in found), round(bias, 4)


def _in_scope(one: Asked) -> NDArray[np.bool_]:
    return np.array([clause.agreement in one.scope for clause in one.index.corpus.clauses])


if __name__ == "__main__":
    sys.exit(main())
