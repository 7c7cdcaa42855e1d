# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets of EventBridge rules: converted from the module's options to the API's format and back. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import document_arns
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import log_group_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

Option = t.Mapping[str, t.Any]
Target = dict[str, t.Any]

# API field of a target: where the option has its value, for values that only need a different spelling.
PLAIN_FIELDS = {"Id": "id", "RoleArn": "role_arn", "InputPath": "input_path"}


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
    return None if option.get("input") is None else input_text(option["input"])


def input_text(value: t.Any) -> str:
    """An input or a template as text: JSON, unless it is text."""
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
