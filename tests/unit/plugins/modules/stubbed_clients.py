# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that answer with what a test has written down, and refuse any other call."""

from __future__ import annotations

import typing as t

import boto3
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from botocore.stub import Stubber

if t.TYPE_CHECKING:
    import pytest


class StubbedClients:
    """One stubbed client for each service, in place of those that a module makes.

    Answers are given in the order in which they were written down for the service. botocore checks them, and the
    parameters, against its model of the service.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._stubs: dict[str, tuple[t.Any, Stubber]] = {}
        monkeypatch.setattr(AnsibleAWSModule, "client", lambda _module, service: self.client(service))

    def client(self, service: str) -> t.Any:
        return self._stub(service)[0]

    def _stub(self, service: str) -> tuple[t.Any, Stubber]:
        if service not in self._stubs:
            client: t.Any = boto3.client(
                t.cast("t.Any", service), region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
            )
            stubber = Stubber(client)
            stubber.activate()
            self._stubs[service] = (client, stubber)
        return self._stubs[service]

    def answer(
        self, service: str, operation: str, answer: dict[str, t.Any] | None = None, expected: t.Any = None
    ) -> None:
        """The next call to the service is this operation, and gets this answer."""
        self._stub(service)[1].add_response(operation, answer or {}, expected)

    def fail(self, service: str, operation: str, code: str, message: str = "") -> None:
        """The next call to the service is this operation, and fails."""
        self._stub(service)[1].add_client_error(operation, code, message)

    def assert_all_used(self) -> None:
        """All answers were asked for."""
        for _client, stubber in self._stubs.values():
            stubber.assert_no_pending_responses()
