# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the policies of a node's role let its agent do, call by call as the real agent makes them."""

from __future__ import annotations

import json
import typing as t
import urllib.parse
from pathlib import Path

import pytest
from local_aws.nodes.role_rights import RoleRights

NODE = "arn:aws:ec2:us-east-1:123456789012:instance/i-1"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k-1"


def document(*statements: dict[str, t.Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect: str = "Allow", **parts: t.Any) -> dict[str, t.Any]:
    return {"Effect": effect, "Resource": "*", **parts}


def rights(*documents: str) -> RoleRights:
    return RoleRights(documents, NODE)


ALL = document(statement(Action="ssm:*"))
MINE = document(statement(Action="s3:*", Resource="arn:aws:s3:::mine/*"))
NOT_MINE = document({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::mine/*"})
HERE = document(statement(Action="s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}))
OWNED = document(statement(Action="s3:*", Condition={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}))
INSECURE = document(
    statement(Action="s3:*"), statement("Deny", Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
)


@pytest.mark.parametrize(
    ("documents", "action", "resource", "is_allowed"),
    [
        ((), "ssm:UpdateInstanceInformation", "*", False),
        ((ALL,), "ssm:UpdateInstanceInformation", "*", True),
        ((ALL,), "s3:PutObject", "*", False),
        ((document(statement(Action=["s3:Get*", "S3:put*"])),), "s3:PutObject", "*", True),
        ((ALL, document(statement("Deny", Action="ssm:Update*"))), "ssm:UpdateInstanceInformation", "*", False),
        ((document(statement(NotAction="ssm:*")),), "ssm:UpdateInstanceInformation", "*", False),
        ((document(statement(NotAction="ssm:*")),), "s3:PutObject", "*", True),
        ((MINE,), "s3:PutObject", "arn:aws:s3:::mine/k", True),
        ((MINE,), "s3:PutObject", "arn:aws:s3:::other/k", False),
        ((urllib.parse.quote(ALL),), "ssm:UpdateInstanceInformation", "*", True),
        ((json.dumps({"Statement": statement(Action="ssm:*")}),), "ssm:UpdateInstanceInformation", "*", True),
        ((NOT_MINE,), "s3:PutObject", "arn:aws:s3:::mine/k", False),
        ((NOT_MINE,), "s3:PutObject", "arn:aws:s3:::other/k", True),
        ((HERE,), "s3:PutObject", "arn:aws:s3:::other/k", True),
        ((HERE.replace("us-east-1", "eu-west-1"),), "s3:PutObject", "arn:aws:s3:::other/k", False),
        ((INSECURE,), "s3:PutObject", "arn:aws:s3:::other/k", True),
    ],
)
def test_rights(documents: tuple[str, ...], action: str, resource: str, is_allowed: bool) -> None:
    assert rights(*documents).allows(action, resource) == is_allowed


def test_an_upload_gives_the_object_to_the_bucket_s_owner() -> None:
    assert rights(OWNED).may_upload("b", "k", "")
    assert not rights(OWNED).allows("s3:PutObject", "arn:aws:s3:::b/k")


def test_a_boundary_limits_the_role() -> None:
    everything = document(statement(Action="*"))
    limited = RoleRights((everything,), NODE, ALL)
    assert limited.is_managed()
    assert not limited.takes_commands()
    assert not limited.may_upload("b", "k", "")
    assert not RoleRights((ALL,), NODE, MINE).may_upload("mine", "k", "")
    assert RoleRights((everything,), NODE, MINE).may_upload("mine", "k", "")
    assert not RoleRights((everything,), NODE, MINE).may_upload("other", "k", "")


def test_a_node_is_managed_by_its_own_arn() -> None:
    own = document(statement(Action="ssm:UpdateInstanceInformation", Resource=NODE))
    assert rights(own).is_managed()
    assert not RoleRights((own,), NODE.replace("i-1", "i-2")).is_managed()


RECORDED: t.Final = json.loads(Path(__file__).with_name("node_rights.json").read_text(encoding="utf-8"))
# What is not the node's rights alone: a message of an unknown topic is never sent, State Manager is not there; whether
# AWS insists on s3:PutObjectAcl was not provable.
EXCUSED: t.Final = {
    "ec2messages.FailMessage",
    "ssm.ListInstanceAssociations",
    "s3.PutObject with x-amz-acl",
}


class Outcome(t.NamedTuple):
    """What becomes of a node's work with its rights; the log group and its stream are there or not."""

    is_managed: bool
    takes_commands: bool
    uploads: bool
    uploads_encrypted: bool
    reads_parameters: bool
    logs_to_new_group: bool
    logs_to_known_group: bool


def outcome(*denied: str) -> Outcome:
    """With a role that may do everything but these actions."""
    everything = [statement(Action="*"), *([statement("Deny", Action=list(denied))] if denied else [])]
    role = rights(document(*everything))
    found = {
        exists: bool(role.log_group_call("g", exists=exists)) and role.may_log("g", "s", exists=False)
        for exists in (False, True)
    }
    return Outcome(
        role.is_managed(),
        role.takes_commands(),
        role.may_upload("b", "k", ""),
        role.may_upload("b", "k", KEY),
        role.may_read_parameter("/a/b:3"),
        logs_to_new_group=found[False],
        logs_to_known_group=found[True],
    )


BEST: t.Final = Outcome(*[True] * len(Outcome._fields))
# The recorded calls, and what of the outcome is lost when they are refused.
LOST: t.Final = {
    "ssm.UpdateInstanceInformation": {"is_managed"},
    "ssm.GetParameters": {"reads_parameters"},
    "s3.PutObject": {"uploads", "uploads_encrypted"},
    "s3.CreateMultipartUpload, UploadPart, CompleteMultipartUpload": {"uploads", "uploads_encrypted"},
    "kms.GenerateDataKey (by S3, in the node's name)": {"uploads_encrypted"},
    "logs.CreateLogGroup": {"logs_to_new_group"},
    "logs.CreateLogStream": {"logs_to_new_group", "logs_to_known_group"},
    "logs.PutLogEvents": {"logs_to_new_group", "logs_to_known_group"},
}
CALLS: t.Final = [call for part in RECORDED.values() if isinstance(part, dict) for call in part["calls"]]


@pytest.mark.parametrize("call", [pytest.param(one, id=one["operation"]) for one in CALLS])
def test_what_a_refused_call_does(call: dict[str, t.Any]) -> None:
    operation, needed = call["operation"], call["needed"]
    actions = call["action"].split(", ")
    after = outcome(*actions)._asdict()
    lost = {name for name, is_there in after.items() if not is_there}
    if operation in EXCUSED:
        assert lost == set()
        return
    assert lost == LOST.get(operation, set())
    assert bool(lost) == (needed is True or operation in LOST)
    if str(needed).startswith("or ") and "*" in str(needed):
        # Either channel will do, and one of them is needed.
        assert not outcome(*actions, str(needed).split()[1]).takes_commands


def test_every_excuse_is_a_recorded_call() -> None:
    operations = {call["operation"] for call in CALLS}
    assert operations >= EXCUSED
    assert operations >= set(LOST)


def test_a_group_that_is_there_is_found_where_it_cannot_be_made() -> None:
    both = document(statement(Action="*"), statement("Deny", Action=["logs:CreateLogGroup", "logs:DescribeLogGroups"]))
    assert rights(both).log_group_call("g", exists=True) == ""
    finding = document(statement(Action="logs:DescribeLogGroups", Resource=f"{GROUP}:*"))
    assert rights(finding).log_group_call("g", exists=True) == "find"
    assert rights(finding).log_group_call("g", exists=False) == ""
    making = document(statement(Action="logs:CreateLogGroup", Resource=f"{GROUP}:g:*"))
    assert rights(making).log_group_call("g", exists=False) == "create"
    assert rights(making).log_group_call("h", exists=False) == ""


@pytest.mark.parametrize(("exists", "may"), [(False, False), (True, True)])
def test_a_stream_that_is_there_is_found_where_it_cannot_be_made(exists: bool, may: bool) -> None:
    allowed = statement(Action=["logs:DescribeLogStreams", "logs:PutLogEvents"], Resource=f"{GROUP}:g:*")
    assert rights(document(allowed)).may_log("g", "s", exists=exists) == may
