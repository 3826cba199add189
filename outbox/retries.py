"""What to do after a refusal or a failed delivery (tables). Pure.

Source: twilio.com/docs/api/errors for what the codes mean; the gaps are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from providers.texts import Refusal


@dataclass(frozen=True)
class RetryRule:
    """What follows a refusal.

    ``gaps``: how long to wait before each further try; none left means giving up, unless it
    ``goes_on`` with the last gap for as long as the text is of use. ``tries_next``: another
    provider may try first, at once. ``is_alarm``: somebody has to look at the service itself.
    """

    gaps: tuple[timedelta, ...] = ()
    goes_on: bool = False
    tries_next: bool = False
    is_alarm: bool = False

    def gap(self, refused_before: int) -> timedelta | None:
        """The wait after so many earlier refusals by the same provider; None to give up."""
        if refused_before < len(self.gaps):
            return self.gaps[refused_before]
        return self.gaps[-1] if self.goes_on and self.gaps else None


def _seconds(*values: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=value) for value in values)


def _minutes(*values: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=value) for value in values)


AFTER_REFUSAL: Mapping[Refusal, RetryRule] = {
    Refusal.BUSY: RetryRule(_seconds(2, 4, 8, 16, 32, 60, 120), goes_on=True),
    Refusal.DOWN: RetryRule(_seconds(5, 10, 30, 60, 120, 300), goes_on=True, tries_next=True),
    Refusal.SENDER: RetryRule(_minutes(1, 5, 15), goes_on=True, tries_next=True, is_alarm=True),
    Refusal.OTHER: RetryRule(_minutes(1, 10), tries_next=True),
    Refusal.UNREACHABLE: RetryRule(_minutes(10, 60)),
    Refusal.FILTERED: RetryRule(tries_next=True, is_alarm=True),
    Refusal.WORDS: RetryRule(tries_next=True, is_alarm=True),
    Refusal.OPTED_OUT: RetryRule(),
    Refusal.BAD_NUMBER: RetryRule(),
}
"""The provider would not take the text."""

AFTER_DELIVERY: Mapping[Refusal, RetryRule] = {
    Refusal.BUSY: RetryRule(_minutes(1, 10)),
    Refusal.UNREACHABLE: RetryRule(_minutes(10, 60)),
    Refusal.FILTERED: RetryRule(tries_next=True, is_alarm=True),
    Refusal.SENDER: RetryRule(tries_next=True, is_alarm=True),
    Refusal.WORDS: RetryRule(is_alarm=True),
    Refusal.DOWN: RetryRule(),
    Refusal.OTHER: RetryRule(),
    Refusal.OPTED_OUT: RetryRule(),
    Refusal.BAD_NUMBER: RetryRule(),
}
"""The provider took the text, and later reported that it was not delivered."""

# Unknown outcomes: when to look the text up at the provider, counted from the try, and how often
# before it is certain that the provider never had it: a request that timed out here can still be
# on its way there.
LOOKUP_AFTER = timedelta(seconds=15)
LOOKUP_GAP = timedelta(seconds=15)
LOOKUPS_BEFORE_RESEND = 2
# A provider that does not answer: the text is never sent again.
GIVE_UP_UNKNOWN_AFTER = timedelta(hours=1)
# A provider that cannot be asked: its report may still come, but later texts wait no longer.
GIVE_UP_UNASKABLE_AFTER = timedelta(minutes=2)
