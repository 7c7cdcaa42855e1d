# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets of EventBridge rules: converted from the module's options to the API's format and back. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import document_arns, parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import (
    check_log_group_name,
    log_group_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

Option = t.Mapping[str, t.Any]
Target = dict[str, t.Any]

TARGETS_OF_A_RULE = 5  # EventBridge quotas
RUN_COMMAND_VALUES = 50
ID_PATTERN = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
DOCUMENT_NAME_PATTERN = re.compile(r"[a-zA-Z0-9_\-.]{3,128}")
DESTINATIONS = ("arn", "log_group_name", "document_name")
INPUTS = ("input", "input_path", "input_transformer", "parameters")
TEXT_INPUT_LENGTH = 8_192
# API field of a target: where the option has its value, for values that only need a different spelling.
PLAIN_FIELDS = {"Id": "id", "RoleArn": "role_arn", "InputPath": "input_path"}


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
        _check_input(option)
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
        text = _input_text(option["input"])
        if isinstance(json_texts.meaning(text), str) and not text.startswith('"'):
            raise RequestError(f"{_where(option)}.input: {text!r} is not JSON.")
        if len(text) > TEXT_INPUT_LENGTH:
            raise RequestError(
                f"{_where(option)}.input: it has {len(text)} characters; allowed are at most {TEXT_INPUT_LENGTH}."
            )


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


def to_api(option: Option, place: Place) -> Target:
    """A target for PutTargets from an item of the option `targets`."""
    target: Target = {field: option[name] for field, name in PLAIN_FIELDS.items() if option.get(name)}
    target["Arn"] = _arn(option, place)
    text = _input(option)
    if text is not None:
        target["Input"] = text
    if option.get("input_transformer"):
        target["InputTransformer"] = _transformer(option["input_transformer"])
    if option.get("run_command_targets"):
        nodes = [{"Key": item["key"], "Values": list(item["values"])} for item in option["run_command_targets"]]
        target["RunCommandParameters"] = {"RunCommandTargets": nodes}
    retry = option.get("retry_policy") or {}
    policy = {
        "MaximumRetryAttempts": retry.get("maximum_retry_attempts"),
        "MaximumEventAgeInSeconds": retry.get("maximum_event_age_in_seconds"),
    }
    given = {field: value for field, value in policy.items() if value is not None}
    if given:
        target["RetryPolicy"] = given
    if option.get("dead_letter_config"):
        target["DeadLetterConfig"] = {"Arn": option["dead_letter_config"]["arn"]}
    if option.get("sqs_parameters"):
        target["SqsParameters"] = {"MessageGroupId": option["sqs_parameters"]["message_group_id"]}
    return target


def _arn(option: Option, place: Place) -> str:
    if option.get("log_group_name"):
        return log_group_arn(place.partition, place.region, place.account, option["log_group_name"])
    if option.get("document_name"):
        return document_arns(option["document_name"], place.partition, [place.region], place.account)[0]
    return str(option["arn"])


def _input(option: Option) -> str | None:
    if option.get("parameters") is not None:
        return json_texts.dump(command_parameters(option["parameters"]))
    return None if option.get("input") is None else _input_text(option["input"])


def _input_text(value: t.Any) -> str:
    return value if isinstance(value, str) else json_texts.dump(value)


def command_parameters(parameters: Mapping[str, t.Any]) -> dict[str, list[str]]:
    """A document's parameters as Run Command accepts them: each a list of strings, dictionaries as JSON."""
    return {
        name: [_parameter_text(item) for item in (value if isinstance(value, list) else [value])]
        for name, value in parameters.items()
    }


def _parameter_text(value: t.Any) -> str:
    if isinstance(value, str):
        return value
    return json_texts.dump(value)


def _transformer(option: Option) -> dict[str, t.Any]:
    template = option["input_template"]
    transformer = {"InputTemplate": template if isinstance(template, str) else json_texts.dump(template)}
    paths = option.get("input_paths_map")
    return ({"InputPathsMap": dict(paths)} if paths else {}) | transformer


def from_api(target: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A target of ListTargetsByRule as the module returns it; for unsupported types only the simple fields."""
    shown = {
        "id": target["Id"],
        "arn": target["Arn"],
        "role_arn": target.get("RoleArn"),
        "input": target.get("Input"),
        "input_path": target.get("InputPath"),
    }
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        shown["input_transformer"] = {
            "input_paths_map": dict(transformer.get("InputPathsMap", {})),
            "input_template": transformer["InputTemplate"],
        }
    if "RunCommandParameters" in target:
        nodes = target["RunCommandParameters"]["RunCommandTargets"]
        shown["run_command_targets"] = [{"key": item["Key"], "values": list(item["Values"])} for item in nodes]
    if "RetryPolicy" in target:
        retry = target["RetryPolicy"]
        shown["retry_policy"] = {
            "maximum_retry_attempts": retry.get("MaximumRetryAttempts"),
            "maximum_event_age_in_seconds": retry.get("MaximumEventAgeInSeconds"),
        }
    if "DeadLetterConfig" in target:
        shown["dead_letter_config"] = {"arn": target["DeadLetterConfig"].get("Arn")}
    if "SqsParameters" in target:
        shown["sqs_parameters"] = {"message_group_id": target["SqsParameters"].get("MessageGroupId")}
    return shown


def same_target(one: Mapping[str, t.Any], other: Mapping[str, t.Any]) -> bool:
    """Whether two targets in the API's format are equivalent."""
    return _canonical(one) == _canonical(other)


def _canonical(target: Mapping[str, t.Any]) -> dict[str, t.Any]:
    canonical = {key: value for key, value in target.items() if value not in ({}, [], None)}
    if "Input" in canonical:
        canonical["Input"] = json_texts.meaning(canonical["Input"])
    if "InputTransformer" in canonical:
        transformer = canonical["InputTransformer"]
        canonical["InputTransformer"] = {
            "InputPathsMap": transformer.get("InputPathsMap", {}),
            "InputTemplate": json_texts.meaning(transformer["InputTemplate"]),
        }
    if "RunCommandParameters" in canonical:
        nodes = canonical["RunCommandParameters"]["RunCommandTargets"]
        canonical["RunCommandParameters"] = [(item["Key"], sorted(item["Values"])) for item in nodes]
    return canonical
