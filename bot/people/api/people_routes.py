"""People and their API keys on the web."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from bot.desk.shell.access import (
    AccessError,
    RowId,
    actor_of,
    address_of,
    allow,
    operation,
    set_device,
    set_token,
)
from bot.desk.shell.desk import Desk
from bot.people.identity import (
    MOST,
    MOST_ORIGINS,
    PER_ADDRESS,
    PER_KEY,
    ProofError,
    Purpose,
    Role,
    Terms,
    UnknownError,
    Viewer,
    fold_name,
)
from bot.people.passwords import new_device
from bot.people.permissions import Operation, may, owner_for
from bot.people.store.accounts import Person
from bot.people.store.keys import Key
from bot.web.bodies import Body, Object

_LONGEST = 1024  # characters of a name or a password that are looked at; the rules allow fewer


class PeopleObject(Object):
    """Those whom one may see."""

    people: list[Person]


class NewPersonBody(Body):
    """Somebody to be let in."""

    name: str = Field(max_length=_LONGEST)
    role: Role
    password: str = Field(max_length=_LONGEST)


class PersonBody(Body):
    """What is to be changed; what is left out stays."""

    role: Role | None = None
    is_disabled: bool | None = None


class PasswordBody(Body):
    """Another password, and for one's own the present one."""

    password: str = Field(max_length=_LONGEST)
    current: str = Field("", max_length=_LONGEST, description="Needed for one's own.")
    revoke_keys: bool = Field(
        False,
        description="Whether no key of theirs works any more; else every one goes on working.",
    )


def people_routes(desk: Desk) -> APIRouter:
    """Return the routes of people."""
    routes = APIRouter(prefix="/api/desk/people")
    people = desk.people
    see_person = Depends(allow(desk, Operation.SEE_PERSON))
    add_person = Depends(allow(desk, Operation.ADD_PERSON))
    change_person = Depends(allow(desk, Operation.CHANGE_PERSON))
    change_password = Depends(allow(desk, Operation.CHANGE_PASSWORD))

    @routes.get("", **operation(Operation.SEE_PERSON))
    def see(viewer: Viewer = see_person) -> PeopleObject:
        """List the people, or oneself."""
        found = people.accounts.of(owner_for(viewer, Operation.SEE_PERSON))
        return PeopleObject(people=found)

    @routes.post("", status_code=201, **operation(Operation.ADD_PERSON, posted=True))
    def add(body: NewPersonBody, request: Request, viewer: Viewer = add_person) -> Person:
        """Add a person; tell them their password, which they can change."""
        by = actor_of(request, viewer)
        return people.accounts.add(body.name, body.role, body.password, by)

    @routes.patch("/{person_id}", **operation(Operation.CHANGE_PERSON, 404, posted=True))
    def change(
        person_id: RowId, body: PersonBody, request: Request, viewer: Viewer = change_person
    ) -> Person:
        """Give a person another role, keep them out or let them in.

        It holds at once at the desk, and within seconds for their keys beside it.
        """
        by = actor_of(request, viewer)
        people.accounts.change(person_id, by, role=body.role, is_disabled=body.is_disabled)
        return _find(desk, person_id)

    @routes.put(
        "/{person_id}/password",
        status_code=204,
        **operation(Operation.CHANGE_PASSWORD, 404, posted=True),
    )
    def set_password(
        person_id: RowId, body: PasswordBody, request: Request, viewer: Viewer = change_password
    ) -> Response:
        """Set a password; every session of the person ends, and one's own begins anew.

        Their keys go on working, unless ``revoke_keys`` is true.
        """
        if owner_for(viewer, Operation.CHANGE_PASSWORD) not in (None, person_id):
            raise UnknownError("there is no such person, or it is not you.")
        is_own = person_id == viewer.person_id
        former = _prove(desk, body, request, viewer) if is_own else None
        by = actor_of(request, viewer)
        kept = people.accounts.change_password(
            person_id, body.password, by, former=former, revoke_keys=body.revoke_keys
        )
        answer = Response(status_code=204)
        if is_own:  # without a second look at the password, which might be made to wait
            set_token(answer, request, people.sessions.begin(person_id, kept, by.address))
            set_device(answer, request, new_device(fold_name(viewer.name), kept))
        return answer

    return routes


def _prove(desk: Desk, body: PasswordBody, request: Request, viewer: Viewer) -> str:
    """Return the hash of one's present password; a session alone does not change it."""
    if not body.current:
        raise ProofError
    return desk.people.sign_in.prove(viewer, body.current, address_of(request))


def _find(desk: Desk, person_id: str) -> Person:
    for person in desk.people.accounts.of(person_id):
        return person
    raise UnknownError("there is no such person. List everybody to see who there is.")


Text = Annotated[str, Field(max_length=1024)]
Limit = Annotated[int, Field(ge=1, le=MOST)]


class KeyObject(Object):
    """A key, without its secret."""

    key_id: str
    name: str
    purpose: Purpose
    person_id: str = Field(description="Whose it is; empty for nobody's.")
    origins: tuple[str, ...]
    per_key_per_minute: int
    per_address_per_minute: int
    added_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: Key, **given: object) -> Self:
        """Return a key with its terms."""
        return cls.made_of(key, **asdict(key.terms), **given)


class KeysObject(Object):
    """Those that one may see, revoked ones as well, the first made first."""

    keys: list[KeyObject]


class NewKeyObject(KeyObject):
    """A key that was just made."""

    secret: str = Field(description="Shown this once, and kept nowhere.")


class KeyBody(Body):
    """A key to be made."""

    name: Text
    purpose: Purpose
    person_id: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_-]{0,64}$",
        description="Whose; an agent's key is one's own if left out.",
    )
    origins: list[Text] = Field(
        [], max_length=MOST_ORIGINS, description="Of the pages that show the widget."
    )
    per_key_per_minute: Limit = PER_KEY
    per_address_per_minute: Limit = PER_ADDRESS


def keys_routes(desk: Desk) -> APIRouter:
    """Return the routes of keys."""
    routes = APIRouter(prefix="/api/desk/keys")
    keys = desk.people.keys
    see_keys = Depends(allow(desk, Operation.SEE_KEYS))
    add_key = Depends(allow(desk, Operation.ADD_KEY))
    revoke_key = Depends(allow(desk, Operation.REVOKE_KEY))

    @routes.get("", **operation(Operation.SEE_KEYS))
    def see(viewer: Viewer = see_keys) -> KeysObject:
        """List the keys: one's own; an admin sees everybody's and nobody's."""
        found = keys.of(owner_for(viewer, Operation.SEE_KEYS))
        return KeysObject(keys=[KeyObject.of(key) for key in found])

    @routes.post("", status_code=201, **operation(Operation.ADD_KEY, 404, posted=True))
    def add(body: KeyBody, request: Request, viewer: Viewer = add_key) -> NewKeyObject:
        """Make a key; an agent makes those of purpose agent, for oneself."""
        owner = _owner(body, viewer)
        terms = Terms(tuple(body.origins), body.per_key_per_minute, body.per_address_per_minute)
        by = actor_of(request, viewer)
        new = keys.make(body.name, body.purpose, by, person_id=owner, terms=terms)
        return NewKeyObject.of(new.key, secret=new.secret)

    @routes.delete("/{key_id}", status_code=204, **operation(Operation.REVOKE_KEY, 404, 422))
    def revoke(key_id: RowId, request: Request, viewer: Viewer = revoke_key) -> Response:
        """Make a key useless, for good."""
        owner = owner_for(viewer, Operation.REVOKE_KEY)
        keys.revoke(key_id, actor_of(request, viewer), owner=owner)
        return Response(status_code=204)

    return routes


def _owner(body: KeyBody, viewer: Viewer) -> str:
    """Return whose a new key is to be.

    Raises:
        AccessError: An agent makes none of this purpose.
        UnknownError: An agent makes none for somebody else, be there such a person or not.
    """
    if body.purpose is not Purpose.AGENT and not may(viewer, Operation.ADD_KEY):
        raise AccessError(403)
    owner = body.person_id
    if body.purpose is Purpose.AGENT:
        owner = owner or viewer.person_id
        if not may(viewer, Operation.ADD_KEY, owner):
            raise UnknownError("there is no such person, or it is not you.")
    return owner
