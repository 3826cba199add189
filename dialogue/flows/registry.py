"""All flows, by their slots and by name; checked when this module is imported."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.flow import Flow
from dialogue.flows.answer.flow import FLOW as ANSWER
from dialogue.flows.danger.flow import FLOW as DANGER
from dialogue.flows.delivery.flow import FLOW as DELIVERY
from dialogue.flows.message.flow import FLOW as MESSAGE
from dialogue.flows.person.flow import FLOW as PERSON
from dialogue.flows.petition.flow import FLOW as PETITION
from dialogue.flows.progress.flow import FLOW as PROGRESS
from dialogue.flows.question.flow import FLOW as QUESTION
from dialogue.flows.rating.flow import FLOW as RATING
from dialogue.flows.statute.flow import FLOW as STATUTE
from dialogue.slots import Slots

FLOWS: tuple[Flow, ...] = (
    QUESTION, ANSWER, DELIVERY, STATUTE, PETITION, MESSAGE, PROGRESS, PERSON, DANGER, RATING,
)  # fmt: skip
FLOW_BY_NAME: Mapping[str, Flow] = {flow.name: flow for flow in FLOWS}
_BY_SLOTS: Mapping[type[Slots], Flow] = {flow.slots: flow for flow in FLOWS}


def flow_of(slots: Slots) -> Flow:
    """The flow that works on these slots."""
    return _BY_SLOTS[type(slots)]


def _check() -> None:
    """Raise ValueError when a flow leads to one that is not listed."""
    for flow in FLOWS:
        for targets in (flow.to, *(spec.to for spec in flow.specs.values())):
            for target in targets:
                if isinstance(target, type) and target not in _BY_SLOTS:
                    raise ValueError(f"{flow.name} leads to {target.__name__}, which has no flow")


_check()
