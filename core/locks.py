"""Being the only one: a lease in the state store that one process holds and renews."""

from __future__ import annotations

import secrets

from redis.exceptions import RedisError

from core.state_store import StateStore

# Give up or renew only what is still ours, in one step (redis.io, "Distributed locks").
_RENEW = """
if redis.call('get', KEYS[1]) == ARGV[1] then
  return redis.call('pexpire', KEYS[1], ARGV[2])
end
return 0
"""
_RELEASE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


class Lease:
    """A name that at most one process holds for a number of seconds at a time."""

    def __init__(self, state: StateStore, name: str, *, seconds: int) -> None:
        self._client = state.client
        self._name = f"lease:{name}"
        self._milliseconds = seconds * 1000
        self._token = secrets.token_hex(16)

    def hold(self) -> bool:
        """Take the lease or renew it; False when another holds it or the store is away."""
        try:
            if self._client.set(self._name, self._token, nx=True, px=self._milliseconds):
                return True
            return bool(self._client.eval(_RENEW, 1, self._name, self._token, self._milliseconds))
        except RedisError:
            return False

    def release(self) -> None:
        """Give the lease up; harmless when it is another's."""
        try:
            self._client.eval(_RELEASE, 1, self._name, self._token)
        except RedisError:
            return
