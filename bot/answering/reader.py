"""Evidence → the answer in the clause's own words, and the clauses related to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answering.answer import Citation, Related
from bot.answering.question import Question
from bot.words.catalogue import say
from index.numerals import asks_period, asks_quantity, find_quantities
from index.relations.relations import Relation, RelationKind
from index.search.clause_index import FEW, ClauseIndex, Hit
from index.search.fields import SearchField
from index.search.words import analyse

MOST = 4  # clauses beside an answer; more are no help to a reader
NAMED = 5  # agreements named where all are meant
BOTH = 2  # agreements that one sentence can speak of
TOLD = 2  # of those that disagree are spoken of in its text
_NOTES = {
    RelationKind.EXCEPTION: "note_exception",
    RelationKind.REFERS_TO: "note_refers_to",
    RelationKind.REFERRED_BY: "note_referred_by",
}
_WEIGHT = {kind: place for place, kind in enumerate(RelationKind)}


def find_related(
    index: ClauseIndex, language: str, citations: Sequence[Citation]
) -> tuple[Related, ...]:
    """Return up to ``MOST`` clauses that are not cited, disagreeing ones first.

    Args:
        index: That was answered from.
        language: Of the notes, ``zh`` or ``en``.
        citations: Of the answer; a clause related to several is named beside the first.
    """
    seen = {citation.clause_id for citation in citations}
    rows = sorted(_relations(index, citations), key=lambda row: _WEIGHT[row.kind])
    found: list[Related] = []
    for row in rows:
        if row.other not in seen and len(found) < MOST:
            seen.add(row.other)
            found.append(_to_related(index, language, row))
    return tuple(found)


def find_disagreeing(
    index: ClauseIndex,
    language: str,
    citations: Sequence[Citation],
    related: Sequence[Related],
) -> tuple[Related, ...]:
    """Return up to ``TOLD`` clauses that the text must name: related ones that disagree first.

    What is cited may itself not go together; then one clause of each such pair is named.
    """
    found = [clause for clause in related if clause.kind == RelationKind.DISAGREES]
    told = {clause.of for clause in found}
    cited = {citation.clause_id for citation in citations}
    for row in _relations(index, citations):
        is_between = row.other in cited and not told & {row.clause_id, row.other}
        if row.kind is RelationKind.DISAGREES and is_between:
            told |= {row.clause_id, row.other}
            found.append(_to_related(index, language, row))
    return tuple(found[:TOLD])


def _relations(index: ClauseIndex, citations: Sequence[Citation]) -> Iterator[Relation]:
    for citation in citations:
        yield from index.relations.of(citation.clause_id)


def _to_related(index: ClauseIndex, language: str, row: Relation) -> Related:
    clause = index.corpus.clauses[index.position(row.other)]
    written = row.zh if language == "zh" else row.en
    return Related(
        clause_id=clause.clause_id,
        agreement=clause.agreement,
        label=clause.label,
        path=clause.path,
        text=clause.text,
        kind=row.kind,
        note=written or say(_NOTES[row.kind], language),
        of=row.clause_id,
    )


# Characters up to which a clause is quoted whole: a sentence chosen from so short a one leaves
# out words that decide in one case of eight, and saves the reader little.
_WHOLE = {"zh": 160, "en": 400}
_MARK_WEIGHT = 0.7  # of the judge's mark of a sentence, 0..1, beside the cosine
_LIST = 800  # characters of a list that are quoted whole behind its lead-in
_OVERLAP_WEIGHT = 0.5  # of the words shared with the question, beside the cosine
_QUANTITY_BONUS = 0.3  # for a sentence that states a number when one was asked for


def cite(index: ClauseIndex, question: Question, hit: Hit) -> Citation:
    """Cite a clause by the sentences of it that decide the question, a short one whole."""
    clause = hit.clause
    rendering = index.fields(hit.position).rendering
    start, end, quote_translation = 0, len(clause.text), rendering or None
    if end > _WHOLE[index.agreement(clause.agreement).language]:
        start, end, quote_translation = _choose_sentences(index, question, hit)
    return Citation(
        clause_id=clause.clause_id,
        agreement=clause.agreement,
        label=clause.label,
        path=clause.path,
        quote=clause.text[start:end],
        start=start,
        end=end,
        text=clause.text,
        translation=rendering or None,
        quote_translation=quote_translation,
        confidence=hit.score,
        lead_in=clause.lead_in,
        gist=index.fields(hit.position).gist(question.language),
    )


def _choose_sentences(
    index: ClauseIndex, question: Question, hit: Hit
) -> tuple[int, int, str | None]:
    """Return (start, end, rendering) of the words of a clause that decide the question.

    The sentence that the judge, the words and the vectors together find best; behind a lead-in
    to a list, the list.
    """
    text, fields = hit.clause.text, index.fields(hit.position)
    own = index.sentences(hit.position, SearchField.TEXT, question.searches[-1])
    if not own:
        return 0, len(text), fields.rendering or None
    rendered = index.sentences(hit.position, SearchField.RENDERING, question.searches[-1])
    is_paired = len(own) == len(rendered)
    scores = [_score(question, text[start:end], cosine) for start, end, cosine in own]
    if is_paired:
        scores = [
            max(score, _score(question, fields.rendering[start:end], cosine))
            for score, (start, end, cosine) in zip(scores, rendered, strict=True)
        ]
    marks = [mark for _, _, mark in hit.verdict.sentences] if hit.verdict else []
    if len(marks) == len(scores):
        scores = [score + _MARK_WEIGHT * mark for score, mark in zip(scores, marks, strict=True)]
    first = max(range(len(own)), key=scores.__getitem__)
    last = _list_end(text, own, first)
    translation = None
    if is_paired:
        translation = fields.rendering[rendered[first][0] : rendered[last][1]]
    elif rendered:
        start, end, _ = max(rendered, key=lambda sentence: sentence[2])
        translation = fields.rendering[start:end]
    return own[first][0], own[last][1], translation


def _list_end(text: str, sentences: Sequence[tuple[int, int, float]], at: int) -> int:
    """Return the last sentence of the list that a lead-in opens; the sentence itself if none."""
    start, end, _ = sentences[at]
    last = at
    if text[start:end].rstrip().endswith((":", "：")):
        while last + 1 < len(sentences) and sentences[last + 1][1] - start <= _LIST:
            last += 1
    return last


def compose(
    index: ClauseIndex,
    language: str,
    citations: Sequence[Citation],
    disagreeing: Sequence[Related],
    opening: str,
    remarks: Sequence[str],
) -> str:
    """Write the answer: each citation in turn, what disagrees with one, then the remarks."""
    parts = [quote_clause(index, language, citation) for citation in citations]
    others = [_compare(index, language, clause) for clause in disagreeing]
    return "\n\n".join([*([opening] if opening else []), *parts, *others, *remarks])


def say_both(question: Question, citations: Sequence[Citation]) -> str:
    """Say that both agreements speak of it, where there are two and both are cited; else nothing.

    It says no more than that: whether they say the same is for the quotes to show.
    """
    is_both = len(question.scope) == BOTH == len({citation.agreement for citation in citations})
    return say("both", question.language) if is_both else ""


def say_without(index: ClauseIndex, question: Question, agreement: str, *, is_silent: bool) -> str:
    """Say that no clause of an agreement decides the question, or that it is known to be silent."""
    key = "without_one"
    if is_silent:
        key = "silent_period" if asks_period(question.searches[0]) else "silent_one"
    return say(key, question.language, agreement=_title(index, agreement, question.language))


def ask_which(question: Question, citations: Sequence[Citation], others: int) -> tuple[str, ...]:
    """Say how many more agreements decide a question, and ask which one is meant.

    Nothing is asked among few agreements, or where all say the same.
    """
    said = [say("others", question.language, count=others)] if others else []
    agreements = {citation.agreement for citation in citations}
    quotes = {" ".join(citation.quote.split()) for citation in citations}
    is_open = others > 0 or min(len(agreements), len(quotes)) > 1
    if is_open and len(question.scope) > FEW and not question.names:
        said.append(say("which", question.language))
    return tuple(said)


def name_agreements(index: ClauseIndex, question: Question) -> str:
    """Name the agreements that are looked in; of many, the first and how many more."""
    language, scope = question.language, question.scope
    first = scope[:NAMED] if len(scope) > NAMED + 1 else scope
    titles = say("join", language).join(_title(index, name, language) for name in first)
    left = len(scope) - len(first)
    return titles + say("and_more", language, count=left) if left else titles


def name_clauses(index: ClauseIndex, language: str, hits: Sequence[Hit]) -> str:
    """Name clauses in one line, as a reader would look them up."""
    return say("join", language).join(
        _reference(index, language, hit.clause.agreement, hit.clause.label, hit.clause.path)
        for hit in hits
    )


def _compare(index: ClauseIndex, language: str, clause: Related) -> str:
    """Say in one sentence what disagrees with a citation."""
    reference = _reference(index, language, clause.agreement, clause.label, clause.path)
    return say("compare", language, clause=reference, note=clause.note)


def quote_clause(index: ClauseIndex, language: str, citation: Citation) -> str:
    """Write one citation: where it stands, what leads into it, its words and their rendering."""
    reference = _reference(index, language, citation.agreement, citation.label, citation.path)
    lines = [reference + ("：" if language == "zh" else ":")]
    if language != index.agreement(citation.agreement).language and citation.quote_translation:
        lines.append(f"{citation.quote_translation} {say('unofficial', language)}")
    quoted = (citation.lead_in, citation.quote)
    lines += [say("quote", language, quote=words) for words in quoted if words]
    return "\n".join(lines)


def _reference(
    index: ClauseIndex, language: str, agreement: str, label: str, path: Sequence[str]
) -> str:
    reference = say("clause", language, agreement=_title(index, agreement, language), label=label)
    return reference + (say("under", language, title=path[-1]) if path else "")


def _title(index: ClauseIndex, agreement: str, language: str) -> str:
    return index.agreement(agreement).title_in(language)


def _score(question: Question, sentence: str, cosine: float) -> float:
    asked = set(analyse(question.searches[-1]))
    shared = len(asked & set(analyse(sentence))) / max(len(asked), 1)
    is_wanted = asks_quantity(question.searches[0]) and bool(find_quantities(sentence))
    return cosine + _OVERLAP_WEIGHT * shared + (_QUANTITY_BONUS if is_wanted else 0)
