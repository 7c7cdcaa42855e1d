# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes that the inventory has in several places are not sent to in one."""

from __future__ import annotations

import typing as t

import pytest
from ansible.inventory.host import Host
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.inventory_places import (
    check_one_place,
    host_variables_of,
)

ONE, TWO = "i-0123456789abcdef0", "i-0fedcba9876543210"


def host(instance_id: str, **more: t.Any) -> dict[str, t.Any]:
    return {"instance_id": instance_id, **more}


@pytest.mark.parametrize(
    ("hosts", "sentence"),
    [
        (
            [host(ONE, region="us-east-1"), host(TWO, region="eu-central-1")],
            rf"in several regions \({TWO} in eu-central-1, {ONE} in us-east-1\), and a command works in one",
        ),
        (
            [host(ONE, account_id="111122223333"), host(TWO, account_id="444455556666")],
            rf"in several accounts \({ONE} in 111122223333, {TWO} in 444455556666\)",
        ),
    ],
)
def test_nodes_of_several_places_are_refused(hosts: list[dict[str, t.Any]], sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence):
        check_one_place([ONE, TWO], hosts)
    check_one_place([ONE], hosts)


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [host(ONE, region="us-east-1"), host(TWO, region="us-east-1", account_id="111122223333")],
        [host(ONE, region="us-east-1"), host(TWO)],
        # Variables that mean something else.
        [{"instance_id": [ONE, TWO], "region": "us-east-1"}, host(TWO, region="eu-central-1")],
        [host(ONE, region="emea"), host(TWO, region="apac")],
        [host(ONE, region="us-east-1"), host(TWO, region=["eu-central-1"])],
        [host(ONE, region="us-east-1"), {"ansible_host": TWO, "region": "eu-central-1"}],
    ],
)
def test_other_nodes_are_let_through(hosts: list[dict[str, t.Any]]) -> None:
    try:
        check_one_place([ONE, TWO], hosts)
    except RequestError as refusal:
        pytest.fail(f"refused: {refusal}")


def test_the_variables_are_those_of_the_inventory() -> None:
    web = Host("web-1")
    web.vars = host(ONE, region="us-east-1")

    class Manager:
        hosts: t.ClassVar = {"web-1": web}

    class HostVars:
        _inventory = Manager()

    assert host_variables_of({"hostvars": HostVars()}) == [host(ONE, region="us-east-1")]
    assert host_variables_of({}) == []
