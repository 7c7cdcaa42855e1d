# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's documents in this process: a boto3 client whose calls it answers without a server."""

from __future__ import annotations

import contextlib
import json
import typing as t

import boto3
from local_aws.iam.callers import Anybody
from local_aws.moto import corrections
from local_aws.moto.data import MotoData
from local_aws.nodes.managed_nodes import Nodes
from local_aws.run_command.api import RunCommandApi
from local_aws.wire.settings import Settings
from moto import mock_aws

from tests.support import local_answers

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel
    from local_aws.run_command.engine import Engine

REGION: t.Final = "us-east-1"


class DocumentAccount:
    """The account of moto that is mocked, with documents and no node; `operations` are the calls so far."""

    def __init__(self) -> None:
        corrections.apply(lambda *_command: "command-id")
        self.moto = MotoData()
        self.operations: list[str] = []
        self._api = RunCommandApi(self.moto, Nodes(self.moto), t.cast("Engine", None), Settings())
        self.ssm: t.Any = boto3.client(
            "ssm", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        )
        self.ssm.meta.events.register("before-call.ssm", self._answer)

    def _answer(self, model: OperationModel, params: dict[str, t.Any], **_more: t.Any) -> t.Any:
        """What the sandbox answers, as boto3 parses it; None: moto is asked."""
        request = json.loads(params["body"])
        self.operations.append(model.name)
        return local_answers.parsed(model, lambda: self._find(model.name, request))

    def _find(self, operation: str, request: dict[str, t.Any]) -> dict[str, t.Any] | None:
        found = self._api.answer(operation, request, REGION, Anybody())
        return corrections.answer("ssm", operation, request, REGION) if found is None else found


@contextlib.contextmanager
def opened() -> Iterator[DocumentAccount]:
    """An account with nothing in it."""
    with mock_aws():
        yield DocumentAccount()
