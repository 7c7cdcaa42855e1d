# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Latency, rate limits and faults that tests put between a client and the services."""

from __future__ import annotations

import dataclasses
import random
import threading
import time
import typing as t

from ..wire.errors import ApiError

EVERY_OPERATION = "*"
# What goes wrong: before the request is acted on, or after it, when the answer is ready.
BEFORE: t.Final = frozenset({"throttle", "server_error", "cut", "expired_token", "hang"})
AFTER: t.Final = frozenset({"server_error_after", "cut_after", "truncate", "slow"})


class ConnectionCut(Exception):  # noqa: N818
    """The connection is to end with no answer."""


@dataclasses.dataclass
class Fault:
    """One kind of fault for one operation.

    times: how often at most, None for ever; skip: calls that go well first; probability: of each call after those;
    seconds: how long "hang" and "slow" take; delay: seconds from now on in which calls go well.
    """

    operation: str
    kind: str
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seconds: float = 0.0
    delay: float = 0.0

    def __post_init__(self) -> None:
        self._begins = time.monotonic() + self.delay
        if self.kind not in BEFORE | AFTER:
            raise ValueError(f"kind must be one of {', '.join(sorted(BEFORE | AFTER))}, not {self.kind!r}")

    def concerns(self, operation: str) -> bool:
        """Whether it may befall a call of this operation now."""
        named = self.operation in {operation, EVERY_OPERATION}
        return named and self.times != 0 and time.monotonic() >= self._begins


class TokenBucket:
    """rate calls a second, burst at once."""

    def __init__(self, rate: float, burst: float) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError(f"a rate limit needs a rate above 0 and a burst of at least 1, not {rate} and {burst}")
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at = time.monotonic()

    def take(self) -> bool:
        """Whether there was a token."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Faults:
    """What is to go wrong, by operation; "*" means every operation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The same seed lets the same calls fail.
        self._random = random.Random(0)  # noqa: S311
        self.clear()

    def clear(self) -> None:
        """Everything goes well again."""
        with self._lock:
            self._latency: dict[str, float] = {}
            self._buckets: dict[str, TokenBucket] = {}
            self._faults: list[Fault] = []

    def set_latency(self, seconds: t.Mapping[str, float]) -> None:
        """Seconds each call takes more, by operation, in place of what was set."""
        with self._lock:
            self._latency = {operation: float(value) for operation, value in seconds.items()}

    def set_rate_limits(self, limits: t.Mapping[str, t.Mapping[str, float]]) -> None:
        """Token buckets ({"rate": per second, "burst": calls}) by operation, in place of what was set."""
        buckets = {operation: TokenBucket(limit["rate"], limit["burst"]) for operation, limit in limits.items()}
        with self._lock:
            self._buckets = buckets

    def set_faults(self, faults: t.Sequence[t.Mapping[str, t.Any]], seed: int = 0) -> None:
        """Faults in place of those that were set; ValueError or TypeError for a wrong one."""
        made = [Fault(**fault) for fault in faults]
        with self._lock:
            self._faults, self._random = made, random.Random(seed)  # noqa: S311

    def before(self, operation: str) -> None:
        """Wait, and fail as asked, before a call is acted on; ApiError or ConnectionCut."""
        with self._lock:
            latency = self._latency.get(operation, self._latency.get(EVERY_OPERATION, 0.0))
            bucket = self._buckets.get(operation) or self._buckets.get(EVERY_OPERATION)
            throttled = bucket is not None and not bucket.take()
            fault = self._due(operation, BEFORE)
        time.sleep(latency)
        if throttled or (fault and fault.kind == "throttle"):
            raise ApiError("ThrottlingException", "Rate exceeded")
        if fault:
            _raise_before(fault)

    def after(self, operation: str) -> Fault | None:
        """The fault that is to befall the answer of a call."""
        with self._lock:
            return self._due(operation, AFTER)

    def _due(self, operation: str, kinds: frozenset[str]) -> Fault | None:
        for fault in self._faults:
            if fault.kind not in kinds or not fault.concerns(operation):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None


def _raise_before(fault: Fault) -> t.NoReturn:
    if fault.kind == "hang":
        time.sleep(fault.seconds)
    if fault.kind in {"cut", "hang"}:
        raise ConnectionCut
    if fault.kind == "expired_token":
        raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
    raise ApiError("InternalServerError", "An internal error occurred", status=500)
