# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What aws:downloadContent is told to fetch."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import content_sources
from local_aws.run_command.content_sources import Download, S3Place, StoredDocument
from local_aws.run_command.plugins import PluginError

PATH = "https://s3.amazonaws.com/bucket/a/script.sh"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PATH, S3Place("bucket", "a/script.sh")),
        ("https://s3.eu-west-1.amazonaws.com/bucket/a b.sh", S3Place("bucket", "a b.sh")),
        ("https://s3-us-west-2.amazonaws.com/bucket/", S3Place("bucket", "")),
        ("https://bucket.s3.amazonaws.com/a/b", S3Place("bucket", "a/b")),
        ("https://my.bucket.s3.eu-west-1.amazonaws.com/a+b%2Bc", S3Place("my.bucket", "a b+c")),
        ("https://s3.cn-north-1.amazonaws.com.cn/bucket/x", S3Place("bucket", "x")),
    ],
)
def test_addresses_of_s3(address: str, expected: S3Place) -> None:
    assert content_sources.s3_place(address) == expected


@pytest.mark.parametrize("address", ["https://example.com/bucket/x", "s3://bucket/x", "https://s3.amazonaws.com/"])
def test_addresses_of_something_else(address: str) -> None:
    with pytest.raises(PluginError, match="is no address of an object"):
        content_sources.s3_place(address)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"sourceType": "S3", "sourceInfo": {"path": PATH}}, Download(S3Place("bucket", "a/script.sh"), "")),
        (
            {"SourceType": "S3", "SourceInfo": f'{{"path": " {PATH} "}}', "destinationPath": "x"},
            Download(S3Place("bucket", "a/script.sh"), "x"),
        ),
        ({"sourceType": "SSMDocument", "sourceInfo": {"name": "Own"}}, Download(StoredDocument("Own", ""), "")),
        (
            {"sourceType": "SSMDocument", "sourceInfo": '{"name": "arn:aws:ssm:eu-west-1:1:document/Own:3"}'},
            Download(StoredDocument("Own", "3"), ""),
        ),
    ],
)
def test_inputs(inputs: t.Any, expected: Download) -> None:
    assert content_sources.read(inputs) == expected


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "invalid input: SourceType must be specified"),
        ({"sourceType": "FTP"}, "invalid input: Unsupported source type"),
        ({"sourceType": "S3"}, "invalid input: SourceInfo must be specified"),
        ({"sourceType": "S3", "sourceInfo": {}}, "invalid input: SourceInfo must be specified"),
        ({"sourceType": "S3", "sourceInfo": {"key": "x"}}, "S3 source path in SourceInfo must be specified"),
        ({"sourceType": "S3", "sourceInfo": "no JSON"}, "Please check JSON format of SourceInfo"),
        ({"sourceType": "SSMDocument", "sourceInfo": {"x": "y"}}, "SSM Document name in SourceType must be specified"),
        ({"sourceType": "GitHub", "sourceInfo": {"path": "x"}}, "the sandbox cannot run this document: .* GitHub"),
    ],
)
def test_inputs_that_do_not_do(inputs: t.Any, words: str) -> None:
    with pytest.raises(PluginError, match=words):
        content_sources.read(inputs)
