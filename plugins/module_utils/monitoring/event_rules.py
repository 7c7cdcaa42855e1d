# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge rules: the wanted rule and the changes to get there. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_targets, target_checks
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import (
    MAX_PATTERN_LENGTH,
    CommandStatusChange,
    check_pattern,
    same_pattern,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.pattern_matching import matches_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.schedules import check_schedule
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent, is_marked, marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import TagChange, tag_change, tags_after

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_targets import Target
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

MAKER: t.Final = "event_rule"
DEFAULT_BUS = "default"
NAME_PATTERN = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
MAX_DESCRIPTION = 512
# PutRule's fields that must be given again to keep them.
RULE_FIELDS = ("Description", "EventPattern", "ScheduleExpression", "State", "RoleArn")


@dataclasses.dataclass(frozen=True)
class RuleSpec:
    """The wanted rule; None means no change. An empty `schedule_expression` removes the schedule."""

    name: str
    event_bus_name: str = DEFAULT_BUS
    description: str | None = None
    event_pattern: dict[str, t.Any] | None = None
    schedule_expression: str | None = None
    enabled: bool | None = None
    role_arn: str | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    targets: Sequence[Mapping[str, t.Any]] = ()
    purge_targets: bool = False
    consent: Consent = dataclasses.field(default_factory=Consent)

    @classmethod
    def parse(cls, params: Mapping[str, t.Any]) -> RuleSpec:
        """The rule in a module's parameters. Raises RequestError."""
        fields = {field.name: params.get(field.name) for field in dataclasses.fields(cls)}
        fields["event_pattern"] = _pattern(params)
        fields["targets"] = params.get("targets") or ()
        fields["consent"] = Consent.parse(params)
        fields["event_bus_name"] = params.get("event_bus_name") or DEFAULT_BUS
        spec = cls(**t.cast("dict[str, t.Any]", fields))
        spec.check()
        return spec

    def check(self) -> None:
        """Raise RequestError if EventBridge would reject the rule."""
        if not NAME_PATTERN.fullmatch(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a rule; allowed are 1 to 64 letters, digits, '.', '-' and '_'."
            )
        if self.description is not None and len(self.description) > MAX_DESCRIPTION:
            raise RequestError(
                f"description: it has {len(self.description)} characters; allowed are at most {MAX_DESCRIPTION}."
            )
        if self.schedule_expression:
            self._check_schedule(self.schedule_expression)
        if self.role_arn:
            target_checks.check_role_arn("role_arn", self.role_arn)
        target_checks.check_targets(self.targets)

    def _check_schedule(self, expression: str) -> None:
        check_schedule("schedule_expression", expression)
        if self.event_bus_name.rsplit("/", maxsplit=1)[-1] != DEFAULT_BUS:
            raise RequestError(
                f"schedule_expression: {expression!r} cannot be on the bus {self.event_bus_name!r}; "
                "allowed are schedules on the default bus only."
            )


def _pattern(params: Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    if params.get("on_command_status") is not None:
        return CommandStatusChange.parse(params["on_command_status"]).pattern()
    if params.get("event_pattern") is None:
        return None
    pattern = json_texts.load_object("event_pattern", params["event_pattern"])
    check_pattern(pattern)
    length = len(json_texts.dump(pattern))
    if length > MAX_PATTERN_LENGTH:
        raise RequestError(f"event_pattern: it has {length} characters; allowed are at most {MAX_PATTERN_LENGTH}.")
    return pattern


@dataclasses.dataclass(frozen=True)
class RuleState:
    """An existing rule: DescribeRule's fields, its tags and all its targets in the API's format."""

    rule: Mapping[str, t.Any]
    tags: Mapping[str, str]
    targets: Sequence[Target]

    @property
    def is_own(self) -> bool:
        """Whether the module made it."""
        return is_marked(self.tags, MAKER)

    @property
    def title(self) -> str:
        """Its kind and name, for sentences."""
        return f"the rule {self.rule['Name']}"

    def check_owner(self) -> None:
        """Raise RequestError for a rule that AWS manages."""
        if self.rule.get("ManagedBy"):
            raise RequestError(
                f"name: {self.rule['Name']!r} is a rule managed by {self.rule['ManagedBy']}; "
                "allowed are rules of your own."
            )

    def result(self) -> dict[str, t.Any]:
        """The rule as the module returns it."""
        pattern = self.rule.get("EventPattern")
        return {
            "name": self.rule["Name"],
            "arn": self.rule["Arn"],
            "event_bus_name": self.rule.get("EventBusName", DEFAULT_BUS),
            "description": self.rule.get("Description"),
            "event_pattern": json_texts.meaning(pattern) if pattern else None,
            "schedule_expression": self.rule.get("ScheduleExpression") or None,
            "state": self.rule["State"],
            "role_arn": self.rule.get("RoleArn"),
            "tags": dict(self.tags),
            "targets": [event_targets.from_api(target) for target in sorted(self.targets, key=lambda item: item["Id"])],
        }


@dataclasses.dataclass(frozen=True)
class RulePlan:
    """The calls to make; `put_rule` is None and lists are empty if there are none."""

    put_rule: dict[str, t.Any] | None
    tags: TagChange
    put_targets: list[Target]
    remove_target_ids: list[str]
    after: RuleState

    def __bool__(self) -> bool:
        return self.put_rule is not None or bool(self.tags or self.put_targets or self.remove_target_ids)


def rule_arn(place: Place, bus: str, name: str) -> str:
    """The ARN of a rule; those of rules on the default bus do not contain the bus."""
    own = bus.rsplit("/", maxsplit=1)[-1]
    path = f"rule/{name}" if own == DEFAULT_BUS else f"rule/{own}/{name}"
    return str(Arn(place.partition, "events", place.region, place.account, path))


def plan(spec: RuleSpec, current: RuleState | None, place: Place) -> RulePlan:
    """The changes from `current` (None: does not exist) to the wanted rule.

    :raises RequestError: the rule has neither a pattern nor a schedule, too many targets, is managed by AWS, or was
        made by others and is not adopted.
    """
    if current is not None:
        current.check_owner()
        spec.consent.check_change(current.title, current.is_own)
    fields = _fields(spec, current)
    if "EventPattern" not in fields and "ScheduleExpression" not in fields:
        raise RequestError(
            f"event_pattern: the rule {spec.name!r} would have neither a pattern nor a schedule; "
            "allowed is event_pattern, on_command_status or schedule_expression."
        )
    current_tags = current.tags if current else {}
    current_targets = list(current.targets) if current else []
    target_checks.check_places(spec.targets, place)
    wanted = [event_targets.to_api(option, place) for option in spec.targets]
    to_put, to_remove = _target_changes(current_targets, wanted, spec.purge_targets)
    replaced = {target["Id"] for target in to_put} | set(to_remove)
    targets = [target for target in current_targets if target["Id"] not in replaced] + to_put
    target_checks.check_count(target["Id"] for target in targets)
    _check_answers(spec.name, fields.get("EventPattern"), targets)
    changed = _tag_change(spec, current)
    if current is not None and _same_rule(current.rule, fields):
        put_rule, rule = None, current.rule
    else:
        arn = rule_arn(place, spec.event_bus_name, spec.name)
        put_rule, rule = fields, {"Name": spec.name, "Arn": arn, "EventBusName": spec.event_bus_name} | fields
    after = RuleState(rule, tags_after(current_tags, changed), targets)
    return RulePlan(put_rule, changed, to_put, to_remove, after)


def _check_answers(name: str, pattern: str | None, targets: Iterable[Target]) -> None:
    """Raise RequestError if a command that the rule sends would trigger the rule: its failure would for ever."""
    for target in targets:
        _place, is_document, document = target["Arn"].partition(":document/")
        if pattern and is_document and matches_commands(json_texts.meaning(pattern), [document]):
            raise RequestError(
                f"targets[{target['Id']}]: its commands would trigger the rule {name!r} itself, whose pattern matches "
                f"the status changes of {document}; allowed is a document of its own, which on_command_status leaves "
                "out by exclude_document_names and event_pattern by anything-but."
            )


def _tag_change(spec: RuleSpec, current: RuleState | None) -> TagChange:
    if current is None:
        return TagChange(marked(spec.tags, MAKER), [])
    return tag_change(current.tags, spec.tags, spec.purge_tags and current.is_own)


def _fields(spec: RuleSpec, current: RuleState | None) -> dict[str, t.Any]:
    kept = {field: current.rule[field] for field in RULE_FIELDS if current.rule.get(field)} if current else {}
    given = {
        "Description": spec.description,
        "EventPattern": None if spec.event_pattern is None else json_texts.dump(spec.event_pattern),
        "ScheduleExpression": spec.schedule_expression,
        "State": None if spec.enabled is None else ("ENABLED" if spec.enabled else "DISABLED"),
        "RoleArn": spec.role_arn,
    }
    asked = {field: value for field, value in given.items() if value is not None}
    if spec.enabled and kept.get("State", "").startswith("ENABLED"):
        asked.pop("State")
    merged = {"State": "ENABLED"} | kept | asked
    return {field: value for field, value in merged.items() if value != ""}


def _same_rule(rule: Mapping[str, t.Any], fields: Mapping[str, t.Any]) -> bool:
    for field in RULE_FIELDS:
        current, wanted = rule.get(field) or None, fields.get(field)
        if field == "EventPattern" and current and wanted:
            if not same_pattern(json_texts.meaning(current), json_texts.meaning(wanted)):
                return False
        elif current != wanted:
            return False
    return True


def _target_changes(current: Sequence[Target], wanted: Sequence[Target], purge: bool) -> tuple[list[Target], list[str]]:
    by_id = {target["Id"]: target for target in current}
    to_put = [
        target
        for target in wanted
        if target["Id"] not in by_id or not event_targets.same_target(by_id[target["Id"]], target)
    ]
    wanted_ids = {target["Id"] for target in wanted}
    return to_put, sorted(set(by_id) - wanted_ids) if purge else []
