# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a module runs and exits: one place for its errors and its result."""

from __future__ import annotations

import dataclasses
import traceback
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import gather_sdk_versions
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.writes import recorded_writes
from ansible_collections.ssmops.run_command.plugins.module_utils.task.aws_texts import error_details
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import after_writes
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import parse_tags

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome


S = t.TypeVar("S")
# The options of the documentation fragments adopt and force.
ADOPT_SPEC: t.Final[dict[str, t.Any]] = {"adopt": {"type": "bool", "default": False}}
FORCE_SPEC: t.Final[dict[str, t.Any]] = {"force": {"type": "bool", "default": False}}
OWNERSHIP_SPEC: t.Final[dict[str, t.Any]] = {**ADOPT_SPEC, **FORCE_SPEC}


class TaskModule(t.Protocol):
    """The part of AnsibleAWSModule that a task needs to exit."""

    def exit_json(self, **result: t.Any) -> t.NoReturn: ...

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn: ...

    def warn(self, warning: str) -> None: ...


def spec_from(kind: type[S], options: Mapping[str, t.Any]) -> S:
    """A dataclass of this type from the options with the names of its fields. Raises RequestError for invalid tags."""
    names = {field.name for field in dataclasses.fields(t.cast("t.Any", kind))}
    fields = {name: options[name] for name in names - {"consent"}}
    if "consent" in names:
        fields["consent"] = Consent.parse(options)
    if "tags" in fields:
        fields["tags"] = parse_tags(fields["tags"])
    return kind(**fields)


def run(module: TaskModule, work: Callable[[], dict[str, t.Any]]) -> t.NoReturn:
    """Exit with the result of `work`, or fail with what was wrong in the request or in AWS, and what was changed."""
    with recorded_writes() as writes:
        try:
            result = work()
        except RequestError as error:
            module.fail_json(**after_writes(str(error), writes))
        except AnsibleAWSError as error:
            details = {"exception": traceback.format_exc(), **gather_sdk_versions(), **error_details(error)}
            module.fail_json(**after_writes(str(error), writes), **details)
    module.exit_json(**result)


def run_resource(module: TaskModule, key: str, ensure: Callable[[], Outcome]) -> t.NoReturn:
    """Like `run`, for a module that manages one resource, which is returned under `key`."""

    def work() -> dict[str, t.Any]:
        outcome = ensure()
        for warning in outcome.warnings:
            module.warn(warning)
        return outcome.result(key)

    run(module, work)
