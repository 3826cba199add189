"""A staff user's browser: follows pages and fills forms, so that tests need not speak HTTP."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse, encode_multipart

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

    def upload(self, path: str, **fields: object) -> Page:
        """Send a form with files, each a FileStorage, as ``send`` does."""
        # Encoded here: the client would leave open the file in which it keeps a large body.
        boundary, body = encode_multipart({"csrf_token": self._token, **fields})
        content_type = f"multipart/form-data; boundary={boundary}"
        response = self._client.post(
            path, data=body, content_type=content_type, follow_redirects=True
        )
        return self._see(response)

    def search(self, words: str, **fields: object) -> Page:
        """Search the inbox."""
        self.open("/staff/cases")
        return self.send("/staff/cases", q=words, **fields)

    def sign_in(self, login: str, password: str) -> Page:
        """Fill in the sign-in form."""
        self.open("/staff/sign-in")
        return self.send("/staff/sign-in", login=login, password=password)

    def _see(self, response: TestResponse) -> Page:
        page = Page(response)
        found = _TOKEN.search(page.html)
        self._token = found[1] if found else self._token
        return page
