# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task waits as long as AWS gives its commands, unless it says otherwise."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import AttachOptions, read_options
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.wait_time import (
    seconds_for_attached,
    seconds_for_sent,
)

from .given import DEFAULTS, make_request, send_options


def whole(**changes: t.Any) -> dict[str, t.Any]:
    return {"commands": ["x"], "target_tags": {"Role": "web"}, **changes}


# An hour to be delivered and an hour to run, as AWS has it, and what the answer may take beyond.
USUAL, WAIT_MARGIN = 3_600 + 3_600, 60
IDS = [f"i-{number:017x}" for number in range(200)]


@pytest.mark.parametrize(
    ("changes", "parameters", "seconds"),
    [
        ({}, {}, USUAL + WAIT_MARGIN),
        ({"wait_timeout": 5}, {}, 5),
        ({"timeout_seconds": 100}, {"executionTimeout": ["7"]}, 107 + WAIT_MARGIN),
        ({}, {"executionTimeout": ["86400"]}, 3_600 + 86_400 + WAIT_MARGIN),
        ({}, {"executionTimeout": ["{{ssm:timeout}}"]}, USUAL + WAIT_MARGIN),
        ({"retry_undelivered": 2}, {}, 3 * USUAL + WAIT_MARGIN),
        ({"target_tags": None, "instance_ids": IDS, "max_concurrency": "1"}, {}, 4 * USUAL + WAIT_MARGIN),
        ({"target_tags": None, "instance_ids": IDS, "max_concurrency": "100%"}, {}, USUAL + WAIT_MARGIN),
    ],
)
def test_the_wait_lasts_as_long_as_aws_gives_the_commands(
    changes: dict[str, t.Any], parameters: dict[str, list[str]], seconds: float
) -> None:
    arguments = whole(**changes)
    assert seconds_for_sent(send_options(arguments), make_request(arguments, parameters)) == seconds


def test_attached_commands_are_ended_by_aws() -> None:
    assert seconds_for_attached(attached()) == 2_592_000 + 172_800 + WAIT_MARGIN
    assert seconds_for_attached(attached(wait_timeout=5)) == 5


def attached(**changes: t.Any) -> AttachOptions:
    options = read_options({**DEFAULTS, "command_ids": ["00000000-0000-4000-8000-000000000000"], **changes})
    assert isinstance(options, AttachOptions)
    return options
