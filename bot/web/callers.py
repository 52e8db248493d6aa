"""Who may ask from elsewhere: the sites of the file, and those who hold a key of the database.

No request asks the database: the good keys are read together, seldom, in a thread beside. While
they cannot be read, those known before stay known.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from bot.people.tokens import digest, key_purpose
from bot.storage import StorageError
from bot.storage.people import Key, Keys
from bot.web.sites import Site, Sites

logger = logging.getLogger(__name__)
FRESH = 5.0  # seconds; what was read before is read again
UNKNOWN_FRESH = 1.0  # the same, where a key or an origin is asked for that was not known then
PATIENCE = 1.0  # seconds that a request waits for the database; then it goes by what was known
USED_EVERY = 60.0  # seconds; the use of a key is written no more often


class BlindError(StorageError):
    """The keys could not be read even once, so that nobody can tell a good one."""


class Callers:
    """Finds the site or the program of a key, from several threads at once."""

    def __init__(
        self, sites: Sites, keys: Keys, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Know the sites of the file and the keys of the database.

        Args:
            sites: Of the file.
            keys: Of the database.
            clock: Gives seconds, from any beginning.
        """
        self.sites = sites
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
            BlindError: It may be one of the database, of which nothing is known yet.
        """
        site = self.sites.find(key)
        if site is not None or key_purpose(key) is None:
            return site
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

    def may_ask(self, origin: str) -> bool:
        """Tell whether anybody lists this very origin; it may wait as ``find`` does."""
        if self.sites.may_ask(origin):
            return True
        self._look(FRESH)
        if origin not in self._origins:
            self._look(UNKNOWN_FRESH)
        return origin in self._origins

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
        known = {secret: _site(key) for secret, key in good.items()}
        self._origins = frozenset(origin for site in known.values() for origin in site.origins)
        self._known = known

    def _use(self, site: Site) -> None:
        now = self._clock()
        with self._lock:
            if now - self._used.get(site.key, -USED_EVERY) < USED_EVERY:
                return
            self._used[site.key] = now
        self._worker.submit(self._keys.use, [site.key])


def _site(key: Key) -> Site:
    """Return who holds a key; known by its id, since the secret is kept nowhere."""
    terms = key.terms
    return Site(
        key.key_id,
        key.name,
        terms.origins,
        terms.per_key_per_minute,
        terms.per_address_per_minute,
        purpose=key.purpose,
    )
