"""Texts that are answered with a sentence instead of a turn. Pure."""

from __future__ import annotations

from sms.languages import is_other_language

LONG_CHARACTERS = 400


def find_remark(words: str, attachments: int, *, is_asking: bool) -> str | None:
    """The wording to answer with, or None when the text is for the dialogue.

    ``is_asking``: the citizen is free to ask, and not in the middle of a petition or message, where
    a name in another language is an answer.
    """
    if not words:
        return "question.picture" if attachments else "question.empty"
    if is_asking and not any(character.isalnum() for character in words):
        return "question.only_signs"
    if is_asking and is_other_language(words):
        return "question.other_language"
    return None


def find_addition(words: str, attachments: int, *, is_asking: bool) -> str | None:
    """The wording to add to the dialogue's answer, or None."""
    if attachments:
        return "question.picture_beside"
    if is_asking and len(words) > LONG_CHARACTERS:
        return "question.long"
    return None
