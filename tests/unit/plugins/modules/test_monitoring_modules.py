# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules log_resource_policy, log_metric_filter, dashboard and s3_lifecycle_rule, on answers written down."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import dashboards
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.metric_filters import UNITS
from ansible_collections.ssmops.run_command.plugins.modules import (
    dashboard,
    log_metric_filter,
    log_resource_policy,
    s3_lifecycle_rule,
)
from local_aws.wire.validation import service_model

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

CALLER = {"UserId": "u", "Account": "123456789012", "Arn": "arn:aws-cn:iam::123456789012:user/ops"}
FILTER = {
    "name": "failed",
    "log_group_name": "/x",
    "filter_pattern": "ERROR",
    "metric_name": "Failed",
    "metric_namespace": "RunCommand",
}
BODY = {"widgets": [{"type": "text", "properties": {"markdown": "x"}}]}
MADE_BODY = dashboards.marked_body(BODY)
OTHER = {"ID": "other", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(module: t.Any, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(module.main, options, capsys, check=check)

    return run_it


def policies(stubs: StubbedClients, **documents: str) -> None:
    """The next look finds these policies, one a page."""
    stubs.answer("sts", "get_caller_identity", CALLER)
    for name, document in documents.items():
        page = {"resourcePolicies": [{"policyName": name, "policyDocument": document}], "nextToken": name}
        stubs.answer("logs", "describe_resource_policies", page)
    stubs.answer("logs", "describe_resource_policies", {"resourcePolicies": []})


def statement(*groups: str) -> str:
    own = {
        "Sid": "ServicesWriteToLogGroups",
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"arn:aws-cn:logs:us-east-1:123456789012:log-group:{group}:*" for group in groups],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [own]}, separators=(",", ":"))


@pytest.mark.parametrize("check", [True, False])
def test_a_policy_is_put_in_the_caller_s_partition(run: Run, stubs: StubbedClients, check: bool) -> None:
    policies(stubs, other=statement("/y"))
    if not check:
        stubs.answer("logs", "put_resource_policy", expected={"policyName": "p", "policyDocument": statement("/x")})
    result = run(log_resource_policy, check, name="p", log_group_names=["/x"])
    assert result["changed"]
    assert result["resource_policy"] == {"policy_name": "p", "policy_document": json.loads(statement("/x"))}


def test_a_policy_that_is_so_is_left(run: Run, stubs: StubbedClients) -> None:
    policies(stubs, other=statement("/y"), p=statement("/x", "/y"))
    result = run(log_resource_policy, name="p", log_group_names=["/y"])
    assert not result["changed"]
    assert result["resource_policy"]["policy_name"] == "p"


def test_the_last_group_takes_the_policy_with_it(run: Run, stubs: StubbedClients) -> None:
    policies(stubs, p=statement("/x"))
    stubs.answer("logs", "delete_resource_policy", expected={"policyName": "p"})
    result = run(log_resource_policy, name="p", state="absent")
    assert result["changed"]
    assert "resource_policy" not in result


def test_a_group_is_taken_out_of_a_policy_that_stays(run: Run, stubs: StubbedClients) -> None:
    policies(stubs, p=statement("/x", "/y"))
    stubs.answer("logs", "put_resource_policy", expected={"policyName": "p", "policyDocument": statement("/y")})
    assert run(log_resource_policy, name="p", log_group_names=["/x"], state="absent")["changed"]


def filters(stubs: StubbedClients, *found: dict[str, t.Any]) -> None:
    stubs.answer("logs", "describe_metric_filters", {"metricFilters": list(found)})


def group_of_class(stubs: StubbedClients, log_group_class: str = "STANDARD") -> None:
    """The next look finds the log group, before a metric filter is put."""
    group = {"logGroupName": "/x", "logGroupClass": log_group_class}
    stubs.answer("logs", "describe_log_groups", {"logGroups": [group]}, {"logGroupNamePrefix": "/x"})


def api_filter(name: str = "failed", **transformation: t.Any) -> dict[str, t.Any]:
    values = {"metricName": "Failed", "metricNamespace": "RunCommand", "metricValue": "1", **transformation}
    return {"filterName": name, "filterPattern": "ERROR", "metricTransformations": [values]}


@pytest.mark.parametrize("check", [True, False])
def test_a_metric_filter_is_made(run: Run, stubs: StubbedClients, check: bool) -> None:
    filters(stubs, api_filter("failed-more"))
    group_of_class(stubs)
    if not check:
        stubs.answer("logs", "put_metric_filter", expected={"logGroupName": "/x", **api_filter(defaultValue=0.0)})
    result = run(log_metric_filter, check, **FILTER, default_value=0)
    assert result["changed"]
    assert result["metric_filter"]["default_value"] == 0


@pytest.mark.parametrize("check", [True, False])
def test_a_class_without_metric_filters_is_refused(run: Run, stubs: StubbedClients, check: bool) -> None:
    filters(stubs)
    group_of_class(stubs, "INFREQUENT_ACCESS")
    refused = run(log_metric_filter, check, **FILTER)["msg"]
    assert "log_group_name: '/x' has the class INFREQUENT_ACCESS, which has no metric filters" in refused


def test_units_are_those_of_botocore_s_model() -> None:
    model: t.Any = service_model("logs")
    assert set(UNITS) == set(model.shape_for("StandardUnit").enum)


def test_a_metric_filter_loses_what_is_left_out(run: Run, stubs: StubbedClients) -> None:
    filters(stubs, api_filter(unit="Count", dimensions={"A": "$.a"}))
    # Whoever may not read the class hears it from PutMetricFilter.
    stubs.fail("logs", "describe_log_groups", "AccessDeniedException")
    stubs.answer("logs", "put_metric_filter", expected={"logGroupName": "/x", **api_filter()})
    result = run(log_metric_filter, **FILTER)
    assert result["metric_filter"]["unit"] is None
    assert result["metric_filter"]["dimensions"] == {}


def test_a_metric_filter_that_is_so_is_left(run: Run, stubs: StubbedClients) -> None:
    filters(stubs, api_filter(unit="None"))
    assert not run(log_metric_filter, **FILTER)["changed"]


def test_a_metric_filter_needs_its_log_group(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("logs", "describe_metric_filters", "ResourceNotFoundException")
    result = run(log_metric_filter, **FILTER)
    assert result["failed"]
    assert "log_group_name: there is no log group '/x'" in result["msg"]
    stubs.fail("logs", "describe_metric_filters", "ResourceNotFoundException")
    assert run(log_metric_filter, check=True, **FILTER)["changed"]


def test_a_metric_filter_is_deleted_once(run: Run, stubs: StubbedClients) -> None:
    filters(stubs, api_filter())
    stubs.answer("logs", "delete_metric_filter", expected={"logGroupName": "/x", "filterName": "failed"})
    assert run(log_metric_filter, **FILTER, state="absent")["changed"]
    stubs.fail("logs", "describe_metric_filters", "ResourceNotFoundException")
    assert not run(log_metric_filter, **FILTER, state="absent")["changed"]


def dashboard_found(stubs: StubbedClients, body: str) -> None:
    stubs.answer("cloudwatch", "get_dashboard", {"DashboardArn": "arn", "DashboardBody": body, "DashboardName": "d"})


def test_a_dashboard_is_put_and_what_cloudwatch_says_is_a_warning(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("cloudwatch", "get_dashboard", "ResourceNotFound")
    said = [{"DataPath": "/widgets/0", "Message": "odd"}]
    expected = {"DashboardName": "d", "DashboardBody": json.dumps(MADE_BODY, separators=(",", ":"))}
    stubs.answer("cloudwatch", "put_dashboard", {"DashboardValidationMessages": said}, expected)
    stubs.answer("sts", "get_caller_identity", CALLER)
    result = run(dashboard, name="d", body=BODY)
    assert result["dashboard"] == {
        "dashboard_name": "d",
        "dashboard_arn": "arn:aws-cn:cloudwatch::123456789012:dashboard/d",
        "dashboard_body": BODY,
    }
    assert any("odd" in str(warning) for warning in result["warnings"])


def test_a_dashboard_that_means_the_same_is_left(run: Run, stubs: StubbedClients) -> None:
    dashboard_found(stubs, json.dumps(MADE_BODY, indent=4, sort_keys=True))
    result = run(dashboard, name="d", body=json.dumps(BODY))
    assert not result["changed"]


def test_a_dashboard_in_check_mode_is_not_put(run: Run, stubs: StubbedClients) -> None:
    dashboard_found(stubs, json.dumps(dashboards.marked_body({"widgets": []})))
    result = run(dashboard, check=True, name="d", run_command={"event_log_group_name": "/aws/events/x"})
    assert result["changed"]
    assert result["diff"]["before"]["dashboard_body"] == {"widgets": []}
    assert result["diff"]["after"]["dashboard_body"]["widgets"][1]["properties"]["region"] == "us-east-1"


def test_a_dashboard_is_deleted_once(run: Run, stubs: StubbedClients) -> None:
    dashboard_found(stubs, json.dumps(dashboards.marked_body({"widgets": []})))
    stubs.answer("cloudwatch", "delete_dashboards", expected={"DashboardNames": ["d"]})
    assert run(dashboard, name="d", state="absent")["changed"]
    stubs.fail("cloudwatch", "get_dashboard", "DashboardNotFoundError")
    assert not run(dashboard, name="d", state="absent")["changed"]


def test_a_dashboard_of_others_is_refused_adopted_or_kept(run: Run, stubs: StubbedClients) -> None:
    theirs = '{"widgets":[]}'
    dashboard_found(stubs, theirs)
    refused = run(dashboard, name="d", body=BODY)
    assert "name: the dashboard d was not made by this collection; set adopt" in refused["msg"]
    dashboard_found(stubs, theirs)
    unmarked = {"DashboardName": "d", "DashboardBody": json.dumps(BODY, separators=(",", ":"))}
    stubs.answer("cloudwatch", "put_dashboard", {}, unmarked)
    assert run(dashboard, name="d", body=BODY, adopt=True)["changed"]
    dashboard_found(stubs, theirs)
    assert (
        "the dashboard d was not made by this collection; set force" in run(dashboard, name="d", state="absent")["msg"]
    )
    dashboard_found(stubs, theirs)
    assert not run(dashboard, name="d", state="absent", adopt=True)["changed"]


def test_a_metric_filter_of_others_is_refused_adopted_or_kept(run: Run, stubs: StubbedClients) -> None:
    theirs = api_filter(metricNamespace="Theirs")
    words = "name: the metric filter failed of /x with the metric Theirs/Failed was not made by this collection; set "
    filters(stubs, theirs)
    assert run(log_metric_filter, **FILTER)["msg"].startswith(f"{words}adopt")
    filters(stubs, theirs)
    group_of_class(stubs)
    stubs.answer("logs", "put_metric_filter", expected={"logGroupName": "/x", **api_filter()})
    assert run(log_metric_filter, **FILTER, adopt=True)["changed"]
    filters(stubs, theirs)
    absent = {"name": "failed", "log_group_name": "/x", "state": "absent"}
    assert run(log_metric_filter, **absent)["msg"] == f"{words}force to delete it."
    filters(stubs, theirs)
    assert not run(log_metric_filter, **FILTER, state="absent", adopt=True)["changed"]
    filters(stubs, theirs)
    stubs.answer("logs", "delete_metric_filter", expected={"logGroupName": "/x", "filterName": "failed"})
    assert run(log_metric_filter, **absent, force=True)["changed"]


def bucket(stubs: StubbedClients, *rules: dict[str, t.Any]) -> None:
    stubs.answer("s3", "head_bucket", expected={"Bucket": "output"})
    if rules:
        stubs.answer("s3", "get_bucket_lifecycle_configuration", {"Rules": list(rules)})
    else:
        stubs.fail("s3", "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration")


OWN = {
    "ID": "r",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "Expiration": {"Days": 30},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}


@pytest.mark.parametrize("there", [[], [OTHER], [OTHER, OWN | {"Status": "Disabled"}]])
def test_a_lifecycle_rule_joins_those_of_others(run: Run, stubs: StubbedClients, there: list[dict[str, t.Any]]) -> None:
    bucket(stubs, *there)
    expected = {"Bucket": "output", "LifecycleConfiguration": {"Rules": [*there[:1], OWN]}}
    stubs.answer("s3", "put_bucket_lifecycle_configuration", expected=expected)
    result = run(s3_lifecycle_rule, bucket="output", rule_id="r", expiration_days=30)
    assert result["lifecycle_rule"] == {
        "bucket": "output",
        "rule_id": "r",
        "prefix": "",
        "expiration_days": 30,
        "status": "Enabled",
    }


def test_a_lifecycle_rule_that_is_so_is_left(run: Run, stubs: StubbedClients) -> None:
    bucket(stubs, OTHER, OWN)
    assert not run(s3_lifecycle_rule, bucket="output", rule_id="r", expiration_days=30)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_lifecycle_rule_needs_its_bucket_but_in_check_mode(run: Run, stubs: StubbedClients, check: bool) -> None:
    stubs.fail("s3", "head_bucket", "404")
    result = run(s3_lifecycle_rule, check, bucket="output", rule_id="r", expiration_days=30)
    assert result.get("failed", False) is not check
    assert check or "bucket: there is no bucket 'output'" in result["msg"]


@pytest.mark.parametrize(
    ("there", "call"),
    [([OTHER, OWN], "put_bucket_lifecycle_configuration"), ([OWN], "delete_bucket_lifecycle"), ([OTHER], None)],
)
def test_a_lifecycle_rule_leaves_those_of_others(
    run: Run, stubs: StubbedClients, there: list[dict[str, t.Any]], call: str | None
) -> None:
    bucket(stubs, *there)
    if call:
        left = {"LifecycleConfiguration": {"Rules": [OTHER]}} if OTHER in there else {}
        stubs.answer("s3", call, expected={"Bucket": "output", **left})
    result = run(s3_lifecycle_rule, bucket="output", rule_id="r", state="absent")
    assert result["changed"] is (call is not None)
