# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Partition, region and account of the caller, from its credentials and its client."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import get_caller_account
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

if t.TYPE_CHECKING:
    from mypy_boto3_sts.client import STSClient


def caller_place(client: STSClient) -> Place:
    """The caller's partition and account, and the client's region."""
    partition, account = get_caller_account(client)
    return Place(partition, client.meta.region_name, account)
