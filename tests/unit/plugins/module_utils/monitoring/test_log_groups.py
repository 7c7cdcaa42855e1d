# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log groups: requests, and what makes one that is there the one asked for."""

from __future__ import annotations

import re
import typing as t

import botocore.session
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_groups
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import LogGroupSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

MARK = {"ssmops:made-by": "ssmops.run_command.log_group"}
NAME = "/ssm/commands"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def a_group(**values: t.Any) -> log_groups.LogGroup:
    described = {"logGroupName": NAME, "arn": f"{ARN}:*", "creationTime": 1, "storedBytes": 7, **values}
    return log_groups.read_log_group(described, {"Team": "platform", **MARK})


def logs_model() -> t.Any:
    return botocore.session.get_session().get_service_model("logs")


def test_retentions_are_those_of_botocores_model() -> None:
    documentation = logs_model().shape_for("Days").documentation
    values = documentation[documentation.index("Possible values") :].split(".")[0]
    assert [int(number) for number in re.findall(r"\d+", values)] == list(log_groups.RETENTION_DAYS)


def test_classes_are_all_that_botocores_model_has() -> None:
    assert set(logs_model().shape_for("LogGroupClass").enum) <= set(log_groups.LOG_GROUP_CLASSES)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, ["name: ''", "1 to 512"]),
        ({"name": "a b"}, ["name: 'a b'"]),
        ({"name": "x" * 513}, ["name: "]),
        ({"retention_in_days": 2}, ["retention_in_days: 2 ", "3653", "0 to keep"]),
        ({"retention_in_days": -1}, ["retention_in_days: -1 "]),
        ({"kms_key_id": "alias/logs"}, ["kms_key_id: 'alias/logs'", "arn:aws:kms:"]),
        ({"kms_key_id": KEY.replace("key/", "alias/")}, ["kms_key_id"]),
    ],
)
def test_refuses(values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        LogGroupSpec(**{"name": NAME, **values})
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_takes_keys_of_every_partition(partition: str) -> None:
    assert LogGroupSpec(NAME, kms_key_id=KEY.replace("arn:aws:", f"arn:{partition}:")).kms_key_id


def test_reads_what_describe_log_groups_leaves_out_as_none() -> None:
    assert a_group() == {
        "log_group_name": NAME,
        "arn": ARN,
        "creation_time": 1,
        "retention_in_days": None,
        "retention_policy_name": None,
        "kms_key_id": None,
        "log_group_class": "STANDARD",
        "deletion_protection_enabled": False,
        "metric_filter_count": 0,
        "stored_bytes": 7,
        "tags": {"Team": "platform", **MARK},
    }


def test_what_is_not_set_is_not_touched() -> None:
    change = log_groups.plan(LogGroupSpec(NAME), a_group(retentionInDays=7, kmsKeyId=KEY))
    assert not change


@pytest.mark.parametrize(
    ("described", "wanted", "field", "call"),
    [
        ({}, {"retention_in_days": 7}, "retention_in_days", 7),
        ({"retentionInDays": 7}, {"retention_in_days": 0}, "retention_in_days", 0),
        ({"retentionInDays": 7}, {"retention_in_days": 7}, "retention_in_days", None),
        ({}, {"retention_in_days": 0}, "retention_in_days", None),
        ({}, {"kms_key_id": KEY}, "kms_key_id", KEY),
        ({"kmsKeyId": KEY}, {"kms_key_id": ""}, "kms_key_id", ""),
        ({"kmsKeyId": KEY}, {"kms_key_id": KEY}, "kms_key_id", None),
        ({}, {"kms_key_id": ""}, "kms_key_id", None),
        ({}, {"deletion_protection_enabled": True}, "deletion_protection_enabled", True),
        (
            {"deletionProtectionEnabled": True},
            {"deletion_protection_enabled": False},
            "deletion_protection_enabled",
            False,
        ),
        ({}, {"deletion_protection_enabled": False}, "deletion_protection_enabled", None),
    ],
)
def test_plans_only_what_differs(
    described: dict[str, t.Any], wanted: dict[str, t.Any], field: str, call: t.Any
) -> None:
    current = a_group(**described)
    change = log_groups.plan(LogGroupSpec(NAME, **wanted), current)
    assert getattr(change, field) == call
    assert bool(change) is (call is not None)
    after = log_groups.changed(current, change)
    assert after.keys() == current.keys()
    assert (after[field] or None) == (wanted[field] or None)


def test_tags_are_changed_with_the_rest() -> None:
    current = a_group()
    change = log_groups.plan(LogGroupSpec(NAME, tags={"Owner": "ops"}), current)
    assert log_groups.changed(current, change)["tags"] == {"Owner": "ops", **MARK}


def test_a_log_group_of_others_is_used_and_keeps_its_tags() -> None:
    current = a_group() | {"tags": {"Team": "platform"}}
    change = log_groups.plan(LogGroupSpec(NAME, tags={"Owner": "ops"}), current)
    assert log_groups.changed(current, change)["tags"] == {"Team": "platform", "Owner": "ops"}


def test_another_class_is_refused() -> None:
    with pytest.raises(RequestError, match=r"log_group_class: INFREQUENT_ACCESS .* class STANDARD"):
        log_groups.plan(LogGroupSpec(NAME, log_group_class="INFREQUENT_ACCESS"), a_group())


def test_a_created_group_is_shown_as_one_that_is_read() -> None:
    spec = LogGroupSpec(NAME, 7, KEY, "STANDARD", True, {"Team": "platform"})
    read = a_group(retentionInDays=7, kmsKeyId=KEY, deletionProtectionEnabled=True)
    assert log_groups.created(spec, ARN) == read | {"creation_time": None, "stored_bytes": 0}


def test_create_leaves_out_what_is_not_asked_for() -> None:
    assert log_groups.create_request(LogGroupSpec(NAME, 7)) == {"logGroupName": NAME, "tags": MARK}
    full = LogGroupSpec(NAME, 7, KEY, "INFREQUENT_ACCESS", True, {"Team": "platform"})
    assert log_groups.create_request(full) == {
        "logGroupName": NAME,
        "kmsKeyId": KEY,
        "logGroupClass": "INFREQUENT_ACCESS",
        "deletionProtectionEnabled": True,
        "tags": {"Team": "platform", **MARK},
    }


SPECS = st.builds(
    LogGroupSpec,
    name=st.just(NAME),
    retention_in_days=st.sampled_from([None, 0, 1, 7]),
    kms_key_id=st.sampled_from([None, "", KEY, KEY[:-1] + "c"]),
    log_group_class=st.sampled_from([None, "STANDARD"]),
    deletion_protection_enabled=st.sampled_from([None, True, False]),
    tags=st.sampled_from([None, {}, {"A": "1"}, {"A": "2", "B": "1"}]),
    purge_tags=st.booleans(),
)


@given(SPECS, SPECS)
def test_a_plan_is_a_change_exactly_when_the_group_differs_and_the_next_is_none(
    first: LogGroupSpec, second: LogGroupSpec
) -> None:
    current = log_groups.created(first, ARN)
    change = log_groups.plan(second, current)
    after = log_groups.changed(current, change)
    assert bool(change) is (after != current)
    assert not log_groups.plan(second, after)
