# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to IAM send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam_policies

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "iam"
ARN = "arn:aws:iam::123456789012:policy/web"
ALICE = "arn:aws:iam::123456789012:user/alice"
REQUEST: dict[str, t.Any] = {"ActionNames": ["ssm:SendCommand"], "ResourceArns": ["arn:a"], "ContextEntries": []}


def page(name: str, marker: str | None) -> dict[str, t.Any]:
    result = {"EvalActionName": name, "EvalDecision": "allowed"}
    return {"EvaluationResults": [result], "IsTruncated": marker is not None, **({"Marker": marker} if marker else {})}


def test_simulation_of_a_principal_takes_all_pages(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"PolicySourceArn": ALICE, **REQUEST}
    stub.add_response("simulate_principal_policy", page("a:B", "next"), asked)
    stub.add_response("simulate_principal_policy", page("a:C", None), {**asked, "Marker": "next"})
    results = iam_policies.simulate_principal_policy(client, ALICE, [], REQUEST)
    assert [result["EvalActionName"] for result in results] == ["a:B", "a:C"]


def test_simulation_adds_documents_to_a_principal(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"PolicySourceArn": ALICE, "PolicyInputList": ["{}"], **REQUEST}
    stub.add_response("simulate_principal_policy", page("a:B", None), asked)
    assert len(iam_policies.simulate_principal_policy(client, ALICE, ["{}"], REQUEST)) == 1


def test_simulation_of_documents_takes_all_pages(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"PolicyInputList": ["{}"], **REQUEST}
    stub.add_response("simulate_custom_policy", page("a:B", "next"), asked)
    stub.add_response("simulate_custom_policy", page("a:C", None), {**asked, "Marker": "next"})
    assert len(iam_policies.simulate_custom_policy(client, ["{}"], REQUEST)) == 2


def test_attachments_leave_permissions_boundaries_out(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"PolicyArn": ARN, "PolicyUsageFilter": "PermissionsPolicy", "MaxItems": 1000}
    first = {"PolicyUsers": [{"UserName": "bob"}, {"UserName": "alice"}], "IsTruncated": True, "Marker": "next"}
    second = {"PolicyGroups": [{"GroupName": "ops"}], "PolicyRoles": [{"RoleName": "web"}], "IsTruncated": False}
    stub.add_response("list_entities_for_policy", first, asked)
    stub.add_response("list_entities_for_policy", second, {**asked, "Marker": "next"})
    assert iam_policies.list_attachments(client, ARN) == {
        "users": ["alice", "bob"],
        "groups": ["ops"],
        "roles": ["web"],
    }


def test_context_keys_are_not_known_to_who_may_not_ask(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_client_error("get_context_keys_for_principal_policy", "AccessDenied", http_status_code=403)
    assert iam_policies.get_context_keys(client, ALICE) is None
    stub.add_response(
        "get_context_keys_for_principal_policy", {"ContextKeyNames": ["aws:SourceIp"]}, {"PolicySourceArn": ALICE}
    )
    assert iam_policies.get_context_keys(client, ALICE) == ["aws:SourceIp"]


def test_other_errors_are_told(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_client_error("get_policy", "NoSuchEntity")
    assert iam_policies.get_policy(client, ARN) is None
    stub.add_client_error("get_policy", "InvalidInput")
    with pytest.raises(AnsibleAWSError, match="Failed to get the managed policy"):
        iam_policies.get_policy(client, ARN)


@pytest.mark.parametrize(("kind", "option"), [("users", "UserName"), ("groups", "GroupName"), ("roles", "RoleName")])
def test_attach_and_detach_take_the_call_of_the_kind(
    stubbed: StubbedClient, kind: t.Literal["users", "groups", "roles"], option: str
) -> None:
    client, stub = stubbed
    stub.add_response(f"attach_{kind[:-1]}_policy", {}, {option: "x", "PolicyArn": ARN})
    iam_policies.attach_policy(client, ARN, kind, "x")
    stub.add_response(f"detach_{kind[:-1]}_policy", {}, {option: "x", "PolicyArn": ARN})
    assert iam_policies.detach_policy(client, ARN, kind, "x") is True
    stub.add_client_error(f"detach_{kind[:-1]}_policy", "NoSuchEntity")
    assert iam_policies.detach_policy(client, ARN, kind, "x") is False


def test_description_and_tags_are_sent_only_when_there_are_any(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    answer = {"Policy": {"PolicyName": "web", "Arn": ARN}}
    least = {"PolicyName": "web", "Path": "/", "PolicyDocument": "{}"}
    stub.add_response("create_policy", answer, least)
    assert iam_policies.create_policy(client, "web", "/", "{}", "", {})["Arn"] == ARN
    stub.add_response("create_policy", answer, {**least, "Description": "d", "Tags": [{"Key": "a", "Value": "b"}]})
    iam_policies.create_policy(client, "web", "/", "{}", "d", {"a": "b"})
