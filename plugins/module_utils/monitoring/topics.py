# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS topics that rules and alarms may publish to. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.notifications import (
    ALARMS,
    EVENTS,
    alarms_statement,
    check_rules,
    rules_statement,
    with_statement,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.notifications import Attributes
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place


TOPIC_NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,256}")
PROTOCOLS = ("email", "email-json", "http", "https", "lambda", "sms", "sqs")


@dataclasses.dataclass(frozen=True)
class TopicSpec:
    """A topic as asked for; None means: leave it as it is."""

    name: str
    display_name: str | None = None
    kms_master_key_id: str | None = None
    event_rules: Sequence[str] | None = None
    cloudwatch_alarms: bool | None = None
    subscriptions: Sequence[Mapping[str, str]] | None = None
    purge_subscriptions: bool = False
    tags: dict[str, str] | None = None
    purge_tags: bool = True

    def __post_init__(self) -> None:
        if not TOPIC_NAME_PATTERN.fullmatch(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a topic; allowed are 1 to 256 letters, digits, '-' and '_'."
            )
        check_rules(self.event_rules)
        _check_subscriptions(self.subscriptions or ())

    def attributes(self, place: Place, current: Mapping[str, str]) -> Attributes:
        """The attributes asked for, as SetTopicAttributes takes them."""
        wanted = {"DisplayName": self.display_name, "KmsMasterKeyId": self.kms_master_key_id}
        attributes = {key: value for key, value in wanted.items() if value is not None}
        arn = topic_arn(place, self.name)
        if self.event_rules is not None:
            statement = rules_statement(place, "sns:Publish", arn, self.event_rules)
            attributes["Policy"] = with_statement(current.get("Policy"), EVENTS, statement)
        if self.cloudwatch_alarms is not None:
            policy = attributes.get("Policy", current.get("Policy"))
            statement = alarms_statement(place, arn) if self.cloudwatch_alarms else None
            attributes["Policy"] = with_statement(policy, ALARMS, statement)
        return attributes


def _check_subscriptions(subscriptions: Iterable[Mapping[str, str]]) -> None:
    for item in subscriptions:
        protocol, endpoint = item["protocol"], item["endpoint"]
        fits = {
            "email": "@" in endpoint,
            "email-json": "@" in endpoint,
            "http": endpoint.startswith("http://"),
            "https": endpoint.startswith("https://"),
            "lambda": endpoint.startswith("arn:"),
            "sms": endpoint.startswith("+"),
            "sqs": endpoint.startswith("arn:"),
        }
        if not fits.get(protocol, True):
            raise RequestError(
                f"subscriptions.endpoint: {endpoint!r} is not an endpoint of protocol {protocol}; allowed are "
                "addresses with @ for email, URLs for http and https, numbers with + for sms, ARNs for sqs and lambda."
            )


def topic_arn(place: Place, name: str) -> str:
    """The ARN of a topic."""
    return str(Arn(place.partition, "sns", place.region, place.account, name))
