# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the calls of a client go, in words, without a call."""

from __future__ import annotations

import functools
import os
import typing as t
import urllib.parse

from ansible_collections.ssmops.run_command.plugins.plugin_utils.client_credentials import fields_of_credentials

if t.TYPE_CHECKING:
    from botocore.client import BaseClient


def client_place(client: BaseClient) -> str:
    """The region of a client, its endpoint if this is not AWS's own, and its account if it is known by now.

    The account is known with credentials that name it: of a role that was assumed, of IAM Identity Center, or with
    C(AWS_ACCOUNT_ID) or C(aws_account_id) beside the key.
    """
    region = client.meta.region_name
    parts = [region]
    if not _is_of_aws(client.meta.endpoint_url, region):
        parts.append(_without_credentials(client.meta.endpoint_url))
    account = _account(client)
    if account:
        parts.append(f"account {account}")
    return ", ".join(parts)


def _is_of_aws(endpoint_url: str, region: str) -> bool:
    host = urllib.parse.urlsplit(endpoint_url).hostname or ""
    # An endpoint of AWS in another region than the client's is worth showing too.
    return f".{region}." in host and host.endswith(_dns_suffixes())


@functools.cache
def _dns_suffixes() -> tuple[str, ...]:
    from botocore.loaders import create_loader

    outputs = [partition["outputs"] for partition in create_loader().load_data("partitions")["partitions"]]
    return tuple(f".{output[name]}" for output in outputs for name in ("dnsSuffix", "dualStackDnsSuffix"))


def _without_credentials(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _account(client: BaseClient) -> str | None:
    fields = fields_of_credentials(client)
    account = fields.get("account_id") or fields.get("_account_id")
    if account:
        return str(account)
    # amazon.aws passes the key of the environment on, without its account.
    is_from_environment = fields.get("access_key") == os.environ.get("AWS_ACCESS_KEY_ID")
    return os.environ.get("AWS_ACCOUNT_ID") if fields.get("access_key") and is_from_environment else None
