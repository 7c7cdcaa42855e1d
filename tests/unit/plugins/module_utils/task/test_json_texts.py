# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON texts that mean the same."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_dumped_means_the_same(value: t.Any) -> None:
    assert json_texts.meaning(json_texts.dump(value)) == value


def test_a_text_that_is_no_json_means_itself() -> None:
    assert json_texts.meaning("{oops") == "{oops"


@pytest.mark.parametrize(("value", "word"), [("{oops", "is not JSON"), ("[]", "is not a dictionary"), ("1", "not a")])
def test_refuses_what_is_no_object(value: str, word: str) -> None:
    with pytest.raises(RequestError, match=f"^body: .*{word}"):
        json_texts.load_object("body", value)
