"""Addresses of the web in a text, however they are written.

A clause may hold one, and whoever can write into a clause may choose which: in a model's words it
would look like ours. Beside them, within the quoted clause, a reader sees whose it is.
"""

from __future__ import annotations

import re

from index.text import fold

_ENDINGS = "中国|中國|公司|网络|網絡|网址|在线|集团|香港"  # of Chinese ones
_LINK = re.compile(
    r"[a-z][a-z\d+.-]*\s?:\s?/\s?/"  # any scheme
    r"|(?<![a-z])(?:javascript|data|mailto|tel|file):\S"
    r"|(?<![a-z\d])www\s?[.。]"
    r"|\w\s?@\s?\w"
    r"|[^\W_]\[?\.\]?[a-z]{2,}|[a-z\d]。[a-z]{2,}"  # a name and its ending: no sentence goes on so
    rf"|[^\W_]\.(?:{_ENDINGS})"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
    re.IGNORECASE,
)


def has_link(text: str) -> bool:
    """Tell whether a text holds an address of the web, of mail or of a machine."""
    return _LINK.search(fold(text)) is not None
