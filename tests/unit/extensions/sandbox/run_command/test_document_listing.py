# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ListDocuments."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import document_listing
from local_aws.wire.errors import ApiError

from .records import ACCOUNT

Json = dict[str, t.Any]


def identifier(name: str, owner: str, kind: str = "Command", **more: t.Any) -> Json:
    return {"Name": name, "Owner": owner, "DocumentType": kind, "PlatformTypes": ["Linux"], "Tags": [], **more}


LISTED = [
    identifier("AWS-RunDocument", "Amazon", PlatformTypes=["Windows", "Linux", "MacOS"]),
    identifier("AWS-GatherSoftwareInventory", "Amazon", "Policy"),
    identifier(
        "Mine",
        ACCOUNT,
        TargetType="/AWS::EC2::Instance",
        CloudProviders=["GCP"],
        Tags=[{"Key": "team", "Value": "web"}],
    ),
    identifier("Windows-only", ACCOUNT, PlatformTypes=["Windows"]),
]
AWS = ["AWS-RunDocument", "AWS-GatherSoftwareInventory"]
MINE = ["Mine", "Windows-only"]


def names(request: Json) -> list[str]:
    return [shown["Name"] for shown in document_listing.select(LISTED, request, ACCOUNT)]


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("Owner", ["Amazon"], AWS),
        ("Owner", ["Public"], AWS),
        ("Owner", ["Self"], MINE),
        ("Owner", ["Private"], MINE),
        ("Owner", ["ThirdParty"], []),
        ("Owner", ["All"], AWS + MINE),
        ("Name", ["AWS-Run"], ["AWS-RunDocument"]),
        ("Name", ["Mine", "Windows-only"], MINE),
        ("DocumentType", ["Policy"], ["AWS-GatherSoftwareInventory"]),
        ("PlatformTypes", ["Windows"], ["AWS-RunDocument", "Windows-only"]),
        ("TargetType", ["/AWS::EC2::Instance"], ["Mine"]),
        ("CloudProviders", ["GCP", "Azure"], ["Mine"]),
        ("SearchKeyword", ["softwareinv"], ["AWS-GatherSoftwareInventory"]),
        ("tag:team", ["web", "db"], ["Mine"]),
        ("tag:team", ["db"], []),
    ],
)
def test_filters(key: str, values: list[str], expected: list[str]) -> None:
    assert names({"Filters": [{"Key": key, "Values": values}]}) == expected


def test_every_filter_must_match() -> None:
    filters = [{"Key": "Owner", "Values": ["Self"]}, {"Key": "PlatformTypes", "Values": ["Windows"]}]
    assert names({"Filters": filters}) == ["Windows-only"]


def test_filters_of_the_older_kind() -> None:
    assert names({"DocumentFilterList": [{"key": "Owner", "value": "Amazon"}]}) == AWS


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Key": "Colour", "Values": ["red"]}, "InvalidFilterKey"),
        ({"Key": "Owner", "Values": ["Amazon", "Self"]}, "ValidationException"),
        ({"Key": "Owner", "Values": ["Nobody"]}, "ValidationException"),
    ],
)
def test_filters_that_are_none(given: Json, code: str) -> None:
    with pytest.raises(ApiError) as refusal:
        names({"Filters": [given]})
    assert refusal.value.code == code
