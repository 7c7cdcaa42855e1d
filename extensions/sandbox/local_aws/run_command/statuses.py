# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statuses of plugins, invocations and commands, and how one follows from the others.

Pure: a command's status is a fold over counts of its invocations' StatusDetails, which is a fold over plugins.
"""

from __future__ import annotations

import typing as t

PENDING = "Pending"
IN_PROGRESS = "InProgress"
DELAYED = "Delayed"
SUCCESS = "Success"
FAILED = "Failed"
EXECUTION_TIMED_OUT = "ExecutionTimedOut"
DELIVERY_TIMED_OUT = "DeliveryTimedOut"
UNDELIVERABLE = "Undeliverable"
TERMINATED = "Terminated"
INVALID_PLATFORM = "InvalidPlatform"
ACCESS_DENIED = "AccessDenied"
CANCELLED = "Cancelled"
CANCELLING = "Cancelling"
INCOMPLETE = "Incomplete"
NO_INSTANCES_IN_TAG = "NoInstancesInTag"
RATE_EXCEEDED = "RateExceeded"
TIMED_OUT = "TimedOut"

# The Status that goes with each StatusDetails of an invocation.
STATUS_OF_DETAILS: t.Final[t.Mapping[str, str]] = {
    PENDING: PENDING,
    IN_PROGRESS: IN_PROGRESS,
    DELAYED: DELAYED,
    CANCELLING: CANCELLING,
    SUCCESS: SUCCESS,
    FAILED: FAILED,
    EXECUTION_TIMED_OUT: TIMED_OUT,
    DELIVERY_TIMED_OUT: TIMED_OUT,
    UNDELIVERABLE: FAILED,
    TERMINATED: FAILED,
    INVALID_PLATFORM: FAILED,
    ACCESS_DENIED: FAILED,
    CANCELLED: CANCELLED,
}
UNFINISHED: t.Final = frozenset({PENDING, IN_PROGRESS, DELAYED, CANCELLING})
ERRORS: t.Final = frozenset({FAILED, EXECUTION_TIMED_OUT})
NEVER_RAN: t.Final = frozenset({UNDELIVERABLE, INVALID_PLATFORM, ACCESS_DENIED})

# What exit codes mean to the agent: the document ends here, well or badly; a reboot is wanted; stopped before the end.
EXIT_WITH_SUCCESS = 168
EXIT_WITH_FAILURE = 169
REBOOT_EXIT_CODE = 194
STOPPED_EXIT_CODE = 137


class Outcome(t.NamedTuple):
    """A Status and its StatusDetails."""

    status: str
    details: str


def is_terminal(details: str) -> bool:
    """Whether an invocation with these StatusDetails will not change any more."""
    return details not in UNFINISHED


def of_exit_code(exit_code: int, *, cancelled: bool = False) -> str:
    """StatusDetails of a plugin from its exit code, as the agent decides it: 137 is "stopped", never "failed"."""
    if exit_code in {0, EXIT_WITH_SUCCESS}:
        return SUCCESS
    if exit_code == STOPPED_EXIT_CODE:
        return CANCELLED if cancelled else EXECUTION_TIMED_OUT
    return FAILED


def fold_plugins(details: t.Sequence[str]) -> str:
    """StatusDetails of an invocation from those of its plugins: the worst one wins."""
    for worst in (FAILED, EXECUTION_TIMED_OUT, CANCELLED):
        if worst in details:
            return worst
    return SUCCESS


def fold_command(counts: t.Mapping[str, int], tolerated_errors: int, *, cancelled: bool, growing: bool) -> Outcome:
    """Status of a command.

    counts: number of invocations by StatusDetails; tolerated_errors: MaxErrors as a number;
    cancelled: the whole command was asked to be cancelled; growing: targets are still being found.
    """
    present = {details for details, number in counts.items() if number}
    if growing or present & UNFINISHED:
        return _unfinished(present, cancelled=cancelled)
    if not present:
        return Outcome(SUCCESS, NO_INSTANCES_IN_TAG)
    return _finished(present, sum(counts.get(error, 0) for error in ERRORS) > tolerated_errors, cancelled=cancelled)


def _unfinished(present: set[str], *, cancelled: bool) -> Outcome:
    if cancelled:
        return Outcome(CANCELLING, CANCELLING)
    if not present or present == {PENDING}:
        return Outcome(PENDING, PENDING)
    if DELAYED in present and not present & {PENDING, IN_PROGRESS}:
        return Outcome(IN_PROGRESS, DELAYED)
    return Outcome(IN_PROGRESS, IN_PROGRESS)


def _finished(present: set[str], too_many_errors: bool, *, cancelled: bool) -> Outcome:
    if cancelled and CANCELLED in present:
        return Outcome(CANCELLED, CANCELLED)
    if too_many_errors or present <= NEVER_RAN:
        return Outcome(FAILED, FAILED)
    if SUCCESS in present and present <= NEVER_RAN | {SUCCESS}:
        return Outcome(SUCCESS, SUCCESS)
    if present == {DELIVERY_TIMED_OUT}:
        return Outcome(TIMED_OUT, DELIVERY_TIMED_OUT)
    return Outcome(FAILED, INCOMPLETE)
