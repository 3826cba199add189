"""The tree of errors that the service raises on purpose.

HotlineError
├── ConfigurationError      the service cannot start as it is set up
├── InputError              what was given is not usable; carries the field
├── NotFoundError           what was asked for does not exist
├── ConflictError           a rule forbids the change in the present state
│   └── DuplicateError      the same thing was already recorded
├── PermissionDeniedError   the staff user may not do this
├── BusyError               too much of this is going on; it may be tried again
├── ContentError            a knowledge-base file is not acceptable
└── ProviderError           something outside the process failed
    ├── ProviderRefusedError    it said no; the request was not carried out
    └── ProviderUnknownError    no clear answer; it may or may not have been carried out
"""

from __future__ import annotations


class HotlineError(Exception):
    """Root of all errors that the service raises on purpose. The message is one plain sentence."""


class ConfigurationError(HotlineError):
    """The service cannot start as it is set up. The message says which setting, and the mend."""


class InputError(HotlineError):
    """What was given is not usable. ``field`` names the offending field, or is empty."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(HotlineError):
    """What was asked for does not exist."""


class ConflictError(HotlineError):
    """A rule of the domain forbids the change in the present state."""


class DuplicateError(ConflictError):
    """The same thing was already recorded; nothing was written the second time."""


class PermissionDeniedError(HotlineError):
    """The staff user's role does not allow this."""


class BusyError(HotlineError):
    """Too much of this is going on at the moment; the same request may succeed later."""


class ContentError(HotlineError):
    """A knowledge-base file is not acceptable. The message names file, field and reason."""


class ProviderError(HotlineError):
    """Something outside the process failed. ``code`` is the provider's own code, or 0."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class ProviderRefusedError(ProviderError):
    """The provider answered no: the request was certainly not carried out."""


class ProviderUnknownError(ProviderError):
    """No clear answer (timeout, 5xx): the request may or may not have been carried out."""
