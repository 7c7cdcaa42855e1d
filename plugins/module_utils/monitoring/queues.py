# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS queues that rules may send to. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.notifications import (
    EVENTS,
    check_rules,
    rules_statement,
    with_statement,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.notifications import Attributes
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place


QUEUE_NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,80}")
# SQS API reference, SetQueueAttributes.
RETENTION_SECONDS = (60, 1_209_600)
VISIBILITY_SECONDS = (0, 43_200)


@dataclasses.dataclass(frozen=True)
class QueueSpec:
    """A queue as asked for; None means: leave it as it is. A queue of its own encrypts with SQS's own keys."""

    name: str
    message_retention_period: int | None = None
    visibility_timeout: int | None = None
    kms_master_key_id: str | None = None
    event_rules: Sequence[str] | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True

    def __post_init__(self) -> None:
        if not QUEUE_NAME_PATTERN.fullmatch(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a standard queue; "
                "allowed are 1 to 80 letters, digits, '-' and '_'."
            )
        _check_range("message_retention_period", self.message_retention_period, RETENTION_SECONDS)
        _check_range("visibility_timeout", self.visibility_timeout, VISIBILITY_SECONDS)
        check_rules(self.event_rules)

    def attributes(self, place: Place, current: Mapping[str, str]) -> Attributes:
        """The attributes asked for, as SetQueueAttributes takes them."""
        wanted = {
            "MessageRetentionPeriod": self.message_retention_period,
            "VisibilityTimeout": self.visibility_timeout,
            "KmsMasterKeyId": self.kms_master_key_id,
        }
        attributes = {key: str(value) for key, value in wanted.items() if value is not None}
        if self.event_rules is not None:
            arn = queue_arn(place, self.name)
            statement = rules_statement(place, "sqs:SendMessage", arn, self.event_rules)
            attributes["Policy"] = with_statement(current.get("Policy"), EVENTS, statement)
        return attributes


def _check_range(argument: str, value: int | None, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if value is not None and not low <= value <= high:
        raise RequestError(f"{argument}: {value} is out of range; allowed are {low} to {high} seconds.")


def queue_arn(place: Place, name: str) -> str:
    """The ARN of a queue."""
    return str(Arn(place.partition, "sqs", place.region, place.account, name))
