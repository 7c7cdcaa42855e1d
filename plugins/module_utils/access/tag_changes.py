# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of tags that would let a principal in: what to simulate, with the condition keys AWS gives. Pure.

Source: Service Authorization Reference, condition keys of ec2:CreateTags, ec2:DeleteTags, ec2:RunInstances,
ssm:AddTagsToResource, ssm:RemoveTagsFromResource and the actions of Auto Scaling. An Auto Scaling group gives its tags
to the instances that it launches, and a task of an application of Resource Groups gives its tag to resources; both do
so with a role of their own, and need no right of the caller to tag instances.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import (
    RESOURCE_TAG_PREFIXES,
    context_entries,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import Finding, view_statements
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import placeholder_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import NODE_TYPES, matches

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import Context
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Tags
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

    Documents = Sequence[Mapping[str, t.Any]]

ADDING = ("ec2:CreateTags", "ssm:AddTagsToResource", "autoscaling:CreateOrUpdateTags")
REMOVING = ("ec2:DeleteTags", "ssm:RemoveTagsFromResource", "autoscaling:DeleteTags")
GROUPING = ("resource-groups:StartTagSyncTask",)
# The tag that makes a resource part of an application: AppRegistry user guide, "Application tag".
APPLICATION_KEY = "awsApplication"
# Parts of ARNs, by the services of the actions on them.
_RESOURCES = {
    "ec2": ":instance/",
    "ssm": ":managed-instance/",
    "autoscaling": ":autoScalingGroup:",
    "resource-groups": ":group/",
}
LAUNCHING = ("ec2:RunInstances", "ec2:CreateTags")
LAUNCH = "ec2:RunInstances"
CHANGES_MAX = 120
_REQUEST_TAG = "aws:RequestTag/"
_STATE_PREFIXES = (*RESOURCE_TAG_PREFIXES, "ec2:ResourceTag/", "autoscaling:ResourceTag/")
_TAG_PREFIXES = tuple(prefix.lower() for prefix in (*_STATE_PREFIXES, _REQUEST_TAG))
_POSITIVE = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase"})


@dataclasses.dataclass(frozen=True)
class TagChange:
    """One change: its actions, the tags that the request sets (or removes, by key), those that the node has.

    An action of LAUNCHING is a change only together with the other one.
    """

    actions: tuple[str, ...]
    request: Tags
    state: Tags = ()

    @property
    def targets(self) -> frozenset[str]:
        """The actions that this change can prove."""
        return frozenset({LAUNCH} if self.actions == LAUNCHING else self.actions)

    @property
    def context(self) -> Context:
        """The condition keys of the request."""
        context: Context = {f"{prefix}{key}": (value,) for key, value in self.state for prefix in _STATE_PREFIXES}
        if self.actions == GROUPING:
            return context
        if self.request:
            context["aws:TagKeys"] = tuple(key for key, _value in self.request)
        if self.actions != REMOVING:
            context |= {f"{_REQUEST_TAG}{key}": (value,) for key, value in self.request}
        if self.actions == LAUNCHING:
            context["ec2:CreateAction"] = ("RunInstances",)
        return context

    def made_by(self, results: Iterable[Mapping[str, t.Any]]) -> set[str]:
        """The actions by which this change can be made, from the EvaluationResults of its actions."""
        found = set(allowed_actions(results))
        if self.actions == LAUNCHING:
            return {LAUNCH} if found >= set(LAUNCHING) else set()
        # Only EC2 takes a request without keys.
        return found if self.request else found & {"ec2:DeleteTags"}


@dataclasses.dataclass(frozen=True)
class TagChangeAnswer:
    """By which actions a principal may change tags, and by which it may for some values of keys that are not known.

    :ivar undecided: actions that depend on `depends_on` (condition keys) or `unreadable` (policies), or that took more
        simulations than CHANGES_MAX.
    """

    actions: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def tags_perhaps_changeable(principal: str, answer: TagChangeAnswer, tag_keys: Iterable[str]) -> Finding:
    """The finding that it is not known whether a principal may change the tags in the conditions."""
    reasons = [*answer.depends_on, *answer.unreadable] or [f"more than {CHANGES_MAX} simulations"]
    return Finding(
        "tags-changeable",
        "",
        f"it is unknown whether {principal} may call {', '.join(answer.undecided)} with the tags"
        f" {', '.join(sorted(tag_keys))} and so give itself access: it depends on {', '.join(reasons)}.",
    )


def tag_changes(documents: Documents, known_tags: Iterable[Tags], keys: Collection[str]) -> list[TagChange]:
    """The changes of the tags with `keys` to simulate: each alone and all together, on nodes with and without tags.

    :param documents: the policies; the values in their conditions are those to try.
    :param known_tags: the tags of nodes, whose values are tried too.
    """
    values = _values_by_key(documents, known_tags, keys)
    requests = list(dict.fromkeys(_requests(documents, values, keys)))
    states = list(dict.fromkeys(_states(values, keys)))
    removed: list[Tags] = [((key, ""),) for key in keys]
    removed += [tuple((key, "") for key in keys), ()]
    changes = [TagChange(ADDING, request, state) for state in states for request in requests]
    changes += [TagChange(LAUNCHING, request) for request in requests]
    changes += [TagChange(GROUPING, ((key, ""),)) for key in keys if key.lower() == APPLICATION_KEY.lower()]
    changes += [TagChange(REMOVING, request, state) for state in states for request in dict.fromkeys(removed)]
    # What succeeds most often comes first, as the simulations end when every action was found.
    return sorted(changes, key=lambda change: (len(change.state), len(change.request)))


def _values_by_key(documents: Documents, known_tags: Iterable[Tags], keys: Collection[str]) -> dict[str, list[str]]:
    """The values to try by tag key: of all keys in conditions, with wildcards replaced."""
    names = {key.lower(): key for key in keys}
    found: dict[str, dict[str, None]] = {key: {} for key in keys}
    for key, value in (tag for tags in known_tags for tag in tags if tag[0].lower() in names):
        found[names[key.lower()]][value] = None
    for _operator, name, texts in _tag_conditions(documents):
        key = names.setdefault(name.lower(), name)
        found.setdefault(key, {}).update((_example(text), None) for text in texts if "${" not in text)
    return {key: list(values) or ["x"] for key, values in found.items()}


def _tag_conditions(documents: Documents) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for document in documents:
        for view in view_statements(document):
            for operator, key, values in view.conditions:
                if key.lower().startswith(_TAG_PREFIXES):
                    is_null = operator.endswith("Null")
                    yield operator, key.partition("/")[2], () if is_null else values


def _example(pattern: str) -> str:
    return pattern.replace("*", "").replace("?", "x") or "x"


def _requests(documents: Documents, values: Mapping[str, Sequence[str]], keys: Collection[str]) -> Iterator[Tags]:
    useful = {key: [value for value in values[key] if _lets_in(documents, key, value)] or ["x"] for key in keys}
    for key in keys:
        yield from (((key, value),) for value in useful[key])
    every = {key: useful.get(key, values[key]) for key in values}
    for together in (keys, every):
        for combination in itertools.islice(itertools.product(*(every[key] for key in together)), CHANGES_MAX):
            yield tuple(sorted(zip(together, combination, strict=True)))
    for key in keys:
        for other in (name for name in every if name != key):
            pairs = itertools.product(useful[key], every[other])
            yield from (tuple(sorted({key: value, other: beside}.items())) for value, beside in pairs)


def _lets_in(documents: Documents, key: str, value: str) -> bool:
    """Whether some statement that allows sending may be met by a node with this tag."""
    for view in (view for document in documents for view in view_statements(document) if view.sends):
        conditions = [item for item in view.tag_conditions if item[1].partition("/")[2].lower() == key.lower()]
        if conditions and all(_may_hold(operator, patterns, value) for operator, _key, patterns in conditions):
            return True
    return False


def _may_hold(operator: str, patterns: Iterable[str], value: str) -> bool:
    if operator.rpartition(":")[2] not in _POSITIVE:
        return True
    return any("${" in pattern or matches(pattern.lower(), value.lower()) for pattern in patterns)


def _states(values: Mapping[str, Sequence[str]], keys: Collection[str]) -> Iterator[Tags]:
    yield ()
    for key in values:
        yield from (((key, value),) for value in values[key])
    for combination in itertools.islice(itertools.product(*(values[key] for key in values)), CHANGES_MAX):
        yield tuple(sorted(zip(values, combination, strict=True)))


def request_of(actions: Iterable[str], context: Context, place: Place) -> dict[str, t.Any]:
    """The parameters that SimulatePrincipalPolicy and SimulateCustomPolicy have in common."""
    return {
        "ActionNames": list(actions),
        "ResourceArns": [*(placeholder_arn(node_type, place) for node_type in NODE_TYPES), *_group_arns(place)],
        "ContextEntries": context_entries(context),
    }


def _group_arns(place: Place) -> list[str]:
    """Any Auto Scaling group, and any resource group."""
    where = f"{place.region}:{place.account}"
    group = f"arn:{place.partition}:autoscaling:{where}:autoScalingGroup:{'0' * 8}:autoScalingGroupName/any"
    return [group, f"arn:{place.partition}:resource-groups:{where}:group/any"]


def allowed_actions(results: Iterable[Mapping[str, t.Any]]) -> list[str]:
    """The actions that are allowed on a resource of their service, such as EC2's on an instance."""
    allowed = set()
    for result in results:
        action = result["EvalActionName"]
        for arn, decision in _decisions_by_arn(result):
            if _RESOURCES[action.partition(":")[0].lower()] in arn and decision == "allowed":
                allowed.add(action)
    return sorted(allowed)


def _decisions_by_arn(result: Mapping[str, t.Any]) -> Iterator[tuple[str, str]]:
    specific = result.get("ResourceSpecificResults") or []
    for item in specific:
        yield item["EvalResourceName"], item["EvalResourceDecision"]
    if not specific and "EvalResourceName" in result:
        yield result["EvalResourceName"], result["EvalDecision"]
