# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that together need every right of meta/permissions.yml.

{n} is a new name for each run, {key} the ARN of a KMS key, {node} the ID of a node.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.json_texts import dump

Json = dict[str, t.Any]
ACCOUNT: t.Final = "123456789012"
ROLE: t.Final = f"arn:aws:iam::{ACCOUNT}:role"
HYBRID: t.Final = "mi-0123456789abcdef0"
TRUST: t.Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@dataclasses.dataclass(frozen=True)
class Case:
    """One run of a module and the uses and options whose rights it is given.

    prior are the modules and the clients' operations that an administrator runs before it; fails is what it says if it
    is to fail all the same.
    """

    module: str
    uses: tuple[str, ...]
    arguments: Json
    options: tuple[str, ...] | None = ()
    prior: tuple[tuple[str, Json], ...] = ()
    names: Json = dataclasses.field(default_factory=lambda: {"name": "{n}"})
    check: bool = False
    fails: str = ""


GROUP: Json = {"name": "/{n}"}
FILTER: Json = {
    "name": "{n}",
    "log_group_name": "/{n}",
    "filter_pattern": "ERROR",
    "metric_name": "Errors",
    "metric_namespace": "Trial",
}
FILTER_ABSENT: Json = {
    "name": "{n}",
    "log_group_name": "/{n}",
    "metric_name": "Errors",
    "metric_namespace": "Trial",
    "state": "absent",
}
TOPIC: Json = {"name": "{n}"}
QUEUE: tuple[str, Json] = ("sqs.create_queue", {"QueueName": "{n}"})
QUEUE_ARN: t.Final = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{{n}}"
SUBSCRIPTIONS: list[Json] = [{"protocol": "sqs", "endpoint": QUEUE_ARN}]
RULE: Json = {"name": "{n}", "on_command_status": {}, "targets": [{"id": "queue", "arn": QUEUE_ARN}]}
SENDING_RULE: Json = {
    "name": "{n}",
    "schedule_expression": "rate(1 day)",
    "targets": [
        {
            "id": "send",
            "document_name": "AWS-RunShellScript",
            "parameters": {"commands": ["uptime"]},
            "run_command_targets": [{"key": "tag:Role", "values": ["web"]}],
            "role_arn": f"{ROLE}/{{n}}",
        }
    ],
}
EVENTS_ROLE: tuple[str, Json] = ("iam.create_role", {"RoleName": "{n}", "AssumeRolePolicyDocument": TRUST})
PROFILE: Json = {"name": "{n}"}
RICH_PROFILE: Json = {
    "name": "{n}",
    "cloudwatch_log_groups": ["/ssm/{n}"],
    "permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess",
    "tags": {"Team": "web", "Old": "yes"},
}
INSTANCE: tuple[str, Json] = (
    "ec2.run_instances",
    {
        "ImageId": "ami-04681a1dbd79675a5",
        "InstanceType": "t3.micro",
        "MinCount": 1,
        "MaxCount": 1,
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Trial", "Value": "{n}"}]}],
    },
)
BARE_PROFILE: tuple[str, Json] = ("iam.create_instance_profile", {"InstanceProfileName": "{n}-bare"})
FILLED_PROFILE: tuple[str, Json] = (
    "iam.add_role_to_instance_profile",
    {"InstanceProfileName": "{n}-bare", "RoleName": "{n}"},
)
ASSOCIATED: Json = {"name": "{n}", "tags": {"Trial": "{n}"}}
OTHER_PROFILE: tuple[str, Json] = ("instance_profile", {"name": "{n}-other"})
ASSOCIATION_NAMES: Json = {"name": "{n}", "role": "{n}"}
SCOPES: list[Json] = [{"tags": {"Trial": "{n}"}}]
POLICY: Json = {"name": "{n}", "scopes": SCOPES}
ATTACHED: Json = {**POLICY, "users": ["{n}"], "groups": ["{n}"], "roles": ["{n}"]}
PRINCIPALS: tuple[tuple[str, Json], ...] = (
    ("iam.create_user", {"UserName": "{n}"}),
    ("iam.create_group", {"GroupName": "{n}"}),
    EVENTS_ROLE,
)
DOUBT: t.Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "ssm:SendCommand",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
        },
    }
)
POLICY_ARN: t.Final = f"arn:aws:iam::{ACCOUNT}:policy/{{n}}"
TAG_SETS: list[Json] = [{"Role": "web"}, {"Role": "db"}, {}]


def doubtful(kind: str) -> Case:
    """A user, group or role whose rights depend on a key that nobody tells."""
    field = {"user": "UserName", "group": "GroupName", "role": "RoleName"}[kind]
    trust = {"AssumeRolePolicyDocument": TRUST} if kind == "role" else {}
    return Case(
        "send_command_access_info",
        ("read",),
        {
            "principals": [f"arn:aws:iam::{ACCOUNT}:{kind}/{{n}}"],
            "tag_sets": TAG_SETS,
            "documents": ["AWS-RunShellScript"],
        },
        ("principals",),
        (
            (f"iam.create_{kind}", {field: "{n}", **trust}),
            ("iam.create_policy", {"PolicyName": "{n}", "PolicyDocument": DOUBT}),
            (f"iam.put_{kind}_policy", {field: "{n}", "PolicyName": "own", "PolicyDocument": DOUBT}),
            (f"iam.attach_{kind}_policy", {field: "{n}", "PolicyArn": POLICY_ARN}),
        ),
        {kind: "{n}"},
    )


ALLOWED: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]}
SEND: Json = {"target_tags": {"Role": ["web"]}, "commands": ["echo {n}"], "comment": "{n}"}
OWN: Json = {"target_tags": {"Role": ["web"]}, "document_name": "Own", "parameters": {"word": ["{n}"]}}
OWN_DOCUMENT: t.Final = json.dumps(
    {
        "schemaVersion": "2.2",
        "parameters": {"word": {"type": "String", "allowedPattern": "^[a-z0-9]+$"}},
        "mainSteps": [{"action": "aws:runShellScript", "name": "say", "inputs": {"runCommand": ["echo {{ word }}"]}}],
    }
)
LONG: Json = {**SEND, "commands": ["head -c 30000 /dev/zero | tr '\\0' x"]}
LONG_DOCUMENT: t.Final = json.dumps(
    {
        "schemaVersion": "2.2",
        "mainSteps": [
            {"action": "aws:runShellScript", "name": "print", "inputs": {"runCommand": LONG["commands"]}},
        ],
    }
)
DOCUMENT: Json = {"name": "{n}", "content": json.loads(LONG_DOCUMENT)}
ANY_DOCUMENT: Json = {"document": "*"}
SHARED: Json = {"account_ids": ["111122223333"]}
TWO_VERSIONS: tuple[tuple[str, Json], ...] = (
    ("command_document", {**DOCUMENT, "version_name": "first"}),
    ("command_document", {"name": "{n}", "content": json.loads(OWN_DOCUMENT)}),
)
METRIC: Json = {"name": "{n}", "metric_namespace": "Trial", "metric_name": "Errors"}
WEB: Json = {"document": "AWS-RunShellScript"}
SLEEPING: tuple[str, Json] = ("send_command", {**SEND, "commands": ["sleep 60"], "wait": False})
SSM_ROLE: tuple[str, Json] = (
    "iam.create_role",
    {"RoleName": "{n}", "AssumeRolePolicyDocument": TRUST.replace("events.", "ssm.")},
)
MANAGED_HOSTS: Json = {"role": "{n}"}
UNMANAGED: tuple[str, Json] = ("default_host_management", {"state": "disabled", "overwrite": True})
HOST_ROLE: Json = {"role": "{n}"}
BUCKET: tuple[str, Json] = ("s3.create_bucket", {"Bucket": "{n}"})

CASES: tuple[Case, ...] = (
    Case("log_group", ("read",), GROUP, prior=(("log_group", GROUP),), names={"name": "/{n}"}),
    Case("log_group", ("create",), GROUP, names={"name": "/{n}"}),
    Case(
        "log_group",
        ("create",),
        {**GROUP, "retention_in_days": 7, "deletion_protection_enabled": True},
        ("retention_in_days", "deletion_protection_enabled"),
        names={"name": "/{n}"},
    ),
    Case(
        "log_group",
        ("change",),
        {**GROUP, "retention_in_days": 0, "tags": {"New": "1"}, "kms_key_id": ""},
        ("retention_in_days", "tags", "kms_key_id"),
        (("log_group", {**GROUP, "retention_in_days": 7, "tags": {"Old": "1"}, "kms_key_id": "{key}"}),),
        {"name": "/{n}"},
    ),
    Case(
        "log_group",
        ("change",),
        {**GROUP, "kms_key_id": "{key}"},
        ("kms_key_id",),
        (("log_group", GROUP),),
        {"name": "/{n}"},
    ),
    Case(
        "log_group",
        ("change",),
        {**GROUP, "deletion_protection_enabled": True},
        ("deletion_protection_enabled",),
        (("log_group", GROUP),),
        {"name": "/{n}"},
    ),
    Case("log_group", ("absent",), {**GROUP, "state": "absent"}, prior=(("log_group", GROUP),), names={"name": "/{n}"}),
    Case("log_metric_filter", ("create",), FILTER, prior=(("log_group", GROUP),), names={"log_group": "/{n}"}),
    Case(
        "log_metric_filter",
        ("create",),
        FILTER,
        prior=(("log_group", {**GROUP, "log_group_class": "INFREQUENT_ACCESS"}),),
        names={"log_group": "/{n}"},
        fails="has the class INFREQUENT_ACCESS|InvalidOperationException",
    ),
    Case(
        "log_metric_filter",
        ("absent",),
        FILTER_ABSENT,
        prior=(("log_group", GROUP), ("log_metric_filter", FILTER)),
        names={"log_group": "/{n}"},
    ),
    Case("log_resource_policy", ("create",), {"name": "{n}", "log_group_names": ["/{n}"]}, names={}),
    Case(
        "log_resource_policy",
        ("absent",),
        {"name": "{n}", "state": "absent"},
        prior=(("log_resource_policy", {"name": "{n}", "log_group_names": ["/{n}"]}),),
        names={},
    ),
    Case(
        "command_log_info",
        ("read",),
        {"log_group_name": "/{n}"},
        prior=(("log_group", GROUP),),
        names={"log_group": "/{n}"},
    ),
    Case("command_document", ("create",), DOCUMENT),
    Case(
        "command_document",
        ("change",),
        {**DOCUMENT, "content": json.loads(OWN_DOCUMENT), "tags": {"New": "1"}},
        ("content", "tags"),
        (("command_document", {**DOCUMENT, "tags": {"Old": "1"}}),),
    ),
    Case(
        "command_document",
        ("change",),
        {**DOCUMENT, "content": json.loads(OWN_DOCUMENT)},
        ("content",),
        (
            ("command_document", DOCUMENT),
            (
                "ssm.update_document",
                {"Name": "{n}", "Content": dump(json.loads(OWN_DOCUMENT)), "DocumentVersion": "$LATEST"},
            ),
        ),
    ),
    Case("command_document", ("create",), {**DOCUMENT, **SHARED}, ("account_ids",)),
    Case(
        "command_document", ("change",), {"name": "{n}", **SHARED}, ("account_ids",), (("command_document", DOCUMENT),)
    ),
    Case("command_document", ("change",), {"name": "{n}", "default_version": "1"}, ("default_version",), TWO_VERSIONS),
    Case(
        "command_document",
        ("change",),
        {"name": "{n}", "keep_versions": 1, "prune_named_versions": True},
        ("keep_versions",),
        TWO_VERSIONS,
    ),
    Case("command_document", ("absent",), {"name": "{n}", "state": "absent"}, prior=(("command_document", DOCUMENT),)),
    Case(
        "command_document",
        ("absent",),
        {"name": "{n}", "state": "absent", "force": True},
        ("force",),
        (("command_document", {**DOCUMENT, **SHARED}),),
    ),
    Case(
        "command_document",
        ("absent",),
        {"name": "{n}", "state": "absent", "version_name": "first"},
        ("version_name",),
        TWO_VERSIONS,
    ),
    Case(
        "command_document_info", ("read",), {"name_prefix": "{n}"}, (), (("command_document", DOCUMENT),), ANY_DOCUMENT
    ),
    Case(
        "command_document_info",
        ("read",),
        {"names": ["{n}"], "include_content": True, "include_versions": True, "include_permissions": True},
        ("include_content", "include_versions", "include_permissions"),
        (("command_document", DOCUMENT),),
        {"document": "{n}"},
    ),
    Case("ownership_info", ("read",), {"rules": ["{n}"]}, ("rules",), (QUEUE, ("event_rule", RULE)), {"rule": "{n}"}),
    Case("ownership_info", ("read",), {"topics": ["{n}"]}, ("topics",), (("sns_topic", TOPIC),), {"topic": "{n}"}),
    Case("ownership_info", ("read",), {"queues": ["{n}"]}, ("queues",), (QUEUE,), {"queue": "{n}"}),
    Case("ownership_info", ("read",), {"dashboards": ["{n}"]}, ("dashboards",), names={"dashboard": "{n}"}),
    Case("ownership_info", ("read",), {"documents": ["{n}"]}, ("documents",), names={"document": "{n}"}),
    Case("ownership_info", ("read",), {"roles": ["{n}"]}, ("roles",), names={"role": "{n}"}),
    Case("ownership_info", ("read",), {"buckets": ["{n}"]}, ("buckets",), (BUCKET,), {"bucket": "{n}"}),
    Case("ownership_info", ("read",), {"alarms": [METRIC]}, ("alarms",), names={"alarm": "{n}"}),
    Case(
        "ownership_info",
        ("read",),
        {"metric_filters": [{**METRIC, "log_group_name": "/{n}"}]},
        ("metric_filters",),
        names={"log_group": "/{n}"},
    ),
    Case("default_host_management", ("check",), MANAGED_HOSTS, prior=(UNMANAGED,), names=HOST_ROLE, check=True),
    Case("default_host_management", ("enable",), MANAGED_HOSTS, prior=(SSM_ROLE, UNMANAGED), names=HOST_ROLE),
    Case(
        "default_host_management",
        ("disable",),
        {"state": "disabled"},
        prior=(SSM_ROLE, UNMANAGED, ("default_host_management", MANAGED_HOSTS)),
        names={},
    ),
    Case("dashboard", ("create",), {"name": "{n}", "body": {"widgets": []}}),
    Case(
        "dashboard",
        ("absent",),
        {"name": "{n}", "state": "absent"},
        prior=(("dashboard", {"name": "{n}", "body": {"widgets": []}}),),
    ),
    Case("sns_topic", ("create",), {**TOPIC, "tags": {"a": "b"}}),
    Case(
        "sns_topic",
        ("create",),
        {**TOPIC, "subscriptions": SUBSCRIPTIONS},
        ("subscriptions",),
        (QUEUE,),
    ),
    Case(
        "sns_topic",
        ("change",),
        {**TOPIC, "display_name": "x", "tags": {"c": "d"}, "subscriptions": [], "purge_subscriptions": True},
        ("tags", "subscriptions"),
        (
            QUEUE,
            ("sns_topic", {**TOPIC, "tags": {"a": "b"}, "subscriptions": SUBSCRIPTIONS}),
        ),
    ),
    Case("sns_topic", ("absent",), {**TOPIC, "state": "absent"}, prior=(("sns_topic", TOPIC),)),
    Case(
        "event_delivery_policy",
        ("create",),
        {"queue": "{n}", "rules": ["{n}"]},
        ("queue",),
        (QUEUE,),
        {"queue": "{n}"},
    ),
    Case(
        "event_delivery_policy",
        ("create",),
        {"queue": "{n}", "rules": ["{n}"]},
        ("queue",),
        (("sqs.create_queue", {"QueueName": "{n}", "Attributes": {"KmsMasterKeyId": "{key}"}}),),
        {"queue": "{n}"},
    ),
    Case(
        "event_delivery_policy",
        ("absent",),
        {"queue": "{n}", "state": "absent"},
        ("queue",),
        (QUEUE, ("event_delivery_policy", {"queue": "{n}", "rules": ["{n}"]})),
        {"queue": "{n}"},
    ),
    Case(
        "event_delivery_policy",
        ("create",),
        {"topic": "{n}", "rules": ["{n}"]},
        ("topic",),
        (("sns_topic", TOPIC),),
        {"topic": "{n}"},
    ),
    Case(
        "event_delivery_policy",
        ("absent",),
        {"topic": "{n}", "state": "absent"},
        ("topic",),
        (("sns_topic", TOPIC), ("event_delivery_policy", {"topic": "{n}", "rules": ["{n}"]})),
        {"topic": "{n}"},
    ),
    Case("event_rule", ("create",), RULE, prior=(QUEUE,)),
    Case(
        "event_rule",
        ("check",),
        {**SENDING_RULE, "targets": [{**SENDING_RULE["targets"][0], "parameters": {"command": ["uptime"]}}]},
        ("role_arn",),
        names={"name": "{n}", "role": "{n}", "document": "AWS-RunShellScript"},
        check=True,
        fails="no such parameter",
    ),
    Case("event_rule", ("create",), SENDING_RULE, ("role_arn",), (EVENTS_ROLE,), {"name": "{n}", "role": "{n}"}),
    Case(
        "event_rule",
        ("change",),
        {"name": "{n}", "enabled": False, "targets": [], "purge_targets": True, "tags": {"New": "1"}},
        ("tags",),
        (QUEUE, ("event_rule", {**RULE, "tags": {"Old": "1"}})),
    ),
    Case(
        "event_rule",
        ("change",),
        {**SENDING_RULE, "targets": [{**SENDING_RULE["targets"][0], "parameters": {"commands": ["date"]}}]},
        ("role_arn",),
        (EVENTS_ROLE, ("event_rule", SENDING_RULE)),
        {"name": "{n}", "role": "{n}"},
    ),
    Case("event_rule", ("absent",), {"name": "{n}", "state": "absent"}, prior=(QUEUE, ("event_rule", RULE))),
    Case(
        "s3_lifecycle_rule",
        ("create",),
        {"bucket": "{n}", "rule_id": "output", "expiration_days": 7},
        prior=(BUCKET,),
        names={"bucket": "{n}"},
    ),
    Case(
        "s3_lifecycle_rule",
        ("absent",),
        {"bucket": "{n}", "rule_id": "output", "state": "absent"},
        prior=(BUCKET, ("s3_lifecycle_rule", {"bucket": "{n}", "rule_id": "output", "expiration_days": 7})),
        names={"bucket": "{n}"},
    ),
    Case("instance_profile", ("create",), PROFILE),
    Case("instance_profile", ("create",), {**PROFILE, "core_policy": "inline"}, ("core_policy",)),
    Case(
        "instance_profile",
        ("create",),
        RICH_PROFILE,
        ("cloudwatch_log_groups", "permissions_boundary", "tags"),
    ),
    Case(
        "instance_profile",
        ("change",),
        {
            **PROFILE,
            "also_hybrid": True,
            "tags": {"New": "1"},
            "permissions_boundary": "",
            "managed_policies": ["AmazonSSMPatchAssociation"],
        },
        ("tags", "permissions_boundary", "managed_policies"),
        (("instance_profile", RICH_PROFILE),),
    ),
    Case(
        "instance_profile",
        ("change",),
        {**PROFILE, "permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess", "core_policy": "inline"},
        ("permissions_boundary", "core_policy"),
        (("instance_profile", PROFILE),),
    ),
    Case(
        "instance_profile",
        ("change",),
        {**PROFILE, "core_policy": "managed", "cloudwatch_log_groups": []},
        ("core_policy", "cloudwatch_log_groups"),
        (("instance_profile", {**PROFILE, "core_policy": "inline"}),),
    ),
    Case("instance_profile", ("absent",), {**PROFILE, "state": "absent"}, prior=(("instance_profile", PROFILE),)),
    Case(
        "instance_profile",
        ("absent",),
        {**PROFILE, "state": "absent"},
        ("cloudwatch_log_groups",),
        (("instance_profile", {**PROFILE, "cloudwatch_log_groups": ["/ssm/{n}"]}),),
    ),
    Case(
        "instance_profile_association",
        ("create",),
        ASSOCIATED,
        prior=(INSTANCE, ("instance_profile", PROFILE)),
        names=ASSOCIATION_NAMES,
    ),
    Case(
        "instance_profile_association",
        ("create",),
        {**ASSOCIATED, "wait_online": True, "wait_timeout": 10},
        ("wait_online",),
        (INSTANCE, ("instance_profile", PROFILE)),
        ASSOCIATION_NAMES,
    ),
    Case(
        "instance_profile_association",
        ("create",),
        {**ASSOCIATED, "name": "{n}-bare", "wait_online": True, "wait_timeout": 1},
        ("wait_online",),
        (INSTANCE, EVENTS_ROLE, BARE_PROFILE, FILLED_PROFILE),
        {"name": "{n}-bare", "role": "{n}"},
        fails="does not come online|not online|lacks",
    ),
    Case(
        "instance_profile_association",
        ("change",),
        {**ASSOCIATED, "on_conflict": "replace"},
        prior=(
            INSTANCE,
            ("instance_profile", PROFILE),
            OTHER_PROFILE,
            ("instance_profile_association", {**ASSOCIATED, "name": "{n}-other"}),
        ),
        names=ASSOCIATION_NAMES,
    ),
    Case(
        "instance_profile_association",
        ("absent",),
        {**ASSOCIATED, "state": "absent"},
        prior=(INSTANCE, ("instance_profile", PROFILE), ("instance_profile_association", ASSOCIATED)),
        names=ASSOCIATION_NAMES,
    ),
    Case(
        "instance_profile_association", ("check",), ASSOCIATED, prior=(INSTANCE,), names=ASSOCIATION_NAMES, check=True
    ),
    Case("managed_node_info", ("read",), {"tags": {"Role": "web"}}, ("tags",), names={}),
    Case("managed_node_info", ("read",), {"include_tags": False}, names={}),
    Case("managed_node_info", ("read",), {"tags": {"Role": "web"}, "wait_for": "online"}, ("wait_for",), names={}),
    Case("managed_node_info", ("read",), {"instance_ids": [HYBRID], "include_tags": True}, ("include_tags",), names={}),
    Case("send_command_policy", ("create",), POLICY),
    Case("send_command_policy", ("create",), ATTACHED, ("users", "groups", "roles"), PRINCIPALS),
    Case("send_command_policy", ("check",), ATTACHED, ("users", "groups", "roles"), check=True),
    Case("send_command_policy", ("create",), {**POLICY, "tags": {"a": "b"}}, ("tags",)),
    Case(
        "send_command_policy",
        ("change",),
        {**POLICY, "guard_tags": True, "tags": {"c": "d"}},
        ("tags",),
        (("send_command_policy", {**POLICY, "tags": {"a": "b"}}),),
    ),
    Case(
        "send_command_policy",
        ("change",),
        ATTACHED,
        ("users", "groups", "roles"),
        (*PRINCIPALS, ("send_command_policy", POLICY)),
    ),
    Case(
        "send_command_policy",
        ("change",),
        {**POLICY, "users": [], "groups": [], "roles": [], "purge_attachments": True},
        ("users", "groups", "roles"),
        (*PRINCIPALS, ("send_command_policy", ATTACHED)),
    ),
    Case(
        "send_command_policy",
        ("absent",),
        {"name": "{n}", "state": "absent"},
        prior=(("send_command_policy", POLICY), ("send_command_policy", {**POLICY, "guard_tags": True})),
    ),
    Case(
        "send_command_policy",
        ("absent",),
        {"name": "{n}", "users": ["{n}"], "groups": ["{n}"], "roles": ["{n}"], "state": "absent"},
        ("users", "groups", "roles"),
        (*PRINCIPALS, ("send_command_policy", ATTACHED)),
    ),
    Case(
        "send_command_access_info",
        ("read",),
        {"policy_documents": [ALLOWED], "tag_sets": [{"Role": "web"}], "documents": ["AWS-RunShellScript"]},
        (),
        names={},
    ),
    Case(
        "send_command_access_info",
        ("read",),
        {"policy_documents": [ALLOWED], "tag_sets": [{"Role": "web"}], "documents": ["{n}"], "check_documents": True},
        ("documents", "check_documents"),
        (("ssm.create_document", {"Name": "{n}", "DocumentType": "Command", "Content": OWN_DOCUMENT}),),
        {"document": "{n}", "instance": HYBRID},
    ),
    *map(doubtful, ("user", "group", "role")),
    Case(
        "send_command_access_info",
        ("read",),
        {"policy_documents": [ALLOWED], "instance_ids": [HYBRID, "{node}"], "documents": ["AWS-RunShellScript"]},
        ("instance_ids",),
        names={"instance": HYBRID},
    ),
    Case(
        "command_info",
        ("read",),
        {"invoked_after": "1h", "document_name": "{n}"},
        ("include_invocations", "exact_output"),
        (
            ("ssm.create_document", {"Name": "{n}", "DocumentType": "Command", "Content": LONG_DOCUMENT}),
            ("send_command", {"target_tags": {"Role": ["web"]}, "document_name": "{n}"}),
        ),
        {},
    ),
    Case("command_info", ("read",), {"invoked_after": "1h", "include_invocations": False}, (), names={}),
    Case("cancel_command", ("cancel",), {"comment": "{n}"}, prior=(SLEEPING,), names={}),
    Case("send_command", ("send",), LONG, (), names=WEB),
    Case("send_command", ("send",), OWN, (), names={"document": "Own"}),
    Case(
        "send_command",
        ("send",),
        {**SEND, "service_role_arn": f"{ROLE}/{{n}}"},
        ("service_role_arn",),
        (SSM_ROLE,),
        {**WEB, "role": "{n}"},
    ),
    Case(
        "send_command",
        ("send",),
        {**LONG, "output_s3_bucket_name": "{n}", "full_output": True},
        ("output_s3_bucket_name", "full_output"),
        (BUCKET,),
        {**WEB, "bucket": "{n}"},
    ),
    Case(
        "send_command",
        ("send",),
        {**LONG, "cloudwatch_log_group_name": "/{n}", "full_output": True},
        ("full_output",),
        names={**WEB, "log_group": "/{n}"},
    ),
    Case(
        "send_command",
        ("send",),
        {**SEND, "cloudwatch_log_group_name": "/{n}", "stream_output": True},
        ("stream_output",),
        names={**WEB, "log_group": "/{n}"},
    ),
    Case(
        "send_command",
        ("send", "cancel"),
        {**SEND, "commands": ["sleep 60"], "wait_timeout": 1, "on_timeout": "cancel", "fail_on": "never"},
        (),
        names=WEB,
    ),
)

# What is lost without an optional right: a text that comes with the loss, or after a ! one that goes.
LOSSES: t.Final[t.Mapping[tuple[str, str], str]] = {
    ("default_host_management", "iam:GetRole"): "was not checked: iam:GetRole",
    ("command_info", "ssm:GetCommandInvocation"): "is incomplete",
    ("event_delivery_policy", "kms:DescribeKey"): "could not be read",
    ("event_delivery_policy", "kms:GetKeyPolicy"): "could not be read",
    ("log_metric_filter", "logs:DescribeLogGroups"): "InvalidOperationException",
    ("event_rule", "ssm:DescribeDocument"): "parameters were not checked against",
    ("instance_profile_association", "iam:GetInstanceProfile"): "!there is no instance profile",
    ("instance_profile_association", "iam:SimulatePrincipalPolicy"): "!instance profile lacks",
    ("managed_node_info", "ssm:GetServiceSetting"): '"default_host_management": null',
    ("send_command", "logs:FilterLogEvents"): "FilterLogEvents",
    ("send_command", "logs:GetLogEvents"): "is incomplete",
    ("send_command", "s3:GetObject"): "is incomplete",
    ("send_command", "s3:ListBucket"): "is incomplete",
    ("send_command", "ssm:CancelCommand"): "CancelCommand",
    ("send_command", "ssm:DescribeDocument"): "parameters of .* were not checked",
    ("send_command", "ssm:DescribeInstanceInformation"): "platforms were not checked",
    ("send_command", "ssm:GetCommandInvocation"): "is incomplete",
    ("send_command", "ssm:GetDocument"): "allowed values of Own were not checked",
    ("send_command_access_info", "iam:GetContextKeysForPrincipalPolicy"): '!"simulations": [0-5],',
    ("send_command_access_info", "iam:GetGroupPolicy"): "the inline policy own of group",
    ("send_command_access_info", "iam:GetPolicy"): r'"unreadable_policies": \["arn',
    ("send_command_access_info", "iam:GetPolicyVersion"): r'"unreadable_policies": \["arn',
    ("send_command_access_info", "iam:GetRole"): "the permissions boundary of role",
    ("send_command_access_info", "iam:GetRolePolicy"): "the inline policy own of role",
    ("send_command_access_info", "iam:GetUser"): "the permissions boundary of user",
    ("send_command_access_info", "iam:GetUserPolicy"): "the inline policy own of user",
    ("send_command_access_info", "iam:ListAttachedGroupPolicies"): "the managed policies of group",
    ("send_command_access_info", "iam:ListAttachedRolePolicies"): "the managed policies of role",
    ("send_command_access_info", "iam:ListAttachedUserPolicies"): "the managed policies of user",
    ("send_command_access_info", "iam:ListGroupPolicies"): "the inline policies of group",
    ("send_command_access_info", "iam:ListGroupsForUser"): "the groups of user",
    ("send_command_access_info", "iam:ListRolePolicies"): "the inline policies of role",
    ("send_command_access_info", "iam:ListUserPolicies"): "the inline policies of user",
    ("send_command_access_info", "ssm:GetDocument"): "may not be read",
    ("send_command_access_info", "ssm:ListDocumentVersions"): "may not be listed",
    ("send_command_policy", "iam:GetGroup"): "!group t.*does not exist",
    ("send_command_policy", "iam:GetRole"): "!role t.*does not exist",
    ("send_command_policy", "iam:GetUser"): "!user t.*does not exist",
}
