"""What is refused here; to name it, nobody need import what reads the settings."""

from __future__ import annotations


class SettingsError(Exception):
    """The environment does not make a complete set of settings. The message is one sentence."""
