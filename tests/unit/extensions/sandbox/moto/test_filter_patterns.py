# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns of CloudWatch Logs."""

from __future__ import annotations

import json
import typing as t

import pytest
from local_aws.moto.filter_patterns import FilterPatternError, compile_pattern

LINE = '127.0.0.1 - frank [10/Oct/2026:13:25:15 +0000] "GET /index.html?x=a,b HTTP/1.0" 404 1534'
STATUS = json.dumps(
    {
        "detail-type": "EC2 Command Invocation Status-change Notification",
        "detail": {"status": "Failed", "instance-id": "i-1", "rc": 7, "ratio": 0.5, "ok": False, "none": None},
        "tags": ["web", "db"],
        "steps": [{"name": "a", "rc": 0}, {"name": "b", "rc": 1}],
        "text": "a*b",
    }
)

# name, pattern, message, whether it matches
PATTERNS: list[tuple[str, str, str, bool]] = [
    ("nothing matches everything", "", "anything", True),
    ("blanks match everything", "  ", "anything", True),
    ("term", "ERROR", "an ERROR here", True),
    ("term minds case", "ERROR", "an error here", False),
    ("terms are AND", "ERROR disk", "ERROR: disk full", True),
    ("one term is missing", "ERROR disk", "ERROR: net down", False),
    ("phrase", '"disk full"', "ERROR: disk full", True),
    ("phrase keeps its order", '"full disk"', "ERROR: disk full", False),
    ("quotes within a phrase", r'"say \"hi\""', 'did say "hi" again', True),
    ("either, first", "?one ?two", "one", True),
    ("either, second", "?one ?two", "two", True),
    ("either, none", "?one ?two", "three", False),
    ("either phrase", '?"disk full" ?panic', "the disk full", True),
    ("but not", "ERROR -Exiting", "ERROR: Exiting", False),
    ("but not, missing", "ERROR -Exiting", "ERROR: staying", True),
    ("only a not", "-Exiting", "staying", True),
    ("not a phrase", 'ERROR -"disk full"', "ERROR: disk full", False),
    ("either counts for nothing beside a term", "?one ERROR", "ERROR", True),
    ("either counts for nothing beside a not", "?one -two", "three", True),
    ("regular expression", "%fail(ed|ure)%", "it failed", True),
    ("regular expression, none", "%fail(ed|ure)%", "it fails", False),
    ("JSON text", '{ $.detail.status = "Failed" }', STATUS, True),
    ("JSON text without quotes", "{ $.detail.status = Failed }", STATUS, True),
    ("JSON text, another", '{ $.detail.status = "Success" }', STATUS, False),
    ("JSON key in quotes", "{ $.['detail-type'] = \"EC2*\" }", STATUS, True),
    ("JSON key with a dash", '{ $.detail-type = "EC2 Command*" }', STATUS, True),
    ("JSON wildcard", '{ $.detail.instance-id = "i-*" }', STATUS, True),
    ("JSON and", '{ $.detail.status = "Failed" && $.detail.rc = 7 }', STATUS, True),
    ("JSON and, one not", '{ $.detail.status = "Failed" && $.detail.rc = 8 }', STATUS, False),
    ("JSON or", "{ $.detail.rc = 8 || $.detail.rc = 7 }", STATUS, True),
    ("JSON and binds more", '{ $.detail.rc = 7 || $.detail.rc = 8 && $.detail.status = "x" }', STATUS, True),
    ("JSON brackets", '{ ($.detail.rc = 7 || $.detail.rc = 8) && $.detail.status = "x" }', STATUS, False),
    ("JSON both in brackets", '{ ($.detail-type = "EC2*") && ($.detail.status = "Failed") }', STATUS, True),
    ("JSON greater", "{ $.detail.rc > 6 }", STATUS, True),
    ("JSON at most", "{ $.detail.rc <= 6.5 }", STATUS, False),
    ("JSON float", "{ $.detail.ratio = 0.5 }", STATUS, True),
    ("JSON not", '{ $.detail.status != "Success" }', STATUS, True),
    ("JSON not, of a missing field", '{ $.detail.missing != "x" }', STATUS, False),
    ("JSON number of a text", "{ $.detail.status > 1 }", STATUS, False),
    ("JSON element", '{ $.tags[1] = "db" }', STATUS, True),
    ("JSON element, none", '{ $.tags[2] = "db" }', STATUS, False),
    ("JSON any element", '{ $.tags[*] = "db" }', STATUS, True),
    ("JSON field of any element", "{ $.steps[*].rc = 1 }", STATUS, True),
    ("JSON is false", "{ $.detail.ok IS FALSE }", STATUS, True),
    ("JSON is true", "{ $.detail.ok IS TRUE }", STATUS, False),
    ("JSON is null", "{ $.detail.none IS NULL }", STATUS, True),
    ("JSON does not exist", "{ $.detail.missing NOT EXISTS }", STATUS, True),
    ("JSON exists", "{ $.detail.rc NOT EXISTS }", STATUS, False),
    ("JSON regular expression", "{ $.detail.status = %^Fail% }", STATUS, True),
    ("JSON of what is no JSON", '{ $.a = "b" }', "plain text", False),
    ("columns", "[ip, id, user, time, request, status, bytes]", LINE, True),
    ("too few columns", "[ip, id, user]", LINE, False),
    ("column equals", "[ip, id, user = frank, ...]", LINE, True),
    ("column wildcard", "[..., status = 4*, bytes]", LINE, True),
    ("column wildcard, not", "[..., status = 5*, bytes]", LINE, False),
    ("column number", "[..., status, bytes > 1000]", LINE, True),
    ("column number, not", "[..., status, bytes > 2000]", LINE, False),
    ("column not", "[ip, id, user != frank, ...]", LINE, False),
    ("column or", "[..., status = 410 || status = 404, bytes]", LINE, True),
    ("column and", "[..., status >= 400 && status < 404, bytes]", LINE, False),
    ("column regular expression", r"[ip = %^127\.0\.0\.[0-9]%, ...]", LINE, True),
    ("column phrase with a comma", '[ip, id, user, time, request = "*a,b*", ...]', LINE, True),
    ("column in quotes is one", "[ip, id, user, time, request = *html*, status, bytes]", LINE, True),
    ("ellipsis in the middle", "[ip, ..., bytes = 1534]", LINE, True),
    ("more names than fields", "[a, ..., b, c]", "one two", False),
]


@pytest.mark.parametrize(("pattern", "message", "matches"), [pytest.param(*row[1:], id=row[0]) for row in PATTERNS])
def test_a_pattern(pattern: str, message: str, matches: bool) -> None:
    assert (compile_pattern(pattern)(message) is not None) is matches


def test_columns_have_values() -> None:
    values = compile_pattern("[ip, ..., status, bytes]")(LINE)
    assert values == {"$ip": "127.0.0.1", "$...": "", "$status": "404", "$bytes": "1534"}


WRONG = [
    '"open',
    "{ $.a = 1",
    "{ $.a }",
    "{ a = 1 }",
    "{ $.a = }",
    "{ $.a ~ 1 }",
    "{ $.a = 1 } x",
    "{ ($.a = 1 }",
    '{ $.a > "x" }',
    "{ $.a IS SOMETHING }",
    "{ $.a = %[% }",
    "[a, b",
    "[a b]",
    "[a > x]",
    "[..., a, ...]",
    "%(%",
]


@pytest.mark.parametrize("pattern", WRONG)
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(FilterPatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize("message", ["", "plain", "{}", "[]", "1", '"x"', "null", '{"a": {"b": [1]}}'])
@pytest.mark.parametrize("pattern", [row[1] for row in PATTERNS])
def test_no_message_breaks_a_pattern(pattern: str, message: t.Any) -> None:
    assert compile_pattern(pattern)(message) is None or isinstance(compile_pattern(pattern)(message), dict)
