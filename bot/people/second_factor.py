"""The second factor of signing in: six digits of an authenticator app, or a recovery code.

The app shares a secret with us (TOTP, RFC 6238). It is kept sealed by a key that stands in a file
and in no database, so that whoever gets a backup can make no codes of it.
"""

from __future__ import annotations

import base64
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from bot.people.passwords import digest
from index.errors import ClauseBotError
from index.files import write_whole

ISSUER = "ClauseBot"  # what an app calls it by, beside the person's name
MAX_CODE = 64  # characters of what was typed that are looked at
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 bits, 16 characters of base 32
_LATE_OR_EARLY = (0, -1, 1)  # steps of 30 s by which a telephone's clock may be off
_CODE, _RECOVERY = re.compile(r"[0-9]{6}"), re.compile(r"[a-z2-7]{16}")
_BETWEEN = re.compile(r"[\s-]+")


class SealError(ClauseBotError):
    """A secret cannot be sealed, or not be read any more; says of which file and what to do."""


class Seal:
    """Seals secrets by a key in a file, which is made with the first of them."""

    def __init__(self, path: Path | None = None) -> None:
        """Take the key from ``path``; None for one that is forgotten with this object."""
        self._path = path
        self._key = Fernet.generate_key() if path is None else b""

    def close(self, secret: str) -> str:
        """Return a secret sealed.

        Raises:
            SealError: There is no key, and none can be made.
        """
        try:
            if self._path is not None and not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._path, Fernet.generate_key(), is_private=True)
            return self._fernet().encrypt(secret.encode()).decode()
        except (OSError, ValueError) as error:
            raise self._broken(error) from error

    def open(self, sealed: str) -> str:
        """Return the secret again.

        Raises:
            SealError: There is no key, or it is another one.
        """
        try:
            return self._fernet().decrypt(sealed).decode()
        except (OSError, ValueError, InvalidToken) as error:
            raise self._broken(error) from error

    def _fernet(self) -> Fernet:
        return Fernet(self._path.read_bytes() if self._path else self._key)

    def _broken(self, error: Exception) -> SealError:
        return SealError(
            f"{self._path}: does not open the secrets of two-factor sign-in "
            f"({error or type(error).__name__}). Bring the file back from a backup; until then "
            "people sign in with recovery codes, or: python -m bot.people second-factor-off NAME"
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What an authenticator app needs to know, shown while it is set up and never again.

    Attributes:
        secret: In base 32, for an app that cannot see.
        address: The same as ``otpauth://``, for an app on the device that shows it.
        squares: The address as a QR code: rows of ``1`` for dark and ``0``, a light margin around.
    """

    secret: str
    address: str
    squares: Sequence[str]


def new_secret() -> str:
    """Return 160 random bits in base 32."""
    return pyotp.random_base32()


def offer_of(secret: str, name: str) -> Offer:
    """Return what the app of a person needs to know."""
    import segno

    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    code = segno.make_qr(address, error="m")
    squares = ["".join("01"[bool(dark)] for dark in row) for row in code.matrix_iter(border=4)]
    return Offer(secret, address, squares)


def clean_code(typed: str) -> str:
    """Return a code as it is compared, in whatever width and groups it was typed."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).lower()


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """Return which step of the clock a cleaned code is of; None where it is of none near now.

    Steps rise by one every 30 seconds. Who remembers the last one accepts no code twice.
    """
    if not _CODE.fullmatch(code):
        return None
    totp = pyotp.TOTP(secret)
    for offset in _LATE_OR_EARLY:
        if secrets.compare_digest(totp.at(now, counter_offset=offset), code):
            return totp.timecode(now) + offset
    return None


def new_recovery_codes() -> list[str]:
    """Return codes that each replace the app once, grouped to be written down."""
    raw = [base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    return ["-".join(re.findall("....", code.decode().lower())) for code in raw]


def recovery_digest(person_id: str, code: str) -> str:
    """Return under what a person's recovery code is kept; empty for what cannot be one."""
    clean = clean_code(code)
    return digest(f"recovery:{person_id}:{clean}") if _RECOVERY.fullmatch(clean) else ""
