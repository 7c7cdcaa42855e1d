# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents the builder writes, against what the scopes say and an independent reading of IAM."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import (
    build_document,
    check_size,
    document_size,
    serialize,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import lint_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
    COMMAND_READ_ACTIONS,
    DOCUMENT_READ_ACTIONS,
    READ_ACTIONS,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given, settings
from hypothesis import strategies as st

from .iam_reading import evaluate, glob, is_allowed, may_send, node_context

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGIONS = ("eu-central-1", "us-east-1")
KEYS = ("Finance", "Role", "stage:x", "a b")
VALUES = ("", "web", "WEB", "web-1", "w", "*", "?", "web*", "w?b", "a b", "1")
DOCUMENTS = ("AWS-RunShellScript", "AWS-RunPowerShellScript", "AWSEC2-Tool", "AmazonTool", "ops-restart", "a", "zz")
DOCUMENT_PATTERNS = (*DOCUMENTS, "*", "AWS-*", "A*", "ops-*", "?WS-*", "*-restart")

scopes = st.fixed_dictionaries(
    {
        "tags": st.dictionaries(
            st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), min_size=1, max_size=3), min_size=1
        )
    },
    optional={
        "operator": st.sampled_from(["StringLike", "StringEquals"]),
        "regions": st.lists(st.sampled_from(REGIONS), min_size=1),
        "account": st.sampled_from([ACCOUNT, OTHER_ACCOUNT, "*"]),
        "node_types": st.lists(st.sampled_from(["ec2", "managed"]), min_size=1),
    },
)
nodes = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["ec2", "managed"]),
        "region": st.sampled_from(REGIONS),
        "account": st.sampled_from([ACCOUNT, OTHER_ACCOUNT]),
        "tags": st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)),
    }
)


def node_arn(node: dict[str, t.Any]) -> str:
    if node["type"] == "ec2":
        return f"arn:aws:ec2:{node['region']}:{node['account']}:instance/i-0123456789abcdef0"
    return f"arn:aws:ssm:{node['region']}:{node['account']}:managed-instance/mi-0123456789abcdef0"


def document_arn(name: str, region: str, account: str = ACCOUNT) -> str:
    is_aws = name.startswith(("AWS", "Amazon"))
    return f"arn:aws:ssm:{region}:{'' if is_aws else account}:document/{name}"


def describes(scope: dict[str, t.Any], node: dict[str, t.Any]) -> bool:
    """What the documentation says a scope means."""
    return (
        node["type"] in scope.get("node_types", ["ec2", "managed"])
        and node["region"] in scope.get("regions", REGIONS)
        and scope.get("account", ACCOUNT) in ("*", node["account"])
        and all(is_wanted(scope, node["tags"].get(key), values) for key, values in scope["tags"].items())
    )


def is_wanted(scope: dict[str, t.Any], tag: str | None, values: list[str]) -> bool:
    if tag is None:
        return False
    if scope.get("operator", "StringLike") == "StringLike":
        return any(glob(value, tag) for value in values)
    return tag in values


@settings(max_examples=400)
@given(st.lists(scopes, min_size=1, max_size=3), st.lists(nodes, min_size=1, max_size=6), st.booleans())
def test_allows_exactly_the_nodes_that_the_scopes_describe(
    given_scopes: list[dict[str, t.Any]], given_nodes: list[dict[str, t.Any]], guard: bool
) -> None:
    request = parse_request({"scopes": given_scopes, "documents": ["AWS-RunShellScript"], "guard_tags": guard})
    document = build_document(request, "aws", ACCOUNT)
    for node in given_nodes:
        wanted = any(describes(scope, node) for scope in given_scopes)
        found = may_send(document, document_arn("AWS-RunShellScript", node["region"]), node_arn(node), node["tags"])
        assert found is wanted, (node, document)


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(DOCUMENT_PATTERNS), min_size=1, max_size=3),
    st.one_of(st.none(), st.lists(st.sampled_from(REGIONS), min_size=1)),
    st.sampled_from(DOCUMENTS),
    st.sampled_from(REGIONS),
)
def test_allows_exactly_the_documents_that_are_named(
    patterns: list[str], regions: list[str] | None, name: str, region: str
) -> None:
    request = parse_request({"scopes": [{"tags": {"a": "b"}}], "documents": patterns, "document_regions": regions})
    document = build_document(request, "aws", ACCOUNT)
    wanted = any(glob(pattern, name) for pattern in patterns) and region in (regions or REGIONS)
    assert is_allowed(document, "ssm:SendCommand", document_arn(name, region)) is wanted
    if "*" not in patterns:
        is_aws = name.startswith(("AWS", "Amazon"))
        foreign = is_allowed(document, "ssm:SendCommand", document_arn(name, region, OTHER_ACCOUNT))
        assert foreign is (wanted and is_aws)


@settings(max_examples=100)
@given(st.lists(scopes, min_size=1, max_size=3), st.sampled_from(["aws", "aws-cn", "aws-us-gov"]))
def test_never_writes_a_mistake_that_lint_knows(given_scopes: list[dict[str, t.Any]], partition: str) -> None:
    regionless = [{key: value for key, value in scope.items() if key != "regions"} for scope in given_scopes]
    document = build_document(parse_request({"scopes": regionless, "guard_tags": True}), partition, ACCOUNT)
    found = {finding.code for finding in lint_document(document, partition)}
    assert found <= {"any-document", "wildcard-tag-value", "no-managed-instance"}


def build(**options: t.Any) -> dict[str, t.Any]:
    return build_document(parse_request({"scopes": [{"tags": {"Finance": "web"}}], **options}), "aws", ACCOUNT)


def test_allows_nothing_else_unless_said() -> None:
    document = build()
    for action in (*READ_ACTIONS, "ssm:CancelCommand", "ssm:StartSession", "s3:GetObject", "logs:GetLogEvents"):
        assert not is_allowed(document, action, "*")


def test_read_and_cancel_allow_their_actions() -> None:
    document = build(allow={"read": True, "cancel": True})
    assert all(is_allowed(document, action, "*") for action in (*COMMAND_READ_ACTIONS, "ssm:CancelCommand"))
    assert not is_allowed(document, "ssm:UpdateInstanceInformation", "*")
    only = build(allow={"read": True, "read_actions": ["ListCommands"]})
    assert is_allowed(only, "ssm:ListCommands", "*")
    assert not is_allowed(only, "ssm:GetCommandInvocation", "*")


@pytest.mark.parametrize("action", DOCUMENT_READ_ACTIONS)
def test_documents_are_read_that_may_be_sent(action: str) -> None:
    document = build(allow={"read": True}, documents=["AWS-RunShellScript", "restart"])
    own = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:document"
    assert is_allowed(document, action, "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript")
    assert is_allowed(document, action, f"{own}/restart")
    assert not is_allowed(document, action, "arn:aws:ssm:eu-central-1::document/AWS-RunPowerShellScript")
    assert not is_allowed(document, action, f"{own}/secrets")
    assert is_allowed(build(allow={"read": True}), action, f"{own}/anything")


def test_output_allows_to_send_to_the_bucket_and_to_read_below_the_prefix() -> None:
    document = build(allow={"output": {"s3": [{"bucket": "out", "prefix": "/web/"}], "log_groups": ["/ssm/web"]}})
    assert is_allowed(document, "ssm:SendCommand", "arn:aws:s3:::out")
    assert not is_allowed(document, "ssm:SendCommand", "arn:aws:s3:::other")
    assert is_allowed(document, "s3:GetObject", "arn:aws:s3:::out/web/c/i/stdout")
    assert not is_allowed(document, "s3:GetObject", "arn:aws:s3:::out/webx/c/i/stdout")
    assert is_allowed(document, "s3:ListBucket", "arn:aws:s3:::out", {"s3:prefix": ["web/c"]})
    assert not is_allowed(document, "s3:ListBucket", "arn:aws:s3:::out", {"s3:prefix": ["db/"]})
    group = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/ssm/web"
    assert is_allowed(document, "logs:FilterLogEvents", group)
    assert is_allowed(document, "logs:GetLogEvents", f"{group}:log-stream:c/i/stdout")
    assert not is_allowed(document, "logs:GetLogEvents", f"{group}x:log-stream:c/i/stdout")


def test_statements_have_exactly_these_actions() -> None:
    output = {"s3": [{"bucket": "out"}], "log_groups": ["/ssm/web"]}
    document = build(
        allow={"read": True, "read_actions": ["ListCommands"], "cancel": True, "output": output}, guard_tags=True
    )
    tag_changes = ["ec2:CreateTags", "ec2:DeleteTags", "ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"]
    tag_changes += ["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"]
    assert {statement["Sid"]: (statement["Effect"], statement["Action"]) for statement in document["Statement"]} == {
        "SendDocuments": ("Allow", ["ssm:SendCommand"]),
        "SendToScope1": ("Allow", ["ssm:SendCommand"]),
        "ReadCommands": ("Allow", ["ssm:ListCommands"]),
        "CancelCommands": ("Allow", ["ssm:CancelCommand"]),
        "SendOutputToBuckets": ("Allow", ["ssm:SendCommand"]),
        "ReadOutput": ("Allow", ["s3:GetObject"]),
        "ListOutput1": ("Allow", ["s3:ListBucket"]),
        "ReadOutputLogs": ("Allow", ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]),
        "KeepScopingTags": ("Deny", tag_changes),
        "KeepUnnamedTags": ("Deny", tag_changes),
    }


def test_a_bucket_without_prefix_is_readable_whole() -> None:
    document = build(allow={"output": {"s3": [{"bucket": "out"}, {"bucket": "out", "prefix": "web"}]}})
    assert is_allowed(document, "s3:GetObject", "arn:aws:s3:::out/any")
    assert is_allowed(document, "s3:ListBucket", "arn:aws:s3:::out")


@pytest.mark.parametrize("action", ["ec2:CreateTags", "ec2:DeleteTags"])
@pytest.mark.parametrize("key", ["Finance", "FINANCE", "finance"])
def test_guard_denies_to_change_scoping_tags_in_any_case(action: str, key: str) -> None:
    node = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-0123456789abcdef0"
    document = build(guard_tags=True)
    assert evaluate(document, action, node, {"aws:TagKeys": ["Name", key]}).decision == "explicitDeny"
    # The guard must matter: a node with the key in that case is one the scope lets in.
    assert is_allowed(document, "ssm:SendCommand", node, node_context({key: "web"}))


def test_guard_leaves_other_tags_and_resources_alone() -> None:
    document = build(guard_tags=True)
    node = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-0123456789abcdef0"
    volume = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:volume/vol-0123456789abcdef0"
    hybrid = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:managed-instance/mi-0123456789abcdef0"
    assert evaluate(document, "ec2:CreateTags", node, {"aws:TagKeys": ["Name"]}).decision == "implicitDeny"
    assert evaluate(document, "ec2:CreateTags", volume, {"aws:TagKeys": ["Finance"]}).decision == "implicitDeny"
    assert evaluate(document, "ssm:AddTagsToResource", hybrid, {"aws:TagKeys": ["Finance"]}).decision == "explicitDeny"


@pytest.mark.parametrize("action", ["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"])
def test_guard_keeps_the_tags_that_new_instances_get(action: str) -> None:
    name = "11111111-2222-3333-4444-555555555555:autoScalingGroupName/web"
    group = f"arn:aws:autoscaling:eu-central-1:{ACCOUNT}:autoScalingGroup:{name}"
    decisions = [evaluate(build(guard_tags=True), action, group, {"aws:TagKeys": [key]}) for key in ("Finance", "Name")]
    assert [found.decision for found in decisions] == ["explicitDeny", "implicitDeny"]


def test_guard_denies_to_take_off_all_tags_without_naming_them() -> None:
    node = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-0123456789abcdef0"
    assert evaluate(build(guard_tags=True), "ec2:DeleteTags", node).decision == "explicitDeny"


@pytest.mark.parametrize(
    ("context", "decision"),
    [
        # As on accounts where requests have not had the key.
        ({}, "allowed"),
        ({"aws:ViaAWSMCPService": ["false"]}, "allowed"),
        ({"aws:ViaAWSMCPService": ["true"]}, "explicitDeny"),
    ],
)
def test_requests_through_mcp_servers_are_denied_and_no_others(context: dict[str, list[str]], decision: str) -> None:
    node = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-0123456789abcdef0"
    request = {**node_context({"Finance": "web"}), **context}
    assert evaluate(build(deny_via_mcp=True), "ssm:SendCommand", node, request).decision == decision
    assert evaluate(build(), "ssm:SendCommand", node, request).decision == "allowed"
    assert not [one for one in build()["Statement"] if one["Effect"] == "Deny"]


def test_repeated_scopes_are_written_once() -> None:
    request = parse_request({"scopes": [{"tags": {"a": "b"}}, {"tags": {"a": ["b"]}}]})
    assert len(build_document(request)["Statement"]) == 2


def test_sids_are_what_iam_allows_and_different() -> None:
    document = build(
        scopes=[{"tags": {"a": str(n)}} for n in range(12)],
        guard_tags=True,
        allow={
            "read": True,
            "cancel": True,
            "output": {"s3": [{"bucket": "out"}, {"bucket": "two", "prefix": "x"}], "log_groups": ["g"]},
        },
    )
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(sids) == len(set(sids))
    assert all(sid.isalnum() and sid.isascii() for sid in sids)


def test_text_is_what_iam_takes_even_for_tags_in_other_scripts() -> None:
    document = build(scopes=[{"tags": {"Team": "Grün 東京"}}])
    text = serialize(document)
    assert text.isascii()
    assert json.loads(text) == document


def test_size_counts_what_is_not_white_space() -> None:
    assert document_size({"a b": "c\td"}) == len('{"ab":"c\\td"}')


def test_size_at_the_quota_is_right_and_one_more_is_refused() -> None:
    filler = {"x": ""}
    filler["x"] = "y" * (6_144 - document_size(filler))
    check_size(filler)
    filler["x"] += "y"
    with pytest.raises(RequestError, match="6145 characters"):
        check_size(filler)
