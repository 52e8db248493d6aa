"""The table of who may do what.

An object is looked at or changed by its id *and* by its owner or a role: whoever knows an id
knows nothing yet.
"""

from __future__ import annotations

from enum import StrEnum

from bot.people.identity import Kind, Viewer


class Reach(StrEnum):
    """How far a right goes."""

    NONE = "-"
    OWN = "o"  # what belongs to the viewer's person
    ANY = "a"


class Operation(StrEnum):
    """What can be done at the desk and beside it."""

    SIGN_IN = "sign_in"
    SEE_SELF = "see_self"  # and end one's own session
    ASK = "ask"
    SEE_ANSWER = "see_answer"  # by its unguessable id
    GIVE_FEEDBACK = "give_feedback"
    MAKE_DRAFT = "make_draft"  # which is kept nowhere, so that nobody owns it
    SEE_REPLY = "see_reply"
    APPROVE_REPLY = "approve_reply"
    CHANGE_REPLY = "change_reply"
    RETIRE_REPLY = "retire_reply"
    EXPORT_REPLIES = "export_replies"
    IMPORT_REPLIES = "import_replies"
    SEE_GAPS = "see_gaps"
    CHANGE_GAP = "change_gap"
    EXPORT_GAPS = "export_gaps"
    SEE_CORPUS = "see_corpus"
    CHANGE_CORPUS = "change_corpus"  # upload, publish, rename, remove, one step back
    SEE_PERSON = "see_person"
    ADD_PERSON = "add_person"
    CHANGE_PERSON = "change_person"  # role, disabled
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - names a right
    SET_SECOND_FACTOR = "set_second_factor"  # one's own alone: the app is in one's own hand
    CLEAR_SECOND_FACTOR = "clear_second_factor"
    SEE_SESSIONS = "see_sessions"
    REVOKE_SESSION = "revoke_session"
    SEE_KEYS = "see_keys"
    ADD_KEY = "add_key"  # for oneself it is one of purpose agent
    REVOKE_KEY = "revoke_key"
    SEE_TRAIL = "see_trail"


# Columns as in Kind: anonymous, widget, program, agent's key, agent, admin.
# A key that was found somewhere makes no other key, ends no session and changes no password.
TABLE = {
    Operation.SIGN_IN: "aaaaaa",
    Operation.SEE_SELF: "----oa",
    Operation.ASK: "aaaaaa",
    Operation.SEE_ANSWER: "aaaaaa",
    Operation.GIVE_FEEDBACK: "aaaaaa",
    Operation.MAKE_DRAFT: "---aaa",
    Operation.SEE_REPLY: "---aaa",
    Operation.APPROVE_REPLY: "----aa",
    Operation.CHANGE_REPLY: "----oa",
    Operation.RETIRE_REPLY: "----oa",
    Operation.EXPORT_REPLIES: "----aa",
    Operation.IMPORT_REPLIES: "-----a",
    Operation.SEE_GAPS: "---aaa",
    Operation.CHANGE_GAP: "----aa",
    Operation.EXPORT_GAPS: "----aa",
    Operation.SEE_CORPUS: "-----a",
    Operation.CHANGE_CORPUS: "-----a",
    Operation.SEE_PERSON: "----oa",
    Operation.ADD_PERSON: "-----a",
    Operation.CHANGE_PERSON: "-----a",
    Operation.CHANGE_PASSWORD: "----oa",
    Operation.SET_SECOND_FACTOR: "----oo",
    Operation.CLEAR_SECOND_FACTOR: "----oa",
    Operation.SEE_SESSIONS: "----oa",
    Operation.REVOKE_SESSION: "----oa",
    Operation.SEE_KEYS: "----oa",
    Operation.ADD_KEY: "----oa",
    Operation.REVOKE_KEY: "----oa",
    Operation.SEE_TRAIL: "-----a",
}
_COLUMNS = {kind: column for column, kind in enumerate(Kind)}


def reach(viewer: Viewer, operation: Operation) -> Reach:
    """Return how far a viewer's right goes; a list is to show no more than that."""
    return Reach(TABLE[operation][_COLUMNS[viewer.kind]])


def may(viewer: Viewer, operation: Operation, owner: str = "") -> bool:
    """Tell whether a viewer may do something.

    The owner is the person whose object it is; empty where there is no object, or where it is
    nobody's, which is never one's own.
    """
    far = reach(viewer, operation)
    return far is Reach.ANY or (far is Reach.OWN and owner != "" and owner == viewer.person_id)


def owner_for(viewer: Viewer, operation: Operation) -> str | None:
    """Return whose objects a query for a viewer is bound to; None for everybody's.

    An empty owner has no objects: that is what a viewer gets who may not do it at all.
    """
    far = reach(viewer, operation)
    if far is Reach.ANY:
        return None
    return viewer.person_id if far is Reach.OWN else ""
