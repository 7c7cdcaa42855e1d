# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One layer retries, and it knows the deadline."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import (
    GIVEN_UP_SECONDS,
    LEAST_PATIENCE,
    Retrier,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import OUTAGE_TOLERANCE
from botocore import exceptions

from .fake_ssm import Clock, client_error

THROTTLE = client_error("ThrottlingException", "ListCommands")
OUTAGE = exceptions.ConnectionClosedError(endpoint_url="x")


class Failing:
    """A call that takes some seconds and fails so many times."""

    def __init__(self, clock: Clock, error: Exception, times: int = 1_000_000, seconds: float = 0.1) -> None:
        self.clock, self.error, self.times, self.seconds = clock, error, times, seconds
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        self.clock.sleep(self.seconds)
        if self.calls > self.times:
            return "found"
        raise AnsibleAWSError(message="Failed", exception=self.error)


@pytest.mark.parametrize("error", [THROTTLE, OUTAGE])
def test_what_passes_is_waited_out(error: Exception) -> None:
    clock = Clock()
    assert Retrier(clock.deadline(100)).call(Failing(clock, error, times=3)) == "found"


@pytest.mark.parametrize(
    ("error", "limit", "given_up_at"),
    [
        (THROTTLE, 20.0, 20.0),
        (THROTTLE, 500.0, 500.0),
        (THROTTLE, 0.0, LEAST_PATIENCE),
        (OUTAGE, 20.0, 20.0),
        (OUTAGE, 500.0, OUTAGE_TOLERANCE),
    ],
)
def test_repeating_ends_with_the_deadline(error: Exception, limit: float, given_up_at: float) -> None:
    clock = Clock()
    with pytest.raises(AnsibleAWSError, match="Failed"):
        Retrier(clock.deadline(limit)).call(Failing(clock, error))
    assert given_up_at <= clock.now <= given_up_at + 6


def test_calls_without_an_answer_end_with_the_deadline() -> None:
    clock = Clock()
    hanging = Failing(clock, exceptions.ReadTimeoutError(endpoint_url="x"), seconds=20)
    with pytest.raises(AnsibleAWSError, match="Failed"):
        Retrier(clock.deadline(10)).call(hanging)
    assert hanging.calls == 1


def test_a_stop_has_no_more_than_its_own_time() -> None:
    clock = Clock()
    retrier = Retrier(clock.deadline(7_200)).within(clock.deadline(2))
    with pytest.raises(AnsibleAWSError, match="Failed"):
        retrier.call(Failing(clock, THROTTLE))
    assert clock.now < 4


def test_what_will_not_pass_is_told_at_once() -> None:
    clock = Clock()
    refused = Failing(clock, client_error("AccessDeniedException"))
    with pytest.raises(AnsibleAWSError, match="Failed"):
        Retrier(clock.deadline(100)).call(refused)
    assert refused.calls == 1


def test_retriers_of_a_task_share_the_pace_of_each_operation() -> None:
    clock = Clock()
    first = Retrier(clock.deadline(100))
    first.call(Failing(clock, THROTTLE, times=1))
    began = clock.now
    first.within(clock.deadline(50)).call(Failing(clock, THROTTLE, times=0, seconds=0))
    assert clock.now > began
    began = clock.now

    def another() -> None:
        """Another operation."""

    first.call(another)
    assert clock.now == began


@pytest.mark.parametrize(("throttled", "passes"), [(64.0, True), (0.0, False)])
def test_a_throttle_is_no_outage(throttled: float, passes: bool) -> None:
    clock = Clock()

    def call() -> str:
        clock.sleep(0.1)
        error = THROTTLE if clock.now < throttled else OUTAGE
        if clock.now < 70:
            raise AnsibleAWSError(message="Failed", exception=error)
        return "found"

    retrier = Retrier(clock.deadline(500))
    if passes:
        assert retrier.call(call) == "found"
    else:
        with pytest.raises(AnsibleAWSError, match="Failed"):
            retrier.call(call)


def listing(clock: Clock, calls: list[float], error: Exception, seconds: float, ends: float) -> t.Callable[[], str]:
    """An operation that fails until a moment, after so many seconds each time."""

    def list_keys() -> str:
        calls.append(clock.now)
        clock.sleep(seconds)
        if clock.now < ends:
            raise AnsibleAWSError(message="Failed", exception=error)
        return "found"

    return list_keys


HANGING = exceptions.ReadTimeoutError(endpoint_url="x")


@pytest.mark.parametrize(("error", "seconds"), [(HANGING, 10.0), (OUTAGE, 0.1), (THROTTLE, 0.1)])
@pytest.mark.parametrize("limit", [0.0, 500.0])
def test_what_one_call_gave_up_the_next_does_not_try(error: Exception, seconds: float, limit: float) -> None:
    clock, calls = Clock(), list[float]()
    retrier = Retrier(clock.deadline(limit))
    call = listing(clock, calls, error, seconds, 1e9)
    with pytest.raises(AnsibleAWSError, match="Failed"):
        retrier.call(call)
    tried, given_up_at = len(calls), clock.now
    for _number in range(100):
        with pytest.raises(AnsibleAWSError, match="Failed"):
            retrier.call(call)
    # After the deadline, what had failed until then gets its patience once more.
    assert len(calls) <= tried + 4
    assert clock.now <= given_up_at + LEAST_PATIENCE + 1


def test_what_was_given_up_is_tried_again_after_a_while() -> None:
    clock, calls = Clock(), list[float]()
    retrier = Retrier(clock.deadline(0))
    call = listing(clock, calls, HANGING, 10.0, 15.0)
    with pytest.raises(AnsibleAWSError, match="Failed"):
        retrier.call(call)
    clock.sleep(GIVEN_UP_SECONDS + 1)
    assert retrier.call(call) == "found"


def test_a_success_makes_the_patience_new() -> None:
    clock = Clock()
    retrier = Retrier(clock.deadline(0))
    for _number in range(20):
        assert retrier.call(Failing(clock, OUTAGE, times=1, seconds=1)) == "found"


def test_what_aws_refuses_is_no_outage() -> None:
    clock, calls = Clock(), list[float]()
    retrier = Retrier(clock.deadline(0))
    refused = listing(clock, calls, client_error("AccessDenied", "ListKeys", 403), 10.0, 1e9)
    for _number in range(5):
        with pytest.raises(AnsibleAWSError, match="Failed"):
            retrier.call(refused)
    assert len(calls) == 5
