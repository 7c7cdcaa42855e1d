# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of a task's arguments, before they become options and before AWS is called. Pure.

The limits are those of the botocore service model C(ssm/2014-11-06) and the SendCommand API reference.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import (
    MAX_CLIENT_TOKEN_LENGTH,
    MAX_COMMENT_LENGTH,
    TOKEN_LENGTH,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.documents import (
    SHELL_PARAMETERS,
    check_names,
    document_title,
    is_shell_document,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.written_values import scalar_text

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_TARGETS = 5
MAX_TARGET_VALUES = 50
MAX_OWN_COMMENT_LENGTH = MAX_COMMENT_LENGTH - TOKEN_LENGTH - 1
MAX_EXECUTION_TIMEOUT = 172_800
MIN_EXECUTION_TIMEOUT = 5

_INSTANCE_ID = re.compile(r"(i-(\w{8}|\w{17})|mi-\w{17})")
_COMMAND_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Of a parameter that is text in the end: 0 to 4 seconds, however they are written.
_TOO_SHORT = re.compile(rf"\s*0*[0-{MIN_EXECUTION_TIMEOUT - 1}](\.[0-9]*)?\s*")
_TARGET_KEY = re.compile(r"InstanceIds|tag-key|tag:.{1,128}|resource-groups:(Name|ResourceTypeFilters)")


@dataclasses.dataclass(frozen=True)
class Rule:
    """The format of a text argument: a pattern for the whole text, a maximum length (characters), and both in words."""

    pattern: re.Pattern[str]
    allowed: str
    longest: int | None = None


_RULES: t.Final[Mapping[str, Rule]] = {
    "document_name": Rule(
        re.compile(r"[a-zA-Z0-9_\-.:/]{3,128}"), "3 to 128 letters, digits and _-.:/ (a name or an ARN)"
    ),
    "document_version": Rule(re.compile(r"\$LATEST|\$DEFAULT|[1-9]\d*"), "$LATEST, $DEFAULT or a version number"),
    "document_hash": Rule(re.compile(r"[0-9a-fA-F]{1,256}"), "1 to 256 hexadecimal digits"),
    "max_concurrency": Rule(
        re.compile(r"[1-9][0-9]*|[1-9][0-9]?%|100%"), "a number from 1 or a percentage from 1% to 100%", 7
    ),
    "max_errors": Rule(
        re.compile(r"0|[1-9][0-9]*|[0-9]%|[1-9][0-9]%|100%"), "a number from 0 or a percentage from 0% to 100%", 7
    ),
    "comment": Rule(
        re.compile(r".*", re.DOTALL),
        f"at most {MAX_OWN_COMMENT_LENGTH} characters (the task's token takes the rest of AWS's {MAX_COMMENT_LENGTH})",
        MAX_OWN_COMMENT_LENGTH,
    ),
    "client_token": Rule(
        re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_CLIENT_TOKEN_LENGTH}}}"),
        f"1 to {MAX_CLIENT_TOKEN_LENGTH} letters, digits and ._-",
    ),
    "output_s3_bucket_name": Rule(re.compile(r"\S{3,63}"), "a bucket name of 3 to 63 characters"),
    "output_s3_key_prefix": Rule(re.compile(r".*", re.DOTALL), "at most 500 characters", 500),
    "output_s3_region": Rule(re.compile(r"\S{3,20}"), "a region name of 3 to 20 characters"),
    "cloudwatch_log_group_name": Rule(re.compile(r"[.\-_/#A-Za-z0-9]{1,512}"), "1 to 512 letters, digits and .-_/#"),
    "service_role_arn": Rule(
        re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/\S+"),
        "the ARN of a role, such as arn:aws:iam::123456789012:role/sns",
    ),
    "resource_group": Rule(re.compile(r"\S(.*\S)?"), "the name of a resource group"),
}
_RANGES: t.Final[Mapping[str, tuple[int, int]]] = {
    "timeout_seconds": (30, 2_592_000),
    "execution_timeout": (MIN_EXECUTION_TIMEOUT, MAX_EXECUTION_TIMEOUT),
    "wait_timeout": (1, 2_592_000 + MAX_EXECUTION_TIMEOUT),
    "result_max_bytes": (1_000, 2**31),
    "retry_undelivered": (0, 10),
    "lost_response_timeout": (5, 3_600),
    "client_token_max_age": (60, 2_592_000),
}
_REASONS: t.Final[Mapping[str, str]] = {"execution_timeout": ", as the agent takes less for 3600"}
_TARGETING = ("instance_ids", "targets", "target_tags", "resource_group", "command_ids")
Arguments = t.Mapping[str, t.Any]


def check_arguments(arguments: Arguments) -> None:
    """Raise RequestError for the first argument that AWS or this collection would reject."""
    for name, rule in _RULES.items():
        _check_text(name, arguments.get(name), rule)
    for name, (lowest, highest) in _RANGES.items():
        value = arguments.get(name)
        if value is not None and not lowest <= value <= highest:
            reason = _REASONS.get(name, "")
            raise RequestError.of_value(f"{name} is", value, f"it must be from {lowest} to {highest}{reason}.")
    _check_one_of_targeting(arguments)
    _check_ids("instance_ids", arguments.get("instance_ids"), _INSTANCE_ID, "i- with 8 or 17 or mi- with 17 characters")
    _check_ids("command_ids", arguments.get("command_ids"), _COMMAND_ID, "the 36 characters of a command ID")
    _check_tags(arguments.get("target_tags"))
    _check_targets(arguments.get("targets"))
    _check_combinations(arguments)
    _check_alarms(arguments.get("alarm_configuration"))


def _check_text(name: str, value: str | None, rule: Rule) -> None:
    if value is None:
        return
    too_long = rule.longest is not None and len(value) > rule.longest
    if too_long or not rule.pattern.fullmatch(value):
        shown = value if len(value) <= 60 else f"{value[:57]}... ({len(value)} characters)"
        raise RequestError.of_value(f"{name} is", shown, f"it must be {rule.allowed}.")


def _check_one_of_targeting(arguments: Arguments) -> None:
    given = [name for name in _TARGETING if arguments.get(name) is not None]
    if len(given) != 1:
        found = f"{' and '.join(given)} were given" if given else "none was given"
        raise RequestError(f"Exactly one of {', '.join(_TARGETING)} is required: {found}.")
    if not arguments[given[0]]:
        raise RequestError(f"{given[0]} is empty: it must name at least one.")


def _check_ids(name: str, ids: Sequence[str] | None, pattern: re.Pattern[str], allowed: str) -> None:
    seen: set[str] = set()
    for value in ids or ():
        if not pattern.fullmatch(value):
            raise RequestError.of_value(f"{name} has", value, f"it must be {allowed}.")
        if value in seen:
            raise RequestError.of_value(f"{name} has twice", value, "each may be named once.")
        seen.add(value)


def _check_tags(tags: Mapping[str, t.Any] | None) -> None:
    if tags is None:
        return
    if len(tags) > MAX_TARGETS:
        raise RequestError(f"target_tags has {len(tags)} keys: AWS accepts at most {MAX_TARGETS}.")
    for raw_key, value in tags.items():
        key = tag_key(raw_key)
        if not 1 <= len(key) <= 128:
            raise RequestError.of_value("target_tags has the key", key, "a tag key has 1 to 128 characters.")
        _check_values(f"target_tags[{key}]", tag_values(value))


def _check_values(name: str, values: Sequence[t.Any]) -> None:
    if not 1 <= len(values) <= MAX_TARGET_VALUES:
        raise RequestError(f"{name} has {len(values)} values: it must have 1 to {MAX_TARGET_VALUES}.")
    for value in values:
        if not scalar_text(name, value):
            raise RequestError(f"{name} has an empty value: it must have at least one character.")


def _check_targets(targets: Sequence[Mapping[str, t.Any]] | None) -> None:
    if targets is None:
        return
    if len(targets) > MAX_TARGETS:
        raise RequestError(f"targets has {len(targets)} entries: AWS accepts at most {MAX_TARGETS}.")
    for position, target in enumerate(targets, 1):
        name = f"targets[{position}]"
        if not _TARGET_KEY.fullmatch(target["key"]):
            raise RequestError.of_value(
                f"{name}.key is",
                target["key"],
                "it must be InstanceIds, tag-key, tag:NAME, resource-groups:Name or "
                "resource-groups:ResourceTypeFilters.",
            )
        _check_values(f"{name}.values", target["values"])


def _check_combinations(arguments: Arguments) -> None:
    document = arguments.get("document_name") or ""
    short_forms = [name for name in ("commands", "script") if arguments.get(name) is not None]
    attaching = bool(arguments.get("command_ids"))
    if len(short_forms) > 1:
        raise RequestError("commands and script were both given: give one of them.")
    if attaching:
        _check_attaching(arguments, short_forms)
    if short_forms and "commands" in (arguments.get("parameters") or {}):
        raise RequestError(f"{short_forms[0]} and parameters.commands were both given: give one of them.")
    if is_shell_document(document) and not attaching:
        _check_shell_parameters(document, arguments.get("parameters") or {}, short_forms)
    if arguments.get("commands") is not None and not any(line.strip() for line in arguments["commands"]):
        raise RequestError("commands is empty: it must have at least one line.")
    for short_form, parameter in (("working_directory", "workingDirectory"), ("execution_timeout", "executionTimeout")):
        if arguments.get(short_form) is not None and parameter in (arguments.get("parameters") or {}):
            raise RequestError(f"{short_form} and parameters.{parameter} were both given: give one of them.")
    if arguments.get("strict_shell"):
        _check_strict_shell(arguments, document)
    _check_dependents(arguments)


def _check_shell_parameters(document: str, parameters: Arguments, short_forms: Sequence[str]) -> None:
    if not short_forms and not parameters.get("commands"):
        check_names(document, parameters, SHELL_PARAMETERS)
        raise RequestError(f"{document} needs commands: give commands, script or parameters.commands.")
    given = parameters.get("executionTimeout")
    if any(_TOO_SHORT.fullmatch(str(one)) for one in (given if isinstance(given, (list, tuple)) else [given])):
        raise RequestError(
            f"parameters.executionTimeout is too short: it must be from {MIN_EXECUTION_TIMEOUT} to "
            f"{MAX_EXECUTION_TIMEOUT}{_REASONS['execution_timeout']}."
        )


def _check_attaching(arguments: Arguments, short_forms: Sequence[str]) -> None:
    if short_forms or arguments.get("parameters"):
        raise RequestError(
            "command_ids attaches to commands already sent: commands, script and parameters cannot be combined with it."
        )
    if arguments.get("retry_undelivered"):
        raise RequestError(
            "retry_undelivered sends again: it cannot be combined with command_ids, which sends nothing."
        )
    if arguments.get("client_token"):
        raise RequestError("client_token finds the commands itself: it cannot be combined with command_ids.")


def _check_dependents(arguments: Arguments) -> None:
    for name in ("output_s3_key_prefix", "output_s3_region"):
        if arguments.get(name) is not None and not arguments.get("output_s3_bucket_name"):
            raise RequestError(f"{name} was given without output_s3_bucket_name.")
    if arguments.get("cloudwatch_output_enabled") is False and arguments.get("cloudwatch_log_group_name"):
        raise RequestError("cloudwatch_log_group_name was given, but cloudwatch_output_enabled is false.")
    if arguments.get("notification_config") and not arguments.get("service_role_arn"):
        raise RequestError("notification_config needs service_role_arn: the role that may publish to the topic.")
    if arguments.get("document_hash_type") and not arguments.get("document_hash"):
        raise RequestError("document_hash_type was given without document_hash.")
    sources = ("output_s3_bucket_name", "cloudwatch_log_group_name", "cloudwatch_output_enabled")
    # What was sent before says itself where its output is.
    attaching = bool(arguments.get("command_ids"))
    if arguments.get("full_output") and not attaching and not any(arguments.get(name) for name in sources):
        raise RequestError(f"full_output needs a source to read from: give one of {', '.join(sources)}.")
    if arguments.get("stream_output") and not attaching and not any(arguments.get(name) for name in sources[1:]):
        raise RequestError(f"stream_output reads CloudWatch Logs: give one of {', '.join(sources[1:])}.")
    if arguments.get("wait") is False:
        _check_waiting_options(arguments)


def _check_strict_shell(arguments: Arguments, document: str) -> None:
    if document_title(document) == "AWS-RunPowerShellScript":
        raise RequestError("strict_shell is for shells: it cannot be combined with AWS-RunPowerShellScript.")
    given = arguments.get("commands") or arguments.get("script") or (arguments.get("parameters") or {}).get("commands")
    if not given and not arguments.get("command_ids"):
        raise RequestError("strict_shell needs commands: give commands, script or parameters.commands.")


def _check_waiting_options(arguments: Arguments) -> None:
    for name in ("output_dir", "full_output", "stream_output", "retry_undelivered"):
        if arguments.get(name) and not arguments.get("command_ids"):
            raise RequestError(f"{name} needs the results: it cannot be combined with wait: false.")


def _check_alarms(configuration: Mapping[str, t.Any] | None) -> None:
    if configuration is None:
        return
    alarms = configuration.get("alarms") or []
    if len(alarms) != 1:
        raise RequestError(f"alarm_configuration.alarms has {len(alarms)} alarms: AWS accepts exactly 1.")
    name = alarms[0]["name"]
    if not 1 <= len(name) <= 255:
        raise RequestError(f"alarm_configuration.alarms[1].name has {len(name)} characters: it must have 1 to 255.")


def tag_key(key: t.Any) -> str:
    """The text of a tag key, which YAML may have taken for a number or a boolean."""
    return scalar_text("A key of target_tags", key)


def tag_values(value: t.Any) -> list[t.Any]:
    """The values of one tag key: a list unchanged, anything else as the only value."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
