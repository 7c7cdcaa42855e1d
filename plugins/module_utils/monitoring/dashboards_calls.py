# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a CloudWatch dashboard."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import cloudwatch
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import dashboards
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome, unchanged
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent, kept

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.dashboards import Body
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_cloudwatch.client import CloudWatchClient


@dataclasses.dataclass(frozen=True)
class DashboardSpec:
    """The dashboard's name, and what the user consents to."""

    name: str
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        dashboards.check_name(self.name)

    @property
    def title(self) -> str:
        """Its kind and name, for sentences."""
        return f"the dashboard {self.name}"


def ensure_present(
    client: CloudWatchClient, spec: DashboardSpec, body: Body, place: Callable[[], Place], check_mode: bool
) -> Outcome:
    """Put the dashboard if its body is not equivalent to the existing one.

    :param place: only called for the ARN of a dashboard that does not exist.
    :raises RequestError: the dashboard was made by others and is not adopted.
    """
    before, is_own = _read(client, spec.name)
    if before is not None:
        spec.consent.check_change(spec.title, is_own)
        if dashboards.same_body(before["dashboard_body"], body):
            return unchanged(before)
    put = dashboards.marked_body(body) if before is None or is_own else body
    messages = [] if check_mode else cloudwatch.put_dashboard(client, spec.name, json_texts.dump(put))
    arn = before["dashboard_arn"] if before else _arn(place(), spec.name)
    after = {"dashboard_name": spec.name, "dashboard_arn": arn, "dashboard_body": body}
    return Outcome(before, after, changed=True, warnings=tuple(_warning(message) for message in messages))


def ensure_absent(client: CloudWatchClient, spec: DashboardSpec, check_mode: bool) -> Outcome:
    """Delete the dashboard; an adopted one is kept.

    :raises RequestError: the dashboard was made by others.
    """
    before, is_own = _read(client, spec.name)
    if before is not None and not spec.consent.may_delete(spec.title, is_own):
        return unchanged(before, kept(spec.title))
    if before is not None and not check_mode:
        cloudwatch.delete_dashboard(client, spec.name)
    return Outcome(before, None, before is not None)


def _read(client: CloudWatchClient, name: str) -> tuple[dict[str, t.Any] | None, bool]:
    """The dashboard as the module returns it, without the mark; and whether it has the mark."""
    found = cloudwatch.get_dashboard(client, name)
    if found is None:
        return None, False
    marked = json_texts.load_object("dashboard_body", found["DashboardBody"])
    body = dashboards.without_mark(marked)
    shown = {"dashboard_name": name, "dashboard_arn": found["DashboardArn"], "dashboard_body": body}
    return shown, body != marked


def _arn(place: Place, name: str) -> str:
    # Dashboards are global.
    return str(Arn(place.partition, "cloudwatch", "", place.account, f"dashboard/{name}"))


def _warning(message: t.Mapping[str, t.Any]) -> str:
    return f"CloudWatch about {message.get('DataPath', 'the body')}: {message.get('Message')}"
