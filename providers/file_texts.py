"""Texts into a file instead of to phones: for trials without any provider."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from core.clock import Clock
from core.errors import ProviderUnknownError
from providers.texts import AcceptedText, TextStatus, TextToSend


@dataclass(frozen=True)
class FileTexts:
    """The provider: one JSON object a line, readable by its owner only.

    ``echo`` (such as the console) gets a readable line for each text as well.
    """

    path: Path
    clock: Clock
    echo: TextIO | None = None
    name: str = "file"

    def send(self, text: TextToSend) -> AcceptedText:
        """See TextProvider. The text counts as sent when its line is on the disk."""
        sid = f"F{secrets.token_hex(16)}"
        line = {
            "sid": sid,
            "at": self.clock.now().isoformat(),
            "phone": text.phone,
            "words": text.words,
            "kind": text.kind,
            "reference": text.reference,
        }
        try:
            self._append(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise ProviderUnknownError(
                f"The file could not be written: {error.strerror}."
            ) from error
        if self.echo is not None:
            print(f"-> {text.phone}: {text.words}", file=self.echo, flush=True)
        return AcceptedText(sid, TextStatus.SENT)

    def find_sent(
        self, text: TextToSend, since: datetime, known_sids: frozenset[str]
    ) -> AcceptedText | None:
        """See TextProvider. The reference is in the file, so nothing has to be guessed."""
        for line in self._lines():
            if line["reference"] == text.reference and line["sid"] not in known_sids:
                return AcceptedText(line["sid"], TextStatus.SENT)
        return None

    def is_two_way(self, phone: str) -> bool:
        """See TextProvider."""
        return True

    def _append(self, line: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                # A process that was killed while it wrote leaves half a line, which was not sent.
                if line.endswith("\n"):
                    yield json.loads(line)
