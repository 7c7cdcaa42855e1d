# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed call means for its command, and the token that finds it again."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import (
    TOKEN_LENGTH,
    Fate,
    fate_of,
    new_token,
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
        (client_error("ThrottlingException"), Fate.REFUSED),
        (client_error("Throttling"), Fate.REFUSED),
        (exceptions.EndpointConnectionError(**URL), Fate.REFUSED),
        (exceptions.ConnectTimeoutError(**URL), Fate.REFUSED),
        (client_error("InternalServerError", status=500), Fate.UNKNOWN),
        (client_error("503", status=503), Fate.UNKNOWN),
        (CLOSED, Fate.UNKNOWN),
        (LATE, Fate.LIKELY_ACCEPTED),
        (CUT, Fate.LIKELY_ACCEPTED),
        (KeyError("Command"), Fate.LIKELY_ACCEPTED),
        (client_error("AccessDeniedException"), Fate.REJECTED),
        (client_error("ExpiredTokenException"), Fate.REJECTED),
        (exceptions.NoCredentialsError(), Fate.REJECTED),
        (exceptions.ParamValidationError(report="bad"), Fate.REJECTED),
    ],
)
def test_fate(error: Exception, fate: Fate) -> None:
    assert fate_of(error) is fate
