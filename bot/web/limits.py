"""How often a site may ask: a moving minute for each key, and for each key and address.

The only importer of limits.
"""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.web.sites import Site


class Limits:
    """Counts the requests of every site."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def refuse(self, site: Site, address: str) -> int:
        """Count one request; return 0, or after how many seconds another may be made.

        Args:
            site: Whose key it carries.
            address: Where it is from. Its own limit is looked at first, so that one visitor
                who asks too often takes nothing from the others.
        """
        own = RateLimitItemPerMinute(site.per_address_per_minute)
        whole = RateLimitItemPerMinute(site.per_key_per_minute)
        for item, names in ((own, (site.key, address)), (whole, (site.key,))):
            if not self._window.hit(item, *names):
                return self._wait(item, names)
        return 0

    def _wait(self, item: RateLimitItem, names: tuple[str, ...]) -> int:
        until = self._window.get_window_stats(item, *names).reset_time
        return max(1, math.ceil(until - time.time()))
