# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed call means for its command, and the token that finds it again."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import (
    TOKEN_LENGTH,
    SendFailure,
    new_token,
    send_failure_of,
)
from botocore import exceptions, parsers

from .fake_ssm import client_error

URL = {"endpoint_url": "http://127.0.0.1"}
CLOSED = exceptions.ConnectionClosedError(**URL)
LATE = exceptions.ReadTimeoutError(**URL)
CUT = parsers.ResponseParserError("cut")


def test_tokens_fit_their_place_and_differ() -> None:
    tokens = {new_token() for _number in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (client_error("ThrottlingException"), SendFailure.REFUSED),
        (client_error("Throttling"), SendFailure.REFUSED),
        (exceptions.EndpointConnectionError(**URL), SendFailure.REFUSED),
        (exceptions.ConnectTimeoutError(**URL), SendFailure.REFUSED),
        (client_error("InternalServerError", status=500), SendFailure.UNKNOWN),
        (client_error("503", status=503), SendFailure.UNKNOWN),
        (CLOSED, SendFailure.UNKNOWN),
        (LATE, SendFailure.LIKELY_ACCEPTED),
        (CUT, SendFailure.LIKELY_ACCEPTED),
        (KeyError("Command"), SendFailure.LIKELY_ACCEPTED),
        (client_error("AccessDeniedException"), SendFailure.REJECTED),
        (client_error("ExpiredTokenException"), SendFailure.REJECTED),
        (exceptions.NoCredentialsError(), SendFailure.REJECTED),
        (exceptions.ParamValidationError(report="bad"), SendFailure.REJECTED),
    ],
)
def test_fate(error: Exception, fate: SendFailure) -> None:
    assert send_failure_of(error) is fate
