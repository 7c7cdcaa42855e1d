# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task does that finds commands with its client token: attach to them, and send only what is missing. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import marks_of_command
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.parts import asked_nodes, requested_at
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.report import build_result
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import CommandRecord, Run, Verdict
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import SentRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from mypy_boto3_ssm.type_defs import CommandTypeDef


@dataclasses.dataclass(frozen=True)
class Adoption:
    """The commands that have the client token of a request, oldest first, and the node IDs that none was sent to.

    `unlisted` are requests with the token that this run has sent, or may have sent, and that AWS does not list.
    """

    commands: tuple[CommandTypeDef, ...]
    missing_ids: tuple[str, ...]
    unlisted: tuple[SentRequest, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to send."""
        return bool(self.commands) and not self.missing_ids

    @property
    def unknown_ids(self) -> tuple[str, ...]:
        """Of the missing node IDs, those that a request may have been sent to."""
        asked = {node for request in self.unlisted for node in request.nodes}
        return tuple(node for node in self.missing_ids if node in asked)


def client_token_of(command: CommandTypeDef) -> str | None:
    """The client token that a command was sent with."""
    return marks_of_command(command).client_token


def within_age(
    listed: Iterable[CommandTypeDef], since: datetime.datetime, remembered: Iterable[SentRequest]
) -> list[CommandTypeDef]:
    """The commands that were requested since a moment, by AWS's clock, or that are remembered."""
    tokens = {request.token for request in remembered}
    return [
        command for command in listed if marks_of_command(command).token in tokens or requested_at(command) >= since
    ]


def adoption(request: SendRequest, listed: Iterable[CommandTypeDef]) -> Adoption:
    """The commands among those `listed` that a task with the same client token has sent.

    :raises RequestError: one of them is another request.
    """
    found = [command for command in listed if client_token_of(command) == request.client_token]
    found.sort(key=_order)
    if lacks_beginning(found):
        reason = (
            f"the command {found[0]['CommandId']} has it and is not the first of its task, which AWS does not list: "
            "which nodes have run it is not known. Run again in a minute, or use a new token."
        )
        raise RequestError.of_value("client_token is", request.client_token, reason)
    for command in found:
        difference = _difference(request, command)
        if difference:
            reason = f"the command {command['CommandId']} has it, with {difference}. A token belongs to one request."
            raise RequestError.of_value("client_token is", request.client_token, reason)
    asked = {node for command in found for node in asked_nodes(command)}
    return Adoption(tuple(found), tuple(node for node in request.instance_ids if node not in asked))


def lacks_beginning(listed: Iterable[CommandTypeDef]) -> bool:
    """Whether these commands with a client token are the later ones of a task: its first command is not among them."""
    found = [marks_of_command(command) for command in listed]
    return bool(found) and not any(marks.again == 0 and marks.part[0] == 1 for marks in found)


def unlisted(remembered: Iterable[SentRequest], listed: Iterable[CommandTypeDef]) -> tuple[SentRequest, ...]:
    """The requests of which no command is listed."""
    tokens = {marks_of_command(command).token for command in listed}
    return tuple(request for request in remembered if request.token not in tokens)


def adoption_preview(found: Adoption, rest: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """The result of check mode, where the task would attach: the nodes of the commands are not read.

    :param rest: the result of check mode for what is to be sent; None if the task would only attach.
    """
    known = build_result(Verdict(Run([CommandRecord(command, {}, read=False) for command in found.commands])))
    attach = f"client_token was used before: the task would attach to {', '.join(known['command_ids'])}."
    if rest is None:
        return {"changed": False, "failed": False, **known, "nodes": None, "msg": f"Nothing would be sent, as {attach}"}
    commands = {name: known[name] for name in ("command_ids", "commands", "summary_by_command")}
    return {**rest, **commands, "msg": f"{attach} {rest['msg']}"}


def unlisted_preview(found: Adoption) -> dict[str, t.Any]:
    """The same where the task would fail, as AWS does not list what this run has sent."""
    records = [CommandRecord(command, {}, read=False) for command in found.commands]
    never_sent = dict.fromkeys(found.missing_ids, statuses.NOT_SENT) | dict.fromkeys(
        found.unknown_ids, statuses.UNKNOWN
    )
    run = Run(records, never_sent, has_lost_targets=bool(found.unlisted) and not found.unknown_ids)
    return {"changed": True, **build_result(Verdict(run)), "nodes": None}


def is_sent_again(command: CommandTypeDef) -> bool:
    """Whether a task sent this command to nodes that it had sent to before."""
    return marks_of_command(command).again > 0


def _order(command: CommandTypeDef) -> tuple[datetime.datetime, tuple[int, int]]:
    return requested_at(command), marks_of_command(command).part


def _fields(command: CommandTypeDef) -> Mapping[str, t.Any]:
    return t.cast("Mapping[str, t.Any]", command)


def _difference(request: SendRequest, command: CommandTypeDef) -> str:
    """What a command has that the request has not; "" if it is a command of this request."""
    fields = _fields(command)
    if _name(str(request.fields["DocumentName"])) != _name(fields.get("DocumentName", "")):
        return "another document"
    versions = {fields.get("DocumentVersion", ""), request.fields.get("DocumentVersion", "")}
    # Only numbers: AWS may list the version that $DEFAULT or $LATEST was.
    if len([version for version in versions if str(version).isdecimal()]) > 1:
        return "another version of the document"
    if dict(request.fields.get("Parameters") or {}) != dict(fields.get("Parameters") or {}):
        return "other parameters"
    return "" if is_sent_again(command) or _is_for(request, command) else "other nodes"


def _name(document: str) -> str:
    """The name in an ARN, or the name itself: AWS lists the name."""
    return document.rsplit("/", 1)[-1] if document.startswith("arn:") else document


def _is_for(request: SendRequest, command: CommandTypeDef) -> bool:
    fields = _fields(command)
    if request.targets:
        return same_targets(request.targets) == same_targets(fields.get("Targets") or ())
    parts = list(request.id_parts())
    number, count = marks_of_command(command).part
    return count == len(parts) and number <= count and set(asked_nodes(fields)) == set(parts[number - 1])


def same_targets(targets: Iterable[Mapping[str, t.Any]]) -> list[tuple[str, list[str]]]:
    """Targets of SendCommand in a form that is equal if they are, in whatever order they are given."""
    return sorted((target["Key"], sorted(target["Values"])) for target in targets)
