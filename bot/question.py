"""Text and history in, a question that stands on its own out."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.scope import asks_of_others, is_order
from index.agreement import Agreement
from index.search.words import analyse
from index.text import normalise

MAX_LENGTH = 2_000  # characters; a ticket pasted whole is longer than any question
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_ASKING_ZH = re.compile(r"[吗呢谁哪怎]|什么|多久|多少|能不能|是不是|是否")
_ASKING_EN = re.compile(
    r"^(?:what|which|who|when|where|why|how|if|is|are|do|does|did|can|could|may|must|will|would"
    r"|should)\b",
    re.IGNORECASE,
)
_LEANING = re.compile(  # words by which a question leans on the one before it
    r"^(?:那|那么|还有|另外|然后|这|它|他们|为什么|凭什么|如果|要是|会|能|可以|多久|多少|几|再|也)"
    r"|(?:呢[？?]?$)|(?:上述|前面|刚才|这种|这个|那个|那样|这样|这些|那些)"
    r"|^(?:and|but|or|so|then|also|what about|how about|what if|why|how come|who|when|where)\b"
    r"|\b(?:it|that|this|they|them|those|these|one of them|there|so|such|either|instead)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(("about", "els"))  # stems that name nothing: what about, who else
_CHAIN = 3  # questions looked back at; what lies before them is another talk
_SHORT_ZH, _SHORT_EN = 26, 16  # characters, words: longer questions carry their own topic


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the search can read.

    Attributes:
        text: As asked.
        language: ``zh`` or ``en``, the language to answer in.
        searches: What is looked for: the question, and after it, where it leans on an
            earlier one, both together; that alone where the question has no word of its own.
        scope: Ids of the agreements to look in, in the order of the corpus.
        names: Whether it names the agreements in scope, or they were chosen.
        is_words: False for emoji, digits and the like.
        is_foreign: True for orders to the program, for other companies' terms, and for another
            agreement than the chosen one.
    """

    text: str
    language: str
    searches: tuple[str, ...]
    scope: tuple[str, ...]
    names: bool
    is_words: bool
    is_foreign: bool


def frame_question(
    text: str,
    agreements: Sequence[Agreement],
    *,
    chosen: str | None = None,
    history: Sequence[str] = (),
) -> Question:
    """Make a question stand on its own.

    Args:
        text: As asked.
        agreements: All there are.
        chosen: Id of the one the asker chose; it alone is looked in.
        history: Earlier questions of the same asker, oldest first.
    """
    readable = normalise(text[: MAX_LENGTH + 1])
    former = _leans_on(history) if is_leaning(readable) else ""
    own_names = find_named(readable, agreements)
    named = own_names or find_named(former, agreements)
    scope = (chosen,) if chosen is not None else named or tuple(a.id for a in agreements)
    own = strip_names(readable, agreements)
    searches: tuple[str, ...] = (own,)
    if former:
        together = f"{strip_names(former, agreements)} {own}"
        has_words = not _EMPTY.issuperset(analyse(own))
        searches = (own, together) if has_words else (together,)
    return Question(
        text=text,
        language=detect_question_language(readable),
        searches=searches,
        scope=scope,
        names=bool(chosen or named),
        is_words=is_words(readable),
        is_foreign=is_order(readable)
        or (not named and asks_of_others(readable, agreements))
        or (chosen is not None and bool(own_names) and chosen not in own_names),
    )


def _leans_on(history: Sequence[str]) -> str:
    """Return the question that a leaning one leans on, after those that it leans on itself."""
    chain: list[str] = []
    for earlier in reversed(history[-_CHAIN:]):
        readable = normalise(earlier[:MAX_LENGTH])
        if readable.strip():
            chain.insert(0, readable)
        if not is_leaning(readable):
            break
    return " ".join(chain)


def detect_question_language(text: str) -> str:
    """Return the language, ``zh`` or ``en``, in which a normalised text asks.

    Its question words decide, so that terms of the other language do not; without any,
    it is ``zh`` where Chinese characters outnumber Latin words.
    """
    if _ASKING_ZH.search(text):
        return "zh"
    if _ASKING_EN.search(text):
        return "en"
    return "zh" if len(_CJK.findall(text)) > len(_WORD.findall(text)) else "en"


def is_words(text: str) -> bool:
    """Tell whether a text holds words: two letters, or one Chinese character, at least."""
    letters = _LETTERS.findall(text)
    return len(letters) >= 2 or any(_CJK.match(letter) for letter in letters)


def is_leaning(text: str) -> bool:
    """Tell whether a normalised question seems to need the one before it."""
    short = len(_CJK.findall(text)) <= _SHORT_ZH and len(_WORD.findall(text)) <= _SHORT_EN
    return short and _LEANING.search(text) is not None


def find_named(text: str, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    """Return the ids of the agreements that a normalised text names."""
    return tuple(a.id for a in agreements if _names_pattern(a).search(text))


def strip_names(text: str, agreements: Sequence[Agreement]) -> str:
    """Take the agreements' names out of a normalised text, so that they find no clause."""
    stripped = text
    for agreement in agreements:
        stripped = _names_pattern(agreement).sub(" ", stripped)
    return stripped.strip() if _LETTERS.search(stripped) else text


@functools.lru_cache(maxsize=1024)
def _names_pattern(agreement: Agreement) -> re.Pattern[str]:
    """Return what finds an agreement's names, the longest first, in a normalised text."""
    names = {normalise(name) for name in (*agreement.aliases, agreement.title, agreement.title_en)}
    parts = [  # a Chinese character may touch a Latin name, another letter may not
        rf"(?<![a-z0-9]){re.escape(name)}(?:'s)?(?![a-z0-9])" if name.isascii() else re.escape(name)
        for name in sorted(names, key=len, reverse=True)
        if len(name) >= 2
    ]
    return re.compile("|".join(parts) or "(?!)")
