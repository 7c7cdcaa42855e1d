# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to KMS send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import kms

from .call_rows import Row, RowTests

SERVICE = "kms"
ARN = "arn:aws:kms:us-east-1:123456789012:key/1"
ROWS = [
    Row(
        kms.get_key_arn,
        ("alias/k",),
        "describe_key",
        {"KeyId": "alias/k"},
        ({"KeyMetadata": {"KeyId": "1", "Arn": ARN}},),
        ARN,
    ),
    Row(
        kms.get_key_policy, (ARN,), "get_key_policy", {"KeyId": ARN, "PolicyName": "default"}, ({"Policy": "{}"},), "{}"
    ),
]


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
