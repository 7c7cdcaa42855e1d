# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed on nodes, as far as commands only pretend to change it: at first it is read from their tags."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

INSTALLED = "sandbox:patches-installed"
MISSING = "sandbox:patches-missing"
FAILING_PATCHES = "sandbox:patches-failing"
AGENT_VERSION = "sandbox:agent-version"
PACKAGES = "sandbox:packages"
FAILING = "sandbox:failing-software"
SOFTWARE_TAGS: t.Final = (INSTALLED, MISSING, FAILING_PATCHES, AGENT_VERSION, PACKAGES, FAILING)
NEWEST_AGENT: t.Final = "3.3.3050.0"
AGENT: t.Final = "amazon-ssm-agent"
Json = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Software:
    """What is on a node.

    failing_patches: how many of the missing ones cannot be installed; pending_patches: those that wait for a reboot;
    packages: versions by name; failing: packages that cannot be installed or uninstalled, AGENT for the agent itself.
    """

    installed_patches: int = 100
    missing_patches: int = 0
    failing_patches: int = 0
    pending_patches: int = 0
    agent_version: str = NEWEST_AGENT
    packages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    failing: frozenset[str] = frozenset()


_USUAL: t.Final = Software()


def from_tags(tags: Mapping[str, str]) -> Software:
    """What a node's tags say; ValueError for a tag that says nothing."""
    if tags.keys().isdisjoint(SOFTWARE_TAGS):
        return _USUAL
    return Software(
        installed_patches=_number(tags, INSTALLED, _USUAL.installed_patches),
        missing_patches=_number(tags, MISSING, 0),
        failing_patches=_number(tags, FAILING_PATCHES, 0),
        agent_version=agent_version(tags),
        packages=dict(_package(item) for item in tags.get(PACKAGES, "").split()),
        failing=frozenset(tags.get(FAILING, "").split()),
    )


def agent_version(tags: Mapping[str, str]) -> str:
    """The version of the agent that a node's tags say, the newest by default."""
    return tags.get(AGENT_VERSION, NEWEST_AGENT)


def _number(tags: Mapping[str, str], name: str, default: int) -> int:
    text = tags.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{name} is not a number of patches: {text}")
    return int(text)


def _package(item: str) -> tuple[str, str]:
    name, _equals, version = item.partition("=")
    if not name or not version:
        raise ValueError(f"{PACKAGES} has no NAME=VERSION: {item}")
    return name, version


class SoftwareChanges:
    """What commands have changed on nodes, and the InstancePatchState of those that were patched."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed: dict[str, tuple[Mapping[str, str], Software]] = {}
        self._patch_states: dict[str, Json] = {}

    def get(self, instance_id: str, tags: Mapping[str, str]) -> Software | None:
        """What is on a node since it was changed; None: what its tags say, which may be new ones."""
        with self._lock:
            said, changed = self._changed.get(instance_id, ({}, None))
        return changed if changed is not None and said == _software_tags(tags) else None

    def put(self, instance_id: str, tags: Mapping[str, str], software: Software) -> None:
        """Note what is on a node with these tags now."""
        with self._lock:
            self._changed[instance_id] = (_software_tags(tags), software)

    def patch_state(self, instance_id: str) -> Json | None:
        """The InstancePatchState of a node; None when it was never patched or scanned."""
        with self._lock:
            return self._patch_states.get(instance_id)

    def put_patch_state(self, instance_id: str, state: Json) -> None:
        """Note the InstancePatchState of a node."""
        with self._lock:
            last = self._patch_states.get(instance_id, {})
            kept = {name: last[name] for name in ("LastNoRebootInstallOperationTime",) if name in last}
            self._patch_states[instance_id] = kept | state

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._changed.clear()
            self._patch_states.clear()


def _software_tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: tags[name] for name in SOFTWARE_TAGS if name in tags}
