# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call that AWS denies is one sentence with what is missing, as far as AWS says it."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import AWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.denials import denial_text
from botocore.exceptions import ClientError, NoCredentialsError

USER = "arn:aws:iam::123456789012:user/ann"
ROLE = "arn:aws:iam::123456789012:role/web"
SAID = f"User: {USER} is not authorized to perform:"

# The code, the operation and the message of AWS, and what is said. The messages are those of IAM's user guide.
DENIED: list[tuple[str, str, str, str]] = [
    (
        "AccessDenied",
        "CreateRole",
        f"{SAID} iam:CreateRole on resource: {ROLE} because no identity-based policy allows the iam:CreateRole action",
        f"iam:CreateRole on {ROLE} is denied to {USER}, because no identity-based policy allows the iam:CreateRole"
        " action (AccessDenied)",
    ),
    (
        "AccessDeniedException",
        "SendCommand",
        f"{SAID} ssm:SendCommand on resource: {ROLE} with an explicit deny in a service control policy",
        f"ssm:SendCommand on {ROLE} is denied to {USER}, with an explicit deny in a service control policy"
        " (AccessDeniedException)",
    ),
    (
        "AccessDeniedException",
        "ListCommands",
        f"{SAID} ssm:ListCommands",
        f"ssm:ListCommands is denied to {USER} (AccessDeniedException)",
    ),
    (
        "AccessDenied",
        "PutBucketLifecycleConfiguration",
        f'{SAID} s3:PutLifecycleConfiguration on resource: "arn:aws:s3:::out" because no resource-based policy allows'
        " the s3:PutLifecycleConfiguration action",
        f"s3:PutLifecycleConfiguration on arn:aws:s3:::out is denied to {USER}, because no resource-based policy"
        " allows the s3:PutLifecycleConfiguration action (AccessDenied)",
    ),
    (
        "UnauthorizedOperation",
        "AssociateIamInstanceProfile",
        f"You are not authorized to perform this operation. {SAID} iam:PassRole on resource: {ROLE} because no"
        " identity-based policy allows the iam:PassRole action. Encoded authorization failure message: Ab-C_d",
        f"iam:PassRole on {ROLE} is denied to {USER}, because no identity-based policy allows the iam:PassRole action"
        " (UnauthorizedOperation)",
    ),
    (
        "UnauthorizedOperation",
        "AssociateIamInstanceProfile",
        "You are not authorized to perform this operation. Encoded authorization failure message: Ab-C_d",
        "AssociateIamInstanceProfile is denied (UnauthorizedOperation), and AWS names neither the action nor the"
        " resource; the call needs ec2:AssociateIamInstanceProfile",
    ),
    (
        "403",
        "HeadBucket",
        "Forbidden",
        "HeadBucket is denied (403), and AWS names neither the action nor the resource; the call needs s3:ListBucket",
    ),
    (
        "AccessDenied",
        "GetObject",
        "Access Denied",
        "GetObject is denied (AccessDenied), and AWS names neither the action nor the resource",
    ),
    (
        "AccessDeniedException",
        "PutKeyPolicy",
        "The new key policy would lock you out",
        "PutKeyPolicy is denied (AccessDeniedException), and AWS names neither the action nor the resource: The new"
        " key policy would lock you out",
    ),
]


@pytest.mark.parametrize(("code", "operation", "message", "said"), DENIED)
def test_what_is_missing_is_named(code: str, operation: str, message: str, said: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": message}}, operation)
    assert denial_text(error) == said
    assert str(AWSError("Failed to do it", error)) == f"Failed to do it: {said}"


def test_another_error_is_told_as_botocore_tells_it() -> None:
    error = ClientError({"Error": {"Code": "NoSuchEntity", "Message": "gone"}}, "GetRole")
    assert denial_text(error) is None
    assert str(AWSError("Failed", error)) == f"Failed: {error}"
    assert denial_text(NoCredentialsError()) is None
    assert denial_text(None) is None
    assert str(AWSError("Failed")) == "Failed"
