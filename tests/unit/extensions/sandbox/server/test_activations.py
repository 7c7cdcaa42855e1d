# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hybrid activations, from their role to a node that runs a command and is deregistered."""

from __future__ import annotations

import datetime
import json
import pathlib
import re
import time
import typing as t
import urllib.error

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.support import warm_sandbox
from tests.support.local_sandbox import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ssm import SSMClient

    from tests.support.local_sandbox import LocalSandbox

GUIDE = pathlib.Path(CHECKOUT) / "docs" / "docsite" / "rst" / "guide_hybrid.rst"
ROLE = "HybridNodes"
UNTRUSTED = "OfInstances"
TAGS: list[t.Any] = [{"Key": "Site", "Value": "Berlin"}]
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


def trust(*services: str) -> str:
    """A trust policy."""
    allowed = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """One of its own: a command runs on it."""
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--enforce-iam") as running:
        yield running


@pytest.fixture(scope="module", name="ssm")
def _ssm(sandbox: LocalSandbox) -> SSMClient:
    """A client of a sandbox with a role for hybrid nodes, and another one."""
    iam = sandbox.client("iam")
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust("ec2.amazonaws.com", "ssm.amazonaws.com"))
    iam.create_role(RoleName=UNTRUSTED, AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=CORE)
    return t.cast("SSMClient", sandbox.client("ssm"))


class Activation:
    """An activation, and the machines that register with it."""

    def __init__(self, sandbox: LocalSandbox, ssm: SSMClient, **options: t.Any) -> None:
        self.sandbox = sandbox
        made = ssm.create_activation(**{"IamRole": ROLE, **options})
        self.key = {"activation_id": made["ActivationId"], "activation_code": made["ActivationCode"]}
        self.id = made["ActivationId"]

    def register(self, **machine: str) -> str:
        """The ID of the node that a machine becomes."""
        return str(self.sandbox.control("POST", "registrations", {**self.key, **machine})["instance_id"])


def code_of(call: t.Callable[[], object]) -> str:
    """The code of the error that a call fails with."""
    with pytest.raises(ClientError) as refused:
        call()
    return refused.value.response["Error"]["Code"]


def test_a_machine_becomes_a_node_that_runs_commands(sandbox: LocalSandbox, ssm: SSMClient) -> None:
    activation = Activation(sandbox, ssm, DefaultInstanceName="on-premises", RegistrationLimit=2, Tags=TAGS)
    node = activation.register()
    assert node.startswith("mi-")
    assert len(node) == 20
    filters: list[t.Any] = [{"Key": "ActivationIds", "Values": [activation.id]}]
    (found,) = ssm.describe_instance_information(Filters=filters)["InstanceInformationList"]
    assert (found["InstanceId"], found["IamRole"], found["Name"]) == (node, ROLE, "on-premises")
    assert (found["ActivationId"], found["PingStatus"]) == (activation.id, "Online")
    assert abs(found["RegistrationDate"].timestamp() - time.time()) < 60
    tags = ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=node)["TagList"]
    assert tags == TAGS
    sent = ssm.send_command(
        DocumentName="AWS-RunShellScript",
        Targets=[{"Key": "tag:Site", "Values": ["Berlin"]}],
        Parameters={"commands": ["hostname"]},
    )["Command"]["CommandId"]
    deadline = time.monotonic() + 30
    answers: list[tuple[str, str]] = []
    while answers != [("Success", "on-premises\n")]:
        assert time.monotonic() < deadline, answers
        time.sleep(0.1)
        listed = ssm.list_command_invocations(CommandId=sent, Details=True)["CommandInvocations"]
        answers = [(one["Status"], one["CommandPlugins"][0]["Output"]) for one in listed if one["InstanceId"] == node]
    ssm.deregister_managed_instance(InstanceId=node)
    assert ssm.describe_instance_information(Filters=filters)["InstanceInformationList"] == []
    assert code_of(lambda: ssm.deregister_managed_instance(InstanceId=node)) == "InvalidInstanceId"


def test_activations_are_described_without_their_codes(sandbox: LocalSandbox, ssm: SSMClient) -> None:
    activation = Activation(sandbox, ssm, Description="Berlin", RegistrationLimit=3)
    other = Activation(sandbox, ssm, DefaultInstanceName="other")
    ssm.deregister_managed_instance(InstanceId=activation.register())
    (found,) = ssm.describe_activations(
        Filters=[
            {"FilterKey": "ActivationIds", "FilterValues": [activation.id]},
            {"FilterKey": "IamRole", "FilterValues": [ROLE]},
        ]
    )["ActivationList"]
    created, expires = found.pop("CreatedDate"), found.pop("ExpirationDate")
    assert expires - created == datetime.timedelta(days=1)
    assert found == {
        "ActivationId": activation.id,
        "Description": "Berlin",
        "IamRole": ROLE,
        "RegistrationLimit": 3,
        "RegistrationsCount": 1,
        "Expired": False,
    }
    for one in (activation, other):
        ssm.delete_activation(ActivationId=one.id)
    assert activation.id not in {one["ActivationId"] for one in ssm.describe_activations()["ActivationList"]}
    assert code_of(lambda: ssm.delete_activation(ActivationId=other.id)) == "InvalidActivation"


@pytest.mark.parametrize("role", [UNTRUSTED, "Nobody"])
def test_a_role_that_systems_manager_may_not_assume(ssm: SSMClient, role: str) -> None:
    assert code_of(lambda: ssm.create_activation(IamRole=role)) == "ValidationException"


@pytest.mark.parametrize("days", [-1, 31])
def test_a_time_that_is_over_or_too_far(ssm: SSMClient, days: int) -> None:
    expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    assert code_of(lambda: ssm.create_activation(IamRole=ROLE, ExpirationDate=expires)) == "InvalidParameters"


def refusal_of(call: t.Callable[[], object]) -> str:
    """What a registration is refused with."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        call()
    assert refused.value.code == 400
    return str(json.loads(refused.value.read())["error"])


def test_a_machine_that_may_not_register(sandbox: LocalSandbox, ssm: SSMClient) -> None:
    activation = Activation(sandbox, ssm)
    ssm.deregister_managed_instance(InstanceId=activation.register(name="first"))
    assert "as many machines as it may" in refusal_of(lambda: activation.register(name="second"))
    assert "the ID and the code do not match" in refusal_of(lambda: activation.register(activation_code="another"))
    assert "activation_id" in refusal_of(lambda: sandbox.control("POST", "registrations", {}))
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1)
    short = Activation(sandbox, ssm, ExpirationDate=soon)
    time.sleep(1.1)
    assert refusal_of(short.register) == "The activation has expired."


def test_the_guides_policy_allows_its_commands(sandbox: LocalSandbox, ssm: SSMClient) -> None:
    iam, user = sandbox.client("iam"), "activator"
    iam.create_user(UserName=user)
    (policy,) = blocks("json")
    iam.put_user_policy(UserName=user, PolicyName="all", PolicyDocument=policy.replace("hybrid-nodes", ROLE))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    theirs = boto3.client(
        "ssm",
        endpoint_url=sandbox.url,
        region_name=ssm.meta.region_name,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert code_of(lambda: theirs.create_activation(IamRole=UNTRUSTED)) == "AccessDeniedException"
    activation = Activation(sandbox, theirs, Tags=TAGS)
    node = activation.register()
    theirs.add_tags_to_resource(ResourceType="ManagedInstance", ResourceId=node, Tags=TAGS)
    assert theirs.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=node)["TagList"] == TAGS
    assert len(theirs.describe_activations()["ActivationList"]) >= 1
    theirs.describe_instance_information()
    theirs.delete_activation(ActivationId=activation.id)
    theirs.deregister_managed_instance(InstanceId=node)
    iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=user, PolicyName="all")
    iam.delete_user(UserName=user)


def blocks(language: str) -> list[str]:
    """The blocks of the guide in a language."""
    pattern = rf"^\.\. code-block:: {language}\n\n((?:(?:  .*)?\n)+)"
    return re.findall(pattern, GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_guides_commands_have_the_options_of_the_api(ssm: SSMClient) -> None:
    text = "\n".join(blocks("console")).replace("\\\n", " ")
    commands = re.findall(r"\$ aws ssm ([a-z-]+) (.*)", text)
    assert len(commands) == 3
    operations = {xform_name(name, "-"): name for name in ssm.meta.service_model.operation_names}
    for command, options in commands:
        shape = ssm.meta.service_model.operation_model(operations[command]).input_shape
        assert shape is not None
        known = {f"--{xform_name(member, '-')}" for member in shape.members}
        assert set(re.findall(r"--[a-z-]+", options)) <= known
