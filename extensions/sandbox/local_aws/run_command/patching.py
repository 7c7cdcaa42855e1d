# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS-RunPatchBaseline does on a node that only pretends to be patched. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t
import uuid

from . import statuses

if t.TYPE_CHECKING:
    from ..nodes.managed_nodes import Node
    from ..nodes.software import Software

Json = dict[str, t.Any]
_INSTALL: t.Final = "Install"
_NO_REBOOT: t.Final = "NoReboot"
_FAILED_EXIT_CODE: t.Final = 1
_BASELINE: t.Final = "pb-0123456789abcdef0"
_TIMES: t.Final = frozenset({"OperationStartTime", "OperationEndTime", "LastNoRebootInstallOperationTime"})


class Request(t.NamedTuple):
    """What is asked for: Scan or Install, RebootIfNeeded or NoReboot."""

    operation: str
    reboot_option: str
    snapshot_id: str
    override_list: str


class Patched(t.NamedTuple):
    """What is on the node then, how many patches could not be installed, and the exit code; 194: it must reboot."""

    software: Software
    failed: int
    exit_code: int


def read(inputs: t.Mapping[str, t.Any]) -> Request:
    """The inputs of a step."""
    names = ("operation", "rebootOption", "snapshotId", "installOverrideList")
    return Request(*(str(inputs.get(name) or "") for name in names))


def patch(software: Software, request: Request) -> Patched:
    """Scan or install: whatever is installed needs a reboot, which is made at once, or is pending."""
    if request.operation != _INSTALL:
        return Patched(software, 0, 0)
    failed = min(software.failing_patches, software.missing_patches)
    fresh = software.missing_patches - failed
    if request.reboot_option == _NO_REBOOT:
        after = dataclasses.replace(software, missing_patches=failed, pending_patches=software.pending_patches + fresh)
    elif fresh + software.pending_patches:
        installed = software.installed_patches + fresh + software.pending_patches
        after = dataclasses.replace(software, missing_patches=failed, pending_patches=0, installed_patches=installed)
        return Patched(after, failed, statuses.REBOOT_EXIT_CODE)
    else:
        after = software
    return Patched(after, failed, _FAILED_EXIT_CODE if failed else 0)


def state(node: Node, request: Request, patched: Patched, times: tuple[float, float]) -> Json:
    """The InstancePatchState of a node; times: begin and end of the operation, seconds since the epoch."""
    software, is_scan = patched.software, request.operation != _INSTALL
    missing = software.missing_patches if is_scan else 0
    found: Json = {
        "InstanceId": node.instance_id,
        "PatchGroup": node.tags.get("Patch Group") or node.tags.get("PatchGroup", ""),
        "BaselineId": _BASELINE,
        "SnapshotId": request.snapshot_id or str(uuid.uuid4()),
        "InstalledCount": software.installed_patches,
        "InstalledOtherCount": 0,
        "InstalledPendingRebootCount": software.pending_patches,
        "InstalledRejectedCount": 0,
        "MissingCount": missing,
        "FailedCount": patched.failed,
        "UnreportedNotApplicableCount": 0,
        "NotApplicableCount": 0,
        "OperationStartTime": times[0],
        "OperationEndTime": times[1],
        "Operation": request.operation,
        "RebootOption": request.reboot_option,
        "CriticalNonCompliantCount": 0,
        "SecurityNonCompliantCount": missing + patched.failed + software.pending_patches,
        "OtherNonCompliantCount": 0,
    }
    if request.override_list:
        found["InstallOverrideList"] = request.override_list
    if request.reboot_option == _NO_REBOOT and not is_scan:
        found["LastNoRebootInstallOperationTime"] = times[1]
    return found


def summary(found: Json) -> str:
    """What the step writes of an InstancePatchState: a line for each of its members."""
    lines = [f"{name:<28} : {_shown(name, value)}" for name, value in found.items() if name != "InstanceId"]
    return "\n".join([f"Patch summary of {found['InstanceId']}", *lines]) + "\n"


def _shown(name: str, value: t.Any) -> str:
    if name not in _TIMES:
        return str(value)
    return datetime.datetime.fromtimestamp(value, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
