"""A service that is not set up does not start, and says why in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.providers.gateway_double import ENVIRONMENT, EXAMPLE

ROOT = Path(__file__).parents[2]
SCHEDULER = ["-m", "app", "scheduler"]
WEB = [
    "-m", "gunicorn", "-c", "python:app.gunicorn_settings", "--bind", "127.0.0.1:0",
    "--workers", "1", "--no-control-socket", "app.wsgi:application",
]  # fmt: skip


@pytest.mark.parametrize("process", [SCHEDULER, WEB], ids=["scheduler", "web"])
def test_without_the_gateways_secret_production_does_not_start(
    tmp_path: Path, process: list[str]
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PUBLIC_BASE_URL": "https://hotline.example",
        "SECRET_KEY": "s" * 32,
        "DATA_KEY": "d" * 32,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'hotline.sqlite3'}",
        "REDIS_URL": f"unix://{tmp_path / 'none.sock'}",
        "VAR_DIR": str(tmp_path),
        "TEXT_PROVIDERS": str(EXAMPLE),
        **ENVIRONMENT,
        "GATEWAY_SECRET": "",
    }
    ended = subprocess.run(
        [sys.executable, *process],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    said = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    assert said == [
        "error: The gateway example-gateway needs the environment settings GATEWAY_SECRET."
    ]
