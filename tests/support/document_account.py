# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's documents in this process: a boto3 client whose calls it answers without a server."""

from __future__ import annotations

import contextlib
import json
import typing as t

import boto3
from botocore.parsers import create_parser
from local_aws.iam.callers import Anybody
from local_aws.moto import corrections
from local_aws.moto.data import MotoData
from local_aws.nodes.managed_nodes import Nodes
from local_aws.run_command.api import RunCommandApi
from local_aws.wire import messages, protocols
from local_aws.wire.errors import ApiError
from local_aws.wire.settings import Settings
from moto import mock_aws

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel
    from local_aws.run_command.engine import Engine

REGION: t.Final = "us-east-1"


class _Http(t.NamedTuple):
    """What botocore reads of an answer besides its body."""

    status_code: int


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
        try:
            found = self._api.answer(model.name, request, REGION, Anybody())
            if found is None:
                found = corrections.answer("ssm", model.name, request, REGION)
            answer = None if found is None else messages.json_answer(found)
        except ApiError as error:
            answer = protocols.error_answer(error, protocols.JSON)
        if answer is None:
            return None
        response = {"status_code": answer.status, "headers": {}, "body": answer.body}
        return _Http(answer.status), create_parser("json").parse(response, t.cast("t.Any", model.output_shape))


@contextlib.contextmanager
def opened() -> Iterator[DocumentAccount]:
    """An account with nothing in it."""
    with mock_aws():
        yield DocumentAccount()
