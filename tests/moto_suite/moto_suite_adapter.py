# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of pytest that lets moto's own tests use a sandbox in place of moto's server.

They find it by the environment that the runner sets: the address, the sandbox's key, and its control token. The file
EXPECTED_FAILURES has the tests that fail, which must go on doing so: a line with a reason and a colon, then its tests.
"""

from __future__ import annotations

import os
import pathlib
import typing as t
import unittest.mock

import pytest
import requests

if t.TYPE_CHECKING:
    import collections.abc

# How the reason begins of tests that would wait for minutes.
_NOT_RUN: t.Final = "not run"
# Whatever signs, signs with the sandbox's key; moto would put one of its own into the environment.
_KEY_OF_MOTO: t.Final = "mock_credentials"


def pytest_configure() -> None:
    """Keep the key of the environment, and show the control token to moto's own addresses."""
    # Not before the environment says which kind of mock moto is to be.
    from moto.core.config import default_user_config

    t.cast("dict[str, t.Any]", default_user_config["core"])[_KEY_OF_MOTO] = False
    control, token = f"{os.environ['TEST_SERVER_MODE_ENDPOINT']}/moto-api/", os.environ["SANDBOX_CONTROL_TOKEN"]
    send = requests.Session.send

    def send_with_token(session: requests.Session, request: requests.PreparedRequest, **more: t.Any) -> t.Any:
        if (request.url or "").startswith(control):
            request.headers["X-Sandbox-Token"] = token
        return send(session, request, **more)

    unittest.mock.patch.object(requests.Session, "send", send_with_token).start()


def pytest_collection_modifyitems(items: collections.abc.Sequence[pytest.Item]) -> None:
    """Expect the failures that are listed, and no others."""
    expected = read_failures(pathlib.Path(os.environ["EXPECTED_FAILURES"]).read_text(encoding="utf-8"))
    for item in items:
        reason = expected.get(item.nodeid) or expected.get(item.nodeid.partition("::")[0])
        if reason:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True, run=not reason.startswith(_NOT_RUN)))


def read_failures(text: str) -> dict[str, str]:
    """The reason by the id of each test, or by the name of a file for all its tests; comments begin with #."""
    found: dict[str, str] = {}
    reason = ""
    for line in text.splitlines():
        if line.startswith("  "):
            found[line.strip()] = reason
        elif line and not line.startswith("#"):
            reason = line.rstrip(":")
    return found
