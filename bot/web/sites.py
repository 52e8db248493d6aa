"""Who may ask from elsewhere: whoever holds a key of the file of sites, or of the database."""

from __future__ import annotations

import logging
import re
import threading
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.people.identity import MOST, PER_ADDRESS, PER_KEY, Purpose, is_origin
from bot.people.passwords import KEY_PREFIX, digest, key_purpose
from bot.people.store.keys import Key, Keys
from bot.storage import StorageError
from index.errors import ClauseBotError

_HEADING = re.compile(r"^[ \t]*\[\[[ \t]*['\"]?site['\"]?[ \t]*\]\]", re.MULTILINE)


class SitesError(ClauseBotError):
    """The file of sites cannot be used."""

    def __init__(self, message: str, path: Path, line: int | None = None) -> None:
        """Name the place before the message, as ``file:line: message``."""
        place = f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(place + message)


@dataclass(frozen=True, slots=True)
class Site:
    """A site that shows our answers, or a program that asks with a key.

    Attributes:
        key: Public; a request from a browser on the site carries it. Of a key that is kept in
            the database it is the id.
        name: What records and logs call the site.
        origins: Where its pages are served from, such as ``https://help.example.com``.
        per_key_per_minute: Requests that it may make, by all its visitors together.
        per_address_per_minute: Requests that one visitor's address may make.
        purpose: What its key is for.
        may_retrieve: Whether a tool such as Dify may search with its key.
    """

    key: str
    name: str
    origins: tuple[str, ...]
    per_key_per_minute: int = PER_KEY
    per_address_per_minute: int = PER_ADDRESS
    purpose: Purpose = Purpose.WIDGET
    may_retrieve: bool = True

    @property
    def is_program(self) -> bool:
        """Whether it is a program, which no page stands for and no limit holds."""
        return self.purpose is not Purpose.WIDGET


class KeySource(Protocol):
    """Knows the holders of some keys; asked by several threads at once."""

    def find(self, key: str) -> Site | None:
        """Return who holds a key; None where it is none of these."""

    def claims(self, key: str) -> bool:
        """Tell whether a key that nobody holds is to be refused, rather than taken for none."""

    def may_ask(self, origin: str) -> bool:
        """Tell whether anybody lists this very origin."""

    def is_used(self) -> bool:
        """Tell whether there is any key."""


class Callers:
    """Finds who holds a key, wherever it is kept."""

    def __init__(self, *sources: KeySource) -> None:
        """Ask the sources in turn; none means that only our own pages may ask from a browser."""
        self._sources = sources

    def find(self, key: str) -> Site | None:
        """Return who holds a key; it may wait for a key of the database, and for no other.

        Raises:
            BlindError: It may be one of the database, of which nothing is known yet.
        """
        return next(filter(None, (source.find(key) for source in self._sources)), None)

    def claims(self, key: str) -> bool:
        """Tell whether a key that nobody holds is to be refused, rather than taken for none."""
        return any(source.claims(key) for source in self._sources)

    def may_ask(self, origin: str) -> bool:
        """Tell whether anybody lists this very origin; it may wait as ``find`` does."""
        return any(source.may_ask(origin) for source in self._sources)

    def is_used(self) -> bool:
        """Tell whether there is any key; it may wait as ``find`` does."""
        return any(source.is_used() for source in self._sources)


class Sites:
    """The keys of a file of sites, which never change."""

    def __init__(self, sites: Sequence[Site] = ()) -> None:
        self._by_key = {site.key: site for site in sites}
        self._origins = frozenset(origin for site in sites for origin in site.origins)

    def find(self, key: str) -> Site | None:
        """Return the site of a key."""
        return self._by_key.get(key)

    def claims(self, key: str) -> bool:
        """Tell whether there are sites: whoever wrote a file expects each key to stand in it."""
        return bool(self._by_key)

    def may_ask(self, origin: str) -> bool:
        """Tell whether any site lists this very origin."""
        return origin in self._origins

    def is_used(self) -> bool:
        """Tell whether there is any key."""
        return bool(self._by_key)


def read_sites(path: Path) -> Sites:
    """Read the file of sites.

    Raises:
        SitesError: It cannot be read, or says something that makes no sense; names the
            file, the line, what is wrong and what is wanted.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SitesError(f"cannot be read ({error}). Check the path.", path) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        at = int(line[1]) if line else text.count("\n") + 1
        raise SitesError(f"is no TOML: {error}.", path, at) from error
    rows = table.pop("site", None)
    if table or not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        raise SitesError("must hold [[site]] tables and nothing beside them.", path, 1)
    sites: dict[str, Site] = {}
    for number, row in enumerate(rows):
        try:
            given = _Row.model_validate(row)
        except ValidationError as error:
            field, words = _blame(error)
            raise SitesError(words, path, _line(text, number, field)) from error
        if given.key in sites:
            words = "'key' stands above already. Give every site a key of its own."
            raise SitesError(words, path, _line(text, number, "key"))
        origins = tuple(dict.fromkeys(given.origins))
        sites[given.key] = Site(**given.model_dump() | {"origins": origins})
    return Sites(tuple(sites.values()))


def _check_origin(text: str) -> str:
    if not is_origin(text):
        raise ValueError("is none")
    return text


_Limit = Annotated[int, Field(ge=1, le=MOST)]


class _Row(BaseModel):
    """A site as the file has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Field(pattern=r"^pk_[A-Za-z0-9_-]{8,80}\z")
    name: str = Field(max_length=200, pattern=r"\S")
    origins: list[Annotated[str, AfterValidator(_check_origin)]] = Field(min_length=1)
    per_key_per_minute: _Limit = PER_KEY
    per_address_per_minute: _Limit = PER_ADDRESS


_WANTED = {
    "key": 'must be "pk_" and 8 to 80 letters, digits, "_" or "-".',
    "name": "must be a text of 1 to 200 characters.",
    "origins": 'must be a list such as ["https://help.example.com"].',
    "per_key_per_minute": f"must be a whole number in 1..{MOST}.",
    "per_address_per_minute": f"must be a whole number in 1..{MOST}.",
}


def _blame(error: ValidationError) -> tuple[str, str]:
    """Return the field that is to blame first, empty for one that is missing, and the words."""
    faults = {fault["type"]: fault for fault in reversed(error.errors())}
    if "extra_forbidden" in faults:
        field = str(faults["extra_forbidden"]["loc"][0])
        return field, f"{field!r} is no known key. Known: {', '.join(_WANTED)}."
    if "missing" in faults:
        return "", f"this [[site]] has no {faults['missing']['loc'][0]!r}. Add it."
    first = error.errors()[0]
    field = str(first["loc"][0])
    if len(first["loc"]) == 1:
        return field, f"{field!r} {_WANTED[field]}"
    words = (
        f"{field!r} holds {first['input']!r}. Write scheme, host and port as a browser does, in "
        'lower case, without a path or a star: "https://help.example.com".'
    )
    return field, words


def _line(text: str, number: int, field: str) -> int:
    """Return the line of a field of the numbered site, or of its heading."""
    headings = list(_HEADING.finditer(text))
    if number >= len(headings):  # written in another way than as headings
        return 1
    start = headings[number].start()
    end = headings[number + 1].start() if number + 1 < len(headings) else len(text)
    found = re.search(rf"^[ \t]*['\"]?{re.escape(field)}['\"]?[ \t]*=", text[start:end], re.M)
    at = start + found.start() if field and found else start
    return text.count("\n", 0, at) + 1


logger = logging.getLogger(__name__)
FRESH = 5.0  # seconds; what was read before is read again
UNKNOWN_FRESH = 1.0  # the same, where a key or an origin is asked for that was not known then
PATIENCE = 1.0  # seconds that a request waits for the database; then it goes by what was known
USED_EVERY = 60.0  # seconds; the use of a key is written no more often


class BlindError(StorageError):
    """The keys could not be read even once, so that nobody can tell a good one."""


class KeptKeys:
    """The keys of the database, known by heart and read anew from time to time."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.monotonic) -> None:
        """Know ``keys``; ``clock`` gives seconds, from any beginning."""
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "keys")
        self._known: Mapping[str, Site] | None = None  # by the digest of the secret
        self._origins: frozenset[str] = frozenset()
        self._began = 0.0  # when the keys were last asked for
        self._reading: Future[None] | None = None
        self._changes = 0  # as the keys counted them then
        self._used: dict[str, float] = {}

    def find(self, key: str) -> Site | None:
        """Return who holds a key; it may wait for the database, up to ``PATIENCE``.

        Raises:
            BlindError: Nothing is known yet.
        """
        if key_purpose(key) is None:
            return None
        secret = digest(key)
        self._look(FRESH)
        if secret not in (self._known or {}):
            self._look(UNKNOWN_FRESH)
        if self._known is None:
            raise BlindError("the keys cannot be read yet. Ask again in a moment.")
        site = self._known.get(secret)
        if site is not None:
            self._use(site)
        return site

    def claims(self, key: str) -> bool:
        """Tell whether a key begins as all of these do."""
        return key.startswith(KEY_PREFIX)

    def may_ask(self, origin: str) -> bool:
        """Tell whether anybody lists this very origin; it may wait as ``find`` does."""
        self._look(FRESH)
        if origin not in self._origins:
            self._look(UNKNOWN_FRESH)
        return origin in self._origins

    def is_used(self) -> bool:
        """Tell whether there is any key; it may wait as ``find`` does.

        Raises:
            BlindError: Nothing is known yet.
        """
        self._look(FRESH)
        if not self._known:
            self._look(UNKNOWN_FRESH)
        if self._known is None:
            raise BlindError("the keys cannot be read yet. Ask again in a moment.")
        return bool(self._known)

    def close(self) -> None:
        """Read the keys no more; what is being read or written comes to its end first."""
        self._worker.shutdown(cancel_futures=True)

    def _look(self, fresh: float) -> None:
        """Read the keys again, if that was longer ago than ``fresh`` seconds."""
        with self._lock:
            now = self._clock()
            is_old = now - self._began >= fresh or self._changes != self._keys.changes
            if self._reading is None or (is_old and self._reading.done()):
                self._began, self._changes = now, self._keys.changes
                self._reading = self._worker.submit(self._refresh)
            reading, since = self._reading, now - self._began
        if since < PATIENCE:  # where it takes longer than that, who comes later does not wait
            wait([reading], PATIENCE)

    def _refresh(self) -> None:
        try:
            good = self._keys.good()
        except StorageError as error:
            logger.warning("the keys were not read again: %s", error)
            return
        known = {secret: _site_of_key(key) for secret, key in good.items()}
        self._origins = frozenset(origin for site in known.values() for origin in site.origins)
        self._known = known

    def _use(self, site: Site) -> None:
        now = self._clock()
        with self._lock:
            if now - self._used.get(site.key, -USED_EVERY) < USED_EVERY:
                return
            self._used[site.key] = now
        self._worker.submit(self._keys.use, [site.key])


def _site_of_key(key: Key) -> Site:
    """Return who holds a key; known by its id, since the secret is kept nowhere."""
    terms = key.terms
    return Site(
        key.key_id,
        key.name,
        terms.origins,
        terms.per_key_per_minute,
        terms.per_address_per_minute,
        purpose=key.purpose,
        may_retrieve=key.purpose is Purpose.PROGRAM,
    )
