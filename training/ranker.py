"""Fit the ranker: which clause fits, and whether an agreement answers at all.

    python -m training.ranker [--corpus corpus] [--out models/clause-ranker.json]

Two steps, each for agreements with written fields and for bare ones. First the weights of
the channels, by the likelihood of the deciding clause among all (a softmax over the clauses),
scaled by a logistic regression so that a clause's fit is a logit. Then a logistic
regression over the features of each agreement. Questions come from ``training/data/known.jsonl``,
whose author saw neither the expected questions nor any test; those of kind ``swapped`` are
asked of the other agreement, which answers them or does not. Those that nothing answers come
from the corpus, each fifth of them judged by an index that holds the other four.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.answering.question import frame_question
from bot.evaluation.scores import Gold, matches, read_questions
from index.corpus import Corpus, read_corpus
from index.search.clause_index import ClauseIndex, SearchResult
from index.search.embedder import Embedder, SentenceEmbedder
from index.search.open_questions import OpenQuestion
from index.search.ranking import FITTED, AnswerFeatures, Channel, Model, Ranker

KNOWN = Path(__file__).parent / "data" / "known.jsonl"
FOLDS = 5
NEGATIVE_WEIGHT = 0.35  # there are more unanswered questions here than people ask
_PENALTY = 1e-3
_NO_SIGNS = (0.0,) * len(AnswerFeatures.__dataclass_fields__)
_ABSENT = -1e4  # a logit that no softmax notices
_START = Ranker(*2 * (Model((5.0,) * len(Channel), 0.0, _NO_SIGNS, 0.0),))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the index sees it.

    Attributes:
        searches: What is looked for.
        scope: Agreements that are looked in.
        channels: Shape ``(clauses, len(Channel))``.
        right: Which clauses decide it, shape ``(clauses,)``; none for an unanswered one.
        index: The index that was asked.
        weight: How much it counts.
    """

    searches: tuple[str, ...]
    scope: tuple[str, ...]
    channels: NDArray[np.float32]
    right: NDArray[np.bool_]
    index: ClauseIndex
    weight: float


def main(arguments: list[str] | None = None) -> int:
    """Fit both models and write them."""
    parser = argparse.ArgumentParser(prog="python -m training.ranker", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--model", default="")
    parser.add_argument("--out", type=Path, default=FITTED)
    options = parser.parse_args(arguments)
    embedder = SentenceEmbedder(options.model)
    fitted = fit(read_corpus(options.corpus), embedder, read_questions(KNOWN))
    options.out.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(f"wrote {options.out}", file=sys.stderr)
    return 0


def fit(corpus: Corpus, embedder: Embedder, known: Sequence[Gold]) -> dict[str, object]:
    """Return the numbers of both models, as ``Ranker.load`` reads them."""
    written = ClauseIndex.build(corpus, embedder, ranker=_START)
    bare = written.without_written_fields()
    return {
        name: _fit_one(index, known, corpus.open_questions)
        for name, index in (("written", written), ("bare", bare))
    }


def _fit_one(
    index: ClauseIndex, known: Sequence[Gold], open_questions: Sequence[OpenQuestion]
) -> dict[str, object]:
    asked = _ask_known(index, known) + _ask_unanswered(index, open_questions)
    channels, channels_bias = fit_channels([one for one in asked if one.right.any()])
    model = Model(channels, channels_bias, _NO_SIGNS, 0.0)
    features, features_bias = _fit_features(asked, Ranker(model, model))
    return {
        "legs": {channel.name.lower(): round(channels[channel], 4) for channel in Channel}
        | {"bias": channels_bias},
        "signs": dict(zip(AnswerFeatures.__dataclass_fields__, features, strict=True))
        | {"bias": features_bias},
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
    return Asked(question.searches, question.scope, channels, right, index, weight)


def fit_channels(asked: Sequence[Asked]) -> tuple[tuple[float, ...], float]:
    """Return the weight of each channel, and the bias that makes their sum a logit."""
    channels = torch.tensor(
        np.stack([one.channels for one in asked])
    )  # (questions, clauses, channels)
    right = torch.tensor(np.stack([one.right for one in asked]))  # (questions, clauses)
    scope = torch.tensor(np.stack([_in_scope(one) for one in asked]))
    used = channels.abs().sum(dim=(0, 1)) > 0  # a bare agreement has no rendering to weigh
    weights = torch.full((len(Channel),), 5.0, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        fits = (channels @ (weights * used)).masked_fill(~scope, _ABSENT)
        likely = torch.log_softmax(fits, dim=1).masked_fill(~right, _ABSENT)
        value = -torch.logsumexp(likely, dim=1).mean() + _PENALTY * (weights**2).mean()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    found = (weights * used).detach().numpy()
    return _scale(asked, found)


def _scale(asked: Sequence[Asked], weights: NDArray[np.float32]) -> tuple[tuple[float, ...], float]:
    """Turn fits into logits by what share of the first three clauses is right."""
    fits, labels = [], []
    for one in asked:
        scores = np.where(_in_scope(one), one.channels @ weights, _ABSENT)
        best = np.argsort(-scores)[:3]
        fits += scores[best].tolist()
        labels += one.right[best].tolist()
    line = LogisticRegression(C=1e3).fit(np.array(fits)[:, None], labels)
    slope = float(line.coef_[0, 0])
    return tuple(float(weight) * slope for weight in weights), round(float(line.intercept_[0]), 4)


def _fit_features(asked: Sequence[Asked], ranker: Ranker) -> tuple[tuple[float, ...], float]:
    rows, labels, weights = [], [], []
    for one in asked:
        one.index.ranker = ranker
        for agreement in one.scope:
            own = np.array([c.agreement == agreement for c in one.index.corpus.clauses])
            fits = ranker.fits(one.channels, one.index.is_written)
            found = SearchResult(one.index, one.searches, one.channels, fits)
            rows.append(astuple(found.features(agreement)))
            labels.append(bool((one.right & own).any()))
            weights.append(one.weight)
    scaler = StandardScaler().fit(rows)
    line = LogisticRegression(C=1.0).fit(scaler.transform(rows), labels, sample_weight=weights)
    features = line.coef_[0] / scaler.scale_
    bias = float(line.intercept_[0] - features @ scaler.mean_)
    return tuple(round(float(sign), 4) for sign in features), round(bias, 4)


def _in_scope(one: Asked) -> NDArray[np.bool_]:
    return np.array([clause.agreement in one.scope for clause in one.index.corpus.clauses])


if __name__ == "__main__":
    sys.exit(main())
