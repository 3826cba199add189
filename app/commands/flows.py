"""``python -m app flows``: the map of the dialogue's flows, drawn from the code."""

from __future__ import annotations

import argparse

from dialogue.flow_map import draw_flows


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("flows", help="print the flows and their transitions (Mermaid)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the map."""
    print(draw_flows(), end="")
    return 0
