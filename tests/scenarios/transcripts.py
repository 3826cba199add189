"""Played calls as pages for people to read."""

from __future__ import annotations

from pathlib import Path

from core.phones import mask
from tests.scenarios.runner import Moment, Played

FOLDER = Path(__file__).parents[2] / "docs" / "transcripts"
# How an act is shown; {0} is its value.
_SHOWN = {
    "dial": "📞 *dials 12333*",
    "say": "🗣 {0}",
    "mumble": "🗣 {0} *(heard badly)*",
    "press": "🔢 **{0}**",
    "silence": "… *silence*",
    "record": "⏺ *{0} seconds recorded*",
    "person": "👤 *person: {0}*",
    "wait": "⏳ *{0} seconds in queue*",
    "press_in_queue": "🔢 **{0}** *(in queue)*",
    "hang_up": "📴 *hangs up*",
}


def transcript_of(played: Played) -> str:
    """A call as a page: the citizen's acts in bold, what the line said as quotes, texts as code."""
    caller = played.caller if played.caller == "withheld" else mask(played.caller)
    lines = [f"# {played.title}", "", f"{played.at} · {caller} · {played.outcome}", ""]
    for moment in played.moments:
        lines += _lines(moment)
    return "\n".join(lines).rstrip() + "\n"


def citizens_part(page: str) -> list[str]:
    """The lines of a page that do not depend on the wording of answers."""
    marks = tuple(shown[0] for shown in _SHOWN.values())
    return [line for line in page.splitlines() if line.startswith(("#", *marks))]


def _lines(moment: Moment) -> list[str]:
    lines = [_SHOWN[moment.act].format(moment.value), ""]
    if moment.heard:
        lines += [*(f"> {words.strip()}" for words in moment.heard), ""]
    for text in moment.texts:
        lines += ["✉️", "", "```text", text.strip(), "```", ""]
    return lines
