# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as a task has them that gives some and leaves the others to their defaults, and results of nodes."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import read_send_options
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.report import build_result
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest, build_request
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import CommandRecord, Run, Verdict
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import ARGUMENT_SPEC

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import SendOptions
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation

DEFAULTS: t.Final[Mapping[str, t.Any]] = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}


def send_options(given: Mapping[str, t.Any]) -> SendOptions:
    """The options of a task that sends, unchecked."""
    return read_send_options({**DEFAULTS, **given})


def make_request(given: Mapping[str, t.Any], parameters: Mapping[str, list[str]] | None = None) -> SendRequest:
    """The request of a task that sends, with these parameters of its document."""
    return build_request(send_options(given), parameters or {})


def given_record(*found: Invocation, command: t.Any = None, **more: t.Any) -> CommandRecord:
    """A command that has ended with these results."""
    default: t.Any = {
        "CommandId": "command",
        "Status": "Success",
        "StatusDetails": "Success",
        "TargetCount": len(found),
    }
    return CommandRecord(command or default, {one.instance_id: one for one in found}, **more)


def given_verdict(*found: Invocation, **more: t.Any) -> Verdict:
    """What a task knows that sent one command."""
    return Verdict(Run([given_record(*found, **more)]))


def given_result(*found: Invocation) -> dict[str, t.Any]:
    """The result of send_command with these results of nodes."""
    return build_result(given_verdict(*found))
