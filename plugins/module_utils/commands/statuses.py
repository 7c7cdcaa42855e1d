# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of Run Command's statuses (Systems Manager User Guide, "Understanding command statuses")."""

from __future__ import annotations

import functools
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable

SUCCESS = "success"
FAILED = "failed"
EXECUTION_TIMED_OUT = "execution_timed_out"
DELIVERY_TIMED_OUT = "delivery_timed_out"
UNDELIVERABLE = "undeliverable"
TERMINATED = "terminated"
INVALID_PLATFORM = "invalid_platform"
ACCESS_DENIED = "access_denied"
CANCELLED = "cancelled"
PENDING = "pending"
IN_PROGRESS = "in_progress"
DELAYED = "delayed"
UNLISTED = "unlisted"
UNSENT = "unsent"
UNKNOWN = "unknown"
NOT_SENT = "not_sent"

# The first twelve are AWS's, in the order of its documentation; the others are about what AWS does not say of a node.
OUTCOMES = (
    SUCCESS,
    FAILED,
    EXECUTION_TIMED_OUT,
    DELIVERY_TIMED_OUT,
    UNDELIVERABLE,
    TERMINATED,
    INVALID_PLATFORM,
    ACCESS_DENIED,
    CANCELLED,
    PENDING,
    IN_PROGRESS,
    DELAYED,
    UNLISTED,
    UNSENT,
    UNKNOWN,
    NOT_SENT,
)
# AWS has ended the command and does not list the node; the node was never sent to; a lost response leaves open whether.
UNCERTAIN_OUTCOMES = frozenset({UNLISTED, UNSENT, UNKNOWN})
# Check mode sends nothing, so there is nothing to fail.
GOOD_OUTCOMES = frozenset({SUCCESS, NOT_SENT})
# The node may still run the command.
UNFINISHED_OUTCOMES = frozenset({PENDING, IN_PROGRESS, DELAYED})
# AWS says of the node that it has ended, and not well.
BAD_OUTCOMES = frozenset(OUTCOMES) - GOOD_OUTCOMES - UNFINISHED_OUTCOMES - UNCERTAIN_OUTCOMES
# Of several results of one node, the one further to the right counts.
BEST_TO_WORST = (
    SUCCESS,
    NOT_SENT,
    PENDING,
    IN_PROGRESS,
    DELAYED,
    UNSENT,
    CANCELLED,
    TERMINATED,
    INVALID_PLATFORM,
    ACCESS_DENIED,
    UNDELIVERABLE,
    DELIVERY_TIMED_OUT,
    UNLISTED,
    UNKNOWN,
    EXECUTION_TIMED_OUT,
    FAILED,
)
# The command did not reach the node, or the node never responded.
UNDELIVERED_OUTCOMES = frozenset({DELIVERY_TIMED_OUT, UNDELIVERABLE})
# What AWS counts toward MaxErrors.
ERROR_OUTCOMES = frozenset({FAILED, EXECUTION_TIMED_OUT})

TERMINAL_STATUSES = frozenset({"Success", "Cancelled", "TimedOut", "Failed"})

_BY_DETAILS = {outcome.replace("_", ""): outcome for outcome in OUTCOMES} | {
    "canceled": CANCELLED,
    "cancelling": IN_PROGRESS,
    "timedout": EXECUTION_TIMED_OUT,
}


def normalized(details: str) -> str:
    """StatusDetails without spaces and case: AWS uses "Delivery Timed Out" as well as "DeliveryTimedOut"."""
    return details.replace(" ", "").replace("_", "").replace("-", "").lower()


@functools.lru_cache  # asked for often for each of thousands of nodes, with few different words
def outcome_of(status: str, details: str) -> str:
    """The outcome (one of OUTCOMES) of an invocation; unknown StatusDetails fall back to Status."""
    known = _BY_DETAILS.get(normalized(details))
    if known in UNCERTAIN_OUTCOMES | {NOT_SENT} and not status:
        return known
    if known is not None and _is_outcome_of(status, known):
        return known
    return _BY_DETAILS.get(normalized(status), FAILED if is_terminal(status) else IN_PROGRESS)


def _is_outcome_of(status: str, outcome: str) -> bool:
    """Whether AWS can mean this outcome with this Status: only it says what succeeded and what has ended."""
    if outcome in UNCERTAIN_OUTCOMES | {NOT_SENT} or (outcome == SUCCESS and status != "Success"):
        return False
    return (outcome in UNFINISHED_OUTCOMES) == (status not in TERMINAL_STATUSES)


def is_terminal(status: str) -> bool:
    """Whether a command, an invocation or a plugin with this Status has ended."""
    return status in TERMINAL_STATUSES


def severity(outcome: str) -> int:
    """The position of an outcome in BEST_TO_WORST."""
    return BEST_TO_WORST.index(outcome)


def count_outcomes(outcomes: Iterable[str]) -> dict[str, int]:
    """The number of occurrences of each of OUTCOMES, including zeros, and the C(total)."""
    counts = dict.fromkeys(OUTCOMES, 0)
    for outcome in outcomes:
        counts[outcome] += 1
    return counts | {"total": sum(counts.values())}
