# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that AWS denies: which action on which resource the caller lacks, in one sentence. Pure."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# AccessDenied: IAM, S3, SQS; with Exception: the services with JSON; EC2; SNS; HEAD of S3, which has no body.
CODES: t.Final = (
    *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"),
    *("AuthorizationErrorException", "NotAuthorized", "403"),
)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
_NAMED: t.Final = re.compile(
    r"User: (?P<user>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r'(?: on resource: "?(?P<resource>[^\s"]+)"?)?(?P<why> (?:because|with) .+?)?(?:\. .*)?\.?$',
    re.DOTALL,
)
_ENCODED: t.Final = re.compile(r"\s*Encoded authorization failure message: \S+")
# The texts that say no more than the code.
_EMPTY: t.Final = ("", "Access Denied", "Forbidden", "You are not authorized to perform this operation.")
# Operations of S3 whose action has another name, in the Service Authorization Reference.
_S3_ACTIONS: t.Final = {
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
}


def denial_text(exception: object) -> str | None:
    """What botocore's ClientError says, as a part of a sentence; None if AWS did not deny the call."""
    response: Mapping[str, t.Any] = getattr(exception, "response", None) or {}
    details = response.get("Error", {})
    code = str(details.get("Code", ""))
    if code not in CODES:
        return None
    message = _ENCODED.sub("", str(details.get("Message", ""))).strip()
    named = _NAMED.search(message)
    if named is None:
        return _unnamed(str(getattr(exception, "operation_name", "the call")), code, message)
    resource = f" on {named['resource']}" if named["resource"] else ""
    why = f",{named['why']}" if named["why"] else ""
    return f"{named['action']}{resource} is denied to {named['user']}{why} ({code})"


def _unnamed(operation: str, code: str, message: str) -> str:
    said = "" if message in _EMPTY else f": {message}"
    action = _action_of(operation, code)
    hint = f"; the call needs {action}" if action else ""
    return f"{operation} is denied ({code}), and AWS names neither the action nor the resource{hint}{said}"


def _action_of(operation: str, code: str) -> str | None:
    """The action of an operation of a service that does not name it: EC2 and S3, known by their codes."""
    if code == "UnauthorizedOperation":
        return f"ec2:{operation}"
    action = _S3_ACTIONS.get(operation)
    return f"s3:{action}" if action else None
