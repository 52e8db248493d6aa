"""A name and a password in, the token of a session out; or one error, whatever was wrong."""

from __future__ import annotations

from bot.people.errors import ProofError, SignInError, WaitError
from bot.people.identity import Actor, fold_name
from bot.storage.people.accounts import Accounts, Person
from bot.storage.people.sessions import Sessions
from bot.storage.people.throttle import Throttle
from bot.storage.people.trail import Action, Deed, Trail

_MAX_NAME = 256  # characters of what was typed that are looked at


class SignIn:
    """Lets people in."""

    def __init__(
        self, accounts: Accounts, sessions: Sessions, throttle: Throttle, trail: Trail
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._throttle = throttle
        self._trail = trail

    def __call__(self, name: str, password: str, address: str) -> str:
        """Return the token of a new session.

        An unknown name, a wrong password and a disabled person take the same steps, a hash
        among them, and end in the same words.

        Args:
            name: As typed.
            password: As typed.
            address: Where from.

        Raises:
            WaitError: There were too many failures; the password was not looked at.
            SignInError: Something is wrong.
        """
        person, kept = self._verify(name[:_MAX_NAME], password, address)
        token = self._sessions.begin(person.person_id, kept, address)
        self._throttle.forgive(fold_name(person.name), address)
        self._accounts.renew(person.person_id, password, kept)
        return token

    def prove(self, name: str, password: str, address: str) -> str:
        """Return the hash of a person's password, which they gave once more before a change.

        A wrong one counts as a failed sign-in: a session that was left open is no way to guess.

        Raises:
            WaitError: There were too many failures; the password was not looked at.
            ProofError: It is another.
        """
        try:
            person, kept = self._verify(name, password, address)
        except WaitError:
            raise
        except SignInError as error:
            raise ProofError from error
        self._throttle.forgive(fold_name(person.name), address)
        return kept

    def _verify(self, name: str, password: str, address: str) -> tuple[Person, str]:
        self._throttle.count(fold_name(name), address)
        person, kept = self._accounts.look_up(name) or (None, None)
        is_right = self._accounts.verify(password, kept)
        if person is None or kept is None or not is_right or person.is_disabled:
            # an unknown name is not written down: it may be a password
            actor = Actor(person.name if person else "an unknown name", address=address)
            subject = person.person_id if person else ""
            self._trail.add(actor, Deed(Action.SIGN_IN_FAILED, subject))
            raise SignInError
        return person, kept
