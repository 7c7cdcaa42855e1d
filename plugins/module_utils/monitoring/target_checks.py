# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets of EventBridge rules: what EventBridge would refuse, or never deliver. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.documents import check_names
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_targets import input_text
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import INSTANCE_ID_PATTERN
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import check_log_group_name
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.documents import Declaration
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_targets import Option
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

TARGETS_OF_A_RULE = 5  # EventBridge quotas
RUN_COMMAND_VALUES = 50
ID_PATTERN = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
DOCUMENT_NAME_PATTERN = re.compile(r"[a-zA-Z0-9_\-.]{3,128}")
ROLE_ARN_PATTERN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+", re.ASCII)
# A template names the parts of its paths map, and EventBridge's own, <aws.events...>.
PLACEHOLDER_PATTERN = re.compile(r"<(?!aws\.events\.)([^<>\s]+)>")
KEY_PATTERN = re.compile(r'"([^"<>]+)"\s*:')
DESTINATIONS = ("arn", "log_group_name", "document_name")
INPUTS = ("input", "input_path", "input_transformer", "parameters")
TEXT_INPUT_LENGTH = 8_192
# EventBridge User Guide, "Using resource-based policies" and "Targets available in the EventBridge console": these are
# called with a role, and those of the second list need parameters that the module does not have.
SERVICES_WITH_ROLE = (
    "batch",
    "codebuild",
    "codepipeline",
    "ecs",
    "firehose",
    "kinesis",
    "redshift",
    "sagemaker",
    "states",
)
SERVICES_WITH_PARAMETERS = {
    "batch": "BatchParameters",
    "ecs": "EcsParameters",
    "redshift": "RedshiftDataParameters",
    "redshift-serverless": "RedshiftDataParameters",
}
LOG_EVENT_FIELDS = ("message", "timestamp")


def check_targets(options: Sequence[Option]) -> None:
    """Raise RequestError for the first target that EventBridge or Run Command would reject."""
    ids = [option["id"] for option in options]
    for option_id in ids:
        if not ID_PATTERN.fullmatch(option_id):
            raise RequestError(
                f"targets.id: {option_id!r} is not an ID; allowed are 1 to 64 letters, digits, '.', '-' and '_'."
            )
        if ids.count(option_id) > 1:
            raise RequestError(f"targets.id: {option_id!r} is there {ids.count(option_id)} times; IDs must be unique.")
    for option in options:
        _check_destination(option)
        _check_role(option)
        _check_input(option)
        _check_template(option)
        _check_log_group(option)
        _check_run_command(option)
        _check_delivery(option)
    check_count(ids)


def check_count(ids: Iterable[str]) -> None:
    """Raise RequestError if a rule would have too many targets."""
    chosen = sorted(set(ids))
    if len(chosen) > TARGETS_OF_A_RULE:
        raise RequestError(
            f"targets: the rule would have {len(chosen)} ({', '.join(chosen)}); "
            f"allowed are at most {TARGETS_OF_A_RULE}."
        )


def _where(option: Option) -> str:
    return f"targets[{option['id']}]"


def _given(option: Option, names: Iterable[str]) -> list[str]:
    return [name for name in names if option.get(name) is not None]


def _check_destination(option: Option) -> None:
    given = _given(option, DESTINATIONS)
    if len(given) != 1:
        raise RequestError(
            f"{_where(option)}: it has {' and '.join(given) or 'no destination'}; "
            f"allowed is exactly one of {', '.join(DESTINATIONS)}."
        )
    if given == ["arn"] and parse_arn(option["arn"]) is None:
        raise RequestError(f"{_where(option)}.arn: {option['arn']!r} is not an ARN.")
    if given == ["log_group_name"]:
        check_log_group_name(f"{_where(option)}.log_group_name", option["log_group_name"])
    if given == ["document_name"] and not DOCUMENT_NAME_PATTERN.fullmatch(option["document_name"]):
        raise RequestError(
            f"{_where(option)}.document_name: {option['document_name']!r} is not the name of a document; "
            "allowed are 3 to 128 letters, digits, '_', '-' and '.' (for an ARN, set arn)."
        )


def _check_input(option: Option) -> None:
    given = _given(option, INPUTS)
    if len(given) > 1:
        raise RequestError(f"{_where(option)}: it has {' and '.join(given)}; allowed is one of {', '.join(INPUTS)}.")
    if "input" in given:
        text = input_text(option["input"])
        if isinstance(json_texts.meaning(text), str) and not text.startswith('"'):
            raise RequestError(f"{_where(option)}.input: {text!r} is not JSON.")
        if len(text) > TEXT_INPUT_LENGTH:
            raise RequestError(
                f"{_where(option)}.input: it has {len(text)} characters; allowed are at most {TEXT_INPUT_LENGTH}."
            )


def check_role_arn(argument: str, role_arn: str) -> None:
    """Raise RequestError, naming `argument`, for what is not the ARN of a role."""
    if not ROLE_ARN_PATTERN.fullmatch(role_arn):
        raise RequestError(
            f"{argument}: {role_arn!r} is not the ARN of a role; "
            "allowed are ARNs like arn:aws:iam::123456789012:role/NAME."
        )


def _check_role(option: Option) -> None:
    where, arn = _where(option), parse_arn(option.get("arn") or "")
    if option.get("role_arn"):
        check_role_arn(f"{where}.role_arn", option["role_arn"])
    if arn is None:
        return
    if arn.service in SERVICES_WITH_PARAMETERS:
        raise RequestError(
            f"{where}.arn: {option['arn']!r} needs {SERVICES_WITH_PARAMETERS[arn.service]}, which this module does not "
            "have; allowed are targets without such parameters."
        )
    is_automation = arn.service == "ssm" and arn.resource.startswith("automation-definition/")
    if (arn.service in SERVICES_WITH_ROLE or is_automation) and not option.get("role_arn"):
        raise RequestError(f"{where}.role_arn: it is missing; EventBridge calls {option['arn']!r} only with a role.")


def _check_template(option: Option) -> None:
    transformer = option.get("input_transformer") or {}
    known = set(transformer.get("input_paths_map") or {})
    for name in PLACEHOLDER_PATTERN.findall(input_text(transformer.get("input_template", ""))):
        if name not in known:
            raise RequestError(
                f"{_where(option)}.input_transformer.input_template: <{name}> has no path; "
                f"allowed are the names in input_paths_map, {', '.join(sorted(known)) or 'which has none'}."
            )


def _is_log_group(option: Option) -> bool:
    arn = parse_arn(option.get("arn") or "")
    return option.get("log_group_name") is not None or (arn is not None and arn.service == "logs")


def _check_log_group(option: Option) -> None:
    """A log group takes events by its resource policy, and as input nothing but a time and a message."""
    if not _is_log_group(option):
        return
    if option.get("role_arn"):
        raise RequestError(
            f"{_where(option)}.role_arn: EventBridge writes to a log group without a role; leave it out."
        )
    transformer = option.get("input_transformer") or {}
    given = option.get("input") if option.get("input") is not None else transformer.get("input_template")
    if given is None:
        return
    value = json_texts.meaning(input_text(given))
    fields = value if isinstance(value, dict) else KEY_PATTERN.findall(input_text(given))
    if sorted(set(fields)) != list(LOG_EVENT_FIELDS):
        raise RequestError(
            f"{_where(option)}: the input of a log group has the fields {', '.join(fields) or 'of none'}; "
            "allowed is an object of timestamp and message."
        )


def check_places(options: Iterable[Option], place: Place) -> None:
    """Raise RequestError for a target, or its queue for what was not delivered, in another region."""
    for option in options:
        queue = (option.get("dead_letter_config") or {}).get("arn") or ""
        for where, text in (("arn", option.get("arn") or ""), ("dead_letter_config.arn", queue)):
            arn = parse_arn(text)
            if arn is not None and arn.region not in {"", place.region} and not _is_bus(arn):
                raise RequestError(
                    f"{_where(option)}.{where}: {text!r} is in the region {arn.region}; a rule of {place.region} "
                    "delivers to its own region, and to event buses of others."
                )


def check_parameters(option: Option, declared: Mapping[str, Declaration]) -> None:
    """Raise RequestError unless the input of a Run Command target has the parameters that its document declares."""
    if option.get("input_transformer") or option.get("input_path"):
        # EventBridge makes the parameters of the event.
        return
    given = option.get("parameters")
    if given is None:
        value = json_texts.meaning(input_text(option["input"])) if option.get("input") is not None else {}
        given = value if isinstance(value, dict) else {}
    try:
        check_names(option["document_name"], given, declared)
    except RequestError as error:
        raise RequestError(f"{_where(option)}.{error}") from error
    missing = [name for name, declaration in declared.items() if "default" not in declaration and name not in given]
    if missing:
        raise RequestError(
            f"{_where(option)}.parameters: they lack {missing[0]!r}, which {option['document_name']} requires."
        )


def _is_bus(arn: Arn) -> bool:
    return arn.service == "events" and arn.resource.startswith("event-bus/")


def _is_run_command(option: Option) -> bool:
    arn = parse_arn(option["arn"]) if option.get("arn") else None
    return option.get("document_name") is not None or (
        arn is not None and arn.service == "ssm" and arn.resource.startswith("document/")
    )


def _check_run_command(option: Option) -> None:
    where, targets = _where(option), option.get("run_command_targets")
    if not _is_run_command(option):
        for name in ("run_command_targets", "parameters"):
            if option.get(name) is not None:
                raise RequestError(f"{where}.{name}: it only applies to Run Command, and requires document_name.")
        return
    if not targets or len(targets) != 1:
        raise RequestError(
            f"{where}.run_command_targets: it has {len(targets or [])} items; "
            "allowed is exactly one, with InstanceIds or one tag."
        )
    if not option.get("role_arn"):
        raise RequestError(f"{where}.role_arn: it is missing; EventBridge sends a command only with a role.")
    _check_nodes(where, targets[0])


def _check_nodes(where: str, nodes: Mapping[str, t.Any]) -> None:
    key, values = nodes["key"], nodes["values"]
    if key != "InstanceIds" and not (key.startswith("tag:") and len(key) > len("tag:")):
        raise RequestError(
            f"{where}.run_command_targets.key: {key!r} is not a target; allowed are InstanceIds and tag:KEY."
        )
    if not 1 <= len(values) <= RUN_COMMAND_VALUES:
        raise RequestError(
            f"{where}.run_command_targets.values: it has {len(values)} values; allowed are 1 to {RUN_COMMAND_VALUES}."
        )
    for value in values if key == "InstanceIds" else ():
        if not INSTANCE_ID_PATTERN.fullmatch(value):
            raise RequestError(
                f"{where}.run_command_targets.values: {value!r} is not a node ID; "
                "allowed are i- with 8 or 17 and mi- with 17 hexadecimal digits."
            )


def _check_delivery(option: Option) -> None:
    retry = option.get("retry_policy") or {}
    for name, low, high in (("maximum_retry_attempts", 0, 185), ("maximum_event_age_in_seconds", 60, 86_400)):
        value = retry.get(name)
        if value is not None and not low <= value <= high:
            raise RequestError(
                f"{_where(option)}.retry_policy.{name}: {value} is out of range; allowed are {low} to {high}."
            )
    _check_dead_letter_queue(option)


def _check_dead_letter_queue(option: Option) -> None:
    queue = (option.get("dead_letter_config") or {}).get("arn")
    if not queue:
        return
    where, arn = f"{_where(option)}.dead_letter_config.arn", parse_arn(queue)
    if arn is None or arn.service != "sqs":
        raise RequestError(f"{where}: {queue!r} is not the ARN of an SQS queue.")
    if arn.resource.endswith(".fifo"):
        raise RequestError(f"{where}: {queue!r} is a FIFO queue; allowed are standard queues.")
