# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What retrying may help, and a pace that AWS allows."""

from __future__ import annotations

import heapq
import itertools
import random
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import IncompleteAnswerError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import retries, track
from botocore import exceptions, parsers

from .fake_ssm import client_error


def aws_error(cause: Exception) -> AnsibleAWSError:
    return AnsibleAWSError(message="Failed", exception=cause)


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (aws_error(client_error("ThrottlingException")), True),
        (aws_error(client_error("InternalServerError", status=500)), True),
        (aws_error(client_error("503", status=503)), True),
        (aws_error(exceptions.EndpointConnectionError(endpoint_url="x")), True),
        (aws_error(exceptions.ConnectionClosedError(endpoint_url="x")), True),
        (aws_error(exceptions.ReadTimeoutError(endpoint_url="x")), True),
        (IncompleteAnswerError("cut", parsers.ResponseParserError("cut")), True),
        (IncompleteAnswerError("cut"), True),
        (aws_error(client_error("ExpiredTokenException")), False),
        (aws_error(client_error("AccessDeniedException")), False),
        (aws_error(exceptions.NoCredentialsError()), False),
        (track.UnknownCommandError("unknown"), False),
    ],
)
def test_what_asking_again_may_help(error: AnsibleAWSError, transient: bool) -> None:
    assert retries.is_transient(error) is transient


class Service:
    """AWS's token bucket: `rates` are (second, calls per second from then on); `threads` callers share one pacer."""

    def __init__(self, rates: list[tuple[float, float]], burst: float, latency: float, threads: int = 8) -> None:
        self.rates, self.burst, self.latency, self.threads = rates, burst, latency, threads
        self.calls = self.throttled = 0
        self.seconds = 0.0
        self._tokens, self._refilled = burst, 0.0
        self._random = random.Random(7)  # noqa: S311 - a latency is no secret
        self._pacer = retries.Pacer()
        self._order = itertools.count()
        self._events: list[tuple[float, int, str, t.Any]] = []

    def rate(self, now: float) -> float:
        return [rate for since, rate in self.rates if since <= now][-1]

    def serve(self, wanted: int) -> Service:
        """Let the threads make so many calls, each repeated until it succeeds."""
        for _thread in range(self.threads):
            self._at(0.0, "idle")
        while self._events:
            now, _order, event, started = heapq.heappop(self._events)
            if event == "idle":
                wanted -= 1
                if wanted >= 0:
                    self._at(now, "wait")
            elif event == "wait":
                pause = self._pacer.take_turn(now)
                under_way = self.latency * self._random.uniform(0.5, 0.75)
                self._at(now + (pause or under_way), "wait" if pause else "arrive", now)
            elif event == "arrive":
                self._at(now + self.latency / 2, "answer" if self._allows(now) else "refuse", started)
            elif event == "answer":
                self._pacer.succeeded(now)
                self.seconds = now
                self._at(now, "idle")
            else:
                self._pacer.throttled(started, now)
                self._at(now, "wait")
        return self

    def _at(self, moment: float, event: str, started: float = 0.0) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event, started))

    def _allows(self, now: float) -> bool:
        self._tokens = min(self.burst, self._tokens + (now - self._refilled) * self.rate(now))
        self._refilled = now
        self.calls += 1
        if self._tokens < 1:
            self.throttled += 1
            return False
        self._tokens -= 1
        return True

    def floor(self, wanted: int) -> float:
        """Seconds in which the bucket gives so many tokens."""
        left, now = wanted - self.burst, 0.0
        while left > 0:
            left -= self.rate(now) * 0.01
            now += 0.01
        return now


@pytest.mark.parametrize("latency", [0.005, 0.025, 0.1])
@pytest.mark.parametrize("burst", [5, 10, 20])
@pytest.mark.parametrize(
    ("rates", "wanted"),
    [([(0, 10)], 1_020), ([(0, 3)], 1_020), ([(0, 40)], 4_000), ([(0, 50), (10, 5), (60, 50)], 2_500)],
)
def test_calls_are_as_fast_as_aws_allows_and_hardly_throttled(
    rates: list[tuple[float, float]], wanted: int, burst: int, latency: float
) -> None:
    served = Service(rates, burst, latency).serve(wanted)
    assert served.throttled < 0.05 * served.calls
    assert served.calls <= 1.1 * wanted
    assert served.seconds <= 1.15 * served.floor(wanted) + 5


def test_nothing_is_held_back_before_the_first_throttle() -> None:
    pacer = retries.Pacer()
    assert {pacer.take_turn(0.0) for _call in range(1_000)} == {0.0}


def test_throttles_of_calls_that_were_under_way_say_nothing_new() -> None:
    first, more = retries.Pacer(), retries.Pacer()
    for pacer in (first, more):
        for number in range(10):
            pacer.succeeded(number / 10)
        pacer.throttled(0.9, 1.0)
    for _call in range(7):
        more.throttled(0.95, 1.0)
    assert more.take_turn(1.0) == first.take_turn(1.0) > 0
