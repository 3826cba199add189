"""The languages of the service: the one list. CONTRIBUTING.md says what each of them needs."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["zh", "yue", "en"]
SPOKEN_LANGUAGES: tuple[Language, ...] = get_args(Language)
"""Those that are spoken and understood: Mandarin, Cantonese, English."""

WrittenLanguage = Literal["zh", "en"]
WRITTEN_LANGUAGES: tuple[WrittenLanguage, ...] = get_args(WrittenLanguage)
"""Those of texts and of the console. Who speaks one that is not written here reads Chinese."""
