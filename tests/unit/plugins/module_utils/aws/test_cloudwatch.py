# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to CloudWatch send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import cloudwatch

from .call_rows import Row, RowTests

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "cloudwatch"
ROWS = [
    Row(
        cloudwatch.get_dashboard,
        ("d",),
        "get_dashboard",
        {"DashboardName": "d"},
        ({"DashboardBody": "{}"},),
        {"DashboardBody": "{}"},
        ("DashboardNotFoundError", None),
    ),
    Row(
        cloudwatch.put_dashboard,
        ("d", "{}"),
        "put_dashboard",
        {"DashboardName": "d", "DashboardBody": "{}"},
        ({"DashboardValidationMessages": [{"Message": "m"}]},),
        [{"Message": "m"}],
    ),
    Row(
        cloudwatch.delete_dashboard,
        ("d",),
        "delete_dashboards",
        {"DashboardNames": ["d"]},
        given=True,
        missing=("ResourceNotFound", False),
    ),
]


def test_a_body_without_a_complaint(stubbed: StubbedClient) -> None:
    stubbed.stub.add_response("put_dashboard", {})
    assert cloudwatch.put_dashboard(stubbed.client, "d", "{}") == []


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
