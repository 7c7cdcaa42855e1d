# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alarm that changes its state tells its topics.

Source: CloudWatch user guide, "Notifying users on alarm changes"; the fields are those of the messages it sends.
"""

from __future__ import annotations

import json
import logging
import typing as t

from moto.backends import get_backend
from moto.cloudwatch.models import Alarm
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..wire import regions
from . import alarm_states, resource_rights
from .patching import Correction, Json, wrap

CORRECTIONS: t.Final = (
    Correction("Alarm actions", "are not carried out", "a message to the topics whose policy lets CloudWatch publish"),
)
_LOG = logging.getLogger(__name__)
CLOUDWATCH: t.Final = "cloudwatch.amazonaws.com"
_ACTIONS: t.Final = {
    alarm_states.ALARM: "alarm_actions",
    alarm_states.OK: "ok_actions",
    alarm_states.INSUFFICIENT_DATA: "insufficient_data_actions",
}


def apply() -> None:
    """Put the correction in place."""
    wrap(Alarm, "update_state", _update_state)


def _update_state(original: t.Any, alarm: t.Any, reason: str, reason_data: str, state_value: str) -> None:
    before = alarm.state_value
    original(alarm, reason, reason_data, state_value)
    if state_value == before or not alarm.actions_enabled:
        return
    for arn in getattr(alarm, _ACTIONS[state_value]) or []:
        if ":sns:" in arn:
            _publish(alarm, str(arn), before)


def _publish(alarm: t.Any, arn: str, before: str) -> None:
    topic = get_backend("sns")[DEFAULT_ACCOUNT_ID][arn.split(":")[3]].topics.get(arn)
    if topic is None or not _may(topic, alarm):
        _LOG.warning("alarm %s: the topic %s is missing, or its policy does not let CloudWatch in", alarm.name, arn)
        return
    topic.publish(json.dumps(message(alarm, before)), subject=_subject(alarm))


def _may(topic: t.Any, alarm: t.Any) -> bool:
    policy = topic.policy if isinstance(topic.policy, str) else json.dumps(topic.policy)
    source = resource_rights.Source(CLOUDWATCH, alarm.alarm_arn, DEFAULT_ACCOUNT_ID)
    return resource_rights.lets_in(policy, "sns:Publish", topic.arn, source)


def _subject(alarm: t.Any) -> str:
    # SNS takes at most 100 characters.
    return f'{alarm.state_value}: "{alarm.name}" in {regions.name_of(alarm.region_name)}'[:100]


def message(alarm: t.Any, before: str) -> Json:
    """The message about an alarm whose state was `before`."""
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": DEFAULT_ACCOUNT_ID,
        "AlarmConfigurationUpdatedTimestamp": _moment(alarm.configuration_updated_timestamp),
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": _moment(alarm.state_updated_timestamp),
        "Region": regions.name_of(alarm.region_name),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
        "OKActions": alarm.ok_actions or [],
        "AlarmActions": alarm.alarm_actions or [],
        "InsufficientDataActions": alarm.insufficient_data_actions or [],
        "Trigger": _trigger(alarm),
    }


def _moment(moment: t.Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def _trigger(alarm: t.Any) -> Json:
    return {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "StatisticType": "Statistic",
        "Statistic": str(alarm.statistic or "").upper(),
        "Unit": alarm.unit,
        "Dimensions": [{"value": dimension.value, "name": dimension.name} for dimension in alarm.dimensions],
        "Period": int(alarm.period or 0),
        "EvaluationPeriods": int(alarm.evaluation_periods or 0),
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": float(alarm.threshold or 0),
        "TreatMissingData": alarm.treat_missing_data or "missing",
        "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile or "",
    }
