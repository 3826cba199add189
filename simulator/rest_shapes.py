"""The JSON shapes of Twilio's REST resources, and paging and filtering of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from simulator.call import Call
from simulator.settings import SimulatorSettings
from simulator.store import Record

_PAGE_SIZE = 50


def _rfc2822(moment: str) -> str:
    return format_datetime(datetime.fromisoformat(moment))


def message_json(settings: SimulatorSettings, message: Record) -> dict[str, Any]:
    """A Message resource."""
    base = account_path(settings)
    uri = f"{base}/Messages/{message['sid']}.json"
    return {
        "account_sid": settings.account_sid,
        "api_version": "2010-04-01",
        "body": message["body"],
        "date_created": _rfc2822(message["date_created"]),
        "date_sent": _rfc2822(message["date_sent"]),
        "date_updated": _rfc2822(message["date_updated"]),
        "direction": message["direction"],
        "error_code": message["error_code"],
        "error_message": None,
        "from": message["from"],
        "messaging_service_sid": None,
        "num_media": str(len(message["media"])),
        "num_segments": str(message["num_segments"]),
        "price": None,
        "price_unit": "USD",
        "sid": message["sid"],
        "status": message["status"],
        "subresource_uris": {"media": f"{base}/Messages/{message['sid']}/Media.json"},
        "to": message["to"],
        "uri": uri,
    }


def call_json(settings: SimulatorSettings, call: Call) -> dict[str, Any]:
    """A Call resource."""
    base = account_path(settings)
    created = format_datetime(call.created_at)
    ended = format_datetime(call.ended_at) if call.ended_at else None
    return {
        "account_sid": settings.account_sid,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": created,
        "date_updated": ended or created,
        "direction": call.direction,
        "duration": str(call.duration) if ended else None,
        "end_time": ended,
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": created,
        "status": call.status,
        "subresource_uris": {"recordings": f"{base}/Calls/{call.sid}/Recordings.json"},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{base}/Calls/{call.sid}.json",
    }


def recording_json(settings: SimulatorSettings, record: Record) -> dict[str, Any]:
    """A Recording resource."""
    base = account_path(settings)
    created = _rfc2822(record["date_created"])
    return {
        "account_sid": settings.account_sid,
        "api_version": "2010-04-01",
        "call_sid": record["call_sid"],
        "channels": 1,
        "conference_sid": None,
        "date_created": created,
        "date_updated": created,
        "duration": record["duration"],
        "encryption_details": None,
        "error_code": None,
        "media_url": f"{settings.own_url}{base}/Recordings/{record['sid']}",
        "price": None,
        "price_unit": "USD",
        "sid": record["sid"],
        "source": "RecordVerb",
        "start_time": created,
        "status": record["status"],
        "subresource_uris": {},
        "uri": f"{base}/Recordings/{record['sid']}.json",
    }


def is_wanted(message: Record, wanted: Mapping[str, str]) -> bool:
    """Whether a message passes a list's filters: To, From, DateSent, DateSent<, DateSent>."""
    sent = datetime.fromisoformat(message["date_sent"])
    day, before, after = (_moment(wanted.get(f"DateSent{sign}", "")) for sign in ("", "<", ">"))
    return (
        wanted.get("To", message["to"]) == message["to"]
        and wanted.get("From", message["from"]) == message["from"]
        and (day is None or day <= sent < day + timedelta(days=1))
        and (before is None or sent <= before)
        and (after is None or sent >= after)
    )


def page_json(
    path: str, key: str, records: list[dict[str, Any]], wanted: Mapping[str, str]
) -> dict[str, Any]:
    """One page of a list, with the address of the next."""
    size = min(max(int(wanted.get("PageSize", _PAGE_SIZE)), 1), 1000)
    number = max(int(wanted.get("Page", 0)), 0)
    start = number * size
    filters = {name: value for name, value in wanted.items() if not name.startswith("Page")}

    def address(page: int) -> str:
        return f"{path}?{urlencode({**filters, 'PageSize': size, 'Page': page})}"

    has_more = start + size < len(records)
    return {
        key: records[start : start + size],
        "end": min(start + size, len(records)) - 1,
        "first_page_uri": address(0),
        "next_page_uri": address(number + 1) if has_more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": address(number - 1) if number else None,
        "start": start,
        "uri": address(number),
    }


def account_path(settings: SimulatorSettings) -> str:
    """Where the account's resources begin."""
    return f"/2010-04-01/Accounts/{settings.account_sid}"


def _moment(value: str) -> datetime | None:
    """An ISO date or moment, UTC when it does not say; None when it is empty."""
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
