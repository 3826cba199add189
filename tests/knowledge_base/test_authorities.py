"""Whose word counts: every entry names its authority, and a national rule names no place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.authorities import AuthoritiesFileError, local_authorities
from core.errors import ContentError
from core.text_segments import Encoding, encoding_of
from knowledge_base.authorities import Authority, Scope, authority_name, authority_with_phone
from knowledge_base.caveats import said_caveat, text_caveat
from knowledge_base.loader import Content
from tests.knowledge_base.conftest import TODAY, ContentFolder

PROBATION = "labour-contract/probation-period-length"


def test_every_authority_has_a_name_in_three_languages_for_every_scope() -> None:
    for authority in Authority:
        for scope in Scope:
            zh, en = (authority_name(authority, scope, language) for language in ("zh", "en"))
            assert zh and authority_name(authority, scope, "yue")
            assert encoding_of(en) is Encoding.GSM7
            assert ("东莞" in zh) == ("Dongguan" in en) == (scope is Scope.LOCAL)
            assert ("广东" in zh) == ("Guangdong" in en) == (scope is Scope.PROVINCIAL)


def test_phones_belong_to_authorities_and_this_line_never_refers_to_itself() -> None:
    phones = local_authorities().phones
    assert set(phones) <= set(Authority)
    assert "12333" not in {phone.number for phone in phones.values()}


def test_the_guide_for_editors_lists_every_authority() -> None:
    guide = Path(__file__).parents[2] / "docs" / "knowledge-base.md"
    section = guide.read_text(encoding="utf-8").split("### Authority")[1].split("Choose")[0]
    assert set(re.findall(r"`(\w+)`", section)) == {"authority", *Authority}


@pytest.mark.parametrize(
    ("topic", "authority", "phone"),
    [
        ("housing-fund-withdrawal", "东莞市住房公积金管理中心", "12329"),
        ("medical-insurance-benefits", "东莞市医疗保障局", "12393"),
        ("disability-card-after-injury", "残疾人联合会", ""),
        ("confidentiality-and-inventions", "知识产权部门", ""),
        ("work-abroad-injury-wages", "商务部门", ""),
        ("salary-transfer-tax", "税务部门", "12366"),
        ("enforce-award", "人民法院", "12368"),
        ("childcare-subsidy", "卫生健康部门", ""),
    ],
)
def test_the_caveat_names_the_authority_of_the_entry(
    content: Content, topic: str, authority: str, phone: str
) -> None:
    entry = content.entries[topic]
    text = text_caveat(content.figures, entry, "zh", TODAY)
    said = said_caveat(content.figures, entry, "zh", TODAY)
    assert f"请以{authority}{phone}" in text and f"请以{authority}{phone}" in said
    assert "人社" not in text.split("请以")[1]


def test_a_national_rule_is_left_to_no_local_office(content: Content) -> None:
    for entry in content.entries.values():
        if entry.scope is not Scope.NATIONAL:
            continue
        for language in ("zh", "yue", "en"):
            said = said_caveat(content.figures, entry, language, TODAY)
            text = text_caveat(content.figures, entry, language, TODAY)
            notified = (said + text).split("，请以")[-1] if language != "en" else said
            assert "东莞" not in notified and "Dongguan" not in notified, entry.topic


def test_medical_and_fund_matters_are_with_their_own_offices(content: Content) -> None:
    for topic, entry in content.entries.items():
        if topic.startswith("medical-"):
            assert entry.authority is Authority.MEDICAL_INSURANCE
        if topic.startswith(("housing-fund", "provident-fund")):
            assert entry.authority is Authority.PROVIDENT_FUND


@pytest.mark.parametrize(
    ("value", "reason"),
    [("the-mayor", "field authority: must be one of"), ("", "field authority: must be text")],
)
def test_an_entry_without_a_known_authority_is_refused(
    folder: ContentFolder, value: str, reason: str
) -> None:
    folder.change_field(PROBATION, "authority", value)
    with pytest.raises(ContentError, match=reason):
        folder.load()
    folder.change(PROBATION, f"authority: {value}\n", "")
    with pytest.raises(ContentError, match="field authority is missing"):
        folder.load()


def test_a_scope_stands_exactly_where_something_is_unverified(folder: ContentFolder) -> None:
    folder.change_field(PROBATION, "unverified", "null\nscope: local")
    with pytest.raises(ContentError, match="field scope: stands exactly where unverified does"):
        folder.load()


def test_the_phone_follows_the_name() -> None:
    assert authority_with_phone(Authority.TAX, Scope.NATIONAL, "zh") == "税务部门12366"
    assert authority_with_phone(Authority.TAX, Scope.LOCAL, "en") == (
        "the Dongguan tax bureau on 12366"
    )
    assert authority_with_phone(Authority.POLICE, Scope.NATIONAL, "zh") == "公安机关"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("place: {zh: 某}", "needs place, province and phones"),
        ("place: {zh: a}\nprovince: {}\nphones: {}", "place: needs zh, yue and en"),
        (
            "place: {zh: a, yue: a, en: a}\nprovince: {zh: a, yue: a, en: a}\n"
            "phones: {tax: {number: 12366, source: null}}",
            "phones.tax: number must be quoted digits",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_field(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "authorities.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AuthoritiesFileError, match=reason):
        local_authorities(file)
