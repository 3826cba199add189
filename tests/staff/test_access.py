"""Nobody sees what they were not given: every route, every role."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import Rule

from accounts.permissions import ROLE_PERMISSIONS, Role
from staff.access import access_of, safe_next
from tests.staff.conftest import BRANCH, BUREAU, PASSWORD, Console

PUBLIC = {
    "staff.static",
    "staff.sign_in",
    "staff.try_sign_in",
    "staff.choose_language",
    "staff.second_step",
    "staff.try_second_step",
    "staff.choose_password_form",
    "staff.save_chosen_password",
    "staff_without_slash",
    "public.latest_ranking",
    "public.ranking",
    "public.export_ranking",
    "privacy.notice",
}
FOR_ALL_STAFF = {
    "staff.home",
    "staff.sign_out",
    "staff.own_account",
    "staff.save_password",
    "staff.second_factor",
    "staff.confirm_second_factor",
    "staff.new_recovery_codes",
    "staff.end_other_sessions",
    "staff.end_own_session",
    "staff.save_draft",
}


def _rules(console: Console) -> list[Rule]:
    rules = console.application.url_map.iter_rules()
    return [rule for rule in rules if rule.endpoint not in PUBLIC]


def _path(rule: Rule) -> str:
    """An address of the rule, for a thing that does not exist."""
    return re.sub(r"<int:\w+>", "987654", re.sub(r"<\w+>", "nothing", rule.rule))


def _method(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or set()) else "GET"


def test_every_route_says_who_may_see_it(console: Console) -> None:
    with console.application.app_context():
        for rule in _rules(console):
            access = access_of(rule.endpoint)
            assert access is not None, f"{rule} says nothing"
            assert not access.is_public, f"{rule} is public but not listed as such"
            assert access.permissions or rule.endpoint in FOR_ALL_STAFF, f"{rule} is for all staff"


def test_who_is_not_signed_in_is_sent_to_sign_in_everywhere(console: Console) -> None:
    client = console.application.test_client()
    rules = _rules(console)
    assert len(rules) >= 30
    for rule in rules:
        response = client.open(_path(rule), method=_method(rule))
        assert response.status_code == 302, rule
        assert response.headers["Location"].startswith("/staff/sign-in"), rule


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_past_the_door_only_where_the_table_says_so(
    console: Console, role: Role
) -> None:
    browser = console.sign_in_as(role, BUREAU)
    with console.application.app_context():
        needed = [(rule, access_of(rule.endpoint)) for rule in _rules(console)]
    for rule, access in needed:
        if rule.endpoint == "staff.sign_out":
            continue
        assert access is not None
        may = not access.permissions or bool(access.permissions & ROLE_PERMISSIONS[role])
        path = _path(rule)
        page = browser.send(path) if _method(rule) == "POST" else browser.open(path)
        assert (page.status == 403) == (not may), f"{role} at {rule}: {page.status}"
        assert page.status != 500, f"{role} at {rule}"


def test_a_form_without_its_token_is_refused_everywhere(console: Console) -> None:
    browser = console.sign_in_as("supervisor")
    posts = [rule for rule in console.application.url_map.iter_rules() if _method(rule) == "POST"]
    with console.application.app_context():
        open_to = ROLE_PERMISSIONS[Role.SUPERVISOR]
        accesses = [(rule, access_of(rule.endpoint)) for rule in posts]
    for rule, access in accesses:
        assert access is not None
        if not access.permissions or access.permissions & open_to:
            assert browser.send(_path(rule), token="wrong").status == 400, rule


def test_forms_of_other_blueprints_need_no_token(console: Console) -> None:
    console.application.add_url_rule(
        "/voice/turn", "webhook", view_func=lambda: "<Response/>", methods=["POST"]
    )
    assert console.application.test_client().post("/voice/turn").data == b"<Response/>"


def test_an_address_of_another_site_is_never_followed_after_sign_in(console: Console) -> None:
    for bad in ("https://evil.example/", "//evil.example/", "/\\evil.example", "/voice", "", None):
        assert safe_next(bad) is None
    # What lies behind the last of them is no address at all.
    assert safe_next("http://[evil/staff/") is None
    assert safe_next("/staff/cases?folder=mine") == "/staff/cases?folder=mine"
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.open("/staff/sign-in?next=//evil.example/")
    page = browser.send(
        "/staff/sign-in", login=user.login, password=PASSWORD, next="//evil.example/"
    )
    assert page.path == "/staff/cases"


def test_pages_carry_headers_that_keep_them_to_themselves(console: Console) -> None:
    page = console.sign_in_as("officer", BRANCH).open("/staff/cases")
    headers = page.response.headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.html)


def test_an_unknown_address_says_so_and_shows_a_way_on(console: Console) -> None:
    page = console.sign_in_as("agent").open("/staff/nothing-here")
    assert page.status == 404
    assert "没有这一页" in page.words and "回到工作台" in page.words
    assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]


def test_a_broken_page_says_that_nothing_was_saved(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = console.sign_in_as("agent")
    monkeypatch.setattr(type(console.services.knowledge), "content", property(_break))
    page = browser.open("/staff/knowledge")
    assert page.status == 500
    assert "刚才的操作没有保存" in page.words and "RuntimeError" not in page.html


def _break(_knowledge: object) -> None:
    raise RuntimeError("something broke")
