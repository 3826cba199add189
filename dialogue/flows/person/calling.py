"""Which telephone to ring for a caller, and whether waiting makes sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from callcentre.operations import ring_agent
from callcentre.queries import (
    find_agent_by_address,
    is_any_agent_busy,
    is_any_agent_on_duty,
    list_free_agents,
    list_queue,
)
from dialogue.context import TurnContext
from dialogue.flow import GoTo, Transition
from dialogue.flows.person.slots import PersonSlots, PersonState
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.replies import Transfer
from dialogue.spoken_forms import deadline_words

# So many telephones ring for one caller, one after the other, before the queue or a message.
_MAX_RUNG = 5


def offices_of(turn: TurnContext) -> tuple[str, ...]:
    """Where to look for an agent: the office of the town that was named, then the hotline's."""
    offices = turn.services.facilities.case_services.offices
    petition = turn.find_slots(PetitionSlots)
    town = offices.of_town(petition.town if petition else None).id
    return tuple(dict.fromkeys((town, offices.bureau.id)))


def find_target(turn: TurnContext) -> str | None:
    """The next number or SIP address to call; None when enough were called."""
    services, slots = turn.services, turn.slots(PersonSlots)
    if len(slots.tried) >= _MAX_RUNG:
        return None
    db, vault = services.db, services.facilities.case_services.vault
    agents = list_free_agents(db, offices_of(turn), turn.language, services.now)
    addresses = [agent.address for agent in agents if services.is_office_open]
    if services.is_office_open:
        # The person of an agent says whether they are available; these have no agent.
        addresses += [
            address
            for address in services.facilities.list_agents(db)
            if find_agent_by_address(db, vault, address) is None
        ]
    if slots.is_urgent:
        addresses += services.facilities.list_duty_numbers()
    return next((address for address in addresses if address not in slots.tried), None)


def call(turn: TurnContext, target: str) -> Transition:
    """Ring one telephone: whether its person takes the call is known before the next one rings."""
    services, slots = turn.services, turn.slots(PersonSlots)
    turn.put(replace(slots, tried=(*slots.tried, target)))
    agent = find_agent_by_address(services.db, services.facilities.case_services.vault, target)
    if agent is not None:
        ring_agent(services.db, agent, turn.conversation.id, services.now)
    turn.replies.append(Transfer((target,), turn.language))
    return GoTo(PersonState.TRANSFER)


def is_waiting_worthwhile(turn: TurnContext) -> bool:
    """Whether somebody on duty is talking and will be free again."""
    services = turn.services
    return services.is_office_open and is_any_agent_busy(
        services.db, offices_of(turn), services.now
    )


def has_queue(turn: TurnContext) -> bool:
    """Whether others wait for the same agents; an agent that has just become free is theirs."""
    db = turn.services.db
    return is_any_agent_on_duty(db, offices_of(turn)) and any(
        waiting.language == turn.language for waiting in list_queue(db)
    )


def hours_of_service(turn: TurnContext) -> str:
    """When an agent can be reached, in words."""
    periods = turn.services.facilities.office_hours.periods
    return turn.words("person.period_joint").join(
        turn.words("person.period", from_=_clock(turn, p.from_), to=_clock(turn, p.to))
        for p in periods
    )


def _clock(turn: TurnContext, at: time) -> str:
    return deadline_words(at, turn.language) if turn.is_voice else f"{at:%H:%M}"
