# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from local_aws.run_command import statuses


@pytest.mark.parametrize(
    ("counts", "tolerated", "flags", "outcome"),
    [
        ({}, 0, {}, ("Success", "NoInstancesInTag")),
        ({}, 0, {"growing": True}, ("Pending", "Pending")),
        ({"Pending": 2}, 0, {}, ("Pending", "Pending")),
        ({"Pending": 1, "Success": 1}, 0, {}, ("InProgress", "InProgress")),
        ({"Delayed": 1}, 0, {}, ("InProgress", "Delayed")),
        ({"Success": 3}, 0, {}, ("Success", "Success")),
        ({"Success": 2, "Failed": 1}, 0, {}, ("Failed", "Failed")),
        ({"Success": 2, "Failed": 1}, 1, {}, ("Failed", "Incomplete")),
        ({"Failed": 1, "Terminated": 2}, 0, {}, ("Failed", "Failed")),
        ({"DeliveryTimedOut": 2}, 0, {}, ("TimedOut", "DeliveryTimedOut")),
        ({"Undeliverable": 1, "AccessDenied": 1}, 0, {}, ("Failed", "Failed")),
        ({"Undeliverable": 1, "Success": 1}, 0, {}, ("Success", "Success")),
        ({"InProgress": 1, "Cancelled": 1}, 0, {"cancelled": True}, ("Cancelling", "Cancelling")),
        ({"Success": 1, "Cancelled": 1}, 0, {"cancelled": True}, ("Cancelled", "Cancelled")),
    ],
)
def test_status_of_a_command(
    counts: dict[str, int], tolerated: int, flags: dict[str, bool], outcome: tuple[str, str]
) -> None:
    asked = {"cancelled": False, "growing": False, **flags}
    assert statuses.fold_command(counts, tolerated, **asked) == outcome


@pytest.mark.parametrize(
    ("exit_code", "cancelled", "details"),
    [(0, False, "Success"), (1, False, "Failed"), (137, False, "ExecutionTimedOut"), (137, True, "Cancelled")],
)
def test_details_of_an_exit_code(exit_code: int, cancelled: bool, details: str) -> None:
    assert statuses.of_exit_code(exit_code, cancelled=cancelled) == details


@pytest.mark.parametrize(
    ("details", "status", "is_terminal"),
    [
        ("Pending", "Pending", False),
        ("InProgress", "InProgress", False),
        ("Delayed", "Delayed", False),
        ("Cancelling", "Cancelling", False),
        ("Success", "Success", True),
        ("Failed", "Failed", True),
        ("ExecutionTimedOut", "TimedOut", True),
        ("DeliveryTimedOut", "TimedOut", True),
        ("Undeliverable", "Failed", True),
        ("Terminated", "Failed", True),
        ("InvalidPlatform", "Failed", True),
        ("AccessDenied", "Failed", True),
        ("Cancelled", "Cancelled", True),
    ],
)
def test_status_of_an_invocation(details: str, status: str, is_terminal: bool) -> None:
    assert statuses.STATUS_OF_DETAILS[details] == status
    assert statuses.is_terminal(details) == is_terminal


@pytest.mark.parametrize(
    ("counts", "tolerated", "flags", "outcome"),
    [
        ({"Pending": 0, "Success": 1}, 0, {}, ("Success", "Success")),
        ({"Success": 1}, 0, {"growing": True}, ("InProgress", "InProgress")),
        ({}, 0, {"growing": True, "cancelled": True}, ("Cancelling", "Cancelling")),
        ({"Delayed": 1, "InProgress": 1}, 0, {}, ("InProgress", "InProgress")),
        ({"Delayed": 1, "Pending": 1}, 0, {}, ("InProgress", "InProgress")),
        ({"Delayed": 1, "Success": 1}, 0, {}, ("InProgress", "Delayed")),
        ({"Cancelling": 1}, 0, {}, ("InProgress", "InProgress")),
        ({"Success": 1, "Cancelled": 1}, 0, {}, ("Failed", "Incomplete")),
        ({"Success": 2}, 0, {"cancelled": True}, ("Success", "Success")),
        ({"Failed": 1, "Cancelled": 1}, 0, {"cancelled": True}, ("Cancelled", "Cancelled")),
        ({"Failed": 1, "ExecutionTimedOut": 1}, 1, {}, ("Failed", "Failed")),
        ({"Failed": 1, "ExecutionTimedOut": 1}, 2, {}, ("Failed", "Incomplete")),
        ({"DeliveryTimedOut": 5, "Success": 1}, 0, {}, ("Failed", "Incomplete")),
        ({"Undeliverable": 1}, 9, {}, ("Failed", "Failed")),
        ({"InvalidPlatform": 1}, 9, {}, ("Failed", "Failed")),
        ({"AccessDenied": 1}, 9, {}, ("Failed", "Failed")),
        ({"InvalidPlatform": 1, "Success": 1}, 0, {}, ("Success", "Success")),
        ({"Undeliverable": 1, "DeliveryTimedOut": 1}, 9, {}, ("Failed", "Incomplete")),
        ({"Terminated": 1}, 0, {}, ("Failed", "Incomplete")),
        ({"Undeliverable": 1, "InvalidPlatform": 1, "AccessDenied": 1}, 0, {}, ("Failed", "Failed")),
        ({"Undeliverable": 1, "InvalidPlatform": 1, "AccessDenied": 1, "Success": 1}, 0, {}, ("Success", "Success")),
    ],
)
def test_status_of_a_command_with_mixed_nodes(
    counts: dict[str, int], tolerated: int, flags: dict[str, bool], outcome: tuple[str, str]
) -> None:
    asked = {"cancelled": False, "growing": False, **flags}
    assert statuses.fold_command(counts, tolerated, **asked) == outcome


@pytest.mark.parametrize(
    ("exit_code", "cancelled", "details"),
    [(0, True, "Success"), (1, True, "Failed"), (136, False, "Failed"), (138, False, "Failed"), (194, False, "Failed")],
)
def test_only_137_is_a_script_that_was_stopped(exit_code: int, cancelled: bool, details: str) -> None:
    assert statuses.of_exit_code(exit_code, cancelled=cancelled) == details


@pytest.mark.parametrize(
    ("details", "worst"),
    [
        ([], "Success"),
        (["Success", "Success"], "Success"),
        (["Success", "Failed"], "Failed"),
        (["Failed", "ExecutionTimedOut"], "Failed"),
        (["Cancelled", "ExecutionTimedOut"], "ExecutionTimedOut"),
        (["Cancelled", "Success"], "Cancelled"),
    ],
)
def test_the_worst_plugin_wins(details: list[str], worst: str) -> None:
    assert statuses.fold_plugins(details) == worst


def test_words_and_codes_of_aws() -> None:
    assert (statuses.REBOOT_EXIT_CODE, statuses.STOPPED_EXIT_CODE) == (194, 137)
    assert (statuses.RATE_EXCEEDED, statuses.NO_INSTANCES_IN_TAG) == ("RateExceeded", "NoInstancesInTag")
    assert statuses.of_exit_code(137) == "ExecutionTimedOut"
