# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages and updates of the agent, as far as nodes pretend to have them."""

from __future__ import annotations

import pytest
from local_aws.nodes.software import NEWEST_AGENT, Software
from local_aws.run_command import software_plugins

ARN = "arn:aws:ssm:::package/AmazonCloudWatchAgent"
NAME = "AmazonCloudWatchAgent"


def newest(name: str) -> str:
    return {NAME: "2.0"}.get(name, "")


def inputs(action: str, name: str = NAME, version: str = "") -> dict[str, str]:
    return {"action": action, "name": name, "version": version, "installationType": "Uninstall and reinstall"}


@pytest.mark.parametrize(
    ("before", "given", "after", "stdout"),
    [
        ({}, inputs("Install"), {NAME: "2.0"}, f"Initiating {ARN} 2.0 install\nSuccessfully installed {ARN} 2.0\n"),
        ({}, inputs("Install", version="1.0"), {NAME: "1.0"}, f"Successfully installed {ARN} 1.0\n"),
        ({}, inputs("Install", name=ARN, version="latest"), {NAME: "2.0"}, f"Successfully installed {ARN} 2.0\n"),
        ({NAME: "2.0"}, inputs("Install"), {NAME: "2.0"}, ""),
        ({NAME: "1.0"}, inputs("Install"), {NAME: "2.0"}, f"Successfully uninstalled {ARN} 1.0\n"),
        ({NAME: "1.0"}, inputs("Uninstall"), {}, f"Successfully uninstalled {ARN} 1.0\n"),
        ({NAME: "1.0"}, inputs("Uninstall", version="2.0"), {NAME: "1.0"}, ""),
        ({}, inputs("Uninstall"), {}, ""),
    ],
)
def test_packages(before: dict[str, str], given: dict[str, str], after: dict[str, str], stdout: str) -> None:
    changed, answer = software_plugins.configure_package(Software(packages=before), given, newest)
    assert (changed.packages, answer.is_success) == (after, True)
    assert stdout in answer.stdout.decode()
    assert bool(stdout) == bool(answer.stdout)


@pytest.mark.parametrize(
    ("failing", "given", "words"),
    [
        ("", inputs("Install", name="None"), "failed to download manifest - there is no package None"),
        (NAME, inputs("Install"), "Failed to install package; install status Failed"),
        (NAME, inputs("Uninstall"), "Failed to uninstall package; uninstall status Failed"),
        ("", {"action": "Install"}, "invalid input: empty name field"),
        ("", inputs("Repair"), "unsupported action: Repair"),
    ],
)
def test_packages_that_fail(failing: str, given: dict[str, str], words: str) -> None:
    before = Software(packages={NAME: "1.0"}, failing=frozenset({failing}))
    changed, answer = software_plugins.configure_package(before, given, newest)
    assert (changed, answer.is_success) == (before, False)
    assert words in answer.stderr.decode()


@pytest.mark.parametrize(
    ("before", "version", "downgrade", "after", "words"),
    [
        (NEWEST_AGENT, "", "false", NEWEST_AGENT, "has already been installed, update skipped"),
        ("3.2.0.0", "", "false", NEWEST_AGENT, f"amazon-ssm-agent updated successfully to {NEWEST_AGENT}"),
        ("3.2.0.0", "latest", "false", NEWEST_AGENT, f"Updating amazon-ssm-agent from 3.2.0.0 to {NEWEST_AGENT}"),
        ("3.2.0.0", "3.3.0.0", "false", "3.3.0.0", "Initiating amazon-ssm-agent update to 3.3.0.0"),
        ("3.2.0.0", "3.1.0.0", "true", "3.1.0.0", "updated successfully to 3.1.0.0"),
    ],
)
def test_updates_of_the_agent(before: str, version: str, downgrade: str, after: str, words: str) -> None:
    given = {"targetVersion": version, "allowDowngrade": downgrade}
    changed, answer = software_plugins.update_agent(Software(agent_version=before), given)
    assert (changed.agent_version, answer.is_success) == (after, True)
    assert words in answer.stdout.decode()


@pytest.mark.parametrize(
    ("failing", "version", "words"),
    [
        ("", "3.1.0.0", "updating amazon-ssm-agent to an older version, please enable allow downgrade to proceed"),
        ("", "9.0.0.0", "amazon-ssm-agent version 9.0.0.0 is unsupported on current platform"),
        ("", "new", "amazon-ssm-agent version new is unsupported on current platform"),
        ("amazon-ssm-agent", "", f"Failed to update amazon-ssm-agent to {NEWEST_AGENT}"),
    ],
)
def test_updates_that_fail(failing: str, version: str, words: str) -> None:
    before = Software(agent_version="3.2.0.0", failing=frozenset({failing}))
    given = {"targetVersion": version, "allowDowngrade": "false"}
    changed, answer = software_plugins.update_agent(before, given)
    assert (changed, answer.is_success) == (before, False)
    assert words in (answer.stdout + answer.stderr).decode()
