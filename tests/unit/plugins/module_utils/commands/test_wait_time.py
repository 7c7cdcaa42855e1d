# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task waits as long as AWS gives its commands, unless it says otherwise."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import AttachOptions, read_options
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.wait_time import (
    seconds_for_attached,
    seconds_for_sent,
    seconds_of,
)

from .given import DEFAULTS, make_request, send_options


def whole(**changes: t.Any) -> dict[str, t.Any]:
    return {"commands": ["x"], "target_tags": {"Role": "web"}, **changes}


# An hour to be delivered and an hour to run, as AWS has it, and what the answer may take beyond.
USUAL, WAIT_MARGIN = 3_600 + 3_600, 60
REQUESTED = datetime.datetime(2026, 11, 28, 11, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("changes", "parameters", "seconds"),
    [
        ({}, {}, USUAL + WAIT_MARGIN),
        ({"wait_timeout": 5}, {}, 5),
        ({"timeout_seconds": 100}, {"executionTimeout": ["7"]}, 107 + WAIT_MARGIN),
        ({}, {"executionTimeout": ["86400"]}, 3_600 + 86_400 + WAIT_MARGIN),
        ({}, {"executionTimeout": ["{{ssm:timeout}}"]}, USUAL + WAIT_MARGIN),
    ],
)
def test_before_aws_has_answered_the_wait_is_what_aws_usually_gives(
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


@pytest.mark.parametrize(
    ("expires_after", "command", "seconds"),
    [
        (7_200, {}, 7_200),
        # A step of the document may run for a day.
        (90_000, {}, 90_000),
        (660, {"TimeoutSeconds": 600}, 660),
        (660, {"TimeoutSeconds": 600, "Parameters": {"executionTimeout": ["100"]}}, 700),
        (660, {"TimeoutSeconds": 600, "Parameters": {"executionTimeout": ["{{ssm:timeout}}"]}}, 660),
    ],
)
def test_the_wait_lasts_as_long_as_aws_gives_the_command(
    expires_after: int, command: dict[str, t.Any], seconds: float
) -> None:
    times = {"RequestedDateTime": REQUESTED, "ExpiresAfter": REQUESTED + datetime.timedelta(seconds=expires_after)}
    assert seconds_of(t.cast("t.Any", {**times, **command}), 5) == seconds + WAIT_MARGIN


@pytest.mark.parametrize(
    "times",
    [
        {},
        {"RequestedDateTime": REQUESTED},
        {"RequestedDateTime": REQUESTED, "ExpiresAfter": REQUESTED},
        {"RequestedDateTime": REQUESTED, "ExpiresAfter": REQUESTED - datetime.timedelta(1)},
    ],
)
def test_where_aws_does_not_say_it_the_usual_time_counts(times: dict[str, t.Any]) -> None:
    assert seconds_of(t.cast("t.Any", times), 7_260) == 7_260
