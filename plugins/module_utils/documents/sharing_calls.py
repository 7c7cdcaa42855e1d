# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shares a Command document with accounts."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import chunks

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.sharing import Change
    from mypy_boto3_ssm.client import SSMClient


def apply(client: SSMClient, name: str, change: Change) -> None:
    """Remove the accounts that may go, then add the others: a document has a limit of accounts."""
    for accounts in chunks(change.to_remove, ssm_documents.ACCOUNTS_A_CALL):
        ssm_documents.unshare(client, name, accounts)
    for accounts in chunks(change.to_add, ssm_documents.ACCOUNTS_A_CALL):
        ssm_documents.share(client, name, accounts)
