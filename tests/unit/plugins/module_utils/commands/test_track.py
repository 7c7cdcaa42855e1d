# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often is asked, and which errors the wait outlives."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import IncompleteAnswerError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import track
from botocore import exceptions, parsers

from .fake_ssm import client_error


def aws_error(cause: Exception) -> AnsibleAWSError:
    return AnsibleAWSError(message="Failed", exception=cause)


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (aws_error(client_error("ThrottlingException")), True),
        (aws_error(client_error("InternalServerError", status=500)), True),
        (aws_error(client_error("503", status=503)), True),
        (aws_error(exceptions.EndpointConnectionError(endpoint_url="x")), True),
        (aws_error(exceptions.ConnectionClosedError(endpoint_url="x")), True),
        (aws_error(exceptions.ReadTimeoutError(endpoint_url="x")), True),
        (IncompleteAnswerError("cut", parsers.ResponseParserError("cut")), True),
        (IncompleteAnswerError("cut"), True),
        (aws_error(client_error("ExpiredTokenException")), False),
        (aws_error(client_error("AccessDeniedException")), False),
        (aws_error(exceptions.NoCredentialsError()), False),
        (track.UnknownCommandError("unknown"), False),
    ],
)
def test_what_asking_again_may_help(error: AnsibleAWSError, transient: bool) -> None:
    assert track.is_transient(error) is transient


@pytest.mark.parametrize(
    ("elapsed", "pause"), [(0.0, 0.5), (5.0, 0.5), (6.0, 0.6), (20.0, 2.0), (50.0, 5.0), (51.0, 5.0), (3_600.0, 5.0)]
)
def test_the_pause_is_a_tenth_of_the_wait_from_half_a_second_to_five(elapsed: float, pause: float) -> None:
    assert track.pause_after(elapsed) == pytest.approx(pause)


def test_how_long_aws_is_waited_for() -> None:
    assert (track.OUTAGE_TOLERANCE, track.VISIBILITY_DELAY) == (60.0, 15.0)


@hypothesis.given(st.floats(0, 1e6))
def test_polling_adds_no_more_than_a_tenth(elapsed: float) -> None:
    pause = track.pause_after(elapsed)
    assert track.SHORTEST_PAUSE <= pause <= track.LONGEST_PAUSE
    assert pause <= max(track.SHORTEST_PAUSE, elapsed * 0.1)
