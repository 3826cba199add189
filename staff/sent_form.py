"""The form of this request, its days bounded by next year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import request

from staff.form_values import FormValues
from staff.formatting import today


def sent_form(files: Mapping[str, bytes] | None = None) -> FormValues:
    """What was sent."""
    return FormValues(request.form, files or {}, last_day())


def asked_values() -> FormValues:
    """What stands in the address."""
    return FormValues(request.args, {}, last_day())


def last_day() -> date:
    """The end of next year."""
    return date(today().year + 1, 12, 31)
