"""What is odd about a label, or about the reading of a file, told in any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from index.errors import MESSAGES

COVERAGE = 0.98  # of the letters of a file that must be read
_FEW = 20  # letters that may be lost unsaid beyond
_SIGNS = re.compile(r"[\W_]+")


class OddityKind(StrEnum):
    """What can be odd about a label, or about the reading of a file."""

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
    REPEATS = "repeats"  # so do those that follow it in a row
    ONE_CLAUSE = "one_clause"  # a clause holds most of the text
    LONG_CLAUSE = "long_clause"
    LANGUAGES = "languages"  # a second language begins, which holds a good part of the text
    HIDDEN = "hidden"  # words that a person does not see are left out
    SET_ASIDE = "set_aside"  # so are words that stand around the agreement
    COLUMNS = "columns"  # the words may stand in columns
    MOST_ASIDE = "most_aside"  # most words of the file are left out
    LOST = "lost"  # words of the file are neither read nor left out for a reason
    ENCODING = "encoding"  # which letters the bytes mean is guessed


GRAVE = frozenset(  # the text itself may be wrong, not one label
    {OddityKind.ONE_CLAUSE, OddityKind.COLUMNS, OddityKind.MOST_ASIDE, OddityKind.LOST}
)


class Aside(StrEnum):
    """Why words that stand around an agreement are set aside."""

    MENU = "menu"  # links that lead elsewhere
    FOOT = "foot"
    RUNNING = "running"  # heads, feet and numbers of pages
    CONTENTS = "contents"  # a table of contents
    DIALOG = "dialog"  # a bar or window over the page, such as one about cookies
    BESIDE = "beside"  # what stands beside the text, or is a form, a button, a comment


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd about one label, or one place of a file.

    Attributes:
        kind: What it is.
        label: The label, as printed; or the first words, or the encoding.
        other: The label, number or id that the kind speaks of beside it, or the ``Aside`` for
            which words are set aside; may be empty.
        count: How many letters, characters or labels the kind speaks of, or how many percent.
    """

    kind: OddityKind
    label: str
    other: str = ""
    count: int = 0

    def why(self, language: str) -> str:
        """Say why words are set aside."""
        return MESSAGES[f"why_{self.other}"][language]

    def say(self, language: str) -> str:
        """Say it."""
        other = self.why(language) if self.kind is OddityKind.SET_ASIDE else self.other
        words = MESSAGES[f"odd_{self.kind}"][language]
        return words.format(label=self.label, other=other, count=self.count)

    def __str__(self) -> str:
        """Say it in English."""
        return self.say("en")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the reader of a file or the segmenter is unsure of, or a slip of the text.

    Attributes:
        line: Number of the line, from 1.
        oddity: What is odd.
    """

    line: int
    oddity: Oddity

    @property
    def message(self) -> str:
        """What is odd, in English."""
        return str(self.oddity)


def count_letters(words: str) -> int:
    """Return how many letters and digits stand in words."""
    return len(_SIGNS.sub("", words))


def is_loss(lost: int, letters: int) -> bool:
    """Return whether so many letters are missed, of so many that a file holds."""
    return lost >= _FEW or lost > (1 - COVERAGE) * letters
