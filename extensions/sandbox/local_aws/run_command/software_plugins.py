# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages and updates of the agent on a node that only pretends to have them. Pure.

The words are the agent's where it is known what they are.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..nodes.software import AGENT, NEWEST_AGENT
from .plugins import Answer

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..nodes.software import Software

Inputs = t.Mapping[str, t.Any]
# Packages that AWS publishes.
AWS_PACKAGES: t.Final = frozenset(
    {
        "AWSCodeDeployAgent",
        "AWSKinesisTap",
        "AWSNVMe",
        "AWSPVDriver",
        "AWSSupport-EC2Rescue",
        "AmazonCloudWatchAgent",
        "AmazonEFSUtils",
        "AwsEnaNetworkDriver",
        "AwsVssComponents",
        "IntelSriovDriver",
    }
)
NEWEST_PACKAGE: t.Final = "1.0.0"
_VERSION: t.Final = re.compile(r"\d+(\.\d+)*")


def configure_package(software: Software, inputs: Inputs, newest: Callable[[str], str]) -> tuple[Software, Answer]:
    """Install or uninstall a package; newest: the newest version of a package by its name, "" when there is none."""
    action, given = str(inputs.get("action") or ""), str(inputs.get("name") or "")
    name = given.rsplit("/", 1)[-1]
    if not name:
        return software, Answer.failed("invalid input: empty name field\n")
    latest = newest(name)
    if not latest:
        return software, Answer.failed(f"failed to download manifest - there is no package {name}\n")
    version = str(inputs.get("version") or "")
    arn = given if given.startswith("arn:") else f"arn:aws:ssm:::package/{name}"
    package = _Package(name, arn, software.packages.get(name, ""))
    if action == "Install":
        return _install(software, package, latest if version in {"", "latest"} else version)
    if action == "Uninstall":
        return _uninstall(software, package, package.installed if version in {"", "latest"} else version)
    return software, Answer.failed(f"unsupported action: {action}\n")


class _Package(t.NamedTuple):
    name: str
    arn: str
    installed: str


def _install(software: Software, package: _Package, version: str) -> tuple[Software, Answer]:
    if package.installed == version:
        return software, Answer(True)
    begun = f"Initiating {package.arn} {version} install\n"
    if package.name in software.failing:
        return software, Answer(False, begun.encode(), b"Failed to install package; install status Failed\n")
    removed = f"Successfully uninstalled {package.arn} {package.installed}\n" if package.installed else ""
    after = dataclasses.replace(software, packages={**software.packages, package.name: version})
    return after, Answer(True, f"{begun}{removed}Successfully installed {package.arn} {version}\n".encode())


def _uninstall(software: Software, package: _Package, version: str) -> tuple[Software, Answer]:
    if not package.installed or package.installed != version:
        return software, Answer(True)
    begun = f"Initiating {package.arn} {version} uninstall\n"
    if package.name in software.failing:
        return software, Answer(False, begun.encode(), b"Failed to uninstall package; uninstall status Failed\n")
    left = {name: found for name, found in software.packages.items() if name != package.name}
    text = f"{begun}Successfully uninstalled {package.arn} {version}\n"
    return dataclasses.replace(software, packages=left), Answer(True, text.encode())


def update_agent(software: Software, inputs: Inputs) -> tuple[Software, Answer]:
    """Update the agent to the newest version, or to another one that is not newer than that."""
    before, given = software.agent_version, str(inputs.get("targetVersion") or "latest")
    wanted = NEWEST_AGENT if given == "latest" else given
    downloaded = "Successfully downloaded manifest\n"
    if not _VERSION.fullmatch(wanted) or _parts(wanted) > _parts(NEWEST_AGENT):
        refusal = f"{AGENT} version {wanted} is unsupported on current platform\n"
        return software, Answer(False, downloaded.encode(), refusal.encode())
    if wanted == before:
        text = f"{downloaded}{AGENT} {before} has already been installed, update skipped\n"
        return software, Answer(True, text.encode())
    if _parts(wanted) < _parts(before) and inputs.get("allowDowngrade") != "true":
        refusal = f"updating {AGENT} to an older version, please enable allow downgrade to proceed\n"
        return software, Answer(False, downloaded.encode(), refusal.encode())
    begun = f"{downloaded}Updating {AGENT} from {before} to {wanted}\nInitiating {AGENT} update to {wanted}\n"
    if AGENT in software.failing:
        rollback = f"Initiating rollback {AGENT} to {before}\nrolledback {AGENT} to {before}\n"
        text = f"{begun}failed to install {AGENT} {wanted}\n{rollback}Failed to update {AGENT} to {wanted}"
        return software, Answer(False, text.encode())
    text = f"{begun}{AGENT} updated successfully to {wanted}"
    return dataclasses.replace(software, agent_version=wanted), Answer(True, text.encode())


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
