"""How often something may happen: token buckets, in this process's memory."""

from collections.abc import Callable

from chevet.errors import TooManyRequests

MAX_KEYS = 50_000
"""Keys kept at most: beyond it the longest untouched go, so that made-up keys cannot fill the memory."""


class Limit:
    """At most `count` times in `period_s` seconds for one key, refilled evenly."""

    def __init__(self, count: int, period_s: float, clock: Callable[[], float]) -> None:
        self._count = count
        self._refill_per_s = count / period_s
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # key -> (tokens left, at)

    def spend(self, key: str, code: str = "too-many-requests", *, amount: int = 1) -> None:
        """Take `amount` tokens of `key`. Raises TooManyRequests (with `code`) when too few are left."""
        wait_s = self.wait_s(key, amount=amount)
        if wait_s > 0:
            raise TooManyRequests(code, retry_after_s=max(1, round(wait_s)))
        self._buckets[key] = (self._tokens(key) - amount, self._clock())
        if len(self._buckets) > MAX_KEYS:
            del self._buckets[next(iter(self._buckets))]

    def wait_s(self, key: str, *, amount: int = 1) -> float:
        """Seconds until `spend` would pass; 0 when it passes now."""
        missing = amount - self._tokens(key)
        return missing / self._refill_per_s if missing > 1e-9 else 0.0

    def forget(self, key: str) -> None:
        """Give `key` its whole allowance back, for example after a right password."""
        self._buckets.pop(key, None)

    def _tokens(self, key: str) -> float:
        tokens, at = self._buckets.pop(key, (float(self._count), self._clock()))
        self._buckets[key] = (tokens, at)  # the dictionary stays in order of use
        return min(self._count, tokens + (self._clock() - at) * self._refill_per_s)
