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
    from mypy_boto3_ssm.type_defs import CommandTypeDef

# SendCommand's default for TimeoutSeconds, and the default executionTimeout of AWS's documents (seconds).
DEFAULT_DELIVERY_TIMEOUT = 3600
DEFAULT_EXECUTION_TIMEOUT = 3600
# How long the last node's response may take beyond AWS's own total timeout (seconds).
WAIT_MARGIN = 60
# AWS has ended every command by then: the longest TimeoutSeconds and the longest executionTimeout (seconds).
LONGEST_COMMAND = 2_592_000 + MAX_EXECUTION_TIMEOUT


def seconds_for_sent(options: SendOptions, request: SendRequest) -> float:
    """wait_timeout, or otherwise the seconds that AWS usually gives a command: what counts until AWS has answered."""
    if options.wait.wait_timeout is not None:
        return float(options.wait.wait_timeout)
    execution = _known_execution_timeout(request.fields)
    delivery = options.command.timeout_seconds or DEFAULT_DELIVERY_TIMEOUT
    return float(delivery + (execution or DEFAULT_EXECUTION_TIMEOUT) + WAIT_MARGIN)


def seconds_for_attached(options: AttachOptions) -> float:
    """wait_timeout, or otherwise long enough for any command: AWS knows the time of these, and ends them."""
    if options.wait.wait_timeout is not None:
        return float(options.wait.wait_timeout)
    return float(LONGEST_COMMAND + WAIT_MARGIN)


def seconds_of(command: CommandTypeDef, otherwise: float) -> float:
    """The seconds from now after which AWS has ended a command, which was requested now or before.

    AWS computes C(ExpiresAfter) from the document's own timeouts, which a caller may not be able to read. The
    controller's clock may differ from AWS's, so only the difference to C(RequestedDateTime) counts.

    :param otherwise: what to return if AWS does not say it.
    """
    requested, expires = command.get("RequestedDateTime"), command.get("ExpiresAfter")
    if requested is None or expires is None or expires <= requested:
        return otherwise
    execution = _known_execution_timeout(t.cast("t.Mapping[str, t.Any]", command))
    least = (command.get("TimeoutSeconds") or DEFAULT_DELIVERY_TIMEOUT) + execution if execution else 0
    return max((expires - requested).total_seconds(), least) + WAIT_MARGIN


def _known_execution_timeout(fields: t.Mapping[str, t.Any]) -> int | None:
    """The value of the parameter executionTimeout in a request or a command; None if there is none, or a reference."""
    given = (fields.get("Parameters") or {}).get("executionTimeout") or [""]
    return int(given[0]) if given[0].isdecimal() else None
