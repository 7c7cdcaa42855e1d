# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the sandbox's services and the Service Authorization Reference agree."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest
from botocore import xform_name
from local_aws.iam import condition_keys, operations, reference, requirements, resources
from local_aws.iam.calls import Call
from local_aws.wire.validation import service_model
from moto.core.responses import BaseResponse

from scripts import service_authorization

from .test_requirements import ANN, REGION, KnownAccount

ROOT: t.Final = Path(__file__).resolve().parents[5]
# botocore's names of services, where they are not those of IAM.
MODELS: t.Final = {"tag": "resourcegroupstaggingapi"}
SERVICES: t.Final = sorted(reference.services())
# Operations of S3 that are newer than the reference; moto has none of them.
NEWER: t.Final = frozenset(
    {
        "CreateBucketMetadataConfiguration",
        "CreateSession",
        "DeleteBucketMetadataConfiguration",
        "DeleteObjectAnnotation",
        "GetBucketMetadataConfiguration",
        "GetObjectAnnotation",
        "ListDirectoryBuckets",
        "ListObjectAnnotations",
        "PutObjectAnnotation",
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "WriteGetObjectResponse",
    }
)
# Actions of the reference that pass a role only by what lies in a document or a setting, which is not read.
PASSES_ELSEWHERE: t.Final = frozenset(
    {
        "ec2:EnableFastLaunch",
        "sns:CreatePlatformApplication",
        "sns:SetPlatformApplicationAttributes",
        "ssm:CreateDocument",
    }
)


def served(service: str) -> list[str]:
    """The operations that the sandbox answers: those that moto has a method for, and all of S3 but the newer ones."""
    names = service_model(MODELS.get(service, service)).operation_names
    if service == "s3":
        return [name for name in names if name not in NEWER]
    classes = _response_classes(service)
    return [name for name in names if any(hasattr(one, xform_name(name)) for one in classes)]


def _response_classes(service: str) -> list[type]:
    package = MODELS.get(service, service).replace("-", "")
    importlib.import_module(f"moto.{package}.responses")
    return [one for one in _subclasses(BaseResponse) if one.__module__.startswith(f"moto.{package}.")]


def _subclasses(parent: type) -> list[type]:
    children: list[type] = parent.__subclasses__()
    return [found for child in children for found in (child, *_subclasses(child))]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_that_is_served_asks_for_known_actions(service: str) -> None:
    names = served(service)
    assert names
    missing = [
        action.name
        for name in names
        for action in operations.actions_of(f"{service}:{name}", {})
        if reference.action(action.name) is None
    ]
    assert missing == []


def test_what_is_listed_by_hand_is_known_and_needed() -> None:
    listed = {**operations.ACTIONS, **operations.VERSIONED}
    assert [action for action in listed.values() if reference.action(action) is None] == []
    assert [name for name in operations.ACTIONS if reference.action(name) is not None] == []
    assert [right for right in operations.TAGGING.values() if reference.action(right) is None] == []


def _operations() -> list[str]:
    return [
        f"{service}:{name}"
        for service in SERVICES
        for name in service_model(MODELS.get(service, service)).operation_names
        if name not in NEWER
    ]


def test_every_operation_that_is_listed_is_one() -> None:
    known = set(_operations())
    assert set(operations.ACTIONS) <= known
    assert set(requirements.PASSED) <= known


def test_a_role_is_asked_for_wherever_the_reference_says_so() -> None:
    passing = {name for name in _operations() if (found := reference.action(name)) and found.passes_role}
    assert passing - PASSES_ELSEWHERE - set(requirements.PASSED) == set()


def test_whatever_takes_tags_has_a_right_to_tag() -> None:
    actions = [found for name in _operations() if (found := reference.action(name))]
    untagged = [
        one.name
        for one in actions
        if reference.REQUEST_TAG in one.keys and not operations.tagging_of(one) and "Tag" not in one.name
    ]
    assert untagged == []


def test_an_empty_request_asks_for_no_named_resource() -> None:
    """Whatever an operation is, something is asked for it, on an ARN whose variables are all filled."""
    account = KnownAccount()
    for operation in _operations():
        service, _colon, name = operation.partition(":")
        asked = requirements.of_request(Call(service, name, REGION, {}, account, ANN))
        assert asked
        assert not [one.resource for one in asked if "{" in one.resource]


def test_the_file_is_taken_from_the_version_that_is_required() -> None:
    source = reference.document()["source"]
    required = (ROOT / "requirements" / "service_authorization.txt").read_text(encoding="utf-8")
    assert f"{source['package']}=={source['version']}" in required.split()
    assert "Permission is hereby granted" in source["notice"]
    assert sorted(service_authorization.SERVICES) == SERVICES


def test_the_file_has_the_condition_keys_that_are_answered() -> None:
    """Else it is to be taken anew: make service-authorization."""
    services = reference.document()["services"].values()
    kept = {key for service in services for action in service["actions"].values() for key in action.get("keys", [])}
    assert kept == condition_keys.ANSWERED


def test_what_is_kept_of_an_action() -> None:
    definition: dict[str, t.Any] = {
        name: {"privileges": {}, "resources": {}} for name in service_authorization.SERVICES if name != "sns"
    }
    types = {
        "topic": {"required": True, "condition_keys": ["aws:TagKeys", "other"], "dependent_actions": ["iam:PassRole"]},
        "key": {"required": False, "condition_keys": [], "dependent_actions": []},
        "": {"required": False, "condition_keys": ["sns:Protocol"], "dependent_actions": []},
    }
    definition["sns"] = {
        "privileges": {"Subscribe": {"resource_types": types}},
        "resources": {"topic": {"arn": "t"}, "key": {"arn": "k"}, "unused": {"arn": "u"}},
    }
    assert service_authorization.extract(definition, {"aws:TagKeys", "sns:Protocol"})["sns"] == {
        "resources": {"key": "k", "topic": "t"},
        "actions": {
            "Subscribe": {"resources": ["key?", "topic"], "keys": ["aws:TagKeys", "sns:Protocol"], "passes_role": True}
        },
    }


def test_the_fields_that_name_resources_are_fields_of_operations() -> None:
    """A field that no operation has would be asked in vain."""
    members = {
        service: {
            member
            for name in service_model(MODELS.get(service, service)).operation_names
            if (shape := service_model(MODELS.get(service, service)).operation_model(name).input_shape)
            for member in shape.members
        }
        for service in SERVICES
    }
    wrong = [
        f"{kind}: {field}"
        for kind, fields in resources.FIELDS.items()
        for field in fields
        if field not in members[kind.partition(":")[0]]
    ]
    assert wrong == []
