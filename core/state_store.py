"""The state store: conversations with an age, rate limits, locks and live signals, through Redis.

Nothing that a person would miss lives only here.
"""

from __future__ import annotations

from typing import Any, cast

import redis
from redis.exceptions import RedisError


class StateStore:
    """Strings by name with an age, and counters, in one Redis database."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)

    def get(self, name: str) -> str | None:
        """The value, or None when absent or expired."""
        return cast("str | None", self._redis.get(name))

    def put(self, name: str, value: str, seconds: int) -> None:
        """Store ``value`` for ``seconds``."""
        self._redis.set(name, value, ex=seconds)

    def remove(self, name: str) -> None:
        """Forget a value; absent is fine."""
        self._redis.delete(name)

    def count(self, name: str, seconds: int) -> int:
        """Add one to a counter that expires ``seconds`` after its first count; the new value."""
        with self._redis.pipeline() as pipeline:
            pipeline.incr(name)
            pipeline.expire(name, seconds, nx=True)
            return int(pipeline.execute()[0])

    def is_alive(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    @property
    def client(self) -> Any:
        """The redis-py client, for sorted sets and publish/subscribe."""
        return self._redis

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()
