"""The gate between a language model and the reader: no statement passes that is not quoted.

A statement is held against its clauses in the order of certainty: are the quoted words there,
does it print what only code may print, is it about the agreement it quotes, are its numbers
theirs. What remains is whether the quoted sentences say what it says, as strongly, of the same
side and on the same terms: that the entailment model decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from bot.writing.entailment import Entailment
from bot.writing.links import has_link
from bot.writing.names import find_names, names_in_title
from bot.writing.numbers import numbers_agree
from bot.writing.quotes import Misquote, Place, find_quote, plain, tell_misquote
from bot.writing.words import pattern
from index.text import split_sentences

# Logit from which the quoted sentences say what a statement says: where 95 of 100 false statements
# about agreements that were held out are stopped, and 3 of 4 true ones as well.
ENTAILED = 1.0
_NEAR = 70  # of 100: how like a sentence is that was copied but for a word or two
_EDGES = " .,;:!?。,、…\"'()-"


class Fault(StrEnum):
    """Why a statement does not pass."""

    NO_QUOTE = "no_quote"  # it rests on nothing
    UNKNOWN_CLAUSE = "unknown_clause"  # on a clause that is not in the evidence
    INVENTED = "invented"  # on words that stand nowhere
    STITCHED = "stitched"  # on words from two places, as if they were one
    ALTERED = "altered"  # on words near those of the clause
    FOREIGN = "foreign"  # on another clause's words, or another agreement's
    NUMBER = "number"
    POLARITY = "polarity"
    ACTOR = "actor"
    CONDITION = "condition"
    LABEL = "label"  # it prints a label, a version, a link or markup
    UNSUPPORTED = "unsupported"  # it says more, or something else near by


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a statement rests on.

    Attributes:
        clause: Reference of the clause, as shown to the model.
        words: The exact words.
    """

    clause: str
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that a model wrote, and what it rests on."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause as shown to the model.

    Attributes:
        reference: What the model calls it: "1", "2" …
        clause_id: Its id in the index.
        agreement: Id of the agreement.
        text: Its words.
        lead_in: Words of the clause that it completes, as an item of a list, or empty.
        path: Titles above it, outermost first.
        translation: An unofficial rendering, or None.
    """

    reference: str
    clause_id: str
    agreement: str
    text: str
    lead_in: str
    path: tuple[str, ...]
    translation: str | None


def check_statement(
    statement: Statement,
    evidence: Mapping[str, Evidence],
    question: str,
    *,
    entailment: Entailment | None,
) -> Fault | None:
    """Return why a statement must not be shown; None where nothing speaks against it.

    Args:
        statement: What the model wrote.
        evidence: The clauses that it was shown, by their reference.
        question: What was asked; its numbers may be said again.
        entailment: Reads the statement and the quoted sentences; without it only what rules tell
            for certain is told.
    """
    if any(quote.clause not in evidence for quote in statement.quotes):
        return Fault.UNKNOWN_CLAUSE
    quotes = [(evidence[quote.clause], plain(quote.words)) for quote in statement.quotes]
    places: list[tuple[Evidence, Place]] = []
    for clause, words in quotes:
        place = find_quote(words, _whole(clause), [plain(title) for title in clause.path])
        if place is None:
            return _misquoted(clause, words, evidence)
        places.append((clause, place))
    if not places:
        return Fault.NO_QUOTE
    text, asked = plain(statement.text), plain(question)
    cited = {clause.reference: clause for clause, _ in quotes}
    fault = _check_text(text, asked, [words for _, words in quotes], cited, evidence)
    if has_link(statement.text):
        fault = Fault.LABEL
    if fault is not None or entailment is None:
        return fault
    return _check_meaning(text, _quoted_sentences(places), asked, entailment)


def _check_text(
    text: str,
    asked: str,
    quotes: Sequence[str],
    cited: Mapping[str, Evidence],
    evidence: Mapping[str, Evidence],
) -> Fault | None:
    """Return what is wrong with the words of a statement, whatever they mean."""
    if pattern("label", "any").search(text):
        return Fault.LABEL
    if _is_of_another(text, asked, cited, evidence):
        return Fault.FOREIGN
    return None if numbers_agree(text, quotes, asked) else Fault.NUMBER


def _check_meaning(text: str, quoted: str, asked: str, entailment: Entailment) -> Fault | None:
    """Return in what a statement differs from the sentences it quotes; one that is them passes."""
    if text.strip(_EDGES) == quoted.strip(_EDGES):
        return None
    if _is_turned(text, quoted):
        return Fault.POLARITY
    read = entailment.read(text, quoted, asked)
    return None if read.logit >= ENTAILED else _DIFFERS.get(read.differs, Fault.UNSUPPORTED)


def _is_turned(text: str, quoted: str) -> bool:
    """Tell whether a statement is a quoted sentence but for a denial, which the model may miss."""
    said = text.strip(_EDGES)
    near = [quoted[start:end] for start, end in split_sentences(quoted)]
    denials = pattern("denial", "any")
    return any(
        fuzz.ratio(said, sentence.strip(_EDGES)) >= _NEAR
        and len(denials.findall(said)) % 2 != len(denials.findall(sentence)) % 2
        for sentence in near
    )


# What the classes of the entailment model are called; of the others it is just not said.
_DIFFERS = {
    "number": Fault.NUMBER,
    "polarity": Fault.POLARITY,
    "modality": Fault.POLARITY,
    "actor": Fault.ACTOR,
    "condition": Fault.CONDITION,
}
_MISQUOTES = {
    Misquote.INVENTED: Fault.INVENTED,
    Misquote.STITCHED: Fault.STITCHED,
    Misquote.ALTERED: Fault.ALTERED,
    Misquote.FOREIGN: Fault.FOREIGN,
}


def _whole(clause: Evidence) -> str:
    """Return a clause behind its lead-in, plain."""
    return plain(f"{clause.lead_in}\n{clause.text}" if clause.lead_in else clause.text)


def _misquoted(clause: Evidence, words: str, evidence: Mapping[str, Evidence]) -> Fault:
    def all_of(one: Evidence) -> str:
        return "\n".join((*map(plain, one.path), _whole(one)))

    others = [all_of(one) for one in evidence.values() if one is not clause]
    return _MISQUOTES[tell_misquote(words, all_of(clause), others)]


def _quoted_sentences(places: Sequence[tuple[Evidence, Place]]) -> str:
    """Return the sentences that quotes reach into, of each clause behind its lead-in, plain."""
    pieces: list[str] = []
    for clause, place in places:
        whole = place.title or _whole(clause)
        spans = [
            span for span in split_sentences(whole) if span[0] < place.end and place.start < span[1]
        ]
        quoted = whole[spans[0][0] : spans[-1][1]] if spans else ""
        lead_in = "" if place.title else plain(clause.lead_in)
        pieces += ["" if lead_in in quoted else lead_in, quoted]
    return " ".join(dict.fromkeys(filter(None, pieces)))


def _names(clause: Evidence) -> frozenset[str]:
    found = find_names(_whole(clause)).union(*(find_names(plain(title)) for title in clause.path))
    return found | names_in_title(clause.agreement)


def _is_of_another(
    text: str, asked: str, cited: Mapping[str, Evidence], evidence: Mapping[str, Evidence]
) -> bool:
    """Tell whether a statement names an agreement of the evidence that it does not quote."""
    agreements = {clause.agreement for clause in cited.values()}
    own = "\n".join(
        "\n".join(
            (clause.agreement, *clause.path, clause.lead_in, clause.text, clause.translation or "")
        ).lower()
        for clause in evidence.values()
        if clause.agreement in agreements
    )
    own_names = frozenset[str]().union(
        *(_names(clause) for clause in evidence.values() if clause.agreement in agreements)
    )
    read, question = text.lower(), asked.lower()
    others = frozenset[str]().union(
        *(_names(clause) for clause in evidence.values() if clause.agreement not in agreements)
    )
    for name in others - own_names:
        if name in own or len(name) < 2:
            continue
        if name in read or (name in question and not any(each in question for each in own_names)):
            return True
    return False
