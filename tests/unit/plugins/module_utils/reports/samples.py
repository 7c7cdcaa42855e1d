# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results to make reports of."""

from __future__ import annotations

import datetime
import typing as t

NOW = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)
SENT = datetime.datetime(2026, 11, 23, 11, 0, tzinfo=datetime.UTC)
COMMAND_ID = "11111111-2222-4333-8444-555555555555"
OTHER_COMMAND_ID = "99999999-2222-4333-8444-555555555555"
Entry = dict[str, t.Any]


def after(seconds: float) -> str:
    """That many seconds after the command was sent, as results write it."""
    return (SENT + datetime.timedelta(seconds=seconds)).isoformat()


def invocation(number: int, outcome: str = "success", **changes: t.Any) -> Entry:
    """One node's entry, as send_command returns it."""
    node = f"i-{number:017x}"
    return {
        "instance_id": node,
        "instance_name": f"web-{number}",
        "command_id": COMMAND_ID,
        "status": "Success",
        "status_details": "Success",
        "outcome": outcome,
        "rc": 0 if outcome == "success" else 3,
        "stdout": f"{node} is well\n",
        "stderr": "",
        "stdout_lines": [f"{node} is well"],
        "started_at": after(2),
        "finished_at": after(5.5),
        "truncated": False,
        "output_urls": {},
        "plugins": [],
        **changes,
    }


def command(invocations: list[Entry], **changes: t.Any) -> Entry:
    """A command's entry, as command_info returns it."""
    return {
        "command_id": COMMAND_ID,
        "document_name": "AWS-RunShellScript",
        "document_version": "",
        "comment": "patch night",
        "status": "Failed",
        "status_details": "Incomplete",
        "requested_date_time": SENT.isoformat(),
        "expires_after": after(7200),
        "target_count": len(invocations),
        "completed_count": len(invocations),
        "error_count": 0,
        "delivery_timed_out_count": 0,
        "invocations": invocations,
        **changes,
    }
