"""A matter goes to the office where the employer is, however the town is named."""

from __future__ import annotations

import pytest

from casework.case_services import CaseServices
from casework.routing import find_town, find_village, route, takes
from casework.vocabulary import CaseKind

STATION_TOPIC = "flexible-worker-insurance"


def test_dongguan_has_its_bureau_its_32_towns_and_streets_and_its_parks(
    case_services: CaseServices,
) -> None:
    kinds = [town.kind for town in case_services.offices.towns]
    assert (kinds.count("street"), kinds.count("town")) == (4, 28)
    assert kinds.count("park") >= 2
    branches = [o for o in case_services.offices.offices if o.level == "town"]
    assert {office.town for office in branches} == {town.id for town in case_services.offices.towns}


@pytest.mark.parametrize(
    ("said", "town"),
    [
        ("长安", "changan"),
        ("厂在長安鎮烏沙", "changan"),
        ("东莞市厚街镇桥头社区三屯路", "houjie"),
        ("桥头镇", "qiaotou"),
        ("道教", "daojiao"),
        ("高步镇", "gaobu"),
        ("嗯在寮埠那边", "liaobu"),
        ("望牛吨", "wangniudun"),
        ("黄岗", None),
        ("东莞", None),
        ("其实我也不知道在哪个地方上班的", None),
        ("Chang'an", "changan"),
        ("changan town", "changan"),
        ("松山湖", "songshan-lake"),
        ("虎门大道 in Humen", "humen"),
    ],
)
def test_a_town_is_understood(case_services: CaseServices, said: str, town: str | None) -> None:
    found = find_town(case_services.offices, said)
    assert (found.id if found else None) == town


def test_every_town_is_understood_by_its_name_alone_and_with_its_kind(
    case_services: CaseServices,
) -> None:
    for town in case_services.offices.towns:
        for said in (town.name_zh, town.full_name_zh, town.name_en):
            assert find_town(case_services.offices, said) == town


def test_an_unknown_town_goes_to_the_bureau(case_services: CaseServices) -> None:
    assert route(case_services.offices, CaseKind.PETITION, town=None).id == "dg-bureau"


def test_only_the_work_on_its_list_goes_to_a_station(case_services: CaseServices) -> None:
    village = find_village(case_services.offices, "我在长安乌沙")
    assert village == "乌沙"

    def office_for(kind: CaseKind, topic: str | None) -> str:
        return route(case_services.offices, kind, town="changan", village=village, topic=topic).id

    assert office_for(CaseKind.MESSAGE, STATION_TOPIC) == "dg-changan-wusha"
    assert office_for(CaseKind.MESSAGE, "wage-arrears-what-to-do") == "dg-changan"
    assert office_for(CaseKind.PETITION, STATION_TOPIC) == "dg-changan"
    station = case_services.offices.get("dg-changan-wusha")
    assert takes(station, STATION_TOPIC) and not takes(station, None)
