# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, invocations and nodes as the engine keeps them, with what a test says of them."""

from __future__ import annotations

import typing as t

from local_aws.nodes.managed_nodes import Node
from local_aws.run_command import statuses
from local_aws.run_command.actions import SHELL
from local_aws.run_command.documents import AWS_OWNED
from local_aws.run_command.model import Command, Invocation, Limits, PluginRun
from local_aws.run_command.plan import Argument, Step

REGION = "us-east-1"
ACCOUNT = "123456789012"


def node(instance_id: str = "i-1", **more: t.Any) -> Node:
    """A managed node."""
    return Node(instance_id=instance_id, region=REGION, account_id=ACCOUNT, **more)


def command(
    status: str = "Pending", details: str = "", *, requested_at: float = 0.0, document: str = "AWS-RunShellScript"
) -> Command:
    """A command with this outcome; details are those of the same name unless they are given."""
    return Command(
        command_id="c-1",
        region=REGION,
        request={"DocumentName": document},
        document=AWS_OWNED["AWS-RunShellScript"],
        steps=[],
        limits=Limits("50", "0", timeout_seconds=600, execution_timeout=3600),
        requested_at=requested_at,
        outcome=statuses.Outcome(status, details or status),
    )


def invocation(of: Command, details: str) -> Invocation:
    """An invocation of a command."""
    return Invocation(command=of, node=node(), plugins=[], details=details)


def step(inputs: t.Any = None, **more: t.Any) -> Step:
    """A step with these inputs."""
    return Step(**{"name": "one", "step_id": "one", "action": SHELL, "inputs": (inputs or {},), **more})


def plugin(details: str = "Pending", exit_code: int = -1, **more: t.Any) -> PluginRun:
    """A step of a node with its outcome; what is given besides is the step's."""
    return PluginRun(step=step(**more), details=details, exit_code=exit_code)


def equals(*arguments: str, **values: str) -> dict[str, list[Argument]]:
    """A precondition StringEquals; values: what stands for an argument once it is resolved."""
    return {"StringEquals": [Argument(argument, values.get(argument, argument)) for argument in arguments]}
