# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Partition, region and account of the caller, from its credentials and its client."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import ACCOUNT_PATTERN, partition_of_region
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import get_caller_account
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sts.client import STSClient

# The option of the documentation fragment account.
ACCOUNT_SPEC: t.Final[dict[str, t.Any]] = {"account_id": {"type": "str"}}


class PlacedModule(t.Protocol):
    """The part of AnsibleAWSModule that says where its resources are."""

    @property
    def params(self) -> Mapping[str, t.Any]: ...

    def client(self, service: str) -> t.Any: ...


def caller_place(client: STSClient) -> Place:
    """The caller's partition and account, and the client's region."""
    partition, account = get_caller_account(client)
    return Place(partition, client.meta.region_name, account)


def task_place(module: PlacedModule) -> Place:
    """Where a task's resources are: in the account of its option C(account_id), or in that of the caller.

    :raises RequestError: the option is not an account ID.
    """
    client, account = module.client("sts"), module.params["account_id"]
    if account is None:
        return caller_place(client)
    if not ACCOUNT_PATTERN.fullmatch(account):
        raise RequestError(f"account_id: {account!r} is not an account ID; allowed are 12 digits.")
    region = client.meta.region_name
    return Place(partition_of_region(region), region, account)
