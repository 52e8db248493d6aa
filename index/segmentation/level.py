"""One open level of an agreement, and where a label fits among the open levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from index.segmentation.label import Reading
from index.segmentation.oddity import Oddity


@dataclass(slots=True)
class Level:
    """One open level: a heading, a numbered clause, a list entry or a paragraph.

    Attributes:
        style: Family of its label; empty for unnumbered ones.
        value: Its number.
        path: All numbers of a multi-part label.
        indent: Columns before it.
        rank: Depth of a heading by its look; 0 for what is no heading.
        keyword: Fixed depth of a keyword label; 0 for others.
        title: Title as printed, for the path of the clauses below; empty without one.
        label: Its composed label; empty for unnumbered headings.
        number: What labels below begin with.
        clause: Place of its clause among the drafts, or -1.
        depth: How many numbered levels it stands on, itself included.
        is_entry: Whether it is an entry of a list that follows a lead-in.
        children: How many clauses stand below.
        counts: Running numbers of unnumbered clauses below, by their sign.
    """

    style: str
    value: int
    path: tuple[int, ...]
    indent: int
    rank: int = 0
    keyword: int = 0
    title: str = ""
    label: str = ""
    number: str = ""
    clause: int = -1
    depth: int = 0
    is_entry: bool = False
    children: int = 0
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label fits.

    Attributes:
        reading: How the label is read.
        keep: How many open levels stay above it.
        cost: How badly it fits; 0 is the next number of its list.
        doubt: What is odd about it; None if nothing.
    """

    reading: Reading
    keep: int
    cost: float
    doubt: Oddity | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """How a label stands on the page.

    Attributes:
        indent: Columns before it.
        is_strong: Whether the line before is blank, or ends as a paragraph ends.
        is_heading: Whether the line looks like a heading or a short title.
        is_confirmed: Tells whether the next number of a reading's list follows soon.
        after_colon: Whether a lead-in stands right before.
    """

    indent: int
    is_strong: bool
    is_heading: bool
    is_confirmed: Callable[[Reading], bool]
    after_colon: bool
