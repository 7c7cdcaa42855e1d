# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that AWS refuses half-way says what it has changed by then: every module that writes, at every write."""

from __future__ import annotations

import importlib
import re
import threading
import typing as t

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.unit.test_metadata import MODULES

from .run_module import run_module

if t.TYPE_CHECKING:
    Json = dict[str, t.Any]

READS: t.Final = ("Describe", "Filter", "Get", "Head", "List", "Simulate")
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"
SCOPE = {"tags": {"Role": ["web"]}}
# A task that makes all it can, and what has to be there before.
TASKS: dict[str, Json] = {
    "command_document": {
        "name": "RestartApp",
        "content": {
            "schemaVersion": "2.2",
            "mainSteps": [{"action": "aws:runShellScript", "name": "x", "inputs": {"runCommand": ["true"]}}],
        },
    },
    "dashboard": {"name": "ops", "body": {"widgets": []}},
    "event_delivery_policy": {"topic": "ops", "rules": ["failures"]},
    "event_rule": {
        "name": "failures",
        "event_pattern": {"source": ["aws.ssm"]},
        "targets": [{"id": "topic", "arn": TOPIC}],
    },
    "instance_profile": {
        "name": "web",
        "core_policy": "inline",
        "wait_timeout": 0,
    },
    "instance_profile_association": {"name": "nodes", "tags": {"Role": "web"}, "wait": False},
    "log_group": {"name": "/ops", "retention_in_days": 7, "tags": {"Team": "ops"}},
    "log_metric_filter": {
        "name": "errors",
        "log_group_name": "/there",
        "filter_pattern": "ERROR",
        "metric_name": "Errors",
        "metric_namespace": "Ops",
    },
    "log_resource_policy": {"name": "services", "log_group_names": ["/there"]},
    "s3_lifecycle_rule": {"bucket": "there", "rule_id": "output", "expiration_days": 3},
    "send_command_policy": {"name": "web", "scopes": [SCOPE], "users": ["ann"], "lint": "ignore"},
    "sns_topic": {
        "name": "alarms",
        "display_name": "Ops",
        "subscriptions": [
            {"protocol": "email", "endpoint": "ops@example.com"},
            {"protocol": "email", "endpoint": "qa@example.com"},
        ],
    },
}
# Of their requests moto answers none, or they make only one; their own tests have these cases.
ELSEWHERE = {"cancel_command", "default_host_management", "node_result", "send_command"}


class Refusals:
    """Lets so many writes through and refuses the next; `accepted` names those let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._call = t.cast("t.Any", BaseClient)._make_api_call
        # Instances are associated in threads.
        self._lock = threading.Lock()
        self._started = 0
        self.limit: int | None = None
        self.accepted: list[str] = []
        refusals = self

        def call(client: t.Any, operation: str, request: Json) -> Json:
            return refusals.answer(client, operation, request)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    def start(self, limit: int | None) -> None:
        """From now on, let so many writes through; None for all."""
        self._started, self.limit, self.accepted = 0, limit, []

    def answer(self, client: t.Any, operation: str, request: Json) -> Json:
        """AWS's answer, or its refusal."""
        if operation.startswith(READS):
            return t.cast("Json", self._call(client, operation, request))
        with self._lock:
            is_refused = self.limit is not None and self._started >= self.limit
            self._started += not is_refused
        if is_refused:
            message = f"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: x:{operation}"
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, operation)
        answer = self._call(client, operation, request)
        self.accepted.append(operation)
        return t.cast("Json", answer)


@pytest.fixture
def refusals(no_endpoint: None, monkeypatch: pytest.MonkeyPatch) -> Refusals:
    return Refusals(monkeypatch)


def prepare(name: str) -> None:
    """What the task of this module finds in the account."""
    region = "us-east-1"
    if name.startswith("log_"):
        boto3.client("logs", region).create_log_group(logGroupName="/there")
    if name == "s3_lifecycle_rule":
        boto3.client("s3", region).create_bucket(Bucket="there")
    if name == "event_delivery_policy":
        boto3.client("sns", region).create_topic(Name="ops")
    if name == "send_command_policy":
        boto3.client("iam", region).create_user(UserName="ann")
    if name == "instance_profile_association":
        iam = boto3.client("iam", region)
        iam.create_instance_profile(InstanceProfileName="nodes")
        iam.create_role(RoleName="nodes", AssumeRolePolicyDocument="{}")
        iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="nodes")
        tags: t.Any = [{"ResourceType": "instance", "Tags": [{"Key": "Role", "Value": "web"}]}]
        ec2 = boto3.client("ec2", region)
        ec2.run_instances(ImageId="ami-12345678", MinCount=2, MaxCount=2, TagSpecifications=tags)


def test_every_module_that_writes_has_a_task() -> None:
    writers = {path.stem for path in MODULES if not path.stem.endswith("_info")}
    assert writers - ELSEWHERE == set(TASKS)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_what_was_done_by_then_is_told(name: str, refusals: Refusals, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused at its last write, it tells all others."""
    module = importlib.import_module(f"ansible_collections.ssmops.run_command.plugins.modules.{name}")

    def run(limit: int | None) -> Json:
        with mock_aws():
            refusals.start(None)
            prepare(name)
            refusals.start(limit)
            return run_module(module.main, TASKS[name], capsys)

    whole = run(None)
    assert not whole.get("failed"), whole["msg"]
    last = len(refusals.accepted) - 1
    result = run(last)
    assert result["failed"]
    assert result["changed"] is (last > 0)
    assert re.search(r"x:\w+ is denied to arn:aws:iam::123456789012:user/ann", result["msg"]), result["msg"]
    told = result.get("changes_made", [])
    if "associations" in result:
        told = [item["instance_id"] for item in result["associations"] if item["changed"]]
    assert len(told) == last
    assert all(change in result["msg"] for change in result.get("changes_made", []))
