"""The authorities whose word counts for an entry: a closed list, with names in three languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from config.authorities import AuthorityPhone, local_authorities


class Authority(StrEnum):
    """Who decides the matter of an entry and answers for what it leaves open."""

    HUMAN_RESOURCES = "human_resources"
    LABOUR_INSPECTION = "labour_inspection"
    ARBITRATION = "arbitration"
    ARBITRATION_OR_COURT = "arbitration_or_court"
    COURT = "court"
    MEDICAL_INSURANCE = "medical_insurance"
    PROVIDENT_FUND = "provident_fund"
    TAX = "tax"
    DISABLED_FEDERATION = "disabled_federation"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    COMMERCE = "commerce"
    TRADE_UNION = "trade_union"
    POLICE = "police"
    EXIT_ENTRY = "exit_entry"
    EMERGENCY_MANAGEMENT = "emergency_management"
    HEALTH = "health"
    JUSTICE = "justice"
    EDUCATION = "education"
    MARKET_REGULATION = "market_regulation"
    ETHNIC_AFFAIRS = "ethnic_affairs"
    VETERANS = "veterans"
    PETITION_OFFICE = "petition_office"


class Scope(StrEnum):
    """How far the rule reaches that an entry leaves open: does another city have another one?"""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    LOCAL = "local"


def authority_name(authority: Authority, scope: Scope, language: str) -> str:
    """The authority's name as said in ``language`` (zh, yue or en), without its telephone.

    A local rule names the office of the place and a provincial one that of the province. A national
    rule names no place: its office elsewhere gives the same answer.
    """
    names, local = _names()[authority], local_authorities()
    if scope is Scope.LOCAL:
        return names[f"{language}_local"].format(place=local.place[language])
    if scope is Scope.NATIONAL:
        return names[language]
    joint = "{name} of {province}" if language == "en" else "{province}{name}"
    return joint.format(province=local.province[language], name=names[language])


def authority_with_phone(authority: Authority, scope: Scope, language: str) -> str:
    """The name followed by the telephone number, where one is known."""
    name, phone = authority_name(authority, scope, language), authority_phone(authority)
    if phone is None:
        return name
    return f"{name} on {phone.number}" if language == "en" else name + phone.number


def authority_phone(authority: Authority) -> AuthorityPhone | None:
    """The telephone number, or None when none is known or it is this line's own."""
    return local_authorities().phones.get(authority)


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).with_name("authorities.toml")
    with path.open("rb") as file:
        return tomllib.load(file)
