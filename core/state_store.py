"""The state store: counters for rate limits, and the leases of ``core.locks``, through Redis.

Nothing that a person would miss lives only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis
from redis.exceptions import RedisError

# Adds one to each counter; its age begins with its first count.
_COUNT = """
local values = {}
for place, name in ipairs(KEYS) do
  values[place] = redis.call('incr', name)
  redis.call('expire', name, ARGV[place], 'NX')
end
return values
"""


class StateStore:
    """Counters with an age in one Redis database."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)
        self._count = self._redis.register_script(_COUNT)

    def count(self, counters: Mapping[str, int]) -> list[int]:
        """Add one to each counter, in one round trip; the new values, in the same order.

        ``counters``: by name, the seconds after its first count at which a counter expires.
        """
        values = self._count(keys=list(counters), args=list(counters.values()))
        return [int(value) for value in values]

    def is_alive(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    @property
    def client(self) -> Any:
        """The redis-py client, for leases."""
        return self._redis

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()
