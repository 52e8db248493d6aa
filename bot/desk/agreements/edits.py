"""A change of an agreement that is there, its words aside → the corpus files that become others.

Its id stays what it is: the addresses of clauses in answers that were given begin with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from bot.desk.agreements.annotations import Files, migrate_annotations, without_open
from bot.desk.agreements.journal import Published
from bot.desk.agreements.library_errors import LastAgreementError, UnknownAgreementError
from bot.desk.agreements.staging import Staged
from bot.desk.agreements.uploads import Metadata, to_toml
from index.agreement import find_agreements, read_metadata
from index.corpus import BESIDE
from index.errors import CorpusError


@dataclass(frozen=True, slots=True)
class Held:
    """An agreement that is there.

    Attributes:
        agreement: Its id.
        base: Of the corpus and the index that it was looked at in; changing it asks for it.
        stated: What is stated beside its words, by key.
    """

    agreement: str
    base: str
    stated: Mapping[str, object]


def new_change(title: str, agreement: str, sha256: str, former: str, by: str) -> Published:
    """Return a publication that is of no upload, made now."""
    return Published(secrets.token_hex(8), agreement, title, sha256, former, by, datetime.now(UTC))


def restating(agreement: str, given: Metadata, edition_of: str | None) -> Callable[[Staged], Files]:
    """Return what makes the files of an agreement of which other things are stated.

    What is empty in ``given`` is no longer stated, and read from the agreement's words again.
    ``edition_of`` names the one that it is a former edition of; empty states that it is of none,
    and None leaves it to names and words.
    """

    def make(here: Staged) -> Files:
        known = next((one for one in here.before.agreements if one.id == agreement), None)
        if known is None:
            raise unknown(agreement)
        stated: dict[str, object] = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(given).items()
            if value and key != "edition_of"
        }
        if edition_of is not None:
            stated["edition_of"] = edition_of
        return {f"{agreement}.toml": _to_file(here, agreement, stated | {"sha256": known.sha256})}

    return make


def removing(agreement: str) -> Callable[[Staged], Files]:
    """Return what makes the files of a corpus without an agreement, and without what names it."""

    def make(here: Staged) -> Files:
        there = find_agreements(here.path)
        own = [path for path in there if path.stem == agreement]
        if not own:
            raise unknown(agreement)
        if len(own) == len(there):
            raise LastAgreementError(
                f"{agreement!r} is the only agreement. Publish another one first, then remove it."
            )
        beside = [here.path / (agreement + end) for end in BESIDE]
        before = [clause for clause in here.before.clauses if clause.agreement == agreement]
        changed, _ = migrate_annotations(here.path, agreement, before, ())
        questions = {row.question for row in here.before.open_questions}
        files = changed | without_open(here.path, agreement, questions)
        files |= {path.name: None for path in (*own, *beside) if path.is_file()}
        for other in {path.stem for path in there} - {agreement}:
            stated: dict[str, object] = {}
            with suppress(CorpusError):  # which stops no other
                stated = read_metadata(here.path / f"{other}.toml")
            if stated.pop("edition_of", None) == agreement:
                files[f"{other}.toml"] = to_toml(stated)
        return files

    return make


def unknown(agreement: str) -> UnknownAgreementError:
    """Return the error that there is no such agreement."""
    return UnknownAgreementError(f"there is no agreement {agreement!r}. It may have been removed.")


def _to_file(here: Staged, agreement: str, stated: dict[str, object]) -> bytes | None:
    """Return the file of what is stated; as it is where that says the same, comments and all."""
    file = here.path / f"{agreement}.toml"
    known = read_metadata(file)
    if known | {"sha256": stated["sha256"]} != stated:
        return to_toml(stated)
    return file.read_bytes() if file.is_file() else None
