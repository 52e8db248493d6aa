"""Who gives feedback, told from one another without telling who it is."""

from __future__ import annotations

import hmac
import logging
import secrets
from pathlib import Path

from index.files import write_whole

logger = logging.getLogger(__name__)
_BYTES = 32


class Voters:
    """Names voters so that nobody learns an address from a name, nor what else somebody judged."""

    def __init__(self, secret: bytes) -> None:
        """Name them by a secret that stands in no database and no backup."""
        self._secret = secret

    def name(self, answer_id: str, network: str) -> str:
        """Return the name of a network as a voter on one answer, 64 hexadecimal digits."""
        words = f"{answer_id} {network}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, words, "sha256").hex()


def open_voters(path: Path) -> Voters:
    """Return those who are named by the secret in a file, which is made where there is none.

    Where it cannot be read or made, which the log then says, they are strangers after a restart.
    """
    secret = secrets.token_bytes(_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size != _BYTES:
            write_whole(path, secret, is_private=True)
        secret = path.read_bytes()
    except OSError as error:
        logger.warning("%s: cannot be made or read (%s).", path, error.strerror)
    return Voters(secret)
