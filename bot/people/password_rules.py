"""What a new password may not be: short, the name, or among the first that anybody tries."""

from __future__ import annotations

import re
from pathlib import Path

from bot.people.errors import PasswordError
from bot.people.identity import fold_name
from bot.people.passwords import MAX_LENGTH

MIN_LENGTH = 12  # characters
_FEWEST_DIFFERENT = 5
_ADVICE = "Take four or more words that have nothing to do with each other."
_ROWS = (
    "0123456789" * 4,
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm" * 2,
    "qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm" * 2,
    "1234567890-=qwertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
)
_COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())
_AS_LETTERS = str.maketrans("0134578@$!", "oleastbasi")
_NO_LETTERS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check_password(password: str, name: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        PasswordError: It is; the message says why and never repeats it.
    """
    folded = fold_name(password)
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        words = f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters. {_ADVICE}"
        raise PasswordError(words, "password_length")
    if fold_name(name) in folded:
        raise PasswordError(f"the password contains the name. {_ADVICE}", "password_name")
    if _is_common(folded):
        words = f"the password is among the first that are tried. {_ADVICE}"
        raise PasswordError(words, "password_common")


def _is_common(folded: str) -> bool:
    compact = re.sub(r"\s", "", folded)
    if len(set(compact)) < _FEWEST_DIFFERENT or compact in (compact + compact)[1:-1]:
        return True  # a character or a piece over and over
    if any(compact in row or compact[::-1] in row for row in _ROWS):
        return True
    core = _NO_LETTERS.sub("", compact)
    spelt = _NO_LETTERS.sub("", compact.translate(_AS_LETTERS))
    return not {compact, core, spelt, core.translate(_AS_LETTERS)}.isdisjoint(_COMMON)
