"""Parts of a recording as RFC 9110, section 14, wants them: odd ranges do not break the player."""

from __future__ import annotations

import pytest

from tests.staff.conftest import SOUND, Console
from tests.staff.test_cases import _with_recording

SIZE = len(SOUND)


@pytest.fixture
def recording(console: Console) -> str:
    """The address of a recording."""
    _case, attachment_id = _with_recording(console)
    return f"/staff/recordings/{attachment_id}"


@pytest.mark.parametrize(
    "asked",
    ["bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes 0-", "items=0-5",
     "bytes=0-0,9-", "bytes=--5", "bytes=+1-", "bytes=0x1-", "bytes=1-2-3", "bytes=٣-",
     "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_what_is_no_range_is_ignored(console: Console, recording: str, asked: str) -> None:
    response = console.sign_in_as("agent").open(recording, Range=asked).response
    assert (response.status_code, response.data) == (200, SOUND)
    assert "Content-Range" not in response.headers
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, SIZE - 1),
        ("BYTES=00-", 0, SIZE - 1),
        ("bytes=\t4-9", 4, 9),
        ("bytes=4-99999999", 4, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=-99999999", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE - 1),
    ],
)
def test_a_range_within_the_file_is_sent(
    console: Console, recording: str, asked: str, first: int, last: int
) -> None:
    response = console.sign_in_as("agent").open(recording, Range=asked).response
    assert (response.status_code, response.data) == (206, SOUND[first : last + 1])
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999999-", "bytes=-0", "bytes=-000"])
def test_a_range_outside_of_the_file_is_refused_with_its_size(
    console: Console, recording: str, asked: str
) -> None:
    page = console.sign_in_as("agent").open(recording, Range=asked)
    assert page.status == 416 and "没有这一段" in page.words
    assert page.response.headers["Content-Range"] == f"bytes */{SIZE}"


def test_a_range_of_another_version_of_the_file_is_ignored(
    console: Console, recording: str
) -> None:
    agent = console.sign_in_as("agent")
    whole = agent.open(recording, Range="bytes=-0", If_Range='"another"').response
    assert (whole.status_code, whole.data) == (200, SOUND)
    etag = whole.headers["ETag"]
    part = agent.open(recording, Range="bytes=0-3", If_Range=etag).response
    assert (part.status_code, part.data) == (206, SOUND[:4])
    assert agent.open(recording, If_None_Match=etag).status == 304


def test_other_refusals_keep_the_headers_that_they_are_not_complete_without(
    console: Console,
) -> None:
    client = console.application.test_client()
    refused = client.delete("/staff/cases")
    assert refused.status_code == 405 and "GET" in refused.headers["Allow"]
    script = client.get("/staff/static/console.js", headers={"Range": "bytes=99999999-"})
    assert script.status_code == 416
    assert script.headers["Content-Range"].startswith("bytes */")
