# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a task waits for its commands. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.option_checks import MAX_EXECUTION_TIMEOUT

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import AttachOptions, SendOptions
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest

# SendCommand's default for TimeoutSeconds, and the default executionTimeout of AWS's documents (seconds).
DEFAULT_DELIVERY_TIMEOUT = 3600
DEFAULT_EXECUTION_TIMEOUT = 3600
# How long the last node's response may take beyond AWS's own total timeout (seconds).
WAIT_MARGIN = 60
# AWS has ended every command by then: the longest TimeoutSeconds and the longest executionTimeout (seconds).
LONGEST_COMMAND = 2_592_000 + MAX_EXECUTION_TIMEOUT


def seconds_for_sent(options: SendOptions, request: SendRequest) -> float:
    """wait_timeout, or otherwise the seconds that AWS itself gives the commands to be delivered and to run."""
    if options.wait.wait_timeout is not None:
        return float(options.wait.wait_timeout)
    delivery = options.command.timeout_seconds or DEFAULT_DELIVERY_TIMEOUT
    given = request.fields.get("Parameters", {}).get("executionTimeout", [""])[0]
    execution = int(given) if given.isdecimal() else DEFAULT_EXECUTION_TIMEOUT
    rounds = request.rounds * (1 + options.wait.retry_undelivered)
    return float(rounds * (delivery + execution) + WAIT_MARGIN)


def seconds_for_attached(options: AttachOptions) -> float:
    """wait_timeout, or otherwise long enough for any command: AWS knows the time of these, and ends them."""
    if options.wait.wait_timeout is not None:
        return float(options.wait.wait_timeout)
    return float(LONGEST_COMMAND + WAIT_MARGIN)
