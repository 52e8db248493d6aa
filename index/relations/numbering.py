"""Where the numbers of one agreement lead: ``5.2(b)``, 第十条第二款, Schedule 1 → a clause.

A number that only a title bears leads to the first clause below that title. One that several
clauses bear leads to the one nearest in the order of titles, or nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.clause import Clause, ClauseKind
from index.relations.mention import Tokens, read_number, read_title
from index.segmentation.outline_builder import SIGN

_MOST_ALIKE = 32  # clauses of one number that are told apart; more are a list that begins anew
_HEADS = frozenset({
    "title", "part", "chapter", "schedule", "annex", "appendix", "exhibit",
    "编", "篇", "分编", "部分", "章", "节", "附件", "附录", "附表",
})  # fmt: skip
_UNNUMBERED = (ClauseKind.PREAMBLE, ClauseKind.CLOSING)
_PARAGRAPHS = frozenset({"款", "paragraph"})


@dataclass(frozen=True, slots=True)
class _Bearer:
    """What bears a number: a clause, or a title whose first clause stands for it."""

    keyword: str
    position: int
    title: Tokens = ()  # the path down to the title; empty for a clause


class Numbering:
    """The numbers of the clauses of one agreement, and how the clauses stand to each other."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        """Read the labels and titles of ``clauses``, in the order of their text."""
        self.clauses = tuple(clauses)
        at = {clause.clause_id: position for position, clause in enumerate(clauses)}
        self.parent = [at.get(clause.parent, -1) for clause in clauses]
        self._bearers: defaultdict[Tokens, list[_Bearer]] = defaultdict(list)
        self._below: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self._paragraphs: defaultdict[int, list[int]] = defaultdict(list)
        self._before: dict[int, int] = {}
        self._tokens: list[Tokens] = []
        last: dict[tuple[object, ...], int] = {}
        seen: set[Tokens] = set()
        for position, clause in enumerate(clauses):
            self._add_titles(position, clause, seen)
            self._add_clause(position, clause)
            row = (self.parent[position], clause.path, clause.kind)
            if row in last:
                self._before[position] = last[row]
            last[row] = position

    def find(self, keyword: str, tokens: Tokens, near: int, part: str = "") -> int | None:
        """Return the clause that bears a number, as the clause at ``near`` would mean it.

        The keyword is what the number is called, such as ``section`` or 条; of its first part, if
        it has more. ``part`` is what its last part is called, if that is something else: 款.
        """
        bearers = self._bearers.get(tokens, [])
        if not bearers or len(bearers) > _MOST_ALIKE:
            return self._find_within(keyword, tokens, near)
        if self._are_items(part, bearers):
            return None
        for fits in (
            [bearer for bearer in bearers if bearer.keyword == keyword],
            [b for b in bearers if not b.keyword and (keyword not in _HEADS or len(tokens) > 1)],
            [b for b in bearers if keyword not in _HEADS and b.keyword not in _HEADS],
        ):
            if fits:
                return self._nearest(fits, near)
        return None

    def below(self, position: int, keyword: str, tokens: Tokens, near: int) -> int | None:
        """Return the clause that bears a number below another: 第二款 of 第十条, (b) of 5.2."""
        found = self._bearers.get(self._tokens[position] + tokens)
        if found and self._tokens[position] and not self._are_items(keyword, found):
            return self._nearest(found, near)
        inner = self._below[position].get(tokens[0]) if len(tokens) == 1 else None
        if inner is not None and not self._are_items(keyword, [_Bearer("", inner)]):
            return inner
        if keyword in _PARAGRAPHS and len(tokens) == 1 and tokens[0].isdecimal():
            return self._paragraph(position, int(tokens[0]))
        return None

    def beside(self, position: int, keyword: str, tokens: Tokens) -> int | None:
        """Return the clause of a number in the same list, or in one that it stands under."""
        if keyword == "款":
            return self.below(self.article(position), keyword, tokens, position)
        above = position
        while above >= 0:
            found = self.below(above, "", tokens, position)
            if found is not None:
                return found
            above = self.parent[above]
        own = self._tokens[position]
        return self.find("", own[:-1] + tokens, position) if len(own) > 1 else None

    def before(self, position: int) -> int | None:
        """Return the paragraph before: a sibling of the same kind, or what it stands under."""
        if position in self._before:
            return self._before[position]
        is_below = self.clauses[position].kind is ClauseKind.PARAGRAPH
        above = self.parent[position]
        return above if is_below and above >= 0 else None

    def article(self, position: int) -> int:
        """Return the outermost clause that the one at ``position`` stands under, or itself."""
        while self.parent[position] >= 0:
            position = self.parent[position]
        return position

    def around(self, position: int) -> int | None:
        """Return the numbered clause right above the one at ``position``: what 本条 means there."""
        above = self.parent[position]
        while above >= 0 and not self._tokens[above]:
            above = self.parent[above]
        is_far = len(self._tokens[position]) > len(self._tokens[above]) + 1
        return None if above < 0 or is_far else above

    def article_before(self, position: int) -> int | None:
        """Return the article with the number before that of the article around ``position``."""
        tokens = self._tokens[self.article(position)]
        if not tokens or not tokens[0].isdecimal() or tokens[0] == "1":
            return None
        return self.find("条", (str(int(tokens[0]) - 1),), position)

    def _add_titles(self, position: int, clause: Clause, seen: set[Tokens]) -> None:
        above: Tokens = ()
        for depth, title in enumerate(clause.path, start=1):
            keyword, tokens = read_title(title, above)
            path = clause.path[:depth]
            if tokens and path not in seen:
                seen.add(path)
                self._bearers[tokens].append(_Bearer(keyword, position, path))
            above = tokens

    def _add_clause(self, position: int, clause: Clause) -> None:
        label, above = clause.label.rpartition(SIGN)[2], self.parent[position]
        is_plain = "•" in label or "¶" in label or clause.kind in _UNNUMBERED
        is_plain = is_plain or clause.kind is ClauseKind.PARAGRAPH  # called by its heading
        keyword, tokens = read_number(label.partition("¶")[0].partition("•")[0])
        self._tokens.append(() if is_plain else tokens)
        if clause.kind is ClauseKind.PARAGRAPH and above >= 0:
            self._paragraphs[above].append(position)
        own = label.rpartition("¶")[2] if "¶" in label else label
        last = read_number(own)[1]
        if above >= 0 and "•" not in own and last and not own.isdecimal():
            self._below[above].setdefault(last[-1], position)
        is_of_list = clause.kind is ClauseKind.ITEM or label[:1] in "(（"
        if is_plain or not tokens or (is_of_list and len(tokens) == 1):
            return
        self._bearers[tokens].append(_Bearer(keyword, position))
        if keyword in _HEADS and len(tokens) > 1:
            self._bearers[tokens[1:]].append(_Bearer("", position))

    def _find_within(self, keyword: str, tokens: Tokens, near: int) -> int | None:
        """Return the clause whose words hold a bracketed number, such as (b) within 5.2."""
        if len(tokens) < 2 or tokens[-1].isdecimal():
            return None
        found = self.find(keyword, tokens[:-1], near)
        if found is None or f"({tokens[-1]})" not in self.clauses[found].text.lower():
            return None
        return found

    def _are_items(self, keyword: str, bearers: Sequence[_Bearer]) -> bool:
        """Tell whether 款 is asked for where the numbers are those of 项 below an article (条)."""
        if keyword not in _PARAGRAPHS:
            return False
        first = bearers[0].position
        is_item = self.clauses[first].kind is ClauseKind.ITEM
        return is_item and read_number(self.clauses[self.article(first)].label)[0] == "条"

    def _nearest(self, bearers: Sequence[_Bearer], near: int) -> int | None:
        """Return the one bearer, or that whose titles are most those of ``near``.

        Where several parts count anew, only one in the part of ``near`` is meant.
        """
        here = self.clauses[near].path
        plain = [bearer for bearer in bearers if not bearer.title]
        shared = [
            (_shared(self.clauses[bearer.position].path, here), bearer)
            for bearer in plain or bearers
        ]
        best = max(count for count, _ in shared)
        found = {bearer.position: bearer for count, bearer in shared if count == best}
        part = next((at for at, title in enumerate(here) if read_title(title, ())[1]), 0)
        is_alone = len({bearer.position for bearer in bearers}) == 1
        if len(found) > 1 or (not is_alone and best < part):
            return None
        ((position, bearer),) = found.items()
        is_own = bool(bearer.title) and here[: len(bearer.title)] == bearer.title
        return None if is_own else position

    def _paragraph(self, position: int, number: int) -> int | None:
        """Return the clause that holds one of an article's unnumbered paragraphs."""
        lines = sum(bool(line.strip()) for line in self.clauses[position].text.split("\n"))
        if 0 < number <= lines:
            return position
        rest = self._paragraphs[position]
        return rest[number - lines - 1] if lines < number <= lines + len(rest) else None


def _shared(path: Tokens, other: Tokens) -> int:
    count = 0
    for title, own in zip(path, other, strict=False):
        if title != own:
            break
        count += 1
    return count
