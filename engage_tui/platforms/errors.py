"""What can go wrong when talking to a platform, as kinds that the outbox and the sync understand.

PlatformError
├── Unreachable       the request provably never began: safe to repeat
├── RateLimited       refused before any effect, with a time to wait
├── SignInNeeded      the token is dead or lacks a permission: the account is parked
├── Refused           a definite no; repeating the same request cannot help
│   └── Gone          the target does not exist (any more)
├── Unavailable       a read failed on the platform's side: repeat later
└── OutcomeUnknown    a write may or may not have happened: never repeat it blindly
"""

from __future__ import annotations

from engage_tui.domain.model import Millis


class PlatformError(Exception):
    """Base of all; `sentence` is for people, without URL, token or remote text."""

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        """The platform's own code (`quotaExceeded`, `190/460`), for logs and tests."""


class Unreachable(PlatformError):
    """Name look-up, connection or TLS failed: nothing left this machine."""


class RateLimited(PlatformError):
    """Too many calls or no quota left; `retry_after` is how long to wait, in milliseconds."""

    def __init__(self, sentence: str, *, retry_after: Millis, code: str = "") -> None:
        super().__init__(sentence, code=code)
        self.retry_after = retry_after


class SignInNeeded(PlatformError):
    """The account must be connected again before anything else is tried."""


class Refused(PlatformError):
    """The platform understood and said no."""


class Gone(Refused):
    """The comment, thread or person is not there any more."""


class Unavailable(PlatformError):
    """A read did not work out; nothing was changed by it."""


class OutcomeUnknown(PlatformError):
    """The request left this machine and no trustworthy answer came back."""
