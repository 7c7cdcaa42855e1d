# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the commands that were sent with a client token."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token import Adoption, adoption
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import CommandSearch

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from mypy_boto3_ssm.client import SSMClient


def find_adoption(client: SSMClient, retrier: Retrier, request: SendRequest) -> Adoption:
    """What to attach to and what to send: all commands of the account since the token's maximum age are listed.

    :raises RequestError: the token was used for another request.
    """
    if request.client_token is None:
        return Adoption((), request.instance_ids)
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=request.client_token_max_age)
    # Without the document's name: another request with the same token is to be found, too.
    return adoption(request, CommandSearch(None, since).commands(client, retrier))
