"""Passwords, hashed with argon2id; the only importer of argon2."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.people.tokens import new_token

_MEMORY_KIB, _ROUNDS = 40 * 1024, 2  # 50 to 100 ms of one core; twice what OWASP asks at least
_AT_ONCE = 2  # so that many who sign in together take no more memory and cores than this
MAX_LENGTH = 256  # characters


class Passwords:
    """Makes and verifies hashes, from several threads at once."""

    def __init__(self, *, memory_kib: int = _MEMORY_KIB, rounds: int = _ROUNDS) -> None:
        """Prepare a hash of nothing, which unknown names are compared with.

        Args:
            memory_kib: Memory that one hash takes, at least 8.
            rounds: Passes over it, at least 1.
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

        Args:
            password: As typed.
            kept: The hash; None for a name that nobody has, which takes as long.
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
