"""Believing a proxy about who asks: only one whose address is trusted, and only as far as it goes.

gunicorn and Flask see the proxy's address. ``TRUSTED_PROXIES`` names the proxies; from them the
caller's address and the scheme are taken over, for the delays at sign-in, the audit trail and what
depends on https. From anybody else such headers are dropped: they are what the caller wrote.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from config.settings import Network

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]
_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
_SCHEMES = ("http", "https")


class TrustedProxies:
    """WSGI middleware that sets REMOTE_ADDR and the scheme to what a trusted proxy says.

    Werkzeug's ProxyFix trusts a fixed number of hops, no matter who sent them. Here each hop is
    checked, nearest first, and the first one that is not trusted is the client.
    """

    def __init__(self, application: WsgiApplication, networks: Sequence[Network]) -> None:
        self._application = application
        self._networks = tuple(networks)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request, its addresses put right."""
        said = {name: environ.pop(name, "") for name in _FORWARDED}
        if self._is_trusted(environ.get("REMOTE_ADDR", "")):
            environ["REMOTE_ADDR"] = self._find_caller(
                environ["REMOTE_ADDR"], said["HTTP_X_FORWARDED_FOR"]
            )
            scheme = said["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip().lower()
            if scheme in _SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        return self._application(environ, start_response)

    def _find_caller(self, peer: str, chain: str) -> str:
        """The nearest address that is no trusted proxy; what comes before it may be invented."""
        caller = peer
        for hop in reversed([hop.strip() for hop in chain.split(",") if hop.strip()]):
            address = _read(hop)
            if address is None:
                break
            caller = str(address)
            if not self._is_trusted(caller):
                break
        return caller

    def _is_trusted(self, address: str) -> bool:
        found = _read(address)
        return found is not None and any(found in network for network in self._networks)


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found
