# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statement that lets a service write to log groups, merged into CloudWatch Logs' resource policies. Pure.

A region can only have a few such policies, so they are shared: statements of others are kept.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import log_group_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import (
    VERSION,
    PolicyPlan,
    as_list,
    same_statement,
    statements_of,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import Document
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

# CloudWatch Logs quotas.
POLICIES_OF_A_REGION = 10
MAX_DOCUMENT_LENGTH = 5_120
SID = "ServicesWriteToLogGroups"
# EventBridge user guide, "CloudWatch Logs permissions".
SERVICES = ("events.amazonaws.com", "delivery.logs.amazonaws.com")
ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
NAME_PATTERN = re.compile(r"[^\s]{1,256}")
GROUP_PATTERN = re.compile(r"[.\-_/#A-Za-z0-9*]{1,512}")
SERVICE_PATTERN = re.compile(r"[a-z0-9.\-]+\.amazonaws\.com(\.cn)?")


@dataclasses.dataclass(frozen=True)
class PolicySpec:
    """The services that should write to log groups; names may contain C(*), and ARNs are accepted too."""

    name: str
    log_group_names: Sequence[str] = ()
    services: Sequence[str] = SERVICES
    purge_log_groups: bool = False

    def __post_init__(self) -> None:
        if not NAME_PATTERN.fullmatch(self.name):
            raise RequestError(f"name: {self.name!r} is not the name of a policy; allowed is text without spaces.")
        for service in self.services:
            if not SERVICE_PATTERN.fullmatch(service):
                raise RequestError(
                    f"services: {service!r} is not a service; allowed are names like events.amazonaws.com."
                )
        for group in self.log_group_names:
            if not GROUP_PATTERN.fullmatch(group) and not _is_log_group_arn(group):
                raise RequestError(
                    f"log_group_names: {group!r} is not the name of a log group; "
                    "allowed are letters, digits, . - _ / # and the wildcard *, and ARNs of log groups."
                )

    @property
    def sid(self) -> str:
        """The Sid of the statement: each set of services has a statement of its own."""
        if set(self.services) == set(SERVICES):
            return SID
        return SID + "For" + "And".join(sorted({_camel(service) for service in self.services}))

    def resources(self, place: Place) -> list[str]:
        """The ARNs of the log groups' streams, each once, in order."""
        return list(dict.fromkeys(_resource(group, place) for group in self.log_group_names))


def _camel(service: str) -> str:
    """A service principal as a part of a Sid, which takes letters and digits: C(DeliveryLogs)."""
    return "".join(part.title() for part in re.split(r"[.\-]", service.split(".amazonaws.com", maxsplit=1)[0]))


def _is_log_group_arn(text: str) -> bool:
    arn = parse_arn(text)
    return arn is not None and arn.service == "logs" and arn.resource.startswith("log-group:")


def _resource(group: str, place: Place) -> str:
    named = group.startswith("arn:")
    arn = group if named else log_group_arn(place.partition, place.region, place.account, group)
    return arn if arn.endswith(":*") else f"{arn}:*"


def plan_present(spec: PolicySpec, current: Mapping[str, str], place: Place) -> PolicyPlan:
    """The policy with the statement in it.

    :param current: all resource policies in the region, name to JSON text.
    :raises RequestError: there is no room for it, or it would be too long.
    """
    if not spec.log_group_names:
        raise RequestError("log_group_names: an empty list allows no access; allowed is at least one log group.")
    before = _document(spec.name, current)
    if before is None and len(current) >= POLICIES_OF_A_REGION:
        raise RequestError(
            f"name: {spec.name!r} would be one policy more than the {POLICIES_OF_A_REGION} of a region; "
            f"allowed is the name of an existing one to merge into: {', '.join(sorted(current))}."
        )
    others, own = _split(before, spec.sid)
    kept = [] if own is None or spec.purge_log_groups else as_list(own.get("Resource"))
    statement = _statement(spec, [*kept, *spec.resources(place)])
    if own is not None and same_statement(own, statement):
        return PolicyPlan(before, before)
    after = {**(before or {"Version": VERSION}), "Statement": [*others, statement]}
    length = len(json_texts.dump(after))
    if length > MAX_DOCUMENT_LENGTH:
        raise RequestError(
            f"log_group_names: the policy {spec.name!r} would have {length} characters; "
            f"allowed are at most {MAX_DOCUMENT_LENGTH}, so name the groups by a pattern like /aws/events/*."
        )
    return PolicyPlan(before, after)


def plan_absent(spec: PolicySpec, current: Mapping[str, str], place: Place) -> PolicyPlan:
    """The policy without the named log groups or, without any, without the statement; others' statements are kept."""
    before = _document(spec.name, current)
    others, own = _split(before, spec.sid)
    if before is None or own is None:
        return PolicyPlan(before, before)
    gone = set(spec.resources(place)) if spec.log_group_names else set(as_list(own.get("Resource")))
    left = [resource for resource in as_list(own.get("Resource")) if resource not in gone]
    if len(left) == len(as_list(own.get("Resource"))):
        return PolicyPlan(before, before)
    statements = [*others, {**own, "Resource": left}] if left else others
    return PolicyPlan(before, {**before, "Statement": statements} if statements else None)


def _document(name: str, current: Mapping[str, str]) -> Document | None:
    if name not in current:
        return None
    return json_texts.load_object(f"the policy {name}", current[name])


def _split(document: Document | None, sid: str) -> tuple[list[Document], Document | None]:
    statements = statements_of(document)
    own = next((statement for statement in statements if statement.get("Sid") == sid), None)
    return [statement for statement in statements if statement is not own], own


def _statement(spec: PolicySpec, resources: Iterable[str]) -> Document:
    return {
        "Sid": spec.sid,
        "Effect": "Allow",
        "Principal": {"Service": list(spec.services)},
        "Action": list(ACTIONS),
        "Resource": list(dict.fromkeys(resources)),
    }
