"""Alerts of danger to life: raised by conversations, handled by staff, escalated when nobody acts.

An alert is an urgent case of the bureau with its own promise: staff act within five minutes. It has
no statutory deadline.
"""

from casework.danger.escalation import escalate_alerts
from casework.danger.handling import (
    Handling,
    acknowledge_alert,
    close_alert,
    note_call_reached,
    note_call_unanswered,
    take_alert,
)
from casework.danger.models import AlertOutcome, AlertState, DangerAlert, DangerKind
from casework.danger.raising import DangerReport, raise_danger_alert
from casework.danger.tracking import note_caller_gone, note_person_lost, note_person_reached

__all__ = [
    "AlertOutcome",
    "AlertState",
    "DangerAlert",
    "DangerKind",
    "DangerReport",
    "Handling",
    "acknowledge_alert",
    "close_alert",
    "escalate_alerts",
    "note_call_reached",
    "note_call_unanswered",
    "note_caller_gone",
    "note_person_lost",
    "note_person_reached",
    "raise_danger_alert",
    "take_alert",
]
