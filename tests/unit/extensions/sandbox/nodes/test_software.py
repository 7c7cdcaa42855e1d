# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tags of a node say is installed on it, and what commands make of that."""

from __future__ import annotations

import pytest
from local_aws.nodes import software
from local_aws.nodes.managed_nodes import Node, instance_information
from local_aws.nodes.software import Software, SoftwareChanges

TAGS = {
    "sandbox:patches-installed": "7",
    "sandbox:patches-missing": "3",
    "sandbox:patches-failing": "1",
    "sandbox:agent-version": "3.2.1.0",
    "sandbox:packages": "AmazonCloudWatchAgent=1.2 Own=3",
    "sandbox:failing-software": "amazon-ssm-agent Own",
}


def test_tags_say_what_is_installed() -> None:
    assert software.from_tags(TAGS) == Software(
        installed_patches=7,
        missing_patches=3,
        failing_patches=1,
        agent_version="3.2.1.0",
        packages={"AmazonCloudWatchAgent": "1.2", "Own": "3"},
        failing=frozenset({"amazon-ssm-agent", "Own"}),
    )
    assert software.from_tags({"Role": "web"}) is software.from_tags({})


@pytest.mark.parametrize(
    ("tag", "value"),
    [("sandbox:patches-missing", "many"), ("sandbox:patches-failing", "-1"), ("sandbox:packages", "Own")],
)
def test_tags_that_say_nothing(tag: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{tag} .* {value}"):
        software.from_tags({tag: value})


def test_changes_last_until_the_tags_change() -> None:
    changes = SoftwareChanges()
    changes.put("i-1", TAGS, Software(missing_patches=0))
    assert changes.get("i-1", {**TAGS, "Role": "web"}) == Software(missing_patches=0)
    assert changes.get("i-1", {**TAGS, "sandbox:patches-missing": "4"}) is None
    assert changes.get("i-2", TAGS) is None
    changes.clear()
    assert changes.get("i-1", TAGS) is None


@pytest.mark.parametrize(
    ("tags", "changed", "version", "is_latest"),
    [
        ({}, None, software.NEWEST_AGENT, True),
        (TAGS, None, "3.2.1.0", False),
        (TAGS, Software(), software.NEWEST_AGENT, True),
    ],
)
def test_the_agent_tells_its_version(
    tags: dict[str, str], changed: Software | None, version: str, is_latest: bool
) -> None:
    node = Node("i-1", "us-east-1", "1", tags=tags, changed_software=changed)
    told = instance_information(node, 0.0)
    assert (told["AgentVersion"], told["IsLatestVersion"]) == (version, is_latest)
