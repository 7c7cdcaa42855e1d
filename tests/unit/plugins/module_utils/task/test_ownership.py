# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose a resource is."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import (
    Consent,
    is_marked,
    mark_of,
    marked,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


def test_the_mark_names_the_maker() -> None:
    assert mark_of("event_rule") == {"ssmops:made-by": "ssmops.run_command.event_rule"}
    assert marked({"Team": "web"}, "event_rule") == {"Team": "web", **mark_of("event_rule")}
    assert marked(None, "event_rule") == mark_of("event_rule")


@pytest.mark.parametrize(
    ("tags", "own"),
    [
        (None, False),
        ({}, False),
        ({"ssmops:made-by": "me"}, False),
        (mark_of("sns_topic"), False),
        (mark_of("event_rule"), True),
        ({"Team": "web", **mark_of("event_rule")}, True),
    ],
)
def test_only_the_maker_s_mark_counts(tags: dict[str, str] | None, own: bool) -> None:
    assert is_marked(tags, "event_rule") is own


def test_what_others_made_is_refused_by_name_unless_it_is_adopted() -> None:
    Consent().check_change("the rule backup", is_own=True)
    Consent(adopt=True).check_change("the rule backup", is_own=False)
    for consent in (Consent(), Consent(force=True)):
        with pytest.raises(RequestError, match="the rule backup was not made by this collection; set adopt"):
            consent.check_change("the rule backup", is_own=False)


@pytest.mark.parametrize(
    ("options", "is_own", "deletes"),
    [
        ({}, True, True),
        ({"adopt": True}, True, True),
        ({"force": True}, False, True),
        ({"adopt": True, "force": True}, False, True),
        ({"adopt": True}, False, False),
    ],
)
def test_what_others_made_is_only_deleted_with_force(options: dict[str, t.Any], is_own: bool, deletes: bool) -> None:
    assert Consent.parse(options).may_delete("the rule backup", is_own) is deletes


def test_deleting_what_others_made_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="the rule backup was not made by this collection; set force"):
        Consent().may_delete("the rule backup", is_own=False)
