"""Who may do what, asked of every operation that the description of the API holds.

Nine callers ask each operation for an object of their own, for somebody else's, and for one that
is not there. What has to come back follows from ``bot.people.permissions`` alone.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pyotp import TOTP
from starlette.testclient import TestClient

from bot.desk.replies.rules import Content, cite_clauses
from bot.people.identity import ANONYMOUS, Actor, Kind, Purpose, Role, Viewer
from bot.people.permissions import Operation, Reach, reach
from bot.storage import open_database
from bot.web import sites as callers
from tests.bot.desk.gaps.grouped import group
from tests.bot.desk.shell.office import KEPT_CLAUSE, Office, make_office
from tests.bot.records.making import make_record
from tests.desks import PASSWORD
from tests.servers import ScriptedBot

pytestmark = pytest.mark.slow  # asks every operation as everybody

OWN, FOREIGN, ABSENT, NONE = "own", "foreign", "absent", ""
OBJECT = "{object}"  # its id, in a query
CALLERS = (
    "visitor", "widget key", "program key", "agent's key", "agent", "admin",
    "revoked session", "revoked key", "disabled agent", "agent's key as a site's",
)  # fmt: skip
US = Actor("a test")
NEW_PASSWORD = "four brown cows sleep"  # noqa: S105 - of nobody
QUOTE = {"clause_id": KEPT_CLAUSE, "quote": "7日后"}
CONTENT = {"language": "en", "text": "Seven days.", "questions": ["How long?"], "clauses": [QUOTE]}
PUBLIC = {  # operations beside the desk, which everybody may do
    "POST /api/ask": Operation.ASK,
    "POST /api/ask/stream": Operation.ASK,
    "GET /api/search": Operation.ASK,
    "GET /api/clauses/{clause_id}": Operation.ASK,
    "GET /api/agreements": Operation.ASK,
    "GET /api/agreements/{agreement_id}": Operation.ASK,
    "GET /api/answers/{answer_id}": Operation.SEE_ANSWER,
    "GET /api/answers/{answer_id}/export": Operation.SEE_ANSWER,
    "GET /a/{answer_id}": Operation.SEE_ANSWER,
    "POST /api/feedback": Operation.GIVE_FEEDBACK,
    "GET /api/health": Operation.ASK,
    "GET /api/ready": Operation.ASK,
    "GET /metrics": Operation.ASK,
    "POST /retrieval": Operation.ASK,
    "GET /v1/models": Operation.ASK,
    "POST /v1/chat/completions": Operation.ASK,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        headers: What is sent along.
        viewer: What it has to be taken for; None for what was revoked.
        person_id: Whose objects count as one's own.
    """

    headers: dict[str, str]
    viewer: Viewer | None
    person_id: str


class World:
    """A desk with callers and objects of anybody, made as they are needed."""

    def __init__(self, office: Office) -> None:
        self.office, self.desk = office, office.desk
        self.client = TestClient(office.site, raise_server_exceptions=False)
        self._numbers = itertools.count()

    def add_person(self, role: Role) -> tuple[str, str]:
        """Return the id of a new person, and the token of their session."""
        name = f"{role}-{next(self._numbers)}"
        person = self.desk.people.accounts.add(name, role, PASSWORD, US)
        return person.person_id, self._begin(name)

    def caller(self, name: str) -> Caller:
        """Return somebody who comes as one of ``CALLERS``."""
        people = self.desk.people
        role = Role.ADMIN if name == "admin" else Role.AGENT
        person_id, token = self.add_person(role)
        session = {"cookie": f"clausebot={token}"}
        if name in ("agent", "admin"):
            return Caller(session, people.sessions.viewer(token), person_id)
        if name == "disabled agent":
            people.accounts.change(person_id, US, is_disabled=True)
            # whoever is kept out gets no new objects, so that somebody else's have to do
            return Caller(session, None, self.add_person(role)[0])
        if name == "revoked session":
            people.sessions.revoke_all(person_id, US)
            return Caller(session, None, person_id)
        if name == "visitor":
            return Caller({}, ANONYMOUS, person_id)
        purpose = (
            Purpose(name.split(maxsplit=1)[0].removesuffix("'s")) if "revoked" not in name else None
        )
        key = people.keys.make("a key", purpose or Purpose.AGENT, US, person_id=person_id).secret
        viewer = people.keys.viewer(key)
        if purpose is None:
            people.keys.revoke(viewer.credential_id, US, owner=None)
        if name.endswith(
            "as a site's"
        ):  # where it is no person's, and opens no more than a program's
            return Caller({"x-clausebot-key": key}, Viewer(Kind.PROGRAM), person_id)
        return Caller({"authorization": f"Bearer {key}"}, viewer if purpose else None, person_id)

    def make(self, what: str, owner: str) -> str:  # noqa: PLR0911 - a kind a line
        """Return the id of a new object of a person, or of the one that is nobody's."""
        people, database = self.desk.people, self.desk.service.database
        if what == "session_id":
            name = next(one.name for one in people.accounts.of(None) if one.person_id == owner)
            return people.sessions.viewer(self._begin(name)).credential_id
        if what == "key_id":
            key = people.keys.make("a key", Purpose.AGENT, US, person_id=owner).secret
            return people.keys.viewer(key).credential_id
        if what == "reply_id":
            index = self.desk.service.bot.index
            cited, sources = cite_clauses(index, "en", [(KEPT_CLAUSE, "7日后")])
            content = Content("en", "Seven days.", ("How long?",), cited, sources)
            writer = self.desk.service.writer
            return writer.save_reply(content, by=Actor("x", owner), index=index).reply.reply_id
        if what == "answer_id":
            database.keep_answer(record := make_record(), surface="api")
            return record.answer_id
        if what == "gap_id":
            return self._gap
        if what == "upload_id":
            return self.upload()
        if what == "agreement":  # one that may be removed
            self.published()
            return "matrix"
        return {"person_id": owner, "clause_id": KEPT_CLAUSE, "agreement_id": "xunzhong"}[what]

    def upload(self) -> str:
        """Return the id of an upload that can be published."""
        text = f"1. Terms\n1.1 Sentence number {next(self._numbers)} stands here.\n"
        return self.desk.library.upload("matrix.txt", text.encode(), "x").upload_id

    def published(self) -> str:
        """Return the id of what was published last, so that it can be taken back."""
        upload_id = self.upload()
        base = self.desk.library.review(upload_id).base
        return self.desk.library.publish(upload_id, "x", base).published_id

    @functools.cached_property
    def _gap(self) -> str:
        self.office.miss("Is there a gap here?")
        group(self.desk.gaps, self.desk.service.bot.index.embedder)
        return self.desk.gaps.find()[0].gap_id

    def _begin(self, name: str) -> str:
        return self.desk.people.sign_in(name, PASSWORD, "192.0.2.1").token


Given = Callable[[World, Caller, str], Any]  # of the id of the object


@dataclass(frozen=True, slots=True)
class Row:
    """How to ask an operation so that nothing but rights can refuse it.

    Attributes:
        body: Makes its JSON.
        data: Its body where that is a file.
        query: Its parameters; ``OBJECT`` is put in for.
        object: Kind of the object that its body or its query names; one in the path is seen there.
    """

    body: Given | None = None
    data: bytes | None = None
    query: dict[str, str] = field(default_factory=dict)
    object: str = ""


def given(**body: object) -> Given:
    return lambda *_: body


def _password(_: World, caller: Caller, person_id: str) -> object:
    is_own = person_id == caller.person_id
    return {"password": NEW_PASSWORD} | ({"current": PASSWORD} if is_own else {})


def _current(_: World, caller: Caller, person_id: str) -> object:
    return {"current": PASSWORD if person_id == caller.person_id else "needs none"}


def _first_code(world: World, caller: Caller, person_id: str) -> object:
    if person_id != caller.person_id:
        return {"code": "000000"}
    return {"code": TOTP(world.desk.people.second_factors.offer(person_id).secret).now()}


def _new_reply(world: World, *_: object) -> object:
    reply_id = world.make("answer_id", "")
    return CONTENT | {"reply_id": reply_id, "questions": [reply_id]}


def _publish(world: World, _: Caller, upload_id: str) -> object:
    is_there = any(upload.upload_id == upload_id for upload in world.desk.library.uploads())
    return {"base": world.desk.library.review(upload_id).base if is_there else "x"}


def _base(world: World, agreement: str) -> str:
    is_there = agreement in {one.agreement for one in world.desk.library.history()}
    return world.desk.library.look(agreement).base if is_there else "x"


def _restate(world: World, _: Caller, agreement: str) -> object:
    return {"base": _base(world, agreement), "title": f"Title {next(world._numbers)}"}


ROWS = {
    "POST /api/ask": Row(given(question="How long is data kept?")),
    "POST /api/ask/stream": Row(given(question="How long is data kept?")),
    "POST /v1/chat/completions": Row(
        given(messages=[{"role": "user", "content": "How long is data kept?"}])
    ),
    "GET /api/search": Row(query={"q": "data"}),
    "POST /api/feedback": Row(
        lambda _, __, answer_id: {"answer_id": answer_id, "verdict": "helpful"}, object="answer_id"
    ),
    "POST /retrieval": Row(
        given(
            knowledge_id="*",
            query="How long is data kept?",
            retrieval_setting={"top_k": 3, "score_threshold": 0.1},
        )
    ),
    "POST /api/desk/session": Row(given(name="anna", password=PASSWORD)),
    "POST /api/desk/drafts": Row(given(message="Hi, how long do you keep our data?")),
    "POST /api/desk/drafts/quotes": Row(given(language="en", clauses=[QUOTE])),
    "POST /api/desk/replies": Row(_new_reply),
    "PUT /api/desk/replies/{reply_id}": Row(given(revision=1, **CONTENT)),
    "POST /api/desk/replies/{reply_id}/approve": Row(given(revision=1)),
    "POST /api/desk/replies/{reply_id}/retire": Row(given(revision=1)),
    "POST /api/desk/replies/import": Row(data=b""),
    "PUT /api/desk/gaps/{gap_id}": Row(given(state="ignored", note="")),
    "GET /api/desk/gaps/export": Row(query={"format": "csv"}),
    "POST /api/desk/people": Row(
        lambda world, *_: {
            "name": f"new-{world.make('answer_id', '')[:20]}",
            "role": "agent",
            "password": NEW_PASSWORD,
        }
    ),
    "DELETE /api/desk/sessions": Row(query={"person_id": OBJECT}, object="person_id"),
    "PATCH /api/desk/people/{person_id}": Row(given(is_disabled=False)),
    "PUT /api/desk/people/{person_id}/password": Row(_password),
    "POST /api/desk/people/{person_id}/second-factor": Row(_current),
    "PUT /api/desk/people/{person_id}/second-factor": Row(_first_code),
    "POST /api/desk/people/{person_id}/second-factor/off": Row(_current),
    "POST /api/desk/keys": Row(
        lambda _, __, person_id: {"name": "a key", "purpose": "agent", "person_id": person_id},
        object="person_id",
    ),
    "POST /api/desk/corpus/uploads": Row(
        data=b"1. Terms\n1.1 A sentence stands here.\n", query={"name": "new.txt"}
    ),
    "POST /api/desk/corpus/uploads/{upload_id}/publish": Row(_publish),
    "PUT /api/desk/corpus/agreements/{agreement}": Row(_restate),
    "POST /api/desk/corpus/agreements/{agreement}/remove": Row(
        lambda world, _, agreement: {"base": _base(world, agreement)}
    ),
    "POST /api/desk/corpus/back": Row(lambda world, *_: {"published_id": world.published()}),
}
WITHOUT_BODY = Row()


@pytest.fixture(scope="module")
def world(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a desk of its own: here agreements are published and people disabled."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('matrix')}/clausebot.db")
    bot = ScriptedBot(quick_bot.index, quick_bot.answer_above)  # it takes other indexes over
    office = make_office(bot, database)
    with pytest.MonkeyPatch.context() as patience, TestClient(office.site):
        patience.setattr(callers, "PATIENCE", 60.0)  # a busy machine reads keys slowly
        yield World(office)
    office.close()


def _described(world: World) -> dict[str, dict[str, Any]]:
    found = world.client.get("/openapi.json").json()["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, methods in found.items()
        for method, operation in methods.items()
    }


def _expected(label: str, operation: dict[str, Any], caller: Caller, target: str) -> int:
    """Return the status that the table of permissions demands."""
    success = min(int(status) for status in operation["responses"] if status.startswith("2"))
    there = 404 if target == ABSENT else success
    if label == "POST /retrieval":  # Dify asks with a program's key, and knows 403 alone
        is_program = caller.viewer is not None and caller.viewer.kind is Kind.PROGRAM
        return there if is_program and "authorization" in caller.headers else 403
    if label in PUBLIC or operation["x-operation"] == Operation.SIGN_IN:
        # a cookie counts for nothing there; whoever has a key that is none any more is told so
        is_revoked_key = caller.viewer is None and "authorization" in caller.headers
        asks_for_keys = re.search(" /(?:api|v1)/", label) and label in PUBLIC
        return 401 if is_revoked_key and asks_for_keys else there
    if caller.viewer is None:
        return 401
    far = reach(caller.viewer, Operation(operation["x-operation"]))
    if far is Reach.NONE:
        return 401 if caller.viewer.kind is Kind.ANONYMOUS else 403
    return 404 if far is Reach.OWN and target == FOREIGN else there


def _ask(world: World, label: str, caller: Caller, target: str, *, may: bool) -> int:
    """Ask for an object, and return the status; what may not be done needs no costly object."""
    method, path = label.split(" ")
    row = ROWS.get(label, WITHOUT_BODY)
    what = row.object or next(iter(re.findall(r"\{(\w+)\}", path)), "")
    owner = caller.person_id if target == OWN else world.add_person(Role.AGENT)[0]
    is_costly = what in ("upload_id", "agreement") and not may
    name = ("0" * 24 if target == ABSENT or is_costly else world.make(what, owner)) if what else ""
    headers: dict[str, str] = dict(caller.headers)
    sent: dict[str, Any] = {}
    if row.data is not None:
        headers["content-type"] = "application/octet-stream"
        sent["content"] = row.data
    elif row.body is not None:
        is_costly = label.endswith("/back") and not may
        sent["json"] = {"published_id": "x"} if is_costly else row.body(world, caller, name)
    url = re.sub(r"\{\w+\}", name, path)
    query = {key: value.replace(OBJECT, name) for key, value in row.query.items()} | (
        {"format": "json"} if path.endswith("{answer_id}/export") else {}
    )
    world.client.cookies.clear()
    answer = world.client.request(method, url, headers=headers, params=query, **sent)
    return answer.status_code


def test_no_two_objects_of_the_description_have_one_name(world: World) -> None:
    schemas = world.client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas
    assert not [name for name in schemas if "__" in name]  # as those are called that have


def test_no_operation_is_without_a_row(world: World) -> None:
    for label, operation in _described(world).items():
        assert (label in PUBLIC) != ("x-operation" in operation), label
        needs_body = "requestBody" in operation
        row = ROWS.get(label, WITHOUT_BODY)
        assert needs_body == (row.body is not None or row.data is not None), label
    used = {Operation(found["x-operation"]) for found in _described(world).values()
            if "x-operation" in found} | set(PUBLIC.values())  # fmt: skip
    assert used == set(Operation)


@pytest.mark.parametrize("number", range(70))
def test_whoever_asks_gets_what_the_table_says(world: World, number: int) -> None:
    labels = sorted(_described(world))
    assert len(labels) <= 70, "raise the number of the test"
    if number >= len(labels):
        return
    label = labels[number]
    operation = _described(world)[label]
    has_object = "{" in label or ROWS.get(label, WITHOUT_BODY).object
    wrong = []
    for name, target in itertools.product(
        CALLERS, (OWN, FOREIGN, ABSENT) if has_object else (NONE,)
    ):
        caller = world.caller(name)
        expected = _expected(label, operation, caller, target)
        status = _ask(world, label, caller, target, may=expected < 300)
        if status != expected:
            wrong.append(f"{name}, {target or 'no object'}: {status} instead of {expected}")
    assert wrong == [], label


@pytest.mark.parametrize(
    ("what", "path", "key"),
    [
        ("session_id", "/api/desk/sessions", "sessions"),
        ("key_id", "/api/desk/keys", "keys"),
        ("person_id", "/api/desk/people", "people"),
    ],
)
def test_a_list_shows_an_agent_their_own_and_an_admin_all(
    world: World, what: str, path: str, key: str
) -> None:
    foreign = world.make(what, world.add_person(Role.AGENT)[0])
    for name in ("agent", "admin"):
        caller = world.caller(name)
        own = world.make(what, caller.person_id)
        found = world.client.get(path, headers=caller.headers).json()[key]
        assert own in {row[what] for row in found}
        assert (foreign in {row[what] for row in found}) == (name == "admin")
