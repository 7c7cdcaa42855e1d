# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contents of documents that mean the same, and such that do not."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content, meaning

DATA: t.Final = {
    "schemaVersion": "2.2",
    "mainSteps": [{"name": "a", "inputs": {"runCommand": ["if x; then\n  y\nfi"]}}],
}
ORDERED_ANEW: t.Final = {
    "mainSteps": [{"inputs": {"runCommand": ["if x; then\r\n  y\r\nfi"]}, "name": "a"}],
    "schemaVersion": 2.2,
}


def test_order_of_keys_line_ends_and_the_kind_of_the_version_do_not_differ() -> None:
    assert meaning.same(DATA, ORDERED_ANEW)


def test_json_and_yaml_do_not_differ() -> None:
    head = "schemaVersion: '2.2'\nmainSteps:\n- name: a\n  inputs:\n    runCommand:\n"
    text = head + "    - |-\n      if x; then\n        y\n      fi\n"
    assert meaning.same(DATA, content.read(text).data)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": True}, {"a": 1}),
        ({"a": "true"}, {"a": True}),
        ({"a": "1"}, {"a": 1}),
        ({"a": None}, {}),
        ({"a": "x\n"}, {"a": "x"}),
        ({"schemaVersion": "2.2"}, {"schemaVersion": "2.0"}),
    ],
)
def test_everything_else_differs(one: dict[str, t.Any], other: dict[str, t.Any]) -> None:
    assert not meaning.same(one, other)
    assert meaning.same(one, one)
