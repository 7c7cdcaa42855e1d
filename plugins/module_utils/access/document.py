# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM policy documents for Run Command, correct by construction. Pure.

IAM checks ssm:SendCommand on the document and on every node, so there are two kinds of statements: documents without
a condition on tags, and nodes with it. A condition on both denies everything, and none on the nodes allows all of them.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import VIA_MCP_KEY
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
    DOCUMENT_READ_ACTIONS,
    TOPIC_READ_ACTIONS,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import NODE_TYPES, document_arns, node_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
        Allowance,
        OutputLocation,
        PolicyRequest,
        Scope,
    )

PolicyDocument = dict[str, t.Any]
Statement = dict[str, t.Any]

SEND_COMMAND = "ssm:SendCommand"
NODE_TAG_KEY = "ssm:resourceTag/"
MANAGED_POLICY_MAX_SIZE = 6144
LOG_READ_ACTIONS = ("logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents")
TAG_CHANGE_ACTIONS = ("ec2:CreateTags", "ec2:DeleteTags", "ssm:AddTagsToResource", "ssm:RemoveTagsFromResource")
# An Auto Scaling group gives its tags to the instances that it launches.
GROUP_TAG_ACTIONS = ("autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags")


def build_document(request: PolicyRequest, partition: str = "aws", account: str = "*") -> PolicyDocument:
    """The policy document of a request, in C(partition), for nodes and documents of C(account)."""
    statements = [_documents_statement(request, partition, account)]
    statements += [
        _scope_statement(scope, number, partition, account) for number, scope in enumerate(request.scopes, start=1)
    ]
    statements += _read_statements(request.allow.read_actions, statements[0]["Resource"])
    statements += _allowance_statements(request.allow, partition, account)
    if request.guard_tags:
        statements += _guard_statements(request.tag_keys, partition)
    if request.deny_via_mcp:
        statements.append(_mcp_statement())
    return {"Version": "2012-10-17", "Statement": statements}


def serialize(document: Mapping[str, t.Any]) -> str:
    """The text to send to IAM: without whitespace, and with escapes for what IAM's pattern rejects (above U+00FF)."""
    return json.dumps(document, separators=(",", ":"))


def document_size(document: Mapping[str, t.Any]) -> int:
    """The size that counts toward the quota of a managed policy: characters other than whitespace."""
    return sum(not char.isspace() for char in serialize(document))


def check_size(document: Mapping[str, t.Any]) -> None:
    """Raises RequestError if the document is too large for a managed policy."""
    size = document_size(document)
    if size > MANAGED_POLICY_MAX_SIZE:
        raise RequestError(
            f"scopes and documents: they make a policy document of {size} characters without whitespace;"
            f" a managed policy has at most {MANAGED_POLICY_MAX_SIZE}, so give fewer or split them over two policies."
        )


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def _documents_statement(request: PolicyRequest, partition: str, account: str) -> Statement:
    arns: list[str] = []
    for document in request.documents:
        is_arn = document.startswith("arn:")
        arns += [document] if is_arn else document_arns(document, partition, request.document_regions, account)
    return _allow("SendDocuments", [SEND_COMMAND], dict.fromkeys(arns))


def _scope_statement(scope: Scope, number: int, partition: str, account: str) -> Statement:
    owner = scope.account or account
    resources = [
        node_arn(node_type, partition, region, owner) for node_type in scope.node_types for region in scope.regions
    ]
    statement = _allow(f"SendToScope{number}", [SEND_COMMAND], resources)
    statement["Condition"] = {
        scope.operator: {f"{NODE_TAG_KEY}{condition.key}": list(condition.values) for condition in scope.tags}
    }
    return statement


def _read_statements(actions: Sequence[str], documents: Iterable[str]) -> list[Statement]:
    """Reading commands, and the documents that may be sent; the topic's own list is as wide as in the topic."""
    of_documents = [action for action in actions if action in DOCUMENT_READ_ACTIONS]
    if set(actions) == set(TOPIC_READ_ACTIONS):
        of_documents = []
    others = [action for action in actions if action not in of_documents]
    statements = [_allow("ReadCommands", others, ["*"])] if others else []
    return statements + ([_allow("ReadDocuments", of_documents, documents)] if of_documents else [])


def _allowance_statements(allow: Allowance, partition: str, account: str) -> list[Statement]:
    statements: list[Statement] = []
    if allow.cancel:
        statements.append(_allow("CancelCommands", ["ssm:CancelCommand"], ["*"]))
    if allow.output_s3:
        statements += _bucket_statements(allow.output_s3, partition)
    if allow.output_log_groups:
        groups = [f"arn:{partition}:logs:*:{account}:log-group:{name}" for name in allow.output_log_groups]
        # Log streams and, for some actions, the log group itself are named with a further part after the log group.
        resources = [text for group in groups for text in (group, f"{group}:*")]
        statements.append(_allow("ReadOutputLogs", LOG_READ_ACTIONS, resources))
    return statements


def _bucket_statements(locations: Iterable[OutputLocation], partition: str) -> list[Statement]:
    buckets: dict[str, list[str]] = {}
    for location in locations:
        buckets.setdefault(location.bucket, []).append(location.prefix)
    roots = [f"arn:{partition}:s3:::{bucket}" for bucket in buckets]
    objects = [
        f"arn:{partition}:s3:::{bucket}/{prefix}/*" if prefix else f"arn:{partition}:s3:::{bucket}/*"
        for bucket, prefixes in buckets.items()
        for prefix in dict.fromkeys(prefixes)
    ]
    statements = [_allow("SendOutputToBuckets", [SEND_COMMAND], roots), _allow("ReadOutput", ["s3:GetObject"], objects)]
    for number, (root, prefixes) in enumerate(zip(roots, buckets.values(), strict=True), start=1):
        listing = _allow(f"ListOutput{number}", ["s3:ListBucket"], [root])
        if all(prefixes):
            listing["Condition"] = {"StringLike": {"s3:prefix": [f"{prefix}/*" for prefix in dict.fromkeys(prefixes)]}}
        statements.append(listing)
    return statements


def _mcp_statement() -> Statement:
    """Source: Agent Toolkit for AWS user guide, "Deny all actions through any AWS managed MCP server"."""
    # Not BoolIfExists: that would deny requests without the key, which are those of before it existed.
    condition = {"Bool": {VIA_MCP_KEY: "true"}}
    return {"Sid": "DenyViaMcp", "Effect": "Deny", "Action": [SEND_COMMAND], "Resource": ["*"], "Condition": condition}


def _guard_statements(tag_keys: Iterable[str], partition: str) -> list[Statement]:
    nodes = [node_arn(node_type, partition, "*", "*") for node_type in NODE_TYPES]
    groups = f"arn:{partition}:autoscaling:*:*:autoScalingGroup:*"
    actions = [*TAG_CHANGE_ACTIONS, *GROUP_TAG_ACTIONS]
    deny: Statement = {"Effect": "Deny", "Action": actions, "Resource": [*nodes, groups]}
    return [
        # Condition keys are case-insensitive, so a tag FINANCE would satisfy what ssm:resourceTag/Finance guards.
        {
            "Sid": "KeepScopingTags",
            **deny,
            "Condition": {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": list(tag_keys)}},
        },
        # DeleteTags without keys removes all tags, so a request without keys is denied too.
        {"Sid": "KeepUnnamedTags", **deny, "Condition": {"Null": {"aws:TagKeys": "true"}}},
    ]
