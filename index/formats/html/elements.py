"""What a single element of a page is to a reader, and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement

_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}
_NEVER_NAMES = (  # without words of the page
    "script style noscript iframe object embed svg canvas video audio head link meta title map area"
    " datalist select rt rp"
)
_NEVER = frozenset(_NEVER_NAMES.split())
_FIELDS = frozenset({"button", "input", "select", "textarea"})
_PRESSED = frozenset({"button", "summary", "label", "legend"})
_SENTENCE = re.compile(r"[.!?:;](?=\s|$|[)\"”’])|[。！？；：]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMBERED = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.)、．]|\d{1,2}\.\d|第\s?[\d一二三四五六七八九十百]{1,5}\s?[章节節条條款]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|[（(][\da-z一二三四五六七八九十]{1,3}[)）]|[IVX]{1,5}\."
    r"|(?:section|article|clause|§)\s?\d)",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"©|\(c\)\W*$|(?:\(c\)|copyright)\s*(?:\(c\)\s*)?\d{4}|all rights reserved"
    r"|版权所有|版權所有|ICP备",
    re.IGNORECASE,
)
_BLANKS = " \n\t\r\f\xa0\u3000"
_FEW_WORDS = 3
_BRIEF, _LONG = 8, 80  # letters of a sentence; of words that are prose without its mark


def is_never_seen(element: HtmlElement) -> bool:
    """Return whether an element of this kind has no words of the page."""
    if element.tag == "template":  # but for the trees that a browser draws in their place
        return not {"shadowrootmode", "shadowmode"} & set(element.attrib)
    return element.tag in _NEVER


def seen_elements(body: HtmlElement) -> Iterator[HtmlElement]:
    """Yield an element and all within it that may have words, in the order of the page."""
    walk = iterwalk(body, ("start",))
    for _, element in walk:
        if is_never_seen(element):
            walk.skip_subtree()
        else:
            yield element


def heading_depth(element: HtmlElement) -> int:
    """Return the depth of a heading, or 0 of what is none."""
    depth = _HEADINGS.get(element.tag, 0)
    if not depth and element.get("role") == "heading":
        level = element.get("aria-level", "2")
        return int(level) if level in tuple("123456") else 2
    return depth


def is_link(element: HtmlElement) -> bool:
    """Return whether an element leads to a page; an address to write to is words of the text."""
    href = element.get("href", "") if element.tag == "a" else ""
    return bool(href) and not href.lower().startswith(("mailto:", "tel:"))


def is_control(element: HtmlElement) -> bool:
    """Return whether a person presses an element or writes into it."""
    return element.tag in _FIELDS or element.get("role", "") in ("button", "tab")


def is_pressed(element: HtmlElement) -> bool:
    """Return whether an element reacts to a click."""
    return (
        element.tag in _PRESSED
        or element.get("aria-expanded") is not None
        or element.get("onclick") is not None
        or element.get("role", "") in ("button", "tab")
    )


def is_within(element: HtmlElement, other: HtmlElement) -> bool:
    """Return whether an element is another or stands in it."""
    return element is other or any(one is other for one in element.iterancestors())


def seen_words(element: HtmlElement) -> Iterator[str]:
    """Yield all words of an element but those of programs and the like."""
    if not isinstance(element.tag, str) or is_never_seen(element):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from seen_words(child)
        if child.tail:
            yield child.tail


def own_words(element: HtmlElement) -> Iterator[str]:
    """Yield the pieces of text that stand in an element itself."""
    if element.text and element.text.strip():
        yield element.text
    for child in element:
        if child.tail and child.tail.strip():
            yield child.tail


def words_of(element: HtmlElement) -> str:
    """Return all words of an element on one line."""
    return " ".join("".join(seen_words(element)).split())


def count(words: str) -> int:
    """Return how many characters words have, blanks aside."""
    return len(words) - sum(map(words.count, _BLANKS))


def is_prose(words: str) -> bool:
    """Return whether a piece of text says something in a sentence."""
    letters = count(words)
    is_sentence = letters > _LONG or (letters >= _BRIEF and ends_sentence(words))
    return is_sentence and (
        len(words.split(maxsplit=_FEW_WORDS)) >= _FEW_WORDS
        or len(_HAN.findall(words)) >= 2 * _FEW_WORDS
    )


def ends_sentence(words: str) -> bool:
    """Return whether a sentence, or a part of one, ends within words."""
    return bool(_SENTENCE.search(words))


def is_numbered(words: str) -> bool:
    """Return whether words begin with a number as clauses have it."""
    return bool(_NUMBERED.match(words))


def is_foot(words: str) -> bool:
    """Return whether words say whose the page is, as its foot does."""
    return bool(_FOOT.search(words))


def without_number(words: str) -> str:
    """Return words without the number that they begin with."""
    return _NUMBERED.sub("", words, count=1)
