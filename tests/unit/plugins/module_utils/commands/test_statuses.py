# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statuses are read in every spelling that AWS uses."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses


@pytest.mark.parametrize(
    ("status", "details", "outcome"),
    [
        ("Success", "Success", "success"),
        ("Failed", "Failed", "failed"),
        ("TimedOut", "ExecutionTimedOut", "execution_timed_out"),
        ("TimedOut", "Execution Timed Out", "execution_timed_out"),
        ("TimedOut", "DeliveryTimedOut", "delivery_timed_out"),
        ("TimedOut", "Delivery Timed Out", "delivery_timed_out"),
        ("Failed", "Undeliverable", "undeliverable"),
        ("Failed", "Terminated", "terminated"),
        ("Cancelled", "Terminated", "terminated"),
        ("Failed", "InvalidPlatform", "invalid_platform"),
        ("Failed", "AccessDenied", "access_denied"),
        ("Cancelled", "Canceled", "cancelled"),
        ("Cancelled", "Cancelled", "cancelled"),
        ("Pending", "Pending", "pending"),
        ("InProgress", "InProgress", "in_progress"),
        ("Delayed", "Delayed", "delayed"),
        ("Cancelling", "Cancelling", "in_progress"),
        # What has not succeeded by its Status has not succeeded, and AWS's words are not the engine's own.
        ("Failed", "Success", "failed"),
        ("Cancelled", "Success", "cancelled"),
        ("TimedOut", "Success", "execution_timed_out"),
        ("InProgress", "Success", "in_progress"),
        ("Failed", "NotSent", "failed"),
        ("InProgress", "Unlisted", "in_progress"),
        ("", "NotSent", "not_sent"),
        ("", "Unlisted", "unlisted"),
        ("Failed", "SomethingAwsAddsLater", "failed"),
        ("InProgress", "SomethingAwsAddsLater", "in_progress"),
    ],
)
def test_outcome(status: str, details: str, outcome: str) -> None:
    assert statuses.outcome_of(status, details) == outcome


def test_counts_have_all_outcomes_and_the_total() -> None:
    counts = statuses.count_outcomes(["success", "success", "failed"])
    assert (counts["success"], counts["failed"], counts["undeliverable"], counts["total"]) == (2, 1, 0, 3)
