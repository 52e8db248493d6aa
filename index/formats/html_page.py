"""Which part of a saved page is its agreement: menus, cookie bars and feet are dropped."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_HIDDEN_NAMES = (
    "script style noscript template iframe object embed svg canvas video audio picture img button"
    " input select textarea option datalist dialog head link meta title map area"
)
_HIDDEN_TAGS = frozenset(_HIDDEN_NAMES.split())
_FURNITURE_TAGS = frozenset({"nav", "aside", "footer", "header", "menu"})
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog",
                              "alertdialog", "menu", "menubar", "complementary"})  # fmt: skip
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|breadcrumbs?|sidebar|navbar|nav|menu|share"
    r"|social|back-?to-?top|skip-?links?|skip|toc|table-of-contents|footer|site-header|pagination"
    r"|newsletter|subscribe|modal|popup|toolbar|advert|ads)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_MOST = 0.5  # of the page's words; what holds so many of them is the agreement
_SMALL = 0.25


def hides(element: HtmlElement) -> bool:
    """Return whether a reader does not see an element at all."""
    if element.tag in _HIDDEN_TAGS or element.get("hidden") is not None:
        return True
    return bool(_UNSEEN.search(element.get("style", "")))


def find_body(root: HtmlElement) -> HtmlElement:
    """Return the innermost ``main`` or ``article`` with most of the words, else the body."""
    body = root.find("body")
    best = root if body is None else body
    whole = _size(best)
    for element in best.iter("main", "article"):
        if _size(element) > _MOST * whole:
            best = element
    return best


def drop_furniture(body: HtmlElement) -> None:
    """Remove menus, cookie bars, feet and the like, but nothing that may be the agreement."""
    for element in list(body.iter(*_HIDDEN_TAGS)):
        _remove(element)
    whole = _size(body)
    for element in list(body.iter()):
        if element is body or not isinstance(element.tag, str) or not _is_furniture(element):
            continue
        if _size(element) <= _SMALL * whole and next(element.iter("h1"), None) is None:
            _remove(element)


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in _FURNITURE_TAGS or element.get("role", "") in _FURNITURE_ROLES:
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag != "html" and bool(_FURNITURE_NAME.search(names))


def _remove(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _size(element: HtmlElement) -> int:
    return sum(len(words.strip()) for words in element.itertext() if words)
