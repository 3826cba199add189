"""What every process works with, without the rooms: little to import."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from config.offices import OfficeDirectory, load_offices
from config.settings import Settings
from core.clock import AdvancedClock, Clock, SystemClock
from core.database import Database
from core.encryption import Vault
from core.phones import COUNTRIES_RULE
from core.record_key import load_lookup_key


@dataclass(frozen=True)
class Foundations:
    """Time, secrets, database and offices, built when they are first needed."""

    settings: Settings

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or in a trial one that can be moved."""
        offset_file = self.settings.clock_offset_file
        return AdvancedClock(offset_file) if offset_file else SystemClock()

    @cached_property
    def vault(self) -> Vault:
        """Seals personal data."""
        return Vault(self.settings.data_key, *self.settings.older_data_keys)

    @cached_property
    def database(self) -> Database:
        """The database."""
        rules = {COUNTRIES_RULE: self.settings.countries}
        database = Database(self.settings.database_url, self.vault, rules=rules)
        load_lookup_key(database)
        return database

    @cached_property
    def offices(self) -> OfficeDirectory:
        """All offices."""
        return load_offices()
