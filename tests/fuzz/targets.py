"""What is thrown at the service, target by target: a strategy, and what must hold of each value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from werkzeug.routing import Rule

from benchmarks.parsers_table import AWKWARD, PARSERS
from core.errors import ContentError, HotlineError
from knowledge_base.entry_texts import with_dates, with_samples
from knowledge_base.figures import Figures
from knowledge_base.loader import parse_entry
from knowledge_base.statute_files import read_statute
from tests.fuzz.service import Service, no_fault

_ROW_ID = re.compile(r"<int:\w+>")

_ODD = (
    "", " ", "0", "1", "-1", "²", "٣", "１", "9" * 20, "9" * 5_000, "1e999", "NaN", "0x1f", "\x00",
    "a\x00b", "\ud800", "\udcff", "😀", "'", '"', "<a>", "%00", "%", "../..", "\r\nX: 1", "null",
    "true", "9999-12-31", "0001-01-01", "2025-02-30", "9999-12-31T23:59", "+8613800138000",
    "anonymous", "1" * 64, "x" * 65, "x" * 300, "万" * 200, "1-" * 2_000, "[" * 2_000,
    "CA1", "SM1", "RE1", "completed", "hangup", "退订", "投诉", "5分", "人工", "0",
    "老板拖欠三个月工资不发", "我不想活了", "DG2026112300013",
)  # fmt: skip
odd_text = st.one_of(
    st.sampled_from(_ODD),
    st.text(max_size=60),
    st.builds(
        lambda unit, times: unit * times, st.sampled_from(list(AWKWARD)), st.integers(1, 900)
    ),
)
# A form is bytes in UTF-8: it cannot hold halves of pairs; JSON can.
form_text = odd_text.map(lambda text: text.encode("utf-8", "replace").decode())
number_text = st.one_of(st.sampled_from(_ODD[:20]), st.integers().map(str)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)


@dataclass(frozen=True)
class Target:
    """``values``: what is thrown; ``check`` fails when the service has a fault."""

    values: st.SearchStrategy[Any]
    check: Callable[[Service, Any], None]


def _forms(*names: str) -> st.SearchStrategy[dict[str, str]]:
    known = st.dictionaries(st.sampled_from(names), form_text, max_size=6)
    unknown = st.dictionaries(form_text.filter(bool), form_text, max_size=1)
    return st.builds(lambda a, b: {**b, **a}, known, unknown)


_VOICE_PATHS = (
    "incoming", "turn", "status", "recording", "offer-ended", "whisper", "taken", "wait", "waited",
    "offer", "offer-taken", "offered", "fallback", "kept",
)  # fmt: skip
_voice = st.tuples(
    st.sampled_from(_VOICE_PATHS),
    st.dictionaries(st.sampled_from(("turn", "seat", "waiting", "call")), number_text, max_size=3),
    _forms(
        "From", "To", "CallStatus", "CallDuration", "Digits", "FinishedOnKey", "SpeechResult",
        "Confidence", "RecordingSid", "RecordingDuration", "RecordingStatus", "DialCallStatus",
        "DialBridged", "QueueResult", "QueueTime", "QueuePosition", "AvgQueueTime",
        "ParentCallSid",
    ),
    st.one_of(st.sampled_from(("CA1", "CA2")), form_text),
)  # fmt: skip


def _check_voice(service: Service, thrown: Any) -> None:
    path, arguments, form, sid = thrown
    target = f"/voice/{path}{_query(arguments)}"
    with no_fault():
        service.post_signed("/voice/incoming", {"CallSid": "CA1", "From": "+8613800138000"})
        status = service.post_signed(target, {**form, "CallSid": sid}).status_code
    assert status in {200, 400}, status


def _query(arguments: Mapping[str, str]) -> str:
    return f"?{urlencode(arguments)}" if arguments else ""


_texts = st.tuples(
    st.sampled_from(("incoming", "status")),
    _forms("NumMedia", "Body", "MessageStatus", "ErrorCode", "From", "To"),
    form_text,
    st.sampled_from(("+8613800138000", "+8613900139000")),
)


def _check_text(service: Service, thrown: Any) -> None:
    path, form, words, sender = thrown
    sid = f"SM{abs(hash((words, sender))) % 10**9}"
    with no_fault():
        body = {"MessageSid": sid, "From": sender, "Body": words, **form}
        status = service.post_signed(f"/sms/{path}", body).status_code
    assert status in {200, 400}, status


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3),
    max_leaves=6,
)
_gateway_item = st.dictionaries(
    st.sampled_from(("message_id", "mobile", "content", "status", "code", "out_id", "x")),
    odd_text | _json_values,
)
_gateway = st.tuples(
    st.sampled_from(("/incoming", "/status")),
    st.one_of(
        st.builds(
            json.dumps, _gateway_item | st.builds(lambda i: {"reports": i}, st.lists(_gateway_item))
        ),
        st.builds(json.dumps, _json_values),
        odd_text,
    ),
)


def _check_gateway(service: Service, thrown: Any) -> None:
    path, body = thrown
    with no_fault():
        status = service.post_gateway(path, body.encode("utf-8", "replace")).status_code
    assert status in {200, 400, 403, 413}, status


_stranger = st.tuples(
    st.sampled_from(
        (
            "/voice/turn", "/sms/incoming", "/sms/gateway/example-gateway/incoming",
            "/sms/gateway/example-gateway/status", "/staff/sign-in", "/ranking/", "/health", "/",
        )
    ),
    st.sampled_from(("GET", "POST", "PUT", "HEAD")),
    st.sampled_from(
        (
            "application/x-www-form-urlencoded", "application/json", "text/plain", "",
            "multipart/form-data; boundary=x",
        )
    ),
    st.binary(max_size=200) | odd_text.map(lambda t: t.encode("utf-8", "surrogatepass")),
)  # fmt: skip


def _check_stranger(service: Service, thrown: Any) -> None:
    path, method, content_type, body = thrown
    response = service.application.test_client().open(
        path, method=method, content_type=content_type, data=body
    )
    # 503 from /health only: no model was learnt in this process.
    assert response.status_code < 500 or path == "/health", response.status_code


_public = st.tuples(
    st.sampled_from(
        ("/ranking/{}", "/ranking/{}.csv", "/ranking/2026-10.{}", "/ranking/?language={}")
    ),
    form_text,
)  # fmt: skip


def _check_public(service: Service, thrown: Any) -> None:
    pattern, word = thrown
    status = service.client.get(pattern.format(quote(word, safe=""))).status_code
    assert status < 500, status


_readers = st.tuples(st.sampled_from(sorted(PARSERS)), odd_text)


def _check_reader(_service: Service, thrown: Any) -> None:
    name, text = thrown
    with suppress(HotlineError):
        PARSERS[name](text)


_TOPIC = (
    "topic: probation\ncategory: labour-contract\ntitle: {zh: 试用期, en: Probation}\nsamples:\n"
)
_yaml_text = st.one_of(
    odd_text,
    _json_values.map(lambda value: json.dumps(value, ensure_ascii=False)),
    odd_text.map(lambda text: f"{_TOPIC}  zh: {text}\n"),
    st.builds(
        lambda rows: json.dumps(rows),
        st.lists(
            st.fixed_dictionaries(
                {"id": odd_text, "name": _json_values, "unit": _json_values},
                optional={"values": _json_values, "computed": odd_text, "source": odd_text},
            ),
            max_size=3,
        ),
    ),
)


def _check_draft(_service: Service, text: str) -> None:
    readers: tuple[Callable[[str], object], ...] = (
        lambda t: parse_entry(t, "draft"),
        Figures.parse,
        lambda t: with_samples(t, "zh", ["一"]),
        lambda t: with_dates(t, date(2026, 1, 1), None),
    )
    for read in readers:
        with suppress(ContentError):
            read(text)


_LAW = "中华人民共和国某法\n（2020年1月1日通过）\n第一条 {}\n第二条 自2020年2月1日起施行\n"
_law_files = st.tuples(
    st.sampled_from((".md", ".txt", ".docx")),
    st.binary(max_size=300)
    | odd_text.map(lambda t: _LAW.format(t).encode("utf-8", "surrogatepass"))
    | odd_text.map(lambda t: f"---\n{t}\n---\n{_LAW}".encode("utf-8", "surrogatepass")),
)


def _check_law(service: Service, thrown: Any) -> None:
    ending, content = thrown
    path = service.parts.settings.var_dir / f"law{ending}"
    path.write_bytes(content)
    with suppress(ContentError):
        read_statute(path)


_FIELDS = (
    "q", "day", "page", "number", "level", "note", "answer", "since_on", "people", "amount_yuan",
    "town", "topic", "assignee", "into", "reason", "text", "name", "login", "password", "phone",
    "office", "role", "title", "body", "next", "language", "means", "employer", "issue", "kind",
)  # fmt: skip
_console = st.tuples(
    st.integers(0, 10_000),
    st.one_of(st.sampled_from(("1", "999999")), number_text),
    st.one_of(st.sampled_from(("answer", "probation", "2026-10", "a")), form_text),
    st.dictionaries(st.sampled_from(_FIELDS), form_text, max_size=5),
)


def _check_console(service: Service, thrown: Any) -> None:
    number, row_id, word, fields = thrown
    rules = _console_rules(service)
    rule = rules[number % len(rules)]
    path = _ROW_ID.sub(quote(row_id, safe=""), rule.rule)
    path = re.sub(r"<[^>]+>", lambda _: quote(word, safe="") or "x", path)
    with no_fault():
        if "POST" in (rule.methods or ()):
            page = service.staff.send(path, **fields)
        else:
            page = service.staff.open(path + _query(fields))
    assert page.status < 500, (page.status, rule)


def _console_rules(service: Service) -> list[Rule]:
    stored = {"staff.sign_out", "staff.save_password", "staff.static"}
    rules = [r for r in service.application.url_map.iter_rules() if r.rule.startswith("/staff")]
    return sorted(
        (r for r in rules if r.endpoint not in stored), key=lambda r: (r.rule, r.endpoint)
    )


TARGETS: Mapping[str, Target] = {
    "voice": Target(_voice, _check_voice),
    "texts": Target(_texts, _check_text),
    "gateway": Target(_gateway, _check_gateway),
    "strangers": Target(_stranger, _check_stranger),
    "public": Target(_public, _check_public),
    "readers": Target(_readers, _check_reader),
    "drafts": Target(_yaml_text, _check_draft),
    "laws": Target(_law_files, _check_law),
    "console": Target(_console, _check_console),
}
"""By name. The console's own forms are among them."""
