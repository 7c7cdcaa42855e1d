# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ListCommands and ListCommandInvocations."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from local_aws.run_command import listing
from local_aws.wire.errors import ApiError

from .records import command, invocation

if t.TYPE_CHECKING:
    from local_aws.run_command.model import Command, Invocation

NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC).timestamp()
ARN = "arn:aws:ssm:us-east-1:123456789012:document/mine"
Filters = list[dict[str, str]]


def command_matches(sent: Command, filters: Filters) -> bool:
    return listing.matches(listing.Entry.of_command(sent), filters)


def invocation_matches(one: Invocation, filters: Filters) -> bool:
    return listing.matches(listing.Entry.of_invocation(one), filters)


@pytest.mark.parametrize(
    ("key", "value", "seconds_after_noon", "is_shown"),
    [
        ("InvokedAfter", "2026-01-31T12:00:00Z", -0.001, False),
        ("InvokedAfter", "2026-01-31T12:00:00Z", 0, True),
        ("InvokedAfter", "2026-01-31T12:00:00Z", 0.001, True),
        ("InvokedBefore", "2026-01-31T12:00:00Z", -0.001, True),
        ("InvokedBefore", "2026-01-31T12:00:00Z", 0, False),
        ("InvokedBefore", "2026-01-31T12:00:00Z", 0.001, False),
        ("InvokedAfter", "2026-01-31T12:00:00", 0, True),
        ("InvokedAfter", "2026-01-31T12:00:00", -0.001, False),
        ("InvokedAfter", "2026-01-31T13:00:00+01:00", 0, True),
        ("InvokedAfter", "2026-01-31T13:00:00+01:00", -0.001, False),
    ],
)
def test_times(key: str, value: str, seconds_after_noon: float, is_shown: bool) -> None:
    sent = command(requested_at=NOON + seconds_after_noon)
    filters = [{"key": key, "value": value}]
    assert command_matches(sent, filters) == is_shown
    assert invocation_matches(invocation(sent, "Pending"), filters) == is_shown


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("Pending", "Executing"),
        ("InProgress", "Executing"),
        ("Cancelling", "Executing"),
        ("Success", "Complete"),
        ("Failed", "Complete"),
        ("TimedOut", "Complete"),
        ("Cancelled", "Complete"),
    ],
)
def test_stages(status: str, stage: str) -> None:
    found = {
        value
        for value in ("Executing", "Complete")
        if command_matches(command(status), [{"key": "ExecutionStage", "value": value}])
    }
    assert found == {stage}


@pytest.mark.parametrize(
    ("sent", "wanted", "is_shown"),
    [
        ("AWS-RunShellScript", "AWS-RunShellScript", True),
        ("AWS-RunShellScript", "AWS-RunPowerShellScript", False),
        (ARN, "mine", True),
        ("mine", ARN, True),
        (ARN, ARN, True),
        (ARN, "yours", False),
    ],
)
def test_documents(sent: str, wanted: str, is_shown: bool) -> None:
    filters = [{"key": "DocumentName", "value": wanted}]
    assert command_matches(command(document=sent), filters) == is_shown


def test_status_is_the_command_s_own() -> None:
    timed_out = command("TimedOut", "DeliveryTimedOut")
    assert command_matches(timed_out, [{"key": "Status", "value": "TimedOut"}])
    assert not command_matches(timed_out, [{"key": "Status", "value": "DeliveryTimedOut"}])
    assert not command_matches(timed_out, [{"key": "Status", "value": "Failed"}])


@pytest.mark.parametrize(
    ("details", "status", "stage"),
    [
        ("Success", "Success", "Complete"),
        ("Undeliverable", "Failed", "Complete"),
        ("ExecutionTimedOut", "TimedOut", "Complete"),
        ("InProgress", "InProgress", "Executing"),
        ("Delayed", "Delayed", "Executing"),
    ],
)
def test_status_of_an_invocation_is_not_its_command_s(details: str, status: str, stage: str) -> None:
    one = invocation(command("Cancelled"), details)
    assert invocation_matches(one, [{"key": "Status", "value": status}])
    assert not invocation_matches(one, [{"key": "Status", "value": "Cancelled"}])
    assert invocation_matches(one, [{"key": "ExecutionStage", "value": stage}])
    other = {"Complete": "Executing", "Executing": "Complete"}[stage]
    assert not invocation_matches(one, [{"key": "ExecutionStage", "value": other}])


def test_every_filter_counts() -> None:
    sent, success = command("Success", requested_at=NOON), {"key": "Status", "value": "Success"}
    before, after = ({"key": f"Invoked{side}", "value": "2026-01-31T11:00:00Z"} for side in ("Before", "After"))
    assert command_matches(sent, [])
    assert command_matches(sent, [success, after])
    assert not command_matches(sent, [success, before])
    assert not command_matches(sent, [before, success])
    assert not invocation_matches(invocation(sent, "Success"), [success, before])


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("InvokedAfter", ["2026-01-31T00:00:00Z", "2026-01-31T00:00:00.5+02:00"]),
        (
            "Status",
            [
                *("Pending", "InProgress", "Delayed", "Success", "Cancelled"),
                *("Failed", "TimedOut", "Cancelling"),
            ],
        ),
        ("ExecutionStage", ["Executing", "Complete"]),
        ("DocumentName", ["whatever"]),
    ],
)
def test_values_that_are_taken(key: str, values: list[str]) -> None:
    filters = [{"key": key, "value": value} for value in values]
    listing.check(filters)
    assert [given["value"] for given in filters] == values


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("InvokedAfter", "yesterday", "yesterday is not a time like 2026-01-31T00:00:00Z"),
        ("InvokedBefore", "31.01.2026", "31.01.2026 is not a time"),
        ("Status", "success", "The value success of filter Status is not valid"),
        ("Status", "DeliveryTimedOut", "The value DeliveryTimedOut of filter Status is not valid"),
        ("ExecutionStage", "Pending", "The value Pending of filter ExecutionStage is not valid"),
    ],
)
def test_values_that_are_refused(key: str, value: str, words: str) -> None:
    with pytest.raises(ApiError, match=words) as refusal:
        listing.check([{"key": "DocumentName", "value": "mine"}, {"key": key, "value": value}])
    assert refusal.value.code == "ValidationException"
