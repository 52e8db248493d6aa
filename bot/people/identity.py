"""Who asks: nobody known, a program by its key, or a person; their errors and their keys' terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
        super().__init__("the present password is wrong or missing. Nothing is changed.")


class UnknownError(PeopleError):
    """There is no such person, session or key, or none that this owner has."""


class SignInError(PeopleError):
    """The name or the password is wrong; which of them, or whether it is blocked, is not said."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or "the name or the password is wrong. Check both.")


class SecondFactorError(SignInError):
    """Name and password are right, and this person has to send a code as well."""

    code = "second_factor"

    def __init__(self) -> None:
        super().__init__("send the code of your authenticator app, or a recovery code, as well.")


class WrongCodeError(SignInError):
    """The code is not the one of now, or was used; name and password are right."""

    code = "second_factor_wrong"

    def __init__(self) -> None:
        super().__init__(
            "the code is wrong, or was used before. Wait for the app's next one, or take a "
            "recovery code that you did not use yet."
        )


class WaitError(SignInError):
    """There were too many failures under this name or from this address.

    Attributes:
        seconds: After how many another try is looked at, at least 1.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many failed tries. Wait {seconds} s and try again.")
        self.seconds = seconds


MIN_NAME, MAX_NAME = 2, 64  # characters


class Role(StrEnum):
    """What a person is."""

    AGENT = "agent"
    ADMIN = "admin"


class Purpose(StrEnum):
    """What an API key is for; it opens nothing else."""

    WIDGET = "widget"
    PROGRAM = "program"
    AGENT = "agent"


class Kind(StrEnum):
    """As what somebody comes; the columns of the table of permissions."""

    ANONYMOUS = "anonymous"
    WIDGET = "widget"
    PROGRAM = "program"
    AGENT_KEY = "agent_key"  # a person's program, which may do less than the person
    AGENT = "agent"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at or changes something.

    Attributes:
        kind: As what.
        person_id: Of the person who signed in or owns the key; empty for nobody's.
        name: Of the person, or of a key that is nobody's.
        credential_id: Of the session or the key, neither of which it opens.
    """

    kind: Kind
    person_id: str = ""
    name: str = ""
    credential_id: str = ""


ANONYMOUS = Viewer(Kind.ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, as the audit log tells it.

    Attributes:
        name: Of the person, or what else it was, such as a command.
        person_id: Of the person; empty for none.
        address: Where from; empty for this machine.
    """

    name: str
    person_id: str = ""
    address: str = ""

    @classmethod
    def of(cls, viewer: Viewer, address: str) -> Actor:
        """Return a viewer as one who acts from an address."""
        return cls(viewer.name or viewer.kind, viewer.person_id, address)


def clean_name(name: str) -> str:
    """Return the name of a person or a key as it is kept.

    Raises:
        PeopleError: It is too short or long, or holds what cannot be seen.
    """
    clean = normalise_name(name)
    if not is_name(clean):
        raise PeopleError(
            f"the name {name[:MAX_NAME]!r} cannot be used. Write {MIN_NAME} to {MAX_NAME} "
            "characters that can be seen, with no space before or behind.",
            "name",
        )
    return clean


def normalise_name(name: str) -> str:
    """Return a name as it is written alike on every keyboard."""
    return unicodedata.normalize("NFKC", name)


def is_name(text: str) -> bool:
    """Tell whether a text, normalised, may be a name."""
    return MIN_NAME <= len(text) <= MAX_NAME and text.isprintable() and text == text.strip()


def fold_name(name: str) -> str:
    """Return what two names share that are one person's: ``Ａnna`` and ``anna``."""
    return normalise_name(normalise_name(name).casefold())


PER_KEY, PER_ADDRESS = 600, 30  # requests a minute, where nobody says another number
MOST = 1_000_000  # of a limit
MOST_ORIGINS = 50  # of one key
_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_LONGEST = 300  # characters of an origin


@dataclass(frozen=True, slots=True)
class Terms:
    """What comes with a key.

    Attributes:
        origins: Of the pages that may send it, such as ``https://help.example.com``; those of
            a widget's key alone. Without any it is of use to none but our own pages.
        per_key_per_minute: Requests that may come with a widget's key.
        per_address_per_minute: Those that may come from one visitor's address.
    """

    origins: tuple[str, ...] = ()
    per_key_per_minute: int = PER_KEY
    per_address_per_minute: int = PER_ADDRESS


def is_origin(text: str) -> bool:
    """Tell whether a text is an origin, as a browser writes it."""
    return len(text) <= _LONGEST and _ORIGIN.fullmatch(text) is not None


def check_terms(purpose: Purpose, terms: Terms) -> Terms:
    """Return the terms of a new key, each origin once.

    Raises:
        PeopleError: They do not fit the purpose, or hold what is no origin.
    """
    origins: Sequence[str] = tuple(dict.fromkeys(terms.origins))
    if (origins and purpose is not Purpose.WIDGET) or len(origins) > MOST_ORIGINS:
        words = f"a widget's key names up to {MOST_ORIGINS} origins, and another key none."
        raise PeopleError(words, "key_origins")
    for origin in origins:
        if not is_origin(origin):
            raise PeopleError(
                f"{origin[:_LONGEST]!r} is no origin. Write scheme, host and port as a browser "
                'does, in lower case, without a path or a star: "https://help.example.com".',
                "key_origin",
            )
    for limit in (terms.per_key_per_minute, terms.per_address_per_minute):
        if not 1 <= limit <= MOST:
            raise PeopleError(f"{limit} is no number of requests in 1..{MOST}.", "key_limit")
    return Terms(tuple(origins), terms.per_key_per_minute, terms.per_address_per_minute)
