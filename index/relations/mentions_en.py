"""References in English words: Section 5.2(b), Articles 3, 4 and 7, paragraph 2 of this Article.

A number that belongs to something else refers to that: Section 5 of the Act, Article 6 GDPR.
Every repeat in a pattern is bounded, so that the work grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.relations.mention import Base, Mention, Step, Tokens, read_number

_KEYWORD = (
    r"(?i:sub-?sections?|sections?|sub-?clauses?|clauses?|articles?|sub-?paragraphs?|paragraphs?"
    r"|points?|secs?\.|arts?\.|paras?\.|parts?|chapters?|annex(?:es)?|schedules?|appendix"
    r"|appendices|exhibits?)"
)
_SINGULAR = {"annexes": "annex", "appendices": "appendix", "§§": "section", "§": "section"}
_SHORT = {"sec": "section", "art": "article", "para": "paragraph"}
_PART = (
    r"(?:\.[0-9]{1,3}(?![0-9])|\.[A-Za-z](?![A-Za-z])"
    r"|\.?\s?[(]\s?(?:[0-9]{1,3}|[ivxIVX]{1,5}|[A-Za-z]{1,2})\s?[)])"
)
_FIRST = (
    r"(?:[0-9]{1,3}(?![0-9])[A-Za-z]?(?![A-Za-z])|[IVXL]{1,7}(?![A-Za-z.'’])|[A-H](?![A-Za-z'’]))"
)
_NUMBER = rf"(?:{_FIRST}{_PART}{{0,6}}|{_PART}{{1,6}})"
_HEAD = re.compile(
    rf"(?:(?<![\w-])(?P<word>{_KEYWORD})\s{{0,3}}[\[#]?(?<=[\s\[#])|(?P<sign>§{{1,2}})\s{{0,2}})"
    rf"(?P<number>{_NUMBER})"
)
_AGAIN = re.compile(rf"(?:(?P<word>{_KEYWORD})\s{{1,3}})?(?P<number>{_NUMBER})")
_NAME = re.compile(
    r"\]?(?:[(][^()\s]{1,80}[)])?"
    r"(?:,?\s{0,2}(?:[(][^()]{2,80}[)]|[“\"][^”\"]{2,80}[”\"]|[‘'][^’']{2,60}[’']))?"
)
_BETWEEN = re.compile(
    r"\s{0,2}(?:(?P<and>,?\s?(?:and/or|and|or)|&)|(?P<to>to|through|until|[–—-])|(?P<list>[,;]))"
    r"\s{0,2}(?:the\s)?",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?(?:(?:business|working|calendar|consecutive)\s)?(?:days?|weeks?|months?|years?|hours?"
    r"|minutes?|times?|percent|%|USD|EUR)",
    re.IGNORECASE,
)
_OF = re.compile(
    r",?\s{0,2}(?:above|below)?,?\s{0,2}of\s(?P<whose>(?:this|these|the\ssame|our\sown)\s"
    rf"(?:(?P<this>Section|Clause|Article)\b(?:\s(?P<own>{_NUMBER}))?)?"
    rf"|(?:the\s)?(?P<word>{_KEYWORD})\s(?P<number>{_NUMBER})"
    r"|the\s(?:Agreement|Contract|Terms|EULA)(?![\s-]{1,2}(?:of\s)?[A-Z]))?",
    re.IGNORECASE,
)
_LAW_AFTER = re.compile(
    r",?\s?(?:(?:lit|para|sentence|subparagraph|no)\.?\s?[(]?\w{1,3}[)]?,?\s?){0,2}"
    r"(?:of\s(?:the\s)?)?(?:[A-Z]{2,}|(?:[A-Z]\w{1,20}\s){0,3}(?:Act|Code|Law|Regulations?|Directive"
    r"|Decree|Statute))\b"
)
_LAW_BEFORE = re.compile(
    r"(?:\b(?:Act|Code|Laws?|Regulations?|Directive|Decree|Statutes?|Convention|[A-Z]{3,}),?"
    r"|\b[A-Z][\w.&’'-]{0,30})\s\Z|[0-9]\s?(?:U\.?\s?S\.?\s?C|C\.?\s?F\.?\s?R)\.?\s\Z"
)
_PLAIN_BEFORE = re.compile(
    r"(?:\A|[^\w’'&-])(?:see|under|in|this|per|by|with|and|or|the|to|of|except|our|each|both|also"
    r"|from|unless|if|as|such|that|these|those|all|any|whereas|while|for|pursuant|following"
    r"|notwithstanding|subject|despite|without|limiting|when|where|both|either|neither|your)\s\Z",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?P<which>this|the\s(?:preceding|foregoing|previous)|the\sabove)\s"
    r"(?P<what>section|clause|article|paragraph)\b(?!\s?(?:[0-9(]|[IVX]{1,5}\b))",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except|save|unless|excluding|other\sthan|subject\sto)\b[^.,;:()]{0,70}\Z", re.IGNORECASE
)
_WINDOW = 80  # characters that are looked at before a reference


def find_english(text: str) -> Iterator[Mention]:
    """Yield the references in ``text``, which must be plain; see ``to_plain``."""
    yield from _find_back(text)
    at = 0
    while match := _HEAD.search(text, at):
        found, at = _read_chain(text, match)
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        tail = _OF.match(text, at)
        if _is_law(text, at, before, (match["word"] or "").isupper(), tail):
            continue
        at = tail.end() if tail else at
        is_exception = _EXCEPT.search(before) is not None
        for mention in found:
            yield replace(_inside(mention, tail), is_exception=is_exception)


def _find_back(text: str) -> Iterator[Mention]:
    for match in _BACK.finditer(text):
        is_here = match["which"].lower() == "this"
        what = match["what"].lower()
        if is_here and what == "paragraph":
            continue
        base = Base.ARTICLE if is_here else Base.BEFORE
        if base is Base.BEFORE and what == "article":
            base = Base.ARTICLE_BEFORE
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        is_exception = _EXCEPT.search(before) is not None
        yield Mention(match.start(), match.end(), base, is_exception=is_exception)


def _read_chain(text: str, match: re.Match[str]) -> tuple[list[Mention], int]:
    """Read what hangs together, Sections 3(a), (b) and 5 to 7, from its first number.

    Returns:
        The references and the offset after them.
    """
    word = match["word"] or match["sign"]
    is_many = word.lower().rstrip(".").endswith(("s", "§§", "appendices"))
    keyword = _keyword(word)
    found = [_mention(match, keyword, ())]
    at = match.end()
    while True:
        at = end = _NAME.match(text, at).end()  # type: ignore[union-attr]  # it may be empty
        between = _BETWEEN.match(text, at)
        again = _AGAIN.match(text, between.end()) if between else None
        if not between or not again or _UNIT.match(text, again.end()):
            return found, end
        is_bare = again["word"] is None
        is_plain = (
            again["number"].lstrip()[0] in "(0123456789" or found[-1].steps[-1].tokens[-1].isalpha()
        )
        if is_bare and (not is_plain or (between["list"] and not is_many)):
            return found, end
        keyword = keyword if is_bare else _keyword(again["word"])
        mention = _mention(again, keyword, found[-1].steps[-1].tokens if is_bare else ())
        if is_bare and mention.base is not found[-1].base:
            return found, end  # Section 8 or (iii) the rest: the enumeration of a sentence
        if between["to"]:
            found[-1] = replace(found[-1], through=mention.steps[-1].tokens, end=again.end())
        else:
            found.append(mention)
        at = again.end()


def _mention(match: re.Match[str], keyword: str, former: Tokens) -> Mention:
    """Return one reference; a bracketed number goes on from the ``former``: 3(a) and (b)."""
    printed = match["number"].strip()
    tokens = read_number(printed)[1]
    base = Base.AGREEMENT
    if printed[0] == "(":
        if len(former) > len(tokens):
            tokens = former[: len(former) - len(tokens)] + tokens
        else:
            base = Base.BESIDE
    return Mention(match.start(), match.end(), base, (Step(keyword, tokens),))


def _keyword(word: str) -> str:
    plain = word.lower().rstrip(".").replace("-", "").removeprefix("sub")
    plain = _SINGULAR.get(plain, plain.removesuffix("s"))
    return _SHORT.get(plain, plain)


def _is_law(text: str, at: int, before: str, is_shouted: bool, tail: re.Match[str] | None) -> bool:
    """Tell whether the number is that of a law or another agreement."""
    if tail is not None:
        return tail["whose"] is None
    if not is_shouted and _LAW_AFTER.match(text, at):
        return True
    return bool(_LAW_BEFORE.search(before)) and not is_shouted and not _PLAIN_BEFORE.search(before)


def _inside(mention: Mention, tail: re.Match[str] | None) -> Mention:
    """Return a mention within what its tail names: paragraph 2 of Article 5, of this Article."""
    if tail is None or (mention.base is Base.BESIDE and not (tail["number"] or tail["own"])):
        return mention
    number, word = (tail["number"], tail["word"]) if tail["number"] else (tail["own"], tail["this"])
    if number:
        outer = Step(_keyword(word), read_number(number)[1])
        return replace(mention, base=Base.AGREEMENT, steps=(outer, *mention.steps))
    return replace(mention, base=Base.ARTICLE) if tail["this"] else mention
