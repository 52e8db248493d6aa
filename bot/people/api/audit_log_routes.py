"""Who did what, when and from where, for admins."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from bot.desk.shell.access import allow, operation
from bot.desk.shell.desk import Desk
from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.people.store.audit_log import Action
from bot.web.bodies import Object

_NUMBERS = 2**63 - 1  # as large as a number of a line can be


class AuditEntryObject(Object):
    """One line of the audit log."""

    number: int
    at: datetime
    who: str
    person_id: str = Field(description="Of who did it; empty for a command or nobody known.")
    address: str = Field(description="Where from; empty for this machine.")
    action: Action
    subject: str = Field(description="Id of what it was done to; may be empty.")
    detail: str


class AuditLogObject(Object):
    """Lines of the audit log, the last first."""

    entries: list[AuditEntryObject]
    before: int | None = Field(description="To read on from; null where there is no more.")


def audit_routes(desk: Desk) -> APIRouter:
    """Return the route of the audit log."""
    routes = APIRouter(prefix="/api/desk/trail")
    see_trail = Depends(allow(desk, Operation.SEE_TRAIL))

    @routes.get("", **operation(Operation.SEE_TRAIL, 422))
    def see(
        viewer: Viewer = see_trail,
        before: int | None = Query(None, ge=1, le=_NUMBERS),
        most: int = Query(50, ge=1, le=500),
        action: Action | None = None,
        person_id: str = Query(
            "",
            pattern=r"^[A-Za-z0-9_-]{0,64}$",
            description="Of who did it, or had it done to them.",
        ),
    ) -> AuditLogObject:
        """Tell who did what, the last first."""
        found = desk.people.audit_log.entries(
            most=most + 1, before=before, action=action, person_id=person_id
        )
        entries = [
            AuditEntryObject.made_of(
                entry,
                who=entry.actor.name,
                person_id=entry.actor.person_id,
                address=entry.actor.address,
            )
            for entry in found[:most]
        ]
        before = found[most - 1].number if found[most:] else None
        return AuditLogObject(entries=entries, before=before)

    return routes
