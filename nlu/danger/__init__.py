"""Danger to life in what a citizen says or writes."""

from nlu.danger.finding import find_danger
from nlu.danger.kinds import Danger, DangerKind, DangerLevel

__all__ = ["Danger", "DangerKind", "DangerLevel", "find_danger"]
