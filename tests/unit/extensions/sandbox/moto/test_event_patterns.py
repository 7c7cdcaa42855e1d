# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event patterns: what they match, and which of them are none."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.moto import event_patterns

EVENT: dict[str, t.Any] = {
    "source": "aws.ssm",
    "detail-type": "EC2 Command Invocation Status-change Notification",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-1"],
    "region": "us-east-1",
    "detail": {
        "status": "Failed",
        "document-name": "AWS-RunShellScript",
        "count": 7,
        "ratio": 0.5,
        "done": True,
        "nothing": None,
        "empty": "",
        "ip": "10.1.2.3",
        "tags": ["web", "db"],
        "steps": [{"name": "a", "rc": 0}, {"name": "b", "rc": 1}],
    },
}

# name, the detail's pattern, whether it matches
DETAILS: list[tuple[str, dict[str, t.Any], bool]] = [
    ("one value", {"status": ["Failed"]}, True),
    ("one of several", {"status": ["TimedOut", "Failed"]}, True),
    ("another value", {"status": ["Success"]}, False),
    ("case matters", {"status": ["failed"]}, False),
    ("fields are AND", {"status": ["Failed"], "count": [8]}, False),
    ("a missing field", {"exit-code": ["1"]}, False),
    ("number", {"count": [7]}, True),
    ("number as a float", {"count": [7.0]}, True),
    ("number is no text", {"count": ["7"]}, False),
    ("true is no 1", {"done": [1]}, False),
    ("true", {"done": [True]}, True),
    ("null", {"nothing": [None]}, True),
    ("null is not missing", {"missing": [None]}, False),
    ("empty text", {"empty": [""]}, True),
    ("list has one", {"tags": ["db", "x"]}, True),
    ("list has none", {"tags": ["x"]}, False),
    ("list of objects", {"steps": {"rc": [1]}}, True),
    ("one object of a list has both", {"steps": {"rc": [1], "name": ["b"]}}, True),
    ("no object of a list has both", {"steps": {"rc": [1], "name": ["a"]}}, False),
    ("prefix", {"document-name": [{"prefix": "AWS-"}]}, True),
    ("not this prefix", {"document-name": [{"prefix": "Run"}]}, False),
    ("prefix of a number", {"count": [{"prefix": "7"}]}, False),
    ("prefix in any case", {"document-name": [{"prefix": {"equals-ignore-case": "aws-"}}]}, True),
    ("suffix", {"document-name": [{"suffix": "Script"}]}, True),
    ("suffix in any case", {"document-name": [{"suffix": {"equals-ignore-case": "SCRIPT"}}]}, True),
    ("equals-ignore-case", {"status": [{"equals-ignore-case": "FAILED"}]}, True),
    ("wildcard", {"document-name": [{"wildcard": "AWS-*Script"}]}, True),
    ("wildcard twice", {"document-name": [{"wildcard": "*Run*"}]}, True),
    ("wildcard is anchored", {"document-name": [{"wildcard": "Run*"}]}, False),
    ("escaped wildcard", {"document-name": [{"wildcard": "AWS-\\*"}]}, False),
    ("question mark is none", {"status": [{"wildcard": "F?iled"}]}, False),
    ("anything-but one", {"status": [{"anything-but": "Success"}]}, True),
    ("anything-but this one", {"status": [{"anything-but": "Failed"}]}, False),
    ("anything-but a list", {"status": [{"anything-but": ["Success", "Failed"]}]}, False),
    ("anything-but a number", {"count": [{"anything-but": 8}]}, True),
    ("anything-but a prefix", {"document-name": [{"anything-but": {"prefix": "AWS-"}}]}, False),
    ("anything-but prefixes", {"document-name": [{"anything-but": {"prefix": ["A", "B"]}}]}, False),
    ("anything-but a wildcard", {"document-name": [{"anything-but": {"wildcard": "*Power*"}}]}, True),
    ("anything-but of a missing field", {"missing": [{"anything-but": "x"}]}, False),
    ("numeric", {"count": [{"numeric": [">", 5]}]}, True),
    ("numeric range", {"count": [{"numeric": [">", 5, "<=", 7]}]}, True),
    ("outside of a range", {"count": [{"numeric": [">=", 1, "<", 7]}]}, False),
    ("numeric equality", {"ratio": [{"numeric": ["=", 0.5]}]}, True),
    ("numeric of a text", {"status": [{"numeric": [">", 0]}]}, False),
    ("exists", {"status": [{"exists": True}]}, True),
    ("exists, missing", {"missing": [{"exists": True}]}, False),
    ("exists not", {"missing": [{"exists": False}]}, True),
    ("exists not, but does", {"status": [{"exists": False}]}, False),
    ("exists not, in a missing object", {"missing": {"inner": [{"exists": False}]}}, True),
    ("cidr", {"ip": [{"cidr": "10.0.0.0/8"}]}, True),
    ("outside of a cidr", {"ip": [{"cidr": "192.168.0.0/16"}]}, False),
    ("$or, first", {"$or": [{"status": ["Failed"]}, {"count": [0]}]}, True),
    ("$or, second", {"$or": [{"status": ["Success"]}, {"count": [7]}]}, True),
    ("$or, none", {"$or": [{"status": ["Success"]}, {"count": [0]}]}, False),
    ("$or and a field", {"count": [7], "$or": [{"status": ["Success"]}, {"done": [True]}]}, True),
    ("operators beside values", {"status": ["Success", {"prefix": "Fa"}]}, True),
]


@pytest.mark.parametrize(("pattern", "matches"), [pytest.param(*row[1:], id=row[0]) for row in DETAILS])
def test_a_pattern_of_the_detail(pattern: dict[str, t.Any], matches: bool) -> None:
    whole = {"source": ["aws.ssm"], "detail": pattern}
    event_patterns.check(whole)
    assert event_patterns.matches(whole, EVENT) is matches


def test_all_of_a_pattern_counts() -> None:
    pattern = {"source": ["aws.ssm"], "detail-type": [{"prefix": "EC2 Command"}], "resources": [{"suffix": "i-1"}]}
    assert event_patterns.matches(pattern, EVENT)
    assert not event_patterns.matches({**pattern, "region": ["eu-west-1"]}, EVENT)


WRONG: list[tuple[str, t.Any]] = [
    ("no object", ["a"]),
    ("empty", {}),
    ("a text where a list must be", {"source": "aws.ssm"}),
    ("an empty list", {"source": []}),
    ("an empty object inside", {"detail": {}}),
    ("a list within a list", {"source": [["a"]]}),
    ("an unknown operator", {"source": [{"startswith": "a"}]}),
    ("two operators", {"source": [{"prefix": "a", "suffix": "b"}]}),
    ("a prefix that is a number", {"source": [{"prefix": 1}]}),
    ("a wildcard that is a list", {"source": [{"wildcard": ["a*"]}]}),
    ("exists that is a text", {"source": [{"exists": "true"}]}),
    ("numeric without a number", {"source": [{"numeric": ["="]}]}),
    ("numeric with an unknown sign", {"source": [{"numeric": ["!=", 1]}]}),
    ("numeric with a text", {"source": [{"numeric": ["=", "1"]}]}),
    ("anything-but nothing", {"source": [{"anything-but": []}]}),
    ("anything-but with an unknown operator", {"source": [{"anything-but": {"numeric": ["=", 1]}}]}),
    ("a cidr that is none", {"source": [{"cidr": "10.0.0.0/99"}]}),
    ("$or of one", {"$or": [{"source": ["a"]}]}),
    ("$or that is an object", {"$or": {"source": ["a"]}}),
]


@pytest.mark.parametrize("pattern", [pytest.param(pattern, id=name) for name, pattern in WRONG])
def test_what_is_no_pattern(pattern: t.Any) -> None:
    with pytest.raises(event_patterns.PatternError):
        event_patterns.check(pattern)
