# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of YAML have the text that YAML has for them, or are refused by name."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.written_values import json_text, scalar_text
from hypothesis import given
from hypothesis import strategies as st

MOMENTS = st.datetimes(datetime.datetime(1000, 1, 1)).map(lambda moment: moment.replace(fold=0))
SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.dates(datetime.date(1000, 1, 1)) | MOMENTS


@given(SCALARS)
def test_yaml_reads_the_same_from_the_text(value: t.Any) -> None:
    # YAML 1.1 takes 1e+16 for a text, as it lacks the point.
    assert isinstance(value, float) or yaml.safe_load(scalar_text("x", value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("True", "True"),
        (True, "true"),
        (1.5, "1.5"),
        (float("inf"), ".inf"),
        (float("-inf"), "-.inf"),
        (float("nan"), ".nan"),
        (datetime.datetime(2026, 1, 31, 10, 0), "2026-01-31 10:00:00"),
    ],
)
def test_the_text_of_a_scalar(value: t.Any, text: str) -> None:
    assert scalar_text("x", value) == text


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "x is null: it must have a value."),
        ([], "x has a value of the type list: it must be text."),
        ({}, "x has a value of the type dictionary: it must be text."),
        (b"", "x has a value of the type bytes: it must be text."),
    ],
)
def test_what_has_no_text_is_refused_by_name(value: t.Any, sentence: str) -> None:
    with pytest.raises(RequestError) as refusal:
        scalar_text("x", value)
    assert str(refusal.value) == sentence


@given(st.recursive(SCALARS | st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_every_value_becomes_json(value: t.Any) -> None:
    assert json.loads(json_text("x", value)) is not Ellipsis


def test_json_keeps_what_it_has_and_writes_the_rest_as_text() -> None:
    value = {"a": [True, None, 1, 1.5, "x"], 2: datetime.date(2026, 1, 31), "c": (float("nan"),)}
    assert json.loads(json_text("x", value)) == {"a": [True, None, 1, 1.5, "x"], "2": "2026-01-31", "c": [".nan"]}
