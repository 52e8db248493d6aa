"""The people of the desk: who they are, what they may do, and their passwords."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.people.devices import new_device
from bot.people.errors import ProofError, UnknownError
from bot.people.identity import Role, Viewer, fold_name
from bot.people.permissions import Operation, owner_for
from bot.storage.people import Person
from bot.web.desk.access import RowId, actor_of, address_of, allow, operation
from bot.web.desk.cookie import set_device, set_token
from bot.web.desk.desk import Desk
from bot.web.reply import reply

_LONGEST = 1024  # characters of a name or a password that are looked at; the rules allow fewer


class PersonObject(BaseModel):
    """One of the people."""

    person_id: str
    name: str
    role: Role
    is_disabled: bool
    added_at: datetime


class PeopleObject(BaseModel):
    """Those whom one may see."""

    people: list[PersonObject]


class NewPersonBody(BaseModel):
    """Somebody to be let in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=_LONGEST)
    role: Role
    password: str = Field(max_length=_LONGEST)


class PersonBody(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    is_disabled: bool | None = None


class PasswordBody(BaseModel):
    """Another password, and for one's own the present one."""

    model_config = ConfigDict(extra="forbid")

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

    @routes.get("", response_model=PeopleObject, **operation(Operation.SEE_PERSON))
    def see(viewer: Viewer = see_person) -> Response:
        """List the people, or oneself."""
        found = people.accounts.of(owner_for(viewer, Operation.SEE_PERSON))
        return reply({"people": [_person(person) for person in found]})

    @routes.post(
        "",
        status_code=201,
        response_model=PersonObject,
        **operation(Operation.ADD_PERSON, posted=True),
    )
    def add(body: NewPersonBody, request: Request, viewer: Viewer = add_person) -> Response:
        """Add a person; tell them their password, which they can change."""
        by = actor_of(request, viewer)
        return reply(_person(people.accounts.add(body.name, body.role, body.password, by)), 201)

    @routes.patch(
        "/{person_id}",
        response_model=PersonObject,
        **operation(Operation.CHANGE_PERSON, 404, posted=True),
    )
    def change(
        person_id: RowId, body: PersonBody, request: Request, viewer: Viewer = change_person
    ) -> Response:
        """Give a person another role, keep them out or let them in.

        It holds at once at the desk, and within seconds for their keys beside it.
        """
        by = actor_of(request, viewer)
        people.accounts.change(person_id, by, role=body.role, is_disabled=body.is_disabled)
        return reply(_person(_find(desk, person_id)))

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


def _person(person: Person) -> dict[str, object]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "role": person.role,
        "is_disabled": person.is_disabled,
        "added_at": person.added_at,
    }
