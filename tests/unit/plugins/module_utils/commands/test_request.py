# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task sends, from its options."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import (
    check_unwaited,
    short_form_parameters,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

from .given import make_request, send_options

NODE = "i-0123456789abcdef0"
GOOD: dict[str, t.Any] = {
    "document_name": "AWS-RunShellScript",
    "commands": ["uptime"],
    "instance_ids": [NODE],
    "wait": True,
}
NODES_51 = [f"i-{number:017x}" for number in range(51)]


def sent_parameters(given: dict[str, t.Any], script: str | None = None) -> dict[str, t.Any]:
    return short_form_parameters(send_options(given).parameters, script)


def test_target_tags_become_targets() -> None:
    wanted = make_request(
        {**GOOD, "instance_ids": None, "target_tags": {"Role": ["web", "api"], "Level": 1, True: True}}
    )
    assert wanted.targets == (
        {"Key": "tag:Role", "Values": ["web", "api"]},
        {"Key": "tag:Level", "Values": ["1"]},
        {"Key": "tag:true", "Values": ["true"]},
    )


def test_only_what_is_set_is_sent() -> None:
    wanted = make_request(GOOD, {"commands": ["uptime"]})
    assert wanted.fields == {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["uptime"]}}


def test_ids_are_sent_in_fifties() -> None:
    wanted = make_request({**GOOD, "instance_ids": NODES_51})
    assert [len(part) for part in wanted.id_parts()] == [50, 1]


def test_a_log_group_switches_cloudwatch_output_on() -> None:
    wanted = make_request({**GOOD, "cloudwatch_log_group_name": "/ops"})
    assert wanted.fields["CloudWatchOutputConfig"] == {
        "CloudWatchOutputEnabled": True,
        "CloudWatchLogGroupName": "/ops",
    }


def test_strict_shell_comes_first() -> None:
    parameters = sent_parameters({"commands": ["a", "b"], "strict_shell": True, "execution_timeout": 9})
    assert parameters == {"commands": ["set -eu", "a", "b"], "executionTimeout": 9}


def test_a_script_is_sent_line_by_line() -> None:
    assert sent_parameters({}, "#!/bin/sh\necho 'a'\n")["commands"] == ["#!/bin/sh", "echo 'a'"]


def test_without_waiting_all_commands_must_go_at_once() -> None:
    wanted = make_request({**GOOD, "instance_ids": NODES_51, "max_concurrency": "1"})
    with pytest.raises(RequestError, match="51 node IDs make 2 commands, of which max_concurrency allows 1 at a time"):
        check_unwaited(wanted)
    at_once = {**GOOD, "instance_ids": NODES_51, "max_concurrency": "2"}
    with pytest.raises(RequestError, match="sent only if the first one's nodes succeed"):
        check_unwaited(make_request({**at_once, "max_errors": "50"}))
    check_unwaited(make_request({**at_once, "max_errors": "100%"}))
    check_unwaited(make_request({**GOOD, "instance_ids": NODES_51[:50]}))


@pytest.mark.parametrize(
    ("commands", "sent"),
    [(["#!/bin/bash", "a"], ["#!/bin/bash", "set -euo pipefail", "a"]), ("a", ["set -eu", "a"])],
)
def test_strict_shell_reaches_the_parameter(commands: t.Any, sent: list[str]) -> None:
    assert sent_parameters({"parameters": {"commands": commands}, "strict_shell": True}) == {"commands": sent}


def test_strict_shell_reaches_a_script() -> None:
    sent = sent_parameters({"strict_shell": True}, "#!/bin/sh\nfalse\n")["commands"]
    assert sent == ["#!/bin/sh", "set -eu", "false"]


def test_what_is_no_line_end_to_a_shell_stays_within_its_line() -> None:
    script = "echo 'a\x0cb\u2028c\x85d\x1ce'\n\necho f"
    assert "\n".join(sent_parameters({}, script)["commands"]) == script
