"""People, sessions, keys and the audit log, asked as a program would: whose they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyotp import TOTP
from starlette.testclient import TestClient

from bot.desk.shell.desk import Desk
from bot.people.identity import Actor, Purpose, Role, Viewer
from bot.people.store.audit_log import Action
from bot.storage import open_database
from bot.web.service import Service
from bot.web.site import create_site
from tests.desks import PASSWORD, make_desk
from tests.servers import SITES, ScriptedBot

OTHER_PASSWORD = "eleven lamps under water"  # noqa: S105 - of nobody
BY = Actor("a test")
Enter = Callable[..., TestClient]


@pytest.fixture(scope="module")
def own(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk that no other test changes."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('people')}/clausebot.db")
    service = Service(quick_bot, database)
    yield make_desk(service)
    service.close()


@pytest.fixture(scope="module")
def enter(own: Desk) -> Enter:
    """Return what signs somebody in, from an address of their own."""
    site = create_site(own.service, SITES, own)
    addresses = itertools.count(1)

    def enter_(name: str = "", password: str = PASSWORD) -> TestClient:
        address = (f"192.0.2.{next(addresses) % 250}", 5000)
        client = TestClient(site, raise_server_exceptions=False, client=address)
        if name:
            body = {"name": name, "password": password}
            assert client.post("/api/desk/session", json=body).status_code == 201
        return client

    return enter_


@pytest.fixture
def somebody(own: Desk) -> str:
    """Return the name of an agent whom only this test knows."""
    number = len(own.people.accounts.of(None))
    return own.people.accounts.add(f"dora-{number}", Role.AGENT, PASSWORD, BY).name


def _id(own: Desk, name: str) -> str:
    return own.people.accounts.find(name).person_id


def _is_known(client: TestClient) -> bool:
    status = client.get("/api/desk/session").status_code
    assert status in (200, 401)
    return status == 200


# --- people


def test_an_agent_sees_themselves_and_an_admin_everybody(enter: Enter) -> None:
    (ben,) = enter("ben").get("/api/desk/people").json()["people"]
    assert (ben["name"], ben["role"], ben["is_disabled"]) == ("ben", "agent", False)
    everybody = enter("anna").get("/api/desk/people").json()["people"]
    assert {"anna", "ben", "cleo"} <= {person["name"] for person in everybody}
    assert "password" not in str(everybody)


def test_a_person_is_added_and_signs_in(own: Desk, enter: Enter) -> None:
    body = {"name": "  ".join(["é", "李"]), "role": "agent", "password": PASSWORD}
    answer = enter("anna").post("/api/desk/people", json=body)
    assert answer.status_code == 201
    assert answer.json()["name"] == body["name"]
    assert enter(body["name"]).get("/api/desk/session").json()["role"] == "agent"
    entry = own.people.audit_log.entries(action=Action.PERSON_ADDED, most=1)[0]
    assert (entry.actor.name, entry.subject) == ("anna", answer.json()["person_id"])
    assert entry.actor.address.startswith("192.0.2.")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "BEN"}, "name_taken"),
        ({"name": "x"}, "name"),
        ({"name": " blank "}, "name"),
        ({"name": "line\nbreak"}, "name"),
        ({"name": "\u202eright"}, "name"),
        ({"password": "short"}, "password_length"),
        ({"password": "x" * 257}, "password_length"),
        ({"password": "emil and his detectives"}, "password_name"),
        ({"password": "password1234"}, "password_common"),
    ],
)
def test_who_cannot_be_added_is_told_why(
    own: Desk, enter: Enter, change: dict[str, str], code: str
) -> None:
    known = own.people.accounts.of(None)
    body = {"name": "emil", "role": "agent", "password": PASSWORD} | change
    answer = enter("anna").post("/api/desk/people", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert change.get("password", "-") not in answer.text
    assert own.people.accounts.of(None) == known


def test_a_role_holds_at_once_in_what_is_open(own: Desk, enter: Enter, somebody: str) -> None:
    theirs, path = enter(somebody), f"/api/desk/people/{_id(own, somebody)}"
    assert theirs.get("/api/desk/trail").status_code == 403
    answer = enter("anna").patch(path, json={"role": "admin"})
    assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    assert theirs.get("/api/desk/trail").status_code == 200
    assert theirs.patch(path, json={"role": "agent"}).json()["role"] == "agent"  # one's own
    assert theirs.get("/api/desk/trail").status_code == 403


def test_who_is_disabled_is_out_at_once_and_comes_back_by_signing_in(
    own: Desk, enter: Enter, somebody: str
) -> None:
    theirs, person_id = enter(somebody), _id(own, somebody)
    key = own.people.keys.make("script", Purpose.AGENT, BY, person_id=person_id).secret
    given = {"authorization": f"Bearer {key}"}
    assert enter().get("/api/desk/replies", headers=given).status_code == 200
    anna, path = enter("anna"), f"/api/desk/people/{person_id}"
    assert anna.patch(path, json={"is_disabled": True}).json()["is_disabled"] is True
    assert not _is_known(theirs)
    assert enter().get("/api/desk/replies", headers=given).status_code == 401
    body = {"name": somebody, "password": PASSWORD}
    assert enter().post("/api/desk/session", json=body).status_code == 401
    assert anna.patch(path, json={"is_disabled": False}).status_code == 200
    assert not _is_known(theirs)
    assert _is_known(enter(somebody))


def test_both_are_changed_or_neither(own: Desk, enter: Enter, somebody: str) -> None:
    path = f"/api/desk/people/{_id(own, somebody)}"
    body = {"role": "admin", "is_disabled": True}
    changed = enter("anna").patch(path, json=body).json()
    assert {name: changed[name] for name in body} == body
    anna = f"/api/desk/people/{_id(own, 'anna')}"
    refused = enter("anna").patch(anna, json={"role": "admin", "is_disabled": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "last_admin")
    assert own.people.audit_log.entries(most=1)[0].action is not Action.ROLE_CHANGED


@pytest.mark.parametrize("body", [{"role": "agent"}, {"is_disabled": True}])
def test_the_last_admin_cannot_be_lost(own: Desk, enter: Enter, body: dict[str, Any]) -> None:
    anna, path = enter("anna"), f"/api/desk/people/{_id(own, 'anna')}"
    answer = anna.patch(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "last_admin")
    assert "Make somebody else an admin first" in answer.json()["detail"]
    assert anna.get("/api/desk/session").json()["role"] == "admin"


@pytest.mark.parametrize("body", [{"role": "owner"}, {"name": "x"}, {"is_disabled": "perhaps"}])
def test_what_makes_no_sense_changes_nothing(own: Desk, enter: Enter, body: dict[str, Any]) -> None:
    path = f"/api/desk/people/{_id(own, 'ben')}"
    assert enter("anna").patch(path, json=body).status_code == 422
    assert own.people.accounts.find("ben").role is Role.AGENT


# --- passwords


def test_ones_own_password_needs_the_present_one_and_ends_other_sessions(
    own: Desk, enter: Enter, somebody: str
) -> None:
    here, elsewhere = enter(somebody), enter(somebody)
    path, cookies = f"/api/desk/people/{_id(own, somebody)}/password", dict(here.cookies)
    body = {"password": OTHER_PASSWORD}
    for current in ({}, {"current": ""}, {"current": "not this one"}):
        answer = here.put(path, json=body | current)
        assert (answer.status_code, answer.json()["code"]) == (422, "present_password")
    assert _is_known(elsewhere)
    assert here.put(path, json=body | {"current": PASSWORD}).status_code == 204
    assert _is_known(here)
    assert not _is_known(elsewhere)
    assert dict(here.cookies) != cookies
    elsewhere.cookies.update(cookies)  # a copy of the former cookie
    assert not _is_known(elsewhere)
    assert _is_known(enter(somebody, OTHER_PASSWORD))


def test_the_present_password_cannot_be_guessed(own: Desk, enter: Enter, somebody: str) -> None:
    here, path = enter(somebody), f"/api/desk/people/{_id(own, somebody)}/password"
    guesses = [
        here.put(path, json={"password": OTHER_PASSWORD, "current": f"guess {number}"})
        for number in range(7)
    ]
    codes = [answer.json()["code"] for answer in guesses]
    assert codes[:5] == ["present_password"] * 5
    assert codes[-1] == "wait"
    assert guesses[-1].status_code == 429
    right = {"password": OTHER_PASSWORD, "current": PASSWORD}
    assert here.put(path, json=right).status_code == 429  # not looked at
    body = {"name": somebody, "password": PASSWORD}
    assert enter().post("/api/desk/session", json=body).status_code == 201  # a count of its own
    failed = own.people.audit_log.entries(action=Action.SIGN_IN_FAILED, most=1)[0]
    assert failed.subject == _id(own, somebody)


def test_an_admin_sets_anothers_password_but_proves_their_own(
    own: Desk, enter: Enter, somebody: str
) -> None:
    theirs, anna = enter(somebody), enter("anna")
    body = {"password": OTHER_PASSWORD}
    path = f"/api/desk/people/{_id(own, somebody)}/password"
    answer = anna.put(path, json=body)
    assert answer.status_code == 204
    assert "set-cookie" not in answer.headers
    assert not _is_known(theirs)
    assert _is_known(enter(somebody, OTHER_PASSWORD))
    mine = f"/api/desk/people/{_id(own, 'anna')}/password"
    assert anna.put(mine, json=body).json()["code"] == "present_password"


def test_a_password_that_is_easy_to_guess_changes_nothing(
    own: Desk, enter: Enter, somebody: str
) -> None:
    here, path = enter(somebody), f"/api/desk/people/{_id(own, somebody)}/password"
    answer = here.put(path, json={"password": "password1234", "current": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (422, "password_common")
    assert _is_known(here)
    assert _is_known(enter(somebody))


def test_a_password_that_was_changed_meanwhile_is_not_overwritten(
    own: Desk, enter: Enter, somebody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, person_id, prove = enter(somebody), _id(own, somebody), own.people.sign_in.prove

    def prove_slowly(viewer: Viewer, password: str, address: str) -> str:
        kept = prove(viewer, password, address)
        own.people.accounts.change_password(person_id, "an admin was here before", BY)
        return kept

    monkeypatch.setattr(own.people.sign_in, "prove", prove_slowly)
    body = {"password": OTHER_PASSWORD, "current": PASSWORD}
    answer = here.put(f"/api/desk/people/{person_id}/password", json=body)
    assert answer.json()["code"] == "present_password"
    assert _is_known(enter(somebody, "an admin was here before"))


# --- a second factor


def test_a_second_factor_is_set_up_asked_for_and_turned_off(
    own: Desk, enter: Enter, somebody: str
) -> None:
    theirs, path = enter(somebody), f"/api/desk/people/{_id(own, somebody)}/second-factor"
    assert theirs.get(path).json() == {"is_on": False, "since": None, "recovery_codes": 0}
    for wrong in ("", "not this one"):
        refused = theirs.post(path, json={"current": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "present_password")
    offer = theirs.post(path, json={"current": PASSWORD}).json()
    totp = TOTP(offer["secret"])
    assert totp.secret in offer["address"]
    refused = theirs.put(path, json={"code": "no code"})
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_wrong")
    codes = theirs.put(path, json={"code": totp.now()}).json()["codes"]
    is_on = theirs.get(path).json()
    assert (is_on["is_on"], is_on["recovery_codes"]) == (True, 10)
    assert offer["secret"] not in theirs.get("/api/desk/people").text
    body = {"name": somebody, "password": PASSWORD}
    told = enter().post("/api/desk/session", json=body)
    assert (told.status_code, told.json()["code"]) == (401, "second_factor")
    assert "set-cookie" not in told.headers
    again = enter().post("/api/desk/session", json=body | {"code": totp.now()})  # it is used
    assert (again.status_code, again.json()["code"]) == (401, "second_factor_wrong")
    assert enter().post("/api/desk/session", json=body | {"code": codes[0]}).status_code == 201
    for sent, code in [
        ({"current": PASSWORD}, "second_factor"),
        ({"current": PASSWORD, "code": codes[0]}, "second_factor_wrong"),
        ({"code": codes[1]}, "present_password"),
    ]:
        assert theirs.post(f"{path}/off", json=sent).json()["code"] == code
    right = {"current": PASSWORD, "code": codes[1]}
    assert theirs.post(f"{path}/off", json=right).status_code == 204
    assert _is_known(enter(somebody))


def test_an_admin_turns_a_second_factor_off_and_the_trail_says_so(
    own: Desk, enter: Enter, somebody: str
) -> None:
    theirs, anna = enter(somebody), enter("anna")
    path = f"/api/desk/people/{_id(own, somebody)}/second-factor"
    assert anna.post(path, json={"current": PASSWORD}).status_code == 404  # not for somebody else
    totp = TOTP(theirs.post(path, json={"current": PASSWORD}).json()["secret"])
    theirs.put(path, json={"code": totp.now()})
    everybody = {person["name"]: person for person in anna.get("/api/desk/people").json()["people"]}
    assert everybody[somebody]["has_second_factor"] is True
    assert enter("ben").post(f"{path}/off", json={}).status_code == 404
    assert anna.post(f"{path}/off", json={}).status_code == 204
    entry = own.people.audit_log.entries(most=1, action=Action.SECOND_FACTOR_OFF)[0]
    assert (entry.actor.name, entry.subject) == ("anna", _id(own, somebody))
    assert _is_known(enter(somebody))


# --- sessions


def test_sessions_are_ones_own_or_everybodys_and_the_present_one_is_marked(
    own: Desk, enter: Enter, somebody: str
) -> None:
    first, second = enter(somebody), enter(somebody)
    listed = first.get("/api/desk/sessions").json()["sessions"]
    assert {session["person_id"] for session in listed} == {_id(own, somebody)}
    assert [session["is_current"] for session in listed].count(True) == 1
    (current,) = [session for session in listed if session["is_current"]]
    assert current["session_id"] == first.get("/api/desk/session").json()["session_id"]
    everybody = enter("anna").get("/api/desk/sessions").json()["sessions"]
    assert len({session["person_id"] for session in everybody}) > 1
    (other,) = [session for session in listed if not session["is_current"]]
    assert first.delete(f"/api/desk/sessions/{other['session_id']}").status_code == 204
    assert not _is_known(second)
    assert _is_known(first)


def test_a_session_is_ended_by_its_id_and_its_owner(own: Desk, enter: Enter, somebody: str) -> None:
    theirs, ben = enter(somebody), enter("ben")
    session_id = theirs.get("/api/desk/session").json()["session_id"]
    foreign = ben.delete(f"/api/desk/sessions/{session_id}")
    absent = ben.delete("/api/desk/sessions/absent")
    assert (foreign.status_code, foreign.json()) == (404, absent.json())
    assert _is_known(theirs)
    assert enter("anna").delete(f"/api/desk/sessions/{session_id}").status_code == 204
    assert not _is_known(theirs)
    entry = own.people.audit_log.entries(action=Action.SESSION_REVOKED, most=1)[0]
    assert (entry.actor.name, entry.detail) == ("anna", somebody)


def test_every_session_of_a_person_is_ended_together(
    own: Desk, enter: Enter, somebody: str
) -> None:
    first, second, ben, anna = enter(somebody), enter(somebody), enter("ben"), enter("anna")
    query = {"person_id": _id(own, somebody)}
    foreign = ben.delete("/api/desk/sessions", params=query)
    absent = anna.delete("/api/desk/sessions", params={"person_id": "absent"})
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert _is_known(first)
    ended = anna.delete("/api/desk/sessions", params=query)
    assert (ended.status_code, ended.json()) == (200, {"ended": 2})
    assert not _is_known(first)
    assert not _is_known(second)
    assert _is_known(ben)
    mine = enter(somebody)
    assert mine.delete("/api/desk/sessions", params=query).json() == {"ended": 1}
    assert not _is_known(mine)


# --- keys


@pytest.mark.parametrize("by", ["anna", "oneself"])
@pytest.mark.parametrize("revoke", [False, True])
def test_another_password_revokes_keys_where_that_is_wanted(
    own: Desk, enter: Enter, somebody: str, by: str, revoke: bool
) -> None:
    mine = enter(somebody)
    made = mine.post("/api/desk/keys", json={"name": "script", "purpose": "agent"}).json()
    given = {"authorization": f"Bearer {made['secret']}"}
    body = {"password": OTHER_PASSWORD, "current": PASSWORD, "revoke_keys": revoke}
    path = f"/api/desk/people/{_id(own, somebody)}/password"
    assert (mine if by == "oneself" else enter(by)).put(path, json=body).status_code == 204
    answer = enter().get("/api/desk/replies", headers=given)
    assert answer.status_code == (401 if revoke else 200)


def test_a_key_is_shown_once_works_and_is_revoked_at_once(
    own: Desk, enter: Enter, somebody: str
) -> None:
    mine = enter(somebody)
    made = mine.post("/api/desk/keys", json={"name": "script", "purpose": "agent"})
    assert made.status_code == 201
    secret, key_id = made.json()["secret"], made.json()["key_id"]
    assert made.json()["person_id"] == _id(own, somebody)
    given = {"authorization": f"Bearer {secret}"}
    assert enter().get("/api/desk/replies", headers=given).status_code == 200
    assert enter().get("/api/desk/keys", headers=given).status_code == 403
    listed = mine.get("/api/desk/keys")
    assert [key["name"] for key in listed.json()["keys"]] == ["script"]
    assert listed.json()["keys"][0]["used_at"] is not None
    assert secret not in listed.text
    assert mine.delete(f"/api/desk/keys/{key_id}").status_code == 204
    assert enter().get("/api/desk/replies", headers=given).status_code == 401
    assert mine.delete(f"/api/desk/keys/{key_id}").status_code == 404
    assert mine.get("/api/desk/keys").json()["keys"][0]["revoked_at"] is not None


def test_a_key_is_revoked_by_its_id_and_its_owner(own: Desk, enter: Enter, somebody: str) -> None:
    new = own.people.keys.make("x ray", Purpose.AGENT, BY, person_id=_id(own, somebody))
    ben, path = enter("ben"), f"/api/desk/keys/{new.key.key_id}"
    foreign, absent = ben.delete(path), ben.delete("/api/desk/keys/absent")
    assert (foreign.status_code, foreign.json()) == (404, absent.json())
    assert new.key.key_id not in ben.get("/api/desk/keys").text
    assert enter("anna").delete(path).status_code == 204


@pytest.mark.parametrize("purpose", ["widget", "program"])
def test_an_agent_makes_keys_for_themselves_alone(own: Desk, enter: Enter, purpose: str) -> None:
    known, ben = own.people.keys.of(None), enter("ben")
    answer = ben.post("/api/desk/keys", json={"name": "site", "purpose": purpose})
    assert (answer.status_code, answer.json()["code"]) == (403, "access")
    for person_id in (_id(own, "cleo"), "absent"):
        body = {"name": "script", "purpose": "agent", "person_id": person_id}
        answer = ben.post("/api/desk/keys", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown")
        body["purpose"] = purpose
        assert ben.post("/api/desk/keys", json=body).status_code == 403
    assert own.people.keys.of(None) == known


def test_an_admin_makes_keys_of_every_purpose_on_terms(own: Desk, enter: Enter) -> None:
    body = {
        "name": "Help center",
        "purpose": "widget",
        "origins": ["https://help.example.com", "https://help.example.com"],
        "per_key_per_minute": 7,
        "per_address_per_minute": 3,
    }
    made = enter("anna").post("/api/desk/keys", json=body).json()
    assert made["secret"].startswith("cb_widget_")
    assert made["origins"] == ["https://help.example.com"]
    assert (made["per_key_per_minute"], made["per_address_per_minute"]) == (7, 3)
    listed = enter("anna").get("/api/desk/keys").json()["keys"]
    assert {name: value for name, value in made.items() if name != "secret"} in listed
    entry = own.people.audit_log.entries(action=Action.KEY_ADDED, most=1)[0]
    assert entry.detail == "Help center, widget https://help.example.com"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"origins": ["https://help.example.com/"]}, "key_origin"),
        ({"origins": ["https://*.example.com"]}, "key_origin"),
        ({"origins": ["https://a.example; script-src *"]}, "key_origin"),
        ({"origins": ["null"]}, "key_origin"),
        ({"origins": ["https://help.example.com\n"]}, "key_origin"),
        ({"purpose": "program"}, "key_origins"),
        ({"purpose": "agent"}, "key_origins"),
        ({"name": ""}, "name"),
        ({"person_id": "absent"}, "unknown"),
        ({"per_key_per_minute": 0}, None),
        ({"per_address_per_minute": 10**9}, None),
    ],
)
def test_a_key_whose_terms_make_no_sense_is_not_made(
    own: Desk, enter: Enter, change: dict[str, Any], code: str | None
) -> None:
    known = own.people.keys.of(None)
    body = {"name": "site", "purpose": "widget", "origins": ["https://shop.example"]} | change
    answer = enter("anna").post("/api/desk/keys", json=body)
    assert answer.status_code == (404 if code == "unknown" else 422)
    assert answer.json().get("code") == code
    assert own.people.keys.of(None) == known


def test_a_secret_stands_nowhere(own: Desk, enter: Enter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    anna, secrets = enter("anna"), []
    for purpose in Purpose:
        made = anna.post("/api/desk/keys", json={"name": "site", "purpose": purpose}).json()
        secrets.append(made["secret"])
        given = {"authorization": f"Bearer {made['secret']}"}
        answers = [
            enter().get("/api/desk/trail", headers=given),
            enter().post("/api/ask", json={"question": ""}, headers=given),
            enter().get("/api/agreements", headers={"x-clausebot-key": made["secret"]}),
        ]
        anna.delete(f"/api/desk/keys/{made['key_id']}")
        answers += [
            enter().get("/api/desk/trail", headers=given),
            enter().get("/api/agreements", headers=given),
            enter().get("/api/agreements", headers={"x-clausebot-key": made["secret"]}),
            anna.get("/api/desk/trail?most=500"),
            anna.get("/api/desk/keys"),
        ]
        assert not [answer.text for answer in answers if made["secret"] in answer.text]
    folder = Path(own.service.database.transactions.place).parent
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    said = caplog.text + str(caplog.records)
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in kept
        assert secret.removeprefix("cb_").split("_", 1)[1].encode() not in kept


# --- the audit log


def test_the_trail_is_read_page_by_page_and_sifted(own: Desk, enter: Enter, somebody: str) -> None:
    anna, person_id = enter("anna"), _id(own, somebody)
    for role in ("admin", "agent", "admin"):
        anna.patch(f"/api/desk/people/{person_id}", json={"role": role})
    theirs = enter(somebody)
    sifted = anna.get("/api/desk/trail", params={"person_id": person_id}).json()
    assert [entry["action"] for entry in sifted["entries"]] == [
        "signed_in",
        *["role_changed"] * 3,
        "person_added",
    ]
    assert sifted["before"] is None
    whole: list[dict[str, Any]] = []
    before: int | None = None
    while True:
        given = {"most": "2", "action": "role_changed", "person_id": person_id}
        page = theirs.get("/api/desk/trail", params=given | ({"before": before} if before else {}))
        whole += page.json()["entries"]
        before = page.json()["before"]
        if before is None:
            break
    assert [entry["number"] for entry in whole] == sorted(
        {entry["number"] for entry in whole}, reverse=True
    )
    assert [entry["detail"] for entry in whole] == [
        f"{somebody} to {role}" for role in ("admin", "agent", "admin")
    ]
    assert {entry["who"] for entry in whole} == {"anna"}


@pytest.mark.parametrize("query", ["before=0", "before=x", f"before={2**63}", "most=0", "most=501"])
def test_a_page_that_cannot_be_is_refused(enter: Enter, query: str) -> None:
    assert enter("anna").get(f"/api/desk/trail?{query}").status_code == 422


def test_an_action_that_there_is_not_is_refused(enter: Enter) -> None:
    assert enter("anna").get("/api/desk/trail?action=dance").status_code == 422
    assert enter("anna").get("/api/desk/trail?person_id=absent").json()["entries"] == []


# --- who may


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "people", {"name": "zoe", "role": "admin", "password": PASSWORD}),
        ("PATCH", "people/{ben}", {"role": "admin"}),
        ("PATCH", "people/{cleo}", {"is_disabled": True}),
        ("GET", "trail", None),
    ],
)
def test_what_is_for_admins_is_for_no_agent(
    own: Desk, enter: Enter, method: str, path: str, body: dict[str, Any] | None
) -> None:
    known = own.people.accounts.of(None)
    filled = path.format(ben=_id(own, "ben"), cleo=_id(own, "cleo"))
    answer = enter("ben").request(method, f"/api/desk/{filled}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "access")
    assert own.people.accounts.of(None) == known


def test_an_agent_sets_nobody_elses_password(own: Desk, enter: Enter) -> None:
    ben, body = enter("ben"), {"password": OTHER_PASSWORD, "current": PASSWORD}
    answers = [
        ben.put(f"/api/desk/people/{person_id}/password", json=body)
        for person_id in (_id(own, "cleo"), "absent")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert _is_known(enter("cleo"))


@pytest.mark.parametrize("path", ["people", "sessions", "keys", "trail"])
def test_a_key_looks_after_nobody(own: Desk, enter: Enter, path: str) -> None:
    keys, owner = own.people.keys, _id(own, "anna")
    made = [keys.make("site", purpose, BY).secret for purpose in (Purpose.WIDGET, Purpose.PROGRAM)]
    made.append(keys.make("script", Purpose.AGENT, BY, person_id=owner).secret)
    for key in made:
        for given in ({"authorization": f"Bearer {key}"}, {"x-clausebot-key": key}):
            assert enter("anna").get(f"/api/desk/{path}", headers=given).status_code == 403, given
    for given in ({"authorization": "Bearer cb_agent_x"}, {"authorization": "Basic YTpi"}, {}):
        assert enter().get(f"/api/desk/{path}", headers=given).status_code == 401


@pytest.mark.parametrize("hostile", ["%00", "a%27b", "x" * 65, "..%2f", "%F0%9F%98%80"])
def test_an_id_that_nobody_has_finds_nothing(enter: Enter, hostile: str) -> None:
    anna = enter("anna")
    answers = [
        anna.patch(f"/api/desk/people/{hostile}", json={}),
        anna.put(f"/api/desk/people/{hostile}/password", json={"password": OTHER_PASSWORD}),
        anna.delete(f"/api/desk/sessions/{hostile}"),
        anna.delete(f"/api/desk/keys/{hostile}"),
    ]
    assert {answer.status_code for answer in answers} <= {404, 405, 422}
