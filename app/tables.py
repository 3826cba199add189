"""All tables of the service: importing this module declares them."""

from __future__ import annotations

import importlib

from core.database import Base

# Every module that declares tables.
TABLE_MODULES = (
    "core.ledger",
    "core.record_key",
    "core.reference_numbers",
    "accounts.models",
    "app.models",
    "callcentre.models",
    "casework.danger.models",
    "casework.models",
    "casework.notices",
    "casework.seal_exports",
    "dialogue.models",
    "hotline.models",
    "knowledge_base.models",
    "outbox.models",
    "privacy.models",
    "ratings.models",
    "sms.models",
)

for name in TABLE_MODULES:
    importlib.import_module(name)

metadata = Base.metadata
