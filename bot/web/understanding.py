"""How an agreement was read, to be laid beside its text: labels, first words, doubts by line."""

from __future__ import annotations

import functools
from bisect import bisect_left

from bot.markup import escape
from bot.wording import say
from index.agreement import Agreement
from index.outline import Entry, outline
from index.segmentation.doubts import Oddity
from index.segmentation.segment import segment

MAX_ENTRIES = 1_500  # more than a reader scrolls through; the command line prints all


def render_understanding(agreement: Agreement, language: str) -> str:
    """Return a folded list of what was found, each entry a link to its place in the text."""
    entries = _entries(agreement.id, agreement.text)
    starts = [entry.start for entry in entries if entry.kind == "clause"]
    doubts = sum(entry.kind == "doubt" for entry in entries)
    summary = say("understood", language, clauses=len(starts), doubts=doubts)
    lines = "".join(_line(entry, starts, language) for entry in entries[:MAX_ENTRIES])
    return (
        f'<details class="understood"><summary>{escape(summary)}</summary>'
        f"<ol>{lines}</ol></details>"
    )


@functools.lru_cache(maxsize=32)
def _entries(agreement_id: str, text: str) -> tuple[Entry, ...]:
    return outline(text, segment(text, agreement_id))


def say_oddity(oddity: Oddity, language: str) -> str:
    """Say what is odd about a label."""
    return say(f"odd_{oddity.kind}", language, label=oddity.label, other=oddity.other)


def say_reason(reason: str, language: str) -> str:
    """Say why something is set aside."""
    return say(f"aside_{reason}", language)


def _line(entry: Entry, starts: list[int], language: str) -> str:
    at = bisect_left(starts, entry.start)
    place = f"clause-{starts[min(at, len(starts) - 1)]}" if starts else ""
    return (
        f'<li class="read-{entry.kind} read-depth-{min(entry.level, 4)}">'
        f'<a href="#{place}" data-jump="{place}"><span class="read-line">{entry.line}</span> '
        f"{escape(_words(entry, language))}</a></li>"
    )


def _words(entry: Entry, language: str) -> str:
    if entry.oddity is not None:
        return say("in_doubt", language, words=say_oddity(entry.oddity, language))
    if entry.kind == "leftover":
        reason = say_reason(entry.label, language)
        return say("set_aside", language, reason=reason, words=entry.words)
    return f"# {entry.words}" if entry.kind == "heading" else f"{entry.label}  {entry.words}"
