"""A spoofed caller ID is to cut somebody else off from notices; a text is to betray the matter."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from casework.models import Case
from core.contact_wishes import NO_WISH, ContactWay, ContactWish
from core.database import Database
from core.encryption import Vault
from outbox.wishes import find_wish
from tests.dialogue.conftest import MOBILE, caller, texter
from tests.dialogue.scenario import Citizen

__all__ = ["caller", "texter"]

STORY = "我要投诉，长安的鸿达电子厂从三月起拖欠我三个月工资"


def _petition(citizen: Citizen, say: Callable[[str], str], *wishes: str) -> list[str]:
    """A petition told from end to end; the replies."""
    heard = [say(STORY), say("对")]
    heard += [say(words) for words in wishes]
    for _ in range(14):
        if not citizen.conversation.place.startswith("petition"):
            break
        heard.append(say("对" if "read_back" in citizen.conversation.place else "不知道"))
    return heard


def _stored(database: Database, vault: Vault) -> ContactWish:
    with database.read() as db:
        return find_wish(db, vault.keyed_hash(MOBILE))


def _case(database: Database) -> Case:
    with database.read() as db:
        return db.scalars(select(Case)).one()


def test_the_wish_of_a_caller_without_proof_rules_their_case_and_not_the_number(
    caller: Callable[..., Citizen], database: Database, vault: Vault
) -> None:
    citizen = caller(is_proved=False)
    citizen.call()
    heard = _petition(citizen, citizen.say, "请不要联系我")
    assert any("不主动联系您" in words for words in heard)
    assert _case(database).contact_way == ContactWay.NONE
    assert _stored(database, vault) == NO_WISH


def test_the_wish_of_a_caller_whose_number_is_vouched_for_rules_the_number(
    caller: Callable[..., Citizen], database: Database, vault: Vault
) -> None:
    citizen = caller()
    citizen.call()
    _petition(citizen, citizen.say, "请不要联系我")
    assert _stored(database, vault).way == ContactWay.NONE


def test_a_texters_wish_rules_the_number(
    texter: Callable[..., Citizen], database: Database, vault: Vault
) -> None:
    citizen = texter()
    _petition(citizen, citizen.text, "只打电话，短信里不要写投诉的事")
    case = _case(database)
    assert (case.contact_way, case.is_contact_discreet) == (ContactWay.CALL, True)
    assert case.contact_words == "只打电话；短信里不要写投诉的事"
    stored = _stored(database, vault)
    assert (stored.way, stored.is_discreet) == (ContactWay.CALL, True)


def test_a_wish_leads_back_to_the_question_that_was_asked(texter: Callable[..., Citizen]) -> None:
    citizen = texter()
    citizen.text(STORY)
    citizen.text("对")
    before = citizen.conversation.place
    reply = citizen.text("晚上再打给我")
    assert "18点到21点" in reply and citizen.conversation.place == before


def test_the_text_after_a_call_names_no_matter_where_that_was_wished(
    caller: Callable[..., Citizen],
) -> None:
    citizen = caller()
    citizen.call()
    _petition(citizen, citizen.say, "短信里不要写投诉的事")
    texts = [text.words for text in citizen.texts]
    assert texts and all("欠" not in words and "诉" not in words for words in texts)


def test_no_text_follows_a_call_where_none_was_wished(caller: Callable[..., Citizen]) -> None:
    citizen = caller()
    citizen.call()
    _petition(citizen, citizen.say, "不要给我发短信")
    assert citizen.texts == []


def test_the_privacy_notice_is_told_at_any_prompt_and_the_talk_goes_on(
    caller: Callable[..., Citizen], texter: Callable[..., Citizen]
) -> None:
    citizen = texter()
    citizen.text(STORY)
    before = citizen.conversation.place
    assert "隐私说明" in citizen.text("隐私") and citizen.conversation.place == before
    on_the_phone = caller()
    on_the_phone.call()
    assert "加密保存" in on_the_phone.say("会录音吗")
