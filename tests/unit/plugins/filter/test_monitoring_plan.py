# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter: what the role makes, and its refusals as errors of a filter."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.filter.monitoring_plan import FilterModule

plan: t.Callable[..., dict[str, t.Any]] = FilterModule().filters()["monitoring_plan"]
REMEDIATION = {"name": "r", "event_pattern": {"source": ["aws.ssm"]}, "commands": ["x"], "target_tags": {"Role": "web"}}


def test_plans_remediations_of_a_place() -> None:
    options = {"monitoring_name": "fleet", "monitoring_remediations": [REMEDIATION], "monitoring_tags": None}
    planned = plan(options, account="123456789012", region="cn-north-1", partition="aws-cn")
    (one,) = planned["remediations"]
    assert one["document_arn"].startswith("arn:aws-cn:ssm:cn-north-1:123456789012:document/ssmops-remediation-fleet-r-")
    assert one["event_pattern"]["detail"]["document-name"][0] == {"anything-but": {"wildcard": "*ssmops-remediation-*"}}
    assert planned["remediation_names"]["r"]["document"] == one["document_name"]
    assert planned["metrics"]["unwanted"]


def test_a_refusal_is_a_filter_error() -> None:
    with pytest.raises(AnsibleFilterError, match="monitoring_name: 'a b'"):
        plan({"monitoring_name": "a b"}, account="123456789012", region="us-east-1")
