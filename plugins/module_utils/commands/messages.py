# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of messages: targets, and commands that have not ended. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SENT_AGAIN = "a command was sent again, and the first one may run, too"


def target_text(targets: Iterable[Mapping[str, t.Any]]) -> str:
    """Targets of SendCommand in words: C(tag:Role = web or api and tag-key = Team)."""
    return " and ".join(f"{target['Key']} = {' or '.join(target['Values'])}" for target in targets)


def interruption_message(
    reason: str,
    *,
    left: Sequence[str],
    cancelled: Sequence[str],
    unanswered: str | None = None,
    sent_again: Sequence[str] = (),
) -> str:
    """What happened to the commands when the controller was interrupted.

    `unanswered` is the token of a command that was being sent, and that AWS does not list; `sent_again` are those of
    requests that were sent again, about whose first commands AWS does not tell.
    """
    parts = []
    if cancelled:
        parts.append(f"asked AWS to cancel the commands {', '.join(cancelled)}")
    if left:
        parts.append(f"the commands continue, attach with command_ids: [{', '.join(left)}]")
    if unanswered:
        parts.append(f"a command was being sent and may still run: look for {unanswered} in the comments")
    if sent_again:
        parts.append(f"{_SENT_AGAIN}: look for {' and '.join(sent_again)} in the comments")
    return f"{reason}: {'; '.join(parts) or 'no command was running'}."


def with_notes(text: str, notes: str) -> str:
    """The text of an error, and sentences that begin with a space; AWS often gives a code without a message."""
    if not notes:
        return text
    text = text.rstrip(": ")
    return f"{text}{'' if text.endswith(('.', '!', '?')) else '.'}{notes}"


def timed_out_note(*, own_limit: bool, has_run: bool) -> str:
    """The beginning of the message of a task whose wait is over.

    :param own_limit: wait_timeout was given; otherwise, AWS says how long a command takes.
    :param has_run: a command had not ended; otherwise, some nodes were not sent to.
    """
    if has_run:
        limit = "after wait_timeout" if own_limit else "when the time was over that AWS gives it"
        return f"The command had not ended {limit}. "
    limit = "wait_timeout" if own_limit else "the time that AWS gives the commands"
    return f"Not all nodes were sent to within {limit}. "


def after_timeout(
    on_timeout: str, active: Sequence[str], refused: Sequence[str] = (), cancelled: Sequence[str] = ()
) -> str:
    """What happened to commands that had not ended in time.

    `active` are those that have not ended now, `refused` those that AWS did not cancel, `cancelled` those that it did.
    """
    if on_timeout == "leave":
        return f" The command continues: attach with command_ids: [{', '.join(active)}]." if active else ""
    going_on = [command_id for command_id in active if command_id in refused]
    ending = [command_id for command_id in active if command_id not in refused]
    said = ""
    if ending:
        said += f" Cancellation was requested, and these have not ended yet: command_ids: [{', '.join(ending)}]."
    if going_on:
        said += f" Cancellation was refused, and these continue: command_ids: [{', '.join(going_on)}]."
    return said or (" The command was cancelled where it had not ended." if cancelled else "")


def running_message(result: Mapping[str, t.Any]) -> str:
    """The message of attaching without waiting while nodes are still running."""
    summary = result["summary"]
    running = sum(summary[outcome] for outcome in statuses.UNFINISHED_OUTCOMES)
    bad = sum(summary[outcome] for outcome in statuses.BAD_OUTCOMES)
    listed = counted(summary["total"], "listed node")
    failures = f", of which {bad} did not succeed" if bad else ""
    return f"{summary['total'] - running} of {listed} ended so far{failures}; the commands continue."


def unwaited_message(adopted: Sequence[str], command_ids: Sequence[str]) -> str:
    """The message for C(wait=false): the commands, of which those in `adopted` were sent before."""
    sent = [command_id for command_id in command_ids if command_id not in adopted]
    parts = [adopted_note(adopted, sent)] if adopted else []
    if sent and not adopted:
        parts.append(f"Sent {', '.join(sent)}.")
    return f"{' '.join(parts)} Attach with command_ids to get the results."


def adopted_note(adopted: Sequence[str], sent: Sequence[str] = ()) -> str:
    """A note about commands that were found by their client token, and those that were sent besides."""
    if sent:
        return f"client_token was used before: attached to {', '.join(adopted)}, and sent {', '.join(sent)}."
    return f"Not sent again, as client_token was used before: attached to {', '.join(adopted)}."


def still_running_note(command_ids: Sequence[str]) -> str:
    """A note about commands that were sent before an error ended the task."""
    return f" The commands already sent continue: attach to them with command_ids: [{', '.join(command_ids)}]."


def cancelled_note(cancelled: Sequence[str]) -> str:
    """A note about nodes that no command was sent to, if others than the task have cancelled one of its commands."""
    if not cancelled:
        return ""
    return f" Nothing more was sent, as {', '.join(cancelled)} {'was' if len(cancelled) == 1 else 'were'} cancelled."


def unsent_note(unsent: int) -> str:
    """A note about nodes that no command was sent to before an error ended the task."""
    if not unsent:
        return ""
    return f" {unsent} {'node was' if unsent == 1 else 'nodes were'} not sent to."


def sent_twice_message(known: Sequence[str], duplicates: Sequence[str]) -> str:
    """The beginning of the message of a task that sent a command again, which AWS had accepted and listed too late."""
    return (
        f"The command may have run twice, as {', '.join(duplicates)} and as {', '.join(known)}: AWS had not listed the "
        "former within lost_response_timeout, and on_lost_response is resend. "
    )


def left_note(active: Sequence[str], token: str | None, sent_again: Sequence[str] = ()) -> str:
    """What may still run after a stop that did not end: commands by ID, and one that was being sent, by its token.

    `sent_again` are the tokens of requests that were sent again.
    """
    parts = [still_running_note(active).strip()] if active else []
    if token:
        parts.append(f"A command was being sent and may run: look for {token} in the comments of the commands.")
    if sent_again:
        said = f"{_SENT_AGAIN[0].upper()}{_SENT_AGAIN[1:]}"
        parts.append(f"{said}: look for {' and '.join(sent_again)} in the comments of the commands.")
    return " ".join(parts)
