# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the change from a managed policy as it is to the wanted one. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import same_meaning
from ansible_collections.ssmops.run_command.plugins.module_utils.access.iam_arguments import (
    parse_name,
    parse_path,
    parse_tags,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.iam_policies import KINDS
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import (
    MARK_KEY,
    Consent,
    is_marked,
    marked,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import TAGS_OF_A_RESOURCE, tag_change

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.iam_policies import Kind, Names


# IAM's model and quotas.
NAME_MAX = {"name": 128, "users": 64, "groups": 128, "roles": 64}
DESCRIPTION_MAX = 1000
VERSIONS_MAX = 5
MAKER: t.Final = "send_command_policy"


@dataclasses.dataclass(frozen=True)
class Target:
    """The wanted managed policy; None means no change."""

    name: str
    path: str | None = None
    description: str | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    attachments: dict[Kind, list[str] | None] = dataclasses.field(default_factory=dict)
    purge_attachments: bool = False
    consent: Consent = dataclasses.field(default_factory=Consent)


@dataclasses.dataclass(frozen=True)
class Version:
    """A version of a policy; `created` is anything that sorts by time."""

    version_id: str
    is_default: bool
    created: t.Any


@dataclasses.dataclass(frozen=True)
class PolicyState:
    """The current managed policy."""

    arn: str
    name: str
    path: str
    description: str
    default_version_id: str
    document: dict[str, t.Any]
    tags: dict[str, str]
    attachments: Names
    boundary_of: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the module made it."""
        return is_marked(self.tags, MAKER)

    @property
    def title(self) -> str:
        """Its kind and name, for sentences."""
        return f"the policy {self.name}"


@dataclasses.dataclass(frozen=True)
class Plan:
    """The calls to make, and the state they lead to (None: no policy)."""

    before: PolicyState | None
    after: PolicyState | None
    create: bool = False
    delete: bool = False
    new_version: bool = False
    tags_to_set: dict[str, str] = dataclasses.field(default_factory=dict)
    tags_to_remove: tuple[str, ...] = ()
    attach: tuple[tuple[Kind, str], ...] = ()
    detach: tuple[tuple[Kind, str], ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether there is anything to change."""
        todo = (self.create, self.delete, self.new_version, self.tags_to_set, self.tags_to_remove)
        return any(todo) or bool(self.attach or self.detach)


def parse_target(options: Mapping[str, t.Any]) -> Target:
    """A target from the module's options. Raises RequestError for an invalid name, path, text or tag."""
    description = options.get("description")
    if description is not None and len(description) > DESCRIPTION_MAX:
        raise RequestError(f"description: it has {len(description)} characters; allowed are at most {DESCRIPTION_MAX}.")
    return Target(
        name=parse_name(options.get("name"), "name", NAME_MAX["name"]),
        path=parse_path(options.get("path")),
        description=description,
        tags=_tags(options.get("tags")),
        purge_tags=bool(options.get("purge_tags", True)),
        attachments={kind: _names(options.get(kind), kind) for kind in KINDS},
        purge_attachments=bool(options.get("purge_attachments", False)),
        consent=Consent.parse(options),
    )


def _tags(raw: Mapping[object, object] | None) -> dict[str, str] | None:
    tags = parse_tags(raw, TAGS_OF_A_RESOURCE)
    if tags and MARK_KEY in tags:
        raise RequestError(f"tags: {MARK_KEY!r} is reserved for the collection; allowed are other keys.")
    return tags


def _names(raw: Sequence[object] | None, kind: Kind) -> list[str] | None:
    return None if raw is None else sorted({parse_name(item, kind, NAME_MAX[kind]) for item in raw})


def policy_arn(partition: str, account: str, path: str | None, name: str) -> str:
    """The ARN of a managed policy of the account; the path is C(/) if None."""
    return f"arn:{partition}:iam::{account}:policy{path or '/'}{name}"


def plan_present(state: PolicyState | None, target: Target, document: dict[str, t.Any], arn: str) -> Plan:
    """The plan for the wanted policy with this document; `arn` is the ARN of a policy that does not exist yet.

    :raises RequestError: the policy has another path, or was made by others and is not adopted.
    """
    if state is None:
        return _plan_creation(target, document, arn)
    target.consent.check_change(state.title, state.is_own)
    _refuse_other_path(state, target)
    tags_to_set, tags_to_remove = _tag_changes(state, target)
    attach, detach = _attachment_changes(state.attachments, target)
    new_version = not same_meaning(state.document, document)
    tags = {key: value for key, value in state.tags.items() if key not in tags_to_remove} | tags_to_set
    after = dataclasses.replace(
        state,
        document=document if new_version else state.document,
        tags=tags,
        attachments=_attachments_after(state.attachments, attach, detach),
    )
    return Plan(
        before=state,
        after=after,
        new_version=new_version,
        tags_to_set=tags_to_set,
        tags_to_remove=tags_to_remove,
        attach=attach,
        detach=detach,
    )


def _plan_creation(target: Target, document: dict[str, t.Any], arn: str) -> Plan:
    wanted: Names = {kind: target.attachments.get(kind) or [] for kind in KINDS}
    after = PolicyState(
        arn=arn,
        name=target.name,
        path=target.path or "/",
        description=target.description or "",
        default_version_id="v1",
        document=document,
        tags=marked(target.tags, MAKER),
        attachments=wanted,
    )
    return Plan(
        before=None, after=after, create=True, attach=tuple((kind, name) for kind in KINDS for name in wanted[kind])
    )


def _refuse_other_path(state: PolicyState, target: Target) -> None:
    if target.path is not None and target.path != state.path:
        raise RequestError(
            f"path: the policy {state.name} has the path {state.path!r}, which IAM cannot change to {target.path!r};"
            " delete the policy first or leave path out."
        )


def _tag_changes(state: PolicyState, target: Target) -> tuple[dict[str, str], tuple[str, ...]]:
    change = tag_change(state.tags, target.tags, target.purge_tags and state.is_own)
    return change.to_set, tuple(change.to_unset)


def _attachment_changes(
    current: Names, target: Target
) -> tuple[tuple[tuple[Kind, str], ...], tuple[tuple[Kind, str], ...]]:
    attach: list[tuple[Kind, str]] = []
    detach: list[tuple[Kind, str]] = []
    for kind in KINDS:
        wanted = target.attachments.get(kind)
        if wanted is None:
            continue
        attach += [(kind, name) for name in wanted if name not in current[kind]]
        if target.purge_attachments:
            detach += [(kind, name) for name in current[kind] if name not in wanted]
    return tuple(attach), tuple(detach)


def _attachments_after(current: Names, attach: Sequence[tuple[Kind, str]], detach: Sequence[tuple[Kind, str]]) -> Names:
    return {
        kind: sorted(
            ({*current[kind]} | {name for of, name in attach if of == kind})
            - {name for of, name in detach if of == kind}
        )
        for kind in KINDS
    }


def plan_absent(state: PolicyState | None, target: Target) -> Plan:
    """The plan to delete the policy; an adopted one is kept.

    :raises RequestError: anything other than the target's attachments uses it, or it was made by others.
    """
    if state is None:
        return Plan(before=None, after=None)
    if not target.consent.may_delete(state.title, state.is_own):
        return Plan(before=state, after=state)
    if state.boundary_of:
        # Removing a boundary would give its users more permissions, so not even force does it.
        raise RequestError(
            f"name: the policy {state.name} is the permissions boundary of {state.boundary_of} users or roles;"
            " remove it from them first."
        )
    others = [
        f"{kind[:-1]} {name}"
        for kind in KINDS
        for name in state.attachments[kind]
        if name not in (target.attachments.get(kind) or [])
    ]
    if others and not target.consent.force:
        raise RequestError(
            f"name: the policy {state.name} is still attached to {', '.join(others)};"
            " name them in users, groups or roles, or set force, to detach it from them."
        )
    detach = tuple((kind, name) for kind in KINDS for name in state.attachments[kind])
    return Plan(before=state, after=None, delete=True, detach=detach)


def versions_to_prune(versions: Sequence[Version]) -> list[str]:
    """The IDs of the versions to delete to make room for one more: the oldest that are not the default."""
    surplus = len(versions) - VERSIONS_MAX + 1
    oldest_first = sorted((version for version in versions if not version.is_default), key=lambda item: item.created)
    return [version.version_id for version in oldest_first[: max(0, surplus)]]


def next_version_id(versions: Sequence[Version]) -> str:
    """The expected ID of the next version, judging by the remaining versions."""
    return f"v{max(int(version.version_id.removeprefix('v')) for version in versions) + 1}"


def describe_state(state: PolicyState | None) -> dict[str, t.Any]:
    """A policy as the module returns it and shows it in a diff; empty if there is none."""
    if state is None:
        return {}
    return {
        "policy": {
            "arn": state.arn,
            "policy_name": state.name,
            "path": state.path,
            "description": state.description,
            "default_version_id": state.default_version_id,
            "tags": state.tags,
        },
        "policy_document": state.document,
        "attachments": state.attachments,
    }
