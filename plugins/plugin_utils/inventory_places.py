# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the nodes of a task are, as far as the inventory says: a command works in one region of one account."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import ACCOUNT_PATTERN, REGION_PATTERN
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# A place: region and account ID, "" where the inventory does not say.
Place = tuple[str, str]


def host_variables_of(task_vars: Mapping[str, t.Any]) -> Iterable[Mapping[str, t.Any]]:
    """The variables that the inventory gives to each host itself, without templates; none without an inventory."""
    # Merged variables of 10,000 hosts take seconds, so this reads what inventory plugins have set.
    manager = getattr(task_vars.get("hostvars"), "_inventory", None)
    return [host.vars for host in manager.hosts.values()] if manager is not None else []


def check_one_place(instance_ids: Collection[str], hosts: Iterable[Mapping[str, t.Any]]) -> None:
    """Raise RequestError if the inventory has these nodes in several regions or accounts.

    :param hosts: variables of hosts, of which C(instance_id), C(region) and C(account_id) are read, as
        P(ssmops.run_command.managed_nodes#inventory) sets them.
    """
    wanted, examples = set(instance_ids), dict[Place, str]()
    for variables in hosts:
        node = variables.get("instance_id")
        if isinstance(node, str) and node in wanted:
            place = (
                _text(variables.get("region"), REGION_PATTERN),
                _text(variables.get("account_id"), ACCOUNT_PATTERN),
            )
            examples.setdefault(place, node)
    for what, kind in ((0, "regions"), (1, "accounts")):
        found = {place[what]: node for place, node in sorted(examples.items()) if place[what]}
        if len(found) > 1:
            named = ", ".join(f"{node} in {name}" for name, node in found.items())
            raise RequestError(
                f"instance_ids: the inventory has these nodes in several {kind} ({named}), and a command works in one: "
                "send to the nodes of each in an item of a loop, with its region and credentials."
            )


def _text(value: object, pattern: t.Any) -> str:
    # A variable of this name may mean something else.
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
