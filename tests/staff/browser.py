"""A staff user's browser: follows pages and fills forms, so that tests need not speak HTTP."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>|\s+")


class Page:
    """What the browser shows."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.data.decode(errors="replace")

    @property
    def words(self) -> str:
        """The words of the page without its tags."""
        return unescape(_TAGS.sub(" ", self.html))

    @property
    def path(self) -> str:
        """Where the browser ended up."""
        return self.response.request.path


class StaffBrowser:
    """One browser with its own cookies."""

    def __init__(self, application: Flask) -> None:
        self._client = application.test_client()
        self._token = ""

    def open(self, path: str, **headers: str) -> Page:
        """Open a page and follow where it leads."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._see(self._client.get(path, headers=names, follow_redirects=True))

    def send(self, path: str, token: str | None = None, **fields: object) -> Page:
        """Send a form with the token of the page last seen, and follow where it leads."""
        form = {"csrf_token": self._token if token is None else token, **fields}
        return self._see(self._client.post(path, data=form, follow_redirects=True))

    def sign_in(self, login: str, password: str) -> Page:
        """Fill in the sign-in form."""
        self.open("/staff/sign-in")
        return self.send("/staff/sign-in", login=login, password=password)

    def _see(self, response: TestResponse) -> Page:
        page = Page(response)
        found = _TOKEN.search(page.html)
        self._token = found[1] if found else self._token
        return page
