# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_deletion,
    aws_lookup,
    aws_write,
    chunks,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudwatch.client import CloudWatchClient

# GetDashboard and DeleteDashboards use either code.
ALARMS_A_CALL = 100
NOT_FOUND = ("DashboardNotFoundError", "ResourceNotFound", "ResourceNotFoundException")


@aws_lookup("get the dashboard", NOT_FOUND)
def get_dashboard(client: CloudWatchClient, name: str) -> Mapping[str, t.Any]:
    """GetDashboard: C(DashboardArn), C(DashboardBody) (JSON text); None if it does not exist."""
    return client.get_dashboard(DashboardName=name)


@aws_write("put the dashboard")
def put_dashboard(client: CloudWatchClient, name: str, body: str) -> Sequence[Mapping[str, t.Any]]:
    """PutDashboard; the validation messages for a body that CloudWatch accepted."""
    return client.put_dashboard(DashboardName=name, DashboardBody=body).get("DashboardValidationMessages", [])


@aws_deletion("delete the dashboard", NOT_FOUND)
def delete_dashboard(client: CloudWatchClient, name: str) -> None:
    """DeleteDashboards for this one."""
    client.delete_dashboards(DashboardNames=[name])


@aws_call("describe the alarms")
def describe_alarms(client: CloudWatchClient, names: Sequence[str]) -> list[Mapping[str, t.Any]]:
    """DescribeAlarms: the alarms on metrics with these names, those that exist."""
    return [
        t.cast("Mapping[str, t.Any]", alarm)
        for part in chunks(names, ALARMS_A_CALL)
        for alarm in answer_field(client.describe_alarms(AlarmNames=part), "MetricAlarms")
    ]
