"""Figures and sources → the model card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from training.data import Collection
from training.evaluate import Ranking


def write_card(
    folder: Path,
    collection: Collection,
    figures: Mapping[str, Ranking],
    *,
    form: str,
    speed: float,
    seconds: float,
) -> None:
    """Write the card of a model into its folder."""
    (folder / "README.md").write_text(str(figures), encoding="utf-8")
