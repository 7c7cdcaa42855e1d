# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the commands that were sent with a client token."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token import (
    Adoption,
    adoption,
    client_token_of,
    lacks_beginning,
    unlisted,
    within_age,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import SendError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import (
    CLOCK_TOLERANCE,
    FIRST_LOOK_UP_PAUSES,
    LOOK_UP_PAUSE,
    CommandSearch,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import VISIBILITY_DELAY

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import Memory, SentRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandTypeDef

# How long AWS lists a command (Run Command's documentation).
HISTORY = datetime.timedelta(days=30)


@dataclasses.dataclass(frozen=True)
class Recollection:
    """What earlier tasks of the run have sent with the client token, and how long to wait until AWS lists it."""

    requests: Sequence[SentRequest]
    patience: Deadline

    @classmethod
    def of(cls, memory: Memory, deadline: Deadline) -> Recollection:
        """What is remembered now; the patience begins now, too, on the clock of `deadline`.

        :raises SendError: it cannot be read.
        """
        try:
            requests = memory.requests()
        except OSError as error:
            raise SendError("What this run has sent with the same client_token cannot be read", error) from error
        return cls(requests, deadline.another(VISIBILITY_DELAY))


def find_adoption(
    client: SSMClient, retrier: Retrier, request: SendRequest, recollection: Recollection | None = None
) -> Adoption:
    """What to attach to and what to send: all commands of the account since the token's maximum age are listed.

    :raises RequestError: the token was used for another request.
    """
    if request.client_token is None:
        return Adoption((), request.instance_ids)
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=request.client_token_max_age)
    remembered = [sent for sent in recollection.requests if sent.sent_at >= since] if recollection else []
    # AWS's clock may be behind the one by which they are remembered.
    moments = [sent.sent_at - CLOCK_TOLERANCE for sent in remembered]
    found = _listed(client, retrier, request.client_token, min([since, *moments]))
    if recollection and remembered:
        pauses = iter(FIRST_LOOK_UP_PAUSES)
        retrier = retrier.within(recollection.patience)
        while unlisted(remembered, found.values()) and not recollection.patience.expired:
            recollection.patience.sleep(next(pauses, LOOK_UP_PAUSE))
            found |= _listed(client, retrier, request.client_token, min(moments))
    known = within_age(found.values(), since, remembered)
    if lacks_beginning(known):
        known += _earlier(client, retrier, request.client_token, {command["CommandId"] for command in known})
    return dataclasses.replace(adoption(request, known), unlisted=unlisted(remembered, known))


def _earlier(client: SSMClient, retrier: Retrier, client_token: str, known: set[str]) -> list[CommandTypeDef]:
    """Commands of a task of which the `known` ones (IDs) are within the token's maximum age, back to its first one."""
    found: list[CommandTypeDef] = []
    since = datetime.datetime.now(datetime.UTC) - HISTORY
    for command in CommandSearch(None, since).commands(client, retrier):
        if client_token_of(command) == client_token and command["CommandId"] not in known:
            found.append(command)
            if not lacks_beginning([command]):
                break
    return found


def _listed(
    client: SSMClient, retrier: Retrier, client_token: str, since: datetime.datetime
) -> dict[str, CommandTypeDef]:
    """The commands with a client token since a moment, by ID."""
    # Without the document's name: another request with the same token is to be found, too.
    listed = CommandSearch(None, since).commands(client, retrier)
    return {command["CommandId"]: command for command in listed if client_token_of(command) == client_token}
