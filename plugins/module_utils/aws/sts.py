# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import answer_field, aws_call

if t.TYPE_CHECKING:
    from mypy_boto3_sts.client import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef


@aws_call("assume the role")
def assume_role(client: STSClient, role_arn: str, session_name: str, external_id: str = "") -> CredentialsTypeDef:
    """Temporary credentials of a role; an empty external ID is not sent."""
    more: dict[str, t.Any] = {"ExternalId": external_id} if external_id else {}
    answer = client.assume_role(RoleArn=role_arn, RoleSessionName=session_name, **more)
    return t.cast("CredentialsTypeDef", answer_field(answer, "Credentials"))


@aws_call("get the caller's identity")
def get_caller_account(client: STSClient) -> tuple[str, str]:
    """The caller's partition and account ID, in this order (GetCallerIdentity)."""
    answer = client.get_caller_identity()
    return answer_field(answer, "Arn").split(":")[1], answer_field(answer, "Account")
