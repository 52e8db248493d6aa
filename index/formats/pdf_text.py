"""Pages of a PDF → its text: what is on every page goes, what was wrapped is joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.formats.blocks import Blocks
from index.formats.pdf_layout import Flow, lay_out
from index.formats.pdf_rows import (
    ENDS,
    HAN,
    RAISED,
    Piece,
    PrintedLine,
    Row,
    Rule,
    to_rows,
)
from index.formats.pdf_tables import Table
from index.segmentation.doubts import Aside, OddityKind
from index.segmentation.lines import read_opening

_MARGIN_LINES = 3  # how many lines from the edge a header or footer may reach
_EDGE = 0.12  # of the page's height, where headers and feet stand
_NEAR = 4.0  # points by which a running line may be moved
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—·\s]*(?:(?:page|p\.|第)\s?)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s?页)?"
    r"(?:\s?(?:/|of|共|，共|, 共|\|)\s?(?:第\s?)?\d{1,4}(?:\s?页)?)?[-–—·\s]*",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|\d{1,2}|[*†‡§]{1,3}|[①-⑳])(?=\s?\S)")
_HYPHENS = "-\u2010"
_SMALL = 0.93  # of the usual size of type, in which footnotes are set
_LARGE = 1.1  # of it; larger type is a heading
_ALIKE = 1.06  # sizes of type that differ less are one
_GAP = 1.45  # of the usual distance; a wider one parts paragraphs
_LONGEST_HEADING = 120
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(slots=True)
class Sheet:
    """What a person sees on one page.

    Attributes:
        pieces: Words that run to the right.
        height: Of the page.
        rules: Lines that are drawn across it.
        turned: Words of other directions, each as if the page were turned.
        hidden: Words that leave nothing to see.
        aslant: Words that run aslant over the page.
    """

    pieces: list[Piece]
    height: float
    rules: list[Rule] = field(default_factory=list)
    turned: list[list[Piece]] = field(default_factory=list)
    hidden: str = ""
    aslant: str = ""

    @property
    def groups(self) -> list[list[Piece]]:
        """Its words by their direction."""
        return [self.pieces, *self.turned]


def write_sheets(sheets: Sequence[Sheet]) -> Blocks:
    """Return the paragraphs, headings and tables of pages, with notes of what is left out."""
    pages = [to_rows(sheet.pieces) for sheet in sheets]
    kept, running = drop_margins(pages, [sheet.height for sheet in sheets])
    flows: list[list[Flow]] = []
    for sheet, rows in zip(sheets, kept, strict=True):
        turned = [lay_out(to_rows(group), [], max(piece.right for piece in group))
                  for group in sheet.turned]  # fmt: skip
        is_turned = any(len(group) > 2 * len(sheet.pieces) for group in sheet.turned)
        own = lay_out(rows, sheet.rules)
        flows.append([flow for part in turned for flow in part] * is_turned + own
                     + [flow for part in turned for flow in part] * (not is_turned))  # fmt: skip
    writer = _Writer(flows)
    for words in running.values():
        writer.blocks.note(OddityKind.SET_ASIDE, " ".join(words), Aside.RUNNING)
    for sheet, page in zip(sheets, flows, strict=True):
        writer.blocks.note(OddityKind.HIDDEN, sheet.hidden)
        writer.blocks.note(OddityKind.SET_ASIDE, sheet.aslant, Aside.BESIDE)
        writer.write(page)
    writer.close()
    blocks = writer.blocks
    lines = [row.words for rows in pages for row in rows]
    lines += [row.words for sheet in sheets for group in sheet.turned for row in to_rows(group)]
    lines += [words for sheet in sheets for words in (sheet.hidden, sheet.aslant)]
    blocks.source = "\n".join(lines)
    return blocks


def drop_margins(
    pages: Sequence[list[Row]], heights: Sequence[float]
) -> tuple[list[list[Row]], dict[str, list[str]]]:
    """Return the pages without running heads, feet and page numbers, and the words of these."""
    edges = [_edges(page, height) for page, height in zip(pages, heights, strict=True)]
    places: dict[str, list[tuple[int, Row]]] = {}
    for number, page in enumerate(edges):
        for row in page:
            places.setdefault(_key(row), []).append((number, row))
    often = max(2, sum(map(bool, pages)) // 2)
    kept, running = [], dict[str, list[str]]()
    for page, outer in zip(pages, edges, strict=True):
        margins = {id(row): row for row in outer
                   if _is_page_number(row) or _runs(row, places[_key(row)], often)}  # fmt: skip
        kept.append([row for row in page if id(row) not in margins])
        for row in margins.values():
            running.setdefault("" if _is_page_number(row) else _key(row), []).append(row.words)
    return kept, running


def _edges(page: Sequence[Row], height: float) -> list[Row]:
    """Return the lines near the upper and lower edge of a page."""
    outer = [*page[:_MARGIN_LINES], *page[max(_MARGIN_LINES, len(page) - _MARGIN_LINES) :]]
    return [row for row in outer if not _EDGE * height < row.base < (1 - _EDGE) * height]


def _runs(row: Row, alike: Sequence[tuple[int, Row]], often: int) -> bool:
    """Return whether a line stands in one place of many pages; a counted title is no such line."""
    at, size = row.base, row.size
    near = {
        number: other.words
        for number, other in alike
        if abs(other.base - at) < _NEAR and abs(other.size - size) < 0.1 * size
    }
    is_counted = len(set(near.values())) > 1 and _has_label(row.words)
    return len(near) >= often and not is_counted


def _is_page_number(row: Row) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(row.words))


def _key(row: Row) -> str:
    return _DIGITS.sub("0", "".join(row.words.split()))[:200]


def _has_label(words: str) -> bool:
    return read_opening(words, 0, len(words)).label is not None


def _is_broken(words: str, after: str) -> bool:
    """Return whether a hyphen breaks a word at the end of a line."""
    return words[-1] in _HYPHENS and words[-2:-1].isalpha() and after[0].islower()


def _opens(words: str) -> bool:
    """Return whether a line opens with a number and a new sentence, not with a reference."""
    opening = read_opening(words, 0, len(words))
    end = opening.end
    if opening.label is None or not 0 < end < len(words) or words[end - 1].isalnum():
        return False
    return words[end].isupper() or (bool(HAN.match(words[end])) and words[end - 1] not in "条章节")


def _counts_on(words: str, after: str) -> bool:
    """Return whether a line opens with the number that comes next after that of another."""
    first, second = (read_opening(one, 0, len(one)).label for one in (words, after))
    if first is None or second is None:
        return False
    return any(
        one.style == other.style and (*one.path[:-1], one.path[-1] + 1) == other.path
        for one in first.readings for other in second.readings
    )  # fmt: skip


class _Writer:
    """Joins lines to paragraphs and writes these as blocks.

    Attributes:
        blocks: What is written so far.
    """

    def __init__(self, pages: Sequence[Sequence[Flow]]) -> None:
        self.blocks = Blocks()
        flows = [[part for part in flow.parts if isinstance(part, PrintedLine)]
                 for page in pages for flow in page]  # fmt: skip
        lines = [line for flow in flows for line in flow]
        sizes = Counter[float]()
        for line in lines:
            sizes[round(line.size, 1)] += len(line.words)
        self._body = max(sizes, key=lambda size: (sizes[size], size), default=10.0)
        self._usual = _usual_distance(flows) or 1.5 * self._body
        rights = sorted(line.right for line in lines if not line.edge)
        self._edge = rights[int(len(rights) * 0.95)] if rights else 0.0
        self._parts_by_gaps = self._are_apart(flows)
        self._words = Counter(word for line in lines for word in _WORD.findall(line.words.lower()))
        self._depths = self._heading_depths(lines)
        self._paragraph: list[PrintedLine] = []
        self._notes: list[str] = []  # footnotes of the paragraph that is open

    def _heading_depths(self, lines: Iterable[PrintedLine]) -> list[float]:
        """Return the sizes of type of headings, the largest first."""
        sizes: list[float] = []
        for size in sorted({line.size for line in lines if line.size > _LARGE * self._body})[::-1]:
            if not sizes or sizes[-1] > _ALIKE * size:
                sizes.append(size)
        return sizes

    def _are_apart(self, flows: Iterable[Sequence[PrintedLine]]) -> bool:
        """Return whether white stands between paragraphs nearly everywhere."""
        ends = [
            self._is_wide(above, below)
            for flow in flows
            for above, below in pairwise(flow)
            if not self._fills(above, below) and above.size == below.size
        ]
        return len(ends) > 5 and sum(ends) > 0.9 * len(ends)

    def write(self, page: Sequence[Flow]) -> None:
        """Write what stands on a page; its last paragraph stays open."""
        notes: list[list[PrintedLine]] = []
        for flow in page:
            if flow.guessed:
                self.close()
                self.blocks.note(OddityKind.COLUMNS, _first_words(flow))
            parts, foot = self._without_notes(flow.parts)
            notes += foot
            for part in parts:
                if isinstance(part, Table):
                    self.close()
                    self.blocks.add_table(part.rows)
                    continue
                if not self._paragraph or self._begins(self._paragraph[-1], part):
                    self.close()
                self._paragraph.append(part)
        for note in notes:
            self._add_note(note)

    def close(self) -> None:
        """End the paragraph that is open."""
        if self._paragraph:
            first = self._paragraph[0]
            words = self._join(self._paragraph)
            is_bold = all(line.bold for line in self._paragraph)
            self.blocks.add(words, depth=self._depth(first), bold=is_bold)
        for note in self._notes:
            self.blocks.add(note)
        self._paragraph, self._notes = [], []

    def _depth(self, line: PrintedLine) -> int:
        if line.size <= _LARGE * self._body:
            return 0
        return next(at for at, size in enumerate(self._depths, 1) if line.size * _ALIKE > size)

    def _without_notes(
        self, parts: Sequence[PrintedLine | Table]
    ) -> tuple[Sequence[PrintedLine | Table], list[list[PrintedLine]]]:
        """Return what is read in one go without the footnotes below it, and these."""
        small: list[PrintedLine] = []
        for part in reversed(parts):
            if not isinstance(part, PrintedLine) or part.size >= _SMALL * self._body:
                break
            small.insert(0, part)
        while small and not _NOTE_MARK.match(small[0].words):
            small.pop(0)
        notes: list[list[PrintedLine]] = []
        for line in small:
            if _NOTE_MARK.match(line.words):
                notes.append([])
            notes[-1].append(line)
        return parts[: len(parts) - len(small)], notes

    def _add_note(self, lines: Sequence[PrintedLine]) -> None:
        """Write a footnote below the paragraph that names it, else below the open one."""
        words = self._join(lines)
        end = len(_NOTE_MARK.findall(words)[0])
        sign = words[:end].translate(RAISED)
        named = [at for at, block in enumerate(self.blocks.blocks) if sign in block]
        is_open = bool(self._paragraph) and sign in self._join(self._paragraph)
        if is_open or not named:
            self._notes.append(sign + words[end:])
        else:
            self.blocks.blocks[named[-1]] += "\n" + sign + words[end:]

    def _begins(self, above: PrintedLine, line: PrintedLine) -> bool:
        """Return whether a line begins a paragraph, not goes on with the one above."""
        if _is_broken(above.words, line.words):
            return False
        # To another page or column, where white tells nothing.
        is_moved = line.base <= above.base or line.edge != above.edge
        if self._looks_apart(above, line) or (not is_moved and self._is_wide(above, line)):
            return True
        is_labelled = _has_label(line.words)
        if _opens(line.words) and (is_moved or _counts_on(self._paragraph[0].words, line.words)):
            return True
        if self._parts_by_gaps and not is_moved:
            return False
        if is_labelled and line.left < above.left - 0.8 * line.size and not is_moved:
            return True
        is_indented = line.left > above.left + 1.5 * line.size
        return above.words[-1] in ENDS and (is_labelled or is_moved or is_indented)

    def _looks_apart(self, above: PrintedLine, line: PrintedLine) -> bool:
        """Return whether a line had room for the next word, or is set in another type."""
        is_sized = above.size / 1.12 < line.size < above.size * 1.12
        has_bold = above.bold != line.bold and all(one.bold for one in self._paragraph)
        has_light = line.bold and not any(one.bold for one in self._paragraph)
        return not self._fills(above, line) or not is_sized or has_bold or has_light

    def _is_wide(self, above: PrintedLine, line: PrintedLine) -> bool:
        """Return whether more white than usual stands between two lines."""
        return line.base - above.base > _GAP * self._usual * max(1.0, above.size / self._body)

    def _fills(self, above: PrintedLine, line: PrintedLine) -> bool:
        """Return whether a line had no room for the first word of the next one."""
        edge = above.edge or self._edge
        blank = 0.0 if HAN.match(line.words) else 0.25 * above.size
        return above.right + blank + line.first > edge - 0.6 * above.size

    def _join(self, lines: Sequence[PrintedLine]) -> str:
        """Return the words of lines: Chinese without blanks, words broken by a hyphen whole."""
        words = lines[0].words
        for line in lines[1:]:
            last, first = words[-1], line.words[0]
            if last in _HYPHENS and words[-2:-1].isalnum() and first.isalnum():
                words = self._mended(words, line.words)
            elif HAN.match(last) or HAN.match(first):
                words += line.words
            else:
                words += " " + line.words
        return words

    def _mended(self, words: str, after: str) -> str:
        """Return a word that a hyphen broke; where the text has it with one, it keeps it."""
        head, tail = re.search(r"[^\W\d_]+[-\u2010]\Z", words), _WORD.match(after)
        if not head or not tail or not after[0].islower():
            return words + after
        joined = (head[0] + tail[0]).lower()
        is_compound = self._words[joined] > self._words[joined.replace("-", "")]
        return (words if is_compound else words[:-1]) + after


def _first_words(flow: Flow) -> str:
    part = flow.parts[0]
    return part.words if isinstance(part, PrintedLine) else " ".join(part.rows[0])


def _usual_distance(flows: Iterable[Sequence[PrintedLine]]) -> float:
    """Return the distance from line to line within a paragraph, 0 where nothing tells."""
    steps = sorted(_steps(flows))
    return float(median(steps[: max(1, len(steps) // 2)])) if steps else 0.0


def _steps(flows: Iterable[Sequence[PrintedLine]]) -> Iterator[float]:
    for flow in flows:
        for above, below in pairwise(flow):
            if 0 < below.base - above.base < 60:
                yield below.base - above.base
