"""Secrets: passwords and what they may not be, session tokens, API keys, known browsers."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.people.identity import PasswordError, Purpose, fold_name
from index.files import checksum

_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
KEY_PREFIX = "cb_"
_KEY = re.compile(KEY_PREFIX + r"(widget|program|agent)_[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return 256 random bits as 43 characters."""
    return secrets.token_urlsafe(_BYTES)


def new_key(purpose: Purpose) -> str:
    """Return an API key; its beginning says what it is, so that one that leaked is noticed."""
    return f"{KEY_PREFIX}{purpose}_{new_token()}"


def is_token(text: str) -> bool:
    """Tell whether a text may be a session token."""
    return _TOKEN.fullmatch(text) is not None


def key_purpose(text: str) -> Purpose | None:
    """Return what an API key says it is for; None if the text is none."""
    found = _KEY.fullmatch(text)
    return None if found is None else Purpose(found[1])


def digest(secret: str) -> str:
    """Return the SHA-256 under which a secret is kept, 64 characters."""
    return checksum(secret.encode("utf-8", "surrogatepass"))


def new_id() -> str:
    """Return the id of a row, which is no secret; a person may have to type it."""
    return secrets.token_hex(12)


_MEMORY_KIB, _ROUNDS = 40 * 1024, 2  # 50 to 100 ms of one core; twice what OWASP asks at least
_AT_ONCE = 2  # so that many who sign in together take no more memory and cores than this
MAX_LENGTH = 256  # characters


class Passwords:
    """Makes and verifies hashes, from several threads at once."""

    def __init__(self, *, memory_kib: int = _MEMORY_KIB, rounds: int = _ROUNDS) -> None:
        """Prepare a hash of nothing, which unknown names are compared with.

        One hash takes so much memory, at least 8 KiB, and so many rounds over it, at least 1.
        """
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self.hash(new_token())

    def hash(self, password: str) -> str:
        """Return a salted hash, its parameters written in it."""
        with self._turns:
            return self._hasher.hash(_bytes(password))

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one of a hash, in the same time whatever the answer.

        The hash is None for a name that nobody has.
        """
        too_long = len(password) > MAX_LENGTH
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, _bytes("" if too_long else password))
            except (Argon2Error, InvalidHashError):
                return False
        return kept is not None and not too_long

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    """Return the same bytes for a password on whatever keyboard it was typed."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


MIN_LENGTH = 12  # characters
_STRONG = 4  # of zxcvbn's 0..4: more than ten thousand million guesses
_READ = 72  # characters; what is strong so far is strong
_TRIED_HERE = ("clausebot", "correcthorsebatterystaple")
_ADVICE = "Take four or more words that have nothing to do with each other."


def check_password(password: str, name: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        PasswordError: It is; the message says why and never repeats it.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        words = f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters. {_ADVICE}"
        raise PasswordError(words, "password_length")
    if fold_name(name) in fold_name(password):
        raise PasswordError(f"the password contains the name. {_ADVICE}", "password_name")
    if _strength(password) < _STRONG:
        words = f"the password is among the first that are tried. {_ADVICE}"
        raise PasswordError(words, "password_common")


def _strength(password: str) -> int:
    """Return how hard a password is to guess, 0..4; higher is harder."""
    from zxcvbn import zxcvbn

    plain = unicodedata.normalize("NFKC", password)[:_READ]
    return int(zxcvbn(plain, user_inputs=_TRIED_HERE)["score"])


_NONCE_BYTES = 16
_DEVICE = re.compile(r"[A-Za-z0-9_-]{22}\.[0-9a-f]{64}")


def new_device(folded: str, kept: str) -> str:
    """Return what a browser is to keep of a name and of the hash that its password matched."""
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return f"{nonce}.{_code(nonce, folded, kept)}"


def device_of(given: str, folded: str, kept: str) -> str:
    """Return the nonce of what a browser kept; empty unless it is of this name and password."""
    if _DEVICE.fullmatch(given) is None:
        return ""
    nonce, code = given.split(".")
    return nonce if hmac.compare_digest(code, _code(nonce, folded, kept)) else ""


def _code(nonce: str, folded: str, kept: str) -> str:
    told = f"device:{nonce}:{folded}".encode("utf-8", "surrogatepass")
    return hmac.new(kept.encode(), told, "sha256").hexdigest()
