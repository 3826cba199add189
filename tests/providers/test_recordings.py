"""What a provider's broken answers for a recording become: errors to try again on, never sound."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.encryption import Vault
from core.errors import NotFoundError, ProviderRefusedError, ProviderUnknownError
from providers.recordings import RecordingStore, TwilioRecordings
from providers.twilio_client import make_client
from providers.wav import find_recording_problem
from simulator.recordings import spoken_wav

SOUND = spoken_wav(2)
ACCOUNT, TOKEN = "AC" + "0" * 32, "a token"


class Double(ThreadingHTTPServer):
    """Answers as ``answer`` says: status, body, and how much of the body is really sent."""

    answer: tuple[int, bytes, int | None] = (200, SOUND, None)
    is_silent = False
    daemon_threads = True
    stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Double)
        if self.server.is_silent:
            self.server.stopped.wait(5)
            return
        status, body, sent = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", "audio/x-wav" if status == 200 else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:sent])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def double() -> Iterator[Double]:
    with Double(("127.0.0.1", 0), Handler) as server:
        server.stopped = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.stopped.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def recordings(double: Double) -> TwilioRecordings:
    client = make_client(ACCOUNT, TOKEN, double.url)
    return TwilioRecordings(client, ACCOUNT, TOKEN, double.url, timeout_seconds=0.3)


def test_a_whole_recording_arrives_as_it_is(recordings: TwilioRecordings) -> None:
    media = recordings.fetch("RE1")
    assert media.content == SOUND and find_recording_problem(media) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, b"{}", None), NotFoundError),
        ((500, b"{}", None), ProviderUnknownError),
        ((503, b"", None), ProviderUnknownError),
        ((403, b"{}", None), ProviderRefusedError),
        ((429, b"{}", None), ProviderRefusedError),
        ((200, SOUND, 10_000), ProviderUnknownError),
        ((200, SOUND, 0), ProviderUnknownError),
    ],
)
def test_a_broken_answer_is_an_error(
    recordings: TwilioRecordings,
    double: Double,
    answer: tuple[int, bytes, int | None],
    error: type[Exception],
) -> None:
    double.answer = answer
    with pytest.raises(error):
        recordings.fetch("RE1")


def test_no_answer_in_time_is_an_error(recordings: TwilioRecordings, double: Double) -> None:
    double.is_silent = True
    with pytest.raises(ProviderUnknownError):
        recordings.fetch("RE1")


@pytest.mark.parametrize("sent", [0, 30, 44, 20_000, len(SOUND) - 2])
def test_a_body_cut_before_it_was_sent_is_told_from_a_whole_one(
    recordings: TwilioRecordings, double: Double, sent: int
) -> None:
    double.answer = (200, SOUND[:sent], None)
    assert find_recording_problem(recordings.fetch("RE1")) in {"damaged", "truncated"}


def test_how_a_recording_stands_is_asked(recordings: TwilioRecordings, double: Double) -> None:
    body = b'{"sid": "RE1", "call_sid": "CA1", "duration": "7", "status": "processing"}'
    double.answer = (200, body, None)
    found = recordings.find("RE1")
    assert found is not None and (found.status, found.seconds) == ("processing", 7)
    double.answer = (404, b'{"status": 404, "message": "not found"}', None)
    assert recordings.find("RE1") is None


def test_what_the_disk_gives_back_is_compared(tmp_path: Path) -> None:
    store = RecordingStore(tmp_path, Vault("a key that is only for tests, 32+ characters"))
    stored = store.write("RE1", SOUND)
    assert store.has(stored, len(SOUND)) and not store.has(stored, len(SOUND) + 1)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert not store.has(stored, len(SOUND))
    file.unlink()
    assert not store.has(stored, len(SOUND))
