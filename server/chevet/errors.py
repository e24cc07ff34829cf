"""The few errors that Chevet raises on purpose, each with a stable code.

A code is a kebab-case key: screens translate it (`problem.<code>` in static/locales), machines compare it.
They become HTTP answers and close codes in one place, `routes/problems.py`.
"""


class ChevetError(Exception):
    """Base of every expected error. `code` is stable; `field` names the input at fault, if one is."""

    status = 500

    def __init__(self, code: str, detail: str = "", *, field: str | None = None) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.field = field


class InvalidInput(ChevetError):
    """What was sent cannot be used; the sender can mend it."""

    status = 400


class NotAuthenticated(ChevetError):
    """Nobody is signed in, or the sign-in no longer holds."""

    status = 401


class NotAllowed(ChevetError):
    """Somebody is known, but may not do this."""

    status = 403


class NotFound(ChevetError):
    """Absent, or not yours: the two are never told apart (A19)."""

    status = 404


class Conflict(ChevetError):
    """The state has moved on since the sender looked at it."""

    status = 409


class Gone(ChevetError):
    """It existed and is over: an expired, cancelled or finished invitation."""

    status = 410


class TooManyRequests(ChevetError):
    """A limit was reached; `retry_after_s` is in seconds."""

    status = 429

    def __init__(self, code: str, *, retry_after_s: int) -> None:
        super().__init__(code, f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Unavailable(ChevetError):
    """A part that this needs is not there just now."""

    status = 503


class Busy(Unavailable):
    """All places are taken; one will be free in `retry_after_s` seconds."""

    def __init__(self, code: str, *, retry_after_s: int) -> None:
        super().__init__(code, f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class DeliveryFailure(ChevetError):
    """A message did not leave. `code` is a reason that the dispatcher's screen can translate."""

    status = 502


class PermanentFailure(DeliveryFailure):
    """Trying again cannot help: wrong number, refused recipient, wrong credentials (F60)."""


class TransientFailure(DeliveryFailure):
    """Trying again may help: timeout, no answer, too many requests, trouble on their side.

    `retry_after_s` is what the other side asked for, in seconds, when it did.
    """

    def __init__(self, code: str, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s
