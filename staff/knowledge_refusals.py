"""What the knowledge base refuses, in the reader's language."""

from __future__ import annotations

import re

from core.errors import ContentError, HotlineError
from staff.words import explain, t

REFUSALS: tuple[tuple[str, str], ...] = (
    (r"A version needs a reason\.", "reason"),
    (r"Retiring needs a reason\.", "reason"),
    (r"Version (?P<number>.+) of .+ is no draft any more\.", "no_draft"),
    (r"Version (?P<number>.+) of .+ is not in review\.", "not_in_review"),
    (r".+ wrote this version; a second person has to review it\.", "own"),
    (r"A second person has to review what is published\.", "own"),
    (r"Version (?P<number>.+) of .+ has begun\.", "begun"),
    (r"Version (?P<number>.+) of .+ was never published\.", "never_published"),
    (r"effective_from must not lie before (?P<day>.+), when the version .+ began\.", "too_early"),
    (r"A version that is .+ cannot become .+\.", "not_now"),
    (r"Version (?P<number>.+) of .+ was published since this one was begun; .+", "newer_base"),
    (r"Nothing of .+ is published\.", "nothing_published"),
    (r".+ has an open version already\.", "has_open"),
    (r"Group .+ is .+ already\.", "settled"),
    (r"The questions cannot be added: (?P<reason>.+)", "no_place"),
)
"""A sentence of the knowledge base, and the key of its words under ``kb_refused``."""


def explain_refusal(error: HotlineError) -> str:
    """The refusal as a sentence. What a check found keeps its own words: field and reason."""
    sentence = str(error)
    if isinstance(error, ContentError):
        return t("kb_refused.content", reason=sentence)
    for pattern, key in REFUSALS:
        found = re.fullmatch(pattern, sentence, re.DOTALL)
        if found is not None:
            return t(f"kb_refused.{key}", **found.groupdict())
    return explain(sentence)
