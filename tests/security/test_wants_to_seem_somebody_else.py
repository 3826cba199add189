"""The attacker writes headers: another address, another scheme, another host."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, jsonify, redirect, request
from flask.testing import FlaskClient

from app.factory import create_app
from app.proxies import TrustedProxies
from app.response_headers import set_up_headers
from app.tables import metadata
from app.wiring import Parts
from config.errors import SettingsError
from config.settings import load_settings
from core.embedded_valkey import EmbeddedValkey
from nlu.engine import NluEngine
from nlu.loaded_engine import LoadedEngine, ModelSource
from tests.app.test_settings import COMPLETE
from tests.staff.conftest import BUREAU, PASSWORD, Console

TRUSTED = (ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("10.0.0.0/24"))


@pytest.fixture
def seen() -> FlaskClient:
    """Says what the application sees of a request."""
    app = Flask("seen")

    @app.get("/")
    def say() -> Any:
        return jsonify(
            address=request.remote_addr, scheme=request.scheme, host=request.host,
            left=[name for name, _ in request.headers if "Forwarded" in name],
        )  # fmt: skip

    app.wsgi_app = TrustedProxies(app.wsgi_app, TRUSTED)  # type: ignore[method-assign]
    return app.test_client()


def ask(seen: FlaskClient, peer: str, **headers: str) -> dict[str, Any]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    response = seen.get("/", headers=names, environ_base={"REMOTE_ADDR": peer})
    answer: dict[str, Any] = response.get_json()
    return answer


def test_an_untrusted_peer_is_not_believed(seen: FlaskClient) -> None:
    answer = ask(
        seen, "203.0.113.5", X_Forwarded_For="192.0.2.1", X_Forwarded_Proto="https",
        X_Forwarded_Host="evil.example", Forwarded="for=192.0.2.1", X_Real_IP="192.0.2.1",
    )  # fmt: skip
    assert answer == {
        "address": "203.0.113.5", "scheme": "http", "host": "localhost", "left": [],
    }  # fmt: skip


def test_a_trusted_proxy_is_believed_about_address_and_scheme_only(seen: FlaskClient) -> None:
    answer = ask(
        seen, "127.0.0.1", X_Forwarded_For="192.0.2.1", X_Forwarded_Proto="https",
        X_Forwarded_Host="evil.example",
    )  # fmt: skip
    assert (answer["address"], answer["scheme"]) == ("192.0.2.1", "https")
    assert answer["host"] == "localhost" and answer["left"] == []


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("1.1.1.1, 192.0.2.1", "192.0.2.1"),
        ("1.1.1.1, 192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("10.0.0.9, 10.0.0.7", "10.0.0.9"),
        ("127.0.0.1", "127.0.0.1"),
        ("192.0.2.1, nonsense", "127.0.0.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "127.0.0.1"),
        (",,,", "127.0.0.1"),
        ("1" * 5000, "127.0.0.1"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_is_the_caller(
    seen: FlaskClient, chain: str, address: str
) -> None:
    assert ask(seen, "127.0.0.1", X_Forwarded_For=chain)["address"] == address


@pytest.mark.parametrize("scheme", ["javascript", "HTTP/1.1", "", "ftp", "https, gopher"])
def test_an_odd_scheme_is_not_taken_over(seen: FlaskClient, scheme: str) -> None:
    answer = ask(seen, "127.0.0.1", X_Forwarded_Proto=scheme)
    assert answer["scheme"] == "http"


@pytest.mark.parametrize("value", ["everybody", "10.0.0.0/99", "0.0.0.0/0", "::/0"])
def test_a_setting_that_trusts_everybody_or_nobody_real_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, complete in COMPLETE.items():
        monkeypatch.setenv(name, complete)
    monkeypatch.setenv("TRUSTED_PROXIES", value)
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        load_settings()


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, valkey: EmbeddedValkey, nlu: NluEngine
) -> Iterator[Flask]:
    """The whole application in production, behind a proxy on the same machine."""
    settings = {
        **COMPLETE,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.sqlite3'}",
        "REDIS_URL": valkey.url,
        "VAR_DIR": str(tmp_path),
        "TRUSTED_PROXIES": "127.0.0.1",
        "METRICS_TOKEN": "a-token-of-the-monitoring",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    parts = Parts(load_settings())
    vars(parts)["nlu"] = LoadedEngine(ModelSource(lambda: "one", lambda _name: nlu))
    metadata.create_all(parts.database.engine)
    yield create_app(parts)
    parts.state.close()
    parts.database.dispose()


def test_no_redirect_ever_leads_to_the_host_of_the_request(service: Flask) -> None:
    client = service.test_client()
    paths = [rule.rule for rule in service.url_map.iter_rules() if "<" not in rule.rule]
    seen = 0
    for path in [*paths, "/staff", "/ranking", "/staff/cases/"]:
        for scheme in ("http", "https"):
            response = client.get(
                path, headers={"Host": "evil.example", "X-Forwarded-Proto": scheme}
            )
            seen += 300 <= response.status_code < 400
            assert "evil.example" not in response.headers.get("Location", ""), path
            assert b"evil.example" not in response.data, path
    assert seen >= 20
    assert client.get("/staff", headers={"Host": "evil.example"}).headers["Location"] == "/staff/"


def test_every_response_carries_the_headers_that_protect_it(service: Flask) -> None:
    client = service.test_client()
    for path in ("/health", "/metrics", "/staff/sign-in", "/staff/static/console.css", "/nothing",
                 "/ranking/", "/voice/incoming", "/staff", "/staff/nothing"):  # fmt: skip
        response = client.get(path)
        headers = response.headers
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000"), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert "Cache-Control" in headers, path
        response.close()


def test_without_https_browsers_are_not_told_to_use_it() -> None:
    app = Flask("plain")
    app.add_url_rule("/", view_func=lambda: redirect("/there"))
    set_up_headers(app, "http://127.0.0.1:8000")
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers


def test_metrics_are_for_who_shows_the_token(service: Flask) -> None:
    client = service.test_client()
    assert client.get("/metrics").status_code == 404
    for shown in ("Bearer wrong", "a-token-of-the-monitoring", "Bearer ", "Bearer \xe9"):
        response = client.get("/metrics", headers={"Authorization": shown})
        assert response.status_code == 404 and b"hotline_" not in response.data
    right = {"Authorization": "Bearer a-token-of-the-monitoring"}
    response = client.get("/metrics", headers=right)
    assert response.status_code == 200 and b"hotline_calls_open" in response.data


@pytest.mark.parametrize(
    "wanted",
    ["/staff/cases\r\nSet-Cookie: a=b", "/staff/cases\n", "/staff/\t//evil",
     "/staff/" + "x" * 5000, "/staff/\u2028"],
)  # fmt: skip
def test_line_breaks_after_sign_in_lead_nowhere(console: Console, wanted: str) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.open("/staff/sign-in")
    page = browser.send("/staff/sign-in", login=user.login, password=PASSWORD, next=wanted)
    assert (page.status, page.path) == (200, "/staff/cases")
    assert browser.send("/staff/language", language="en", next=wanted).status == 200
    assert console.open().open("/staff/sign-in?next=%2Fstaff%2F%0d%0ax").status == 200


@pytest.mark.parametrize(
    "wanted",
    ["/staff/../../evil", "/staff/..", "/staff/./x", "/staff/%2e%2e/evil", "/staff/.%2E/evil",
     "/staff/%252e%252e/evil", "/staff//evil.example", "/staff/%2f%2fevil.example",
     "/staff/%5cevil.example", "/staff/cases/..%2f..%2fevil", "/staff/a%25252525252e"],
)  # fmt: skip
def test_a_path_that_climbs_out_of_the_console_leads_nowhere(console: Console, wanted: str) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    page = browser.open("/staff/sign-in?" + urlencode({"next": wanted}))
    form = page.html[page.html.index('name="login"') - 400 :]
    assert "evil" not in form and wanted not in form
    page = browser.send("/staff/sign-in", login=user.login, password=PASSWORD, next=wanted)
    assert (page.status, page.path) == (200, "/staff/cases")
    page = browser.send("/staff/language", language="en", next=wanted)
    assert (page.status, page.path) == (200, "/staff/cases")


def test_a_control_character_after_sign_in_signs_nobody_in(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.open("/staff/sign-in")
    page = browser.send("/staff/sign-in", login=user.login, password=PASSWORD, next="/staff/\x00")
    assert page.status == 400
    assert browser.open("/staff/cases").path == "/staff/sign-in"
    assert console.open().open("/staff/sign-in?next=%2Fstaff%2F%00").status == 400
