"""Who asks: nobody known, a program by its key, or a person."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.people.errors import PeopleError

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
    """Who did something, as the trail tells it.

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
