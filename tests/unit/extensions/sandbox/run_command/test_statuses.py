# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
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
