"""Paragraphs as the text that the segmenter reads: what every format writes with."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from index.segmentation.doubts import Aside, Doubt, Oddity, OddityKind, count_letters, is_loss

MOST_NOTES = 1_000  # of one file; nobody reads more
_WORDS_NOTED = 80
_MOST_MEASURED = 2_000_000  # characters of a source; counting the words of more takes too long
_NEAR = 20  # lines above a lost one by which its place is found
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_BROKEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")  # a word that goes on in the next line
_LONGEST_HEADING = 120
_BLANKS = re.compile(r"[ \t\r\f]+")
_SENTENCE_ENDS = ("。", "；", ";", "，", ",")


@dataclass(slots=True)
class Blocks:
    """The blocks of a document in the making; a blank line parts them.

    Attributes:
        blocks: Paragraphs, headings, entries of lists and tables so far.
        source: All words of the file, gathered before anything is left out, in lines; empty where
            nobody gathered them. What was read is measured against it.
    """

    blocks: list[str] = field(default_factory=list)
    source: str = ""
    _noted: list[tuple[int, Oddity]] = field(default_factory=list)
    _left_out: list[str] = field(default_factory=list)

    def note(self, kind: OddityKind, words: str = "", why: Aside | None = None) -> None:
        """Note what is left out or doubted, at the place where the next block will begin.

        Args:
            kind: What it is.
            words: All the words that are left out, or what is guessed; their beginning is shown.
            why: Of what is set aside, the reason.
        """
        is_left_out = kind in (OddityKind.HIDDEN, OddityKind.SET_ASIDE)
        letters = count_letters(words) if is_left_out else 0
        if is_left_out:
            self._left_out.append(words)
        if len(self._noted) < MOST_NOTES and (letters or not is_left_out):
            self._noted.append((len(self.blocks), Oddity(kind, shorten(words), why or "", letters)))

    def add(
        self, words: str, *, label: str = "", depth: int = 0, bold: bool = False, indent: int = 0
    ) -> None:
        """Add a paragraph; one without words adds nothing.

        Args:
            words: Its words, lines of it apart by line feeds.
            label: The number or bullet that stands before it.
            depth: Of the heading it is, or 0.
            bold: Whether all of it stands in bold type.
            indent: How many lists it stands in beyond the first.
        """
        lines = [line for line in map(tidy, words.split("\n")) if line]
        if not lines:
            return
        first = f"{label} {lines[0]}" if label else lines[0]
        is_short = len(lines) == 1 and len(first) <= _LONGEST_HEADING
        if is_short and depth and not first.endswith(_SENTENCE_ENDS):
            first = f"{'#' * min(depth, 6)} {first}"
        elif is_short and bold and label != "-":
            first = f"**{first}**"
        self.blocks.append("\n".join(" " * (4 * indent) + line for line in (first, *lines[1:])))

    def add_table(self, rows: Iterable[Iterable[str]]) -> None:
        """Add a table, one line a row; one of a single column is paragraphs."""
        table = [[tidy(cell.replace("\n", " ")) for cell in row] for row in rows]
        table = [row for row in table if any(row)]
        if max(map(len, table), default=0) < 2:
            for row in table:
                self.add(row[0])
            return
        lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in table]
        self.blocks.append("\n".join(lines))

    def text(self) -> str:
        """Return the whole text."""
        return "\n\n".join(self.blocks) + "\n"

    def notes(self) -> tuple[Doubt, ...]:
        """Return what was noted and what is lost, each with its line in the whole text."""
        first = [*accumulate((block.count("\n") + 2 for block in self.blocks), initial=1)]
        last = max(first[-1] - 2, 1)
        notes = [Doubt(min(first[at], last), oddity) for at, oddity in self._noted]
        return (*notes, *self._find_lost())

    def count_source(self) -> int:
        """Return how many letters and digits the file holds; 0 for unknown."""
        return _count_of(_words_in(self.source[:_MOST_MEASURED]))

    def _find_lost(self) -> Iterator[Doubt]:
        """Yield a doubt where words of the source are neither in the text nor noted."""
        if len(self.source) > _MOST_MEASURED:
            return
        text, wanted = self.text(), _words_in(self.source)
        found = _words_in("\n".join((text, *self._left_out)))
        missing = wanted - found
        # Words that are only parted or joined in another way lack no letter.
        letters = min(_count_of(missing), (_letters_in(wanted) - _letters_in(found)).total())
        if not is_loss(letters, _count_of(wanted)):
            return
        line, words = _place_of(missing, self.source, text)
        yield Doubt(line, Oddity(OddityKind.LOST, shorten(words), count=letters))


def shorten(words: str) -> str:
    """Return the first words of a piece, on one line."""
    first = tidy(words[: 4 * _WORDS_NOTED].replace("\n", " "))
    return first if len(first) <= _WORDS_NOTED else f"{first[:_WORDS_NOTED].rstrip()}…"


def _words_in(text: str) -> Counter[str]:
    """Return how often each word, or Chinese character, stands in a text."""
    plain = unicodedata.normalize("NFKC", text).replace("\xad", "").lower()
    return Counter(found[0] for found in _WORD.finditer(_BROKEN.sub("", plain)))


def _letters_in(words: Counter[str]) -> Counter[str]:
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for letter in word:
            letters[letter] += count
    return letters


def _count_of(words: Counter[str]) -> int:
    return sum(len(word) * count for word, count in words.items())


def _place_of(missing: Counter[str], source: str, text: str) -> tuple[int, str]:
    """Return the line of a text where the first line that it lacks would stand, and that line."""
    above: deque[str] = deque(maxlen=_NEAR)
    best = ""
    for line in source.splitlines():
        words = _words_in(line)
        lost = sum((words & missing).values())
        if lost and lost * 5 >= words.total() * 4:
            best = line
            break
        best = best or (line if lost else "")
        above.appendleft(tidy(line)[:_WORDS_NOTED])
    known = (text.find(words) for words in above if words)
    at = next((place for place in known if place >= 0), 0)
    return text.count("\n", 0, at) + 1, best


def tidy(words: str) -> str:
    """Return words without the blanks around them and with single blanks within."""
    return _BLANKS.sub(" ", words).strip(" \n")
