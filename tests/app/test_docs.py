"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from app.cli import COMMANDS
from app.jobs import JOBS
from config.settings import Settings

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return OPERATIONS.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", section("Settings"), re.MULTILINE)
    assert sorted(documented) == sorted(name.upper() for name in Settings.model_fields)


def test_every_job_is_documented_with_its_times() -> None:
    documented = re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", section("Scheduled work"), re.MULTILINE)
    assert documented == [(job.name, job.when) for job in JOBS]


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"python -m app {name}" in readme, name
