"""Template filters: moments, days, money and names as the reader writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel import dates, numbers
from flask_babel import get_locale
from markupsafe import Markup

from casework.remedies import RemedyAdvice, advice_from_json
from casework.transition_table import TRANSITIONS
from casework.vocabulary import CaseState
from config.offices import Office
from core.clock import local_date, to_local
from core.errors import ContentError
from core.phones import mask
from core.ranges import Range, T
from knowledge_base.citations import Citation
from ratings.wordings import wording
from staff.services import get_services
from staff.words import label, language, t

_WEEK = timedelta(days=7)
# Shape and colour of a state: what waits for us, what waits for others, what is done.
STATE_TONES: Mapping[str, str] = {
    CaseState.REGISTERED: "new",
    CaseState.FORWARDED: "away",
    CaseState.OBJECTED: "new",
    CaseState.ACCEPTED: "work",
    CaseState.ANSWERED: "good",
    CaseState.IN_REVIEW: "work",
    CaseState.REVIEWED: "good",
    CaseState.IN_RECHECK: "work",
    CaseState.RECHECKED: "good",
}


def moment(at: datetime) -> str:
    """A moment in local time, to the minute."""
    return dates.format_datetime(to_local(at), "yyyy-MM-dd HH:mm", locale=get_locale())


def ago(at: datetime) -> Markup:
    """A moment as a ``time`` element: relative when it is near, the exact one on hover."""
    gone = get_services().clock.now() - at
    if timedelta(0) <= gone < timedelta(minutes=1):
        words = t("time.just_now")
    elif abs(gone) < _WEEK:
        words = dates.format_timedelta(-gone, add_direction=True, locale=get_locale())
    else:
        words = day(to_local(at).date())
    exact = to_local(at).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, moment(at), words)


def day(on: date) -> str:
    """A local day with its weekday."""
    return dates.format_date(on, t("time.day_pattern"), locale=get_locale())


def due(on: date) -> Markup:
    """A due day as a ``time`` element: in how many days, the exact day on hover."""
    left = (on - today()).days
    key = "today" if left == 0 else ("in_days" if left > 0 else "days_late")
    words = t(f"time.{key}", days=abs(left))
    return Markup('<time datetime="{}" title="{}">{}</time>').format(on.isoformat(), day(on), words)


def today() -> date:
    """The local day."""
    return local_date(get_services().clock.now())


def yuan(amount: Decimal) -> str:
    """An amount of money."""
    return numbers.format_currency(amount, "CNY", locale=get_locale())


def number(value: int | Decimal | float) -> str:
    """A number with separators."""
    return numbers.format_decimal(value, locale=get_locale())


def between(of: Range[T] | None, show: Callable[[T], str] = str) -> str:
    """A range as people say it: exact, "about a to b", "at least a", "at most b"."""
    if of is None:
        return ""
    if of.lower is None or of.upper is None:
        end, key = (of.upper, "at_most") if of.lower is None else (of.lower, "at_least")
        return "" if end is None else t(f"range.{key}", value=show(end))
    if of.is_exact:
        return show(of.lower)
    return t("range.between", first=show(of.lower), last=show(of.upper))


def people_between(of: Range[int] | None) -> str:
    """How many people."""
    return between(of, number)


def yuan_between(of: Range[Decimal] | None) -> str:
    """How much money."""
    return between(of, yuan)


def days_between(of: Range[date] | None) -> str:
    """Between which days; a day that has only one end is the earliest or the latest."""
    if of is None or of.is_exact:
        return between(of, day)
    if of.lower is not None and of.upper is not None:
        return t("range.days", first=day(of.lower), last=day(of.upper))
    end, key = (of.upper, "latest") if of.lower is None else (of.lower, "earliest")
    return "" if end is None else t(f"range.{key}", value=day(end))


def range_field(of: Range[int] | Range[Decimal] | None) -> str:
    """A range as the form for corrections has it: "14", "2-3", "100+"."""
    if of is None:
        return ""
    if of.upper is None:
        return f"{of.lower}+"
    return str(of.upper) if of.is_exact else f"{of.lower or 0}-{of.upper}"


def office_name(office_id: str | None) -> str:
    """An office by its id; the id itself when it is no more."""
    office = get_services().case_services.offices.find(office_id or "")
    return name_of(office) if office is not None else (office_id or "")


def name_of(office: Office) -> str:
    """An office's name in the reader's language."""
    return office.name_en if language() == "en" else office.name_zh


def town_name(town_id: str | None) -> str:
    """A town by its id."""
    town = get_services().case_services.offices.find_town(town_id)
    if town is None:
        return town_id or ""
    return town.name_en if language() == "en" else town.full_name_zh


def topic_name(topic: str | None) -> str:
    """A topic by its id; the id itself when it has no entry."""
    try:
        return get_services().knowledge.short_name(topic or "", language())
    except KeyError:
        return topic or ""


def laws(sources: Iterable[str]) -> str:
    """Sources of a clock or remedy: the laws with their articles, and that it is a local rule."""
    citations, others = [], []
    statutes = get_services().knowledge.content.statutes
    for source in sources:
        try:
            citation = Citation.parse(source)
            statutes.require(citation)
            citations.append(citation)
        except (ValueError, ContentError):
            others.append(t("clocks.local_rule"))
    basis = [statutes.legal_basis(citations, language())] if citations else []
    return t("list.joint").join([*others, *basis])


def remedies(stored: Iterable[Mapping[str, Any]]) -> list[RemedyAdvice]:
    """The remedies that are stored with a case."""
    return [advice_from_json(one) for one in stored]


def rating_word(group: str, name: object) -> str:
    """What ratings call a level, a reason or a code in the reader's language."""
    return wording(language(), f"{group}.{name}")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": moment,
    "ago": ago,
    "day": day,
    "due": due,
    "yuan": yuan,
    "people_between": people_between,
    "yuan_between": yuan_between,
    "days_between": days_between,
    "range_field": range_field,
    "remedies": remedies,
    "number": number,
    "office": office_name,
    "town": town_name,
    "topic": topic_name,
    "laws": laws,
    "masked": mask,
    "zip": zip,
}

GLOBALS: Mapping[str, Any] = {
    "t": t,
    "label": label,
    "language": language,
    "today": today,
    "rating_word": rating_word,
    "state_tones": STATE_TONES,
    "case_transitions": TRANSITIONS,
}
