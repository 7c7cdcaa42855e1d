# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS-RunPatchBaseline does to a node and says of it."""

from __future__ import annotations

import pytest
from local_aws.nodes.software import Software
from local_aws.run_command import patching
from local_aws.run_command.patching import Request
from local_aws.wire.validation import validate

from .records import node

BEFORE = Software(installed_patches=10, missing_patches=3, failing_patches=1, pending_patches=2)
COUNTS = ("InstalledCount", "InstalledPendingRebootCount", "MissingCount", "FailedCount")


def request(operation: str, reboot_option: str = "RebootIfNeeded") -> Request:
    return Request(operation, reboot_option, "", "")


def test_inputs() -> None:
    inputs = {"operation": "Scan", "rebootOption": "NoReboot", "snapshotId": "1", "installOverrideList": "s3://a/b"}
    assert patching.read(inputs) == Request("Scan", "NoReboot", "1", "s3://a/b")


def test_a_scan_changes_nothing() -> None:
    patched = patching.patch(BEFORE, request("Scan"))
    assert (patched.software, patched.failed, patched.exit_code) == (BEFORE, 0, 0)


def test_an_installation_reboots_once() -> None:
    first = patching.patch(BEFORE, request("Install"))
    assert (first.software.installed_patches, first.software.missing_patches, first.exit_code) == (14, 1, 194)
    second = patching.patch(first.software, request("Install"))
    assert (second.software, second.failed, second.exit_code) == (first.software, 1, 1)


def test_an_installation_that_succeeds() -> None:
    first = patching.patch(Software(missing_patches=2), request("Install"))
    second = patching.patch(first.software, request("Install"))
    assert (first.exit_code, second.exit_code, second.software.missing_patches) == (194, 0, 0)


def test_an_installation_without_a_reboot_leaves_patches_pending() -> None:
    patched = patching.patch(BEFORE, request("Install", "NoReboot"))
    after = patched.software
    assert (after.installed_patches, after.pending_patches, after.missing_patches) == (10, 4, 1)
    assert (patched.failed, patched.exit_code) == (1, 1)


@pytest.mark.parametrize(
    ("operation", "counts", "noncompliant"),
    [("Scan", [10, 2, 3, 0], 5), ("Install", [10, 4, 0, 1], 5)],
)
def test_the_state_of_a_node(operation: str, counts: list[int], noncompliant: int) -> None:
    wanted = request(operation, "NoReboot")
    patched = patching.patch(BEFORE, wanted)
    found = patching.state(node(tags={"Patch Group": "web"}), wanted, patched, (10.0, 20.0))
    assert [found[name] for name in COUNTS] == counts
    assert found["SecurityNonCompliantCount"] == noncompliant
    assert (found["InstanceId"], found["PatchGroup"], found["Operation"]) == ("i-1", "web", operation)
    assert (found["OperationStartTime"], found["OperationEndTime"]) == (10.0, 20.0)
    assert ("LastNoRebootInstallOperationTime" in found) == (operation == "Install")
    assert len(found["SnapshotId"]) == 36
    validate("ssm", "GetPatchBaseline", {"BaselineId": found["BaselineId"]})


def test_the_summary_has_the_names_of_the_state() -> None:
    wanted = request("Scan")
    found = patching.state(node(), wanted, patching.patch(BEFORE, wanted), (0.0, 1.0))
    summary = patching.summary(found)
    lines = dict(line.split(":", 1) for line in summary.splitlines() if ":" in line)
    assert {name.strip(): value.strip() for name, value in lines.items()}["MissingCount"] == "3"
    assert "OperationEndTime             : 1970-01-01T00:00:01Z" in summary
