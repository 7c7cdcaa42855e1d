# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to troubleshooting has every error that users get, and nothing that is gone."""

from __future__ import annotations

import pathlib
import re

import botocore.exceptions
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses

from scripts.error_messages import PLUGINS, Message, messages, passed_on
from scripts.tree import installed_collection
from scripts.troubleshooting import PAGE, read_table, rendered

TABLE = read_table()
AMAZON_AWS = installed_collection("amazon.aws") / "plugins"


@pytest.fixture(scope="module")
def found() -> list[Message]:
    """The messages of the plugins; to find them takes seconds."""
    return messages()


@pytest.fixture(scope="module")
def texts(found: list[Message]) -> list[str]:
    """Their texts."""
    return [message.text for message in found]


def test_a_message_has_a_row(found: list[Message]) -> None:
    # Add what is listed here to docs/docsite/troubleshooting.yml.
    assert [message for message in found if TABLE.row_of(message.text) is None] == []


def test_a_row_has_a_message(texts: list[str]) -> None:
    used = {row.title for row in map(TABLE.row_of, texts) if row}
    assert [row.title for row in TABLE.rows() if row.title not in used and not row.told] == []


def test_what_nothing_raises_is_told_by_the_plugins_or_the_libraries_below() -> None:
    files = [*PLUGINS.rglob("*.py"), *AMAZON_AWS.rglob("*.py"), pathlib.Path(botocore.exceptions.__file__)]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    told = [text for row in TABLE.rows() for text in row.told]
    # What stands for a value is in capitals.
    assert [text for text in told if re.split(r" [A-Z_]{2,}", text)[0] not in sources] == []
    assert told


def test_titles_are_unique() -> None:
    titles = [row.title for row in TABLE.rows()]
    assert len(titles) == len(set(titles))


def test_every_outcome_but_success_is_explained() -> None:
    assert list(TABLE.outcomes) == [outcome for outcome in statuses.OUTCOMES if outcome != statuses.SUCCESS]


def test_the_page_is_what_the_table_and_the_plugins_say(texts: list[str]) -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered(TABLE, texts), "run make troubleshooting"


# Of each way in which the code makes a text: plain, of values, of a constant, of a function, of one more class, of two.
KNOWN = (
    "full_output needs a source to read from: give one of ….",
    "documents: DOCUMENT is not a string.",
    "bucket: there is no bucket BUCKET; allowed is the name of an existing one.",
    "The managed nodes of … cannot be read: ERROR",
    "Failed to ACTION … of the rule RULE: REASONS",
    "client_token is VALUE: the command … has it, with DIFFERENCE. A token belongs to one request.",
    "Exactly one of … is required: none was given.",
    "wait_for: not online after … seconds: NAMES.",
)


@pytest.mark.parametrize("known", KNOWN)
def test_a_message_is_found(texts: list[str], known: str) -> None:
    assert known in texts


# What is raised with the text of an error that was caught, of Ansible's validator or of amazon.aws.
PASSED_ON = {
    "action/node_result.py: str(error)",
    "action/send_command.py: str(error)",
    "filter/command_report.py: f'command_report: {error}'",
    "filter/monitoring_plan.py: str(error)",
    "filter/permissions.py: f'permissions: {error}'",
    "filter/send_command_policy_document.py: f'send_command_policy_document: {error}'",
    "inventory/managed_nodes.py: message",
    "inventory/managed_nodes.py: str(error)",
    "module_utils/documents/content.py: f'content: {error}'",
    "module_utils/documents/content_yaml.py: problem",
    # Caught where they are raised for: what is not read is no error of a user.
    "module_utils/documents/lint_bounds.py: name",
    "module_utils/documents/pattern_matching.py: name",
    # Their class has the text.
    "module_utils/monitoring/event_rules_calls.py: 'put'",
    "module_utils/monitoring/event_rules_calls.py: 'remove'",
    # These add where it is.
    "module_utils/monitoring/remediations.py: f'{where}.{error}'",
    "module_utils/monitoring/role_options.py: option + str(error).removeprefix(given)",
    "module_utils/monitoring/target_checks.py: f'{_where(option)}.{error}'",
    "plugin_utils/aws_action.py: message",
    "plugin_utils/aws_action.py: self._refusal(checked.errors[0])",
}


def test_no_other_message_is_out_of_sight() -> None:
    assert passed_on() == PASSED_ON
