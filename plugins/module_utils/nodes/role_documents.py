# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents of a node's role: who may assume it, and the node's permissions for Run Command. Pure.

A role policy consists of sections, each identified by the Sids of its statements, so that one can be rewritten while
the others are kept.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import as_list

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
        OutputBucket,
        ProfileRequest,
    )

Document = dict[str, t.Any]
Statement = dict[str, t.Any]
Section = t.Literal["core", "logs", "output", "agent"]

# The name of the module's inline policy.
NODE_POLICY = "ssmops-run-command-node"
CORE_MANAGED_POLICY = "AmazonSSMManagedInstanceCore"
SSM_SERVICE = "ssm.amazonaws.com"
# The mark of the statements that the module adds to the trust policy of a role.
TRUST_SIDS = {"ec2": "RunCommandInstances", "hybrid": "RunCommandHybridNodes"}

SECTION_SIDS: dict[Section, tuple[str, ...]] = {
    "core": ("RunCommandCore",),
    "logs": ("CommandOutputLogs", "FindLogGroups"),
    "output": ("CommandOutputObjects", "CommandOutputAcl", "CommandOutputBuckets", "CommandOutputKeys"),
    "agent": ("AgentBuckets",),
}

# The agent's calls to register, to receive commands and to respond. AmazonSSMManagedInstanceCore has more: every
# parameter of the account (ssm:GetParameter), Session Manager, inventory, patch baselines.
CORE_ACTIONS = (
    "ssm:UpdateInstanceInformation",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:DescribeDocument",
    "ssm:GetDocument",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:OpenControlChannel",
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
)

LOG_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")

# "SSM Agent communications with AWS managed S3 buckets" in the Systems Manager User Guide; in some regions, the names
# have a suffix of random characters, which the pattern at the end of the last two matches.
AGENT_BUCKETS = (
    "aws-windows-downloads-{region}",
    "amazon-ssm-{region}",
    "amazon-ssm-packages-{region}",
    "{region}-birdwatcher-prod",
    "aws-ssm-distributor-file-{region}",
    "aws-ssm-document-attachments-{region}",
    "aws-patchmanager-macos-{region}",
    "aws-ssm-{region}",
    "patch-baseline-snapshot-{region}",
    "aws-patch-manager-{region}-*",
    "patch-baseline-snapshot-{region}-*",
)


def ec2_service(partition: str) -> str:
    """The service principal of EC2."""
    return "ec2.amazonaws.com.cn" if partition == "aws-cn" else "ec2.amazonaws.com"


def managed_policy_arn(policy: str, partition: str) -> str:
    """The ARN of a managed policy, given as an ARN or as the name of an AWS managed policy."""
    return policy if policy.startswith("arn:") else f"arn:{partition}:iam::aws:policy/{policy}"


def trust_document(
    current: Mapping[str, t.Any] | None, also_hybrid: bool | None, partition: str, account: str
) -> Document:
    """The trust policy that lets EC2, and SSM's hybrid nodes if `also_hybrid`, assume the role.

    Other statements of `current` are kept; with `also_hybrid` false, only SSM is removed from them.
    """
    statements = [] if current is None else [dict(item) for item in as_list(current.get("Statement", []))]
    if not any(_trusts(item, {"ec2.amazonaws.com", ec2_service(partition)}) for item in statements):
        mark = {} if current is None else {"Sid": TRUST_SIDS["ec2"]}
        statements.insert(0, mark | _trust_statement(ec2_service(partition)))
    if also_hybrid and not any(_trusts(item, {SSM_SERVICE}, conditional=True) for item in statements):
        hybrid: Statement = {} if current is None else {"Sid": TRUST_SIDS["hybrid"]}
        hybrid |= _trust_statement(SSM_SERVICE)
        # SSM may use the role only for nodes of this account.
        hybrid["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
        statements.append(hybrid)
    if also_hybrid is False:
        statements = [kept for item in statements if (kept := _without_service(item, SSM_SERVICE))]
    rest = {"Version": "2012-10-17"} if current is None else {k: v for k, v in current.items() if k != "Statement"}
    return {**rest, "Statement": statements}


def trust_without_marks(document: Mapping[str, t.Any]) -> Document:
    """The trust policy of an adopted role without what the module added, unless nothing would be left."""
    statements = as_list(document.get("Statement", []))
    others = [item for item in statements if item.get("Sid") not in TRUST_SIDS.values()]
    return {**document, "Statement": others} if 0 < len(others) < len(statements) else dict(document)


def other_trust(document: Mapping[str, t.Any], also_hybrid: bool | None) -> list[Statement]:
    """The statements of a trust policy that allow more than EC2 (and SSM if `also_hybrid`) to assume the role."""
    known = {"ec2.amazonaws.com", "ec2.amazonaws.com.cn"} | ({SSM_SERVICE} if also_hybrid else set())
    return [
        item
        for item in as_list(document.get("Statement", []))
        if not (_is_plain_trust(item) and _services(item) <= known)
    ]


def _trust_statement(service: str) -> Statement:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


def _services(statement: Mapping[str, t.Any]) -> set[str]:
    principal = statement.get("Principal")
    return set(as_list(principal.get("Service", []))) if isinstance(principal, dict) else set()


def _actions(statement: Mapping[str, t.Any]) -> set[str]:
    return {str(action).lower() for action in as_list(statement.get("Action", []))}


def _trusts(statement: Mapping[str, t.Any], services: set[str], *, conditional: bool = False) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and bool(_services(statement) & services)
        and bool(_actions(statement) & {"sts:assumerole", "sts:*", "*"})
        and (conditional or not statement.get("Condition"))
    )


def _is_plain_trust(statement: Mapping[str, t.Any]) -> bool:
    principal = statement.get("Principal")
    return (
        statement.get("Effect") == "Allow"
        and isinstance(principal, dict)
        and set(principal) == {"Service"}
        and _actions(statement) == {"sts:assumerole"}
    )


def _without_service(statement: Statement, service: str) -> Statement | None:
    if statement.get("Effect") != "Allow" or service not in _services(statement):
        return statement
    principal = dict(statement["Principal"])
    principal["Service"] = [item for item in as_list(principal["Service"]) if item != service]
    if not principal["Service"]:
        del principal["Service"]
    return {**statement, "Principal": principal} if principal else None


def node_policy(
    current: Mapping[str, t.Any] | None, request: ProfileRequest, core_inline: bool | None, partition: str, account: str
) -> Document | None:
    """The role's inline policy: the sections of the request are built, other statements of `current` are kept.

    :param core_inline: whether the core permissions are part of it; None does not change them.
    :return: None if it is empty.
    """
    built: dict[Section, list[Statement]] = {}
    if core_inline is not None:
        built["core"] = [_allow("RunCommandCore", CORE_ACTIONS, ["*"])] if core_inline else []
    if request.cloudwatch_log_groups is not None:
        built["logs"] = _log_statements(request.cloudwatch_log_groups, partition, account)
    if request.output_s3_buckets is not None:
        built["output"] = _output_statements(request.output_s3_buckets, partition)
    if request.agent_s3_regions is not None:
        built["agent"] = _agent_statements(request.agent_s3_regions, partition)
    existing = [] if current is None else as_list(current.get("Statement", []))
    statements: list[Statement] = []
    for section, sids in SECTION_SIDS.items():
        statements += built.get(section, [item for item in existing if item.get("Sid") in sids])
    statements += other_statements(current)
    return {"Version": "2012-10-17", "Statement": statements} if statements else None


def other_statements(document: Mapping[str, t.Any] | None) -> list[Statement]:
    """The statements of the inline policy that are in none of its sections."""
    known = {sid for sids in SECTION_SIDS.values() for sid in sids}
    statements = [] if document is None else as_list(document.get("Statement", []))
    return [item for item in statements if item.get("Sid") not in known]


def unasked_statements(document: Mapping[str, t.Any] | None, request: ProfileRequest) -> list[Statement]:
    """The statements of the inline policy that no option requires: of options that are not set, and of no section."""
    options: dict[Section, object] = {
        "logs": request.cloudwatch_log_groups,
        "output": request.output_s3_buckets,
        "agent": request.agent_s3_regions,
    }
    unset = {sid for section, option in options.items() if option is None for sid in SECTION_SIDS[section]}
    statements = [] if document is None else as_list(document.get("Statement", []))
    return [item for item in statements if item.get("Sid") in unset] + other_statements(document)


def has_core(document: Mapping[str, t.Any] | None) -> bool:
    """Whether the inline policy has the core permissions."""
    statements = [] if document is None else as_list(document.get("Statement", []))
    return any(item.get("Sid") in SECTION_SIDS["core"] for item in statements)


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def _log_statements(names: Sequence[str], partition: str, account: str) -> list[Statement]:
    if not names:
        return []
    groups = [f"arn:{partition}:logs:*:{account}:log-group:{name}" for name in names]
    # Streams and, for some actions, the log group itself are named with a further part after the log group.
    resources = [text for group in groups for text in (group, f"{group}:*")]
    return [
        _allow("CommandOutputLogs", LOG_ACTIONS, resources),
        _allow("FindLogGroups", ["logs:DescribeLogGroups"], [f"arn:{partition}:logs:*:{account}:log-group:*"]),
    ]


def _output_statements(buckets: Sequence[OutputBucket], partition: str) -> list[Statement]:
    if not buckets:
        return []
    statements = [
        _allow("CommandOutputObjects", ["s3:PutObject"], [_objects(item, partition) for item in buckets]),
        _allow(
            "CommandOutputBuckets",
            ["s3:GetEncryptionConfiguration"],
            dict.fromkeys(f"arn:{partition}:s3:::{item.bucket}" for item in buckets),
        ),
    ]
    foreign = [_objects(item, partition) for item in buckets if item.other_account]
    if foreign:
        statements.insert(1, _allow("CommandOutputAcl", ["s3:PutObjectAcl"], foreign))
    keys = dict.fromkeys(item.kms_key_arn for item in buckets if item.kms_key_arn)
    if keys:
        statements.append(_allow("CommandOutputKeys", ["kms:Decrypt", "kms:GenerateDataKey"], keys))
    return statements


def _objects(bucket: OutputBucket, partition: str) -> str:
    return f"arn:{partition}:s3:::{bucket.bucket}/{bucket.prefix}/*".replace("//*", "/*")


def _agent_statements(regions: Sequence[str], partition: str) -> list[Statement]:
    if not regions:
        return []
    arns = [f"arn:{partition}:s3:::{name.format(region=region)}/*" for region in regions for name in AGENT_BUCKETS]
    return [_allow("AgentBuckets", ["s3:GetObject"], arns)]
