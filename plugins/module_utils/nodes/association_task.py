# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The request to attach an instance profile to instances, or to detach it, and its result. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import INSTANCE_ID_PATTERN
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.ec2 import FILTER_VALUES_MAX
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import (
    AssociationResult,
    OnConflict,
    describe_result,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import (
    check_wait_timeout,
    parse_instance_filters,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import parse_profile_name
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import Filters

FAILURES_TOLD = 10


@dataclasses.dataclass(frozen=True)
class AssociationRequest:
    """The profile and its instances; `instance_ids` is None if the filters select the instances."""

    name: str | None
    instance_ids: tuple[str, ...] | None
    filters: Filters
    absent: bool
    on_conflict: OnConflict
    wait: bool
    wait_online: bool
    wait_timeout: float


@dataclasses.dataclass(frozen=True)
class NodeHealth:
    """The state of a node in SSM, and the likely reason why it is not online."""

    ping_status: str
    reason: str


@dataclasses.dataclass(frozen=True)
class AssociationReport:
    """The result of each instance; `health` is None if it was not requested."""

    results: Sequence[AssociationResult]
    health: Mapping[str, NodeHealth] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def failures(self) -> dict[str, str]:
        """Why each instance failed, or is not online, by ID."""
        failed = {item.instance_id: item.msg for item in self.results if item.outcome == "failed"}
        offline = {node: f"is not online: {item.reason}" for node, item in (self.health or {}).items() if item.reason}
        return {**offline, **failed}

    @property
    def failure_message(self) -> str:
        """One line with the failed instances and their reasons."""
        failures = self.failures
        told = [f"{node} {reason}" for node, reason in list(failures.items())[:FAILURES_TOLD]]
        more = len(failures) - len(told)
        tail = f"; and {more} more, see associations" if more else ""
        return f"{len(failures)} of {len(self.results)} instances failed: {'; '.join(told)}{tail}"

    def result(self) -> dict[str, t.Any]:
        """The module's result."""
        return {
            "changed": any(item.changed for item in self.results),
            "associations": [self._describe(item) for item in self.results],
            "failed_instance_ids": list(self.failures),
            "diff": {
                "before": {item.instance_id: item.before for item in self.results},
                "after": {item.instance_id: item.after for item in self.results},
            },
        }

    def _describe(self, item: AssociationResult) -> dict[str, t.Any]:
        described = describe_result(item)
        if self.health is not None:
            health = self.health.get(item.instance_id, NodeHealth("", ""))
            described |= {"ping_status": health.ping_status, "offline_reason": health.reason}
        return described


def parse_association_request(options: Mapping[str, t.Any]) -> AssociationRequest:
    """A request from the module's options. Raises RequestError for an invalid request."""
    check_wait_timeout(options)
    name, ids, absent = options.get("name"), options.get("instance_ids"), options.get("state") == "absent"
    for instance_id in ids or ():
        if not INSTANCE_ID_PATTERN.fullmatch(instance_id):
            raise RequestError(
                f"instance_ids: {instance_id!r} is not an EC2 instance's ID; allowed are i- with 8 or 17 hexadecimal"
                " digits."
            )
    filters = parse_instance_filters(options.get("filters"), options.get("tags"), FILTER_VALUES_MAX)
    if ids is None and not filters:
        raise RequestError(
            "filters and tags: both are empty, which would select every instance; name at least one filter or tag."
        )
    if absent and options.get("wait_online"):
        raise RequestError("wait_online: it requires state 'present', but state is 'absent'.")
    return AssociationRequest(
        name=None if name is None else parse_profile_name(name, "name"),
        instance_ids=None if ids is None else tuple(dict.fromkeys(ids)),
        filters=filters,
        absent=absent,
        on_conflict=options.get("on_conflict") or "fail",
        wait=bool(options.get("wait", True)),
        wait_online=bool(options.get("wait_online")),
        wait_timeout=options.get("wait_timeout") or 0,
    )
