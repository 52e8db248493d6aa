"""A message in, the same message as patterns read it out, character for character."""

from __future__ import annotations

import functools

from index.text import normalise

_PLAIN = {
    **dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
    **dict.fromkeys("‘’`´", "'"),
    **dict.fromkeys("“”「」『』", '"'),
    **dict.fromkeys("–—―−", "-"),
    "…": "。",
    "｡": "。",
    "么": "么",  # alone it would be read as the traditional character for another one
}


def to_reading(message: str) -> str:
    """Return a text of the same length: half width, simplified, lower case.

    Offsets into it are offsets into the message; quotes and line ends are of one kind.
    """
    return "".join(map(_read, message.replace("\r\n", " \n")))


@functools.lru_cache(maxsize=16384)
def _read(char: str) -> str:
    if char == "\n":
        return char
    if char in _PLAIN:
        return _PLAIN[char]
    if "①" <= char <= "⑳":  # else the number of a list entry would be a digit of its words
        return char
    read = normalise(char)
    if read:
        return read if len(read) == 1 else char
    return " "
