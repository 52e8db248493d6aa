"""Who may do what, over the whole table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.identity import ANONYMOUS, Kind, Viewer
from bot.people.permissions import TABLE, Operation, Reach, may, owner_for, reach

KEYS_OF_SITES = (Kind.ANONYMOUS, Kind.WIDGET, Kind.PROGRAM)
OF_EVERYBODY = {
    Operation.SIGN_IN,
    Operation.ASK,
    Operation.SEE_ANSWER,
    Operation.GIVE_FEEDBACK,
}
WITHOUT_A_BROWSER = {  # what an agent's program may do
    *OF_EVERYBODY,
    Operation.MAKE_DRAFT,
    Operation.SEE_REPLY,
    Operation.SEE_GAPS,
}
OF_ADMINS = {
    Operation.IMPORT_REPLIES,
    Operation.SEE_CORPUS,
    Operation.CHANGE_CORPUS,
    Operation.ADD_PERSON,
    Operation.CHANGE_PERSON,
    Operation.SEE_TRAIL,
}

operations = st.sampled_from(Operation)
kinds = st.sampled_from(Kind)
ids = st.sampled_from(["", "anna", "berta"])


def test_every_operation_has_a_row_and_every_kind_a_column() -> None:
    assert set(TABLE) == set(Operation)
    assert {len(row) for row in TABLE.values()} == {len(Kind)}
    assert set("".join(TABLE.values())) == set(Reach)


@given(operations, kinds, ids, ids)
def test_the_right_is_that_of_the_table(
    operation: Operation, kind: Kind, person: str, owner: str
) -> None:
    cell = TABLE[operation][list(Kind).index(kind)]
    is_own = person != "" and person == owner
    wanted = cell == "a" or (cell == "o" and is_own)
    assert may(Viewer(kind, person), operation, owner) == wanted


@given(operations, kinds, ids, ids)
def test_a_list_shows_exactly_what_may_be_seen_one_by_one(
    operation: Operation, kind: Kind, person: str, owner: str
) -> None:
    viewer = Viewer(kind, person)
    bound = owner_for(viewer, operation)
    is_listed = bound is None or (bound == owner and owner != "")
    assert may(viewer, operation, owner) == is_listed


@given(operations, ids)
def test_an_admin_may_do_what_an_agent_may_and_an_agent_what_their_program_may(
    operation: Operation, owner: str
) -> None:
    allowed = [
        may(Viewer(kind, "anna"), operation, owner)
        for kind in (Kind.AGENT_KEY, Kind.AGENT, Kind.ADMIN)
    ]
    assert allowed == sorted(allowed)


@given(operations, ids, ids)
def test_whoever_is_no_person_may_only_ask(operation: Operation, person: str, owner: str) -> None:
    for kind in KEYS_OF_SITES:
        assert may(Viewer(kind, person), operation, owner) == (operation in OF_EVERYBODY)


@given(operations)
def test_a_key_changes_no_rights(operation: Operation) -> None:
    assert may(Viewer(Kind.AGENT_KEY, "anna"), operation, "anna") == (
        operation in WITHOUT_A_BROWSER
    )


@given(operations, ids)
def test_only_an_admin_may_what_is_for_admins(operation: Operation, owner: str) -> None:
    far = [reach(Viewer(kind), operation) for kind in Kind if kind is not Kind.ADMIN]
    assert (set(far) == {Reach.NONE}) == (operation in OF_ADMINS)
    is_ones_own = operation is Operation.SET_SECOND_FACTOR  # which not even an admin sets up
    assert may(Viewer(Kind.ADMIN, "anna"), operation, owner) == (not is_ones_own or owner == "anna")


@pytest.mark.parametrize("operation", Operation)
def test_nobodys_object_is_not_everybodys_own(operation: Operation) -> None:
    for kind in Kind:
        viewer = Viewer(kind, "")
        assert may(viewer, operation, "") == (reach(viewer, operation) is Reach.ANY)
    assert may(ANONYMOUS, operation) == (operation in OF_EVERYBODY)
