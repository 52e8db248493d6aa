"""API keys, one's own or everybody's: the secret is shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.people.errors import UnknownError
from bot.people.identity import Purpose, Viewer
from bot.people.permissions import Operation, may, owner_for
from bot.people.terms import MOST, MOST_ORIGINS, PER_ADDRESS, PER_KEY, Terms
from bot.storage.people import Key
from bot.web.desk.access import AccessError, RowId, actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.reply import reply

Text = Annotated[str, Field(max_length=1024)]
Limit = Annotated[int, Field(ge=1, le=MOST)]


class KeyObject(BaseModel):
    """A key, without its secret."""

    key_id: str
    name: str
    purpose: Purpose
    person_id: str = Field(description="Whose it is; empty for nobody's.")
    origins: list[str]
    per_key_per_minute: int
    per_address_per_minute: int
    added_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class KeysObject(BaseModel):
    """Those that one may see, revoked ones as well, the first made first."""

    keys: list[KeyObject]


class NewKeyObject(KeyObject):
    """A key that was just made."""

    secret: str = Field(description="Shown this once, and kept nowhere.")


class KeyBody(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

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

    @routes.get("", response_model=KeysObject, **operation(Operation.SEE_KEYS))
    def see(viewer: Viewer = see_keys) -> Response:
        """List the keys: one's own; an admin sees everybody's and nobody's."""
        found = keys.of(owner_for(viewer, Operation.SEE_KEYS))
        return reply({"keys": [_key(key) for key in found]})

    @routes.post(
        "",
        status_code=201,
        response_model=NewKeyObject,
        **operation(Operation.ADD_KEY, 404, posted=True),
    )
    def add(body: KeyBody, request: Request, viewer: Viewer = add_key) -> Response:
        """Make a key; an agent makes those of purpose agent, for oneself."""
        owner = _owner(body, viewer)
        terms = Terms(tuple(body.origins), body.per_key_per_minute, body.per_address_per_minute)
        by = actor_of(request, viewer)
        new = keys.make(body.name, body.purpose, by, person_id=owner, terms=terms)
        return reply(_key(new.key) | {"secret": new.secret}, 201)

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


def _key(key: Key) -> dict[str, object]:
    return {
        "key_id": key.key_id,
        "name": key.name,
        "purpose": key.purpose,
        "person_id": key.person_id,
        "origins": list(key.terms.origins),
        "per_key_per_minute": key.terms.per_key_per_minute,
        "per_address_per_minute": key.terms.per_address_per_minute,
        "added_at": key.added_at,
        "used_at": key.used_at,
        "revoked_at": key.revoked_at,
    }
