# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS topics: the wanted topic and the changes to get there. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn, parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place


MAKER: t.Final = "sns_topic"
TOPIC_NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,256}")
PASSWORD_PATTERN = re.compile(r"^(https?://[^:/@]+:)[^/@]*(@)")
EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
SMS_PATTERN = re.compile(r"\+[0-9]{2,15}")
PROTOCOLS = ("email", "email-json", "http", "https", "lambda", "sms", "sqs")


@dataclasses.dataclass(frozen=True)
class TopicSpec:
    """The wanted topic; None means no change."""

    name: str
    display_name: str | None = None
    kms_master_key_id: str | None = None
    subscriptions: Sequence[Mapping[str, str]] | None = None
    purge_subscriptions: bool = False
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        if not TOPIC_NAME_PATTERN.fullmatch(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a topic; allowed are 1 to 256 letters, digits, '-' and '_'."
            )
        check_subscriptions(self.subscriptions or ())

    def attribute_change(self, current: Mapping[str, str]) -> dict[str, str]:
        """The wanted attributes that differ from the current ones, as SetTopicAttributes accepts them."""
        wanted = {"DisplayName": self.display_name, "KmsMasterKeyId": self.kms_master_key_id}
        return {key: value for key, value in wanted.items() if value is not None and value != current.get(key, "")}


def check_subscriptions(subscriptions: Iterable[Mapping[str, str]]) -> None:
    """Raise RequestError for an endpoint that its protocol does not have."""
    for item in subscriptions:
        protocol, endpoint = item["protocol"], item["endpoint"]
        fits = {
            "email": EMAIL_PATTERN.fullmatch(endpoint) is not None,
            "email-json": EMAIL_PATTERN.fullmatch(endpoint) is not None,
            "http": endpoint.startswith("http://"),
            "https": endpoint.startswith("https://"),
            "lambda": _is_of(endpoint, "lambda"),
            "sms": SMS_PATTERN.fullmatch(endpoint) is not None,
            "sqs": _is_of(endpoint, "sqs"),
        }
        if not fits.get(protocol, True):
            raise RequestError(
                f"subscriptions.endpoint: {endpoint!r} is not an endpoint of protocol {protocol}; allowed are "
                "addresses with @ for email, URLs for http and https, numbers with + for sms, ARNs for sqs and lambda."
            )


def _is_of(endpoint: str, service: str) -> bool:
    arn = parse_arn(endpoint)
    return arn is not None and arn.service == service


def masked(endpoint: str) -> str:
    """An endpoint as SNS lists it: with C(****) for the password in a URL."""
    return PASSWORD_PATTERN.sub(r"\1****\2", endpoint)


def topic_arn(place: Place, name: str) -> str:
    """The ARN of a topic."""
    return str(Arn(place.partition, "sns", place.region, place.account, name))
