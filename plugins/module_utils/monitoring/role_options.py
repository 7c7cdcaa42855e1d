# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the role monitoring: what is wrong with them, found before anything is made. Pure.

Types and choices are checked by the role's argument specification.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_rules, remediations
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.delivery_policies import check_key
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import (
    KMS_KEY_ARN_PATTERN,
    check_log_group_name,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_resource_policies import PolicySpec
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.metric_filters import (
    MetricFilterSpec,
    check_namespace,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.schedules import check_schedule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.target_checks import (
    RUN_COMMAND_VALUES,
    check_role_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.topics import check_subscriptions
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import parse_tags

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

NAME_PATTERN: t.Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
ITEM_NAME_PATTERN: t.Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
BUCKET_PATTERN: t.Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ROLE_NAME_LENGTH: t.Final = 64
# The options with an ARN of what exists, its service, and its kind.
ARN_OPTIONS: t.Final = (
    ("monitoring_topic_arn", "sns", "a topic"),
    ("monitoring_queue_arn", "sqs", "a queue"),
    ("monitoring_dead_letter_queue_arn", "sqs", "a queue"),
)

COUNTED_STATUSES: t.Final = ("Success", "TimedOut", "Cancelled", "Failed")
DEFAULT_NAMESPACE: t.Final = "RunCommand"

Options = t.Mapping[str, t.Any]


@contextlib.contextmanager
def _named(option: str, given: str) -> Iterator[None]:
    """Errors about the module's option `given` are about the role's `option`."""
    try:
        yield
    except RequestError as error:
        raise RequestError(option + str(error).removeprefix(given)) from error


def check_options(options: Options, place: Place) -> None:
    """Raise RequestError for the first option that AWS would refuse, or with which nothing would be delivered.

    :param options: those of the role by name, without those that are not set.
    :param place: where the role makes its resources.
    """
    _check_names(options)
    for option, service, kind in ARN_OPTIONS:
        if options.get(option):
            _check_arn(option, options[option], (service, kind), place)
    _check_topic(options)
    _check_keys(options)
    _check_bucket(options)
    _check_statuses(options)
    for item in options.get("monitoring_output_alarms") or ():
        _check_alarm(item, options)
    _check_actions("monitoring_alarm_actions", options.get("monitoring_alarm_actions") or ())
    with _named("monitoring_tags", "tags"):
        parse_tags(options.get("monitoring_tags"))


def _check_names(options: Options) -> None:
    name = options["monitoring_name"]
    if not NAME_PATTERN.fullmatch(name):
        raise RequestError(
            f"monitoring_name: {name!r} is not a valid prefix for names; "
            "allowed are 1 to 32 letters, digits, '-' and '_'."
        )
    for option in ("monitoring_output_log_group_name", "monitoring_event_log_group_name"):
        if option in options:
            check_log_group_name(option, options[option])
    if "monitoring_resource_policy_name" in options:
        with _named("monitoring_resource_policy_name", "name"):
            PolicySpec(options["monitoring_resource_policy_name"])
    with _named("monitoring_metric_namespace", "metric_namespace"):
        check_namespace(_namespace(options))


def _namespace(options: Options) -> str:
    return str(options.get("monitoring_metric_namespace", DEFAULT_NAMESPACE))


def _check_arn(option: str, value: str, expected: tuple[str, str], place: Place) -> None:
    service, kind = expected
    arn = parse_arn(value)
    if arn is None or arn.service != service or not re.fullmatch("[0-9]{12}", arn.account):
        raise RequestError(
            f"{option}: {value!r} is not the ARN of {kind}; allowed are ARNs like "
            f"arn:{place.partition}:{service}:{place.region}:{place.account}:NAME and an empty string."
        )
    if arn.region != place.region:
        raise RequestError(
            f"{option}: {value!r} is in the region {arn.region}; rules deliver to {kind} of their own region, "
            f"{place.region}."
        )


def _check_topic(options: Options) -> None:
    arn, subscriptions = options.get("monitoring_topic_arn"), options.get("monitoring_topic_subscriptions")
    key = options.get("monitoring_topic_kms_key_id") or ""
    if arn and (subscriptions or key):
        raise RequestError(
            f"monitoring_topic_arn: {arn!r} is a topic of your own; monitoring_topic_subscriptions and "
            "monitoring_topic_kms_key_id apply only to a topic that the role creates."
        )
    with _named("monitoring_topic_subscriptions", "subscriptions"):
        check_subscriptions(subscriptions or ())
    check_key("monitoring_topic_kms_key_id: the topic would be encrypted with", key, "sns")


def _check_keys(options: Options) -> None:
    key = options.get("monitoring_kms_key_id")
    if key and not KMS_KEY_ARN_PATTERN.fullmatch(key):
        raise RequestError(
            f"monitoring_kms_key_id: {key!r} is not the ARN of a KMS key, like "
            "arn:aws:kms:REGION:ACCOUNT:key/ID (no alias)."
        )


def _check_bucket(options: Options) -> None:
    name, days = (
        options.get("monitoring_output_bucket_name"),
        options.get("monitoring_output_bucket_expiration_days", 90),
    )
    if name and (not BUCKET_PATTERN.fullmatch(name) or ".." in name):
        raise RequestError(
            f"monitoring_output_bucket_name: {name!r} is not the name of a bucket; "
            "allowed are 3 to 63 lowercase letters, digits, '.' and '-', and an empty string."
        )
    if int(days) < 1:
        raise RequestError(f"monitoring_output_bucket_expiration_days: {days} is too few; allowed is 1 day or more.")


def _check_statuses(options: Options) -> None:
    counted = options.get("monitoring_failure_statuses") or ()
    recorded, levels = options.get("monitoring_event_statuses"), options.get("monitoring_event_levels", ["invocation"])
    is_counted = "invocation" in levels and not (recorded and set(counted) - set(recorded))
    if counted and not is_counted:
        raise RequestError(
            f"monitoring_failure_statuses: {', '.join(counted)} are counted from recorded invocations; "
            "monitoring_event_levels must contain invocation, and monitoring_event_statuses must be empty or contain "
            "all of them."
        )
    _check_period("monitoring_failure_period", options.get("monitoring_failure_period", 300))


def _check_period(option: str, seconds: t.Any) -> None:
    if int(seconds) < 60 or int(seconds) % 60:
        raise RequestError(f"{option}: {seconds} is not a valid period; allowed are multiples of 60 seconds.")


def _check_alarm(item: Mapping[str, t.Any], options: Options) -> None:
    where = f"monitoring_output_alarms[{item['name']}]"
    _check_item_name(where, item["name"], options["monitoring_output_alarms"])
    if item.get("state") == "absent":
        return
    if item.get("pattern") is None:
        raise RequestError(f"{where}: it has no pattern; allowed is the pattern to look for.")
    with _named(f"{where}.", ""):
        MetricFilterSpec(
            name=item["name"],
            log_group_name=options.get("monitoring_output_log_group_name", f"/ssm/{options['monitoring_name']}"),
            filter_pattern=item["pattern"],
            metric_name=item["name"],
            metric_namespace=_namespace(options),
            metric_value=str(item.get("metric_value", "1")),
            dimensions=item.get("dimensions"),
        )
    _check_period(f"{where}.period", item.get("period", 300))
    dimensions, watched = sorted(item.get("dimensions") or {}), sorted(item.get("alarm_dimensions") or {})
    if dimensions != watched:
        raise RequestError(
            f"{where}.alarm_dimensions: they name {', '.join(watched) or 'nothing'}; "
            f"allowed are the names of dimensions, {', '.join(dimensions) or 'nothing'}."
        )
    _check_actions(f"{where}.actions", item.get("actions") or ())


def _check_item_name(where: str, name: str, items: Sequence[Mapping[str, t.Any]]) -> None:
    if not ITEM_NAME_PATTERN.fullmatch(name) or [item["name"] for item in items].count(name) > 1:
        raise RequestError(f"{where}: it needs a unique name of at most 128 letters, digits, '-' and '_'.")


def _check_actions(option: str, actions: Sequence[str]) -> None:
    for action in actions:
        if parse_arn(action) is None:
            raise RequestError(f"{option}: {action!r} is not the ARN of an action; allowed are ARNs.")


def remediation_names(options: Options, region: str) -> dict[str, dict[str, str]]:
    """The names of what each remediation has, also of those that should not exist."""
    name = options["monitoring_name"]
    rules = {
        item["name"]: f"{name}-remediation-{item['name']}" for item in options.get("monitoring_remediations") or ()
    }
    return {
        item: {"rule": rule, "role": f"{rule}-{region}", "document": remediations.document_name(name, item, region)}
        for item, rule in rules.items()
    }


def metrics(options: Options) -> dict[str, list[t.Any]]:
    """What the role may make for metrics: the options C(alarms) and C(metric_filters) of ownership_info, of the same
    names, and C(unwanted), the names of those that should not exist.
    """
    name, namespace = options["monitoring_name"], _namespace(options)
    counted = options.get("monitoring_failure_statuses") or ()
    groups = (
        options.get("monitoring_event_log_group_name", f"/aws/events/{name}"),
        options.get("monitoring_output_log_group_name", f"/ssm/{name}"),
    )
    outputs = options.get("monitoring_output_alarms") or ()
    rows = [
        *((f"invocations-{one}", groups[0], f"Invocations{one}", one in counted) for one in COUNTED_STATUSES),
        *(
            (f"output-{one['name']}", groups[1], f"Output-{one['name']}", one.get("state") != "absent")
            for one in outputs
        ),
    ]
    alarms = [
        {"name": f"{name}-{title}", "metric_namespace": namespace, "metric_name": f"{name}-{metric}"}
        for title, _group, metric, _is_wanted in rows
    ]
    return {
        "alarms": alarms,
        "metric_filters": [{**alarm, "log_group_name": row[1]} for alarm, row in zip(alarms, rows, strict=True)],
        "unwanted": [f"{name}-{title}" for title, _group, _metric, is_wanted in rows if not is_wanted],
    }


def plan_remediations(options: Options, place: Place) -> list[remediations.Remediation]:
    """The remediations that should exist, as the role makes them.

    :raises RequestError: one is not possible, or some would trigger each other for ever.
    """
    items, name = options.get("monitoring_remediations") or (), options["monitoring_name"]
    for item in items:
        _check_remediation(item, items, name, place)
    wanted = [item for item in items if item.get("state") != "absent"]
    return remediations.plan_remediations(wanted, name, place)


def _check_remediation(
    item: Mapping[str, t.Any], items: Sequence[Mapping[str, t.Any]], name: str, place: Place
) -> None:
    where = f"monitoring_remediations[{item['name']}]"
    names = remediation_names({"monitoring_name": name, "monitoring_remediations": [item]}, place.region)[item["name"]]
    rule, role = names["rule"], names["role"]
    _check_item_name(where, item["name"], items)
    if not event_rules.NAME_PATTERN.fullmatch(rule):
        raise RequestError(
            f"{where}: its rule would be {rule}, which has {len(rule)} characters; allowed are at most 64."
        )
    if item.get("state") == "absent":
        return
    if item.get("role_arn") is not None:
        check_role_arn(f"{where}.role_arn", item["role_arn"])
    elif len(role) > ROLE_NAME_LENGTH:
        raise RequestError(
            f"{where}: it would have the IAM role {role}, which has {len(role)} characters; allowed are at most "
            f"{ROLE_NAME_LENGTH}, so use a shorter name or set role_arn."
        )
    if item.get("schedule_expression") is not None:
        check_schedule(f"{where}.schedule_expression", item["schedule_expression"])
    _check_nodes(where, item.get("target_tags") or {})


def _check_nodes(where: str, tags: Mapping[str, t.Any]) -> None:
    values = [value for value in tags.values() for value in (value if isinstance(value, list) else [value])]
    if len(tags) != 1 or not 1 <= len(values) <= RUN_COMMAND_VALUES:
        raise RequestError(
            f"{where}.target_tags: they have {len(tags)} tags with {len(values)} values; "
            f"allowed is exactly one tag with 1 to {RUN_COMMAND_VALUES} values."
        )
