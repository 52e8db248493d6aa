"""What can go wrong with people and their rights.

ClauseBotError
└── PeopleError           a name, a role or a key cannot be what was asked
    ├── PasswordError     a new password is too easy to guess
    ├── ProofError        the present password, asked for before a change, is not this one
    ├── UnknownError      there is no such person, session or key, or not of this owner
    └── SignInError       a name and a password that do not go together
        └── WaitError     too many of them; says for how long to wait
"""

from __future__ import annotations

from index.errors import ClauseBotError


class PeopleError(ClauseBotError):
    """A name, a role or a key cannot be what was asked; says why and what to do."""

    def __init__(self, message: str, code: str = "") -> None:
        """Say it; ``code`` is as in ``ClauseBotError``."""
        super().__init__(message)
        self.code = code or self.code


class PasswordError(PeopleError):
    """A new password is too easy to guess."""


class ProofError(PeopleError):
    """The present password, asked for before a change, is not this one."""

    code = "present_password"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the present password is wrong or missing. Nothing is changed.")


class UnknownError(PeopleError):
    """There is no such person, session or key, or none that this owner has."""


class SignInError(PeopleError):
    """The name or the password is wrong; which of them, or whether it is blocked, is not said."""

    def __init__(self, message: str = "") -> None:
        """Say the one sentence that every failed sign-in gets."""
        super().__init__(message or "the name or the password is wrong. Check both.")


class WaitError(SignInError):
    """There were too many failures under this name or from this address.

    Attributes:
        seconds: After how many another try is looked at, at least 1.
    """

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(f"too many failed tries. Wait {seconds} s and try again.")
        self.seconds = seconds
