"""The flows as they are declared, drawn: ``docs/flows.md`` is this text. Pure."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import fields

from dialogue.flow import Flow, FlowSignal, StateSpec, Target
from dialogue.flows.registry import FLOWS
from dialogue.slots import State

_HEAD = """# Flows

Written by `python -m app flows > docs/flows.md`; a test compares the two. How a turn gets to a
flow, and what may happen at every prompt, stands in [conversations](conversations.md).

A flow is drawn from `begin`, where it decides on its first state. `other flow` in a box is a flow
that is started on top of this one or in its place. The black dot at the end: the flow is done, and
the one below it on the stack goes on. At every state a flow may also wait on, ask once more, or
leave what was heard to be understood as something else; these three are not drawn.
"""
_OVERVIEW = """## Overview

An arrow says that one flow may lead to another. The shared rules of a turn (danger, an agent, a
message, progress) may start their flows from every state.
"""
_TABLE = (
    "| state | leads to | own rule for silence | own rule for no-match | keys |",
    "|---|---|---|---|---|",
)
_BEGIN = "begin"


def draw_flows(flows: Iterable[Flow] = FLOWS) -> str:
    """All flows as Markdown with Mermaid diagrams: an overview, then each with its states."""
    known = tuple(flows)
    parts = [_HEAD, _OVERVIEW, *_fenced(_overview(known))]
    for flow in known:
        parts += [f"\n## {flow.name}\n", _describe(flow), "", *_fenced(_states(flow)), ""]
        parts += [*_TABLE, *(_row(flow, state) for state in flow.states)]
    return "\n".join(parts) + "\n"


def _fenced(lines: Iterable[str]) -> list[str]:
    return ["```mermaid", *lines, "```"]


def _overview(flows: Iterable[Flow]) -> Iterator[str]:
    yield "flowchart LR"
    for flow in flows:
        yield f'    {flow.name}["{flow.name}"]'
        others = (target for targets in _all_targets(flow) for target in targets)
        for name in dict.fromkeys(t.flow for t in others if isinstance(t, type)):
            yield f"    {flow.name} --> {name}"


def _all_targets(flow: Flow) -> Iterator[tuple[Target, ...]]:
    yield flow.to
    for spec in flow.specs.values():
        yield spec.to


def _states(flow: Flow) -> Iterator[str]:
    yield "stateDiagram-v2"
    boxes = dict.fromkeys(
        target for targets in _all_targets(flow) for target in targets if isinstance(target, type)
    )
    for box in boxes:
        yield f'    state "other flow: {box.flow}" as {_node(box)}'
    yield f"    [*] --> {_BEGIN}"
    yield from (f"    {_BEGIN} --> {_node(target)}" for target in flow.to)
    for state in flow.states:
        yield from (f"    {state} --> {_node(target)}" for target in flow.specs[state].to)


def _node(target: Target) -> str:
    match target:
        case State():
            return str(target)
        case FlowSignal.DONE:
            return "[*]"
        case FlowSignal():
            return target.name.lower()
    return f"to_{target.flow}"


def _describe(flow: Flow) -> str:
    """What the flow is for, what it gathers, and what it does out of turn."""
    slots = flow.slots
    names = ", ".join(f"`{field.name}`" for field in fields(slots)) or "none"
    traits = {
        "answers are filled in": slots.is_filling_in,
        "waits below another flow": slots.waits,
        "takes corrections": flow.correct is not None,
        "can be cancelled": flow.cancel is not None,
        "reacts to a hang-up": flow.hang_up is not None,
        "says so when it goes on": bool(flow.resumed),
    }
    stated = "; ".join(words for words, is_so in traits.items() if is_so)
    summary = (inspect.getdoc(flow.states) or "").split("\n\n")[0].replace("\n", " ")
    return f"{summary} Slots: {names}." + (f" {stated.capitalize()}." if stated else "")


def _row(flow: Flow, state: State) -> str:
    spec = flow.specs[state]
    cells = (
        f"`{state}`",
        ", ".join(_name(target) for target in spec.to) or "-",
        "yes" if spec.on_silence else "-",
        _no_match(spec),
        "a number, ended by #" if spec.takes_number else "-",
    )
    return f"| {' | '.join(cells)} |"


def _name(target: Target) -> str:
    match target:
        case State():
            return f"`{target}`"
        case FlowSignal():
            return target.value
    return f"flow `{target.flow}`"


def _no_match(spec: StateSpec) -> str:
    if spec.on_no_match:
        return "yes"
    return f"says `{spec.expects}`" if spec.expects else "-"
