"""What is odd about a label, as a value that any language can be made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.errors import MESSAGES


class OddityKind(StrEnum):
    """What can be odd about a label."""

    FOLLOWS = "follows"  # it leaves out numbers after another label
    FOLLOWS_NUMBER = "follows_number"  # it leaves out numbers after another number
    COMES_AFTER = "comes_after"  # it goes back
    TWICE = "twice"
    STARTS_AGAIN = "starts_again"
    BEGINS = "begins"  # the numbers of the text do not begin with 1
    BEGINS_BELOW = "begins_below"  # nor do those below another label
    BEGINS_LIST = "begins_list"  # nor those of a list
    STANDS_BELOW = "stands_below"  # it names other parents than it has
    OPENS_NOTHING = "opens_nothing"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd about one label.

    Attributes:
        kind: What it is.
        label: The label, as printed.
        other: The label, number or id that the kind speaks of beside it; may be empty.
    """

    kind: OddityKind
    label: str
    other: str = ""

    def __str__(self) -> str:
        """Say it in English."""
        return MESSAGES[f"odd_{self.kind}"]["en"].format(label=self.label, other=self.other)
