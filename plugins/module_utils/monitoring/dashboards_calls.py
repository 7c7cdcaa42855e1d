# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a CloudWatch dashboard."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import cloudwatch
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import dashboards, json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.dashboards import Body
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_cloudwatch.client import CloudWatchClient


def ensure_present(
    client: CloudWatchClient, name: str, body: Body, place: Callable[[], Place], check_mode: bool
) -> Outcome:
    """Put the dashboard if its body is not equivalent to the existing one.

    :param place: only called for the ARN of a dashboard that does not exist.
    """
    before = _read(client, name)
    if before is not None and dashboards.same_body(before["dashboard_body"], body):
        return Outcome(before, before, changed=False)
    messages = [] if check_mode else cloudwatch.put_dashboard(client, name, json_texts.dump(body))
    arn = before["dashboard_arn"] if before else _arn(place(), name)
    after = {"dashboard_name": name, "dashboard_arn": arn, "dashboard_body": body}
    return Outcome(before, after, changed=True, warnings=tuple(_warning(message) for message in messages))


def ensure_absent(client: CloudWatchClient, name: str, check_mode: bool) -> Outcome:
    """Delete the dashboard."""
    before = _read(client, name)
    if before is not None and not check_mode:
        cloudwatch.delete_dashboard(client, name)
    return Outcome(before, None, before is not None)


def _read(client: CloudWatchClient, name: str) -> dict[str, t.Any] | None:
    found = cloudwatch.get_dashboard(client, name)
    if found is None:
        return None
    return {
        "dashboard_name": name,
        "dashboard_arn": found["DashboardArn"],
        "dashboard_body": json_texts.load_object("dashboard_body", found["DashboardBody"]),
    }


def _arn(place: Place, name: str) -> str:
    # Dashboards are global.
    return str(Arn(place.partition, "cloudwatch", "", place.account, f"dashboard/{name}"))


def _warning(message: t.Mapping[str, t.Any]) -> str:
    return f"CloudWatch about {message.get('DataPath', 'the body')}: {message.get('Message')}"
