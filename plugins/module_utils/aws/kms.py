# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""KMS: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import answer_field, aws_call

if t.TYPE_CHECKING:
    from collections.abc import Mapping


class KMSClient(t.Protocol):
    """The part of boto3's client of KMS that is used; its type stubs are no requirement of this project."""

    def describe_key(self, *, KeyId: str) -> Mapping[str, t.Any]: ...  # noqa: N803  # boto3's own name

    def get_key_policy(self, *, KeyId: str, PolicyName: str) -> Mapping[str, t.Any]: ...  # noqa: N803  # boto3's


@aws_call("describe the key")
def get_key_arn(client: KMSClient, key_id: str) -> str:
    """The ARN of a key by its ID, its ARN or an alias (DescribeKey)."""
    return str(answer_field(answer_field(client.describe_key(KeyId=key_id), "KeyMetadata"), "Arn"))


@aws_call("get the policy of the key")
def get_key_policy(client: KMSClient, key_id: str) -> str:
    """GetKeyPolicy: the policy as JSON text; the key by its ID or its ARN."""
    return str(answer_field(client.get_key_policy(KeyId=key_id, PolicyName="default"), "Policy"))
