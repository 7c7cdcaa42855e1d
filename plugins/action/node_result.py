# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives each inventory host the result of its own node, without a call to AWS."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.ssmops.run_command.plugins.plugin_utils.node_verdict import (
    ID_VARIABLES,
    MissingNodeError,
    VerdictError,
    node_of,
    verdict,
)

ARGUMENT_SPEC: t.Final = {
    "result": {"type": "dict", "required": True},
    "instance_id": {"type": "str"},
    "missing": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
}


class ActionModule(ActionBase):
    """The action behind M(ssmops.run_command.node_result)."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The result of the host."""
        super().run(tmp, task_vars)
        _validation, arguments = ActionBase.validate_argument_spec(self, ARGUMENT_SPEC)
        variables = task_vars or {}
        # Inventory variables may contain templates.
        named = {name: self._templar.template(variables[name]) for name in ID_VARIABLES if name in variables}
        node = node_of(str(variables.get("inventory_hostname", "")), named, arguments["instance_id"])
        try:
            return verdict(arguments["result"], node)
        except VerdictError as error:
            if arguments["missing"] == "skip" and isinstance(error, MissingNodeError):
                return {"skipped": True, "msg": str(error)}
            raise AnsibleActionFail(str(error)) from error
