# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who the caller is, on botocore's own stubs."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import get_caller_account

from tests.support.service_models import stubbed_client


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_partition_and_account(partition: str) -> None:
    with stubbed_client("sts") as (client, stub):
        arn = f"arn:{partition}:sts::123456789012:assumed-role/ops/session"
        stub.add_response("get_caller_identity", {"Arn": arn, "Account": "123456789012", "UserId": "x"})
        assert get_caller_account(client) == (partition, "123456789012")
