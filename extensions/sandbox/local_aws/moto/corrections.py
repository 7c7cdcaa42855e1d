# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moto does otherwise than AWS, or not at all, where this collection uses it: corrected here, and listed."""

from __future__ import annotations

import typing as t

from . import (
    alarms,
    event_delivery,
    event_rules,
    iam_rules,
    instance_profiles,
    log_operations,
    metric_filters,
    session_tokens,
)
from .event_delivery import put_aws_event
from .self_check import check_moto

__all__ = ["CORRECTIONS", "Correction", "answer", "answer_query", "apply", "check_moto", "put_aws_event"]

Json = dict[str, t.Any]
RunCommand = t.Callable[[str, list[Json], Json, str, str], str]


class Correction(t.NamedTuple):
    """One difference: what moto does, what AWS (and the sandbox) does."""

    name: str
    moto: str
    aws: str


CORRECTIONS: t.Final = (
    Correction(
        "RunInstances with a profile", "gives it to the first of the instances only", "every instance has the profile"
    ),
    Correction("DeletePolicy", "deletes a policy that is attached", "DeleteConflict while it is attached"),
    Correction("CreatePolicy and CreatePolicyVersion", "take any size", "LimitExceeded above 6,144 characters"),
    Correction("ListServiceSpecificCredentials", "is missing", "there are none"),
    Correction("Rules with a schedule only", "match every event", "match no event"),
    Correction("Disabled rules", "deliver", "deliver nothing"),
    Correction("Events", "carry an ingestion time, and a time as a number", "the fields and the form AWS sends"),
    Correction("Event patterns", "lack wildcards, suffixes and other operators", "all documented operators"),
    Correction("Input, InputPath, InputTransformer", "Input and InputPath are ignored", "all three"),
    Correction("SNS and Run Command as targets", "fail", "deliver, with the rights of the rule's role"),
    Correction("Targets without a resource policy", "get the event", "do not: it goes to the dead letter queue"),
    Correction("AssociateKmsKey, DisassociateKmsKey", "are missing", "set and remove the key of a log group"),
    Correction("Class and deletion protection of log groups", "are missing", "kept, shown, and minded on delete"),
    Correction("FilterLogEvents", "knows single words", "terms, ?either, -not, JSON and space-delimited patterns"),
    Correction("Metric filters", "are stored and make no metric", "make the metric when a log event matches"),
    Correction(
        "Metric filters of a missing group, or with a pattern that is none",
        "are stored",
        "are refused, as are 100 more",
    ),
    Correction("Rules", "take patterns with unknown operators", "InvalidEventPatternException"),
    Correction("PutTargets", "takes any number and any Run Command target", "at most 5 a rule, each checked"),
    Correction("PutEvents with a source of AWS's own", "delivers", "NotAuthorizedForSourceException"),
    Correction("PutRetentionPolicy", "takes any number of days", "InvalidParameterException for others than AWS's"),
    Correction("DeleteLogGroup", "leaves tags and metric filters behind", "they go with the group"),
    Correction("PutResourcePolicy of CloudWatch Logs", "takes any text", "a policy of at most 5,120 characters"),
    Correction("Alarms", "are OK and stay so", "begin as INSUFFICIENT_DATA and follow the data"),
    Correction("Metric filters put twice", "are there twice", "the second replaces the first"),
    Correction("GetSessionToken, GetFederationToken", "give all the same keys", "make keys that let their owner in"),
    Correction("TestEventPattern, TestMetricFilter", "are missing", "answer as the delivery does"),
)


def apply(run_command: RunCommand) -> None:
    """Correct moto; MotoChangedError when this moto lacks something that is corrected or called.

    run_command(document ARN, targets, parameters, role ARN, region) is what a rule's target calls. May be called more
    than once: what is put in place stays, the last run_command counts.
    """
    check_moto()
    event_delivery.apply(run_command)
    event_rules.apply()
    alarms.apply()
    iam_rules.apply()
    instance_profiles.apply()
    log_operations.apply()
    metric_filters.apply()
    session_tokens.apply()


def answer_query(operation: str) -> bytes | None:
    """The XML of an IAM operation that moto lacks; None when it is moto's."""
    return iam_rules.answer(operation)


def answer(service: str, operation: str, request: Json, region: str) -> Json | None:
    """The answer to an operation that moto lacks or gets wrong; None when it is moto's."""
    function = {**log_operations.OPERATIONS, **event_delivery.OPERATIONS}.get((service, operation))
    return function(request, region) if function else None
