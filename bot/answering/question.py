"""What is no question about these agreements, whatever clause may come near it.

Two things that nearness cannot tell: a question about another company's terms reads like
one about ours (``foreign``), and an order to the program like a sentence with many words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.foreign import find_foreign
from bot.answering.names import find_named, names_another, strip_names
from bot.answering.talk import Talk, read_talk
from index.agreement import Agreement
from index.search.words import analyse
from index.text import fold
from index.vocabulary import is_ordinary, split_words

_ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|绕过).{0,12}(?:指令|指示|提示|规则|设定|限制|要求|以上|之前)"
    r"|系统提示|提示词|(?:扮演|假装|你现在是|从现在起你是|越狱|开发者模式)"
    r"|\b(?:ignore|disregard|forget|override|bypass)\b.{0,24}"
    r"\b(?:instructions?|prompts?|rules|above|previous|prior|everything|contracts?|agreements?)\b"
    r"|\bsystem\sprompt\b|\b(?:act|behave|respond)\sas\s(?:a|an|if|my)\b|\bpretend\s(?:to|you|that)\b"
    r"|\byou\sare\snow\b|\bjailbreak\b|\bdeveloper\smode\b"
)


def is_order(text: str) -> bool:
    """Tell whether a normalised text orders the program about instead of asking."""
    return _ORDERS.search(text) is not None


MAX_LENGTH = 2_000  # characters; a ticket pasted whole is longer than any question
_CJK = re.compile(r"[\u3400-\u9fff]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_ASKING_ZH = re.compile(r"[吗呢谁哪怎]|什么|多久|多少|能不能|是不是|是否")
_ASKING_EN = re.compile(
    r"^(?:what|which|who|when|where|why|how|if|is|are|do|does|did|can|could|may|must|will|would"
    r"|should)\b",
    re.IGNORECASE,
)
_CONTEXT_DEPENDENT = re.compile(  # words by which a question leans on the one before it
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
        former: The earlier questions that it hangs on, together; empty where it hangs on none.
        unheld: The company that is asked about though no agreement here is of it or speaks of it.
        is_words: False for emoji, digits and the like.
        is_foreign: True for orders to the program, for a company whose agreement is not here, and
            for another agreement than the chosen one.
        talk: What the text is where it asks nothing of the agreements; None for a question.
    """

    text: str
    language: str
    searches: tuple[str, ...]
    scope: tuple[str, ...]
    names: bool
    former: str
    unheld: str
    is_words: bool
    is_foreign: bool
    talk: Talk | None = None


def frame_question(
    text: str,
    agreements: Sequence[Agreement],
    *,
    chosen: str | None = None,
    history: Sequence[str] = (),
    is_asked: bool = False,
) -> Question:
    """Make a question stand on its own.

    Args:
        text: As asked.
        agreements: All there are.
        chosen: Id of the one the asker chose; it alone is looked in.
        history: Earlier questions of the same asker, oldest first.
        is_asked: Whether it is known to be a question, such as a topic in a list of what a letter
            asks about; else it is looked whether it is one.
    """
    written = fold(text[: MAX_LENGTH + 1])
    readable = written.lower()
    former = _context_of(history) if is_context_dependent(readable) else ""
    own_names = find_named(written, agreements)
    named = own_names or find_named(former, agreements)
    scope = (
        (chosen,)
        if chosen is not None
        else named or tuple(a.id for a in agreements if not a.edition_of)
    )
    own = strip_names(written, agreements)
    searches: tuple[str, ...] = (own,)
    if former:
        together = f"{strip_names(former, agreements)} {own}"
        has_words = not _EMPTY.issuperset(analyse(own))
        searches = (own, together) if has_words else (together,)
    unheld = "" if own_names else find_foreign(written, agreements)
    others = [a for a in agreements if a.id in own_names]
    is_another = any(
        bool(others) and names_another(written, a, others) for a in agreements if a.id == chosen
    )
    return Question(
        text=text,
        language=detect_question_language(readable),
        searches=searches,
        scope=scope,
        names=bool(chosen or named),
        former=former,
        unheld=unheld,
        is_words=is_words(readable),
        is_foreign=is_order(readable) or bool(unheld) or is_another,
        talk=None if is_asked or is_order(readable) else read_talk(own),
    )


def _context_of(history: Sequence[str]) -> str:
    """Return the question that a leaning one leans on, after those that it leans on itself."""
    chain: list[str] = []
    for earlier in reversed(history[-_CHAIN:]):
        written = fold(earlier[:MAX_LENGTH])
        talk = read_talk(written)
        if talk is not None and talk.is_small:
            continue
        if written:
            chain.insert(0, written)
        if not is_context_dependent(written.lower()):
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


def says_something(text: str) -> bool:
    """Tell whether a text holds an ordinary word that is more than grammar, whatever it is about.

    "What is the capital of France?" does; a slip of the hand over the keys does not.
    """
    read = fold(text).lower()
    english = " ".join(word for word in _WORD.findall(read) if is_ordinary(word))
    chinese = (word for run in _HAN_RUN.findall(read) for word in split_words(run))
    return not _EMPTY.issuperset(analyse(english)) or any(len(word) > 1 for word in chinese)


def is_context_dependent(text: str) -> bool:
    """Tell whether a normalised question seems to need the one before it."""
    short = len(_CJK.findall(text)) <= _SHORT_ZH and len(_WORD.findall(text)) <= _SHORT_EN
    return short and _CONTEXT_DEPENDENT.search(text) is not None
