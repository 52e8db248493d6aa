"""The channels of the search joined: which clause fits best, and whether it answers at all.

Two small linear models, fitted by ``python -m training.ranker`` on questions whose deciding
clause is known and on questions that nothing answers. Each comes twice: for agreements
with written fields, and for bare ones, which only their own words speak for.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError

FITTED = Path(__file__).resolve().parents[2] / "models" / "clause-ranker.json"
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
        no_period: 1 if a length of time is asked for and the best clause states no number.
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
class Model:
    """The fitted numbers for one kind of agreement.

    Attributes:
        channels: Weight of each ``Channel``.
        legs_bias: Added to the weighed channels; the sum is the logit of "the clause answers",
            taken by itself.
        features: Weight of each of ``AnswerFeatures``, in their order.
        signs_bias: Added to the weighed features; the sum is the logit of "the agreement
            answers".
    """

    channels: tuple[float, ...]
    channels_bias: float
    features: tuple[float, ...]
    features_bias: float

    def fit(self, channels: Floats) -> Floats:
        """Return how well clauses fit, shape ``(clauses,)``, in logits, higher is better."""
        weighed = channels @ np.array(self.channels, dtype=np.float32) + np.float32(
            self.channels_bias
        )
        return weighed.astype(np.float32)

    def probability(self, features: AnswerFeatures) -> float:
        """Return the probability, 0..1, that an agreement answers."""
        logit = self.features_bias + sum(
            weight * value
            for weight, value in zip(self.features, asdict(features).values(), strict=True)
        )
        return float(1 / (1 + np.exp(-logit)))


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
        try:
            found = json.loads(path.read_text("utf-8"))
            return cls(*(_to_model(found[name]) for name in ("written", "bare")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{path}: cannot be read ({error!r}). Restore it, or fit it anew: "
                "python -m training.ranker"
            ) from error

    def fits(self, channels: Floats, is_written: NDArray[np.bool_]) -> Floats:
        """Return the fit of every clause, shape ``(clauses,)``, in logits.

        Args:
            channels: Shape ``(clauses, len(Channel))``.
            is_written: Which clauses have written fields, shape ``(clauses,)``.
        """
        return np.where(is_written, self.written.fit(channels), self.bare.fit(channels))


def _to_model(found: dict[str, object]) -> Model:
    channels, features = found["legs"], found["signs"]
    if not isinstance(channels, dict) or not isinstance(features, dict):
        raise TypeError("legs and signs must be objects")
    names = [channel.name.lower() for channel in Channel]
    if set(channels) != {*names, "bias"} or set(features) != {
        *AnswerFeatures.__dataclass_fields__,
        "bias",
    }:
        raise ValueError("the names of legs or signs differ")
    if not np.isfinite([*channels.values(), *features.values()]).all():
        raise ValueError("a number is not finite")
    return Model(
        channels=tuple(float(channels[name]) for name in names),
        channels_bias=float(channels["bias"]),
        features=tuple(float(features[name]) for name in AnswerFeatures.__dataclass_fields__),
        features_bias=float(features["bias"]),
    )
