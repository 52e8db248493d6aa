"""The channels of the search joined: which clause fits best, and whether it answers at all.

Two small linear models, fitted by ``python -m training.ranker`` on questions whose deciding
clause is known and on questions that nothing answers. Each comes twice: for agreements
with written fields, and for bare ones, which only their own words speak for.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.search.models import FITTED, verify_models

Floats = NDArray[np.float32]


class Channel(IntEnum):
    """One opinion on how well a clause fits; the value is its column."""

    TEXT_VECTOR = 0  # cosine of the best row of the clause's own words, -1..1
    RENDERING_VECTOR = 1
    QUESTION_VECTOR = 2  # mean of the two nearest expected questions
    TEXT_CONTEXT = 3  # cosine of the whole clause, read in context
    RENDERING_CONTEXT = 4
    TEXT_WORDS = 5  # BM25 share, 0..1
    RENDERING_WORDS = 6
    QUESTION_WORDS = 7


VECTORS = (Channel.TEXT_VECTOR, Channel.RENDERING_VECTOR, Channel.QUESTION_VECTOR)
CONTEXTS = (Channel.TEXT_CONTEXT, Channel.RENDERING_CONTEXT)
WORDS = (Channel.TEXT_WORDS, Channel.RENDERING_WORDS, Channel.QUESTION_WORDS)


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """What speaks for and against an agreement's answering a question.

    Attributes:
        strength: Log-sum-exp of its clauses' fit: one strong clause or several good ones.
        behind: How far its best clause falls behind the best of all agreements, 0 or more.
        silent: Nearness to questions that it is known to leave open, -1..1.
        foreign: Nearness to questions that are about no agreement, -1..1.
        asked: The best clause's ``QUESTION_VECTOR`` (``TEXT_CONTEXT`` for a bare one).
        worded: The best clause's ``QUESTION_WORDS``.
        rendered: The best clause's ``RENDERING_CONTEXT``.
        no_period: 1 if a length of time is asked for and the best clause states none.
    """

    strength: float
    behind: float
    silent: float
    foreign: float
    asked: float
    worded: float
    rendered: float
    no_period: float


@dataclass(frozen=True, slots=True)
class ClauseFeatures:
    """What speaks for and against a clause's deciding a question, once the judge has read it.

    Attributes:
        prior: Logit of "its agreement answers", by the search alone.
        behind: How far its fit falls behind the best of its agreement, 0 or more.
        decides: The judge's logit of "this clause decides the question".
    """

    prior: float
    behind: float
    decides: float


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted numbers for one kind of agreement.

    Attributes:
        channels: Weight of each ``Channel``.
        length: Weight of a clause's length, the logarithm of one more than its characters.
        channels_bias: Added to the weighed channels; the sum is the logit of "the clause
            answers", taken by itself.
        features: Weight of each of ``AnswerFeatures``, in their order.
        features_bias: Added to the weighed features; the sum is the logit of "the agreement
            answers".
        judged: Weight of each of ``ClauseFeatures``, in their order.
        judged_bias: Added to them; the sum is the logit of "the clause decides the question".
    """

    channels: tuple[float, ...]
    length: float = 0.0
    channels_bias: float = 0.0
    features: tuple[float, ...] = (0.0,) * len(AnswerFeatures.__dataclass_fields__)
    features_bias: float = 0.0
    judged: tuple[float, ...] = (0.0,) * len(ClauseFeatures.__dataclass_fields__)
    judged_bias: float = 0.0

    def fit(self, channels: Floats, lengths: Floats) -> Floats:
        """Return how well clauses fit, shape ``(clauses,)``, in logits, higher is better.

        Args:
            channels: Shape ``(clauses, len(Channel))``.
            lengths: The logarithm of one more than each clause's characters.
        """
        weights = np.array(self.channels, dtype=np.float32)
        weighed = channels @ weights + lengths * np.float32(self.length) + self.channels_bias
        return np.asarray(weighed, dtype=np.float32)

    def probability(self, features: AnswerFeatures) -> float:
        """Return the probability, 0..1, that an agreement answers."""
        return _probability(self.features, self.features_bias, asdict(features))

    @staticmethod
    def decides_unread(features: ClauseFeatures) -> float:
        """Return the same where no judge has read: the agreement's, less by what it is behind."""
        return float(1 / (1 + np.exp(features.behind - features.prior)))

    def decides(self, features: ClauseFeatures) -> float:
        """Return the calibrated probability, 0..1, that a clause decides the question."""
        return _probability(self.judged, self.judged_bias, asdict(features))


@dataclass(frozen=True, slots=True)
class Ranker:
    """Both models; their logits can be compared, so mixed corpora rank as one.

    Attributes:
        written: For clauses with renderings or expected questions.
        bare: For clauses with their own words alone.
    """

    written: Model
    bare: Model

    @classmethod
    def load(cls, path: Path = FITTED) -> Self:
        """Read the fitted numbers.

        Raises:
            StoreError: The file is missing or broken.
        """
        if path == FITTED:
            verify_models()
        try:
            found = json.loads(path.read_text("utf-8"))
            return cls(*(_to_model(found[name]) for name in ("written", "bare")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{path}: cannot be read ({error!r}). Restore it, or fit it anew: "
                "python -m training.ranker"
            ) from error

    def fits(self, channels: Floats, lengths: Floats, is_written: NDArray[np.bool_]) -> Floats:
        """Return the fit of every clause, shape ``(clauses,)``, in logits.

        Args:
            channels: Shape ``(clauses, len(Channel))``.
            lengths: The logarithm of one more than each clause's characters.
            is_written: Which clauses have written fields, shape ``(clauses,)``.
        """
        written, bare = (model.fit(channels, lengths) for model in (self.written, self.bare))
        return np.where(is_written, written, bare)


def logit(probability: float) -> float:
    """Return the log odds of a probability, 0..1, kept finite at both ends."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return float(np.log(kept / (1 - kept)))


def _probability(weights: Sequence[float], bias: float, values: Mapping[str, float]) -> float:
    logit = bias + sum(w * value for w, value in zip(weights, values.values(), strict=True))
    return float(1 / (1 + np.exp(-logit)))


def _to_model(found: Mapping[str, Any]) -> Model:
    names = [channel.name.lower() for channel in Channel]
    return Model(
        channels=_weights(found["channels"], names),
        length=_number(found["length"]),
        channels_bias=_number(found["channels_bias"]),
        features=_weights(found["features"], AnswerFeatures.__dataclass_fields__),
        features_bias=_number(found["features_bias"]),
        judged=_weights(found["judged"], ClauseFeatures.__dataclass_fields__),
        judged_bias=_number(found["judged_bias"]),
    )


def _weights(found: Mapping[str, object], names: Collection[str]) -> tuple[float, ...]:
    if set(found) != set(names):
        raise ValueError(f"the weights are of {sorted(found)}, not of {sorted(names)}")
    return tuple(_number(found[name]) for name in names)


def _number(found: object) -> float:
    if not isinstance(found, int | float) or not np.isfinite(found):
        raise ValueError(f"{found!r} is no finite number")
    return float(found)
