"""Two-factor sign-in of one's own account, and turning it off for somebody who lost their app."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from bot.desk.shell.access import RowId, actor_of, address_of, allow, operation
from bot.desk.shell.desk import Desk
from bot.people.identity import ProofError, UnknownError, Viewer
from bot.people.permissions import Operation, may
from bot.people.second_factor import MAX_CODE, Offer
from bot.people.store.second_factors import SecondFactor
from bot.web.bodies import Body, Object

_LONGEST = 1024  # characters of a password that are looked at


class SecondFactorObject(Object):
    """Whether somebody signs in with two factors."""

    is_on: bool
    since: datetime | None
    recovery_codes: int = Field(description="How many are left.")

    @classmethod
    def of(cls, factor: SecondFactor) -> Self:
        """Return it as it is given out."""
        return cls.made_of(factor, is_on=factor.since is not None)


class OfferBody(Body):
    """The present password, so that a session that was left open sets nothing up."""

    current: str = Field(max_length=_LONGEST)


class OfferObject(Object):
    """What an authenticator app needs to know; shown this once."""

    secret: str = Field(description="In base 32.")
    address: str = Field(description="The same, as otpauth.")
    squares: list[str] = Field(description="The address as a QR code: a row each, 1 for dark.")

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """Return it as it is given out."""
        return cls.made_of(offer, squares=list(offer.squares))


class CodeBody(Body):
    """A code of the app."""

    code: str = Field(max_length=MAX_CODE)


class RecoveryCodesObject(Object):
    """Codes that each replace the app once; shown this once."""

    codes: list[str]


class TurnOffBody(Body):
    """What turning off one's own takes."""

    current: str = Field("", max_length=_LONGEST, description="The present password.")
    code: str = Field("", max_length=MAX_CODE, description="Of the app, or a recovery code.")


def second_factor_routes(desk: Desk) -> APIRouter:
    """Return the routes of two-factor sign-in."""
    routes = APIRouter(prefix="/api/desk/people/{person_id}/second-factor")
    people = desk.people
    see_person = Depends(allow(desk, Operation.SEE_PERSON))
    set_second_factor = Depends(allow(desk, Operation.SET_SECOND_FACTOR))
    clear_second_factor = Depends(allow(desk, Operation.CLEAR_SECOND_FACTOR))

    @routes.get("", **operation(Operation.SEE_PERSON, 404, 422))
    def see(person_id: RowId, viewer: Viewer = see_person) -> SecondFactorObject:
        """Say whether a person signs in with two factors."""
        _check_reach(viewer, Operation.SEE_PERSON, person_id)
        return SecondFactorObject.of(people.second_factors.of(person_id))

    @routes.post("", status_code=201, **operation(Operation.SET_SECOND_FACTOR, 404, posted=True))
    def offer(
        person_id: RowId, body: OfferBody, request: Request, viewer: Viewer = set_second_factor
    ) -> OfferObject:
        """Begin to set it up; signing in takes no code until it is turned on by one."""
        _check_reach(viewer, Operation.SET_SECOND_FACTOR, person_id)
        _prove(body.current, request, viewer)
        return OfferObject.of(people.second_factors.offer(person_id))

    @routes.put("", **operation(Operation.SET_SECOND_FACTOR, 404, posted=True))
    def turn_on(
        person_id: RowId, body: CodeBody, request: Request, viewer: Viewer = set_second_factor
    ) -> RecoveryCodesObject:
        """Turn it on by the app's first code; one's other sessions end."""
        _check_reach(viewer, Operation.SET_SECOND_FACTOR, person_id)
        codes = people.second_factors.turn_on(
            person_id, body.code, actor_of(request, viewer), session_id=viewer.credential_id
        )
        return RecoveryCodesObject(codes=codes)

    @routes.post(
        "/off",
        status_code=204,
        **operation(Operation.CLEAR_SECOND_FACTOR, 404, posted=True),
    )
    def turn_off(
        person_id: RowId, body: TurnOffBody, request: Request, viewer: Viewer = clear_second_factor
    ) -> Response:
        """Turn it off: one's own by password and code; an admin anybody's, with neither."""
        _check_reach(viewer, Operation.CLEAR_SECOND_FACTOR, person_id)
        if person_id == viewer.person_id:
            _prove(body.current, request, viewer)
            people.sign_in.prove_code(viewer, body.code, address_of(request))
        people.second_factors.turn_off(person_id, actor_of(request, viewer))
        return Response(status_code=204)

    def _prove(password: str, request: Request, viewer: Viewer) -> None:
        if not password:
            raise ProofError
        people.sign_in.prove(viewer, password, address_of(request))

    return routes


def _check_reach(viewer: Viewer, what: Operation, person_id: str) -> None:
    if not may(viewer, what, person_id):
        raise UnknownError("there is no such person, or it is not you.")
